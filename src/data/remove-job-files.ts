import type { Database, DatabaseAccess, Tx } from './database';
import type { JobFileKind } from './entities/import-job-file.entity';
import { findJobsWithFiles, type ImportJobRecord, markForgotten } from './import-job.repository';
import { removeJobFileParts } from './import-job-file.repository';
import { removeRunDetails } from './run-detail-removal.repository';

type Job = Pick<ImportJobRecord, 'siteId' | 'id'>;

/** Removes a file of a job in small steps. */
export async function removeFile(
  database: DatabaseAccess,
  { siteId, id }: Job,
  kind: JobFileKind,
): Promise<void> {
  while (
    await database.transaction((tx) => removeJobFileParts(tx, siteId, id, kind), { isRepeatable: true })
  );
}

/** Removes some of what is told of the rows of a job; answers whether there may be more. */
export async function removeSomeResults(tx: Tx, { siteId, id }: Job): Promise<boolean> {
  return (await removeJobFileParts(tx, siteId, id, 'REJECTED')) || (await removeRunDetails(tx, siteId, id));
}

/** A file of a job that a learner may stand in, and when it will be removed. */
export interface KeptJobFile {
  readonly jobId: string;
  readonly kind: JobFileKind;
  /** In milliseconds since 1970; null while the job has not ended. */
  readonly removedAt: number | null;
}

export interface JobFileDays {
  readonly uploadKeepDays: number;
  readonly resultsKeepDays: number;
}

/** The files of jobs that are kept on a site: nobody knows whom they hold. */
export async function findKeptJobFiles(
  database: Pick<Database, 'read'>,
  siteId: number,
  { uploadKeepDays, resultsKeepDays }: JobFileDays,
): Promise<KeptJobFile[]> {
  const jobs = await database.read((tx) => findJobsWithFiles(tx, siteId));
  return jobs.flatMap(({ id, finishedAt, isFileKept, hasRejected }) => {
    const removedAfter = (days: number) => (finishedAt === null ? null : finishedAt + days * DAY_MS);
    const upload = { jobId: id, kind: 'UPLOAD', removedAt: removedAfter(uploadKeepDays) } as const;
    const rejected = { jobId: id, kind: 'REJECTED', removedAt: removedAfter(resultsKeepDays) } as const;
    return [...(isFileKept ? [upload] : []), ...(hasRejected ? [rejected] : [])];
  });
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Removes those of jobs that have ended. */
export async function removeKeptJobFiles(
  database: DatabaseAccess,
  siteId: number,
  files: readonly KeptJobFile[],
): Promise<void> {
  for (const { jobId: id, kind, removedAt } of files) {
    if (removedAt === null) continue;
    await removeFile(database, { siteId, id }, kind);
    if (kind !== 'UPLOAD') continue;
    await database.transaction((tx) => markForgotten(tx, siteId, id, 'isFileKept'), { isRepeatable: true });
  }
}
