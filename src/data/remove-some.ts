import { UNREAD } from './cells';
import type { Tx } from './database';
import type { KeyedRows } from './dialect';

/** Which rows of a table are removed. */
export interface Removable extends Pick<KeyedRows, 'table' | 'key'> {
  /** A condition that an index answers, and its values. */
  readonly where: string;
  readonly values: readonly (string | number)[];
  /** How many at a time. */
  readonly limit: number;
}

/** Removes some rows, on every site; answers whether there may be more. What no longer meets the condition stays. */
export async function removeSome(
  { query, dialect }: Tx,
  { table, key, where, values, limit }: Removable,
): Promise<boolean> {
  const columns = Object.keys(key);
  const rows = await query(
    `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where} LIMIT ${limit}`,
    values,
    UNREAD,
  );
  if (rows.length === 0) return false;
  const keys = rows.map((row) => columns.map((column) => row[column]));
  const removed = dialect.deleteByKeys({ table, key, keys }, { sql: where, values });
  await query(removed.sql, removed.values);
  return rows.length === limit;
}

export const SECONDS_A_DAY = 24 * 60 * 60;
