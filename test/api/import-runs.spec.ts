import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_FIRE, BOB_FIRE, importRows, OTHER_SITE, worldWith } from '../support/import-cases';
import { storeWorld } from '../support/world';

const QUERY = /* GraphQL */ `
  query ($filter: ImportRunFilter = {}, $first: Int! = 50, $after: String) {
    importRuns(filter: $filter, first: $first, after: $after) {
      totalCount
      nodes { importId caller startedAt summary { received created rejected problemCounts { code rows } } }
      edges { cursor }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
`;

interface Run {
  readonly importId: string;
  readonly caller: string;
  readonly startedAt: string;
  readonly summary: object;
}

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly Run[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const HOUR = 60 * 60 * 1_000;
const at = (hour: number) => new Date(NOW + hour * HOUR);

describe.each(DATABASE_KINDS)('importRuns on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, worldWith({}));
  });
  afterAll(() => test.drop());

  const runs = async (filter: object = {}, page: object = {}, as = api): Promise<Page> =>
    (await as.run<{ importRuns: Page }>(QUERY, { filter, ...page })).importRuns;
  const hoursOf = ({ nodes }: Page) => nodes.map(({ startedAt }) => (Date.parse(startedAt) - NOW) / HOUR);

  /** Imports of so many hours after now, each by its caller; answers their ids. */
  async function importAt(...imports: readonly (readonly [number, string])[]): Promise<string[]> {
    const ids: string[] = [];
    for (const [hour, caller] of imports) {
      const on = api.as({ caller, clock: () => at(hour) });
      ids.push(String((await importRows(on, [{ ...ADA_FIRE, progression: hour + 1 }])).importId));
    }
    return ids;
  }

  it('lists them newest first, with who sent them and what came of them', async () => {
    const on = (hour: number, caller: string) => api.as({ caller, clock: () => at(hour) });
    const first = await importRows(on(0, 'campus'), [{ ...ADA_FIRE, progression: 5 }]);
    const second = await importRows(on(1, 'partner'), [
      { ...ADA_FIRE, score: -1 },
      { ...BOB_FIRE, progression: 5 },
    ]);
    expect(await runs()).toEqual({
      totalCount: 2,
      nodes: [
        {
          importId: second.importId,
          caller: 'partner',
          startedAt: at(1).toISOString(),
          summary: {
            received: 2,
            created: 1,
            rejected: 1,
            problemCounts: [{ code: 'SCORE_NEGATIVE', rows: 1 }],
          },
        },
        {
          importId: first.importId,
          caller: 'campus',
          startedAt: at(0).toISOString(),
          summary: { received: 1, created: 1, rejected: 0, problemCounts: [] },
        },
      ],
      edges: [{ cursor: expect.any(String) }, { cursor: expect.any(String) }],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: expect.any(String) },
    });
  });

  it('leaves out dry runs, replays and the runs of other sites', async () => {
    const ids = await importAt([0, 'campus']);
    await importRows(api, [BOB_FIRE], { dryRun: true });
    await importRows(api, [BOB_FIRE], { idempotencyKey: 'once' });
    await importRows(api, [BOB_FIRE], { idempotencyKey: 'once' });
    const { totalCount, nodes } = await runs();
    expect(totalCount).toBe(2);
    expect(nodes.map(({ importId }) => importId)).toContain(ids[0]);
    expect(await runs({}, {}, api.as({ siteId: OTHER_SITE.siteId }))).toMatchObject({
      totalCount: 0,
      nodes: [],
    });
  });

  it('finds them by caller, written exactly, and by time, both ends included', async () => {
    await importAt([0, 'campus'], [1, 'partner'], [2, 'campus'], [3, 'Campus']);
    expect(hoursOf(await runs({ caller: 'campus' }))).toEqual([2, 0]);
    expect(hoursOf(await runs({ caller: 'CAMPUS' }))).toEqual([]);
    expect(hoursOf(await runs({ caller: `campus${' '}` }))).toEqual([]);
    expect(hoursOf(await runs({ caller: 'x'.repeat(5_000) }))).toEqual([]);
    expect(hoursOf(await runs({ since: at(1) }))).toEqual([3, 2, 1]);
    expect(hoursOf(await runs({ until: at(1) }))).toEqual([1, 0]);
    expect(hoursOf(await runs({ since: at(1), until: at(2), caller: 'partner' }))).toEqual([1]);
    expect(await runs({ caller: 'campus', since: at(1) }, { first: 1 })).toMatchObject({ totalCount: 1 });
  });

  it('pages through them, also through those of one instant, without a gap or a double', async () => {
    const hours = [0, 0, 0, 1, 1, 2, 2, 2];
    const ids = await importAt(...hours.map((hour) => [hour, 'campus'] as const));
    const seen: Run[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage; ) {
      const page: Page = await runs({}, { first: 3, after });
      seen.push(...page.nodes);
      ({ hasNextPage, endCursor: after } = page.pageInfo);
    }
    expect(seen.map(({ startedAt }) => (Date.parse(startedAt) - NOW) / HOUR)).toEqual(hours.toReversed());
    expect(seen.map(({ importId }) => importId).sort()).toEqual(ids.sort());
  });

  it.each([
    ['a page of no runs', { first: 0 }, 'first must be from 1 to 200.'],
    ['a page that is too long', { first: 201 }, 'first must be from 1 to 200.'],
    ['a cursor of something else', { after: 'bm90aGluZw' }, 'after is not a cursor of this connection.'],
  ])('refuses %s', async (_, page, message) => {
    const { errors } = await api.execute(QUERY, page);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
