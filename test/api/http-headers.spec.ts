import type { SignedIn } from '../../src/access/sign-in';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import type { HttpSettings } from '../../src/server';
import { post, type Rig, rig } from '../support/http-rig';
import { present } from '../support/present';

const NOTHING = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
/** A body over this limit arrives in one piece, so that the refusal never meets a client that is still sending. */
const limits = { ...DEFAULT_LIMITS, bodyBytes: 1_000 };
const serve = (settings: Partial<HttpSettings> = {}) => rig({ settings: { limits, ...settings } });

const json = { 'content-type': 'application/json' };

/** Answers of every kind: by resolvers, refused on the way to them, and of the server's own routes. */
const REQUESTS: readonly [string, string, RequestInit, number][] = [
  ['an answer', '/graphql', { method: 'POST', headers: json, body: '{"query":"{hello}"}' }, 200],
  ['a masked fault', '/graphql', { method: 'POST', headers: json, body: '{"query":"{crash}"}' }, 200],
  ['a refused document', '/graphql', { method: 'POST', headers: json, body: '{"query":"{"}' }, 200],
  ['bad JSON', '/graphql', { method: 'POST', headers: json, body: '{' }, 400],
  ['an unknown address', '/nowhere', {}, 404],
  ['another method', '/graphql', {}, 405],
  ['another answer wanted', '/graphql', { method: 'POST', headers: { ...json, accept: 'text/html' } }, 406],
  ['too deep a body', '/graphql', { method: 'POST', headers: json, body: '['.repeat(100) }, 413],
  ['too large a body', '/graphql', { method: 'POST', headers: json, body: 'a'.repeat(2_000) }, 413],
  ['another content type', '/graphql', { method: 'POST', body: 'query={hello}' }, 415],
  ['health', '/health/live', {}, 200],
  ['a part of the playground', '/playground/styles.css', {}, 200],
  ['the way to the playground', '/playground', { redirect: 'manual' }, 302],
];

const send = (
  { url }: Rig,
  path: string,
  { headers, ...init }: RequestInit,
  more: Record<string, string> = {},
) => fetch(url + path, { ...init, headers: { ...(headers as Record<string, string> | undefined), ...more } });

describe.each(REQUESTS)('%s', (_name, path, init, status) => {
  it('lets a browser do nothing with it, and does not tell what answers', async () => {
    const response = await send(await serve(), path, init);
    await response.arrayBuffer();
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-security-policy': NOTHING,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    for (const header of ['server', 'x-powered-by', 'strict-transport-security']) {
      expect([header, response.headers.get(header)]).toEqual([header, null]);
    }
  });

  (path === '/graphql' && init.method === 'POST' ? it : it.skip)(
    'is stored by nobody on the way',
    async () => {
      const response = await send(await serve(), path, init);
      await response.arrayBuffer();
      expect(response.headers.get('cache-control')).toBe('no-store');
    },
  );

  it('has no CORS headers unless an origin is allowed', async () => {
    const response = await send(await serve(), path, init, { origin: 'https://lms.example.org' });
    await response.arrayBuffer();
    expect(corsHeaders(response)).toEqual({});
  });

  it('can be read by the pages that are allowed to', async () => {
    const rigged = await serve({ corsOrigins: ['https://a.example', 'https://lms.example.org'] });
    const response = await send(rigged, path, init, { origin: 'https://lms.example.org' });
    await response.arrayBuffer();
    expect(response.status).toBe(status);
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': 'https://lms.example.org',
      'access-control-expose-headers': EXPOSED,
    });
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it('cannot be read by other pages', async () => {
    const rigged = await serve({ corsOrigins: ['https://lms.example.org'] });
    for (const origin of ['https://lms.example.org.evil.example', 'http://lms.example.org', 'null']) {
      const response = await send(rigged, path, init, { origin });
      await response.arrayBuffer();
      expect(corsHeaders(response)).toEqual({});
      expect(response.headers.get('vary')).toContain('Origin');
    }
  });

  it('can be read by every page where every page is allowed', async () => {
    const rigged = await serve({ corsOrigins: ['*'] });
    const response = await send(rigged, path, init, { origin: 'https://anybody.example' });
    await response.arrayBuffer();
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': EXPOSED,
    });
  });
});

const EXPOSED =
  'x-request-id, retry-after, ratelimit, ratelimit-policy, ratelimit-limit, ratelimit-remaining, ratelimit-reset';

function corsHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));
}

describe.each<[string, number, SignedIn]>([
  ['an unknown caller', 401, { kind: 'refused' }],
  ['an address of many bad credentials', 429, { kind: 'paused', retryAfterSeconds: 9 }],
])('the refusal of %s', (_name, status, signedIn) => {
  it('can be read by the pages that may call, and asks for no credentials before the preflight', async () => {
    const origin = 'https://lms.example.org';
    const { url } = await rig({ signIn: async () => signedIn, settings: { corsOrigins: [origin] } });
    const response = await post(url, { query: '{ hello }' }, { origin });
    expect([response.status, await response.json()]).toMatchObject([status, { errors: [{}] }]);
    expect(corsHeaders(response)).toMatchObject({ 'access-control-allow-origin': origin });
    expect(response.headers.get('content-security-policy')).toBe(NOTHING);
    const preflight = await fetch(`${url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
  });
});

describe('a preflight', () => {
  const preflight = ({ url }: Rig, origin: string, path = '/graphql') =>
    fetch(url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('of an allowed page is told what it may send', async () => {
    const rigged = await serve({ corsOrigins: ['https://lms.example.org'] });
    const response = await preflight(rigged, 'https://lms.example.org');
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': 'https://lms.example.org',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers':
        'content-type, authorization, apollo-require-preflight, x-apollo-operation-name',
      'access-control-expose-headers': EXPOSED,
      'access-control-max-age': '600',
    });
  });

  it.each([
    ['another page', ['https://lms.example.org'], 'https://evil.example'],
    ['any page where none is allowed', [], 'https://lms.example.org'],
  ])('of %s is a refused method', async (_name, corsOrigins, origin) => {
    const response = await preflight(await serve({ corsOrigins }), origin);
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
    expect(corsHeaders(response)).toEqual({});
  });

  it('is needed for every request that a resolver answers: a page cannot send one as if it were a form', async () => {
    const { url } = await serve({ corsOrigins: ['https://lms.example.org'] });
    const body = '{"query":"{hello}"}';
    // All that a browser sends without asking first.
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
    for (const type of types) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect([type, response.status, await response.json()]).toMatchObject([type, 415, {}]);
    }
    const untyped = await fetch(`${url}/graphql`, { method: 'POST', body: new Blob([body]) });
    expect([untyped.status, await untyped.json()]).toMatchObject([415, {}]);
  });
});

describe('with an https address of its own', () => {
  it('browsers are told to keep to https, for this host only', async () => {
    const { url } = await serve({ publicUrl: 'https://lms.example.org' });
    const response = await post(url, { query: '{ hello }' });
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
  });
});

describe('the playground', () => {
  it('may run its own scripts and call this server, and be shown nowhere else', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/playground/`);
    const html = await response.text();
    const nonce = /<script type="module" nonce="([^"]+)">/.exec(html)?.[1];
    expect(response.headers.get('content-security-policy')?.split(';')).toEqual([
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "font-src 'self' data:",
      "connect-src 'self'",
      "worker-src 'self' blob:",
      "frame-src 'self'",
      "base-uri 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('may show its sandbox in a frame', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/playground/iframe-sandbox/index.html`);
    await response.text();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-security-policy': 'sandbox allow-scripts',
      'x-frame-options': 'SAMEORIGIN',
    });
  });

  it('is not there when it is switched off', async () => {
    const { url } = await serve({ playground: false });
    for (const path of ['/playground', '/playground/', '/playground/main.js']) {
      const response = await fetch(url + path);
      await response.text();
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
});

describe('security.txt', () => {
  const PATH = '/.well-known/security.txt';
  const securityContact = 'mailto:security@example.org';

  it('is not there without a contact', async () => {
    const { url } = await serve();
    const response = await fetch(url + PATH);
    expect([response.status, await response.json()]).toMatchObject([404, {}]);
  });

  it('names the contact, and an end that lies ahead', async () => {
    const { url } = await serve({ securityContact });
    const before = Date.now();
    const response = await fetch(url + PATH);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const text = await response.text();
    expect(text.endsWith('\n')).toBe(true);
    const fields = Object.fromEntries(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/: (.*)/)),
    );
    expect(fields).toEqual({
      Contact: 'mailto:security@example.org',
      Expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      'Preferred-Languages': 'en',
    });
    const days = (Date.parse(present(fields.Expires)) - before) / 86_400_000;
    expect(Math.round(days)).toBe(90);
  });

  it('names its own address where that is known', async () => {
    const { url } = await serve({ securityContact, publicUrl: 'https://lms.example.org' });
    expect(await (await fetch(url + PATH)).text()).toContain(`\nCanonical: https://lms.example.org${PATH}\n`);
  });
});
