import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { LOCAL_KEY, runScript, type StartedScript, startScript } from '../support/child-process';
import { loadFixture } from '../support/fixture';

const DIST = join(__dirname, '..', '..', 'dist');
const NOBODY = 65_534;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-file-'));
  path = join(folder, 'data', 'x.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const envOf = () => ({ DATABASE_URL: `sqlite:${path}`, PORT: '0' });

function start(): StartedScript {
  return startScript('src/main.js', { env: envOf(), cwd: folder });
}

/** Starts the server and stops it; answers what it logged. */
async function served(): Promise<string> {
  const server = start();
  await server.prints(/"msg":"listening"/);
  server.child.kill('SIGTERM');
  const { code, stdout } = await server.finished;
  expect(code).toBe(0);
  return stdout;
}

/** The one line with which every program is refused. */
async function refusal(): Promise<string> {
  const lines: string[] = [];
  for (const [script, args] of [
    ['src/main.js', []],
    ['src/migrate.js', []],
    ['src/keys.js', ['list']],
  ] as const) {
    const { code, stdout, stderr } = await runScript(script, { args, env: envOf(), cwd: folder });
    expect([script, code, stdout, stderr.split('\n').length]).toEqual([script, 1, '', 2]);
    lines.push(stderr);
  }
  expect(new Set(lines).size).toBe(1);
  return lines[0] ?? '';
}

const MADE = /x\.sqlite is not there: it is made, and empty/;

describe('the file of the embedded database', () => {
  it('is made with a line in the log, and found without one', async () => {
    expect(await served()).toMatch(MADE);
    expect(readdirSync(dirname(path))).toEqual(['x.sqlite']);
    expect(await served()).not.toMatch(MADE);
  });

  it('of commit 0f434f1 is brought up to date, with a line for each migration', async () => {
    mkdirSync(dirname(path));
    await loadFixture('sqlite', { kind: 'sqlite', path });
    const log = await served();
    expect(log).not.toMatch(MADE);
    expect(log).toMatch(/x\.sqlite: WrittenLocks1700000005000/);
  });

  it.each(['-wal', '-shm', '-journal'])('is not made anew where its %s is', async (suffix) => {
    mkdirSync(dirname(path));
    writeFileSync(`${path}${suffix}`, 'x');
    expect(await refusal()).toContain(`x.sqlite${suffix}`);
    expect(readdirSync(dirname(path))).toEqual([`x.sqlite${suffix}`]);
  });

  it('is refused when it was deleted under a server that was then killed', async () => {
    const server = start();
    await server.prints(/"msg":"listening"/);
    rmSync(path);
    server.child.kill('SIGKILL');
    await server.finished;
    expect(await refusal()).toContain('x.sqlite-wal');
    expect(existsSync(path)).toBe(false);
  });

  it('is refused when nothing is left in it', async () => {
    mkdirSync(dirname(path));
    writeFileSync(path, '');
    expect(await refusal()).toMatch(/is empty/);
    expect(statSync(path).size).toBe(0);
  });

  it('is refused when another program keeps its data there', async () => {
    mkdirSync(dirname(path));
    new Sqlite(path).exec('CREATE TABLE contact (name TEXT)').close();
    const before = statSync(path, { bigint: true }).mtimeNs;
    expect(await refusal()).toMatch(/another program/);
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
  });

  it('is refused with damaged pages, and is what it was after a backup was put back', async () => {
    await served();
    copyFileSync(path, join(folder, 'backup'));
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0xff), 0, 4_096, 20 * 4_096);
    closeSync(file);
    for (const script of ['src/main.js', 'src/migrate.js']) {
      const { code, stdout, stderr } = await runScript(script, { env: envOf(), cwd: folder });
      expect([code, stdout, stderr.split('\n')]).toEqual([1, '', [expect.stringMatching(/backup/), '']]);
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    copyFileSync(join(folder, 'backup'), path);
    expect(await served()).not.toMatch(MADE);
  });

  // As root, which may do everything, it runs as somebody who may not; who must be able to read the program.
  const isRoot = process.getuid?.() === 0;
  const canOthersRead = everyFolderTo(DIST).every((each) => (statSync(each).mode & 0o005) === 0o005);
  (isRoot && !canOthersRead ? it.skip : it).each([
    ['the file', 0o755, 0o444],
    ['its folder', 0o555, 0o666],
  ])('is refused when %s may not be written', async (_, folderMode, fileMode) => {
    await served();
    chmodSync(path, fileMode);
    chmodSync(dirname(path), folderMode);
    chmodSync(folder, 0o755);
    const { code, stdout, stderr } = await runScript('src/main.js', {
      env: envOf(),
      cwd: folder,
      ...(isRoot ? { uid: NOBODY } : {}),
    });
    expect([code, stdout, stderr.split('\n')]).toEqual([1, '', [expect.stringMatching(/EACCES/), '']]);
    chmodSync(dirname(path), 0o755);
  });

  it.each<[string, () => void]>([
    ['deleted', () => rmSync(path)],
    ['deleted with its folder', () => rmSync(dirname(path), { recursive: true })],
    [
      'replaced',
      () => {
        copyFileSync(path, `${path}.copy`);
        rmSync(path);
        copyFileSync(`${path}.copy`, path);
      },
    ],
  ])('takes nothing more when it was %s, and the server is not ready', async (_, remove) => {
    const server = start();
    const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
    const [key] = await server.prints(LOCAL_KEY, 'stderr');
    const load = () =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query:
            'mutation ($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) { __typename } }',
          variables: { input: { organisations: [{ syncKey: 'one', name: 'One' }] } },
        }),
      });
    expect(await (await load()).json()).toEqual({
      data: { loadReferenceData: { __typename: 'LoadReferenceDataSuccess' } },
    });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    remove();
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    const refused = await load();
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { errors: [{ extensions: { code: 'DATABASE_UNAVAILABLE' } }] },
    ]);
    server.child.kill('SIGTERM');
    await server.finished;
  });
});

function everyFolderTo(end: string): string[] {
  return end === dirname(end) ? [end] : [...everyFolderTo(dirname(end)), end];
}
