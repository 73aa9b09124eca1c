/** Pages and counts of more rows than the embedded database reads at once, compared with what is stored. */
import { ConsolidatedTrackingEntity } from '../../src/data/entities/consolidated-tracking.entity';
import { chunks } from '../../src/data/sql';
import { countTracking } from '../../src/data/tracking-query.repository';
import { type Api, apiOn } from '../support/api';
import { classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { storeWorld } from '../support/world';

const LEARNERS = 400;
const LOVS = 30;
const START = Date.UTC(2025, 0, 1);
/** So many are changed at one instant. */
const TIED = 7;

interface Row {
  readonly registrationId: number;
  readonly lovId: number;
  readonly status: 'COMPLETED' | 'FAILED';
  readonly updatedAt: number;
}

const ROWS: readonly Row[] = Array.from({ length: LEARNERS * LOVS }, (_, index) => ({
  registrationId: 1 + ((index * 7) % LEARNERS),
  lovId: 1 + Math.floor(index / LEARNERS),
  status: index % 1_500 === 3 ? ('FAILED' as const) : ('COMPLETED' as const),
  updatedAt: START + Math.floor(index / TIED) * 1_000,
}));
const byKey = (a: Row, b: Row) => a.registrationId - b.registrationId || a.lovId - b.lovId;
const OLDEST_FIRST = [...ROWS].sort((a, b) => a.updatedAt - b.updatedAt || byKey(a, b));
const ORDERS = {
  NEWEST_FIRST: [...OLDEST_FIRST].reverse(),
  OLDEST_FIRST,
  KEY: [...ROWS].sort(byKey),
} as const;
type Order = keyof typeof ORDERS;
const ORDER_NAMES = Object.keys(ORDERS) as Order[];
/** The first half of the learners is in the first session, the rest in the second. */
const sessionOf = ({ registrationId }: Row) => (registrationId <= LEARNERS / 2 ? 1 : 2);
const MIDDLE = START + Math.floor(ROWS.length / TIED / 2) * 1_000;
const SINCE = new Date(MIDDLE).toISOString();
const NEARLY_LAST = START + Math.floor((ROWS.length - 500) / TIED) * 1_000;
const LATE = new Date(NEARLY_LAST).toISOString();

const FILTERS: readonly [string, (row: Row) => boolean][] = [
  ['status: [COMPLETED]', ({ status }) => status === 'COMPLETED'],
  ['status: [FAILED]', ({ status }) => status === 'FAILED'],
  ['status: [PASSED]', () => false],
  [`status: [FAILED], changedSince: "${SINCE}"`, (row) => row.status === 'FAILED' && row.updatedAt >= MIDDLE],
  ['sessionId: 2', (row) => sessionOf(row) === 2],
  ['sessionId: 2, status: [FAILED]', (row) => sessionOf(row) === 2 && row.status === 'FAILED'],
  [`sessionId: 1, changedSince: "${SINCE}"`, (row) => sessionOf(row) === 1 && row.updatedAt >= MIDDLE],
  ['trainingPathCode: "T-1"', () => true],
  ['lovCode: "L-3"', ({ lovId }) => lovId === 3],
  [`changedSince: "${SINCE}"`, ({ updatedAt }) => updatedAt >= MIDDLE],
  [`changedSince: "${LATE}"`, ({ updatedAt }) => updatedAt >= NEARLY_LAST],
  ['candidateLogin: "learner-9"', ({ registrationId }) => registrationId === 9],
];

describe.each(DATABASE_KINDS)('tracking of a large site on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    const world = classWorld({ learners: LEARNERS, lovs: LOVS });
    const second = { id: 2, trainingId: 1, guid: 'session-2', title: 'Second' };
    await storeWorld(test, {
      ...world,
      sessions: [...world.sessions, second],
      registrations: world.registrations.map((each) => ({
        ...each,
        sessionId: each.id <= LEARNERS / 2 ? 1 : 2,
      })),
    });
    await test.database.transaction(async ({ manager }) => {
      for (const chunk of chunks(ROWS)) {
        const rows = chunk.map((row) => ({
          ...row,
          siteId: 1,
          importId: 'before',
          updatedAt: new Date(row.updatedAt),
        }));
        await manager.createQueryBuilder().insert().into(ConsolidatedTrackingEntity).values(rows).execute();
      }
    });
  });
  afterAll(() => test.drop());

  interface Page {
    readonly totalCount: number;
    readonly nodes: readonly { readonly registrationId: number; readonly lovId: number }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  }

  async function page(filter: string, orderBy: Order, first: number, after: string | null): Promise<Page> {
    const { consolidatedTracking } = await api.run<{ consolidatedTracking: Page }>(
      `query ($first: Int!, $after: String, $orderBy: TrackingOrder!) {
        consolidatedTracking(filter: { ${filter} }, orderBy: $orderBy, first: $first, after: $after) {
          totalCount nodes { registrationId lovId } pageInfo { hasNextPage endCursor }
        }
      }`,
      { first, after, orderBy },
    );
    return consolidatedTracking;
  }

  const inOrders = FILTERS.flatMap(([filter, holds]) =>
    ORDER_NAMES.map((order) => [order, filter, holds] as const),
  );

  it.each(inOrders)('is counted, and paged %s: %s', async (order, filter, holds) => {
    const expected = ORDERS[order]
      .filter(holds)
      .map(({ registrationId, lovId }) => `${registrationId}/${lovId}`);
    const found: string[] = [];
    let after: string | null = null;
    // The last pages of a large answer are as good as those in between.
    for (let pages = 0; pages < 4; pages++) {
      const read = await page(filter, order, 150, after);
      expect(read.totalCount).toBe(expected.length);
      found.push(...read.nodes.map(({ registrationId, lovId }) => `${registrationId}/${lovId}`));
      expect(read.pageInfo.hasNextPage).toBe(found.length < expected.length);
      after = read.pageInfo.endCursor;
      if (!read.pageInfo.hasNextPage) break;
    }
    expect(found).toEqual(expected.slice(0, found.length));
    expect(found.length).toBe(Math.min(expected.length, 600));
  });

  it('is whole by pages of each order', async () => {
    for (const order of ORDER_NAMES) {
      const found: string[] = [];
      for (let after: string | null = null; ; ) {
        const read: Page = await page('', order, 200, after);
        found.push(...read.nodes.map(({ registrationId, lovId }) => `${registrationId}/${lovId}`));
        after = read.pageInfo.endCursor;
        if (!read.pageInfo.hasNextPage) break;
      }
      expect(found).toEqual(ORDERS[order].map(({ registrationId, lovId }) => `${registrationId}/${lovId}`));
    }
  });

  it('refuses the cursor of another order', async () => {
    for (const order of ORDER_NAMES) {
      const { pageInfo } = await page('', order, 1, null);
      for (const other of ORDER_NAMES.filter((each) => each !== order)) {
        const { errors } = await api.execute(
          `query ($after: String) { consolidatedTracking(orderBy: ${other}, after: $after) { totalCount } }`,
          { after: pageInfo.endCursor },
        );
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
      }
    }
  });

  it('lets others read while it is counted', async () => {
    if (kind.kind !== 'sqlite') return;
    const done: string[] = [];
    const { database } = test;
    const counting = database.read((tx) => countTracking(tx, 1, { statuses: ['PASSED'] }));
    const other = database.read(async () => {});
    await Promise.all([counting.then(() => done.push('count')), other.then(() => done.push('other'))]);
    expect(done).toEqual(['other', 'count']);
  });
});
