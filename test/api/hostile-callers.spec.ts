/** What was tried against sign-in and keys, and must not come to anything. */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { tokenReader } from '../../src/access/access-token';
import { makeKey } from '../../src/access/api-key';
import { createSignIn, RECHECK_MS, type SignIn } from '../../src/access/sign-in';
import { insertApiKey, revokeApiKey } from '../../src/data/api-key.repository';
import { createMetrics } from '../../src/metrics/metrics';
import { createServer, type HttpServer } from '../../src/server';
import { apiOn, NOW } from '../support/api';
import { testCaller, wideLimits } from '../support/caller';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { testLogger } from '../support/logs';
import { type StubContext, stubSchema } from '../support/stub-schema';
import { type Claims, startIssuer, type TestIssuer } from '../support/token-issuer';

describe.each(DATABASE_KINDS)('hostile callers on $kind', (kind) => {
  let test: TestDatabase;
  let issuer: TestIssuer;
  let now: number;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    issuer = await startIssuer(() => NOW);
  });
  beforeEach(() => {
    now = NOW;
  });
  afterAll(async () => {
    await issuer.close();
    await test.drop();
  });

  const clock = () => new Date(now);
  const signIn = (): SignIn =>
    createSignIn({
      database: test.database,
      readToken: tokenReader(issuer.settings, clock, { onAway: () => {}, onBack: () => {} }),
      limits: wideLimits(),
      clock,
      onError: (error) => {
        throw error;
      },
    });

  it('a revoked key opens nothing, though the clock is put back', async () => {
    const { id, text, secretHash } = makeKey();
    await test.database.transaction((tx) =>
      insertApiKey(tx, {
        id,
        siteId: 1,
        name: 'partner',
        secretHash,
        scopes: ['tracking:read'],
        actsFor: [],
        createdAt: now,
        createdBy: 'operator',
        expiresAt: null,
      }),
    );
    const known = signIn();
    expect((await known(`Bearer ${text}`, '::1')).kind).toBe('caller');
    await test.database.transaction((tx) => revokeApiKey(tx, 1, id, now));
    for (const back of [1, RECHECK_MS, 3_600_000]) {
      now = NOW - back;
      expect((await known(`Bearer ${text}`, '::1')).kind).toBe('refused');
    }
  });

  it.each<[string, Claims]>([
    ['no text', { sub: { id: 1 } }],
    ['a list', { sub: ['academy.planner'] }],
    ['a number', { sub: 7 }],
    ['null', { sub: null }],
    ['empty', { sub: '' }],
  ])('a token whose subject is %s is of nobody', async (_what, claims) => {
    expect(await signIn()(`Bearer ${await issuer.token(claims)}`, '::1')).toEqual({ kind: 'refused' });
  });

  it.each([2 ** 31, 2 ** 32 + 1, 1e21, '9999999999'])(
    'a token of site %s, which no database can hold, opens nothing',
    async (site) => {
      const token = await issuer.token({ site_id: site });
      expect(await signIn()(`Bearer ${token}`, '::1')).toEqual({ kind: 'refused' });
    },
  );

  it('revokeApiKey takes an id as it is written', async () => {
    const api = apiOn(test);
    const { createApiKey: made } = await api.run<{ createApiKey: { apiKey: { id: string } } }>(
      `mutation { createApiKey(input: { name: "padded", scopes: [KEYS_ADMIN] }) {
        ... on CreateApiKeyOutcome { apiKey { id } }
      } }`,
    );
    const { id } = made.apiKey;
    for (const other of [`${id} `, ` ${id}`, id.toUpperCase(), `ct_${id}`]) {
      const { revokeApiKey: answer } = await api.run<{ revokeApiKey: { __typename: string } }>(
        'mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }',
        { id: other },
      );
      expect([other, answer.__typename]).toEqual([other, 'RevokeApiKeyError']);
    }
    expect(await test.query(`SELECT revoked_at FROM api_key WHERE id = '${id}'`)).toEqual([
      { revoked_at: null },
    ]);
  });

  describe('createApiKey', () => {
    const CREATE = `mutation ($input: CreateApiKeyInput!) {
      createApiKey(input: $input) { ... on CreateApiKeyOutcome { apiKey { expiresAt } problems { code path } } }
    }`;
    const create = async (input: object) => {
      const api = apiOn(test, { caller: { scopes: new Set(['keys:admin']) } });
      const data = await api.run<{
        createApiKey: { apiKey: { expiresAt: string } | null; problems: readonly object[] };
      }>(CREATE, { input: { name: 'acme', scopes: ['KEYS_ADMIN'], ...input } });
      return data.createApiKey;
    };

    it('tells of a scope once, however often it is sent', async () => {
      const scopes = [
        'KEYS_ADMIN',
        ...Array(5_000).fill('TRACKING_READ'),
        ...Array(5_000).fill('AUDIT_READ'),
      ];
      expect((await create({ scopes })).problems).toEqual([
        { code: 'API_KEY_SCOPE_NOT_HELD', path: ['scopes', '1'] },
        { code: 'API_KEY_SCOPE_NOT_HELD', path: ['scopes', '5001'] },
      ]);
    });

    it('stores an expiry after the last instant that can be stored as that one', async () => {
      expect(await create({ expiresAt: '9999-12-31T23:59:59-14:00' })).toEqual({
        apiKey: { expiresAt: '9999-12-31T23:59:59.999Z' },
        problems: [],
      });
    });
  });
});

describe('hostile requests', () => {
  let server: HttpServer;
  let port: number;
  let pings: number;
  let pong: () => void;

  beforeAll(async () => {
    const pinged = new Promise<void>((resolve) => {
      pong = resolve;
    });
    pings = 0;
    server = await createServer({
      schema: stubSchema,
      logger: testLogger(),
      metrics: createMetrics('0.0.0'),
      ping: () => {
        pings += 1;
        return pinged;
      },
      signIn: async (authorization) =>
        authorization === 'Bearer good' ? { kind: 'caller', caller: testCaller() } : { kind: 'refused' },
      limits: wideLimits(),
      createContext: (_caller, requestId): StubContext => ({ requestId }),
      operations: [],
      settings: { idleGraceMs: 0 },
    });
    await server.listen('127.0.0.1', 0);
    port = (server.app.server.address() as AddressInfo).port;
  });
  afterAll(() => server.stop());

  async function statusOf(...headers: readonly string[]): Promise<number> {
    const body = '{"query":"{ hello }"}';
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    const lines = [
      'POST /graphql HTTP/1.1',
      'content-type: application/json',
      `content-length: ${body.length}`,
      'connection: close',
      ...headers,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    await once(socket, 'close');
    return Number(answer.split(' ')[1]);
  }

  it('have one Host and one Authorization: of two, a proxy may have judged the other', async () => {
    const [host, good, bad] = ['host: a', 'authorization: Bearer good', 'authorization: Bearer bad'];
    expect(await statusOf(host, good)).toBe(200);
    expect(await statusOf(host, good, bad)).toBe(401);
    expect(await statusOf(host, bad, good)).toBe(401);
    expect(await statusOf(host, good, good)).toBe(401);
    expect(await statusOf(host, 'host: b', good)).toBe(400);
  });

  it('for the health of the database take one connection, however many come at once', async () => {
    const arrived = new Promise<void>((resolve) => {
      let count = 0;
      server.app.server.on('request', () => {
        count += 1;
        // Fastify has begun with it by then.
        if (count === 50) setImmediate(resolve);
      });
    });
    const all = Promise.all(Array.from({ length: 50 }, () => fetch(`http://127.0.0.1:${port}/health/ready`)));
    await arrived;
    pong();
    expect(new Set((await all).map(({ status }) => status))).toEqual(new Set([200]));
    expect(pings).toBe(1);
  });
});
