import type { Tx } from './database';
import { chunks, placeholders, tupleIn } from './sql';

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

/** The rows of the site whose columns together have one of the tuples: one statement per chunk of tuples. */
export async function findByTuples<Row>(
  tx: Tx,
  select: string,
  siteId: number,
  columns: readonly string[],
  tuples: readonly (readonly (string | number)[])[],
): Promise<Row[]> {
  const found: Row[] = [];
  for (const chunk of chunks(tuples)) {
    const where = `WHERE ${tupleIn(tx.kind, ['site_id', ...columns], chunk.length)}`;
    const values = chunk.flatMap((tuple) => [siteId, ...tuple]);
    const rows = await tx.query<Row>(`${select} ${where}`, values);
    for (const row of rows) found.push(row);
  }
  return found;
}
