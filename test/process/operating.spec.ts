/** Runs the commands of docs/operating.md as they stand there. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { DatabaseTarget } from '../../src/data/database-url';
import { migrate } from '../../src/data/migrate';
import { LOCAL_KEY, runScript, type StartedScript, startScript } from '../support/child-process';
import { DATABASE_KINDS, SERVER_KINDS } from '../support/databases';
import { loadFixture } from '../support/fixture';
import { freePort, startOwnMariadb } from '../support/own-mariadb';
import { migrationsRun, storedRows, storedSchema } from '../support/stored';

const ROOT = join(__dirname, '..', '..');
const SLOW = 180_000;

const DOCUMENT = readFileSync(join(ROOT, 'docs', 'operating.md'), 'utf8');

const blocks = new Map(
  [...DOCUMENT.matchAll(/^( *)<!-- run: (.+) -->\n *```(?:sh|sql)\n([\s\S]*?)\n *```$/gm)].map(
    ([, indent = '', name = '', text = '']) => [name, text.replaceAll(`\n${indent}`, '\n').trim()],
  ),
);

/** Each is run below. */
const NAMES = [
  'keys',
  'site',
  'sqlite backup',
  'sqlite restore',
  'backup user',
  'mariadb backup',
  'mysql backup',
  'mariadb restore',
  'mysql restore',
  'mariadb promote',
  'mysql promote',
  'upgrade',
  'downgrade',
] as const;

function blockOf(name: (typeof NAMES)[number]): string {
  const text = blocks.get(name);
  if (text === undefined) throw new Error(`docs/operating.md has no block ${name}`);
  return text;
}

it('has no commands but those that are run here', () => {
  expect([...blocks.keys()]).toEqual(NAMES);
  expect(DOCUMENT.match(/^ *```(sh|sql)$/gm)).toHaveLength(NAMES.length);
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-operating-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a block in the folder, with what is built instead of what npm would build anew. */
async function run(name: (typeof NAMES)[number], env: Record<string, string> = {}): Promise<string> {
  const npm = `npm() { local name=$2; shift 2; [ "\${1:-}" = -- ] && shift; "$NODE" "$DIST/src/$name.js" "$@"; }`;
  const path = [process.env.TEST_MYSQL_CLIENT, process.env.PATH].filter(Boolean).join(':');
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euo', 'pipefail', '-c', `${npm}\n${blockOf(name)}`],
    {
      cwd: folder,
      env: { PATH: path, NODE: process.execPath, DIST: join(ROOT, 'dist'), ...env },
    },
  );
  return stdout;
}

it('makes a key and lists it', async () => {
  const env = { DATABASE_URL: `sqlite:${join(folder, 'keys.sqlite')}` };
  expect(await runScript('src/migrate.js', { env, cwd: folder })).toMatchObject({ code: 0 });
  expect(await run('keys', env)).toMatch(/^ct_.*\n[\s\S]*acme-lms/);
});

it('makes a site with its first key', async () => {
  const env = { DATABASE_URL: `sqlite:${join(folder, 'site.sqlite')}` };
  expect(await runScript('src/migrate.js', { env, cwd: folder })).toMatchObject({ code: 0 });
  expect(await run('site', env)).toMatch(/^ct_/);
  const listed = await runScript('src/keys.js', { args: ['list', '--site', '2'], env, cwd: folder });
  expect(listed.stdout).toContain('harbour-setup');
});

const urlOf = (target: DatabaseTarget) => (target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url);

const start = (env: Record<string, string> = {}): StartedScript =>
  startScript('src/main.js', { env: { PORT: '0', ...env }, cwd: folder });

interface Caller {
  load(name: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** A server that has started, to which reference data can be sent. */
async function callerOf(server: StartedScript): Promise<Caller> {
  const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
  const [key] = await server.prints(LOCAL_KEY, 'stderr');
  return {
    load: async (name) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query:
            'mutation ($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) { __typename } }',
          variables: { input: { organisations: [{ syncKey: name, name }] } },
        }),
      });
      const { data } = (await response.json()) as { data?: { loadReferenceData: { __typename: string } } };
      return data?.loadReferenceData.__typename;
    },
    stop: async () => {
      server.child.kill('SIGTERM');
      await server.finished;
    },
  };
}

async function organisations(target: DatabaseTarget): Promise<unknown[]> {
  return ((await storedRows(target)).get('organisation') ?? []).map(({ name }) => name).sort();
}

const LOADED = 'LoadReferenceDataSuccess';

it(
  'backs up the embedded database while the server runs, and restores it',
  async () => {
    const target = { kind: 'sqlite', path: join(folder, 'data', 'coursetrack.sqlite') } as const;
    const before = await callerOf(start());
    expect(await before.load('before')).toBe(LOADED);
    const line = await run('sqlite backup');
    expect(line).toMatch(/^backups\/coursetrack-[\d-]+\.sqlite: \d+ bytes, .*learner 0/);
    expect(await before.load('after')).toBe(LOADED);
    expect(await organisations(target)).toEqual(['after', 'before']);
    await before.stop();

    await run('sqlite restore');
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['aside', 'coursetrack.sqlite']);
    const again = await callerOf(start());
    expect(await organisations(target)).toEqual(['before']);
    expect(await again.load('again')).toBe(LOADED);
    await again.stop();
  },
  SLOW,
);

it(
  'restores the embedded database beside the log of a server that was killed',
  async () => {
    const target = { kind: 'sqlite', path: join(folder, 'data', 'coursetrack.sqlite') } as const;
    const server = start();
    const caller = await callerOf(server);
    expect(await caller.load('before')).toBe(LOADED);
    await run('sqlite backup');
    expect(await caller.load('after')).toBe(LOADED);
    server.child.kill('SIGKILL');
    await server.finished;
    expect(readdirSync(join(folder, 'data'))).toContain('coursetrack.sqlite-wal');
    await run('sqlite restore');
    await (await callerOf(start())).stop();
    expect(await organisations(target)).toEqual(['before']);
  },
  SLOW,
);

describe.each(DATABASE_KINDS)('on $kind', (kind) => {
  it(
    'upgrades commit 0f434f1, and undoes that',
    async () => {
      const { target, drop } = await kind.create();
      try {
        await loadFixture(kind.kind, target);
        const old = await storedSchema(target);
        const env = { DATABASE_URL: urlOf(target) };
        expect(await run('upgrade', env)).toMatch(/up to date$/m);
        const whole = await migrationsRun(target);
        expect(await run('downgrade', env)).toMatch(/down to Access1700000002000$/m);
        expect(await storedSchema(target)).toEqual(old);
        await run('upgrade', env);
        expect(await migrationsRun(target)).toEqual(whole);
      } finally {
        await drop();
      }
    },
    SLOW,
  );
});

const TOOLS = { mariadb: ['mariadb', 'mariadb-dump'], mysql: ['mysql', 'mysqldump'] } as const;

/** MySQL's own tools have to be named: those of MariaDB have the same names. */
const hasTools = (kind: 'mariadb' | 'mysql') => kind === 'mariadb' || Boolean(process.env.TEST_MYSQL_CLIENT);

function optionFile(name: string, url: string, user: { name: string; password: string }): void {
  const { hostname, port } = new URL(url);
  const lines = [
    '[client]',
    `host=${hostname}`,
    `port=${port}`,
    `user=${user.name}`,
    `password=${user.password}`,
  ];
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o600 });
}

// A loop, because jest refuses an empty table.
for (const kind of SERVER_KINDS) {
  (hasTools(kind.kind) ? it : it.skip)(
    `backs up ${kind.kind} as a user who may do nothing else, and restores it`,
    async () => {
      const { target, drop } = await kind.create();
      const name = new URL(target.url).pathname.slice(1);
      const user = { name: `${name}_b`.slice(-32), password: 'a long password' };
      const admin = await createConnection({ uri: kind.url, multipleStatements: true });
      try {
        await loadFixture(kind.kind, target);
        await migrate(target);
        const grants = blockOf('backup user').replaceAll('coursetrack_backup', user.name);
        await admin.query(grants.replace('`coursetrack`', `\`${name}\``));
        optionFile('backup.cnf', target.url, user);
        optionFile('admin.cnf', target.url, { name: 'root', password: '' });
        await run(`${kind.kind} backup`, { DB: name });
        await run(`${kind.kind} restore`, { DB: name });

        const restored = { kind: 'mysql', url: `${target.url}_restored` } as const;
        expect(await storedRows(restored)).toEqual(await storedRows(target));
        expect(await storedSchema(restored)).toEqual(await storedSchema(target));
        const env = { DATABASE_URL: restored.url };
        expect(await runScript('src/migrate.js', { env, cwd: folder })).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/already up to date\n$/),
        });
        const caller = await callerOf(start(env));
        expect(await caller.load('new')).toBe(LOADED);
        await caller.stop();
      } finally {
        await admin.query(`DROP DATABASE IF EXISTS ${name}_restored`);
        await admin.query(`DROP USER IF EXISTS '${user.name}'@'%'`);
        await admin.end();
        await drop();
      }
    },
    SLOW,
  );

  (hasTools(kind.kind) ? it : it.skip)(
    `npm run backup prints a command for ${kind.kind} that makes a whole dump`,
    async () => {
      const { target, drop } = await kind.create();
      try {
        await migrate(target);
        const { code, stdout, stderr } = await runScript('src/backup.js', {
          args: ["a partner's dump.sql"],
          env: { DATABASE_URL: target.url },
          cwd: folder,
        });
        expect([code, stdout]).toEqual([1, '']);
        const [, tool] = TOOLS[kind.kind];
        const command = stderr.split('\n').find((line) => line.includes(`: `) && line.includes(`${tool} `));
        const typed = command?.slice(command.indexOf(tool)).replace('--password', '--password=');
        const path = [process.env.TEST_MYSQL_CLIENT, process.env.PATH].filter(Boolean).join(':');
        await promisify(execFile)('bash', ['-c', typed ?? 'false'], { cwd: folder, env: { PATH: path } });
        expect(readFileSync(join(folder, "a partner's dump.sql"), 'utf8')).toMatch(/Dump completed.*\n$/);
      } finally {
        await drop();
      }
    },
  );
}

/** A server of the test's own, that can be the primary of another one or its replica. */
interface OwnServer {
  readonly port: number;
  stop(): Promise<void>;
}

interface Replication {
  readonly canRun: boolean;
  start(name: string, options: readonly string[]): Promise<OwnServer>;
  /** Makes a server the replica of the one at the port. */
  follow(port: number): string;
}

const REPLICATIONS: { readonly [Kind in 'mariadb' | 'mysql']: Replication } = {
  mariadb: {
    canRun: Boolean(process.env.TEST_MARIADB_URL),
    start: (name, options) => {
      mkdirSync(join(folder, name));
      return startOwnMariadb(join(folder, name), { options });
    },
    follow: (port) =>
      `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${port}, MASTER_USER='copy', MASTER_PASSWORD='secret',
         MASTER_USE_GTID=slave_pos; START SLAVE`,
  },
  mysql: {
    canRun: hasTools('mysql') && Boolean(process.env.MYSQL_ROOT),
    start: async (name, options) => {
      const [dir, port] = [join(folder, name), await freePort()];
      const script = (...args: string[]) =>
        promisify(execFile)('bash', [join(ROOT, 'test', 'servers', 'mysql.sh'), ...args], {
          env: { ...process.env, MYSQLD_OPTIONS: options.join(' ') },
        });
      mkdirSync(dir);
      chmodSync(folder, 0o755);
      await script('start', dir, String(port));
      return { port, stop: async () => void (await script('stop', dir)) };
    },
    follow: (port) =>
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=${port}, SOURCE_USER='copy',
         SOURCE_PASSWORD='secret', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1; START REPLICA`,
  },
};

describe.each(['mariadb', 'mysql'] as const)('with a replica, %s', (kind) => {
  const { canRun, start: startOwn, follow } = REPLICATIONS[kind];
  const gtid = kind === 'mysql' ? ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'] : ['--log-bin'];

  (canRun ? it : it.skip)(
    'goes on when the primary is lost',
    async () => {
      const primary = await startOwn('primary', ['--server-id=1', ...gtid]);
      const replica = await startOwn('replica', ['--server-id=2', '--read-only=ON', ...gtid]);
      const isRunning = new Set([primary, replica]);
      try {
        await tell(
          primary,
          `CREATE DATABASE coursetrack; CREATE USER app@'%' IDENTIFIED BY 'secret';
           GRANT ALL ON coursetrack.* TO app@'%'; CREATE USER copy@'%' IDENTIFIED BY 'secret';
           GRANT REPLICATION SLAVE ON *.* TO copy@'%'`,
        );
        await tell(replica, follow(primary.port));
        const env = {
          DATABASE_URL: `mysql://app:secret@127.0.0.1:${primary.port},127.0.0.1:${replica.port}/coursetrack`,
          WRITE_DEADLINE: '5',
        };
        expect(await runScript('src/migrate.js', { env, cwd: folder })).toMatchObject({ code: 0 });
        const caller = await callerOf(start(env));
        expect(await caller.load('before')).toBe(LOADED);
        const copy = { kind: 'mysql', url: `mysql://root@127.0.0.1:${replica.port}/coursetrack` } as const;
        while ((await organisations(copy)).length === 0) await pause(100);

        await primary.stop();
        isRunning.delete(primary);
        expect(await caller.load('between')).toBeUndefined();
        optionFile('replica.cnf', copy.url, { name: 'root', password: '' });
        await run(`${kind} promote`);
        while ((await caller.load('after')) !== LOADED) await pause(100);
        expect(await organisations(copy)).toEqual(['after', 'before']);
        await caller.stop();
      } finally {
        for (const server of isRunning) await server.stop();
      }
    },
    SLOW,
  );
});

async function tell({ port }: OwnServer, statements: string): Promise<void> {
  const root = await createConnection({ uri: `mysql://root@127.0.0.1:${port}/`, multipleStatements: true });
  await root.query(statements);
  await root.end();
}
