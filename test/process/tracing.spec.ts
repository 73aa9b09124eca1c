import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LOCAL_KEY, type StartedScript, startScript } from '../support/child-process';
import { type Collector, type Span, startCollector } from '../support/collector';
import { DATABASE_KINDS, openTestDatabase, SERVER_KINDS, type TestDatabase } from '../support/databases';
import { ADA_FIRE, worldWith } from '../support/import-cases';
import { storeWorld } from '../support/world';

const PROGRAMS = join(__dirname, '..', '..', 'dist', 'src');
const SERVER = 2;
const EMAIL = 'zoe@example.org';
/** An e-mail, names, a key, an address, and numbers that are values of cells. */
const MARKERS = [LOCAL_KEY, /zoe/i, /example\.org/, /sk_live/, /hush/, /203\.0\.113/, /77424242/];
const IMPORT = `mutation ($input: ImportConsolidatedTrackingInput!) {
  importConsolidatedTracking(input: $input) { __typename }
}`;

let server: StartedScript | undefined;
let key: string;
let collector: Collector | undefined;

afterEach(async () => {
  server?.child.kill('SIGKILL');
  await server?.finished;
  await collector?.close();
  server = undefined;
  collector = undefined;
});

async function startServer(test: TestDatabase, env: Record<string, string>): Promise<string> {
  const { target } = test;
  server = startScript('src/main.js', {
    cwd: __dirname,
    env: { DATABASE_URL: target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url, PORT: '0', ...env },
  });
  const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
  [key = ''] = await server.prints(LOCAL_KEY, 'stderr');
  return url;
}

/** Everything is exported when the server has ended. */
async function stopServer(): Promise<{ stdout: string; lines: Record<string, unknown>[] }> {
  server?.child.kill('SIGTERM');
  const { code, stdout = '', stderr } = (await server?.finished) ?? {};
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Key of this start.*\nPlayground with this key.*\n$/),
  });
  const lines = stdout.trimEnd().split('\n');
  return { stdout, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify(body),
  });
  await response.clone().arrayBuffer();
  return response;
}

const json = ({ url }: Collector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

describe.each(DATABASE_KINDS)('traces on $kind', (kind) => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await openTestDatabase(kind);
    const zoe = { id: 77, login: 'zoe', refNumber: 'zoe-1', email: EMAIL, createdAt: 0 };
    await storeWorld(
      test,
      worldWith({ learners: [zoe], registrations: [{ id: 1077, learnerId: 77, sessionId: 100 }] }),
    );
  });
  afterEach(async () => {
    server?.child.kill('SIGKILL');
    await server?.finished;
    await test.drop();
  });

  it('show a request from HTTP to SQL as one trace, which answers and log lines refer to', async () => {
    collector = await startCollector();
    const url = await startServer(test, json(collector));
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const response = await post(
      url,
      { query: 'query Mine { consolidatedTracking { totalCount } }' },
      { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    );
    await fetch(`${url}/health/ready`);
    const { lines } = await stopServer();

    const spans = collector.spans();
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const root = spans.find((span) => span.scope.endsWith('-http')) as Span;
    expect(root).toMatchObject({
      name: 'POST /graphql',
      kind: SERVER,
      parentSpanId: 'b7ad6b7169203331',
      attributes: {
        'coursetrack.request_id': response.headers.get('x-request-id'),
        'http.route': '/graphql',
        'http.response.status_code': 200,
      },
      resource: { 'service.name': 'coursetrack' },
    });
    const request = spans.find((span) => span.parentSpanId === root.spanId) as Span;
    expect(request).toMatchObject({
      scope: '@fastify/otel',
      attributes: { 'coursetrack.operation': 'consolidatedTracking' },
    });
    const below = spans.filter(
      ({ parentSpanId, scope }) => parentSpanId === request.spanId && scope.endsWith('-graphql'),
    );
    expect(below.map((span) => span.name)).toEqual(['graphql.parse', 'graphql.validate', 'query']);
    const statements = spans.filter((span) => span.parentSpanId === below.at(-1)?.spanId);
    // Each of two reads ends its transaction.
    const ofTwoReads = ['ROLLBACK', 'ROLLBACK', 'SELECT', 'SELECT'];
    expect(statements.map(({ name }) => name).sort()).toEqual(kind.kind === 'sqlite' ? [] : ofTwoReads);
    for (const { scope } of statements) expect(scope).toBe('@opentelemetry/instrumentation-mysql2');

    const line = lines.find(({ msg }) => msg === 'request');
    expect(line).toMatchObject({
      requestId: response.headers.get('x-request-id'),
      trace_id: traceId,
      span_id: expect.stringMatching(/^[\da-f]{16}$/),
    });
    expect(lines.find(({ msg }) => msg === 'listening')).not.toHaveProperty('trace_id');
  });

  it.each(['http/json', 'http/protobuf'])('by %s hold nothing of callers and learners', async (protocol) => {
    collector = await startCollector();
    const url = await startServer(test, { ...json(collector), OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
    const headers = {
      'x-api-key': 'sk_live_hush',
      cookie: 'session=hush',
      'user-agent': 'Zoe/1.0',
      referer: `https://zoe.example.org/?mail=${EMAIL}`,
      'x-forwarded-for': '203.0.113.7',
      forwarded: 'for=203.0.113.7',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=zoe',
      baggage: `mail=${EMAIL}`,
    };
    const row = {
      ...ADA_FIRE,
      candidateLogin: undefined,
      candidateEmail: EMAIL,
      score: 5,
      scoreMax: 77424242,
    };
    // Values in variables, and written into the document with comments, aliases and a name of the operation.
    const imported = await post(
      url,
      { query: IMPORT, variables: { input: { rows: [row], idempotencyKey: 'sk_live_hush' } } },
      headers,
    );
    expect(await imported.json()).toMatchObject({
      data: { importConsolidatedTracking: { __typename: expect.stringMatching(/Success$|Warning$/) } },
    });
    await post(
      url,
      {
        query: `# ${EMAIL}
          mutation Zoe {
            zoe: importConsolidatedTracking(input: { idempotencyKey: """hush""", rows: [
              { candidateEmail: "${EMAIL}", sessionGuid: "session-100", lovCode: "FIRE", scoreMax: 77424242, score: 5 } # zoe
            ] }) { __typename }
          }`,
        operationName: 'Zoe',
      },
      headers,
    );
    // Refused for its key, its syntax, its fields, its variables, its operation, its address, its host.
    await post(url, { query: '{ __typename }' }, { ...headers, authorization: 'Bearer sk_live_hush' });
    await post(url, { query: `{ "${EMAIL}"` }, headers);
    await post(url, { query: `query Zoe { zoe(mail: "${EMAIL}") }` }, headers);
    await post(url, { query: IMPORT, variables: { input: { rows: EMAIL } } }, headers);
    await post(url, { query: '{ messageCatalogue { code } }', operationName: 'Zoe' }, headers);
    await fetch(`${url}/${EMAIL}?zoe=77424242`, { headers });
    await fetch(`${url}/graphql?mail=${EMAIL}`, { headers });
    await new Promise((resolve) => {
      const { hostname, port } = new URL(url);
      httpRequest(
        { hostname, port, path: '/zoe', headers: { ...headers, host: 'zoe.example.org' } },
        (response) => response.resume().on('end', resolve),
      ).end();
    });
    // An error of the driver whose message holds data.
    await test.query(
      kind.kind === 'sqlite'
        ? `CREATE TRIGGER refuse BEFORE UPDATE ON consolidated_tracking BEGIN SELECT RAISE(ABORT, '${EMAIL}'); END`
        : `CREATE TRIGGER refuse BEFORE UPDATE ON consolidated_tracking FOR EACH ROW
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${EMAIL}'`,
    );
    const failed = await post(
      url,
      { query: IMPORT, variables: { input: { rows: [{ ...row, score: 77424242 }] } } },
      headers,
    );
    expect(await failed.json()).toMatchObject({
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    await stopServer();

    expect(collector.bodies.length).toBeGreaterThan(0);
    const exported = [...collector.bodies, ...collector.headers].join('\n');
    for (const name of ['POST /graphql', 'graphql.validate', 'mutation', 'coursetrack.request_id']) {
      expect(exported).toContain(name);
    }
    if (kind.kind !== 'sqlite') expect(exported).toMatch(/INSERT INTO consolidated_tracking/);
    expect(MARKERS.filter((marker) => marker.test(exported))).toEqual([]);
  });

  it('show that a statement failed, without its message', async () => {
    collector = await startCollector();
    const url = await startServer(test, json(collector));
    await test.query('DROP TABLE import_run');
    await post(url, { query: IMPORT, variables: { input: { rows: [ADA_FIRE] } } });
    await stopServer();
    const failed = collector.spans().filter(({ status }) => status.code === 2);
    expect(failed.map(({ name, status }) => [name, status])).toEqual(
      kind.kind === 'sqlite' ? [] : [['INSERT', { code: 2 }]],
    );
  });
});

describe('tracing', () => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await openTestDatabase(DATABASE_KINDS[0] as (typeof DATABASE_KINDS)[number]);
  });
  afterEach(async () => {
    server?.child.kill('SIGKILL');
    await server?.finished;
    await test.drop();
  });

  it('follows the standard variables for names and sampling', async () => {
    collector = await startCollector();
    const url = await startServer(test, {
      ...json(collector),
      OTEL_SERVICE_NAME: 'learning-records',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=one',
    });
    await post(url, { query: '{ messageCatalogue { code } }' });
    await stopServer();
    expect(collector.spans()[0]?.resource).toMatchObject({
      'service.name': 'learning-records',
      'deployment.environment.name': 'test',
    });
    expect(collector.headers[0]).toContain('"x-tenant":"one"');

    collector.bodies.length = 0;
    const unsampled = await startServer(test, { ...json(collector), OTEL_TRACES_SAMPLER: 'always_off' });
    await post(unsampled, { query: '{ messageCatalogue { code } }' });
    await stopServer();
    expect(collector.bodies).toEqual([]);
  });

  it('neither holds up requests nor the end when the collector never answers', async () => {
    collector = await startCollector(() => {});
    const anHour = '3600000';
    const url = await startServer(test, {
      ...json(collector),
      OTEL_BSP_SCHEDULE_DELAY: '10',
      OTEL_BSP_EXPORT_TIMEOUT: anHour,
      OTEL_EXPORTER_OTLP_TIMEOUT: anHour,
    });
    await post(url, { query: '{ messageCatalogue { code } }' });
    while (collector.bodies.length === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 50; i++) {
      expect((await post(url, { query: '{ messageCatalogue { code } }' })).status).toBe(200);
    }
    const { lines } = await stopServer();
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
  });

  it('says once that the collector is down, and when it is back', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));

    const url = await startServer(test, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '10',
      // It is tried again for as long; a collector that is there may take more than a moment on a busy machine.
      OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    });
    await post(url, { query: '{ messageCatalogue { code } }' });
    await server?.prints(/traces cannot be exported/);
    await post(url, { query: '{ messageCatalogue { code } }' });
    const back = createServer((_request, response) => response.end()).listen(port, '127.0.0.1');
    for (let answered = false; !answered; ) {
      await post(url, { query: '{ messageCatalogue { code } }' });
      answered = await Promise.race([
        (server as StartedScript).prints(/traces are exported again/).then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
      ]);
    }
    const { lines } = await stopServer();
    back.closeAllConnections();
    back.close();
    const about = lines.filter(({ msg }) => String(msg).startsWith('traces')).map(({ level }) => level);
    expect(about).toEqual([40, 30]);
  });

  it.each<[string, Record<string, string>, RegExp[]]>([
    ['loads nothing while it is off', { OTEL_TRACES_EXPORTER: 'none' }, []],
    [
      'is there before what it traces',
      { OTEL_TRACES_EXPORTER: 'otlp' },
      [/@opentelemetry\/instrumentation\//],
    ],
  ])('%s', (_name, env, expected) => {
    const loaded = modulesLoadedBy(['./instrument'], env);
    for (const each of expected) expect(loaded.some((file) => each.test(file))).toBe(true);
    const traced = /node_modules\/(?:fastify|graphql|mysql2|typeorm|@apollo)\//;
    expect(loaded.filter((file) => traced.test(file))).toEqual([]);
  });

  it('is not loaded by the whole server while it is off', () => {
    const loaded = modulesLoadedBy(['./instrument', './start'], {});
    expect(loaded.some((file) => file.includes('node_modules/fastify/'))).toBe(true);
    const ofTracing =
      /node_modules\/(?:@opentelemetry\/(?!api\/)|@fastify\/otel|(?:require|import)-in-the-middle)/;
    expect(loaded.filter((file) => ofTracing.test(file))).toEqual([]);
  });
});

// A loop, because jest refuses an empty table.
for (const kind of SERVER_KINDS) {
  it(`statements to ${kind.kind} leave with their values masked, those in the text and those beside it`, async () => {
    collector = await startCollector();
    const script = `
      const { tracing } = require('./instrument');
      const { SpanKind, trace } = require('@opentelemetry/api');
      const mysql = require('mysql2/promise');
      trace.getTracer('test').startActiveSpan('request', { kind: SpanKind.SERVER }, async (span) => {
        const connection = await mysql.createConnection(process.argv[1]);
        await connection.query("SELECT '${EMAIL}', 'it\\\\'s zoe', 77424242");
        await connection.query('SELECT ?, ?', ['${EMAIL}', 77424242]);
        await connection.query({ sql: 'SELECT ? AS a', values: ['${EMAIL}'] });
        await connection.execute('SELECT ? AS b', ['${EMAIL}']);
        await connection.end();
        span.end();
        await tracing.stop();
      });`;
    const child = spawn(process.execPath, ['-e', script, kind.url], {
      cwd: PROGRAMS,
      env: { PATH: process.env.PATH, ...json(collector) },
      stdio: 'inherit',
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    const statements = collector.spans().map(({ attributes }) => attributes['db.query.text']);
    expect(statements).toEqual([
      'SELECT ?, ?, ?',
      'SELECT ?, ?',
      'SELECT ? AS a',
      'SELECT ? AS b',
      undefined,
    ]);
    const exported = collector.bodies.join();
    expect(MARKERS.filter((marker) => marker.test(exported))).toEqual([]);
  });
}

function modulesLoadedBy(files: readonly string[], env: Record<string, string>): string[] {
  const loads = files.map((file) => `require('${file}');`).join('');
  const script = `${loads} process.stdout.write(JSON.stringify(Object.keys(require.cache)))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: PROGRAMS,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as string[];
}
