import type { Database, DatabaseSettings } from './data/database';
import { type DatabaseTarget, databaseLabel } from './data/database-url';
import { checkPages, EmbeddedFileFault, isFile, prepareEmbeddedFile } from './data/embedded-file';
import { MigrateError, type MigrateSettings, newerWords } from './data/migrate';
import { openDatabase } from './data/open-database';
import { UnsupportedServer } from './data/server-version';
import { errorCode, StartupError } from './startup-error';

const DATABASE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write the file and its folder',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  ER_ACCESS_DENIED_ERROR: 'user or password is wrong',
  ER_BAD_DB_ERROR: 'no such database',
  ER_DBACCESS_DENIED_ERROR: 'this user may not use it',
  ETIMEDOUT: 'no answer in time',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file',
  EROFS: 'it is on a file system that can only be read',
  HANDSHAKE_SSL_ERROR: 'its certificate is not one of DATABASE_TLS',
  SQLITE_BUSY: 'another process keeps it locked',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_CORRUPT: 'the file is damaged; restore a backup',
  SQLITE_FULL: 'the disk is full',
  SQLITE_NOTADB: 'the file is no SQLite database',
};

/** Takes a line for whoever watches the start of a program. */
export type Note = (text: string) => void;

/** Opens the database or says in one line why it cannot be opened. `note` is told where its file is made anew. */
export async function reachDatabase(
  target: DatabaseTarget,
  settings?: Partial<DatabaseSettings>,
  note: Note = () => {},
): Promise<Database> {
  prepareFile(target, note);
  try {
    return await openDatabase(target, settings);
  } catch (error) {
    throw cannotOpen(error, target);
  }
}

/**
 * For programs that stay or that change the schema: what {@link reachDatabase} does for the file of an embedded
 * database, and a look at each of its pages.
 */
export function inspectFile(target: DatabaseTarget, note: Note = () => {}): void {
  if (!isFile(target)) return;
  prepareFile(target, note);
  try {
    checkPages(target.path);
  } catch (error) {
    throw cannotOpen(error, target);
  }
}

function prepareFile(target: DatabaseTarget, note: Note): void {
  if (!isFile(target)) return;
  try {
    if (prepareEmbeddedFile(target.path))
      note(`${databaseLabel(target)} is not there: it is made, and empty`);
  } catch (error) {
    throw cannotOpen(error, target);
  }
}

function cannotOpen(error: unknown, target: DatabaseTarget): unknown {
  if (error instanceof EmbeddedFileFault || error instanceof UnsupportedServer) {
    return new StartupError(line(target, error.message), { cause: error });
  }
  const code = errorCode(error);
  if (code === undefined) return error;
  const reason = DATABASE_FAULTS[code];
  const words = reason === undefined ? code : `${reason}, ${code}`;
  return new StartupError(`Cannot open the database ${databaseLabel(target)} (${words}).`, { cause: error });
}

/** An embedded database belongs to whoever opens it; a server's schema is changed on purpose only. */
export async function bringUpToDate(
  database: Database,
  target: DatabaseTarget,
  note: Note = () => {},
): Promise<void> {
  if (target.kind === 'sqlite') {
    await changeSchema(target, () => database.migrate(told(target, note)));
    return;
  }
  const state = await changeSchema(target, () => database.schemaState());
  if (state.unknown.length > 0) throw new StartupError(line(target, newerWords(state)));
  if (state.pending.length > 0) {
    throw new StartupError(
      `The database ${databaseLabel(target)} is not up to date: run npm run migrate (in a container: node dist/src/migrate.js).`,
    );
  }
}

/** Passes on what is done to a schema, one line at a time. */
export function told(target: DatabaseTarget, note: Note): MigrateSettings {
  const label = databaseLabel(target);
  return {
    onStart: (name) => note(`${label}: ${name}`),
    onWait: (seconds) => note(`${label}: waits up to ${seconds} s for another process that changes it`),
  };
}

/** Says in one line why a schema cannot be read or changed. */
export async function changeSchema<Result>(
  target: DatabaseTarget,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MigrateError)) throw cannotOpen(error, target);
    throw new StartupError(line(target, error.message), { cause: error });
  }
}

function line(target: DatabaseTarget, words: string): string {
  return `The database ${databaseLabel(target)}: ${words}.`;
}
