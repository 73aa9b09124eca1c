import Sqlite from 'better-sqlite3';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseTarget } from '../../src/data/database-url';

export type StoredRow = Readonly<Record<string, unknown>>;

/** What the database says of its tables, by their names, and which migrations it counts as run. */
export async function storedSchema(target: DatabaseTarget): Promise<Record<string, string>> {
  return looking(target, async (ask) => {
    const schema: Record<string, string> = {};
    if (target.kind === 'sqlite') {
      const objects = await ask('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL');
      for (const { name, sql } of objects) schema[String(name)] = String(sql);
    } else {
      for (const name of await tableNames(target, ask)) {
        const [row] = await ask(`SHOW CREATE TABLE \`${name}\``);
        schema[name] = String(row?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
      }
    }
    return { ...schema, 'migrations run': (await namesRun(ask)).join() };
  });
}

/** The names of the migrations that the database counts as run. */
export async function migrationsRun(target: DatabaseTarget): Promise<string[]> {
  return looking(target, namesRun);
}

async function namesRun(ask: Ask): Promise<string[]> {
  return (await ask('SELECT name FROM migrations ORDER BY id')).map(({ name }) => String(name));
}

/** Every row of every table as the database holds it, in one order; instants are text. */
export async function storedRows(target: DatabaseTarget): Promise<Map<string, StoredRow[]>> {
  return looking(target, async (ask) => {
    const rows = new Map<string, StoredRow[]>();
    for (const name of await tableNames(target, ask)) {
      rows.set(name, sorted(await ask(`SELECT * FROM ${name}`)));
    }
    return rows;
  });
}

function sorted(rows: readonly StoredRow[]): StoredRow[] {
  const keyOf = (row: StoredRow) => JSON.stringify(Object.values(row));
  return [...rows].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

type Ask = (sql: string) => Promise<StoredRow[]>;

async function tableNames(target: DatabaseTarget, ask: Ask): Promise<string[]> {
  const rows = await ask(
    target.kind === 'sqlite'
      ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1',
  );
  return rows.map(({ name }) => String(name));
}

async function looking<Result>(target: DatabaseTarget, work: (ask: Ask) => Promise<Result>): Promise<Result> {
  if (target.kind === 'sqlite') {
    const connection = new Sqlite(target.path, { readonly: true });
    try {
      return await work(async (sql) => connection.prepare(sql).all() as StoredRow[]);
    } finally {
      connection.close();
    }
  }
  const connection: Connection = await createConnection({ uri: target.url, dateStrings: true });
  try {
    // Prepared, because the driver reads the last digits of some doubles wrong that come as text.
    return await work(async (sql) => (await connection.execute<RowDataPacket[]>(sql))[0]);
  } finally {
    await connection.end();
  }
}
