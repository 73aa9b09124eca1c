import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { UNREAD } from '../../src/data/cells';
import type { StatementObserver } from '../../src/data/data-source';
import type { Database } from '../../src/data/database';
import type { DatabaseTarget } from '../../src/data/database-url';
import type { DatabaseKind, ServerKind } from '../../src/data/dialect';
import { openDatabase } from '../../src/data/open-database';
import { instantFromSql, instantToSql } from '../../src/kernel/dates/instants';
import { present } from './present';

/** A migrated database of the test file's own. */
export interface TestDatabase {
  readonly database: Database;
  readonly target: DatabaseTarget;
  /** The SQL statements since `watch` was called, names without quotes; they hold placeholders, not values. */
  watch(): string[];
  /** Removes every row. */
  clear(): Promise<void>;
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  drop(): Promise<void>;
}

export interface TestDatabaseKind {
  readonly kind: DatabaseKind;
  /** An empty database of a name of its own, without tables. */
  create(): Promise<{ target: DatabaseTarget; drop: () => Promise<void> }>;
}

/** A database server that is there for tests. */
export interface TestServerKind extends TestDatabaseKind {
  readonly kind: ServerKind;
  /** Of the server, without a database. */
  readonly url: string;
  create(): Promise<{ target: { readonly kind: 'mysql'; readonly url: string }; drop: () => Promise<void> }>;
}

export const SQLITE: TestDatabaseKind = {
  kind: 'sqlite',
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coursetrack-test-'));
    return {
      target: { kind: 'sqlite', path: join(folder, 'test.sqlite') },
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

let created = 0;

function server(kind: ServerKind, serverUrl: string | undefined): TestServerKind[] {
  if (!serverUrl) return [];
  const each: TestServerKind = {
    kind,
    url: serverUrl,
    create: async () => {
      const name = `coursetrack_test_${process.env.JEST_WORKER_ID ?? '0'}_${process.pid}_${created++}`;
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`);
      return {
        target: { kind: 'mysql', url: url.toString() },
        drop: () => onServer(serverUrl, `DROP DATABASE IF EXISTS ${name}`),
      };
    },
  };
  return [each];
}

async function onServer(serverUrl: string, ...statements: string[]): Promise<void> {
  const connection = await createConnection(serverUrl);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** The servers at TEST_MARIADB_URL and TEST_MYSQL_URL, where these are set; `global-setup.ts` sees that they are what they should be. */
export const SERVER_KINDS: readonly TestServerKind[] = [
  ...server('mariadb', process.env.TEST_MARIADB_URL),
  ...server('mysql', process.env.TEST_MYSQL_URL),
];

/** SQLite always, and the servers that are there. */
export const DATABASE_KINDS: readonly TestDatabaseKind[] = [SQLITE, ...SERVER_KINDS];

/** `describe.each` over the database servers; where there is none, what it describes is skipped. */
export const describeEachServer =
  SERVER_KINDS.length > 0 ? describe.each(SERVER_KINDS) : describe.skip.each(DATABASE_KINDS);

/** `prepare` may fill the database before it is opened and migrated. */
export async function openTestDatabase(
  kind: TestDatabaseKind,
  prepare: (target: DatabaseTarget) => Promise<void> = async () => {},
): Promise<TestDatabase> {
  const { target, drop } = await kind.create();
  await prepare(target);
  let statements: string[] = [];
  const onStatement: StatementObserver = (sql) => {
    // TypeORM quotes names.
    statements.push(sql.replaceAll(/["`]/g, ''));
  };
  const database = await openDatabase(target, { onStatement });
  await database.migrate();
  const tables = await database.read(async ({ manager }) =>
    manager.connection.entityMetadatas
      .map((entity) => entity.tableName)
      // What the server knows of time is nobody's data.
      .filter((table) => table !== 'write_mark'),
  );
  return {
    database,
    target,
    watch: () => {
      statements = [];
      return statements;
    },
    clear: () =>
      database.transaction(async ({ manager }) => {
        if (kind.kind === 'sqlite') await manager.query('PRAGMA defer_foreign_keys = ON');
        else await manager.query('SET FOREIGN_KEY_CHECKS = 0');
        for (const table of tables) await manager.query(`DELETE FROM ${table}`);
        if (kind.kind !== 'sqlite') await manager.query('SET FOREIGN_KEY_CHECKS = 1');
      }),
    query: (sql) => {
      const isRead = /^\s*SELECT\b/i.test(sql);
      return database[isRead ? 'read' : 'transaction'](
        async (tx) => (await tx.query(sql, [], UNREAD)) as never[],
      );
    },
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}

/** The database, but for what stands in for parts of it. */
export function overriding(database: Database, parts: Partial<Database>): Database {
  return new Proxy(database, {
    get: (target, name) => {
      const own = parts[name as keyof Database];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** What the database's clock says, in epoch milliseconds. */
export async function databaseNow({ database, query }: TestDatabase): Promise<number> {
  const [row] = await query<{ now: string | Date }>(`SELECT ${database.dialect.now} AS now`);
  return instantFromSql(present(row).now);
}

/**
 * Tells the database that time has passed: what its own clock will be compared with moves back by so many milliseconds.
 * A negative number gives more time.
 */
export async function letPass(
  { query }: TestDatabase,
  table: 'notification' | 'idempotency_entry',
  ms: number,
): Promise<void> {
  const column = { notification: 'next_attempt_at', idempotency_entry: 'expires_at' }[table];
  // In an order in which none is moved twice.
  const stored = await query<{ at: string | Date }>(
    `SELECT DISTINCT ${column} AS at FROM ${table} ORDER BY at ${ms > 0 ? 'ASC' : 'DESC'}`,
  );
  for (const { at } of stored) {
    const before = instantFromSql(at);
    await query(
      `UPDATE ${table} SET ${column} = '${instantToSql(before - ms)}' WHERE ${column} = '${instantToSql(before)}'`,
    );
  }
}
