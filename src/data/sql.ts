import { chunksOf } from '../kernel/chunks';
import type { DatabaseKind } from './database';

/** Rows per statement: large enough to amortise the round trip, small enough for SQLite's 32,766 parameters. */
export const CHUNK_ROWS = 1_000;

export function chunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  return chunksOf(items, CHUNK_ROWS);
}

/**
 * Builds the text of a statement once for each choice of arguments. Drivers keep statements by their text, and a text
 * that is put together anew is compared, and hashed, anew.
 */
export function builtOnce<Choice extends readonly (string | boolean | undefined)[]>(
  build: (...choice: Choice) => string,
): (...choice: Choice) => string {
  const built = new Map<string, string>();
  return (...choice) => {
    const key = choice.join();
    const text = built.get(key) ?? build(...choice);
    built.set(key, text);
    return text;
  };
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

const JSON_TYPES: Readonly<Record<JsonType, string>> = {
  integer: 'INT',
  double: 'DOUBLE',
  instant: 'DATETIME(3)',
  word: 'VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  // Longer than any stored text that callers name: a key that is longer still is none.
  text: 'VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
};

/** Rows as a table, on MySQL and MariaDB; the parameter is a JSON array of arrays, in the order of the columns. */
export function jsonTable(columns: Readonly<Record<string, JsonType>>, onError: 'ERROR' | 'NULL'): string {
  const paths = Object.entries(columns).map(
    ([name, type], place) => `${name} ${JSON_TYPES[type]} PATH '$[${place}]' ${onError} ON ERROR`,
  );
  return `JSON_TABLE(?, '$[*]' COLUMNS (${paths.join(', ')}))`;
}

/**
 * A join that starts at keys as a table `k`, on every database; the parameter is that of `jsonTable`. The server has no
 * choice but to look each key up, in this order. For an IN list MariaDB may read a whole table instead, and where it
 * locks, lock and wait for every row of it.
 */
export function fromKeys(kind: DatabaseKind, columns: Readonly<Record<string, KeyType>>): string {
  if (kind === 'mysql') return `FROM ${jsonTable(columns, 'NULL')} k STRAIGHT_JOIN`;
  const values = Object.keys(columns).map((name, place) => `value ->> ${place} AS ${name}`);
  return `FROM (SELECT ${values.join(', ')} FROM json_each(?)) k CROSS JOIN`;
}

/** The end of an INSERT that writes these columns over those of a row with the same key. */
export function overwriting(kind: DatabaseKind, key: readonly string[], columns: readonly string[]): string {
  return kind === 'sqlite'
    ? `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}`
    : `ON DUPLICATE KEY UPDATE ${columns.map((name) => `${name} = VALUES(${name})`).join(', ')}`;
}
