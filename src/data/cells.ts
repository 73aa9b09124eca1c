import { instantFromSql } from '../kernel/dates/instants';

/**
 * Reads a cell as a driver answers it. Drivers and engines differ in what they make of a value (0 may come as a text),
 * so nothing that a statement answers is believed to be of a type until it was read as one.
 * @throws UnexpectedCell for what it does not know
 */
export type ReadCell<Value> = (cell: unknown) => Value;

/** What is written into a cell. */
export type Cell = string | number | null;

/** How each cell of a row is read, by its name in the statement. */
export type Cells<Row> = { readonly [Name in keyof Row]-?: ReadCell<Row[Name]> };

/** The database answered something of another type than the schema says: a fault of this program. */
export class UnexpectedCell extends Error {
  override readonly name = 'UnexpectedCell';
}

/** Never with the value, which may be anybody's name. */
function unexpected(wanted: string, cell: unknown): UnexpectedCell {
  const found = cell === null ? 'null' : typeof cell === 'object' ? cell.constructor.name : typeof cell;
  return new UnexpectedCell(`${wanted} was expected, and a cell of type ${found} came`);
}

function fail(wanted: string, cell: unknown): never {
  throw unexpected(wanted, cell);
}

/** The same error, telling of which column it is. */
export function ofColumn(error: unknown, column: string): unknown {
  return error instanceof UnexpectedCell ? new UnexpectedCell(`${column}: ${error.message}`) : error;
}

/** A boolean, which engines keep as 0 and 1. */
export function flag(cell: unknown): boolean {
  if (cell === 0) return false;
  if (cell === 1) return true;
  throw unexpected('0 or 1', cell);
}

/** An id or a count. */
export function wholeNumber(cell: unknown): number {
  if (Number.isSafeInteger(cell)) return cell as number;
  throw unexpected('a whole number', cell);
}

export function double(cell: unknown): number {
  if (Number.isFinite(cell)) return cell as number;
  throw unexpected('a number', cell);
}

export function text(cell: unknown): string {
  if (typeof cell === 'string') return cell;
  throw unexpected('a text', cell);
}

/** Epoch milliseconds. */
export function instant(cell: unknown): number {
  if (typeof cell === 'string' || cell instanceof Date) return instantFromSql(cell);
  throw unexpected('an instant', cell);
}

/** What was kept as JSON in a text. */
export function json<Value>(cell: unknown): Value {
  return JSON.parse(text(cell)) as Value;
}

export function nullable<Value>(read: ReadCell<Value>): ReadCell<Value | null> {
  return (cell) => (cell === null ? null : read(cell));
}

/** Of a column that could hold null: here it does not. */
export function given<Value>(read: ReadCell<Value>): ReadCell<NonNullable<Value>> {
  return (cell) => read(cell) ?? fail('a value', cell);
}

/** One of a closed set of words. */
export function word<Word extends string>(words: readonly Word[]): ReadCell<Word> {
  const known: ReadonlySet<unknown> = new Set(words);
  return (cell) => {
    if (known.has(cell)) return cell as Word;
    throw unexpected(words.join(' or '), cell);
  };
}

/** For rows whose cells the caller reads one by one: until then they are of no type. */
export const UNREAD: Cells<Record<string, unknown>> = {};

/** The rows of an answer, each cell read in its place: they belong to nobody else. */
export function readRows<Row extends object>(rows: readonly unknown[], cells: Cells<Row>): Row[] {
  const readers = Object.entries<ReadCell<unknown>>(cells);
  let column = '';
  try {
    for (const row of rows as Record<string, unknown>[]) {
      for (const [name, read] of readers) {
        column = name;
        const cell = row[name];
        const value = read(cell);
        if (value !== cell) row[name] = value;
      }
    }
  } catch (error) {
    throw ofColumn(error, column);
  }
  return rows as Row[];
}

/** Some cells of a row, as a row of their own; `prefix` stands before their names there. */
export function readRow<Part>(row: Readonly<Record<string, unknown>>, cells: Cells<Part>, prefix = ''): Part {
  const part: Record<string, unknown> = {};
  for (const [name, read] of Object.entries<ReadCell<unknown>>(cells)) part[name] = read(row[prefix + name]);
  return part as Part;
}

/** A column of a table: its name there, and how it is read and written. */
export interface Column<Value> {
  readonly name: string;
  readonly read: ReadCell<Value>;
  write(value: Value): string | number | null;
}

/** The columns of a table, by property of the rows they make. */
export type Columns<Row> = { readonly [Name in keyof Row]-?: Column<Row[Name]> };

/** The columns as a SELECT lists them, of the table that it names so. */
export function selected<Row>(columns: Columns<Row>, table?: string): string {
  const prefix = table === undefined ? '' : `${table}.`;
  return Object.entries<Column<unknown>>(columns)
    .map(([property, { name }]) => `${prefix}${name} AS ${property}`)
    .join(', ');
}

/** How the rows of such a SELECT are read. */
export function cellsOf<Row>(columns: Columns<Row>): Cells<Row> {
  const entries = Object.entries<Column<unknown>>(columns).map(([property, { read }]) => [property, read]);
  return Object.fromEntries(entries) as Cells<Row>;
}

/** Makes the cells of rows as they are written, in the order of the columns. */
export function cellWriter<Row>(columns: Columns<Row>): (row: Row) => Cell[] {
  const properties = Object.keys(columns) as (keyof Row)[];
  const writers = properties.map((property) => columns[property].write as (value: unknown) => Cell);
  return (row) => writers.map((write, place) => write(row[properties[place] as keyof Row]));
}

/** The names of the columns in their table. */
export function columnNames<Row>(columns: Columns<Row>): string[] {
  return Object.values<Column<unknown>>(columns).map(({ name }) => name);
}
