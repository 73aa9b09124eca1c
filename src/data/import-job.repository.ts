import type { FindOptionsWhere } from 'typeorm';
import { instantToSql } from '../kernel/dates/instants';
import type { Problem } from '../kernel/problem';
import { cellsOf, flag, instant, selected, text, wholeNumber } from './cells';
import type { Tx } from './database';
import { ImportJobEntity, type JobPhase, type JobState } from './entities/import-job.entity';
import { type ImportCounts, NO_COUNTS, type ProblemCount } from './import-run.repository';
import { type Period, within } from './period';
import { SECONDS_A_DAY } from './remove-some';
import { isUnmatchable } from './sql';
import { columnsOf, type Row, rowOf } from './table';

/** How far a job is. What its windows did counts once their transactions are committed. */
export interface JobProgress {
  readonly windows: number;
  /** Where the next window begins: the byte of the unpacked file, and the line. */
  readonly byte: number;
  readonly line: number;
  readonly counts: ImportCounts;
  readonly problemCounts: readonly ProblemCount[];
  /** Values that empty cells reset. */
  readonly resetByEmpty: number;
  /** Rows that delete or reset stored progress, completion or score. */
  readonly losses: number;
  /** Rejected rows of which that is not sure: rows before them were judged, and not written. */
  readonly maybeRejected: number;
  /** Windows that were taken back, of those that were written. */
  readonly takenBack: number;
  /** Rows of these that stay, as they were changed since. */
  readonly notTakenBack: number;
}

/** What is stored of a job. Instants are milliseconds since 1970 in UTC. */
export interface ImportJobRecord
  extends Omit<Row<ImportJobEntity, keyof ImportJobEntity>, 'siteId' | 'ordered' | 'progress' | 'failure'> {
  readonly siteId: number;
  /** As the slice that made the job wrote it. */
  readonly ordered: object;
  readonly progress: JobProgress;
  readonly failure: Problem | null;
}

export type NewImportJob = Omit<
  ImportJobRecord,
  | 'siteId'
  | 'state'
  | 'phase'
  | 'progress'
  | 'failure'
  | 'startedAt'
  | 'finishedAt'
  | 'isCancelAsked'
  | 'fence'
  | 'leaseUntil'
  | 'areResultsKept'
>;

export const AT_START: JobProgress = {
  windows: 0,
  byte: 0,
  line: 1,
  counts: NO_COUNTS,
  problemCounts: [],
  resetByEmpty: 0,
  losses: 0,
  maybeRejected: 0,
  takenBack: 0,
  notTakenBack: 0,
};

// ---------- ordering a job ----------

/** Before its file has arrived: nobody sees it until then. */
export async function insertUploadingJob(tx: Tx, siteId: number, job: NewImportJob): Promise<void> {
  const entity: ImportJobEntity = {
    ...job,
    siteId,
    state: 'UPLOADING',
    phase: 'WRITE',
    progress: AT_START,
    failure: null,
    createdAt: new Date(job.createdAt),
    startedAt: null,
    finishedAt: null,
    areResultsKept: true,
    isCancelAsked: false,
    fence: 0,
    leaseUntil: null,
  };
  await tx.manager
    .createQueryBuilder()
    .insert()
    .into(ImportJobEntity)
    .values(entity)
    .updateEntity(false)
    .execute();
}

/** What is known of a job once its file is there. */
export type ArrivedJob = Pick<
  ImportJobRecord,
  'digest' | 'phase' | 'ordered' | 'fileBytes' | 'fileName' | 'idempotencyKey' | 'createdAt'
>;

export async function queueJob(
  tx: Tx,
  siteId: number,
  id: string,
  { createdAt, ...arrived }: ArrivedJob,
): Promise<void> {
  await tx.manager.update(
    ImportJobEntity,
    // It may have been taken up already: the COMMIT of the first try was not answered.
    { siteId, id, state: 'UPLOADING' },
    { ...arrived, createdAt: new Date(createdAt), state: 'QUEUED', leaseUntil: null },
  );
}

/** Whether its file has not arrived in whole. */
export async function isUploading(tx: Tx, siteId: number, id: string): Promise<boolean> {
  return tx.manager.existsBy(ImportJobEntity, { siteId, id, state: 'UPLOADING' });
}

export async function removeJob(tx: Tx, siteId: number, id: string): Promise<void> {
  await tx.manager.delete(ImportJobEntity, { siteId, id });
}

/** The job that this caller ordered under this key. */
export async function findJobUnderKey(
  tx: Tx,
  siteId: number,
  caller: string,
  idempotencyKey: string,
): Promise<ImportJobRecord | undefined> {
  const found = await tx.manager.findOneBy(ImportJobEntity, { siteId, caller, idempotencyKey });
  return found === null ? undefined : recordOf(found);
}

/** Of a caller, those that are not at their end, uploads among them. */
export async function countUnfinishedJobs(tx: Tx, siteId: number, caller: string): Promise<number> {
  const [found] = await tx.query(
    `SELECT COUNT(*) AS jobs FROM import_job
     WHERE site_id = ? AND caller = ? AND state IN ('UPLOADING', 'QUEUED', 'RUNNING')`,
    [siteId, caller],
    { jobs: wholeNumber },
  );
  return found?.jobs ?? 0;
}

/** Has a job that ended go on; of a job that is locked. */
export async function requeueJob(
  tx: Tx,
  { siteId, id }: Pick<ImportJobRecord, 'siteId' | 'id'>,
  again: Partial<Pick<ImportJobRecord, 'keyId' | 'phase' | 'progress'>>,
): Promise<void> {
  const ended = { failure: null, finishedAt: null, isCancelAsked: false, leaseUntil: null };
  await tx.manager.update(ImportJobEntity, { siteId, id }, { ...again, ...ended, state: 'QUEUED' });
}

/** The job that takes this one back and has not ended. */
export async function findUndoUnderWay(tx: Tx, siteId: number, undoOf: string): Promise<string | undefined> {
  const [found] = await tx.query(
    `SELECT id FROM import_job WHERE site_id = ? AND undo_of = ? AND state IN ('QUEUED', 'RUNNING') LIMIT 1`,
    [siteId, undoOf],
    { id: text },
  );
  return found?.id;
}

// ---------- reading ----------

/** All given conditions must hold. */
export interface ImportJobConditions extends Period {
  readonly caller?: string | undefined;
  readonly state?: JobState | undefined;
}

export type ImportJobPosition = Pick<ImportJobRecord, 'createdAt' | 'id'>;

export async function findJob(tx: Tx, siteId: number, id: string): Promise<ImportJobRecord | undefined> {
  if (isUnmatchable(id)) return undefined;
  const job = await tx.manager.findOneBy(ImportJobEntity, { siteId, id });
  return job === null || job.state === 'UPLOADING' ? undefined : recordOf(job);
}

/** Newest first. */
export async function findJobPage(
  tx: Tx,
  siteId: number,
  conditions: ImportJobConditions,
  limit: number,
  after: ImportJobPosition | null,
): Promise<ImportJobRecord[]> {
  const where = whereOf(siteId, conditions);
  if (where === undefined) return [];
  const page = tx.manager
    .createQueryBuilder(ImportJobEntity, 'j')
    .where(where)
    .andWhere("j.state <> 'UPLOADING'")
    .orderBy({ 'j.createdAt': 'DESC', 'j.id': 'DESC' })
    .limit(limit);
  if (after !== null) {
    const createdAt = instantToSql(after.createdAt);
    page.andWhere('j.createdAt <= :createdAt AND (j.createdAt < :createdAt OR j.id < :id)', {
      createdAt,
      id: after.id,
    });
  }
  return (await page.getMany()).map(recordOf);
}

export async function countJobs(tx: Tx, siteId: number, conditions: ImportJobConditions): Promise<number> {
  const where = whereOf(siteId, conditions);
  if (where === undefined) return 0;
  return tx.manager
    .createQueryBuilder(ImportJobEntity, 'j')
    .where(where)
    .andWhere("j.state <> 'UPLOADING'")
    .getCount();
}

/** Undefined where nothing can hold. */
function whereOf(
  siteId: number,
  { caller, state, ...period }: ImportJobConditions,
): FindOptionsWhere<ImportJobEntity> | undefined {
  if (caller !== undefined && isUnmatchable(caller)) return undefined;
  const createdAt = within(period);
  return {
    siteId,
    ...(caller === undefined ? {} : { caller }),
    ...(state === undefined ? {} : { state }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

// ---------- running ----------

/** What a window leaves. */
export type WindowEnd = Partial<
  Pick<
    ImportJobRecord,
    'phase' | 'ordered' | 'progress' | 'startedAt' | 'state' | 'failure' | 'finishedAt' | 'isCancelAsked'
  >
>;

/** Of a job that is locked. */
export async function saveJob(
  tx: Tx,
  { siteId, id }: Pick<ImportJobRecord, 'siteId' | 'id'>,
  { startedAt, finishedAt, ...end }: WindowEnd,
): Promise<void> {
  await tx.manager.update(
    ImportJobEntity,
    { siteId, id },
    {
      ...end,
      ...(startedAt === undefined ? {} : { startedAt: dateOf(startedAt) }),
      ...(finishedAt === undefined ? {} : { finishedAt: dateOf(finishedAt) }),
      ...(finishedAt === undefined || finishedAt === null ? {} : { leaseUntil: null }),
    },
  );
}

function dateOf(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}

/** Jobs that have not ended, on all sites. */
export async function countOpenJobs(
  tx: Tx,
): Promise<{ readonly state: string; readonly jobs: number; readonly oldest: number }[]> {
  return tx.query(
    `SELECT state, COUNT(*) AS jobs, MIN(created_at) AS oldest FROM import_job
     WHERE state IN ('QUEUED', 'RUNNING') GROUP BY state`,
    [],
    { state: text, jobs: wholeNumber, oldest: instant },
  );
}

// ---------- forgetting ----------

const WITH_FILES = columnsOf(ImportJobEntity, 'id', 'finishedAt', 'isFileKept');

/** The jobs of a site of which a file is kept: that of the rows, or that of the rejected ones. */
export async function findJobsWithFiles(tx: Tx, siteId: number) {
  return tx.query(
    `SELECT ${selected(WITH_FILES, 'j')}, EXISTS (
       SELECT 1 FROM import_job_file f WHERE f.site_id = j.site_id AND f.job_id = j.id AND f.kind = 'REJECTED'
     ) AS hasRejected
     FROM import_job j WHERE j.site_id = ? AND (j.file_kept = 1 OR j.results_kept = 1)
     ORDER BY j.created_at, j.id`,
    [siteId],
    { ...cellsOf(WITH_FILES), hasRejected: flag },
  );
}

const FORGOTTEN_AT_ONCE = 20;

/** An upload that has not arrived by then was broken off by the end of its server. */
const UPLOAD_SECONDS = 2 * 60 * 60;

/** Jobs of which something is to be removed, by when they ended. */
export async function findOldJobs(
  tx: Tx,
  what: 'files' | 'results' | 'jobs' | 'uploads',
  days: number,
): Promise<readonly { readonly siteId: number; readonly id: string }[]> {
  const where = {
    files: 'file_kept = 1 AND finished_at',
    results: 'results_kept = 1 AND finished_at',
    jobs: 'file_kept = 0 AND results_kept = 0 AND finished_at',
    uploads: "state = 'UPLOADING' AND created_at",
  }[what];
  const seconds = what === 'uploads' ? UPLOAD_SECONDS : days * SECONDS_A_DAY;
  return tx.query(
    `SELECT site_id AS siteId, id FROM import_job j
     WHERE ${where} <= ${tx.dialect.fromNow} LIMIT ${FORGOTTEN_AT_ONCE}`,
    [-seconds],
    { siteId: wholeNumber, id: text },
  );
}

export async function markForgotten(
  tx: Tx,
  siteId: number,
  id: string,
  what: 'isFileKept' | 'areResultsKept',
): Promise<void> {
  await tx.manager.update(ImportJobEntity, { siteId, id }, { [what]: false });
}

function recordOf(job: ImportJobEntity): ImportJobRecord {
  return rowOf(job) as unknown as ImportJobRecord;
}

export type { JobPhase, JobState };
