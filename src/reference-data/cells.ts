import { isEmail } from 'class-validator';
import {
  MAX_ELEMENT_SYNC_KEY,
  MAX_FOLDED_TEXT,
  MAX_GUID,
  MAX_SYNC_KEY,
  MAX_TEXT,
} from '../data/entities/columns';
import { fold } from '../kernel/fold';
import { characterCount, isBlank, isWellFormedText, NO_STORABLE_TEXT, trimmed } from '../kernel/text';
import type { CellPath, FoundProblems } from './found-problems';
import { ROW_ACTIONS } from './input/row-action';

/** Answers what is wrong with a value; null and undefined are not given to it. */
type CheckValue = (value: unknown, path: CellPath, found: FoundProblems) => void;

/**
 * `key`: always given. `needed`: may be absent where the record is stored, never null. `kept`: may be absent, never
 * null. `clearable`: may be null.
 */
type Presence = 'key' | 'needed' | 'kept' | 'clearable';

export interface CellRule {
  readonly presence: Presence;
  readonly check: CheckValue;
}

/** A rule for each cell of a row: one that is left out does not compile. */
export type CellRules<Row> = { readonly [Field in keyof Row]-?: CellRule };

function presence(of: Presence): (check: CheckValue) => CellRule {
  return (check) => ({ presence: of, check });
}

export const key = presence('key');
export const needed = presence('needed');
export const kept = presence('kept');
export const clearable = presence('clearable');

/** Items of one list of a row. */
export const MAX_LIST = 1_000;
export const MAX_GRADES = 100;
export const MAX_POSITION = 2_147_483_647;
export const MAX_POINTS = 1_000_000_000;

export const guid = text(MAX_GUID);
export const syncKey = text(MAX_SYNC_KEY);
/** Of what a course holds, and of users. */
export const elementSyncKey = text(MAX_ELEMENT_SYNC_KEY);
export const line = text(MAX_TEXT);
/** GraphQL has made sure of it. */
export const flag: CheckValue = () => {};

export const action = clearable(oneOf(...ROW_ACTIONS));

/** Everything that can be wrong with the cells of a row by themselves. */
export function checkRow(
  row: object,
  rules: Readonly<Record<string, CellRule>>,
  path: CellPath,
  found: FoundProblems,
): void {
  for (const field in rules) {
    const { presence, check } = rules[field] as CellRule;
    const value = row[field as keyof typeof row] as unknown;
    if (value !== undefined && value !== null) check(value, [...path, field], found);
    else if (presence === 'key' || (presence !== 'clearable' && value === null)) {
      found.add('VALUE_MISSING', { field }, [...path, field]);
    }
  }
}

function text(max: number): CheckValue {
  return (value, path, found) => {
    const field = fieldOf(path);
    const cell = String(value);
    if (isBlank(cell)) return found.add('VALUE_MISSING', { field }, path);
    if (!isWellFormedText(cell)) found.add('TEXT_INVALID', { field, reason: NO_STORABLE_TEXT }, path);
    if (characterCount(cell) > max) found.add('TEXT_TOO_LONG', { field, max }, path);
    if (cell !== trimmed(cell)) found.add('TEXT_PADDED', { field }, path);
  };
}

/** Text that is stored folded as well: a few scripts become longer by that. */
export function foldable(value: unknown, path: CellPath, found: FoundProblems): void {
  line(value, path, found);
  if (!found.hasFailed(path) && characterCount(fold(String(value))) > MAX_FOLDED_TEXT) {
    found.add('TEXT_TOO_LONG', { field: fieldOf(path), max: MAX_TEXT }, path, 'Send a shorter text.');
  }
}

/** The import looks for learners by addresses of this shape only. */
export function email(value: unknown, path: CellPath, found: FoundProblems): void {
  foldable(value, path, found);
  if (!found.hasFailed(path) && !isEmail(value, { require_tld: false })) {
    found.add('EMAIL_INVALID', { field: fieldOf(path) }, path);
  }
}

export function instant(value: unknown, path: CellPath, found: FoundProblems): void {
  const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN;
  if (year >= 1000 && year <= 9999) return;
  const reason = Number.isNaN(year) ? 'it is no date' : 'the year must be from 1000 to 9999 (UTC)';
  found.add('DATE_INVALID', { field: fieldOf(path), format: 'ISO-8601', reason }, path, 'Correct the date.');
}

export function numberFrom(min: number, max: number): CheckValue {
  return (value, path, found) => {
    if (Number(value) >= min && Number(value) <= max) return;
    found.add('NUMBER_OUT_OF_RANGE', { field: fieldOf(path), min, max }, path);
  };
}

export function oneOf(...accepted: string[]): CheckValue {
  return (value, path, found) => {
    if (accepted.includes(String(value))) return;
    found.add('VALUE_UNKNOWN', { field: fieldOf(path), accepted: accepted.join(', ') }, path);
  };
}

/** A list that is too long is told, and not looked at. */
export function listOf(check: CheckValue, max = MAX_LIST): CheckValue {
  return (value, path, found) => {
    const items = value as readonly unknown[];
    const count = items.length;
    if (count > max) return found.add('ITEMS_TOO_MANY', { field: fieldOf(path), count, max }, path);
    for (const [index, item] of items.entries()) check(item, [...path, index], found);
  };
}

export function objectOf(rules: Readonly<Record<string, CellRule>>): CheckValue {
  return (value, path, found) => checkRow(value as object, rules, path, found);
}

function fieldOf([, ...rest]: CellPath): string {
  return String(rest.findLast((part) => typeof part === 'string'));
}
