import { type Columns, cellsOf, selected } from './cells';
import type { Tx } from './database';
import type { KeyType } from './dialect';
import { Pipeline } from './pipeline';
import { chunks, placeholders } from './sql';

/** The rows of the site whose column has one of the values: one statement per chunk of values. */
export async function findBy<Row extends object>(
  tx: Tx,
  table: string,
  columns: Columns<Row>,
  siteId: number,
  column: string,
  values: Iterable<string | number>,
): Promise<Row[]> {
  const found: Row[] = [];
  const cells = cellsOf(columns);
  for (const chunk of chunks([...values])) {
    const where = `WHERE site_id = ? AND ${column} IN ${placeholders(chunk.length)}`;
    const sql = `SELECT ${selected(columns)} FROM ${table} ${where}`;
    const rows = await tx.query<Row>(sql, [siteId, ...chunk], cells);
    for (const row of rows) found.push(row);
  }
  return found;
}

/**
 * The rows of the site whose columns together have one of the keys: one statement per chunk of keys, all of them
 * handed to the database before this returns. A key twice finds its rows twice.
 */
export async function findByKeys<Row extends object>(
  tx: Tx,
  table: string,
  columns: Columns<Row>,
  siteId: number,
  keyColumns: Readonly<Record<string, KeyType>>,
  keys: readonly (readonly (string | number)[])[],
): Promise<Row[]> {
  const cells = cellsOf(columns);
  const isOne = Object.keys(keyColumns).map((column) => `t.${column} = k.${column}`);
  const sql = `SELECT ${selected(columns, 't')} ${tx.dialect.fromKeys(keyColumns)} ${table} t
    ON t.site_id = ? AND ${isOne.join(' AND ')}`;
  const found = new Pipeline<Row[]>();
  for (const chunk of chunks(keys)) found.add(tx.prepared<Row>(sql, [JSON.stringify(chunk), siteId], cells));
  return (await found.answers()).flat();
}
