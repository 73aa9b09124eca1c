import type { Tx } from './database';
import { ImportRunEntity } from './entities/import-run.entity';
import { isUnmatchable } from './sql';
import { type Row, rowOf } from './table';

/** The record of one import. Instants are milliseconds since 1970 in UTC. */
export type ImportRunRecord = Omit<Row<ImportRunEntity, keyof ImportRunEntity>, 'siteId'>;

/** Counts of one import; all but `received` and `withWarnings` add up to `received`. */
export type ImportCounts = Pick<
  ImportRunRecord,
  'received' | 'created' | 'replaced' | 'unchanged' | 'deleted' | 'superseded' | 'rejected' | 'withWarnings'
>;

/** In how many rows of an import a problem occurred. */
export type ProblemCount = NonNullable<ImportRunRecord['problemCounts']>[number];

export async function insertImportRun(tx: Tx, siteId: number, run: ImportRunRecord): Promise<void> {
  const startedAt = new Date(run.startedAt);
  const finishedAt = new Date(run.finishedAt);
  const writtenAt = run.writtenAt === null ? null : new Date(run.writtenAt);
  const entity: ImportRunEntity = { ...run, siteId, startedAt, finishedAt, writtenAt };
  await tx.manager.insert(ImportRunEntity, entity);
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
