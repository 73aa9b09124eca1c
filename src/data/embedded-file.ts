import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { DatabaseTarget } from './database-url';

/** Whether a target is an embedded database that has a file. */
export function isFile(target: DatabaseTarget): target is Extract<DatabaseTarget, { kind: 'sqlite' }> {
  return target.kind === 'sqlite' && target.path !== ':memory:';
}

/** "CTRK" in the header of every file of this program, as the tool `file` shows it. */
export const APPLICATION_ID = 0x4354524b;

/** Of the first release on; files from before {@link APPLICATION_ID} are known by it. */
const FIRST_MIGRATION = 'Initial1700000000000';

/** What SQLite keeps beside a file; the first two hold what the file itself does not have yet. */
const COMPANIONS = ['-wal', '-journal', '-shm'];

/** Why a file cannot be the embedded database, in the words of one line that has the path in front. */
export class EmbeddedFileFault extends Error {}

/** The file that was opened is no longer the one under its path: what is written to it is lost. */
export class EmbeddedFileGone extends Error {
  override readonly name = 'EmbeddedFileGone';
}

/**
 * Sees that the file of an embedded database can be opened, and makes it and its folder where they are missing.
 * Answers whether it made it. An empty file is none that this program makes, not even where it is killed: it is what is
 * left of one, and refused.
 * @throws EmbeddedFileFault, or the errors of Node and SQLite, which have a code
 */
export function prepareEmbeddedFile(path: string): boolean {
  if (!existsSync(path)) return makeFile(path);
  // SQLite would open it for reading and fail at the first write.
  accessSync(path, constants.R_OK | constants.W_OK);
  accessSync(dirname(realpathSync(path)), constants.W_OK | constants.X_OK);
  refuseStrange(path);
  return false;
}

/**
 * Sees that what is under a path is a file of this program; only reads.
 * @throws EmbeddedFileFault, or the errors of Node and SQLite, which have a code
 */
export function refuseStrange(path: string): void {
  const found = statSync(path);
  if (!found.isFile()) throw new EmbeddedFileFault('is not a file');
  if (found.size === 0) {
    throw new EmbeddedFileFault(
      'is empty, without even a header: restore a backup, or delete it to begin with an empty database',
    );
  }
  refuseForeign(path);
}

function makeFile(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new EmbeddedFileFault('is a link to a file that is not there');
  }
  mkdirSync(dirname(path), { recursive: true });
  const left = COMPANIONS.map((suffix) => `${path}${suffix}`).filter((each) => existsSync(each));
  if (left.length > 0) {
    // Another process that starts makes the file before it makes these.
    if (existsSync(path)) return false;
    throw new EmbeddedFileFault(
      `is not there, but ${left.map((each) => basename(each)).join(' and ')} beside it: the file was deleted or moved, and they hold the last of its data; put it back or restore a backup, or delete them as well`,
    );
  }
  // Under its own name it has a header from its first moment on, so that an empty file is never one of ours.
  const made = `${path}.new-${randomBytes(8).toString('hex')}`;
  try {
    const connection = new Sqlite(made);
    connection.pragma(`application_id = ${APPLICATION_ID}`);
    connection.pragma('journal_mode = WAL');
    connection.close();
    // Unlike a renaming it leaves alone what another process has made in the meantime.
    linkSync(made, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(made, { force: true });
  }
}

function refuseForeign(path: string): void {
  reading(path, (connection) => {
    const id = connection.pragma('application_id', { simple: true });
    if (id === APPLICATION_ID) return;
    const tables = connection
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .pluck()
      .all();
    const isOurs =
      tables.every((name) => name === 'migrations') ||
      (tables.includes('migrations') && hasFirstMigration(connection));
    if (id !== 0 || !isOurs) throw new EmbeddedFileFault('is the database of another program');
  });
}

function hasFirstMigration(connection: Sqlite): boolean {
  const columns = connection.prepare("SELECT name FROM pragma_table_info('migrations')").pluck().all();
  if (!columns.includes('name')) return false;
  const found = connection.prepare('SELECT 1 FROM migrations WHERE name = ?').get(FIRST_MIGRATION);
  return found !== undefined;
}

/**
 * Reads the whole file and looks for damage, some 250 MB a second.
 * @throws EmbeddedFileFault
 */
export function checkPages(path: string): void {
  const found = String(reading(path, (connection) => connection.pragma('quick_check(1)', { simple: true })));
  if (found !== 'ok') throw damaged(found.split('\n').at(-1) ?? '');
}

/** For reading only, so that a file which is refused stays as it is. */
function reading<Result>(path: string, work: (connection: Sqlite) => Result): Result {
  const connection = new Sqlite(path, { readonly: true, fileMustExist: true });
  try {
    return work(connection);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code?.startsWith('SQLITE_CORRUPT') ? damaged(code) : error;
  } finally {
    connection.close();
  }
}

function damaged(what: string): EmbeddedFileFault {
  return new EmbeddedFileFault(`is damaged (${what}): stop what uses it and restore a backup`);
}

/** The file that was opened, for as long as it is. */
export interface OpenedFile {
  /**
   * Looks whether the path still leads to the opened file, and to the log of what is not in it yet. Two or three calls
   * to the system.
   * @throws EmbeddedFileGone
   */
  checkFile(): void;
}

/**
 * Remembers which file is under a path. To be called when the database has been opened and read once. Only looks: to open
 * the file and close it again would drop the locks that SQLite holds on it in this process.
 */
export function openedFile(path: string): OpenedFile {
  const file = resolve(path);
  const log = `${realpathSync(file)}-wal`;
  const opened = identityOf(file);
  let openedLog = identityOf(log);
  return {
    checkFile: () => {
      if (opened === undefined || identityOf(file) !== opened) throw gone(file);
      // Once it is there SQLite keeps it until the last connection is closed.
      if (openedLog === undefined) openedLog = identityOf(log);
      else if (identityOf(log) !== openedLog) throw gone(log);
    },
  };
}

function gone(path: string): EmbeddedFileGone {
  const isThere = existsSync(path);
  return new EmbeddedFileGone(`${path} was ${isThere ? 'replaced by another file' : 'deleted or moved'}.`);
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    // A folder that is gone, or that may no longer be entered.
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}
