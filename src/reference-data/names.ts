import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { isGiven, isRemoval, type LoadedRows } from './given-cells';
import { RECORD_KINDS } from './kinds/all';
import type { RecordName } from './record-kind';

/** Finds the key of the record that a name means; undefined where there is none. */
export type FindKey = (to: RecordName, property: string, name: string) => string | undefined;

/** What names mean before the request. */
export function namesBefore(stored: StoredReferenceData): FindKey {
  return (to, property, name) => {
    const { byKey, keyBy } = stored[to];
    if (property !== RECORD_KINDS[to].key) return keyBy[property]?.get(name);
    return byKey.has(name) ? name : undefined;
  };
}

/** What names mean after the request. */
export function namesAfter(rows: LoadedRows, stored: StoredReferenceData, found: FoundProblems): FindKey {
  const made = new Map<string, ReadonlyMap<string, string>>();
  return (to, property, name) => {
    const id = `${to}.${property}`;
    const keys = made.get(id) ?? keysAfter(rows, stored, found, to, property);
    made.set(id, keys);
    return keys.get(name);
  };
}

function keysAfter(
  rows: LoadedRows,
  stored: StoredReferenceData,
  found: FoundProblems,
  to: RecordName,
  property: string,
): ReadonlyMap<string, string> {
  const { key, hanging } = RECORD_KINDS[to];
  const { byKey, keyBy } = stored[to];
  const isKey = property === key;
  const keys = new Map(isKey ? [...byKey.keys()].map((name) => [name, name]) : keyBy[property]);
  const nameOf = isKey ? undefined : namesOfKeys(keys);
  for (const [index, row] of rows[to].entries()) {
    const rowKey = row[key] as string;
    const isRemoved = isRemoval(row);
    // A record that is flagged as deleted is still there.
    if (isRemoved && hanging === undefined) continue;
    const value = row[property];
    if (found.hasFailed([to, index, property]) || (value === undefined && !isRemoved)) continue;
    const before = isKey ? rowKey : nameOf?.get(rowKey);
    if (before !== undefined && keys.get(before) === rowKey) keys.delete(before);
    if (!isRemoved && isGiven(value)) keys.set(value as string, rowKey);
  }
  return keys;
}

function namesOfKeys(keys: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...keys].map(([name, key]) => [key, name]));
}
