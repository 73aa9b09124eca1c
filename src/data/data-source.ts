import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type DataSourceOptions, type Driver, type Logger, type ValueTransformer } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { ofColumn } from './cells';
import { CONNECT_TIMEOUT_MS, tlsOptions } from './connection-options';
import { isHeldByAnother } from './database-errors';
import { ENTITIES } from './entities/all';
import { MIGRATIONS } from './migrations/all';
import type { KnownTarget } from './server-facts';

/** Told of every SQL statement before it runs; statements hold placeholders, never values. */
export type StatementObserver = (sql: string) => void;

/** Connections to a database server. */
export const POOL_SIZE = 10;
/** Of connections without work: well before the server gives them up. */
const IDLE_LIMIT_MS = 20_000;

export interface DataSourceSettings {
  readonly onStatement?: StatementObserver | undefined;
  /** For the embedded database. */
  readonly isReadOnly?: boolean;
}

/** Whoever opens an embedded database first, or closes it last, holds it for a moment, and SQLite does not wait here. */
const OPEN_WITHIN_MS = 10_000;
const OPEN_AGAIN_MS = 20;

/** Connects, to an embedded database as soon as nobody holds it; its file has been read once then. */
export async function openDataSource(
  target: KnownTarget,
  settings: DataSourceSettings = {},
): Promise<DataSource> {
  const giveUpAt = performance.now() + OPEN_WITHIN_MS;
  for (;;) {
    const dataSource = createDataSource(target, settings);
    try {
      await dataSource.initialize();
      if (target.kind === 'sqlite') await dataSource.query('SELECT COUNT(*) FROM sqlite_master');
      return dataSource;
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      if (!isHeldByAnother(error) || performance.now() > giveUpAt) throw error;
      await pause(OPEN_AGAIN_MS);
    }
  }
}

/** The schema comes from migrations only; nothing here changes it. */
export function createDataSource(target: KnownTarget, settings: DataSourceSettings = {}): DataSource {
  const dataSource = new DataSource(optionsFor(target, settings));
  readByColumn(dataSource.driver);
  if (target.kind === 'sqlite') bindNumbers(dataSource.driver);
  return dataSource;
}

/**
 * TypeORM writes numbers into the texts of SQLite's statements. These are told and kept by their texts, so that values
 * have no place in them: in a box a number is bound like all others.
 */
function bindNumbers(driver: Driver): void {
  const bindOthers = driver.escapeQueryWithParameters.bind(driver);
  driver.escapeQueryWithParameters = (sql, parameters) => {
    const boxed = Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'number' ? Object(value) : value,
    ]);
    const [text, values] = bindOthers(sql, Object.fromEntries(boxed));
    return [text, values.map((value) => (value instanceof Number ? value.valueOf() : value))];
  };
}

/**
 * By these two methods TypeORM makes values of cells and cells of values. Its own go by the type of the column and
 * believe the driver: '0' is true for them. These go by what the entity says of the column, and by nothing else.
 */
function readByColumn(driver: Driver): void {
  const formatOf = ({ transformer, propertyPath }: ColumnMetadata): ValueTransformer => {
    if (transformer === undefined || Array.isArray(transformer)) {
      throw new Error(`Nobody says how the cells of ${propertyPath} are read`);
    }
    return transformer;
  };
  driver.prepareHydratedValue = (cell, column) => {
    try {
      return formatOf(column).from(cell);
    } catch (error) {
      throw ofColumn(error, column.propertyPath);
    }
  };
  driver.preparePersistentValue = (value, column) => formatOf(column).to(value);
}

function optionsFor(
  target: KnownTarget,
  { onStatement, isReadOnly = false }: DataSourceSettings,
): DataSourceOptions {
  const shared = {
    entities: ENTITIES,
    migrations: MIGRATIONS,
    synchronize: false,
    migrationsRun: false,
    logging: onStatement ? (['query'] as const).slice() : false,
    ...(onStatement ? { logger: statementLogger(onStatement) } : {}),
  } satisfies Partial<DataSourceOptions>;
  if (target.kind === 'sqlite') {
    return {
      ...shared,
      type: 'better-sqlite3',
      database: target.path,
      ...(isReadOnly ? { readonly: true } : { enableWAL: true }),
      // To wait for a writer of another process here would stop everything; `embedded-database.ts` waits.
      timeout: 0,
      prepareDatabase: (connection: { pragma(text: string): unknown }) => {
        connection.pragma('foreign_keys = ON');
        connection.pragma('synchronous = FULL');
      },
    };
  }
  return {
    ...shared,
    // The two describe columns differently: with the other's name the schema seems to drift from the entities.
    type: target.server.kind,
    url: target.url,
    charset: 'utf8mb4',
    timezone: 'Z',
    ...(target.tls === undefined ? {} : { ssl: tlsOptions(target.tls) }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // One more than are handed out: only below its limit does the driver close those without work.
    poolSize: POOL_SIZE + 1,
    supportBigNumbers: true,
    // TypeORM's default is to have every BIGINT as text, also one of 0 or 1; beyond 2^53 they are text all the same.
    bigNumberStrings: false,
    extra: { maxIdle: POOL_SIZE, idleTimeout: IDLE_LIMIT_MS },
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
