import { chunksOf } from '../kernel/chunks';

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

/** Nothing longer is stored that callers name, in UTF-16 units. */
const MAX_NAMED = 1_000;

/**
 * MariaDB would ignore the blanks at the end, where SQLite does not; nothing stored ends with one. And a text of
 * megabytes is not to reach the database. Both find nothing.
 */
export function isUnmatchable(value: unknown): boolean {
  return typeof value === 'string' && (value.length > MAX_NAMED || value.endsWith(' '));
}
