import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import {
  APPLICATION_ID,
  checkPages,
  EmbeddedFileFault,
  EmbeddedFileGone,
  openedFile,
  prepareEmbeddedFile,
} from '../../../src/data/embedded-file';

let folder: string;
let path: string;
let connections: Sqlite[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-file-'));
  path = join(folder, 'data', 'x.sqlite');
  connections = [];
});
afterEach(() => {
  for (const connection of connections) connection.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(file = path): Sqlite {
  const connection = new Sqlite(file);
  connection.pragma('journal_mode = WAL');
  connections.push(connection);
  return connection;
}

/** A file with so many pages that one of them can be damaged. */
function fill(file = path): void {
  const connection = open(file);
  connection.exec('CREATE TABLE IF NOT EXISTS migrations (name TEXT)');
  connection.exec("INSERT INTO migrations (name) VALUES ('Initial1700000000000')");
  connection.exec('CREATE TABLE t (a TEXT)');
  for (let i = 0; i < 500; i++) connection.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100));
  close(connection);
}

function close(connection: Sqlite): void {
  connections.splice(connections.indexOf(connection), 1);
  connection.close();
}

function overwrite(file: string, place: number, bytes: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(bytes, 0xff), 0, bytes, place);
  closeSync(descriptor);
}

describe('the file of an embedded database', () => {
  it('is made with its folder where it is missing, and is ours from its first moment on', () => {
    expect(prepareEmbeddedFile(path)).toBe(true);
    expect(readdirSync(join(folder, 'data'))).toEqual(['x.sqlite']);
    expect(statSync(path).size).toBeGreaterThan(0);
    expect(open().pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    expect(prepareEmbeddedFile(path)).toBe(false);
  });

  it.each(['-wal', '-shm', '-journal'])('is not made where %s of a missing one is', (suffix) => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(`${path}${suffix}`, '');
    expect(() => prepareEmbeddedFile(path)).toThrow(EmbeddedFileFault);
    expect(existsSync(path)).toBe(false);
  });

  it('is refused when it is empty, a folder, or a link to nothing', () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(path, '');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
    for (const each of [path, folder, join(folder, 'link')]) {
      expect(() => prepareEmbeddedFile(each)).toThrow(EmbeddedFileFault);
    }
    expect(statSync(path).size).toBe(0);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });

  it('may be behind a link', () => {
    prepareEmbeddedFile(path);
    symlinkSync(path, join(folder, 'link'));
    expect(prepareEmbeddedFile(join(folder, 'link'))).toBe(false);
  });

  it('of a release without an application id is known by its first migration, and may have none yet', () => {
    mkdirSync(join(folder, 'data'));
    open().exec('CREATE TABLE migrations (id INTEGER, timestamp INTEGER, name TEXT)');
    expect(prepareEmbeddedFile(path)).toBe(false);
    fill();
    expect(prepareEmbeddedFile(path)).toBe(false);
  });

  it.each([
    ['tables that are not ours', 'CREATE TABLE contact (name TEXT)'],
    [
      'migrations of something else',
      'CREATE TABLE migrations (version INT); CREATE TABLE contact (name TEXT)',
    ],
    [
      'other migrations',
      "CREATE TABLE migrations (name TEXT); CREATE TABLE contact (name TEXT); INSERT INTO migrations VALUES ('Contacts1')",
    ],
    ['the id of another application', 'PRAGMA application_id = 252006673'],
  ])('of another program is refused and left as it is: %s', (_, sql) => {
    mkdirSync(join(folder, 'data'));
    close(open().exec(sql));
    const before = statSync(path, { bigint: true }).mtimeNs;
    expect(() => prepareEmbeddedFile(path)).toThrow(EmbeddedFileFault);
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
  });

  it('is no database', () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(path, 'no database '.repeat(1_000));
    expect(() => prepareEmbeddedFile(path)).toThrow(expect.objectContaining({ code: 'SQLITE_NOTADB' }));
  });

  it('is looked through for damage', () => {
    prepareEmbeddedFile(path);
    fill();
    expect(() => checkPages(path)).not.toThrow();
    overwrite(path, 5 * 4_096, 4_096);
    expect(prepareEmbeddedFile(path)).toBe(false);
    expect(() => checkPages(path)).toThrow(EmbeddedFileFault);
  });

  it('is refused with a damaged first page as well', () => {
    prepareEmbeddedFile(path);
    fill();
    overwrite(path, 100, 3_000);
    expect(() => checkPages(path)).toThrow(EmbeddedFileFault);
  });
});

describe('an opened file', () => {
  beforeEach(() => {
    prepareEmbeddedFile(path);
    fill();
  });

  function opened() {
    open().prepare('SELECT * FROM t').all();
    return openedFile(path);
  }

  it('stays itself while others read, write, and close it', () => {
    const file = opened();
    const other = open();
    other.exec("INSERT INTO t VALUES ('y')");
    other.pragma('wal_checkpoint(TRUNCATE)');
    close(other);
    open().exec("INSERT INTO t VALUES ('z')");
    expect(() => file.checkFile()).not.toThrow();
  });

  it.each<[string, () => void]>([
    ['deleted', () => rmSync(path)],
    ['deleted with all that is beside it', () => rmSync(join(folder, 'data'), { recursive: true })],
    ['moved away', () => renameSync(path, `${path}.old`)],
    [
      'replaced by a copy of itself',
      () => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
    [
      'in a folder that was replaced',
      () => {
        renameSync(join(folder, 'data'), join(folder, 'old'));
        prepareEmbeddedFile(path);
      },
    ],
    ['without its log', () => rmSync(`${path}-wal`)],
  ])('is gone when it was %s, until the same one is back', (_, remove) => {
    const file = opened();
    remove();
    expect(() => file.checkFile()).toThrow(EmbeddedFileGone);
    expect(() => file.checkFile()).toThrow(EmbeddedFileGone);
  });

  it('is the same one again when it was moved away and back', () => {
    const file = opened();
    renameSync(path, `${path}.old`);
    expect(() => file.checkFile()).toThrow(EmbeddedFileGone);
    renameSync(`${path}.old`, path);
    expect(() => file.checkFile()).not.toThrow();
  });

  it('is watched behind a link that leads elsewhere later', () => {
    const link = join(folder, 'link');
    symlinkSync(path, link);
    open(link).prepare('SELECT * FROM t').all();
    const file = openedFile(link);
    expect(() => file.checkFile()).not.toThrow();
    rmSync(link);
    copyFileSync(path, join(folder, 'other'));
    symlinkSync(join(folder, 'other'), link);
    expect(() => file.checkFile()).toThrow(EmbeddedFileGone);
  });
});
