import { isEmail } from 'class-validator';
import { MAX_FOLDED_TEXT, MAX_GUID, MAX_SYNC_KEY, MAX_TEXT } from '../data/entities/columns';
import { inTurns } from '../event-loop/turns';
import { fold } from '../kernel/fold';
import { characterCount, isBlank, isWellFormedText, NO_STORABLE_TEXT, trimmed } from '../kernel/text';
import type { CellPath, FoundProblems } from './found-problems';
import type { RowKind, RowOf } from './given-cells';
import type { ReferenceRows } from './reference-rows';

/** Answers what is wrong with a value; null and undefined are not given to it. */
type CheckValue = (value: unknown, path: CellPath, found: FoundProblems) => void;

interface CellRule {
  /** `key`: always given. `kept`: may be absent, never null. `clearable`: may be null. */
  readonly presence: 'key' | 'kept' | 'clearable';
  readonly check: CheckValue;
}

const key = (check: CheckValue): CellRule => ({ presence: 'key', check });
const kept = (check: CheckValue): CellRule => ({ presence: 'kept', check });
const clearable = (check: CheckValue): CellRule => ({ presence: 'clearable', check });

const guid = text(MAX_GUID);
const syncKey = text(MAX_SYNC_KEY);
const line = text(MAX_TEXT);

const RULES: { readonly [Kind in RowKind]: { readonly [Field in keyof RowOf<Kind>]-?: CellRule } } = {
  organisations: { syncKey: key(syncKey), name: kept(line), parentSyncKey: clearable(syncKey) },
  learners: {
    login: key(foldable),
    refNumber: clearable(line),
    email: clearable(email),
    organisationSyncKey: clearable(syncKey),
    createdAt: kept(instant),
  },
  trainings: {
    guid: key(guid),
    pathCode: clearable(line),
    syncKey: clearable(syncKey),
    title: kept(line),
    organisationSyncKey: clearable(syncKey),
  },
  sessions: {
    guid: key(guid),
    trainingGuid: clearable(guid),
    trainingPathCode: clearable(line),
    title: kept(line),
    startsAt: clearable(instant),
    endsAt: clearable(instant),
  },
  lovs: {
    guid: key(guid),
    code: kept(line),
    title: clearable(line),
    provider: clearable(oneOf('PARTNER', 'CROSSKNOWLEDGE')),
    kind: clearable(oneOf('CONTENT', 'EASYQUIZZ')),
    trainingGuids: clearable(listOf(guid)),
    trainingPathCodes: clearable(listOf(line)),
  },
  registrations: { learnerLogin: clearable(line), learnerRefNumber: clearable(line), sessionGuid: key(guid) },
};

/** Everything that can be wrong with a cell by itself. */
export async function checkCells(rows: ReferenceRows, found: FoundProblems): Promise<void> {
  if (rows.site?.name === null) found.add('VALUE_MISSING', { field: 'name' }, ['site', 'name']);
  else if (rows.site?.name !== undefined) line(rows.site.name, ['site', 'name'], found);
  for (const [kind, rules] of Object.entries(RULES) as [RowKind, Record<string, CellRule>][]) {
    const sent: readonly object[] = rows[kind] ?? [];
    await inTurns(sent.entries(), ([index, row]) => {
      for (const [field, { presence, check }] of Object.entries(rules)) {
        const value = row[field as keyof typeof row] as unknown;
        const path = [kind, index, field] as const;
        if (value !== undefined && value !== null) check(value, path, found);
        else if (presence === 'key' || (presence === 'kept' && value === null)) {
          found.add('VALUE_MISSING', { field }, path);
        }
      }
    });
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
function foldable(value: unknown, path: CellPath, found: FoundProblems): void {
  line(value, path, found);
  if (!found.hasFailed(path) && characterCount(fold(String(value))) > MAX_FOLDED_TEXT) {
    found.add('TEXT_TOO_LONG', { field: fieldOf(path), max: MAX_TEXT }, path, 'Send a shorter text.');
  }
}

/** The import looks for learners by addresses of this shape only. */
function email(value: unknown, path: CellPath, found: FoundProblems): void {
  foldable(value, path, found);
  if (!found.hasFailed(path) && !isEmail(value, { require_tld: false })) {
    found.add('EMAIL_INVALID', { field: fieldOf(path) }, path);
  }
}

function instant(value: unknown, path: CellPath, found: FoundProblems): void {
  const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN;
  if (year >= 1000 && year <= 9999) return;
  const reason = Number.isNaN(year) ? 'it is no date' : 'the year must be from 1000 to 9999 (UTC)';
  found.add('DATE_INVALID', { field: fieldOf(path), format: 'ISO-8601', reason }, path, 'Correct the date.');
}

function oneOf(...accepted: string[]): CheckValue {
  return (value, path, found) => {
    if (accepted.includes(String(value))) return;
    found.add('VALUE_UNKNOWN', { field: fieldOf(path), accepted: accepted.join(', ') }, path);
  };
}

function listOf(check: CheckValue): CheckValue {
  return (value, path, found) => {
    for (const [index, item] of (value as readonly unknown[]).entries()) check(item, [...path, index], found);
  };
}

function fieldOf([, ...rest]: CellPath): string {
  return String(rest.findLast((part) => typeof part === 'string'));
}
