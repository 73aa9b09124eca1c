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

/**
 * Keys of integers as a table to join with, on MySQL and MariaDB; the parameter is a JSON array of arrays. For what
 * locks: together with FORCE INDEX it leaves the server no choice but to look each key up, in this order. For an IN
 * list it may read a whole table instead, and lock and wait for every row of it.
 */
export function keysTable(columns: readonly string[]): string {
  const paths = columns.map((name, place) => `${name} INT PATH '$[${place}]'`);
  return `JSON_TABLE(?, '$[*]' COLUMNS (${paths.join(', ')}))`;
}
