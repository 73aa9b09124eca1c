import { once } from 'node:events';
import { connect } from 'node:net';
import { GraphQLError } from 'graphql';
import { loadAcademy } from '../../examples/reference-data/load-academy';
import { requestContext } from '../../src/access/request-context';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import { readOperations } from '../../src/http/operations';
import { createMetrics, type Metrics } from '../../src/metrics/metrics';
import { createServer, type HttpServer, type ServerDeps } from '../../src/server';
import { testCaller, wideLimits } from '../support/caller';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { type HttpApi, serveApi } from '../support/http-api';
import { ADA_AID, ADA_FIRE, BOB_FIRE, worldWith } from '../support/import-cases';
import { testLogger } from '../support/logs';
import { measured } from '../support/measured';
import { present } from '../support/present';
import { type StubContext, stubSchema } from '../support/stub-schema';
import { UPDATE, UPDATE_MANY } from '../support/update-activity';
import { storeWorld } from '../support/world';

const MARKERS = ['zoe', 'Zoe', 'example.org'];
const HTTP = 'coursetrack_http_requests_total';
const REQUESTS = 'coursetrack_graphql_request_duration_seconds';
const ERRORS = 'coursetrack_graphql_errors_total';
const OUTCOMES = 'coursetrack_operation_outcomes_total';
const ROWS = 'coursetrack_imported_rows_total';
const LIMITED = 'coursetrack_rejected_by_limit_total';
const SIGN_INS = 'coursetrack_sign_ins_refused_total';

const IMPORT = `mutation ($input: ImportConsolidatedTrackingInput!) {
  importConsolidatedTracking(input: $input) { __typename ... on ImportConsolidatedTrackingOutcome { importId } }
}`;
const GOOD_UPDATE = { courseId: 1, elementId: 11939, userId: 2, allowStudentsSetCompletion: null };

describe.each(DATABASE_KINDS)('the metrics on $kind', (kind) => {
  let test: TestDatabase;
  let api: HttpApi;
  let metrics: Metrics;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    await test.clear();
    api = await serveApi(test.database);
    metrics = api.metrics;
  });
  afterEach(() => api.stop());
  afterAll(() => test.drop());

  /** A request is counted once its answer is out, hence after the client has it. */
  async function counted(name: string, requests: number): Promise<Record<string, number>> {
    for (;;) {
      const http = Object.values(await measured(metrics, HTTP)).reduce((sum, count) => sum + count, 0);
      if (http >= requests) return measured(metrics, name);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const importRows = (rows: readonly object[], more: object = {}) =>
    api.post({ query: IMPORT, variables: { input: { rows, ...more } } });

  describe('rows of imports', () => {
    beforeEach(() => storeWorld(test, worldWith()));

    it('are counted by what became of them', async () => {
      await importRows([ADA_FIRE, ADA_AID]);
      expect(await measured(metrics, ROWS)).toEqual({ 'outcome=created': 2 });
      const unchanged = ADA_AID;
      const replaced = { ...ADA_FIRE, progression: 50 };
      await importRows([replaced, unchanged, BOB_FIRE, BOB_FIRE, { candidateLogin: 'nobody' }]);
      await importRows([{ ...ADA_FIRE, trackingStatus: 'notAttempted' }]);
      expect(await measured(metrics, ROWS)).toEqual({
        'outcome=created': 3,
        'outcome=replaced': 1,
        'outcome=unchanged': 1,
        'outcome=deleted': 1,
        'outcome=superseded': 1,
        'outcome=rejected': 1,
      });
    });

    it('are not counted by a dry run', async () => {
      await importRows([{ ...ADA_FIRE, timeSpent: 0 }], { dryRun: true });
      expect(await measured(metrics, ROWS)).toEqual({});
      expect(await measured(metrics, OUTCOMES)).toEqual({
        'operation=importConsolidatedTracking,outcome=success': 1,
      });
    });

    it('are not counted again when a retry gets the first answer', async () => {
      const first = await importRows([ADA_FIRE], { idempotencyKey: 'once' });
      const second = await importRows([ADA_FIRE], { idempotencyKey: 'once' });
      expect(second.body).toEqual(first.body);
      expect(await measured(metrics, ROWS)).toEqual({ 'outcome=created': 1 });
    });

    it('are counted as rejected when everything is', async () => {
      await importRows([ADA_FIRE, { candidateLogin: 'nobody' }], { errorPolicy: 'REJECT_EVERYTHING' });
      expect(await measured(metrics, ROWS)).toEqual({ 'outcome=rejected': 2 });
    });

    it('are not counted when the transaction fails', async () => {
      const failing = await serveApi(
        overriding(test.database, {
          transaction: (work) =>
            test.database.transaction(async (tx) => {
              await work(tx);
              throw new Error('COMMIT failed');
            }),
        }),
      );
      await failing.post({ query: IMPORT, variables: { input: { rows: [ADA_FIRE] } } });
      expect(await measured(failing.metrics, ROWS)).toEqual({});
      expect(await measured(failing.metrics, OUTCOMES)).toEqual({});
      await failing.stop();
    });
  });

  describe('outcomes', () => {
    it('are counted by operation and member of its union, each input of a list and each alias', async () => {
      await storeCourseWorld(test, theCourseWorld);
      const warning = { courseId: 1, elementId: 11945, userId: 2 };
      const error = { ...GOOD_UPDATE, courseId: 999 };
      for (const input of [GOOD_UPDATE, warning, error])
        await api.post({ query: UPDATE, variables: { input } });
      await api.post({ query: UPDATE_MANY, variables: { inputs: [GOOD_UPDATE, error, error] } });
      await api.post({
        query: `mutation ($input: UpdateCustomActivityInput!) {
          a: updateCustomActivity(input: $input) { __typename }
          b: updateCustomActivity(input: $input) { __typename }
        }`,
        variables: { input: GOOD_UPDATE },
      });
      expect(await measured(metrics, OUTCOMES)).toEqual({
        'operation=updateCustomActivity,outcome=success': 3,
        'operation=updateCustomActivity,outcome=warning': 1,
        'operation=updateCustomActivity,outcome=error': 1,
        'operation=updateCustomActivities,outcome=success': 1,
        'operation=updateCustomActivities,outcome=error': 2,
      });
    });

    it('are told by every mutation', async () => {
      await test.database.transaction((tx) => loadAcademy(tx, 1));
      const documented = readOperations().filter(({ query }) => /^mutation/m.test(query));
      const told = new Set<string | undefined>();
      for (const { query, variables = '{}' } of documented) {
        await api.post({ query, variables: JSON.parse(variables) });
      }
      // Without a documented example so far.
      await api.post({
        query: `mutation {
          createApiKey(input: { name: "partner", scopes: [TRACKING_READ] }) { __typename }
          revokeApiKey(id: "none") { __typename }
        }`,
      });
      for (const labels of Object.keys(await measured(metrics, OUTCOMES))) {
        told.add(/^operation=(\w+)/.exec(labels)?.[1]);
      }
      const { body } = await api.post({ query: '{ __schema { mutationType { fields { name } } } }' });
      const fields: { name: string }[] = body.data.__schema.mutationType.fields;
      expect([...told].sort()).toEqual(fields.map(({ name }) => name).sort());
    });
  });

  describe('GraphQL requests', () => {
    it('are counted and timed by operation, and by whether there was a GraphQL error', async () => {
      await api.post({ query: 'query Zoe { zoe: messageCatalogue { code } }' });
      await api.post({
        query: '{ importRun(importId: "none") { importId } consolidatedTracking { totalCount } }',
      });
      await api.post({ query: '{ consolidatedTracking(first: 0) { totalCount } }' });
      await api.post({ query: '{ __typename }' });
      await api.post({ query: '{ zoe' });
      await api.post({ query: '{ zoe }' });
      await api.post({ query: 'query A { messageCatalogue { code } }', operationName: 'zoe' });
      await api.post('{');
      expect(await counted(REQUESTS, 8)).toEqual({
        'operation=messageCatalogue,result=ok': 1,
        'operation=several,result=ok': 1,
        'operation=consolidatedTracking,result=error': 1,
        'operation=introspection,result=ok': 1,
        'operation=none,result=error': 4,
      });
      expect(await measured(metrics, ERRORS)).toEqual({
        'operation=consolidatedTracking,code=BAD_USER_INPUT': 1,
        'operation=none,code=GRAPHQL_PARSE_FAILED': 1,
        'operation=none,code=GRAPHQL_VALIDATION_FAILED': 1,
        'operation=none,code=OPERATION_RESOLUTION_FAILURE': 1,
        'operation=none,code=BAD_REQUEST': 1,
      });
    });
  });

  /** To its end: an answer that nobody reads is given up when the collector comes for it. */
  async function get(path: string): Promise<void> {
    await (await fetch(api.url + path)).arrayBuffer();
  }

  describe('HTTP requests', () => {
    it('are counted by route and status, whatever their address', async () => {
      await get('/health/ready?zoe@example.org');
      await get('/zoe@example.org');
      await get('/graphql?zoe');
      await get('/%ff');
      await get('/playground/main.js');
      await get('/playground/styles.css');
      expect(await counted(HTTP, 6)).toEqual({
        'route=/health/ready,status=200': 1,
        'route=none,status=404': 1,
        'route=none,status=405': 1,
        'route=none,status=400': 1,
        'route=/playground/*,status=200': 2,
      });
    });

    it('that are no HTTP are counted too', async () => {
      const { hostname, port } = new URL(api.url);
      connect(Number(port), hostname)
        .on('error', () => {})
        .end('zoe\r\n\r\n');
      expect(await counted(HTTP, 1)).toEqual({ 'route=none,status=400': 1 });
    });

    it('whose caller goes away are told apart', async () => {
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const stop = new AbortController();
      const held = await serveApi(
        overriding(test.database, {
          read: async (work) => {
            stop.abort();
            await gate;
            return test.database.read(work);
          },
        }),
      );
      await expect(
        fetch(`${held.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: '{ consolidatedTracking { totalCount } }' }),
          signal: stop.signal,
        }),
      ).rejects.toThrow('aborted');
      metrics = held.metrics;
      expect(await counted(HTTP, 1)).toEqual({ 'route=/graphql,status=aborted': 1 });
      expect(await measured(metrics, REQUESTS)).toEqual({
        'operation=consolidatedTracking,result=aborted': 1,
      });
      release();
      await held.stop();
    });
  });

  it('tell how long operations took', async () => {
    await storeWorld(test, worldWith());
    await importRows([ADA_FIRE]);
    await counted(HTTP, 1);
    const text = await metrics.registry.getSingleMetricAsString(REQUESTS);
    const seconds = new RegExp(`^${REQUESTS}_sum\\{.*importConsolidatedTracking.*\\} (.+)$`, 'm').exec(
      text,
    )?.[1];
    expect(Number(seconds)).toBeGreaterThan(0);
  });

  it('tell which limit refused a request', async () => {
    await api.post('x'.repeat(16 * 1024 * 1024 + 1));
    expect(await counted(LIMITED, 1)).toEqual({ 'limit=body_bytes': 1 });
  });

  it('tell when a caller may import no more rows for now', async () => {
    const limited = requestContext(testCaller(), 'request', {
      database: test.database,
      limits: { takeRows: async () => ({ isExceeded: true, limit: 1, remaining: 0, resetSeconds: 1 }) },
      clock: () => new Date(),
      observer: metrics,
    });
    await expect(limited.takeRows(2)).rejects.toThrow(GraphQLError);
    expect(await measured(metrics, LIMITED)).toEqual({ 'limit=rows_per_minute': 1 });
  });

  it('tell how busy the database is', async () => {
    metrics.watchDatabase(() => test.database.load());
    const during = await test.database.transaction(async ({ manager }) => {
      await manager.query('SELECT 1');
      return measured(metrics, 'coursetrack_database_connections');
    });
    expect(during).toMatchObject({ 'state=in_use': 1 });
    expect(await measured(metrics, 'coursetrack_database_waiting')).toEqual({});
  });

  it('hold nothing that a caller chose', async () => {
    await storeWorld(test, worldWith());
    const row = {
      candidateLogin: 'zoe',
      candidateEmail: 'zoe@example.org',
      sessionGuid: 'zoe',
      lovCode: 'zoe',
    };
    await importRows([row], { idempotencyKey: 'zoe' });
    await api.post({
      query: `query Zoe($zoe: String) { zoe: consolidatedTracking(after: $zoe) { zoe: totalCount } }`,
      operationName: 'Zoe',
      variables: { zoe: 'zoe@example.org' },
    });
    await api.post({ query: '{ zoe(example: "zoe@example.org") }' });
    await get('/playground/zoe');
    await fetch(`${api.url}/zoe`, { method: 'PUT', headers: { authorization: 'zoe', 'user-agent': 'zoe' } });
    await counted(HTTP, 5);
    const text = await metrics.registry.metrics();
    for (const marker of MARKERS) expect(text).not.toContain(marker);
  });
});

describe('a server of the stub schema', () => {
  const running: HttpServer[] = [];

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  async function serveStub(metrics: Metrics, overrides: Partial<ServerDeps> = {}): Promise<string> {
    const server = await createServer({
      schema: stubSchema,
      logger: testLogger(),
      metrics,
      ping: async () => {},
      signIn: async () => ({ kind: 'caller', caller: testCaller() }),
      limits: wideLimits(),
      createContext: (_caller, requestId): StubContext => ({ requestId }),
      operations: [],
      settings: { idleGraceMs: 0 },
      ...overrides,
    });
    running.push(server);
    return server.listen('127.0.0.1', 0);
  }

  const post = (url: string, query: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });

  /** After it, everything is counted. */
  const stop = () => Promise.all(running.map((server) => server.stop()));

  it('counts an error that stands in an answer many times once, and one it does not know as OTHER', async () => {
    const metrics = createMetrics('1.2.3');
    const url = await serveStub(metrics);
    await post(url, '{ crashes { name } }');
    await post(url, '{ failedOperation }');
    await stop();
    expect(await measured(metrics, ERRORS)).toEqual({
      'operation=crashes,code=INTERNAL_SERVER_ERROR': 1,
      'operation=failedOperation,code=OTHER': 1,
    });
    expect(await measured(metrics, 'coursetrack_build_info')).toEqual({ 'version=1.2.3': 1 });
  });

  it('counts connections that are one too many', async () => {
    const metrics = createMetrics('1.2.3');
    const settings = { limits: { ...DEFAULT_LIMITS, connections: 1 } };
    const url = new URL(await serveStub(metrics, { settings }));
    const first = connect(Number(url.port), url.hostname);
    first.write(
      'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n',
    );
    await once(present(running.at(-1)).app.server, 'request');
    const second = connect(Number(url.port), url.hostname).on('error', () => {});
    await once(second, 'close');
    first.destroy();
    expect(await measured(metrics, LIMITED)).toEqual({ 'limit=connections': 1 });
  });

  it.each<[string, Partial<ServerDeps>, string, object]>([
    ['no good credential', { signIn: async () => ({ kind: 'refused' }) }, SIGN_INS, { '': 1 }],
    [
      'too many bad credentials',
      { signIn: async () => ({ kind: 'paused', retryAfterSeconds: 1 }) },
      LIMITED,
      { 'limit=bad_sign_ins_per_minute': 1 },
    ],
    [
      'too many requests',
      {
        limits: {
          takeRequest: async () => ({ isExceeded: true, limit: 1, remaining: 0, resetSeconds: 1 }),
        },
      },
      LIMITED,
      { 'limit=requests_per_minute': 1 },
    ],
  ])('counts requests with %s', async (_name, deps, name, expected) => {
    const metrics = createMetrics('1.2.3');
    await post(await serveStub(metrics, deps), '{ hello }');
    await stop();
    expect(await measured(metrics, name)).toEqual(expected);
    const others = [SIGN_INS, LIMITED].filter((other) => other !== name);
    for (const other of others) expect(await measured(metrics, other)).toEqual({});
  });
});
