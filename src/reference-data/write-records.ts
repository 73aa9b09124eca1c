import type { Tx } from '../data/database';
import { findRecords, insertRecords, rewriteRecords } from '../data/reference-data.repository';
import type { RecordTable } from '../data/table';
import { mapInTurns, nextTurn } from '../event-loop/turns';
import type { StoredReferenceData } from './find-stored';
import { isRemoval, type LoadedRows, type Row } from './given-cells';
import { RECORD_KINDS } from './kinds/all';
import { keyOf, type RecordKind, type RecordName, type RecordValues, type StoredRecord } from './record-kind';
import type { ReferenceCounts } from './reference-rows';
import type { ResolvedRow, ResolvedRows } from './resolve-references';

/** Ids by key, of everything the rows name. */
export type Ids = ReadonlyMap<string, number>;
export type AllIds = Readonly<Record<RecordName, Ids>>;

interface Draft {
  readonly row: Row;
  readonly before: StoredRecord | undefined;
  readonly references: ResolvedRow['references'];
}

export interface Written {
  readonly counts: ReferenceCounts;
  readonly ids: Ids;
}

/** What has passed every check, of one kind. */
export interface RecordsToWrite {
  readonly kind: RecordName;
  readonly rows: LoadedRows;
  readonly stored: StoredReferenceData;
  readonly resolved: ResolvedRows;
  /** Of the kinds that were written before. */
  readonly ids: AllIds;
  /** Keys of the records whose lists change. */
  readonly changed: ReadonlySet<string>;
  readonly now: number;
}

/**
 * Writes whole records of one kind. A parent that is new itself gets its id by being inserted; its children are told in
 * the second pass. Records that go are left alone.
 */
export async function writeRecords(tx: Tx, siteId: number, write: RecordsToWrite): Promise<Written> {
  const { kind, rows, stored, resolved, ids, changed, now } = write;
  const described = RECORD_KINDS[kind];
  const { table, key, hanging } = described;
  const { byKey } = stored[kind];
  const drafts = rows[kind].flatMap((row, index): Draft[] => {
    const before = byKey.get(keyOf(described, row));
    const isGone = isRemoval(row) && (hanging !== undefined || before === undefined);
    return isGone ? [] : [{ row, before, references: resolved[kind][index]?.references ?? {} }];
  });
  const complete = async (own: Ids) => {
    await nextTurn();
    return mapInTurns(drafts, (draft) => completed(described, draft, { ...ids, [kind]: own }, now));
  };
  const first = await complete(idsOf(byKey));
  await nextTurn();
  const known = await insertMissing(tx, siteId, table, key, byKey, first);
  await nextTurn();
  const knownIds = idsOf(known);
  const records = await complete(knownIds);
  await nextTurn();
  const rewritten = records.flatMap((record): StoredRecord[] => {
    const before = known.get(record[key] as string) as StoredRecord;
    return isSame(table, before, record) ? [] : [{ ...record, id: before.id } as StoredRecord];
  });
  await rewriteRecords(tx, siteId, table, rewritten);
  await nextTurn();
  return { counts: countDrafts(described, drafts, records, changed, rows[kind].length), ids: knownIds };
}

function completed(described: RecordKind, draft: Draft, ids: AllIds, now: number): RecordValues {
  const { row, before, references } = draft;
  const referred: Record<string, number | null> = {};
  for (const [property, { to }] of Object.entries(described.references)) {
    const key = references[property];
    if (key === undefined) referred[property] = (before?.[property] ?? null) as number | null;
    // A key without an id is one that will be inserted by the same statement.
    else referred[property] = key === null ? null : (ids[to].get(key) ?? null);
  }
  const record = { ...described.values(row, before, now), ...referred };
  if (before === undefined || isSame(described.table, before, record)) return record;
  return described.stamped(record, before, now);
}

/** Answers all records that there are then. */
async function insertMissing(
  tx: Tx,
  siteId: number,
  table: RecordTable<RecordValues>,
  key: string,
  before: ReadonlyMap<string, StoredRecord>,
  records: readonly RecordValues[],
): Promise<ReadonlyMap<string, StoredRecord>> {
  const missing = records.filter((record) => !before.has(record[key] as string));
  await insertRecords(tx, siteId, table, missing);
  const keys = missing.map((record) => record[key] as string);
  const inserted = await findRecords(tx, siteId, table, key, keys);
  return new Map([...before, ...inserted.map((record) => [record[key] as string, record] as const)]);
}

function countDrafts(
  described: RecordKind,
  drafts: readonly Draft[],
  records: readonly RecordValues[],
  changed: ReadonlySet<string>,
  all: number,
): ReferenceCounts {
  const { table } = described;
  const counts = { created: 0, updated: 0, removed: 0 };
  for (const [index, { row, before }] of drafts.entries()) {
    const record = records[index] as RecordValues;
    if (before === undefined) counts.created += 1;
    else if (isRemoval(row)) counts.removed += isSame(table, before, record) ? 0 : 1;
    else if (!isSame(table, before, record) || changed.has(keyOf(described, row))) counts.updated += 1;
  }
  return countOf({ ...counts, all });
}

/** Of so many rows, those that are none of these change nothing. */
export function countOf(
  counts: Omit<ReferenceCounts, 'unchanged'> & { readonly all: number },
): ReferenceCounts {
  const { created, updated, removed, all } = counts;
  return { created, updated, unchanged: all - created - updated - removed, removed };
}

export function isSame<Values>({ columns }: RecordTable<Values>, a: Values, b: Values): boolean {
  for (const property in columns) if (a[property] !== b[property]) return false;
  return true;
}

function idsOf(records: ReadonlyMap<string, { readonly id: number }>): Ids {
  return new Map([...records].map(([key, { id }]) => [key, id]));
}
