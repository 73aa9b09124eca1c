import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/data/open-database';
import { makeLocalKey } from '../../src/local-key';
import { LOCAL_KEY, runScript, type StartedScript, startScript } from '../support/child-process';
import { SERVER_KINDS } from '../support/databases';
import { lastingFolder } from '../support/lasting-folder';

/** Not in a temporary folder: that is one of the faults. */
const ROOT = join(__dirname, '..', '..');

const NO_KEY = /^Nobody could call: no API key is live and OIDC_ISSUER is not set/;
const OIDC = {
  OIDC_ISSUER: 'https://id.example.org',
  OIDC_AUDIENCE: 'coursetrack',
  OIDC_JWKS_URL: 'https://id.example.org/keys',
};

describe('a start in production', () => {
  let folder: string;

  beforeEach(() => {
    folder = lastingFolder(ROOT);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const envOf = (env: Record<string, string> = {}) => ({
    NODE_ENV: 'production',
    DATABASE_URL: `sqlite:${join(folder, 'x.sqlite')}`,
    PORT: '0',
    ...env,
  });

  async function refusals(env: Record<string, string> = {}): Promise<string[]> {
    const { code, stdout, stderr } = await runScript('src/main.js', { env: envOf(env), cwd: folder });
    // Of what it did before it was refused, the making of its embedded database alone.
    const told = stdout
      .split('\n')
      .filter((line) => line !== '' && !JSON.parse(line).msg.startsWith('sqlite:'));
    expect([code, told]).toEqual([1, []]);
    expect(stderr).not.toMatch(LOCAL_KEY);
    return stderr.trimEnd().split('\n');
  }

  async function starts(env: Record<string, string> = {}): Promise<StartedScript> {
    const server = startScript('src/main.js', { env: envOf(env), cwd: folder });
    await server.prints(/"msg":"listening"/);
    return server;
  }

  const keys = (args: readonly string[], env: Record<string, string> = {}) =>
    runScript('src/keys.js', { args, env: envOf(env), cwd: folder });

  it('is refused while nobody could call, and works with a key; it makes none of its own', async () => {
    expect(await refusals()).toEqual([expect.stringMatching(NO_KEY)]);
    const made = await keys(['create', '--name', 'acme', '--scopes', 'tracking:read']);
    expect(made.stdout).toMatch(LOCAL_KEY);
    const server = await starts();
    const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${made.stdout.trim()}` },
      body: '{"query":"{ consolidatedTracking { totalCount } }"}',
    });
    expect(await response.json()).toEqual({ data: { consolidatedTracking: { totalCount: 0 } } });
    server.child.kill('SIGTERM');
    const { stdout, stderr } = await server.finished;
    expect(`${stdout}${stderr}`).not.toMatch(LOCAL_KEY);
  });

  it('works without a key where an issuer is set', async () => {
    await starts(OIDC);
  });

  it('is refused when every key is revoked or has expired', async () => {
    const made = await keys(['create', '--name', 'acme', '--scopes', 'tracking:read']);
    const [, id = ''] = /ct_([\da-f]{16})_/.exec(made.stdout) ?? [];
    expect((await keys(['revoke', id])).code).toBe(0);
    expect(await refusals()).toEqual([expect.stringMatching(NO_KEY)]);
  });

  it('is refused while the key of a local start is live', async () => {
    const database = await openDatabase({ kind: 'sqlite', path: join(folder, 'x.sqlite') });
    await database.migrate();
    await makeLocalKey(database, 3, () => {});
    await database.close();
    const [line = '', ...others] = await refusals(OIDC);
    expect(others).toEqual([]);
    const [, id = ''] = /npm run keys -- revoke ([\da-f]{16}) --site 3$/.exec(line) ?? [];
    expect((await keys(['revoke', id, '--site', '3'])).code).toBe(0);
    await starts(OIDC);
  });

  it('works after a local start that could not listen', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const failed = await runScript('src/main.js', {
      env: envOf({ NODE_ENV: '', PORT: String(port) }),
      cwd: folder,
    });
    taken.close();
    expect(failed.code).toBe(1);
    await starts(OIDC);
  });

  it('works after a local start that stopped in peace', async () => {
    const local = await starts({ NODE_ENV: '' });
    await local.prints(LOCAL_KEY, 'stderr');
    local.child.kill('SIGTERM');
    expect((await local.finished).code).toBe(0);
    await starts(OIDC);
  });

  it.each(['/tmp/coursetrack-production/x.sqlite', ':memory:'])(
    'is refused with an embedded database that would be lost: %s',
    async (path) => {
      expect(await refusals({ ...OIDC, DATABASE_URL: `sqlite:${path}` })).toEqual([
        expect.stringMatching(/^DATABASE_URL: .* temporary/),
      ]);
    },
  );

  it('is refused with one behind a link into a temporary folder', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'coursetrack-production-'));
    symlinkSync(elsewhere, join(folder, 'link'));
    const env = { ...OIDC, DATABASE_URL: `sqlite:${join(folder, 'link', 'x.sqlite')}` };
    expect(await refusals(env)).toEqual([expect.stringMatching(/^DATABASE_URL: .* temporary/)]);
    rmSync(elsewhere, { recursive: true });
  });

  it('is refused where the pages of everybody may call', async () => {
    expect(await refusals({ ...OIDC, CORS_ORIGINS: '*' })).toEqual([
      expect.stringMatching(/^CORS_ORIGINS: /),
    ]);
  });

  it('gives every reason, one line each', async () => {
    const env = { DATABASE_URL: 'sqlite:/tmp/coursetrack-production/none.sqlite', CORS_ORIGINS: '*' };
    expect(await refusals(env)).toEqual([
      expect.stringMatching(/^CORS_ORIGINS: /),
      expect.stringMatching(/^DATABASE_URL: .* temporary/),
      expect.stringMatching(NO_KEY),
    ]);
  });

  // A loop, because jest refuses an empty table.
  for (const kind of SERVER_KINDS) {
    it(`is refused with root, and without a password, on ${kind.kind}`, async () => {
      const created = await kind.create();
      const env = { DATABASE_URL: created.target.url };
      try {
        expect((await runScript('src/migrate.js', { env, cwd: folder })).code).toBe(0);
        const hidden = { DATABASE_URL: env.DATABASE_URL.replace('//root', '//%72oot') };
        expect((await refusals(hidden))[0]).toMatch(/^DATABASE_URL: .* root/);
        expect(await refusals(env)).toEqual([
          expect.stringMatching(/^DATABASE_URL: .* root/),
          expect.stringMatching(/^DATABASE_URL: .* password/),
          expect.stringMatching(NO_KEY),
        ]);
      } finally {
        await created.drop();
      }
    });
  }
});
