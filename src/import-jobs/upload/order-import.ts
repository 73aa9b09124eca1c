import { createHash, randomUUID } from 'node:crypto';
import type { Caller } from '../../access/caller';
import type { Database, Tx } from '../../data/database';
import {
  countUnfinishedJobs,
  findJob,
  findJobUnderKey,
  type ImportJobRecord,
  insertUploadingJob,
  isUploading,
  queueJob,
  removeJob,
} from '../../data/import-job.repository';
import { countKeptBytes, packPart, writeJobFilePart } from '../../data/import-job-file.repository';
import { removeFile } from '../../data/remove-job-files';
import { problem } from '../../kernel/problem';
import { isCheckedFirst, type OrderedImport } from '../ordered';
import { PART_BYTES } from '../run/job-bytes';
import { readOrder, type SentOrder } from './read-order';
import { type Packing, unpacked } from './unpack';
import { UploadRefused } from './upload-refused';

export interface Upload extends SentOrder {
  readonly file: AsyncIterable<Buffer>;
  readonly packing: Packing;
  /** As the caller calls it. */
  readonly fileName: string | null;
}

export interface UploadDeps {
  readonly database: Database;
  readonly clock: () => Date;
  readonly limits: JobLimits;
}

export interface JobLimits {
  /** Of a caller, that have not ended. */
  readonly jobs: number;
  /** Of the files of a site that are kept. */
  readonly keptBytes: number;
}

/**
 * Takes a file and orders its import. The file is stored part by part as it arrives; the job is there once all of it
 * is, and a file that breaks off leaves nothing. Under an idempotency key the same file and options are one job.
 * Throws UploadRefused. Source: docs/rules/files.md, "Upload".
 */
export async function orderImport(
  deps: UploadDeps,
  caller: Caller,
  upload: Upload,
): Promise<ImportJobRecord> {
  const read = readOrder(upload);
  if ('problems' in read) throw new UploadRefused(400, read.problems);
  const { database, clock } = deps;
  const { siteId } = caller;
  const id = randomUUID();
  const fileName = upload.fileName === null ? null : upload.fileName.slice(0, MAX_FILE_NAME);
  await database.transaction(
    async (tx) => {
      await refuseTooMuch(deps, caller, upload, tx);
      await insertUploadingJob(tx, siteId, {
        id,
        caller: caller.id,
        keyId: caller.keyId,
        idempotencyKey: null,
        digest: '',
        ordered: read.ordered,
        fileName,
        fileBytes: 0,
        isFileKept: true,
        undoOf: null,
        createdAt: clock().getTime(),
      });
    },
    { owner: caller },
  );
  let isOrdered = false;
  try {
    const { digest, fileBytes } = await store(deps, caller, id, upload, read.ordered);
    const job = await database.transaction(
      async (tx) => {
        const { idempotencyKey } = upload;
        const first =
          idempotencyKey === null ? undefined : await findJobUnderKey(tx, siteId, caller.id, idempotencyKey);
        if (first !== undefined && first.id !== id) {
          if (first.digest === digest) return first;
          throw new UploadRefused(409, [problem('IDEMPOTENCY_KEY_REUSED', {}, { path: ['idempotencyKey'] })]);
        }
        await queueJob(tx, siteId, id, {
          digest,
          phase: isCheckedFirst(read.ordered) ? 'CHECK' : 'WRITE',
          ordered: read.ordered,
          fileBytes,
          fileName,
          idempotencyKey,
          createdAt: clock().getTime(),
        });
        return findJob(tx, siteId, id);
      },
      { owner: caller, isRepeatable: true },
    );
    if (job === undefined) throw new Error('A job that is ordered is there');
    isOrdered = job.id === id;
    return job;
  } finally {
    if (!isOrdered) await forget(database, { siteId, id });
  }
}

const MAX_FILE_NAME = 255;

async function refuseTooMuch(
  { limits }: UploadDeps,
  caller: Caller,
  { idempotencyKey }: Upload,
  tx: Tx,
): Promise<void> {
  const { siteId, id } = caller;
  // Nothing is added by what is sent once more.
  if (idempotencyKey !== null && (await findJobUnderKey(tx, siteId, id, idempotencyKey)) !== undefined)
    return;
  const count = await countUnfinishedJobs(tx, siteId, id);
  if (count >= limits.jobs) {
    const problems = [problem('JOBS_TOO_MANY', { count, max: limits.jobs }, { path: [] })];
    throw new UploadRefused(429, problems);
  }
  await refuseTooManyBytes({ limits }, caller, tx, 0);
}

async function refuseTooManyBytes(
  { limits }: Pick<UploadDeps, 'limits'>,
  { siteId }: Caller,
  tx: Tx,
  fileBytes: number,
): Promise<void> {
  const bytes = (await countKeptBytes(tx, siteId)) + fileBytes;
  if (bytes < limits.keptBytes) return;
  const problems = [problem('UPLOADS_TOO_MANY', { bytes, max: limits.keptBytes }, { path: [] })];
  throw new UploadRefused(413, problems);
}

/** Stores the file in parts of one length; answers what it is known by. */
async function store(
  { database }: UploadDeps,
  caller: Caller,
  id: string,
  { file, packing }: Upload,
  ordered: OrderedImport,
): Promise<{ readonly digest: string; readonly fileBytes: number }> {
  const { siteId } = caller;
  const hash = createHash('sha256').update(JSON.stringify(ordered));
  let fileBytes = 0;
  let part = 0;
  const write = async (bytes: Buffer) => {
    const content = await packPart(bytes);
    const place = { part, length: bytes.length, content };
    await database.transaction((tx) => writeJobFilePart(tx, siteId, id, 'UPLOAD', place), {
      owner: caller,
      isRepeatable: true,
    });
    part += 1;
  };
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacked(file, packing)) {
    hash.update(chunk);
    fileBytes += chunk.length;
    waiting.push(chunk);
    length += chunk.length;
    while (length >= PART_BYTES) {
      const all = Buffer.concat(waiting);
      await write(all.subarray(0, PART_BYTES));
      waiting = [all.subarray(PART_BYTES)];
      length -= PART_BYTES;
    }
  }
  if (length > 0) await write(Buffer.concat(waiting));
  return { digest: hash.digest('hex'), fileBytes };
}

/** What cannot be removed now is removed with what is old. */
async function forget(database: Database, job: Pick<ImportJobRecord, 'siteId' | 'id'>): Promise<void> {
  try {
    // Where nobody said whether it is ordered, it may be running by now.
    if (!(await database.read((tx) => isUploading(tx, job.siteId, job.id)))) return;
    await removeFile(database, job, 'UPLOAD');
    await database.transaction((tx) => removeJob(tx, job.siteId, job.id), { isRepeatable: true });
  } catch {
    return;
  }
}
