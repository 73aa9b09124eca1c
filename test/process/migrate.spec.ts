import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import type { DatabaseTarget } from '../../src/data/database-url';
import { migrate } from '../../src/data/migrate';
import { MIGRATIONS } from '../../src/data/migrations/all';
import { type Finished, runScript, type StartedScript, startScript } from '../support/child-process';
import { type CommandProxy, startCommandProxy } from '../support/command-proxy';
import { DATABASE_KINDS, describeEachServer, SERVER_KINDS } from '../support/databases';
import { loadFixture } from '../support/fixture';
import { migrationsRun, storedRows, storedSchema } from '../support/stored';

const MOMENTS = 14;
const SLOW = 400_000;
const NAMES = MIGRATIONS.map(({ name }) => name);

let folder: string;
let target: DatabaseTarget;
let drop: () => Promise<void>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-migrate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const urlOf = (of: DatabaseTarget) => (of.kind === 'sqlite' ? `sqlite:${of.path}` : of.url);

const start = (url: string, ...args: string[]): StartedScript =>
  startScript('src/migrate.js', { args, env: { DATABASE_URL: url }, cwd: folder });

const run = (...args: string[]): Promise<Finished> =>
  runScript('src/migrate.js', { args, env: { DATABASE_URL: urlOf(target) }, cwd: folder });

/** What the server of this release says when it is started. */
const serve = (): Promise<Finished> =>
  runScript('src/main.js', { env: { DATABASE_URL: urlOf(target), PORT: '0' }, cwd: folder });

const sql = async (statement: string): Promise<void> => {
  if (target.kind === 'sqlite') {
    new Sqlite(target.path).exec(statement).close();
    return;
  }
  const connection = await createConnection(target.url);
  await connection.query(statement);
  await connection.end();
};

describe.each(DATABASE_KINDS)('npm run migrate on $kind', (kind) => {
  beforeEach(async () => {
    ({ target, drop } = await kind.create());
  });
  afterEach(() => drop());

  it('says what it does', async () => {
    const { code, stdout } = await run();
    expect([code, stdout.split('\n')]).toEqual([
      0,
      [...NAMES.map((name) => expect.stringContaining(name)), expect.stringMatching(/up to date$/), ''],
    ]);
    const again = await run();
    expect([again.code, again.stderr, again.stdout.split('\n')]).toEqual([
      0,
      '',
      [expect.stringMatching(/already up to date$/), ''],
    ]);
  });

  it('lists the references that are stored with white space around them', async () => {
    await run();
    await sql("INSERT INTO site (id, name) VALUES (7, 'Padded')");
    await sql(
      `INSERT INTO learner (id, site_id, login, login_folded, ref_number, email, email_folded, created_at) VALUES
         (11, 7, 'fine in here', 'fine in here', NULL, NULL, NULL, '2020-01-01'),
         (12, 7, ' ada', ' ada', 'R-1\u00a0', '', '', '2020-01-01'),
         (100013, 7, 'bob', 'bob', '\ufeffR-2', 'bob@example.org\r', 'bob@example.org\r', '2020-01-01')`,
    );
    await sql(
      "INSERT INTO training (id, site_id, guid, path_code, title) VALUES (5, 7, 't', 'SAFETY\n', ' Safety')",
    );
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(1).sort()).toEqual([
      '',
      '  site 7, learner 100013: email',
      '  site 7, learner 100013: ref_number',
      '  site 7, learner 12: login',
      '  site 7, learner 12: ref_number',
      '  site 7, training 5: path_code',
      expect.stringMatching(/: 5 references have white space around them, and no row can name them:$/),
    ]);
    expect(stdout).not.toMatch(/ada|SAFETY|R-1/);
  });

  it('three at once all end well, and each migration ran once', async () => {
    const runs = await Promise.all([run(), run(), run()]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    const ran = runs.flatMap(({ stdout }) => stdout.match(/running \w+$/gm) ?? []);
    expect(ran.sort()).toEqual(NAMES.map((name) => `running ${name}`).sort());
    expect(await migrationsRun(target)).toEqual(NAMES);
  });

  it('waits for another one, says so, and gives up after the time it was given', async () => {
    const free = await holdLock();
    const refused = await run('--wait', '1');
    expect([refused.code, refused.stderr.trimEnd().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/waits up to 1 s/), expect.stringMatching(/more than 1 s/)],
    ]);
    const waiting = start(urlOf(target));
    await waiting.prints(/waits up to 600 s/, 'stderr');
    await free();
    expect(await waiting.finished).toMatchObject({ code: 0 });
    expect(await migrationsRun(target)).toEqual(NAMES);
  });

  /** Holds what a migrate holds. */
  async function holdLock(): Promise<() => Promise<void>> {
    if (target.kind === 'sqlite') {
      await run();
      await run('--down-to', NAMES[0] ?? '');
      const connection = new Sqlite(target.path);
      connection.exec('BEGIN IMMEDIATE');
      return async () => {
        connection.exec('ROLLBACK');
        connection.close();
      };
    }
    const connection = await createConnection(target.url);
    await connection.query(
      "SELECT GET_LOCK(CONCAT('coursetrack migrate ', LEFT(SHA2(DATABASE(), 256), 40)), 0)",
    );
    return () => connection.end();
  }

  it('refuses a schema that is newer than it, and so does the server', async () => {
    await migrate(target);
    await sql("INSERT INTO migrations (timestamp, name) VALUES (1900000000000, 'Later1900000000000')");
    const schema = await storedSchema(target);
    for (const program of [run, () => run('--down-to', NAMES[0] ?? ''), serve]) {
      const { code, stdout, stderr } = await program();
      expect([code, stdout, stderr.split('\n')]).toEqual([
        1,
        '',
        [expect.stringContaining('Later1900000000000'), ''],
      ]);
    }
    expect(await storedSchema(target)).toEqual(schema);
  });

  it('refuses a name that is no migration, and options that it does not know', async () => {
    for (const args of [
      ['--down-to', 'Nothing'],
      ['--to', 'x'],
      ['--wait', 'long'],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).not.toContain('    at ');
    }
  });

  it('undoes what comes after a migration, and makes it again', async () => {
    await migrate(target);
    const whole = await storedSchema(target);
    const [first = '', ...later] = NAMES;
    const { code, stdout } = await run('--down-to', first);
    expect([code, stdout.match(/undoing \w+$/gm)]).toEqual([
      0,
      later.reverse().map((name) => `undoing ${name}`),
    ]);
    expect(await migrationsRun(target)).toEqual([first]);
    expect(await run()).toMatchObject({ code: 0 });
    expect(await storedSchema(target)).toEqual(whole);
  });
});

describeEachServer('npm run migrate where several servers of a cluster write, on $kind', (kind) => {
  beforeEach(async () => {
    ({ target, drop } = await kind.create());
    await sql(
      'CREATE TABLE migration_lease (id INT PRIMARY KEY, holder VARCHAR(36) NOT NULL, beat INT NOT NULL)',
    );
    await sql("INSERT INTO migration_lease VALUES (1, 'another', 7)");
  });
  afterEach(() => drop());

  const runOnCluster = (...args: string[]) =>
    runScript('src/migrate.js', {
      args,
      env: { DATABASE_URL: urlOf(target), DATABASE_MULTI_WRITER: 'true' },
      cwd: folder,
    });

  const holder = async () =>
    (await storedRows(target)).get('migration_lease')?.find(({ id }) => id === 1)?.holder;

  it('waits for one that is at work through another node, and gives up after the time it was given', async () => {
    let isAlive = true;
    const beats = (async () => {
      while (isAlive) {
        await sql('UPDATE migration_lease SET beat = beat + 1 WHERE id = 1');
        await pause(500);
      }
    })();
    const { code, stderr } = await runOnCluster('--wait', '15');
    isAlive = false;
    await beats;
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [expect.stringMatching(/waits up to 15 s/), expect.stringMatching(/more than 15 s/), ''],
    ]);
    expect(await holder()).toBe('another');
  });

  it('goes on in the place of one that was killed, and leaves the place free', async () => {
    expect(await runOnCluster()).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/waits up to 600 s/),
    });
    expect(await migrationsRun(target)).toEqual(NAMES);
    expect(await holder()).toBe('');
    expect(await runOnCluster()).toMatchObject({ code: 0, stderr: '' });
  });
});

it('is refused in front of the table of another program', async () => {
  for (const kind of SERVER_KINDS) {
    ({ target, drop } = await kind.create());
    try {
      await sql('CREATE TABLE organisation (id INT PRIMARY KEY, name TEXT)');
      const { code, stderr } = await run();
      expect([code, stderr.split('\n')]).toEqual([1, [expect.stringContaining('organisation'), '']]);
    } finally {
      await drop();
    }
  }
});

it('on the embedded database can be killed at any moment and run again', async () => {
  const [kind] = DATABASE_KINDS;
  if (kind?.kind !== 'sqlite') throw new Error('the first kind is SQLite');
  ({ target, drop } = await kind.create());
  const startedAt = performance.now();
  expect(await run()).toMatchObject({ code: 0 });
  const duration = performance.now() - startedAt;
  const schema = await storedSchema(target);
  for (let moment = 1; moment <= MOMENTS; moment++) {
    await drop();
    ({ target, drop } = await kind.create());
    const killed = start(urlOf(target));
    await pause((duration * moment) / MOMENTS);
    killed.child.kill('SIGKILL');
    await killed.finished;
    expect([moment, (await run()).code]).toEqual([moment, 0]);
    expect(await storedSchema(target)).toEqual(schema);
  }
  await drop();
});

// A loop, because jest refuses an empty table.
for (const kind of SERVER_KINDS) {
  describe(`npm run migrate on ${kind.kind}, killed`, () => {
    let proxy: CommandProxy | undefined;

    afterEach(async () => {
      await proxy?.close();
      proxy = undefined;
      await drop();
    });

    /** Runs it by way of a proxy, and kills it when it sends the command of this number. */
    async function killedAt(moment: number, ...args: string[]): Promise<void> {
      let killed: StartedScript | undefined;
      proxy = await startCommandProxy(urlOf(target), (number) => {
        if (number !== moment) return true;
        killed?.child.kill('SIGKILL');
        // Of two moments one is before and one after the command has reached the server.
        return number % 2 === 0;
      });
      killed = start(proxy.url, ...args);
      expect(await killed.finished).toMatchObject({ code: null });
      await proxy.close();
    }

    async function commandsOf(...args: string[]): Promise<number> {
      proxy = await startCommandProxy(urlOf(target));
      expect(
        await runScript('src/migrate.js', { args, env: { DATABASE_URL: proxy.url }, cwd: folder }),
      ).toMatchObject({ code: 0, stderr: '' });
      await proxy.close();
      return proxy.count();
    }

    /** From the first command to the last but one; the last says goodbye. */
    const moments = (commands: number, count = MOMENTS): number[] =>
      Array.from({ length: count }, (_, place) => Math.round(1 + (place * (commands - 2)) / (count - 1)));

    async function renew(prepare: () => Promise<void>): Promise<void> {
      await drop();
      ({ target, drop } = await kind.create());
      await prepare();
    }

    it.each<[string, () => Promise<void>]>([
      ['nothing', async () => {}],
      ['a database of commit 0f434f1', () => loadFixture(kind.kind, target)],
    ])(
      'at any of 14 moments and run again makes what it makes in one go, from %s',
      async (_, prepare) => {
        ({ target, drop } = await kind.create());
        await prepare();
        const commands = await commandsOf();
        const schema = await storedSchema(target);
        for (const moment of moments(commands)) {
          await renew(prepare);
          await killedAt(moment);
          const { code, stderr } = await run();
          // The server may still be busy with the last statement of the killed one.
          expect([moment, code, stderr]).toEqual([
            moment,
            0,
            expect.stringMatching(/^(.* waits up to .*\n)?$/),
          ]);
          expect(await storedSchema(target)).toEqual(schema);
        }
      },
      SLOW,
    );

    it(
      'while it undoes, leaves a schema that counts as incomplete and can be undone or made again',
      async () => {
        const [first = ''] = NAMES;
        ({ target, drop } = await kind.create());
        const prepare = async () => {
          await migrate(target);
        };
        await prepare();
        const whole = await storedSchema(target);
        const commands = await commandsOf('--down-to', first);
        const old = await storedSchema(target);
        for (const moment of moments(commands, 6)) {
          await renew(prepare);
          await killedAt(moment, '--down-to', first);
          if ((await migrationsRun(target)).length < NAMES.length) {
            expect(await serve()).toMatchObject({
              code: 1,
              stderr: expect.stringContaining('npm run migrate'),
            });
          }
          const goesUp = moment % 4 < 2;
          expect(await run(...(goesUp ? [] : ['--down-to', first]))).toMatchObject({ code: 0 });
          expect(await storedSchema(target)).toEqual(goesUp ? whole : old);
        }
      },
      SLOW,
    );
  });
}
