import { getMetadataArgsStorage } from 'typeorm';
import { type Column, type Columns, given, type ReadCell } from './cells';
import type { StoredColumn } from './entities/columns';

/** The table of an entity, and its columns by property, as its decorators name them. */
export interface Table<Entity> {
  readonly name: string;
  readonly columns: { readonly [Property in keyof Entity & string]: string };
}

export function tableOf<Entity extends object>(entity: new () => Entity): Table<Entity> {
  const columns = Object.fromEntries(
    [...storedColumns(entity)].map(([property, { name }]) => [property, name]),
  );
  return { name: tableName(entity), columns: columns as Table<Entity>['columns'] };
}

/** Some columns of an entity, as rows of statements have them: of an instant the epoch milliseconds. */
export type Row<Entity, Property extends keyof Entity> = {
  readonly [Name in Property]: Plain<Entity[Name]>;
};

type Plain<Value> = Value extends Date ? number : Value;

/** The rows that such columns make. */
export type RowOf<Listed> = Listed extends Columns<infer Cells> ? Cells : never;

/** The row of an entity that TypeORM has read; what it has not read of it stays undefined. */
export function rowOf<Entity extends object>(entity: Entity): Row<Entity, keyof Entity> {
  const cells = Object.entries(entity).map(([property, value]) => [
    property,
    value instanceof Date ? value.getTime() : value,
  ]);
  return Object.fromEntries(cells);
}

/** How statements name, read and write these columns of an entity's table. */
export function columnsOf<Entity extends object, Property extends keyof Entity & string>(
  entity: new () => Entity,
  ...properties: readonly Property[]
): Columns<Row<Entity, Property>> {
  const stored = storedColumns(entity);
  const entries = properties.map((property): [string, Column<unknown>] => {
    const column = stored.get(property);
    if (column === undefined) throw new Error(`${entity.name} keeps no ${property}`);
    const { name, transformer } = column;
    return [property, { name, read: transformer.read, write: transformer.write }];
  });
  return Object.fromEntries(entries) as unknown as Columns<Row<Entity, Property>>;
}

/**
 * The columns of a table that are read and written all together, besides `site_id` and `id`. The other columns have
 * defaults and keep what they hold.
 */
export interface RecordTable<Values> {
  readonly name: string;
  readonly columns: Columns<Values>;
}

/** The records of such a table. */
export type ValuesOf<Records> = Records extends RecordTable<infer Values> ? Values : never;

export function recordTable<Entity extends object, Property extends keyof Entity & string>(
  entity: new () => Entity,
  ...properties: readonly Property[]
): RecordTable<Row<Entity, Property>> {
  return { name: tableName(entity), columns: columnsOf(entity, ...properties) };
}

/** The same table for records that all have a value in the column that they are known by. */
export function knownBy<Values, Key extends keyof Values>(
  { name, columns }: RecordTable<Values>,
  key: Key,
): RecordTable<Values & { readonly [Name in Key]: NonNullable<Values[Name]> }> {
  const column = columns[key];
  const read: ReadCell<unknown> = given(column.read);
  return { name, columns: { ...columns, [key]: { ...column, read } } as never };
}

function tableName(entity: new () => object): string {
  const name = getMetadataArgsStorage().tables.find(({ target }) => target === entity)?.name;
  if (name === undefined) throw new Error(`${entity.name} has no table of its own name`);
  return name;
}

function storedColumns(entity: new () => object): Map<string, StoredColumn<unknown>> {
  const columns = getMetadataArgsStorage().filterColumns(entity);
  return new Map(
    columns.map(({ propertyName, options }) => [propertyName, options as StoredColumn<unknown>]),
  );
}
