import { type Cluster, NODES, type Node, type Row } from './cluster';

/** What a statement finds, as every node has it; undefined where they differ. */
export async function sameOnEveryNode(
  cluster: Cluster,
  sql: string,
  values: readonly unknown[],
): Promise<Row[] | undefined> {
  const found: Row[][] = [];
  for (const node of NODES) found.push(await cluster.query<Row>(node, sql, values));
  const [first = [], ...others] = found;
  const lines = asLines(first).join();
  return others.every((rows) => asLines(rows).join() === lines) ? first : undefined;
}

/** Rows in an order of their own, for comparison: nodes may find them in different orders. */
export function asLines(rows: readonly Row[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}

export async function countOf(
  cluster: Cluster,
  node: Node,
  table: string,
  siteId: number,
  which = '',
): Promise<number> {
  const [row] = await cluster.query<{ total: number }>(
    node,
    `SELECT COUNT(*) AS total FROM ${table} WHERE site_id = ?${which === '' ? '' : ` AND ${which}`}`,
    [siteId],
  );
  return Number(row?.total);
}
