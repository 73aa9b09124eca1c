/** What a start says of the version of its database server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript, startScript } from '../support/child-process';
import { SERVER_KINDS } from '../support/databases';
import { type OwnMariadb, startOwnMariadb } from '../support/own-mariadb';

const UNTESTED = 'nothing was tested on this version of the database server';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-version-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (program: 'main' | 'migrate', url: string) =>
  runScript(`src/${program}.js`, { env: { DATABASE_URL: url, PORT: '0' }, cwd: folder });

/** What it logs until it listens, apart from that. */
async function warningsOf(url: string): Promise<readonly Record<string, unknown>[]> {
  const server = startScript('src/main.js', { env: { DATABASE_URL: url, PORT: '0' }, cwd: folder });
  await server.prints(/"msg":"listening"/);
  server.child.kill('SIGTERM');
  const { stdout } = await server.finished;
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
}

// A loop, because jest refuses an empty table.
for (const kind of SERVER_KINDS) {
  it(`nothing on the ${kind.kind} that everything was tested on`, async () => {
    const { target, drop } = await kind.create();
    try {
      expect(await run('migrate', target.url)).toMatchObject({ code: 0, stderr: '' });
      expect(await warningsOf(target.url)).toEqual([]);
    } finally {
      await drop();
    }
  });
}

(process.env.TEST_MARIADB_URL ? describe : describe.skip)('a server that says it is', () => {
  let server: OwnMariadb | undefined;
  afterEach(() => server?.stop());

  /** It does all that MariaDB does, whatever it says. */
  async function startSaying(version: string): Promise<string> {
    server = await startOwnMariadb(folder, {
      options: [`--version=${version}`],
      statements: ['CREATE DATABASE coursetrack'],
    });
    return `mysql://root@127.0.0.1:${server.port}/coursetrack`;
  }

  it.each([
    ['10.6.4-MariaDB', 'MariaDB 10.6.4'],
    ['11.8.1-MariaDB-ubu2404', 'MariaDB 11.8.1'],
  ])('%s is served, with one line that it was not tested', async (version, name) => {
    const url = await startSaying(version);
    expect(await run('migrate', url)).toMatchObject({ code: 0 });
    expect(await warningsOf(url)).toMatchObject([{ msg: UNTESTED, host: new URL(url).host, server: name }]);
  });

  it.each(['10.5.29-MariaDB', '8.0.36', '8.0.11-TiDB-v7.5.0'])(
    '%s is refused in one line',
    async (version) => {
      const url = await startSaying(version);
      for (const program of ['main', 'migrate'] as const) {
        const { code, stdout, stderr } = await run(program, url);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr.split('\n')).toEqual([
          expect.stringContaining(`mysql://${new URL(url).host}/coursetrack`),
          '',
        ]);
      }
    },
  );
});
