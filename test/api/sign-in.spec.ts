import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { generateKeyPair } from 'jose';
import { tokenReader } from '../../src/access/access-token';
import { makeKey } from '../../src/access/api-key';
import type { RateLimitSettings } from '../../src/access/rate-limits';
import { createRateLimits } from '../../src/access/rate-limits';
import { requestContext } from '../../src/access/request-context';
import type { Scope } from '../../src/access/scopes';
import { createSignIn, RECHECK_MS } from '../../src/access/sign-in';
import { buildApiSchema } from '../../src/api-schema';
import { type ApiKeyRecord, insertApiKey, revokeApiKey } from '../../src/data/api-key.repository';
import { DatabaseError } from '../../src/data/database-errors';
import { createMetrics } from '../../src/metrics/metrics';
import { createServer, type HttpServer } from '../../src/server';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { testLogger } from '../support/logs';
import { signed, startIssuer, type TestIssuer } from '../support/token-issuer';

const schema = buildApiSchema();
const MINUTE = 60_000;
const WIDE: RateLimitSettings = {
  requestsPerCaller: 1e6,
  requestsPerSite: 1e6,
  rowsPerCaller: 1e6,
  rowsPerSite: 1e6,
  badSignInsPerAddress: 1e6,
};

describe.each(DATABASE_KINDS)('sign-in on $kind', (kind) => {
  let test: TestDatabase;
  let issuer: TestIssuer;
  let server: HttpServer | undefined;
  /** jose reads the clock of the process; so does everything else here, moved by the test. */
  let ahead: number;
  /** Since when the clock has stood still, where a test counts what is done again after a second. */
  let standing: number | undefined;
  const now = () => (standing ?? Date.now()) + ahead;
  /** What was told of the issuer. */
  let seen: string[];
  const issuerSeen = { onAway: () => seen.push('away'), onBack: () => seen.push('back') };

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await test.query("INSERT INTO site (id, name, use_score) VALUES (1, 'One', 1), (2, 'Two', 1)");
    await test.query(
      `INSERT INTO user (id, site_id, sync_key, is_external, is_deleted)
       VALUES (7, 1, 'academy.planner', 0, 0), (8, 1, 'gone', 0, 1), (9, 2, 'academy.planner', 0, 0)`,
    );
    issuer = await startIssuer(() => Date.now());
  });
  beforeEach(() => {
    ahead = 0;
    standing = undefined;
    seen = [];
    issuer.answer = undefined;
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  afterAll(async () => {
    await issuer.close();
    await test.drop();
  });

  async function serve(
    settings: Partial<RateLimitSettings> = {},
    { noIssuer = false, database = test.database } = {},
  ): Promise<string> {
    const limits = createRateLimits({ ...WIDE, ...settings });
    const clock = () => new Date(now());
    const metrics = createMetrics('0.0.0');
    server = await createServer({
      schema,
      logger: testLogger(),
      metrics,
      ping: () => database.ping(),
      signIn: createSignIn({
        database,
        readToken: noIssuer ? undefined : tokenReader(issuer.settings, clock, issuerSeen),
        limits,
        clock,
        onError: (error) => {
          throw error;
        },
      }),
      limits,
      createContext: (caller, requestId) =>
        requestContext(caller, requestId, { database, limits, clock, observer: metrics }),
      operations: [],
      settings: { idleGraceMs: 0 },
    });
    return server.listen('127.0.0.1', 0);
  }

  async function storeKey(changes: Partial<ApiKeyRecord> = {}): Promise<{ id: string; text: string }> {
    const { id, text, secretHash } = makeKey();
    const key = {
      id,
      siteId: 1,
      name: `client-${id}`,
      secretHash,
      scopes: ['tracking:read', 'keys:admin'] satisfies Scope[],
      actsFor: [],
      createdAt: now(),
      createdBy: 'operator',
      expiresAt: null,
      ...changes,
    };
    expect(await test.database.transaction((tx) => insertApiKey(tx, key))).toBe(true);
    return { id, text };
  }

  interface Answer {
    readonly status: number;
    readonly headers: Headers;
    readonly body: unknown;
  }

  async function ask(url: string, authorization?: string, query = '{ __typename }'): Promise<Answer> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  const LETS_IN = { status: 200, body: { data: { __typename: 'Query' } } };
  /** Whatever is wrong, this is all there is to know about it. */
  const KEEPS_OUT = {
    status: 401,
    body: {
      errors: [
        {
          message: 'Send a valid key or access token as Authorization: Bearer.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    },
  };

  /** The token may be good. */
  async function expectUnknown(url: string, authorization: string): Promise<void> {
    const { status, headers, body } = await ask(url, authorization);
    expect({ status, body }).toEqual({
      status: 503,
      body: {
        errors: [
          {
            message: 'The access token cannot be checked at the moment.',
            extensions: { code: 'SIGN_IN_UNAVAILABLE' },
          },
        ],
      },
    });
    expect(headers.get('retry-after')).toBe('2');
  }

  async function expectRefused(url: string, authorization?: string): Promise<void> {
    const { status, headers, body } = await ask(url, authorization);
    expect({ status, body }).toEqual(KEEPS_OUT);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  }

  describe('with an API key', () => {
    it('lets a live one in, under its scheme in any case', async () => {
      const url = await serve();
      const { text } = await storeKey();
      for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
        expect(await ask(url, `${scheme} ${text}`)).toMatchObject(LETS_IN);
      }
    });

    it('keeps out whatever is none', async () => {
      const url = await serve();
      const { id, text } = await storeKey();
      const secret = text.slice(-43);
      const other = await storeKey();
      const changed = text.endsWith('A') ? `${text.slice(0, -1)}B` : `${text.slice(0, -1)}A`;
      for (const authorization of [
        undefined,
        'Bearer',
        'Bearer ',
        text,
        `Basic ${text}`,
        `Bearer ${text} x`,
        `Bearer ${id}`,
        `Bearer ${secret}`,
        `Bearer ct_${id}_`,
        `Bearer ${changed}`,
        `Bearer ${text}A`,
        `Bearer ${text.slice(0, -1)}`,
        `Bearer ${text.toUpperCase()}`,
        `Bearer ct_${id}_${other.text.slice(-43)}`,
        `Bearer ct_${'0'.repeat(16)}_${secret}`,
        `Bearer ct_${id}_${createHash('sha256').update(secret).digest('base64url')}`,
        `Bearer ct_' OR 1=1 --_${secret}`,
      ]) {
        await expectRefused(url, authorization);
      }
    });

    it('keeps out the digest that is stored of it', async () => {
      const url = await serve();
      const { id } = await storeKey();
      const [row] = await test.query<{ secret_hash: string }>(
        `SELECT secret_hash FROM api_key WHERE id = '${id}'`,
      );
      expect(row?.secret_hash).toMatch(/^[\da-f]{64}$/);
      await expectRefused(url, `Bearer ct_${id}_${row?.secret_hash.slice(0, 43)}`);
      await expectRefused(url, `Bearer ${row?.secret_hash}`);
    });

    it('keeps it out once it has expired, to the millisecond', async () => {
      const url = await serve();
      const start = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(start);
      try {
        const { text } = await storeKey({ expiresAt: start + 100 });
        expect(await ask(url, `Bearer ${text}`)).toMatchObject(LETS_IN);
        ahead = 99;
        expect(await ask(url, `Bearer ${text}`)).toMatchObject(LETS_IN);
        ahead = 100;
        await expectRefused(url, `Bearer ${text}`);
      } finally {
        jest.restoreAllMocks();
      }
    });

    it('keeps it out once it is revoked, though it was good a moment ago', async () => {
      const url = await serve();
      const { id, text } = await storeKey();
      expect(await ask(url, `Bearer ${text}`)).toMatchObject(LETS_IN);
      await test.database.transaction((tx) => revokeApiKey(tx, 1, id, now()));
      ahead += RECHECK_MS;
      await expectRefused(url, `Bearer ${text}`);
      await expectRefused(url, `Bearer ${text}`);
    });

    it('looks it up once in a while, and once for requests that come at once', async () => {
      standing = Date.now();
      const url = await serve();
      const { text } = await storeKey({ lastUsedAt: now() });
      const statements = test.watch();
      const lookUps = () =>
        statements.filter((sql) => /FROM api_key (\w+) WHERE \(*\1\.id = \?/.test(sql)).length;
      await Promise.all(Array.from({ length: 20 }, () => ask(url, `Bearer ${text}`)));
      expect(lookUps()).toBe(1);
      ahead += RECHECK_MS;
      await ask(url, `Bearer ${text}`);
      expect(lookUps()).toBe(2);
    });

    it('tries to note its use once a minute, where the database takes no writes', async () => {
      let tries = 0;
      const errors: unknown[] = [];
      const refused = new DatabaseError('DATABASE_UNAVAILABLE', new Error('read-only'));
      const signIn = createSignIn({
        database: overriding(test.database, {
          transaction: () => {
            tries += 1;
            return Promise.reject(refused);
          },
        }),
        limits: createRateLimits(WIDE),
        clock: () => new Date(now()),
        onError: (error) => errors.push(error),
      });
      const { text } = await storeKey();
      for (let minute = 1; minute <= 2; minute++) {
        for (let second = 0; second < 60; second += 10) {
          expect((await signIn(`Bearer ${text}`, '192.0.2.1')).kind).toBe('caller');
          ahead += 10_000;
        }
        expect([tries, errors]).toEqual([minute, Array(minute).fill(refused)]);
      }
    });

    it('notes when it was used, to the minute', async () => {
      const url = await serve();
      const { id, text } = await storeKey();
      const lastUse = async () => {
        const [row] = await test.query<{ at: string | Date | null }>(
          `SELECT last_used_at AS at FROM api_key WHERE id = '${id}'`,
        );
        return row?.at ?? null;
      };
      const changedFrom = async (before: string | Date | null) => {
        for (;;) {
          const at = await lastUse();
          if (String(at) !== String(before)) return at;
        }
      };
      expect(await lastUse()).toBeNull();
      await ask(url, `Bearer ${text}`);
      const first = await changedFrom(null);
      ahead += MINUTE + RECHECK_MS;
      await ask(url, `Bearer ${text}`);
      await changedFrom(first);
    });

    it('acts on its own site', async () => {
      const url = await serve();
      const { id, text } = await storeKey({ siteId: 2 });
      const { body } = await ask(url, `Bearer ${text}`, '{ apiKeys { nodes { id } } }');
      expect(body).toEqual({ data: { apiKeys: { nodes: [{ id }] } } });
    });
  });

  describe('with an access token', () => {
    it('lets a good one in', async () => {
      const url = await serve();
      expect(await ask(url, `Bearer ${await issuer.token()}`)).toMatchObject(LETS_IN);
    });

    const types = [undefined, 'JWT', 'at+jwt', 'AT+JWT', 'application/at+jwt'];
    it.each(types)('lets the type %s in', async (typ) => {
      const url = await serve();
      expect(await ask(url, `Bearer ${await issuer.token({}, { typ })}`)).toMatchObject(LETS_IN);
    });

    it('gives it the scopes of its claim, as text or list, and no others', async () => {
      const url = await serve();
      const asks = async (claims: object) => {
        const token = await issuer.token({ ...claims });
        const { body } = await ask(url, `Bearer ${token}`, '{ consolidatedTracking { totalCount } } ');
        const { errors } = body as { errors?: { extensions: { code: string } }[] };
        return errors?.map(({ extensions }) => extensions.code) ?? 'allowed';
      };
      expect(await asks({ scope: 'openid tracking:read' })).toBe('allowed');
      expect(await asks({ scope: undefined, scp: ['tracking:read'] })).toBe('allowed');
      expect(await asks({ scope: undefined, scp: 'tracking:read' })).toBe('allowed');
      for (const scope of ['', 'tracking', 'TRACKING:READ', 'tracking:readx', undefined, 7, { a: 1 }]) {
        expect(await asks({ scope })).toEqual(['FORBIDDEN']);
      }
    });

    it('gives it nothing that is the operator’s, whatever its claim says', async () => {
      const url = await serve();
      const token = await issuer.token({ scope: 'tracking:read sites:admin' });
      const make = 'mutation { createSite(name: "x", firstKey: { name: "x", scopes: [] }) { __typename } }';
      expect((await ask(url, `Bearer ${token}`, make)).body).toMatchObject({
        errors: [{ extensions: { code: 'FORBIDDEN', scope: 'sites:admin' } }],
      });
    });

    const seconds = () => Math.floor(Date.now() / 1_000);
    const other = generateKeyPair('ES256');
    const faults: [string, () => Promise<string>][] = [
      ['one that is signed with another key', async () => signed((await other).privateKey, Date.now())],
      [
        'one that names another key',
        async () => signed((await other).privateKey, Date.now(), {}, { kid: 'second' }),
      ],
      [
        'one that brings its own key',
        async () => {
          const { privateKey } = await other;
          return signed(privateKey, Date.now(), {}, { jwk: issuer.publicKey, kid: undefined });
        },
      ],
      ['one that has expired', () => issuer.token({ exp: seconds() - 40 })],
      ['one without an end', () => issuer.token({ exp: undefined })],
      ['one whose end is no number', () => issuer.token({ exp: 'tomorrow' })],
      ['one that begins later', () => issuer.token({ nbf: seconds() + 60 })],
      ['one of another issuer', () => issuer.token({ iss: 'https://id.example.com' })],
      ['one of an issuer that differs in a slash', () => issuer.token({ iss: 'https://id.example.org/' })],
      ['one without an issuer', () => issuer.token({ iss: undefined })],
      ['one for another audience', () => issuer.token({ aud: 'somebody-else' })],
      ['one for no audience', () => issuer.token({ aud: undefined })],
      ['one without a subject', () => issuer.token({ sub: undefined })],
      ['one without a site', () => issuer.token({ site_id: undefined })],
      ['one with a site that is none', () => issuer.token({ site_id: '1 OR 1=1' })],
      ['one with a list of sites', () => issuer.token({ site_id: [1, 2] })],
      ['one of a user that is deleted', () => issuer.token({ sub: 'gone' })],
      ['a logout token', () => issuer.token({}, { typ: 'logout+jwt' })],
      ['a proof of possession', () => issuer.token({}, { typ: 'dpop+jwt' })],
      ...[null, 7, {}, ['at+jwt']].map((typ): [string, () => Promise<string>] => [
        `one of the type ${JSON.stringify(typ)}`,
        () => issuer.token({}, { typ: typ as string }),
      ]),
      [
        'one without end: exp 1e400',
        async () => {
          const claims = JSON.stringify({ ...claimsOf(await issuer.token()), exp: 'END' });
          return issuer.tokenOf(claims.replace('"END"', '1e400'));
        },
      ],
      ['one with a critical extension', () => issuer.token({}, { crit: ['purpose'], purpose: 'x' })],
      ['alg: none', async () => unsigned('none', '')],
      ['alg: None', async () => unsigned('None', '')],
      [
        'HS256 with the public key as the secret',
        async () =>
          unsigned('HS256', (text) =>
            createHmac('sha256', JSON.stringify(issuer.publicKey)).update(text).digest('base64url'),
          ),
      ],
      [
        'HS256 with no secret',
        async () => unsigned('HS256', (text) => createHmac('sha256', '').update(text).digest('base64url')),
      ],
      [
        'one whose payload was changed',
        async () => {
          const [head, , signature] = (await issuer.token()).split('.');
          const payload = { ...claimsOf(await issuer.token()), site_id: 2 };
          return [head, base64(payload), signature].join('.');
        },
      ],
      [
        'one whose signature was cut off',
        async () => `${(await issuer.token()).split('.').slice(0, 2).join('.')}.`,
      ],
      [
        'one with two signatures',
        async () => `${await issuer.token()}.${(await issuer.token()).split('.')[2]}`,
      ],
      ['three words', async () => 'a.b.c'],
      ['dots', async () => '..'],
    ];

    function base64(value: unknown): string {
      return Buffer.from(JSON.stringify(value)).toString('base64url');
    }

    function claimsOf(token: string): object {
      return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
    }

    async function unsigned(alg: string, signature: string | ((text: string) => string)): Promise<string> {
      const text = `${base64({ alg, kid: 'first', typ: 'at+jwt' })}.${base64(claimsOf(await issuer.token()))}`;
      return `${text}.${typeof signature === 'string' ? signature : signature(text)}`;
    }

    it.each(faults)('keeps out %s', async (_name, make) => {
      const url = await serve();
      await expectRefused(url, `Bearer ${await make()}`);
      // The very same after the keys of the issuer are known.
      expect(await ask(url, `Bearer ${await issuer.token()}`)).toMatchObject(LETS_IN);
      await expectRefused(url, `Bearer ${await make()}`);
    });

    it('allows clocks to differ by half a minute', async () => {
      const url = await serve();
      expect(await ask(url, `Bearer ${await issuer.token({ exp: seconds() - 20 })}`)).toMatchObject(LETS_IN);
      expect(await ask(url, `Bearer ${await issuer.token({ nbf: seconds() + 20 })}`)).toMatchObject(LETS_IN);
    });

    it('keeps one out that expires while it is remembered', async () => {
      const url = await serve();
      const token = await issuer.token({ exp: seconds() + 1 });
      expect(await ask(url, `Bearer ${token}`)).toMatchObject(LETS_IN);
      ahead = 31_500;
      await expectRefused(url, `Bearer ${token}`);
    });

    it('keeps every one out where no issuer is set', async () => {
      const url = await serve({}, { noIssuer: true });
      await expectRefused(url, `Bearer ${await issuer.token()}`);
    });

    it('keeps one out of another issuer on the same keys', async () => {
      const url = await serve();
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await expectRefused(url, `Bearer ${await signed(privateKey as never, Date.now())}`);
    });
  });

  describe('while the keys of the issuer cannot be had', () => {
    const troubles: [string, NonNullable<TestIssuer['answer']>][] = [
      ['the host hangs up', (response) => response.destroy()],
      ['the host is in trouble', (response) => response.writeHead(503).end('{"keys":[]}')],
      ['the host sends one elsewhere', (response) => response.writeHead(302, { location: '/x' }).end()],
      ['the host answers no JSON', (response) => response.end('<html>')],
      ['the host answers something else', (response) => response.end('{"keys":7}')],
      ['the host never answers', () => {}],
    ];
    it.each(troubles)('says so of a token, which may be good: %s', async (_name, answer) => {
      issuer.answer = answer;
      const url = await serve();
      await expectUnknown(url, `Bearer ${await issuer.token()}`);
    });

    it('keeps a token out where the host has no key for it', async () => {
      issuer.answer = (response) => response.end('{"keys":[]}');
      const url = await serve();
      await expectRefused(url, `Bearer ${await issuer.token()}`);
    });

    it('counts none as bad, asks the host once a second, and tells of it once', async () => {
      issuer.answer = (response) => response.destroy();
      const url = await serve({ badSignInsPerAddress: 2 });
      const before = issuer.asked();
      for (let tries = 0; tries < 20; tries++) {
        await expectUnknown(url, `Bearer ${await issuer.token({ jti: String(tries) })}`);
      }
      expect(issuer.asked() - before).toBeLessThanOrEqual(3);
      expect(seen).toEqual(['away']);
      issuer.answer = undefined;
      const token = `Bearer ${await issuer.token({ jti: 'later' })}`;
      while ((await ask(url, token)).status === 503) await pause(50);
      expect(await ask(url, token)).toMatchObject(LETS_IN);
      expect(seen).toEqual(['away', 'back']);
    });

    it('says so when nothing listens there', async () => {
      const gone = await startIssuer(() => Date.now());
      await gone.close();
      const before = issuer;
      issuer = gone;
      try {
        const url = await serve();
        await expectUnknown(url, `Bearer ${await gone.token()}`);
      } finally {
        issuer = before;
      }
    });

    it('lets keys of scripts in meanwhile', async () => {
      let asked = (): void => {};
      const isAsked = new Promise<void>((resolve) => {
        asked = resolve;
      });
      issuer.answer = () => asked();
      const url = await serve();
      const { text } = await storeKey();
      const waiting = ask(url, `Bearer ${await issuer.token()}`);
      await isAsked;
      expect(await ask(url, `Bearer ${text}`)).toMatchObject(LETS_IN);
      expect(await waiting).toMatchObject({ status: 503 });
    });

    it('uses the keys it knows, and lets none in that they do not fit', async () => {
      const url = await serve();
      expect(await ask(url, `Bearer ${await issuer.token()}`)).toMatchObject(LETS_IN);
      issuer.answer = (response) => response.destroy();
      expect(await ask(url, `Bearer ${await issuer.token({ jti: 'another' })}`)).toMatchObject(LETS_IN);
      const { privateKey } = await generateKeyPair('ES256');
      await expectRefused(url, `Bearer ${await signed(privateKey, Date.now())}`);
      // The keys are half a minute old at most: there is none of this name.
      await expectRefused(url, `Bearer ${await signed(privateKey, Date.now(), {}, { kid: 'second' })}`);
    });

    it('renews them beside the requests, and forgets them after an hour', async () => {
      const url = await serve();
      const real = Date.now();
      const asks = async (minutes: number) => {
        ahead = minutes * MINUTE;
        jest.spyOn(Date, 'now').mockReturnValue(real + minutes * MINUTE);
        try {
          ahead = 0;
          const token = await issuer.token({ jti: String(minutes) });
          return (await ask(url, `Bearer ${token}`)).status;
        } finally {
          jest.restoreAllMocks();
        }
      };
      const before = issuer.asked();
      expect([await asks(0), await asks(9)]).toEqual([200, 200]);
      expect(issuer.asked() - before).toBe(1);
      issuer.answer = (response) => response.destroy();
      expect([await asks(11), await asks(59)]).toEqual([200, 200]);
      expect(await asks(61)).toBe(503);
      issuer.answer = undefined;
      while ((await asks(61)) === 503) await pause(50);
      expect(await asks(61)).toBe(200);
    });
  });

  it('is asked for before the body is read', async () => {
    const { port } = new URL(await serve());
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n{',
    );
    const [chunk] = await new Promise<[Buffer]>((resolve) => socket.once('data', (data) => resolve([data])));
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });

  it('is asked for on every way to the schema', async () => {
    const url = await serve();
    for (const query of [
      '{ __typename }',
      '{ __schema { types { name } } }',
      '{ messageCatalogue { code } }',
    ]) {
      expect(await ask(url, undefined, query)).toMatchObject(KEEPS_OUT);
    }
  });

  describe('after many bad credentials from an address', () => {
    it('tells bad ones to wait, for a minute, and lets good ones in, known before or not', async () => {
      const url = await serve({ badSignInsPerAddress: 3 });
      const [known, unknown] = [await storeKey(), await storeKey()];
      expect(await ask(url, `Bearer ${known.text}`)).toMatchObject(LETS_IN);
      for (let tries = 0; tries < 3; tries++) await expectRefused(url, `Bearer ct_${tries}`);
      const paused = await ask(url, `Bearer ${makeKey().text}`);
      expect(paused).toMatchObject({
        status: 429,
        body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
      });
      expect(Number(paused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(paused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      ahead += RECHECK_MS;
      expect(await ask(url, `Bearer ${known.text}`)).toMatchObject(LETS_IN);
      expect(await ask(url, `Bearer ${unknown.text}`)).toMatchObject(LETS_IN);
      expect(await ask(url, `Bearer ${await issuer.token()}`)).toMatchObject(LETS_IN);
    });

    it('refuse no good one because of them, over 1,000 tries', async () => {
      const url = await serve({ badSignInsPerAddress: 1 });
      const guess = () => ask(url, `Bearer ${makeKey().text}`);
      let [good, paused] = [0, 0];
      for (let tries = 0; tries < 250; tries++) {
        const { text } = await storeKey();
        const [answer, ...guesses] = await Promise.all([
          ask(url, `Bearer ${text}`),
          guess(),
          guess(),
          guess(),
        ]);
        good += answer.status === 200 ? 1 : 0;
        paused += guesses.filter(({ status }) => status === 429).length;
      }
      expect(good).toBe(250);
      expect(paused).toBeGreaterThanOrEqual(749 - 3);
    });

    it('counts a bad credential that comes again once a minute, and looks a bad key up as often', async () => {
      const url = await serve({ badSignInsPerAddress: 2 });
      const bad = makeKey().text;
      const statements = test.watch();
      const lookUps = () => statements.filter((sql) => sql.includes('FROM api_key')).length;
      for (let tries = 0; tries < 5; tries++) await expectRefused(url, `Bearer ${bad}`);
      expect(lookUps()).toBe(1);
      for (let tries = 0; tries < 5; tries++) await expectRefused(url, 'Bearer a.b.c');
      expect((await ask(url, `Bearer ${makeKey().text}`)).status).toBe(429);
      await expectRefused(url, `Bearer ${bad}`);
      ahead += MINUTE;
      expect((await ask(url, `Bearer ${bad}`)).status).toBe(429);
    });

    it('has one of them looked up at a time', async () => {
      let [running, most] = [0, 0];
      const read: typeof test.database.read = async (work) => {
        running += 1;
        most = Math.max(most, running);
        await pause(5);
        running -= 1;
        return test.database.read(work);
      };
      const url = await serve({ badSignInsPerAddress: 1 }, { database: overriding(test.database, { read }) });
      await expectRefused(url, `Bearer ${makeKey().text}`);
      const guesses = Array.from({ length: 20 }, () => ask(url, `Bearer ${makeKey().text}`));
      expect((await Promise.all(guesses)).map(({ status }) => status)).toEqual(Array(20).fill(429));
      expect(most).toBe(1);
    });
  });
});
