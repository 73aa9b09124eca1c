import type { FindOptionsWhere } from 'typeorm';
import { instantToSql } from '../kernel/dates/instants';
import { text, wholeNumber } from './cells';
import type { Tx } from './database';
import { ImportRunEntity } from './entities/import-run.entity';
import { type Period, within } from './period';
import { removeSome, SECONDS_A_DAY } from './remove-some';
import { isUnmatchable } from './sql';
import { type Row, rowOf } from './table';

/** The record of one import. Instants are milliseconds since 1970 in UTC. */
export type ImportRunRecord = Omit<Row<ImportRunEntity, keyof ImportRunEntity>, 'siteId'>;

/** Counts of one import; all but `received` and `withWarnings` add up to `received`. */
export type ImportCounts = Pick<
  ImportRunRecord,
  'received' | 'created' | 'replaced' | 'unchanged' | 'deleted' | 'superseded' | 'rejected' | 'withWarnings'
>;

export const NO_COUNTS: ImportCounts = {
  received: 0,
  created: 0,
  replaced: 0,
  unchanged: 0,
  deleted: 0,
  superseded: 0,
  rejected: 0,
  withWarnings: 0,
};

/** In how many rows of an import a problem occurred. */
export type ProblemCount = NonNullable<ImportRunRecord['problemCounts']>[number];

export async function insertImportRun(tx: Tx, siteId: number, run: ImportRunRecord): Promise<void> {
  const startedAt = new Date(run.startedAt);
  const finishedAt = new Date(run.finishedAt);
  const writtenAt = run.writtenAt === null ? null : new Date(run.writtenAt);
  const entity: ImportRunEntity = { ...run, siteId, startedAt, finishedAt, writtenAt };
  // By default TypeORM reads the columns that have defaults back.
  const insert = tx.manager.createQueryBuilder().insert().into(ImportRunEntity).values(entity);
  await insert.updateEntity(false).execute();
}

export async function findImportRun(
  tx: Tx,
  siteId: number,
  importId: string,
): Promise<ImportRunRecord | undefined> {
  if (isUnmatchable(importId)) return undefined;
  const run = await tx.manager.findOneBy(ImportRunEntity, { siteId, id: importId });
  return run === null ? undefined : rowOf(run);
}

/** All given conditions must hold. */
export interface ImportRunConditions extends Period {
  readonly caller?: string | undefined;
}

/** Where a page starts: after the run with these. */
export type ImportRunPosition = Pick<ImportRunRecord, 'startedAt' | 'id'>;

/** Newest first. */
export async function findImportRunPage(
  tx: Tx,
  siteId: number,
  conditions: ImportRunConditions,
  limit: number,
  after: ImportRunPosition | null,
): Promise<readonly ImportRunRecord[]> {
  const where = whereOf(siteId, conditions);
  if (where === undefined) return [];
  const page = tx.manager
    .createQueryBuilder(ImportRunEntity, 'r')
    .where(where)
    .orderBy({ 'r.startedAt': 'DESC', 'r.id': 'DESC' })
    .limit(limit);
  if (after !== null) {
    const startedAt = instantToSql(after.startedAt);
    page.andWhere('r.startedAt <= :startedAt AND (r.startedAt < :startedAt OR r.id < :id)', {
      startedAt,
      id: after.id,
    });
  }
  return (await page.getMany()).map(rowOf);
}

export async function countImportRuns(
  tx: Tx,
  siteId: number,
  conditions: ImportRunConditions,
): Promise<number> {
  const where = whereOf(siteId, conditions);
  return where === undefined ? 0 : tx.manager.countBy(ImportRunEntity, where);
}

/** Undefined where nothing can hold. */
function whereOf(
  siteId: number,
  { caller, ...period }: ImportRunConditions,
): FindOptionsWhere<ImportRunEntity> | undefined {
  if (caller !== undefined && isUnmatchable(caller)) return undefined;
  const startedAt = within(period);
  return {
    siteId,
    ...(caller === undefined ? {} : { caller }),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
}

/** Clocks are set back while an import runs, but not by more. */
const CLOCK_LEEWAY_MS = 60 * 60 * 1_000;

/** When the rows were changed that an import wrote: not before the first instant, and not after the second. */
export async function whenWritten(
  tx: Tx,
  siteId: number,
  importId: string,
): Promise<readonly [number, number] | undefined> {
  const run = await findImportRun(tx, siteId, importId);
  if (run === undefined) return undefined;
  const { startedAt, finishedAt, writtenAt } = run;
  return writtenAt === null
    ? [startedAt - CLOCK_LEEWAY_MS, finishedAt + CLOCK_LEEWAY_MS]
    : [writtenAt, writtenAt];
}

// ---------- written window by window ----------

/** What the windows of a run came to so far. */
export type RunSoFar = ImportCounts &
  Pick<ImportRunRecord, 'problemCounts' | 'finishedAt' | 'isRunning' | 'windows'>;

export async function updateImportRun(
  tx: Tx,
  siteId: number,
  importId: string,
  { finishedAt, ...run }: RunSoFar,
): Promise<void> {
  await tx.manager.update(
    ImportRunEntity,
    { siteId, id: importId },
    { ...run, finishedAt: new Date(finishedAt) },
  );
}

/** Of a job that has ended; there may be none. */
export async function endImportRun(
  tx: Tx,
  siteId: number,
  importId: string,
  finishedAt: number,
): Promise<void> {
  const end = { isRunning: false, finishedAt: new Date(finishedAt) };
  await tx.manager.update(ImportRunEntity, { siteId, id: importId }, end);
}

/** Of a job that begins anew; there may be none. */
export async function removeImportRun(tx: Tx, siteId: number, importId: string): Promise<void> {
  await tx.manager.delete(ImportRunEntity, { siteId, id: importId });
}

/** What the run changed is not kept any more, so that it cannot be undone. */
export async function markDetailsGone(tx: Tx, siteId: number, importId: string): Promise<void> {
  await tx.manager.update(ImportRunEntity, { siteId, id: importId }, { areDetailsKept: false });
}

// ---------- undoing ----------

/** As `findImportRun`, locked: two that want to undo it come one after the other. */
export async function lockImportRun(
  tx: Tx,
  siteId: number,
  importId: string,
): Promise<ImportRunRecord | undefined> {
  if (isUnmatchable(importId)) return undefined;
  const lock = tx.dialect.forUpdate('r');
  await tx.query(`SELECT r.id FROM import_run r WHERE r.site_id = ? AND r.id = ? ${lock}`, [
    siteId,
    importId,
  ]);
  return findImportRun(tx, siteId, importId);
}

export async function markUndone(tx: Tx, siteId: number, importId: string, undoneBy: string): Promise<void> {
  await tx.manager.update(ImportRunEntity, { siteId, id: importId }, { undoneBy });
}

// ---------- forgetting ----------

/** What is kept of the rows of one may be megabytes. */
const DETAILS_FORGOTTEN_AT_ONCE = 10;
const RUNS_FORGOTTEN_AT_ONCE = 500;
const RUN_KEY = { site_id: 'integer', id: 'text' } as const;

/**
 * Removes, on every site, what is kept of the rows of some runs that are older; answers whether there may be more. From
 * then on these runs tell that it is gone, and cannot be undone. What jobs changed goes with their results, window by
 * window.
 */
export async function forgetOldRunDetails(tx: Tx, days: number): Promise<boolean> {
  const old = await tx.query(
    `SELECT site_id AS siteId, id FROM import_run r
     WHERE details_kept = 1 AND windows IS NULL AND started_at <= ${tx.dialect.fromNow} LIMIT ${DETAILS_FORGOTTEN_AT_ONCE} ${tx.dialect.forUpdate('r')}`,
    [-days * SECONDS_A_DAY],
    { siteId: wholeNumber, id: text },
  );
  if (old.length === 0) return false;
  const keys = old.map(({ siteId, id }) => [siteId, id]);
  const details = {
    table: 'import_run_detail',
    key: { site_id: 'integer', import_id: 'text' },
    keys,
  } as const;
  const runs = { table: 'import_run', key: RUN_KEY, keys };
  const noneKept = { sql: 'details_kept = 0', values: [] };
  for (const { sql, values } of [tx.dialect.deleteByKeys(details), tx.dialect.updateByKeys(runs, noneKept)]) {
    await tx.query(sql, values);
  }
  return old.length === DETAILS_FORGOTTEN_AT_ONCE;
}

/** Removes, on every site, some runs that are older, of whose rows nothing is kept; answers whether there may be more. */
export function forgetOldRuns(tx: Tx, days: number): Promise<boolean> {
  return removeSome(tx, {
    table: 'import_run',
    key: RUN_KEY,
    where: `details_kept = 0 AND started_at <= ${tx.dialect.fromNow}`,
    values: [-days * SECONDS_A_DAY],
    limit: RUNS_FORGOTTEN_AT_ONCE,
  });
}
