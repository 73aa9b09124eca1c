import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseTarget } from '../../src/data/database-url';
import { openDatabase } from '../../src/data/open-database';
import { type Finished, LOCAL_KEY, runScript } from '../support/child-process';
import { DATABASE_KINDS } from '../support/databases';

describe.each(DATABASE_KINDS)('npm run keys on $kind', (kind) => {
  let target: DatabaseTarget;
  let drop: () => Promise<void>;
  let folder: string;

  beforeEach(async () => {
    ({ target, drop } = await kind.create());
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-keys-'));
    const database = await openDatabase(target);
    await database.migrate();
    await database.transaction(async ({ manager }) => {
      await manager.query("INSERT INTO site (id, name, use_score) VALUES (1, 'One', 1)");
      await manager.query(
        "INSERT INTO user (id, site_id, sync_key, is_external, is_deleted) VALUES (7, 1, 'planner', 0, 0)",
      );
    });
    await database.close();
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await drop();
  });

  function keys(...args: string[]): Promise<Finished> {
    const url = target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url;
    return runScript('src/keys.js', { args, env: { DATABASE_URL: url }, cwd: folder });
  }

  const CREATE = ['create', '--name', 'acme-lms', '--scopes', 'tracking:import, tracking:read'];

  it('creates a key, printed alone on standard output, lists it without its secret, and revokes it', async () => {
    const made = await keys(...CREATE);
    expect(made.code).toBe(0);
    const key = made.stdout.trim();
    expect(made.stdout).toMatch(new RegExp(`^${LOCAL_KEY.source.replace('\\b', '')}\\n$`));
    expect(made.stderr).not.toContain(key.slice(-43));
    const [, id = ''] = /ct_([\da-f]{16})_/.exec(key) ?? [];

    const listed = await keys('list');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    for (const word of [id, 'acme-lms', 'tracking:import', 'tracking:read', 'live until']) {
      expect(listed.stdout).toContain(word);
    }
    expect(listed.stdout).not.toContain(key.slice(-43));

    expect(await keys('revoke', id)).toMatchObject({ code: 0, stderr: '' });
    expect((await keys('list')).stdout).toContain('revoked');
  });

  it('creates one for users of the site, without end, on another site', async () => {
    const scopes = ['create', '--name', 'acme', '--scopes', 'activity:update'];
    expect((await keys(...scopes, '--users', 'planner', '--expires', 'never')).code).toBe(0);
    expect((await keys('list')).stdout).toContain('live for ever');
    expect((await keys(...scopes, '--any-user', '--site', '2', '--expires', '30')).code).toBe(0);
    expect((await keys('list', '--site', '2')).stdout).toContain('any user');
    expect((await keys('list', '--site', '3')).stdout).toBe('Site 3 has no key.\n');
  });

  async function stored(sql: string): Promise<readonly Record<string, unknown>[]> {
    const database = await openDatabase(target);
    const rows = await database.read(({ manager }) => manager.query(sql));
    await database.close();
    return rows;
  }

  it('makes a site with its first key, and a further key where the site has that name', async () => {
    const site = ['--site', '7', '--site-name', 'Harbour School'];
    const made = await keys(...CREATE, ...site);
    expect({ code: made.code, lines: made.stdout.trimEnd().split('\n') }).toEqual({
      code: 0,
      lines: [expect.stringMatching(LOCAL_KEY)],
    });
    const sites = 'SELECT id, name FROM site ORDER BY id';
    expect(await stored(sites)).toEqual([
      { id: 1, name: 'One' },
      { id: 7, name: 'Harbour School' },
    ]);
    expect((await keys('list', '--site', '7')).stdout).toContain('acme-lms');
    expect((await keys(...CREATE, ...site)).code).toBe(0);
    expect(await stored('SELECT operation FROM audit_entry WHERE site_id = 7 ORDER BY id')).toEqual([
      { operation: 'createApiKey' },
      { operation: 'createSite' },
      { operation: 'createApiKey' },
    ]);
  });

  it('makes neither site nor key where another name is there, or the key is refused', async () => {
    const taken = await keys(...CREATE, '--site', '1', '--site-name', 'Another');
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toMatch(/^Site 1 is there already, under the name "One"\. .*--site-name.*\n$/);
    const refused = [
      ['--name', 'Acme', '--scopes', 'tracking:read', '--site-name', 'Eight'],
      ['--name', 'acme', '--scopes', 'tracking:read', '--site-name', ' '],
      ['--name', 'acme', '--scopes', 'tracking:read', '--site-name', 'x'.repeat(256)],
    ];
    for (const args of refused) {
      const { code, stdout, stderr } = await keys('create', '--site', '8', ...args);
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
        code: 1,
        stdout: '',
        lines: 1,
      });
    }
    expect(await stored('SELECT id FROM site')).toEqual([{ id: 1 }]);
    expect(await stored('SELECT id FROM api_key')).toEqual([]);
  });

  it('says how a site is made that is not there, and gives the scope for sites', async () => {
    const made = await keys('create', '--name', 'acme', '--scopes', 'sites:admin', '--site', '9');
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/\nSite 9 is not there yet: .*--site-name NAME/);
    expect((await keys('list', '--site', '9')).stdout).toContain('sites:admin');
  });

  it.each([
    [['create', '--name', 'acme', '--scopes', 'activity:update', '--users', 'nobody'], 1],
    [['create', '--name', 'Acme', '--scopes', 'tracking:read'], 1],
    [['create', '--scopes', 'tracking:read'], 1],
    [['create', '--name', 'acme'], 1],
    [['create', '--name', 'local', '--scopes', 'tracking:read'], 1],
    [['create', '--name', 'acme', '--scopes', 'tracking:read', '--expires', '2020-01-01T00:00:00Z'], 1],
    [['create', '--name', 'acme', '--scopes', 'tracking:read', '--expires', 'soon'], 1],
    [['create', '--name', 'acme', '--scopes', 'tracking:read', '--site', '0'], 1],
    [['revoke', '0000000000000000'], 1],
  ])('refuses %j in as many lines as there are reasons', async (args, lines) => {
    const { code, stdout, stderr } = await keys(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(lines);
    const database = await openDatabase(target);
    expect(await database.read(({ manager }) => manager.query('SELECT * FROM api_key'))).toEqual([]);
    await database.close();
  });
});

it.each([
  [],
  ['make'],
  ['list', 'all'],
  ['revoke'],
  ['create', '--scope', 'tracking:read'],
  ['create', '--name', 'acme', '--scopes', 'everything'],
])('npm run keys tells how it is used: %j', async (...args: string[]) => {
  const env = { DATABASE_URL: 'sqlite::memory:' };
  const { code, stdout, stderr } = await runScript('src/keys.js', { args, env, cwd: tmpdir() });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('npm run keys -- create --name NAME');
});
