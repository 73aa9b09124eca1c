import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { StatementObserver } from '../../src/data/data-source';
import { type Database, openDatabase } from '../../src/data/database';
import type { DatabaseTarget } from '../../src/data/database-url';

/** A migrated database of the test file's own. */
export interface TestDatabase {
  readonly database: Database;
  readonly target: DatabaseTarget;
  /** The SQL statements since `watch` was called; they hold placeholders, not values. */
  watch(): string[];
  /** Removes every row. */
  clear(): Promise<void>;
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  drop(): Promise<void>;
}

export interface TestDatabaseKind {
  readonly kind: 'sqlite' | 'mysql';
  /** An empty database of a name of its own, without tables. */
  create(): Promise<{ target: DatabaseTarget; drop: () => Promise<void> }>;
}

const SQLITE: TestDatabaseKind = {
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

function mysql(serverUrl: string): TestDatabaseKind {
  return {
    kind: 'mysql',
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
}

async function onServer(serverUrl: string, ...statements: string[]): Promise<void> {
  const connection = await createConnection(serverUrl);
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** SQLite always, and the MariaDB or MySQL server at TEST_MYSQL_URL where it is set. */
export const DATABASE_KINDS: readonly TestDatabaseKind[] = [
  SQLITE,
  ...(process.env.TEST_MYSQL_URL ? [mysql(process.env.TEST_MYSQL_URL)] : []),
];

export async function openTestDatabase(kind: TestDatabaseKind): Promise<TestDatabase> {
  const { target, drop } = await kind.create();
  let statements: string[] = [];
  const onStatement: StatementObserver = (sql) => {
    statements.push(sql);
  };
  const database = await openDatabase(target, { onStatement });
  await database.migrate();
  const tables = await database.read(async ({ manager }) =>
    manager.connection.entityMetadatas.map((entity) => entity.tableName),
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
        if (kind.kind === 'mysql') await manager.query('SET FOREIGN_KEY_CHECKS = 0');
        else await manager.query('PRAGMA defer_foreign_keys = ON');
        for (const table of tables) await manager.query(`DELETE FROM ${table}`);
        if (kind.kind === 'mysql') await manager.query('SET FOREIGN_KEY_CHECKS = 1');
      }),
    query: (sql) => {
      const isRead = /^\s*SELECT\b/i.test(sql);
      return database[isRead ? 'read' : 'transaction']((tx) => tx.query(sql));
    },
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}
