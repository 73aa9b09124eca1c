import { ImportRunEntity } from '../../src/data/entities/import-run.entity';
import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_AID,
  ADA_FIRE,
  BOB_FIRE,
  importRows,
  LONG_AGO,
  OTHER_SITE,
  stored,
  TRACKING_SELECTION,
  type TrackingAnswer,
  worldWith,
} from '../support/import-cases';
import type { StoredRow, World } from '../support/import-types';
import { storeWorld } from '../support/world';

const QUERY = /* GraphQL */ `
  query ConsolidatedTracking($filter: ConsolidatedTrackingFilter = {}, $first: Int! = 50, $after: String) {
    consolidatedTracking(filter: $filter, first: $first, after: $after) {
      edges { cursor node { id } }
      nodes { ${TRACKING_SELECTION} }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`;

interface Connection {
  readonly edges: { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly nodes: TrackingAnswer[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

interface Variables {
  readonly filter?: Record<string, unknown> | null;
  readonly first?: number;
  readonly after?: string | null;
}

const MINUTE = 60_000;

/** Ada in a session of each of two trainings, Bob in the first. */
const WORLD: World = worldWith({
  learners: [{ id: 3, login: 'Zoë', refNumber: 'R-3', email: 'Ada@example.org', createdAt: 0 }],
  trainings: [{ id: 20, guid: 'training-20', pathCode: 'CARE', title: 'Care' }],
  sessions: [{ id: 200, trainingId: 20, guid: 'session-200', title: 'Spring' }],
  registrations: [
    { id: 1003, learnerId: 1, sessionId: 200 },
    { id: 1004, learnerId: 3, sessionId: 100 },
  ],
  stored: [
    stored({
      updatedAt: NOW - 3 * MINUTE,
      status: 'PASSED',
      firstCompletionDate: NOW - MINUTE,
      progression: 100,
    }),
    stored({ lovId: 2, updatedAt: NOW - MINUTE, status: 'FAILED' }),
    stored({ registrationId: 1002, updatedAt: NOW - 2 * MINUTE }),
    stored({ registrationId: 1003, updatedAt: NOW, status: 'BROWSED' }),
    stored({ registrationId: 1004, lovId: 2, updatedAt: NOW - 4 * MINUTE }),
  ],
});

/** Registration and LOV of the stored rows, newest change first. */
const ALL = ['1003/1', '1001/2', '1002/1', '1001/1', '1004/2'];

describe.each(DATABASE_KINDS)('consolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => test.clear());
  afterAll(() => test.drop());

  async function page(variables: Variables = {}, on: Api = api): Promise<Connection> {
    const data = await on.run<{ consolidatedTracking: Connection }>(QUERY, { ...variables });
    return data.consolidatedTracking;
  }

  /** The record of the import that `stored` rows come from, as it was kept before there was `written_at`. */
  async function storeRunBefore(siteId: number): Promise<void> {
    const counts = ['received', 'created', 'replaced', 'unchanged', 'deleted', 'superseded', 'rejected'];
    const cells = {
      siteId,
      id: 'before',
      caller: 'test',
      startedAt: new Date(LONG_AGO),
      finishedAt: new Date(NOW),
      writeMode: 'REPLACE',
      errorPolicy: 'IMPORT_VALID',
      dateTimeFormat: 'Y-m-d',
      timeZone: 'UTC',
      defaultTime: '00:00:00',
      timeSpentFormat: 'SECONDS',
      withWarnings: 0,
      ...Object.fromEntries(counts.map((each) => [each, 0])),
    };
    await test.database.transaction(({ manager }) => manager.insert(ImportRunEntity, cells));
  }

  function keys(nodes: readonly TrackingAnswer[]): string[] {
    return nodes.map((node) => `${node.registrationId}/${node.lovId}`);
  }

  async function found(filter: Record<string, unknown>, on: Api = api): Promise<string[]> {
    const { nodes, totalCount } = await page({ filter }, on);
    expect(totalCount).toBe(nodes.length);
    return keys(nodes);
  }

  async function expectRefused(variables: Variables): Promise<void> {
    const result = await api.execute(QUERY, { ...variables });
    expect(result.data ?? null).toBeNull();
    expect(result.errors).toMatchObject([
      { path: ['consolidatedTracking'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  }

  describe('a row', () => {
    it('is answered as the import answered it', async () => {
      await storeWorld(test, worldWith());
      const full = {
        ...ADA_FIRE,
        firstAccessDate: '2024-01-01 08:00:00',
        firstCompletionDate: '2024-02-01T08:00:00.123Z',
        lastAccessDate: '2024-03-01 08:00:00',
        progression: 1 / 3,
        score: 0.1 + 0.2,
        scoreMax: 50,
        timeSpent: 5115,
        trackingStatus: 'passed',
      };
      const answer = await importRows(api, [full, BOB_FIRE]);
      const { nodes } = await page();
      // Of one instant, the newer registration comes first.
      expect(nodes).toEqual([answer.rows[1]?.tracking, answer.rows[0]?.tracking]);
      expect(nodes[1]).toMatchObject({
        registrationId: '1001',
        learnerId: '1',
        sessionId: 100,
        trainingId: 10,
        lovId: '1',
        lovCode: 'FIRE',
        lovGuid: 'lov-1',
        firstAccessDate: '2024-01-01T08:00:00.000Z',
        firstCompletionDate: '2024-02-01T08:00:00.123Z',
        lastAccessDate: '2024-03-01T08:00:00.000Z',
        progression: 0.3333333333333333,
        score: 0.30000000000000004,
        scoreMax: 50,
        timeSpentSeconds: 5115,
        status: 'PASSED',
        updatedAt: '2026-01-15T12:00:00.000Z',
      });
    });
  });

  describe('filter', () => {
    beforeEach(async () => {
      await storeWorld(test, WORLD);
      await storeRunBefore(1);
    });

    it('Without conditions: everything, newest change first', async () => {
      expect(await found({})).toEqual(ALL);
      expect(await found({})).toEqual(ALL);
    });

    it.each<[Record<string, unknown>, string[]]>([
      [{ candidateLogin: 'ada' }, ['1003/1', '1001/2', '1001/1']],
      [{ candidateLogin: 'ADA' }, ['1003/1', '1001/2', '1001/1']],
      [{ candidateLogin: 'ZOË' }, ['1004/2']],
      [{ candidateEmail: 'BOB@Example.org' }, ['1002/1']],
      [{ candidateEmail: 'ada@example.org' }, ['1003/1', '1001/2', '1001/1', '1004/2']],
      [{ candidateRefNumber: 'R-2' }, ['1002/1']],
      [{ sessionGuid: 'session-200' }, ['1003/1']],
      [{ sessionId: 100 }, ['1001/2', '1002/1', '1001/1', '1004/2']],
      [{ trainingId: 20 }, ['1003/1']],
      [{ trainingPathCode: 'SAFETY' }, ['1001/2', '1002/1', '1001/1', '1004/2']],
      [{ lovCode: 'AID' }, ['1001/2', '1004/2']],
      [{ lovGuid: 'lov-1' }, ['1003/1', '1002/1', '1001/1']],
      [{ status: ['PASSED'] }, ['1001/1']],
      [{ status: ['FAILED', 'BROWSED'] }, ['1003/1', '1001/2']],
      [{ status: ['NOT_ATTEMPTED'] }, []],
      [{ status: [] }, []],
      [{ importId: 'before' }, ALL],
      [{ importId: 'BEFORE' }, []],
      // Inclusive.
      [{ changedSince: '2026-01-15T11:58:00.000Z' }, ['1003/1', '1001/2', '1002/1']],
      [{ changedSince: '2026-01-15T11:58:00.001Z' }, ['1003/1', '1001/2']],
      [{ changedSince: '2026-01-15T12:58:00+01:00' }, ['1003/1', '1001/2', '1002/1']],
    ])('%j', async (filter, expected) => {
      expect(await found(filter)).toEqual(expected);
    });

    it.each<[Record<string, unknown>, string[]]>([
      [{ candidateLogin: 'ada', candidateEmail: 'ada@example.org', lovCode: 'FIRE' }, ['1003/1', '1001/1']],
      [
        {
          candidateLogin: 'ada',
          sessionId: 100,
          sessionGuid: 'session-100',
          trainingId: 10,
          status: ['FAILED'],
        },
        ['1001/2'],
      ],
      [{ candidateLogin: 'ada', candidateRefNumber: 'R-2' }, []],
      [{ sessionId: 100, trainingPathCode: 'CARE' }, []],
      [{ lovCode: 'FIRE', lovGuid: 'lov-2' }, []],
      [{ candidateLogin: 'ada', changedSince: '2026-01-15T12:00:00.000Z', importId: 'before' }, ['1003/1']],
    ])('All given conditions must hold: %j', async (filter, expected) => {
      expect(await found(filter)).toEqual(expected);
    });

    it.each<Record<string, unknown>>([
      { candidateLogin: 'nobody' },
      { candidateLogin: 'zoe' },
      { candidateEmail: 'nobody@example.org' },
      { candidateRefNumber: 'r-1' },
      { sessionGuid: 'SESSION-100' },
      { sessionId: 0 },
      { sessionId: -2_147_483_648 },
      { trainingId: 77 },
      { trainingPathCode: 'safety' },
      { lovCode: 'fire' },
      { lovCode: '' },
      { lovGuid: 'none' },
      { importId: '00000000-0000-4000-8000-000000000000' },
      { importId: '%' },
      { candidateLogin: "' OR 1=1 -- " },
    ])('An unknown reference finds nothing: %j', async (filter) => {
      expect(await found(filter)).toEqual([]);
    });

    it.each<Record<string, unknown>>([
      { candidateLogin: 'ada ' },
      { candidateEmail: 'ada@example.org ' },
      { candidateRefNumber: 'R-1 ' },
      { sessionGuid: 'session-100 ' },
      { trainingPathCode: 'SAFETY ' },
      { lovCode: 'FIRE ' },
      { lovGuid: 'lov-1 ' },
      { importId: 'before ' },
    ])('A trailing blank finds nothing: %j', async (filter) => {
      expect(await found(filter)).toEqual([]);
    });
  });

  describe('filter importId', () => {
    it('finds rows this import created or replaced, and that no later one has replaced', async () => {
      await storeWorld(test, worldWith({ stored: [stored()] }));
      const first = await importRows(api, [{ ...ADA_FIRE, progression: 1 }, ADA_AID, BOB_FIRE]);
      expect(await found({ importId: first.importId })).toEqual(['1002/1', '1001/2', '1001/1']);
      const second = await importRows(api, [
        { ...ADA_FIRE, progression: 2 },
        ADA_AID,
        { ...BOB_FIRE, trackingStatus: 'notAttempted' },
      ]);
      expect(second.rows.map((row) => row.outcome)).toEqual(['REPLACED', 'UNCHANGED', 'DELETED']);
      expect(await found({ importId: first.importId })).toEqual(['1001/2']);
      expect(await found({ importId: second.importId })).toEqual(['1001/1']);
    });

    it('finds them where the clock was set back while it ran', async () => {
      await storeWorld(test, worldWith());
      const day = 24 * 60 * MINUTE;
      const instants = [NOW, NOW - day, NOW];
      const clock = () => new Date(instants.shift() ?? NOW);
      const { importId } = await importRows(apiOn(test, { clock }), [ADA_FIRE]);
      expect(await found({ importId })).toEqual(['1001/1']);
    });
  });

  describe('own site', () => {
    it('Every look-up is limited to the site of the caller', async () => {
      await storeWorld(test, worldWith({ stored: [stored()] }));
      await storeWorld(test, { ...OTHER_SITE, stored: [stored({ registrationId: 1051, lovId: 51 })] });
      await storeRunBefore(1);
      await storeRunBefore(2);
      const elsewhere = api.as({ siteId: 2 });
      for (const filter of [
        {},
        { candidateLogin: 'ada' },
        { candidateEmail: 'ada@example.org' },
        { candidateRefNumber: 'R-1' },
        { sessionGuid: 'session-100' },
        { trainingPathCode: 'SAFETY' },
        { lovCode: 'FIRE' },
        { lovGuid: 'lov-1' },
        { importId: 'before' },
      ]) {
        expect(await found(filter)).toEqual(['1001/1']);
        expect(await found(filter, elsewhere)).toEqual(['1051/51']);
      }
      for (const filter of [{ sessionId: 100 }, { trainingId: 10 }]) {
        expect(await found(filter, elsewhere)).toEqual([]);
      }
    });
  });

  describe('paging', () => {
    /** Rows of three registrations and LOVs; only the last one has an instant of its own. */
    const TIED: World = worldWith({
      lovs: [{ id: 3, code: 'LIFT', guid: 'lov-3', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] }],
      sessions: [{ id: 101, trainingId: 10, guid: 'session-101', title: 'Autumn' }],
      registrations: [{ id: 1003, learnerId: 1, sessionId: 101 }],
      stored: [1001, 1002, 1003].flatMap((registrationId): StoredRow[] =>
        [1, 2, 3].map((lovId) =>
          stored({
            registrationId,
            lovId,
            updatedAt: registrationId === 1001 && lovId === 1 ? NOW + 1 : NOW,
          }),
        ),
      ),
    });
    const EXPECTED = [
      '1001/1',
      '1003/3',
      '1003/2',
      '1003/1',
      '1002/3',
      '1002/2',
      '1002/1',
      '1001/3',
      '1001/2',
    ];

    it.each([1, 2, 3, 4, 8, 9, 10])(
      'walks all pages without loss or repetition while updatedAt ties (first: %d)',
      async (first) => {
        await storeWorld(test, TIED);
        const walked: string[] = [];
        let after: string | null = null;
        for (let pages = 1; ; pages++) {
          const { nodes, edges, pageInfo, totalCount }: Connection = await page({ first, after });
          walked.push(...keys(nodes));
          const isLast = pages === Math.ceil(9 / first);
          expect(nodes).toHaveLength(isLast ? 9 - first * (pages - 1) : first);
          expect(edges.map((edge) => edge.node.id)).toEqual(nodes.map((node) => node.id));
          expect(totalCount).toBe(9);
          expect(pageInfo).toEqual({
            hasNextPage: !isLast,
            hasPreviousPage: pages > 1,
            startCursor: edges.at(0)?.cursor,
            endCursor: edges.at(-1)?.cursor,
          });
          after = pageInfo.endCursor;
          if (!pageInfo.hasNextPage) break;
        }
        expect(walked).toEqual(EXPECTED);
      },
    );

    it('continues after any edge', async () => {
      await storeWorld(test, TIED);
      const { edges } = await page();
      for (const [index, { cursor }] of edges.entries()) {
        expect(keys((await page({ after: cursor })).nodes)).toEqual(EXPECTED.slice(index + 1));
      }
    });

    it('neither loses nor repeats rows that stay as they are while others change', async () => {
      await storeWorld(test, TIED);
      const first = await page({ first: 4 });
      // The last row of the first page is gone, and one of the second page moves to the front.
      await test.query('DELETE FROM consolidated_tracking WHERE registration_id = 1003 AND lov_id = 1');
      await importRows(api.as({ clock: () => new Date(NOW + MINUTE) }), [{ ...BOB_FIRE, progression: 5 }]);
      const rest = await page({ after: first.pageInfo.endCursor });
      expect(keys(rest.nodes)).toEqual(['1002/3', '1002/2', '1001/3', '1001/2']);
    });

    it('keeps the filter', async () => {
      await storeWorld(test, TIED);
      const filter = { lovCode: 'AID' };
      const { pageInfo, totalCount } = await page({ filter, first: 2 });
      expect(totalCount).toBe(3);
      expect(keys((await page({ filter, after: pageInfo.endCursor })).nodes)).toEqual(['1001/2']);
    });

    it('An empty page has no cursors', async () => {
      await storeWorld(test, worldWith());
      expect(await page()).toEqual({
        edges: [],
        nodes: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
        totalCount: 0,
      });
    });

    it('first is 50 by default and at most 200', async () => {
      const ids = Array.from({ length: 201 }, (_, index) => 3000 + index);
      await storeWorld(
        test,
        worldWith({
          lovs: ids.map((id) => ({
            id,
            code: `C-${id}`,
            guid: `guid-${id}`,
            provider: 'PARTNER',
            kind: 'OTHER',
            trainingIds: [10],
          })),
          stored: ids.map((lovId) => stored({ lovId })),
        }),
      );
      expect((await page()).nodes).toHaveLength(50);
      const longest = await page({ first: 200 });
      expect(longest.nodes).toHaveLength(200);
      expect(longest.pageInfo.hasNextPage).toBe(true);
      expect(longest.totalCount).toBe(201);
    });

    it.each([0, 201, -1, 2_147_483_647])(
      'first outside 1 to 200 is refused (BAD_USER_INPUT), never clamped: %d',
      async (first) => {
        await storeWorld(test, worldWith({ stored: [stored()] }));
        await expectRefused({ first });
      },
    );

    it.each([
      '',
      'x',
      'not a cursor',
      Buffer.from('1:2').toString('base64url'),
      Buffer.from('1:2:3:4').toString('base64url'),
      Buffer.from('1:2:x').toString('base64url'),
      Buffer.from('-1:2:3').toString('base64url'),
    ])('A bad cursor is refused (BAD_USER_INPUT): %j', async (after) => {
      await storeWorld(test, worldWith({ stored: [stored()] }));
      await expectRefused({ after });
    });

    it('totalCount is counted only when it is asked for', async () => {
      await storeWorld(test, worldWith({ stored: [stored()] }));
      const statements = test.watch();
      await api.run('{ consolidatedTracking { nodes { id } } }');
      expect(statements).toHaveLength(1);
    });
  });
});
