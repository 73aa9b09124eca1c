import type { Tx } from '../data/database';
import { lockRecords, removeByIds, rewriteRecords } from '../data/reference-data.repository';
import { countReferrers } from '../data/referrers.repository';
import type { StoredReferenceData } from './find-stored';
import type { CellPath, FoundProblems } from './found-problems';
import { isRemoval, type LoadedRows } from './given-cells';
import { RECORD_KINDS, RECORD_NAMES } from './kinds/all';
import type { Leaving } from './leaving';
import { type Hanging, keyOf, type RecordName, type StoredRecord } from './record-kind';

/** What is to be removed, and where problems of it stand. */
interface Doomed {
  readonly id: number;
  readonly path: CellPath;
}

/**
 * Refuses to remove what is still referred to when all else of the request is done. What is to be removed is locked
 * before it is looked at, so that nobody begins to refer to it meanwhile.
 */
export async function refuseHanging(
  tx: Tx,
  siteId: number,
  table: { readonly name: string },
  hanging: readonly Hanging[],
  doomed: readonly Doomed[],
  leaving: Leaving,
  found: FoundProblems,
): Promise<void> {
  const ids = doomed.map(({ id }) => id);
  await lockRecords(tx, siteId, table, ids);
  const told = new Map<number, string[]>();
  for (const referrers of hanging) {
    for (const [id, count] of await countReferrers(tx, siteId, referrers, ids)) {
      const left = count - leaving.of(referrers, id);
      if (left > 0) told.set(id, [...(told.get(id) ?? []), `${referrers.what}: ${left}`]);
    }
  }
  for (const { id, path } of doomed) {
    const references = told.get(id)?.join(', ');
    if (references !== undefined) found.add('STILL_REFERENCED', { references }, path);
  }
}

export async function refuseReferenced(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  leaving: Leaving,
  found: FoundProblems,
): Promise<void> {
  for (const kind of RECORD_NAMES) {
    const { table, hanging } = RECORD_KINDS[kind];
    if (hanging === undefined) continue;
    const doomed = doomedRecords(kind, rows, stored).map(({ before, index }) => ({
      id: before.id,
      path: [kind, index, 'action'] as const,
    }));
    await refuseHanging(tx, siteId, table, hanging, doomed, leaving, found);
  }
}

function doomedRecords(kind: RecordName, rows: LoadedRows, stored: StoredReferenceData) {
  const described = RECORD_KINDS[kind];
  return rows[kind].flatMap((row, index) => {
    const before = stored[kind].byKey.get(keyOf(described, row));
    return before !== undefined && isRemoval(row) ? [{ before, index }] : [];
  });
}

/** Removes records of all kinds, those that others refer to last. Answers how many of each. */
export async function removeRecords(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
): Promise<Partial<Record<RecordName, number>>> {
  const removed: Partial<Record<RecordName, number>> = {};
  for (const kind of RECORD_NAMES.toReversed()) {
    const { table, hanging, references } = RECORD_KINDS[kind];
    if (hanging === undefined) continue;
    const records = doomedRecords(kind, rows, stored).map(({ before }) => before);
    removed[kind] = records.length;
    // A part of a tree may go with what is above it, in any order.
    if (references.parentId !== undefined) {
      const parts = records.filter(({ parentId }) => parentId !== null);
      await rewriteRecords(
        tx,
        siteId,
        table,
        parts.map((part): StoredRecord => ({ ...part, parentId: null })),
      );
    }
    await removeByIds(
      tx,
      siteId,
      table,
      records.map(({ id }) => id),
    );
  }
  return removed;
}
