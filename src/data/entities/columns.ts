import {
  type ColumnOptions,
  PrimaryGeneratedColumn,
  Column as TypeOrmColumn,
  PrimaryColumn as TypeOrmPrimaryColumn,
  type ValueTransformer,
} from 'typeorm';
import { instantToSql } from '../../kernel/dates/instants';
import * as cells from '../cells';

/**
 * Text compares byte by byte on every database. SQLite does so by itself and ignores the collation named here;
 * MariaDB would otherwise ignore case and accents. What is to match loosely is stored folded (kernel/fold).
 */
export const BINARY = { charset: 'utf8mb4', collation: 'utf8mb4_bin' } as const;

export const MAX_TEXT = 255;
export const MAX_GUID = 40;
export const MAX_SYNC_KEY = 255;
/** Of users, course elements and scales; a course's may be longer. */
export const MAX_ELEMENT_SYNC_KEY = 128;
/** Folding can lengthen a text, for example İ becomes two code points. */
export const MAX_FOLDED_TEXT = 512;
export const MAX_IMPORT_ID = 36;
/** Who did something, as `key:NAME` or the like. */
export const MAX_CALLER = 100;

// ---------- how the cells of a column are read and written ----------

/**
 * TypeORM reads and writes by `from` and `to`, statements of ours by `read` and `write`. Neither believes what a driver
 * makes of a value. Of an instant TypeORM makes a `Date`, and a statement of ours epoch milliseconds.
 */
export interface CellFormat<Value, Plain = Value> extends ValueTransformer {
  readonly read: cells.ReadCell<Plain>;
  readonly write: (value: Plain) => cells.Cell;
}

/** `from` answers null for null, whatever the column: so are the cells of a joined row that is not there. */
function format<Value>(read: cells.ReadCell<Value>, write: (value: Value) => cells.Cell): CellFormat<Value> {
  return {
    read,
    write,
    from: (cell) => (cell === null ? null : read(cell)),
    to: (value) => (value === null || value === undefined ? value : write(value)),
  };
}

function nullable<Value, Plain>(each: CellFormat<Value, Plain>): CellFormat<Value | null, Plain | null> {
  return {
    ...each,
    read: cells.nullable(each.read),
    write: (value) => (value === null ? null : each.write(value)),
  };
}

const INTEGER = format(cells.wholeNumber, (value) => value);
const DOUBLE = format(cells.double, (value) => value);
const TEXT = format(cells.text, (value) => value);
const FLAG = format(cells.flag, Number);
const INSTANT: CellFormat<Date, number> = {
  read: cells.instant,
  write: instantToSql,
  from: (cell) => (cell === null ? null : new Date(cells.instant(cell))),
  to: (date) => (date === null || date === undefined ? date : instantToSql(date.getTime())),
};

// ---------- the kinds of columns ----------

/** What is said of a column: its name, its type in the database, and how its cells are read and written. */
export interface StoredColumn<Value> extends ColumnOptions {
  readonly name: string;
  readonly type: NonNullable<ColumnOptions['type']>;
  // biome-ignore lint/suspicious/noExplicitAny: only TypeORM's type matters to whoever declares a property
  readonly transformer: CellFormat<Value, any>;
}

/** Of which every row has a value. */
interface GivenColumn<Value> extends StoredColumn<Value> {
  readonly nullable?: false;
}

export function text(name: string, length = MAX_TEXT): GivenColumn<string> {
  return { name, type: 'varchar', length, ...BINARY, transformer: TEXT };
}

export function nullableText(name: string, length = MAX_TEXT): StoredColumn<string | null> {
  return { ...text(name, length), nullable: true, transformer: nullable(TEXT) };
}

/** One of a closed set of words. */
export function word<Word extends string>(
  name: string,
  words: readonly Word[],
  length = 20,
): GivenColumn<Word> {
  return { ...text(name, length), transformer: format(cells.word(words), (value) => value) };
}

export function integer(name: string): GivenColumn<number> {
  return { name, type: 'integer', transformer: INTEGER };
}

export function nullableInteger(name: string): StoredColumn<number | null> {
  return { ...integer(name), nullable: true, transformer: nullable(INTEGER) };
}

/** A text of another column, folded, so that it can be searched; who writes that one by other means leaves it empty. */
export function foldedText(name: string): GivenColumn<string> {
  return { ...text(name, MAX_FOLDED_TEXT), default: '' };
}

/** An instant in UTC with milliseconds. */
export function instant(name: string): GivenColumn<Date> {
  return { name, type: 'datetime', precision: 3, transformer: INSTANT };
}

export function nullableInstant(name: string): StoredColumn<Date | null> {
  return { ...instant(name), nullable: true, transformer: nullable(INSTANT) };
}

export function nullableDouble(name: string): StoredColumn<number | null> {
  return { name, type: 'double', nullable: true, transformer: nullable(DOUBLE) };
}

/** Text of up to 65,535 bytes. */
export function longText(name: string): GivenColumn<string> {
  return { name, type: 'text', ...BINARY, transformer: TEXT };
}

export function nullableLongText(name: string): StoredColumn<string | null> {
  return { ...longText(name), nullable: true, transformer: nullable(TEXT) };
}

/** A value as JSON in a long text. */
export function jsonText<Value extends NonNullable<unknown>>(name: string): GivenColumn<Value> {
  return { ...longText(name), transformer: format(cells.json<Value>, JSON.stringify) };
}

export function nullableJsonText<Value extends NonNullable<unknown>>(
  name: string,
): StoredColumn<Value | null> {
  const json = format(cells.json<Value>, JSON.stringify);
  return { ...longText(name), nullable: true, transformer: nullable(json) };
}

/** What `packed.ts` makes of a value; a statement has to ask for it as a text. */
export function packed(name: string): GivenColumn<string> {
  return { name, type: 'json', transformer: TEXT };
}

/** Text in a column of the type JSON, which drivers may have read: a statement has to ask for it as a text. */
export function nullableJson(name: string): StoredColumn<string | null> {
  return { name, type: 'json', nullable: true, transformer: nullable(TEXT) };
}

export function boolean(name: string): GivenColumn<boolean> {
  return { name, type: 'boolean', transformer: FLAG };
}

/** A flag that came later than its table: what is stored already, and whoever does not name it, has this value. */
export function booleanWithDefault(name: string, value: boolean): GivenColumn<boolean> {
  return { ...boolean(name), default: value };
}

/** Of rows that are locked: what a lock changes where several nodes write (data/written-lock). */
export function lockCount(): GivenColumn<number> {
  return { ...integer('lock_count'), default: 0 };
}

// ---------- decorators ----------

type IsSame<A, B> = [A, B] extends [B, A] ? true : false;

/** Decorates a property that has exactly the type that its column is read as; for any other it does not compile. */
type PropertyOf<Value> = <Entity extends object, Name extends string & keyof Entity>(
  entity: Entity,
  name: IsSame<Entity[Name], Value> extends true ? Name : never,
) => void;

export function Column<Value>(column: StoredColumn<Value>): PropertyOf<Value> {
  return TypeOrmColumn(column);
}

export function PrimaryColumn<Value>(column: GivenColumn<Value>): PropertyOf<Value> {
  return TypeOrmPrimaryColumn(column);
}

/** An id that the database chooses. */
export function GeneratedId(): PropertyOf<number> {
  return PrimaryGeneratedColumn({ ...integer('id'), type: 'integer' });
}

/** The columns of a reference that stays within the site: (site_id, column) refers to (site_id, id). */
export function withinSite(column: string, foreignKeyConstraintName: string) {
  return [
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName },
    { name: column, referencedColumnName: 'id', foreignKeyConstraintName },
  ];
}
