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

/** Creates a table with the types that each database calls its own, so that entities and schema never drift. */
export async function createTable(runner: QueryRunner, spec: TableSpec): Promise<void> {
  const onSqlite = runner.dataSource.options.type === 'better-sqlite3';
  const binary = onSqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  await runner.createTable(
    new Table({
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
        ...entries(spec.indexes).map(
          ([name, columns]) => new TableIndex({ name, columnNames: [...columns] }),
        ),
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
    }),
  );
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
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type} NOT NULL DEFAULT ${Number(value)}`);
}

export async function dropColumn(runner: QueryRunner, table: string, column: string): Promise<void> {
  await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
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
