import type { DatabaseKind } from './database';

/** Rows per statement: large enough to amortise the round trip, small enough for SQLite's 32,766 parameters. */
export const CHUNK_ROWS = 1_000;

export function* chunks<Item>(items: readonly Item[], size = CHUNK_ROWS): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** `(?,?,?)` with one question mark per value. */
export function placeholders(count: number): string {
  return `(${Array(count).fill('?').join(',')})`;
}

/** `(?,?),(?,?)`: one group per row. */
export function rowPlaceholders(rows: number, columns: number): string {
  return Array(rows).fill(placeholders(columns)).join(',');
}

/**
 * `(a,b) IN (…)` over a number of tuples, in the form of which each database makes index look-ups.
 */
export function tupleIn(kind: 'sqlite' | 'mysql', columns: readonly string[], tuples: number): string {
  const groups = rowPlaceholders(tuples, columns.length);
  return `(${columns.join(',')}) IN (${kind === 'sqlite' ? `VALUES ${groups}` : groups})`;
}

/** MariaDB would ignore the blanks at the end, where SQLite does not. Nothing stored ends with one: such a text finds nothing. */
export function isUnmatchable(value: string | number): boolean {
  return typeof value === 'string' && value.endsWith(' ');
}

/** Types of columns that come as JSON; a `word` is a short text of ours. */
export type JsonType = 'integer' | 'double' | 'instant' | 'word' | 'text';
export type KeyType = Extract<JsonType, 'integer' | 'text'>;

/** Texts that callers send: longer than any stored one, so that a key that is longer still is none. */
const TEXT = 'VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const JSON_TYPES: Readonly<Record<JsonType, string>> = {
  integer: 'INT',
  double: 'DOUBLE',
  instant: 'DATETIME(3)',
  word: 'VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  text: TEXT,
};

/** Rows as a table, on MySQL and MariaDB; the parameter is a JSON array of arrays, in the order of the columns. */
export function jsonTable(columns: Readonly<Record<string, JsonType>>, onError: 'ERROR' | 'NULL'): string {
  const paths = Object.entries(columns).map(
    ([name, type], place) => `${name} ${JSON_TYPES[type]} PATH '$[${place}]' ${onError} ON ERROR`,
  );
  return `JSON_TABLE(?, '$[*]' COLUMNS (${paths.join(', ')}))`;
}

/**
 * Keys as a table to join with, on every database; the parameter is that of `jsonTable`. Joined from it by `fromKeys`
 * the server has no choice but to look each key up, in this order. For an IN list MariaDB may read a whole table
 * instead, and where it locks, lock and wait for every row of it.
 */
export function keysTable(kind: DatabaseKind, columns: Readonly<Record<string, KeyType>>): string {
  if (kind === 'mysql') return jsonTable(columns, 'NULL');
  const values = Object.keys(columns).map((name, place) => `value ->> ${place} AS ${name}`);
  return `(SELECT ${values.join(', ')} FROM json_each(?))`;
}

/** A join that starts at the keys. */
export function fromKeys(kind: DatabaseKind, columns: Readonly<Record<string, KeyType>>): string {
  return `FROM ${keysTable(kind, columns)} k ${kind === 'sqlite' ? 'CROSS JOIN' : 'STRAIGHT_JOIN'}`;
}
