import { UNREAD } from './cells';
import type { Tx } from './database';

/** Which rows of a table are removed. */
export interface Removable {
  readonly table: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
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
  const rows = await query(
    `SELECT ${key.join(', ')} FROM ${table} WHERE ${where} LIMIT ${limit}`,
    values,
    UNREAD,
  );
  if (rows.length === 0) return false;
  const keys = rows.flatMap((row) => key.map((column) => row[column]));
  await query(`DELETE FROM ${table} WHERE ${dialect.tupleIn(key, rows.length)} AND (${where})`, [
    ...keys,
    ...values,
  ]);
  return rows.length === limit;
}

export const SECONDS_A_DAY = 24 * 60 * 60;
