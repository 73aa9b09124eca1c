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
