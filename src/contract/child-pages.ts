import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../access/request-context';
import { type ChildPage, type ChildRows, countChildren, findChildPages } from '../data/child-page.repository';
import type { Tx } from '../data/database';
import { perAnswer } from './per-request';

/** The pages of what belongs to records, such as the registrations of sessions: read together for a whole answer. */
export interface ChildPages<Row> {
  readonly pages: DataLoader<ChildPage, readonly Row[], string>;
  readonly totals: DataLoader<number, number>;
}

type FindPages<Row> = (tx: Tx, siteId: number, pages: readonly ChildPage[]) => Promise<Row[][]>;

type PagesOf<Row> = (context: RequestContext, info: GraphQLResolveInfo) => ChildPages<Row>;

/** Of a kind of such rows, the pages that are read for one answer. */
export function childPages<Row extends object>(rows: ChildRows<Row>): PagesOf<Row> {
  return childPagesBy(rows, (tx, siteId, pages) => findChildPages(tx, siteId, rows, pages));
}

/** The same, with more of each row than its table has. */
export function childPagesBy<Counted extends object, Row>(
  counted: ChildRows<Counted>,
  find: FindPages<Row>,
): PagesOf<Row> {
  return perAnswer((context) => loadersOf(counted, find, context));
}

function loadersOf<Counted extends object, Row>(
  counted: ChildRows<Counted>,
  find: FindPages<Row>,
  { database, siteId }: RequestContext,
): ChildPages<Row> {
  return {
    pages: new DataLoader((asked) => database.read((tx) => find(tx, siteId, asked)), {
      cacheKeyFn: ({ parentId, limit, after }) => `${parentId}/${limit}/${after}`,
    }),
    totals: new DataLoader((ids) => database.read((tx) => countChildren(tx, siteId, counted, ids))),
  };
}

/** The source of a page of them, but for the node. */
export function childPageOf<Row>(
  { pages, totals }: ChildPages<Row>,
  parentId: number,
  idOf: (row: Row) => number,
) {
  return {
    find: (limit: number, after: number | null) => pages.load({ parentId, limit, after: after ?? 0 }),
    count: () => totals.load(parentId),
    cursor: {
      write: (row: Row) => String(idOf(row)),
      pattern: /^(\d{1,10})$/,
      read: (id: string | undefined) => Number(id),
    },
  };
}
