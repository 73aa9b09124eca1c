import { UNREAD } from '../../src/data/cells';
import type { TestDatabase } from './databases';

export type Row = Readonly<Record<string, unknown>>;

/** Every row of every table, as the database holds it, in the order of the keys. */
export type Snapshot = ReadonlyMap<string, readonly Row[]>;

export interface TableChange {
  readonly table: string;
  readonly removed: readonly Row[];
  readonly added: readonly Row[];
}

interface TableShape {
  readonly name: string;
  readonly key: readonly string[];
  readonly json: readonly string[];
}

function tablesOf(test: TestDatabase): Promise<TableShape[]> {
  return test.database.read(async ({ manager }) =>
    manager.connection.entityMetadatas
      // What the server knows of time changes by itself.
      .filter(({ tableName }) => tableName !== 'write_mark')
      .map(({ tableName, primaryColumns, columns }) => ({
        name: tableName,
        key: primaryColumns.map(({ databaseName }) => databaseName),
        json: columns.filter(({ type }) => type === 'json').map(({ databaseName }) => databaseName),
      })),
  );
}

export async function takeSnapshot(test: TestDatabase): Promise<Snapshot> {
  const tables = await tablesOf(test);
  const rows = await test.database.read((tx) =>
    Promise.all(
      tables.map(({ name, key }) => tx.query(`SELECT * FROM ${name} ORDER BY ${key.join(', ')}`, [], UNREAD)),
    ),
  );
  return new Map(tables.map(({ name }, place) => [name, rows[place] as Row[]]));
}

/** A changed row is one removed and one added. */
export function changesBetween(before: Snapshot, after: Snapshot): TableChange[] {
  return [...after].flatMap(([table, rows]) => {
    const [removed, added] = [without(before.get(table) ?? [], rows), without(rows, before.get(table) ?? [])];
    return removed.length + added.length === 0 ? [] : [{ table, removed, added }];
  });
}

function without(rows: readonly Row[], others: readonly Row[]): Row[] {
  const known = new Set(others.map(textOf));
  return rows.filter((row) => !known.has(textOf(row)));
}

/** Snapshots are compared with many others. */
const TEXTS = new WeakMap<Row, string>();

function textOf(row: Row): string {
  const text = TEXTS.get(row) ?? JSON.stringify(row);
  TEXTS.set(row, text);
  return text;
}

/** Takes the changes back. */
export async function undo(test: TestDatabase, changes: readonly TableChange[]): Promise<void> {
  if (changes.length === 0) return;
  const shapes = new Map((await tablesOf(test)).map((shape) => [shape.name, shape]));
  await test.database.transaction(async ({ dialect, manager }) => {
    const isServer = dialect.kind !== 'sqlite';
    const checks = (isOn: boolean) =>
      isServer
        ? manager.query(`SET FOREIGN_KEY_CHECKS = ${isOn ? 1 : 0}`)
        : manager.query(`PRAGMA defer_foreign_keys = ${isOn ? 'OFF' : 'ON'}`);
    await checks(false);
    for (const { table, added } of changes) {
      const key = shapes.get(table)?.key ?? [];
      const where = key.map((column) => `${column} = ?`).join(' AND ');
      for (const row of added) {
        await manager.query(
          `DELETE FROM ${table} WHERE ${where}`,
          key.map((column) => row[column]),
        );
      }
    }
    for (const { table, removed } of changes) {
      for (const row of removed) {
        const columns = Object.keys(row);
        await manager.query(
          `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
          columns.map((column) =>
            // MariaDB answers it parsed.
            isServer && shapes.get(table)?.json.includes(column) ? JSON.stringify(row[column]) : row[column],
          ),
        );
      }
    }
    if (isServer) await checks(true);
  });
}
