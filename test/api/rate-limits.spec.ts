import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Caller } from '../../src/access/caller';
import { createRateLimits, type RateLimitSettings, rateLimited } from '../../src/access/rate-limits';
import { requestContext } from '../../src/access/request-context';
import { buildApiSchema } from '../../src/api-schema';
import { createMetrics } from '../../src/metrics/metrics';
import { createServer, type HttpServer } from '../../src/server';
import { apiOn, NOW } from '../support/api';
import { testCaller } from '../support/caller';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { IMPORT } from '../support/import-cases';
import { testLogger } from '../support/logs';
import { storedTracking, storeWorld } from '../support/world';

const WIDE: RateLimitSettings = {
  requestsPerCaller: 1e6,
  requestsPerSite: 1e6,
  rowsPerCaller: 1e6,
  rowsPerSite: 1e6,
  badSignInsPerAddress: 1e6,
};
const schema = buildApiSchema();

const { TEST_REDIS_URL } = process.env;
const STORES: readonly (readonly [name: string, open: () => Redis | undefined])[] = [
  ['in memory', () => undefined],
  ...(TEST_REDIS_URL === undefined
    ? []
    : ([['in Redis', () => new Redis(TEST_REDIS_URL, { enableOfflineQueue: false })]] as const)),
];

describe.each(DATABASE_KINDS.slice(0, 1))('rate limits', (kind) => {
  let test: TestDatabase;
  let redis: Redis | undefined;
  const servers: HttpServer[] = [];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: 10 }));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    redis?.disconnect();
    redis = undefined;
  });
  afterAll(() => test.drop());

  describe.each(STORES)('%s', (_name, openStore) => {
    /** Counters outlive a test in Redis: every test has callers of its own. */
    let name: string;
    beforeEach(async () => {
      name = randomUUID();
      redis = openStore();
      if (redis !== undefined) await new Promise((resolve) => redis?.once('ready', resolve));
    });

    /** The caller is the one that the header names, as `SITE:NAME`. */
    async function serve(settings: Partial<RateLimitSettings>): Promise<string> {
      const limits = createRateLimits({ ...WIDE, ...settings }, redis && { redis });
      const metrics = createMetrics('0.0.0');
      const server = await createServer({
        schema,
        logger: testLogger(),
        metrics,
        ping: () => test.database.ping(),
        signIn: async (authorization = '') => {
          const [siteId, id = ''] = authorization.split(':');
          return { kind: 'caller', caller: testCaller({ siteId: Number(siteId), id: `${name}-${id}` }) };
        },
        limits,
        createContext: (caller, requestId) =>
          requestContext(caller, requestId, {
            database: test.database,
            limits,
            clock: () => new Date(NOW),
            observer: metrics,
          }),
        operations: [],
        settings: { idleGraceMs: 0 },
      });
      servers.push(server);
      return server.listen('127.0.0.1', 0);
    }

    const post = (url: string, caller: string, body: object) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: caller },
        body: JSON.stringify(body),
      });

    async function ask(url: string, caller: string) {
      const response = await post(url, caller, { query: '{ __typename }' });
      const header = (field: string) => Number(response.headers.get(field));
      return {
        status: response.status,
        limit: header('ratelimit-limit'),
        remaining: header('ratelimit-remaining'),
        reset: header('ratelimit-reset'),
        retryAfter: response.headers.get('retry-after'),
        body: await response.json(),
      };
    }

    /** Sites differ from test to test, as their counters may be shared. */
    const sites = { next: (process.pid % 100_000) * 1_000 };
    const aSite = () => ++sites.next;

    it('count requests per caller, tell what is left, and refuse with the time to wait', async () => {
      const url = await serve({ requestsPerCaller: 2 });
      const [one, other] = [`${aSite()}:one`, `${sites.next}:other`];
      expect(await ask(url, one)).toMatchObject({ status: 200, limit: 2, remaining: 1, retryAfter: null });
      expect(await ask(url, one)).toMatchObject({ status: 200, limit: 2, remaining: 0, retryAfter: null });
      const refused = await ask(url, one);
      expect(refused).toMatchObject({
        status: 429,
        limit: 2,
        remaining: 0,
        retryAfter: String(refused.reset),
        body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
      });
      expect(refused.reset).toBeGreaterThanOrEqual(1);
      expect(refused.reset).toBeLessThanOrEqual(60);
      expect(await ask(url, other)).toMatchObject({ status: 200, remaining: 1 });
    });

    it('count requests per site, whoever of it calls; another site does not feel it', async () => {
      const url = await serve({ requestsPerSite: 2 });
      const [site, elsewhere] = [aSite(), aSite()];
      expect(await ask(url, `${site}:one`)).toMatchObject({ status: 200, limit: 2, remaining: 1 });
      expect(await ask(url, `${site}:two`)).toMatchObject({ status: 200, limit: 2, remaining: 0 });
      expect((await ask(url, `${site}:three`)).status).toBe(429);
      expect((await ask(url, `${elsewhere}:one`)).status).toBe(200);
    });

    it('of a caller are not used up by what the limit of the site refuses', async () => {
      const url = await serve({ requestsPerCaller: 3, requestsPerSite: 1 });
      const site = aSite();
      expect((await ask(url, `${site}:one`)).status).toBe(200);
      for (let tries = 0; tries < 5; tries++) expect((await ask(url, `${site}:one`)).status).toBe(429);
    });

    const rows = (count: number) => Array.from({ length: count }, (_, index) => classRow(index + 1));
    const importRows = async (url: string, caller: string, count: number, more: object = {}) => {
      const response = await post(url, caller, {
        query: IMPORT,
        variables: { input: { rows: rows(count), ...more } },
      });
      return (await response.json()) as {
        data: { importConsolidatedTracking: { summary: { received: number } } } | null;
        errors?: { extensions: Record<string, unknown> }[];
      };
    };

    it('count imported rows, and refuse an import that goes beyond, whole', async () => {
      const url = await serve({ rowsPerCaller: 10 });
      const caller = `${aSite()}:one`;
      expect((await importRows(url, caller, 6)).data?.importConsolidatedTracking.summary.received).toBe(6);
      const before = await storedTracking(test);
      const { data, errors } = await importRows(url, caller, 5);
      expect(data).toBeNull();
      expect(errors).toMatchObject([
        { extensions: { code: 'RATE_LIMITED', limit: 'ROWS_PER_MINUTE', perMinute: 10 } },
      ]);
      const wait = Number(errors?.[0]?.extensions.retryAfterSeconds);
      expect(wait).toBeGreaterThanOrEqual(1);
      expect(wait).toBeLessThanOrEqual(60);
      expect(await storedTracking(test)).toEqual(before);
      // What was refused was not counted: a smaller one still fits, dry or not.
      expect((await importRows(url, caller, 4, { dryRun: true })).errors).toBeUndefined();
      expect((await importRows(url, caller, 1)).errors).toHaveLength(1);
    });

    it('count the rows of several imports in one document', async () => {
      const url = await serve({ rowsPerCaller: 5 });
      const query = `mutation ($input: ImportConsolidatedTrackingInput!) {
        a: importConsolidatedTracking(input: $input) { __typename }
        b: importConsolidatedTracking(input: $input) { __typename }
      }`;
      const response = await post(url, `${aSite()}:one`, { query, variables: { input: { rows: rows(3) } } });
      const { errors } = (await response.json()) as { errors: { path: string[]; extensions: object }[] };
      expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'RATE_LIMITED' } }]);
    });

    it('count rows per site', async () => {
      const url = await serve({ rowsPerSite: 10 });
      const site = aSite();
      expect((await importRows(url, `${site}:one`, 6)).errors).toBeUndefined();
      expect((await importRows(url, `${site}:two`, 6)).errors).toHaveLength(1);
      expect((await importRows(url, `${aSite()}:two`, 6)).errors).toBeUndefined();
    });

    it('do not count an import that is refused as a whole for its settings', async () => {
      const url = await serve({ rowsPerCaller: 6 });
      const caller = `${aSite()}:one`;
      await importRows(url, caller, 6, { parameters: { timeZone: 'Nowhere' } });
      expect((await importRows(url, caller, 6)).errors).toBeUndefined();
    });
  });

  it.each([
    ['an update', `mutation { updateCustomActivity(input: {}) { __typename } }`, {}, 1],
    ['a new activity', `mutation { createCustomActivity(input: { title: "x" }) { __typename } }`, {}, 1],
    ['a new key', `mutation { createApiKey(input: { name: "x", scopes: [] }) { __typename } }`, {}, 1],
    ['an end of a key', `mutation { revokeApiKey(id: "x") { __typename } }`, {}, 1],
    [
      'updates of a list',
      `mutation ($inputs: [UpdateCustomActivityInput!]!) { updateCustomActivities(inputs: $inputs) { __typename } }`,
      { inputs: [{}, {}, {}] },
      3,
    ],
    [
      'assessed participants',
      `mutation ($input: AssessCustomActivityInput!) { assessCustomActivity(input: $input) { __typename } }`,
      { input: { results: [{}, {}, {}] } },
      3,
    ],
  ])('count %s as rows', async (_name, operation, variables, count) => {
    const taken: number[] = [];
    const takeRows = async (rows: number) => {
      taken.push(rows);
      throw rateLimited('ROWS_PER_MINUTE', { isExceeded: true, limit: 2, remaining: 0, resetSeconds: 7 });
    };
    const { errors } = await apiOn(test, { takeRows }).execute(operation, variables);
    expect(taken).toEqual([count]);
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'RATE_LIMITED', limit: 'ROWS_PER_MINUTE', perMinute: 2, retryAfterSeconds: 7 },
    ]);
  });

  if (TEST_REDIS_URL !== undefined) {
    it('hold for all processes together where they share Redis', async () => {
      const caller = testCaller({ id: randomUUID(), siteId: 77 });
      const [one, two] = await Promise.all(
        ['one', 'two'].map(async () => {
          const client = new Redis(TEST_REDIS_URL, { enableOfflineQueue: false });
          await new Promise((resolve) => client.once('ready', resolve));
          return { client, limits: createRateLimits({ ...WIDE, requestsPerCaller: 2 }, { redis: client }) };
        }),
      );
      try {
        const take = async (from: typeof one) =>
          (await from?.limits.takeRequest(caller as Caller))?.isExceeded;
        expect([await take(one), await take(two), await take(one), await take(two)]).toEqual([
          false,
          false,
          true,
          true,
        ]);
      } finally {
        one?.client.disconnect();
        two?.client.disconnect();
      }
    });
  }

  it.each([2, -2])('go by a clock that is not put forward or back (by %i hours)', async (hours) => {
    const limits = createRateLimits({ ...WIDE, requestsPerCaller: 2, badSignInsPerAddress: 1 });
    const caller = testCaller();
    await limits.takeRequest(caller);
    await limits.takeRequest(caller);
    await limits.signInFailed('192.0.2.1');
    const stepped = Date.now() + hours * 3_600_000;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => stepped);
    try {
      const quota = await limits.takeRequest(caller);
      const pause = await limits.signInPauseSeconds('192.0.2.1');
      expect(quota.isExceeded).toBe(true);
      for (const seconds of [quota.resetSeconds, pause ?? 0]) {
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(60);
      }
    } finally {
      clock.mockRestore();
    }
  });

  it('are counted by each process for itself while Redis does not answer', async () => {
    const client = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false, lazyConnect: true });
    client.on('error', () => {});
    await client.connect().catch(() => {});
    const limits = createRateLimits({ ...WIDE, requestsPerCaller: 1 }, { redis: client });
    const caller = testCaller();
    expect((await limits.takeRequest(caller)).isExceeded).toBe(false);
    expect((await limits.takeRequest(caller)).isExceeded).toBe(true);
    client.disconnect();
  });
});
