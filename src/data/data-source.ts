import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import type { DatabaseTarget, DatabaseTls } from './database-url';
import { ENTITIES } from './entities/all';
import { MIGRATIONS } from './migrations/all';

/** Told of every SQL statement before it runs; statements hold placeholders, never values. */
export type StatementObserver = (sql: string) => void;

const SQLITE_BUSY_TIMEOUT_MS = 5_000;
const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 10_000;

export interface DataSourceSettings {
  readonly onStatement?: StatementObserver | undefined;
  /** How long the embedded database waits for a writer of another process. */
  readonly busyTimeoutMs?: number;
  /** For the embedded database. */
  readonly isReadOnly?: boolean;
}

/** The schema comes from migrations only; nothing here changes it. */
export function createDataSource(
  target: DatabaseTarget,
  { onStatement, busyTimeoutMs = SQLITE_BUSY_TIMEOUT_MS, isReadOnly = false }: DataSourceSettings = {},
): DataSource {
  const shared = {
    entities: ENTITIES,
    migrations: MIGRATIONS,
    synchronize: false,
    migrationsRun: false,
    logging: onStatement ? (['query'] as const).slice() : false,
    ...(onStatement ? { logger: statementLogger(onStatement) } : {}),
  } satisfies Partial<DataSourceOptions>;
  if (target.kind === 'sqlite') {
    return new DataSource({
      ...shared,
      type: 'better-sqlite3',
      database: target.path,
      ...(isReadOnly ? { readonly: true } : { enableWAL: true }),
      timeout: busyTimeoutMs,
      prepareDatabase: (connection: { pragma(text: string): unknown }) => {
        connection.pragma('foreign_keys = ON');
        connection.pragma('synchronous = FULL');
      },
    });
  }
  return new DataSource({
    ...shared,
    // 'mariadb', not 'mysql': with 'mysql' every nullable column looks different from its entity.
    type: 'mariadb',
    url: target.url,
    charset: 'utf8mb4',
    timezone: 'Z',
    ...(target.tls === undefined ? {} : { ssl: tlsOptions(target.tls) }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    poolSize: POOL_SIZE,
    supportBigNumbers: true,
  });
}

function tlsOptions({ ca }: DatabaseTls) {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    verifyIdentity: true,
    ...(ca === 'system' ? {} : { ca }),
  };
}

function statementLogger(onStatement: StatementObserver): Logger {
  return {
    logQuery: (sql) => onStatement(sql),
    logQueryError: () => {},
    logQuerySlow: () => {},
    logSchemaBuild: () => {},
    logMigration: () => {},
    log: () => {},
  };
}
