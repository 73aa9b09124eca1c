import { type QueryRunner, Table, TableForeignKey, TableIndex, TableUnique } from 'typeorm';

/** The few column kinds of the schema, each as the type that both databases report back unchanged. */
export interface ColumnSpec {
  readonly type: 'integer' | 'varchar' | 'text' | 'datetime' | 'double' | 'json' | 'boolean';
  readonly length?: number;
  readonly nullable?: boolean;
  readonly primary?: boolean;
  readonly generated?: boolean;
}

export interface TableSpec {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  readonly uniques?: Readonly<Record<string, readonly string[]>>;
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
  readonly foreignKeys?: Readonly<
    Record<
      string,
      { readonly columns: readonly string[]; readonly table: string; readonly to: readonly string[] }
    >
  >;
}

export const INTEGER: ColumnSpec = { type: 'integer' };
export const NULLABLE_INTEGER: ColumnSpec = { type: 'integer', nullable: true };
export const INTEGER_KEY: ColumnSpec = { type: 'integer', primary: true };
export const GENERATED_ID: ColumnSpec = { type: 'integer', primary: true, generated: true };
export const INSTANT: ColumnSpec = { type: 'datetime' };
export const NULLABLE_INSTANT: ColumnSpec = { type: 'datetime', nullable: true };
export const NULLABLE_DOUBLE: ColumnSpec = { type: 'double', nullable: true };
export const JSON_TEXT: ColumnSpec = { type: 'json' };
export const BOOLEAN: ColumnSpec = { type: 'boolean' };
/** Up to 65,535 bytes. */
export const TEXT: ColumnSpec = { type: 'text' };
export const NULLABLE_TEXT: ColumnSpec = { type: 'text', nullable: true };

export function varchar(length: number): ColumnSpec {
  return { type: 'varchar', length };
}

export function nullableVarchar(length: number): ColumnSpec {
  return { type: 'varchar', length, nullable: true };
}

export function varcharKey(length: number): ColumnSpec {
  return { type: 'varchar', length, primary: true };
}

/** The foreign key that keeps a row within its site: (site_id, column) refers to (site_id, id). */
export function withinSite(column: string, table: string) {
  return { columns: ['site_id', column], table, to: ['site_id', 'id'] };
}

export const TO_SITE = { columns: ['site_id'], table: 'site', to: ['id'] };

/** A migration stands in front of something that it did not make; the message says what. */
export class ForeignTableError extends Error {}

/**
 * Runs one step of a migration unless its work is done. On a database server nothing but the step itself is atomic:
 * a migration that was killed begins anew among the steps that it has done. On a cluster another one may do the same
 * step through another node, and this one then fails in vain.
 */
async function unlessDone(isDone: () => Promise<boolean>, step: () => Promise<unknown>): Promise<void> {
  if (await isDone()) return;
  try {
    await step();
  } catch (error) {
    if (!(await isDone())) throw error;
  }
}

/**
 * Creates a table with the types that each database calls its own, so that entities and schema never drift. To a
 * database server this is one statement, indexes and foreign keys included: there is no half of a table.
 * @throws ForeignTableError where a table of this name is there that lacks something of this one
 */
export async function createTable(runner: QueryRunner, spec: TableSpec): Promise<void> {
  await unlessDone(
    () => isThere(runner, spec),
    () => runner.createTable(tableOf(runner, spec)),
  );
}

async function isThere(runner: QueryRunner, spec: TableSpec): Promise<boolean> {
  const found = await runner.getTable(spec.name);
  if (found === undefined) return false;
  const names = new Set([
    ...found.columns.map(({ name }) => name),
    ...[...found.indices, ...found.uniques, ...found.foreignKeys].map(({ name }) => name),
  ]);
  const missing = [spec.columns, spec.uniques, spec.indexes, spec.foreignKeys]
    .flatMap((part) => Object.keys(part ?? {}))
    .filter((name) => !names.has(name));
  if (missing.length === 0) return true;
  throw new ForeignTableError(
    `a table ${spec.name} is there that was not made by this program (without ${missing.slice(0, 3).join(', ')})`,
  );
}

function tableOf(runner: QueryRunner, spec: TableSpec): Table {
  const onSqlite = runner.dataSource.options.type === 'better-sqlite3';
  const binary = onSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  return new Table({
    name: spec.name,
    engine: onSqlite ? undefined : 'InnoDB',
    columns: Object.entries(spec.columns).map(([name, column]) => ({
      name,
      type: typeName(column.type, onSqlite),
      isNullable: column.nullable ?? false,
      isPrimary: column.primary ?? false,
      ...(column.generated ? { isGenerated: true, generationStrategy: 'increment' as const } : {}),
      ...(column.type === 'varchar' ? { length: String(column.length) } : {}),
      ...(column.type === 'varchar' || column.type === 'text' ? binary : {}),
      ...(column.type === 'datetime' ? { precision: 3 } : {}),
    })),
    uniques: onSqlite
      ? entries(spec.uniques).map(
          ([name, columnNames]) => new TableUnique({ name, columnNames: [...columnNames] }),
        )
      : [],
    indices: [
      ...entries(spec.indexes).map(([name, columns]) => new TableIndex({ name, columnNames: [...columns] })),
      // MariaDB keeps unique constraints as unique indexes, and TypeORM looks for them there.
      ...(onSqlite
        ? []
        : entries(spec.uniques).map(
            ([name, columns]) => new TableIndex({ name, columnNames: [...columns], isUnique: true }),
          )),
    ],
    foreignKeys: entries(spec.foreignKeys).map(
      ([name, key]) =>
        new TableForeignKey({
          name,
          columnNames: [...key.columns],
          referencedTableName: key.table,
          referencedColumnNames: [...key.to],
          onUpdate: 'NO ACTION',
          onDelete: 'NO ACTION',
        }),
    ),
  });
}

/** Inserts a row that no other row of its `id` is there for. */
export async function insertOnce(
  runner: QueryRunner,
  table: string,
  row: { readonly id: string; readonly [column: string]: string },
): Promise<void> {
  const columns = Object.keys(row);
  await unlessDone(
    async () => (await runner.query(`SELECT 1 FROM ${table} WHERE id = ?`, [row.id])).length > 0,
    () =>
      runner.query(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        Object.values(row),
      ),
  );
}

export async function dropTable(runner: QueryRunner, name: string): Promise<void> {
  // TypeORM would drop indexes and foreign keys one by one before.
  await runner.query(`DROP TABLE IF EXISTS ${name}`);
}

/**
 * Adds a flag to a table that has rows; they get the value. Plain SQL, because TypeORM would copy the whole table on
 * SQLite, which tables with references to them do not survive.
 */
export async function addFlag(
  runner: QueryRunner,
  table: string,
  column: string,
  value: boolean,
): Promise<void> {
  const onSqlite = runner.dataSource.options.type === 'better-sqlite3';
  const type = typeName('boolean', onSqlite);
  await unlessDone(
    () => runner.hasColumn(table, column),
    () => runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type} NOT NULL DEFAULT ${Number(value)}`),
  );
}

/** Adds a whole number that counts from 0 to a table that has rows. */
export async function addCounter(runner: QueryRunner, table: string, column: string): Promise<void> {
  const type = typeName('integer', runner.dataSource.options.type === 'better-sqlite3');
  await unlessDone(
    () => runner.hasColumn(table, column),
    () => runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type} NOT NULL DEFAULT 0`),
  );
}

/** Adds an instant to a table that has rows; they have none. */
export async function addNullableInstant(runner: QueryRunner, table: string, column: string): Promise<void> {
  await unlessDone(
    () => runner.hasColumn(table, column),
    () => runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} datetime(3) NULL`),
  );
}

/** Adds a short text to a table that has rows; they have an empty one. */
export async function addEmptyVarchar(
  runner: QueryRunner,
  table: string,
  column: string,
  length: number,
): Promise<void> {
  const onSqlite = runner.dataSource.options.type === 'better-sqlite3';
  const binary = onSqlite ? '' : 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  await unlessDone(
    () => runner.hasColumn(table, column),
    () =>
      runner.query(
        `ALTER TABLE ${table} ADD COLUMN ${column} varchar(${length}) ${binary} NOT NULL DEFAULT ''`,
      ),
  );
}

/** Adds a text of up to 65,535 bytes to a table that has rows; they have none. */
export async function addNullableText(runner: QueryRunner, table: string, column: string): Promise<void> {
  await unlessDone(
    () => runner.hasColumn(table, column),
    () => runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} text NULL`),
  );
}

/** Adds a column that may be empty to a table that has rows; in them it is. */
export async function addNullable(
  runner: QueryRunner,
  table: string,
  column: string,
  { type, length }: ColumnSpec,
): Promise<void> {
  const onSqlite = runner.dataSource.options.type === 'better-sqlite3';
  const name = typeName(type, onSqlite);
  const binary = onSqlite ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  const sqlType = type === 'varchar' ? `${name}(${length})${binary}` : type === 'text' ? name + binary : name;
  await unlessDone(
    () => runner.hasColumn(table, column),
    () => runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${sqlType} NULL`),
  );
}

export async function dropColumn(runner: QueryRunner, table: string, column: string): Promise<void> {
  await unlessDone(
    async () => !(await runner.hasColumn(table, column)),
    () => runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`),
  );
}

export async function createIndex(
  runner: QueryRunner,
  table: string,
  name: string,
  columns: readonly string[],
  isUnique = false,
): Promise<void> {
  await unlessDone(
    // Undone once more, it may stand in front of a table that is gone already.
    async () => !(await runner.hasTable(table)) || hasIndex(runner, table, name),
    () => runner.createIndex(table, new TableIndex({ name, columnNames: [...columns], isUnique })),
  );
}

export async function dropIndex(runner: QueryRunner, table: string, name: string): Promise<void> {
  await unlessDone(
    async () => !(await hasIndex(runner, table, name)),
    () => runner.dropIndex(table, name),
  );
}

async function hasIndex(runner: QueryRunner, table: string, name: string): Promise<boolean> {
  const found = await runner.getTable(table);
  return found?.indices.some((index) => index.name === name) ?? false;
}

function typeName(type: ColumnSpec['type'], onSqlite: boolean): string {
  if (onSqlite) return type;
  if (type === 'integer') return 'int';
  if (type === 'boolean') return 'tinyint';
  return type;
}

function entries<Value>(record: Readonly<Record<string, Value>> | undefined): [string, Value][] {
  return Object.entries(record ?? {});
}
