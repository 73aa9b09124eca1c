import { mapInTurns, nextTurn } from '../event-loop/turns';
import type { ProblemCode } from '../kernel/messages';
import type { StoredReferenceData } from './find-stored';
import type { CellPath, FoundProblems } from './found-problems';
import { isGiven, isRemoval, type LoadedRows, type Row } from './given-cells';
import { KIND_NAMES, RECORD_KINDS, ROW_KINDS } from './kinds/all';
import type { FindKey } from './names';
import type { Naming, RecordKind, RecordName, Reference, ReferredName } from './record-kind';
import type { RowKind } from './reference-rows';

/** What a row refers to, by the names that its kind has for it. */
export interface ResolvedRow {
  /** Keys; undefined: not sent, null: cleared. */
  readonly references: Readonly<Record<string, string | null | undefined>>;
  /** Keys; undefined: not sent. */
  readonly lists: Readonly<Record<string, ReadonlySet<string> | undefined>>;
}

export type ResolvedRows = { readonly [Kind in RowKind]: readonly ResolvedRow[] };

const NOT_FOUND = {
  organisations: 'ORGANISATION_NOT_FOUND',
  learners: 'LEARNER_NOT_FOUND',
  learningObjectives: 'OBJECTIVE_NOT_FOUND',
  trainings: 'TRAINING_NOT_FOUND',
  sessions: 'SESSION_NOT_FOUND',
  lovs: 'LOV_NOT_FOUND',
  courseElements: 'PARENT_SYNC_KEY_UNKNOWN',
} as const satisfies Record<ReferredName, ProblemCode>;

/**
 * Everything that can be wrong with a reference. References mean the state after the request, but for those of rows that
 * remove: they mean what is stored, and where there is nothing they do nothing.
 */
export async function resolveReferences(
  rows: LoadedRows,
  stored: StoredReferenceData,
  names: { readonly before: FindKey; readonly after: FindKey },
  found: FoundProblems,
): Promise<ResolvedRows> {
  const resolved: Partial<Record<RowKind, readonly ResolvedRow[]>> = {};
  for (const kind of KIND_NAMES) {
    const resolve = resolver(kind, stored, names, found);
    resolved[kind] = await mapInTurns([...rows[kind].entries()], resolve);
    await nextTurn();
  }
  return resolved as ResolvedRows;
}

function resolver(
  kind: RowKind,
  stored: StoredReferenceData,
  names: { readonly before: FindKey; readonly after: FindKey },
  found: FoundProblems,
): (numbered: readonly [index: number, row: Row]) => ResolvedRow {
  const { references, lists } = ROW_KINDS[kind];
  const asRecord = RECORD_KINDS[kind as RecordName] as RecordKind | undefined;
  const isStored = (row: Row) =>
    asRecord !== undefined && stored[kind as RecordName].byKey.has(row[asRecord.key] as string);
  return ([index, row]) => {
    const sent: Sent = { row, path: [kind, index], found };
    const keys: Record<string, string | null | undefined> = {};
    for (const [name, reference] of Object.entries(references)) {
      const isOptional = asRecord !== undefined && (isRemoval(row) || isStored(row));
      keys[name] = resolveOne(sent, reference, isOptional, isRemoval(row) ? names.before : names.after);
    }
    const sets: Record<string, ReadonlySet<string> | undefined> = {};
    for (const [name, naming] of Object.entries(lists)) sets[name] = resolveList(sent, naming, names.after);
    return { references: keys, lists: sets };
  };
}

interface Sent {
  readonly row: Row;
  readonly path: readonly [RowKind, number];
  readonly found: FoundProblems;
}

function resolveOne(
  { row, path, found }: Sent,
  { to, by, isNeeded = false }: Reference,
  isOptional: boolean,
  find: FindKey,
): string | null | undefined {
  const fields = Object.keys(by);
  const [field = ''] = fields;
  if (!fields.some((each) => isGiven(row[each]))) {
    const isAbsent = fields.every((each) => row[each] === undefined);
    if (isAbsent && (isOptional || !isNeeded)) return undefined;
    if (!isNeeded) return null;
    if (found.hasFailed([...path, field])) return undefined;
    const hint = fields.length > 1 ? `Send ${fields.join(' or ')}.` : undefined;
    found.add('VALUE_MISSING', { field }, [...path, field], hint);
    return undefined;
  }
  const named = fields.flatMap((each) => {
    const place: CellPath = [...path, each];
    const name = row[each];
    if (!isGiven(name) || found.hasFailed(place)) return [];
    const key = find(to, by[each] as string, name as string);
    return [{ field: each, place, key }];
  });
  // What a row removes may be gone already.
  const isGone = isRemoval(row) && named.every(({ key }) => key === undefined);
  if (isGone) return undefined;
  for (const { key, place, field: each } of named) {
    if (key === undefined) found.add(NOT_FOUND[to], { field: each }, place);
  }
  return agreedKey(named, found);
}

interface Named {
  readonly field: string;
  readonly place: CellPath;
  readonly key: string | undefined;
}

/** The key that the references given agree on; undefined after a problem. */
function agreedKey(named: readonly Named[], found: FoundProblems): string | undefined {
  const [first, ...others] = named.filter(({ key }) => key !== undefined);
  const other = others.find(({ key }) => key !== first?.key);
  if (first !== undefined && other !== undefined) {
    found.add('REFERENCES_DISAGREE', { first: first.field, second: other.field }, other.place);
  }
  return first?.key;
}

function resolveList(
  { row, path, found }: Sent,
  { to, by }: Naming,
  find: FindKey,
): ReadonlySet<string> | undefined {
  let keys: Set<string> | undefined;
  for (const [field, property] of Object.entries(by)) {
    const place = [...path, field] as const;
    const names = row[field];
    if (!isGiven(names) || found.hasFailed(place)) continue;
    keys ??= new Set();
    for (const [item, name] of (names as readonly string[]).entries()) {
      if (found.hasFailed([...place, item])) continue;
      const key = find(to, property, name);
      if (key === undefined) found.add(NOT_FOUND[to], { field }, [...place, item]);
      else keys.add(key);
    }
  }
  return keys;
}
