import type { Tx } from '../data/database';
import { findRecords, insertRecords, rewriteRecords, type Stored } from '../data/reference-data.repository';
import type { RecordTable } from '../data/table';
import type { ReferenceCounts } from './reference-rows';

/** Ids by key, of everything the rows name. */
export type Ids = ReadonlyMap<string, number>;

export interface Written {
  readonly counts: ReferenceCounts;
  readonly ids: Ids;
}

// ---------- absent keeps, null clears, a value sets ----------

export function sentOrKept<Value>(
  sent: Value | null | undefined,
  before: Value | null | undefined,
): Value | null {
  return sent === undefined ? (before ?? null) : sent;
}

/** The id that a reference comes to; a key without an id is one that will be inserted by the same statement. */
export function referred(
  key: string | null | undefined,
  ids: Ids,
  before: number | null | undefined,
): number | null {
  if (key === undefined) return before ?? null;
  return key === null ? null : (ids.get(key) ?? null);
}

export function instantOf(date: Date | null | undefined): number | null | undefined {
  return date === null || date === undefined ? date : date.getTime();
}

/** The checks have made sure of it. */
export function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('A checked row lacks a value');
  return value;
}

/** A flag that a row leaves out keeps what is stored. */
export function flagOrKept(
  sent: boolean | undefined,
  before: boolean | undefined,
  byDefault = false,
): boolean {
  return sent ?? before ?? byDefault;
}

// ---------- many records at once ----------

export type Known<Values> = ReadonlyMap<string, Stored<Values>>;

export async function writeRecords<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  before: Known<Values>,
  records: readonly Values[],
): Promise<Written> {
  const known = await insertMissing(tx, siteId, table, key, before, records);
  await rewriteChanged(tx, siteId, table, key, known, records);
  return { counts: count(table, key, before, records), ids: idsOf(known) };
}

/** Answers all records that there are then. */
export async function insertMissing<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  before: Known<Values>,
  records: readonly Values[],
): Promise<Known<Values>> {
  const missing = records.filter((record) => !before.has(record[key]));
  await insertRecords(tx, siteId, table, missing);
  const keys = missing.map((record) => record[key]);
  const inserted = await findRecords(tx, siteId, table, key, keys);
  return new Map([...before, ...inserted.map((record) => [record[key], record] as const)]);
}

export async function rewriteChanged<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  known: Known<Values>,
  records: readonly Values[],
): Promise<void> {
  const changed = records.flatMap((record): Stored<Values>[] => {
    const before = present(known.get(record[key]));
    return isSame(table, before, record) ? [] : [{ ...record, id: before.id }];
  });
  await rewriteRecords(tx, siteId, table, changed);
}

export function count<Key extends string, Values extends Readonly<Record<Key, string>>>(
  table: RecordTable<Values>,
  key: Key,
  before: Known<Values>,
  records: readonly Values[],
): ReferenceCounts {
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const record of records) {
    const stored = before.get(record[key]);
    if (stored === undefined) counts.created += 1;
    else if (isSame(table, stored, record)) counts.unchanged += 1;
    else counts.updated += 1;
  }
  return counts;
}

function isSame<Values>(table: RecordTable<Values>, a: Values, b: Values): boolean {
  return (Object.keys(table.columns) as (keyof Values)[]).every((property) => a[property] === b[property]);
}

export function idsOf(records: ReadonlyMap<string, { readonly id: number }>): Ids {
  return new Map([...records].map(([key, { id }]) => [key, id]));
}

export async function findByKey<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  keys: readonly string[],
): Promise<Map<string, Stored<Values>>> {
  const records = await findRecords(tx, siteId, table, key, keys);
  return new Map(records.map((record) => [record[key], record]));
}

/** A parent that is new itself gets its id by being inserted; its children are told in the second pass. */
export async function writeTree<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  before: ReadonlyMap<string, Stored<Values>>,
  complete: (ids: Ids) => Values[],
  parents: readonly string[],
): Promise<Ids> {
  const known = await insertMissing(tx, siteId, table, key, before, complete(idsOf(before)));
  const ids = idsOf(known);
  for (const parent of parents) requireId(ids, parent, 'parent');
  await rewriteChanged(tx, siteId, table, key, known, complete(ids));
  return ids;
}

export function requireId(ids: Ids, key: string, what: string): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`There is no ${what} ${key}`);
  return id;
}
