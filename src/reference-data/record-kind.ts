import type { RecordTable } from '../data/table';
import type { CellRule, CellRules } from './cells';
import type { Row } from './given-cells';
import type { RowKind } from './reference-rows';

/** The kinds whose records have one key of their own. */
export type RecordName = Exclude<RowKind, 'memberships' | 'registrations' | 'scales'>;

/** Those that rows of other kinds, or of their own, refer to. */
export type ReferredName = Exclude<RecordName, 'users'>;

type Value = string | number | boolean | null;

/** A record of any of these kinds, by property; instants are epoch milliseconds. */
export type RecordValues = Readonly<Record<string, Value>>;
export type StoredRecord = RecordValues & { readonly id: number };

/** By what fields of a row another record is named, and the property of the record that each holds. */
export interface Naming {
  readonly to: ReferredName;
  readonly by: Readonly<Record<string, string>>;
}

export interface Reference extends Naming {
  /** There is no record without it. */
  readonly isNeeded?: boolean;
  /** It cannot be changed. */
  readonly isFixed?: boolean;
}

/** A table whose rows refer to records by a column; what they are called where they keep one from being removed. */
export interface Hanging {
  readonly what: string;
  readonly table: string;
  readonly column: string;
}

/** What the rows of a kind say. */
export interface RowDescription {
  readonly cells: Readonly<Record<string, CellRule>>;
  /** The fields that say which record a row removes. */
  readonly identity: readonly string[];
  /** What rows refer to; of records by the property that holds its id. */
  readonly references: Readonly<Record<string, Reference>>;
  /** The lists of the rows that name other records, by a name of ours. */
  readonly lists: Readonly<Record<string, Naming>>;
}

/** What a kind of records is: how its rows are checked, found, completed and removed. */
export interface RecordKind extends RowDescription {
  readonly table: RecordTable<RecordValues>;
  /** A field, and the property of the record. */
  readonly key: string;
  /** Other fields that hold unique values. */
  readonly unique: readonly string[];
  /** Fields that cannot be changed. */
  readonly fixed: readonly string[];
  /** What keeps a record from being removed; undefined: it is flagged as deleted, and stays. */
  readonly hanging: readonly Hanging[] | undefined;
  /** The record as the row has it, but for what it refers to. */
  values(row: Row, before: StoredRecord | undefined, now: number): RecordValues;
  /** What else changes in a record that changes. */
  stamped(record: RecordValues, before: StoredRecord, now: number): RecordValues;
}

interface Description<Input extends object, Values, Refs extends keyof Values> {
  readonly table: RecordTable<Values>;
  readonly key: keyof Input & keyof Values & string;
  readonly cells: CellRules<Input>;
  readonly unique?: readonly (keyof Input & keyof Values & string)[];
  readonly fixed?: readonly (keyof Input & keyof Values & string)[];
  readonly references: { readonly [Name in Refs]: Reference };
  readonly lists?: Readonly<Record<string, Naming>>;
  readonly hanging?: readonly Hanging[];
  values(
    row: Input,
    before: (Values & { readonly id: number }) | undefined,
    now: number,
  ): Omit<Values, Refs> & Partial<Values>;
  stamped?(record: Values, before: Values, now: number): Values;
}

/** Of what type a row is, only its own kind knows. */
export function recordKind<Input extends object, Values, Refs extends keyof Values>(
  described: Description<Input, Values, Refs>,
): RecordKind {
  const identity = [described.key];
  const stamped = (record: Values) => record;
  return { identity, unique: [], fixed: [], lists: {}, hanging: undefined, stamped, ...described } as never;
}

/** Every record is known by a text. */
export function keyOf({ key }: RecordKind, row: Row): string {
  return row[key] as string;
}
