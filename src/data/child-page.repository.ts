import { chunksOf } from '../kernel/chunks';
import { type Cells, type Columns, cellsOf, selected, wholeNumber } from './cells';
import type { Tx } from './database';
import { placeholders } from './sql';

/** Rows that belong to others, such as the registrations of a session. */
export interface ChildRows<Row> {
  readonly table: string;
  readonly columns: Columns<Row>;
  /** The column with the id of what they belong to. */
  readonly parent: string;
  /** What tells them apart within it, and what they are sorted by: together with the parent it is an index. */
  readonly order: string;
}

/** A page of what belongs to one of them. */
export interface ChildPage {
  readonly parentId: number;
  readonly limit: number;
  /** Begins behind this one; 0 for the first page. */
  readonly after: number;
}

/** Of pages that are read by one statement: its text grows with them, and SQLite joins 500 at most. */
const PAGES_AT_ONCE = 100;

/**
 * Each page in its order. A statement reads of each parent no more rows than its page has: a join of all rows with a
 * number for each, as window functions count them, would read whole sessions.
 */
export async function findChildPages<Row extends object>(
  tx: Tx,
  siteId: number,
  { table, columns, parent, order }: ChildRows<Row>,
  pages: readonly ChildPage[],
): Promise<Row[][]> {
  const cells: Cells<Row & { page: number }> = { ...cellsOf(columns), page: wholeNumber } as never;
  const found: Row[][] = pages.map(() => []);
  let first = 0;
  for (const chunk of chunksOf(pages, PAGES_AT_ONCE)) {
    const part = (_: ChildPage, place: number) =>
      `SELECT * FROM (SELECT ${first + place} AS page, ${selected(columns, 't')} FROM ${table} t
       WHERE t.site_id = ? AND t.${parent} = ? AND t.${order} > ? ORDER BY t.${order} LIMIT ?) few${place}`;
    const values = chunk.flatMap(({ parentId, limit, after }) => [siteId, parentId, after, limit]);
    const rows = await tx.query(chunk.map(part).join(' UNION ALL '), values, cells);
    for (const { page, ...row } of rows) found[page]?.push(row as unknown as Row);
    first += chunk.length;
    await tx.giveWay?.();
  }
  return found;
}

/** How many rows belong to each of these. */
export async function countChildren<Row>(
  tx: Tx,
  siteId: number,
  { table, parent }: ChildRows<Row>,
  parentIds: readonly number[],
): Promise<number[]> {
  const totals = new Map<number, number>();
  for (const chunk of chunksOf([...new Set(parentIds)], PAGES_AT_ONCE)) {
    const rows = await tx.query(
      `SELECT ${parent} AS parentId, COUNT(*) AS total FROM ${table}
       WHERE site_id = ? AND ${parent} IN ${placeholders(chunk.length)} GROUP BY ${parent}`,
      [siteId, ...chunk],
      { parentId: wholeNumber, total: wholeNumber },
    );
    for (const { parentId, total } of rows) totals.set(parentId, total);
    await tx.giveWay?.();
  }
  return parentIds.map((id) => totals.get(id) ?? 0);
}
