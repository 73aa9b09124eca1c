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

export type KeyType = 'integer' | 'text';

/** Longer than any stored text; a key that is longer still is none. */
const MAX_KEY_TEXT = 1_000;

/**
 * Keys as a table to join with; the parameter is a JSON array of arrays, in the order of the columns. Joined from it
 * by `fromKeys` the server has no choice but to look each key up, in this order. For an IN list MariaDB may read a
 * whole table instead, and where it locks, lock and wait for every row of it.
 */
export function keysTable(kind: DatabaseKind, columns: Readonly<Record<string, KeyType>>): string {
  const names = Object.keys(columns);
  if (kind === 'sqlite') {
    const values = names.map((name, place) => `value ->> ${place} AS ${name}`);
    return `(SELECT ${values.join(', ')} FROM json_each(?))`;
  }
  const paths = names.map((name, place) => {
    const type =
      columns[name] === 'integer'
        ? 'INT'
        : `VARCHAR(${MAX_KEY_TEXT}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
    return `${name} ${type} PATH '$[${place}]'`;
  });
  return `JSON_TABLE(?, '$[*]' COLUMNS (${paths.join(', ')}))`;
}

/** A join that starts at the keys. */
export function fromKeys(kind: DatabaseKind, columns: Readonly<Record<string, KeyType>>): string {
  return `FROM ${keysTable(kind, columns)} k ${kind === 'sqlite' ? 'CROSS JOIN' : 'STRAIGHT_JOIN'}`;
}
