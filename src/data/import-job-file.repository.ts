import { cellsOf, selected, text, wholeNumber } from './cells';
import type { Tx } from './database';
import { ImportJobFileEntity, type JobFileKind } from './entities/import-job-file.entity';
import { BROTLI, packBytes, unpackBytes } from './packed';
import { columnsOf, tableOf } from './table';

/** A part of a file of a job. */
export interface JobFilePart {
  readonly part: number;
  /** In bytes; of rejected rows how many there are. */
  readonly length: number;
  readonly bytes: Buffer;
}

/** What is before a part, in the same measure as its length. */
export interface JobFilePlace {
  readonly part: number;
  readonly length: number;
}

const { name: TABLE, columns: NAMES } = tableOf(ImportJobFileEntity);
const PLACE = columnsOf(ImportJobFileEntity, 'part', 'length');
const OF_JOB = `${NAMES.siteId} = ? AND ${NAMES.jobId} = ? AND ${NAMES.kind} = ?`;

/** Packed before the transaction that writes it: that takes milliseconds. */
export function packPart(bytes: Uint8Array): Promise<string> {
  return packBytes(bytes, BROTLI);
}

/** Writes over what another try left. */
export async function writeJobFilePart(
  tx: Tx,
  siteId: number,
  jobId: string,
  kind: JobFileKind,
  { part, length, content }: { readonly part: number; readonly length: number; readonly content: string },
): Promise<void> {
  const overwrite = tx.dialect.overwriting(
    [NAMES.siteId, NAMES.jobId, NAMES.kind, NAMES.part],
    [NAMES.length, NAMES.content],
  );
  await tx.query(
    `INSERT INTO ${TABLE} (${NAMES.siteId}, ${NAMES.jobId}, ${NAMES.kind}, ${NAMES.part}, ${NAMES.length}, ${NAMES.content})
     VALUES (?, ?, ?, ?, ?, ?) ${overwrite}`,
    [siteId, jobId, kind, part, length, content],
  );
}

/** Where the parts of a file lie, in their order. */
export async function findJobFilePlaces(
  tx: Tx,
  siteId: number,
  jobId: string,
  kind: JobFileKind,
): Promise<JobFilePlace[]> {
  return tx.query(
    `SELECT ${selected(PLACE)} FROM ${TABLE} WHERE ${OF_JOB} ORDER BY ${NAMES.part}`,
    [siteId, jobId, kind],
    cellsOf(PLACE),
  );
}

/** The first part from that one on. */
export async function readJobFilePart(
  tx: Tx,
  siteId: number,
  jobId: string,
  kind: JobFileKind,
  from: number,
): Promise<JobFilePart | undefined> {
  const [found] = await tx.query(
    `SELECT ${selected(PLACE)}, CAST(${NAMES.content} AS CHAR) AS content FROM ${TABLE}
     WHERE ${OF_JOB} AND ${NAMES.part} >= ? ORDER BY ${NAMES.part} LIMIT 1`,
    [siteId, jobId, kind, from],
    { ...cellsOf(PLACE), content: text },
  );
  if (found === undefined) return undefined;
  const { content, ...place } = found;
  return { ...place, bytes: await unpackBytes(content, BROTLI) };
}

const REMOVED_AT_ONCE = 16;

/** Removes some parts; answers whether there may be more. */
export async function removeJobFileParts(
  tx: Tx,
  siteId: number,
  jobId: string,
  kind: JobFileKind,
): Promise<boolean> {
  const parts = await tx.query(
    `SELECT ${NAMES.part} AS part FROM ${TABLE} WHERE ${OF_JOB} LIMIT ${REMOVED_AT_ONCE}`,
    [siteId, jobId, kind],
    { part: wholeNumber },
  );
  if (parts.length === 0) return false;
  const { sql, values } = tx.dialect.deleteByKeys({
    table: TABLE,
    key: { [NAMES.siteId]: 'integer', [NAMES.jobId]: 'text', [NAMES.kind]: 'text', [NAMES.part]: 'integer' },
    keys: parts.map(({ part }) => [siteId, jobId, kind, part]),
  });
  await tx.query(sql, values);
  return parts.length === REMOVED_AT_ONCE;
}

/** How many bytes of files are kept for a caller's jobs, before they were packed. */
export async function countKeptBytes(tx: Tx, siteId: number): Promise<number> {
  const [found] = await tx.query(
    `SELECT COALESCE(SUM(file_bytes), 0) + 0.0 AS bytes FROM import_job WHERE site_id = ? AND file_kept = 1`,
    [siteId],
    { bytes: Number },
  );
  return found?.bytes ?? 0;
}
