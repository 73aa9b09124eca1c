import { type Database, openDatabase } from './data/database';
import { type DatabaseTarget, databaseLabel } from './data/database-url';
import { errorCode, StartupError } from './startup-error';

const DATABASE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  ER_ACCESS_DENIED_ERROR: 'user or password is wrong',
  ER_BAD_DB_ERROR: 'no such database',
  ER_DBACCESS_DENIED_ERROR: 'this user may not use it',
  ETIMEDOUT: 'no answer in time',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  HANDSHAKE_SSL_ERROR: 'its certificate is not one of DATABASE_TLS',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_NOTADB: 'the file is no SQLite database',
};

/** Opens the database or says in one line why it cannot be opened. */
export async function reachDatabase(target: DatabaseTarget): Promise<Database> {
  try {
    return await openDatabase(target);
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const reason = DATABASE_FAULTS[code];
    const words = reason === undefined ? code : `${reason}, ${code}`;
    throw new StartupError(`Cannot open the database ${databaseLabel(target)} (${words}).`, { cause: error });
  }
}

/** An embedded database belongs to whoever opens it; a server's schema is changed on purpose only. */
export async function bringUpToDate(database: Database, target: DatabaseTarget): Promise<void> {
  if (database.kind === 'sqlite') return database.migrate();
  if (await database.hasPendingMigrations()) {
    throw new StartupError(
      `The database ${databaseLabel(target)} is not up to date: run npm run migrate (in a container: node dist/src/migrate.js).`,
    );
  }
}
