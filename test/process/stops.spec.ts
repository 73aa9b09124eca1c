import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL_KEY, type StartedScript, startScript } from '../support/child-process';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { IMPORT } from '../support/import-cases';
import { storeWorld } from '../support/world';

/** `npm run test:stops` asks for more. */
const STOPS = Number(process.env.STOPS ?? 3);
const LEARNERS = 300;
const QUERY = JSON.stringify({ query: '{ consolidatedTracking(first: 20) { totalCount nodes { id } } }' });
const importOf = (progression: number) =>
  JSON.stringify({
    query: IMPORT,
    variables: {
      input: {
        rows: Array.from({ length: LEARNERS }, (_, index) => ({ ...classRow(index + 1), progression })),
      },
    },
  });

/** How a request ended that the server answered, or was not there for. */
type Ended = 'answered' | 'refused';

interface Client {
  /** Between an answer and the next request. */
  readonly pauseMs: number;
  readonly body: () => string;
  /** A connection for each request. */
  readonly reconnects?: boolean;
  /** Sends a request in two parts, with this between them. */
  readonly betweenPartsMs?: number;
}

describe('a server that is stopped under load', () => {
  let test: TestDatabase;
  let server: StartedScript;
  let url: string;
  let key: string;

  beforeAll(async () => {
    const [embedded] = DATABASE_KINDS;
    if (embedded === undefined) throw new Error('There is always the embedded database.');
    test = await openTestDatabase(embedded);
    await storeWorld(test, classWorld({ learners: LEARNERS }));
  });
  afterAll(() => test.drop());

  async function start(env: Record<string, string> = {}): Promise<void> {
    if (test.target.kind !== 'sqlite') throw new Error('The load is made for the embedded database.');
    server = startScript('src/main.js', {
      cwd: __dirname,
      env: {
        DATABASE_URL: `sqlite:${test.target.path}`,
        PORT: '0',
        RATE_LIMIT_REQUESTS: '1000000',
        RATE_LIMIT_SITE_REQUESTS: '1000000',
        RATE_LIMIT_ROWS: '1000000000',
        RATE_LIMIT_SITE_ROWS: '1000000000',
        ...env,
      },
    });
    [key = ''] = await server.prints(LOCAL_KEY, 'stderr');
    [, url = ''] = await server.prints(/"url":"([^"]+)"/);
  }

  /** Rejects where the connection breaks, or the answer is none. */
  function send({ body, betweenPartsMs }: Client, agent: Agent): Promise<Ended> {
    const { hostname, port } = new URL(url);
    const text = body();
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        hostname,
        port,
        agent,
        method: 'POST',
        path: '/graphql',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          authorization: `Bearer ${key}`,
        },
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') resolve('refused');
        else reject(error);
      });
      request.once('response', (response: IncomingMessage) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          answer += part;
        });
        response.once('error', reject);
        response.once('end', () => {
          const { data, errors } = JSON.parse(answer) as { data?: unknown; errors?: unknown };
          if (response.statusCode === 200 && data && errors === undefined) resolve('answered');
          else reject(new Error(`${response.statusCode}: ${answer.slice(0, 500)}`));
        });
      });
      if (betweenPartsMs === undefined) request.end(text);
      else {
        request.write(text.slice(0, 20));
        setTimeout(() => request.end(text.slice(20)), betweenPartsMs);
      }
    });
  }

  /** Sends one request after the other until the server is not there any more. Answers how many it answered. */
  async function goOn(client: Client): Promise<number> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let answered = 0; ; answered++) {
      const ended = await send(client, agent);
      if (client.reconnects) agent.destroy();
      if (ended === 'refused') return answered;
      await delay(client.pauseMs * Math.random());
    }
  }

  const CLIENTS: readonly Client[] = [
    ...Array.from({ length: 10 }, (_, index) => ({ pauseMs: index * 5, body: () => QUERY })),
    ...Array.from({ length: 2 }, () => ({ pauseMs: 5, body: () => QUERY, reconnects: true })),
    ...Array.from({ length: 2 }, () => ({ pauseMs: 5, body: () => QUERY, betweenPartsMs: 100 })),
    ...Array.from({ length: 2 }, () => ({
      pauseMs: 1,
      body: () => importOf(Math.floor(Math.random() * 100)),
    })),
  ];

  it.each(Array.from({ length: STOPS }, (_, index) => index + 1))(
    'answers all that it accepted (stop %i)',
    async (stop) => {
      await start({ DRAIN_DELAY: String(stop % 2) });
      const clients = Promise.allSettled(CLIENTS.map(goOn));
      await delay(500 + 500 * Math.random());
      server.child.kill('SIGTERM');
      const outcomes = await clients;
      const broken = outcomes.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
      expect(broken).toEqual([]);
      // Every client had begun.
      for (const each of outcomes) expect(each).toMatchObject({ value: expect.any(Number) });
      expect((await server.finished).code).toBe(0);
    },
  );

  it('goes on for DRAIN_DELAY, not ready and with last answers; a second signal ends it at once', async () => {
    await start({ DRAIN_DELAY: '600' });
    const ready = async () => {
      const response = await fetch(`${url}/health/ready`);
      return [response.status, response.headers.get('connection'), await response.json()];
    };
    expect(await ready()).toEqual([200, 'keep-alive', { status: 'ok' }]);
    server.child.kill('SIGTERM');
    await server.prints(/"msg":"stopping"/);
    expect(await ready()).toEqual([503, 'close', { status: 'unavailable', reason: 'stopping' }]);
    const live = await fetch(`${url}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: QUERY,
    });
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    expect(await response.json()).toMatchObject({ data: { consolidatedTracking: {} } });
    server.child.kill('SIGTERM');
    const ended = await server.finished;
    expect([ended.code, server.child.signalCode]).toEqual([null, 'SIGTERM']);
  });

  it('ends by itself after DRAIN_DELAY', async () => {
    await start({ DRAIN_DELAY: '1' });
    server.child.kill('SIGTERM');
    const { code, stdout } = await server.finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(/"msg":"stopped"\}\n$/);
  });
});
