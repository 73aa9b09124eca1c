import { LRUCache } from 'lru-cache';
import type { Pool, PoolConnection } from 'mysql2';
import { type DataSource, QueryFailedError, type QueryRunner } from 'typeorm';
import type { StatementObserver } from './data-source';

/**
 * Runs one statement and answers its rows; of a statement that answers none, nothing that could be read as rows. It is
 * handed to the driver before this returns, so that the caller can go on working while a database server does.
 * @throws QueryFailedError
 */
export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/**
 * Statements go straight to the driver: TypeORM's way there (its events, its results, a statement compiled anew for
 * every transaction) costs more than most of ours do.
 */
export function serverQuery(connection: Pool | PoolConnection, onStatement?: StatementObserver): Query {
  return <Row>(sql: string, values: readonly unknown[] = []) =>
    new Promise<Row[]>((resolve, reject) => {
      onStatement?.(sql);
      connection.query(sql, [...values], (error, rows) => {
        if (error === null) resolve(rows as Row[]);
        else reject(new QueryFailedError(sql, [...values], error));
      });
    });
}

/**
 * As `serverQuery`, prepared: the server reads a text once for each connection, and numbers come and go as they are.
 * Doubles need no reading of our own then.
 */
export function serverPrepared(connection: Pool | PoolConnection, onStatement?: StatementObserver): Query {
  return <Row>(sql: string, values: readonly unknown[] = []) =>
    new Promise<Row[]>((resolve, reject) => {
      onStatement?.(sql);
      connection.execute({ sql, values: [...values], typeCast: asSent }, (error, rows) => {
        if (error === null) resolve(rows as Row[]);
        else reject(new QueryFailedError(sql, [...values], error));
      });
    });
}

function asSent(_field: unknown, next: () => unknown): unknown {
  return next();
}

/** What is used of better-sqlite3, which comes without types. */
interface EmbeddedConnection {
  prepare(sql: string): EmbeddedStatement;
}

interface EmbeddedStatement {
  readonly reader: boolean;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): unknown;
}

const MAX_COMPILED_STATEMENTS = 200;

export function embeddedQuery(dataSource: DataSource, onStatement?: StatementObserver): Query {
  const { databaseConnection: connection } = dataSource.driver as unknown as {
    readonly databaseConnection: EmbeddedConnection;
  };
  const compiled = new LRUCache<string, EmbeddedStatement>({ max: MAX_COMPILED_STATEMENTS });
  return async <Row>(sql: string, values: readonly unknown[] = []) => {
    onStatement?.(sql);
    try {
      const statement = compiled.get(sql) ?? connection.prepare(sql);
      compiled.set(sql, statement);
      const bound = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
      if (statement.reader) return statement.all(...bound) as Row[];
      statement.run(...bound);
      return [];
    } catch (error) {
      throw new QueryFailedError(sql, [...values], error as Error);
    }
  };
}

/** The pool of a database server. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly pool: Pool }).pool;
}

/** The connection that a transaction runs on. */
export async function connectionOf(runner: QueryRunner): Promise<PoolConnection> {
  return (await runner.connect()) as PoolConnection;
}
