import { getMetadataArgsStorage } from 'typeorm';
import { fold } from '../kernel/fold';
import { type Cell, type Column, type Columns, cellWriter, columnNames, given, type ReadCell } from './cells';
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
  /** What is written besides because it follows from these, by column; nobody reads it with them. */
  readonly derived: Readonly<Record<string, (record: Values) => Cell>>;
}

/** The records of such a table. */
export type ValuesOf<Records> = Records extends RecordTable<infer Values> ? Values : never;

/** Where the entity has a text folded as well, for searches, it is written with the text. */
export function recordTable<Entity extends object, Property extends keyof Entity & string>(
  entity: new () => Entity,
  ...properties: readonly Property[]
): RecordTable<Row<Entity, Property>> {
  const stored = storedColumns(entity);
  const derived = properties.flatMap((property) => {
    const folded = `${property}Folded`;
    const column = (properties as readonly string[]).includes(folded) ? undefined : stored.get(folded);
    const ofRecord = (record: Row<Entity, Property>) => fold(String(record[property]));
    return column === undefined ? [] : [[column.name, ofRecord] as const];
  });
  const columns = columnsOf(entity, ...properties);
  return { name: tableName(entity), columns, derived: Object.fromEntries(derived) };
}

/** The columns of a record as they are written, and what is written into them. */
export function writtenColumns<Values>({ columns, derived }: RecordTable<Values>): {
  readonly names: readonly string[];
  cellsOf(record: Values): Cell[];
} {
  const cellsOf = cellWriter(columns);
  const others = Object.values(derived);
  return {
    names: [...columnNames(columns), ...Object.keys(derived)],
    cellsOf: (record) => [...cellsOf(record), ...others.map((derive) => derive(record))],
  };
}

/** The same table for records that all have a value in the column that they are known by. */
export function knownBy<Values, Key extends keyof Values>(
  records: RecordTable<Values>,
  key: Key,
): RecordTable<Values & { readonly [Name in Key]: NonNullable<Values[Name]> }> {
  const column = records.columns[key];
  const read: ReadCell<unknown> = given(column.read);
  return { ...records, columns: { ...records.columns, [key]: { ...column, read } } as never };
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
