import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { refuseStrange } from './embedded-file';

/** Why there is no backup, in the words of one line. */
export class BackupError extends Error {}

export interface BackupSettings {
  /** Told between two steps how much is copied. */
  readonly onProgress?: (copiedBytes: number, totalBytes: number) => void;
  /** Ends the copying. */
  readonly signal?: AbortSignal;
}

export interface Backup {
  readonly bytes: number;
  /** How many rows are in tables that tell how much it is. */
  readonly rows: Readonly<Record<string, number>>;
}

const PAGES_AT_ONCE = 1_000;
const COUNTED_TABLES = ['learner', 'registration', 'consolidated_tracking', 'import_run', 'audit_entry'];

/**
 * Copies an embedded database into a file that is not there yet, while other processes go on writing it. The copy is
 * what was committed when it began, whole and in one file; it has its name only when it was read through.
 * @throws BackupError, EmbeddedFileFault, or the errors of Node and SQLite, which have a code
 */
export async function backUp(path: string, file: string, settings: BackupSettings = {}): Promise<Backup> {
  refuseTaken(file);
  if (!existsSync(path)) throw new BackupError(`${path} is not there`);
  refuseStrange(path);
  const part = `${file}.part-${randomBytes(8).toString('hex')}`;
  try {
    await copyPages(path, part, settings);
    const rows = finish(part);
    chmodSync(part, statSync(path).mode & 0o777);
    settle(part);
    refuseTaken(file);
    renameSync(part, file);
    settle(dirname(file));
    return { bytes: statSync(file).size, rows };
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${part}${suffix}`, { force: true });
  }
}

/** A log of another database beside it would be taken for a part of it. */
function refuseTaken(file: string): void {
  const taken = ['', '-wal', '-journal'].map((suffix) => `${file}${suffix}`).find((each) => existsSync(each));
  if (taken !== undefined) throw new BackupError(`${taken} is there already, and stays as it is`);
  if (!existsSync(dirname(file))) throw new BackupError(`the folder of ${file} is not there`);
}

async function copyPages(path: string, part: string, { onProgress, signal }: BackupSettings): Promise<void> {
  // Not for reading only: whoever is the last to close it takes the files beside it away.
  const source = new Sqlite(path, { fileMustExist: true });
  try {
    // A step that finds the database changed by another process begins at the first page again, and with a writer that
    // never rests there is no end. So all steps read one state: what is committed now.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    const pageBytes = Number(source.pragma('page_size', { simple: true }));
    await source.backup(part, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        if (totalPages > 0) onProgress?.((totalPages - remainingPages) * pageBytes, totalPages * pageBytes);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    source.close();
  }
}

/** Makes the copy one file, which needs none beside it, reads it through and counts. */
function finish(part: string): Record<string, number> {
  const copy = new Sqlite(part, { fileMustExist: true });
  try {
    copy.pragma('journal_mode = DELETE');
    const found = String(copy.pragma('quick_check(1)', { simple: true }));
    if (found !== 'ok') throw damaged(found.split('\n').at(-1) ?? '');
    const tables = copy.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    return Object.fromEntries(
      COUNTED_TABLES.filter((name) => tables.includes(name)).map((name) => [
        name,
        Number(copy.prepare(`SELECT count(*) FROM ${name}`).pluck().get()),
      ]),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code?.startsWith('SQLITE_CORRUPT') ? damaged(code) : error;
  } finally {
    copy.close();
  }
}

function damaged(what: string): BackupError {
  return new BackupError(
    `the copy is damaged (${what}), and so is probably the database: keep older backups`,
  );
}

/** Waits until the disk has it. */
function settle(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
