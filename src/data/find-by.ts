import type { Tx } from './database';
import { Pipeline } from './pipeline';
import { chunks, fromKeys, type KeyType, placeholders } from './sql';

/** The rows of the site whose column has one of the values: one statement per chunk of values. */
export async function findBy<Row>(
  tx: Tx,
  select: string,
  siteId: number,
  column: string,
  values: Iterable<string | number>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const chunk of chunks([...values])) {
    const where = `WHERE site_id = ? AND ${column} IN ${placeholders(chunk.length)}`;
    const rows = await tx.query<Row>(`${select} ${where}`, [siteId, ...chunk]);
    for (const row of rows) found.push(row);
  }
  return found;
}

/**
 * The rows of the site whose columns together have one of the keys: one statement per chunk of keys, all of them
 * handed to the database before this returns. A key twice finds its rows twice.
 */
export async function findByKeys<Row>(
  tx: Tx,
  select: string,
  table: string,
  siteId: number,
  columns: Readonly<Record<string, KeyType>>,
  keys: readonly (readonly (string | number)[])[],
): Promise<Row[]> {
  const isOne = Object.keys(columns).map((column) => `t.${column} = k.${column}`);
  const sql = `SELECT ${select} ${fromKeys(tx.kind, columns)} ${table} t ON t.site_id = ? AND ${isOne.join(' AND ')}`;
  const found = new Pipeline<Row[]>();
  for (const chunk of chunks(keys)) found.add(tx.prepared<Row>(sql, [JSON.stringify(chunk), siteId]));
  return (await found.answers()).flat();
}
