import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { BackupError, backUp } from '../../../src/data/embedded-backup';
import { EmbeddedFileFault, prepareEmbeddedFile } from '../../../src/data/embedded-file';

let folder: string;
let path: string;
let file: string;
let writer: Sqlite;

/** Several steps of copying. */
const ROWS = 30_000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-backup-'));
  path = join(folder, 'x.sqlite');
  file = join(folder, 'backup.sqlite');
  prepareEmbeddedFile(path);
  writer = new Sqlite(path);
  writer.pragma('journal_mode = WAL');
  writer.pragma('synchronous = OFF');
  writer.exec(
    'CREATE TABLE learner (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE import_run (id INTEGER)',
  );
  write(ROWS);
});
afterEach(() => {
  writer.close();
  rmSync(folder, { recursive: true });
});

/** Each transaction writes both tables, so that a copy that is in between shows. */
function write(count: number): void {
  writer.exec('BEGIN IMMEDIATE');
  const [learner, run] = ['learner (name)', 'import_run (id)'].map((into) =>
    writer.prepare(`INSERT INTO ${into} VALUES (?)`),
  );
  for (let i = 0; i < count; i++) {
    learner?.run('x'.repeat(200));
    run?.run(i);
  }
  writer.exec('COMMIT');
}

const inFolder = () => readdirSync(folder).filter((name) => !name.startsWith('x.sqlite'));

it('copies what was committed when it began, while another connection writes between all steps', async () => {
  const copied: number[] = [];
  const backup = await backUp(path, file, {
    onProgress: (bytes) => {
      copied.push(bytes);
      write(10);
    },
  });
  expect(copied.length).toBeGreaterThan(1);
  expect(copied).toEqual([...copied].sort((one, other) => one - other));
  expect(backup).toEqual({ bytes: statSync(file).size, rows: { learner: ROWS, import_run: ROWS } });
  expect(writer.prepare('SELECT count(*) FROM learner').pluck().get()).toBe(ROWS + 10 * copied.length);
  const copy = new Sqlite(file, { readonly: true });
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
  copy.close();
});

it('has what is in the log only, which a plain copy of the file lacks', async () => {
  writer.pragma('wal_checkpoint(TRUNCATE)');
  write(5);
  copyFileSync(path, join(folder, 'plain'));
  const plain = new Sqlite(join(folder, 'plain'));
  expect(plain.prepare('SELECT count(*) FROM learner').pluck().get()).toBe(ROWS);
  plain.close();
  expect((await backUp(path, file)).rows).toEqual({ learner: ROWS + 5, import_run: ROWS + 5 });
});

it('makes one file, with the rights of the database, that needs none beside it', async () => {
  await backUp(path, file);
  expect(inFolder()).toEqual(['backup.sqlite']);
  expect(statSync(file).mode).toBe(statSync(path).mode);
  // Neither the reader nor the writer version says WAL.
  expect([...readFileSync(file).subarray(18, 20)]).toEqual([1, 1]);
  expect(prepareEmbeddedFile(file)).toBe(false);
});

it('leaves what is there as it is', async () => {
  for (const taken of [file, `${file}-wal`, `${file}-journal`]) {
    writeFileSync(taken, 'mine');
    await expect(backUp(path, file)).rejects.toThrow(BackupError);
    expect(readFileSync(taken, 'utf8')).toBe('mine');
    rmSync(taken);
  }
  expect(inFolder()).toEqual([]);
});

it('leaves what comes to be there meanwhile as it is', async () => {
  const backup = backUp(path, file, { onProgress: () => writeFileSync(file, 'mine') });
  await expect(backup).rejects.toThrow(BackupError);
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(inFolder()).toEqual(['backup.sqlite']);
});

it('is refused without a database, of an empty one, and into a folder that is not there', async () => {
  await expect(backUp(`${path}.no`, file)).rejects.toThrow(BackupError);
  await expect(backUp(path, join(folder, 'no', 'backup'))).rejects.toThrow(BackupError);
  writeFileSync(join(folder, 'empty'), '');
  await expect(backUp(join(folder, 'empty'), file)).rejects.toThrow(EmbeddedFileFault);
  expect(inFolder()).toEqual(['empty']);
});

it('leaves nothing of a copy that is damaged, as the database is', async () => {
  writer.pragma('wal_checkpoint(TRUNCATE)');
  const database = openSync(path, 'r+');
  writeSync(database, Buffer.alloc(4_096, 0xff), 0, 4_096, 100 * 4_096);
  closeSync(database);
  await expect(backUp(path, file)).rejects.toThrow(BackupError);
  expect(inFolder()).toEqual([]);
});

it('leaves nothing when it is stopped', async () => {
  const stopping = new AbortController();
  const backup = backUp(path, file, { onProgress: () => stopping.abort(), signal: stopping.signal });
  await expect(backup).rejects.toMatchObject({ name: 'AbortError' });
  expect(inFolder()).toEqual([]);
});
