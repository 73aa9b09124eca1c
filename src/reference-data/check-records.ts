import type { StoredReferenceData } from './find-stored';
import type { CellPath, FoundProblems } from './found-problems';
import { givenCells, isGiven, isRemoval, type LoadedRows } from './given-cells';
import { RECORD_KINDS, RECORD_NAMES } from './kinds/all';
import { keyOf, type RecordName } from './record-kind';
import type { ResolvedRows } from './resolve-references';

/** A key, and every other unique value, stands in a request once. */
export function refuseDuplicates(rows: LoadedRows, found: FoundProblems): void {
  for (const kind of RECORD_NAMES) {
    const { key, unique } = RECORD_KINDS[kind];
    for (const field of [key, ...unique]) {
      const firsts = new Map<string, number>();
      for (const { index, value, path } of givenCells(rows, kind, field, found)) {
        const first = firsts.get(value);
        if (first === undefined) firsts.set(value, index);
        else found.add('KEY_DUPLICATED', { field, first: `${kind}[${first}].${field}` }, path);
      }
    }
  }
}

/**
 * A unique value that is stored with another record is refused even if the request takes it away there, or removes that
 * record: whole rows are written many at a time, and the database checks each of them at once.
 */
export function refuseTakenValues(rows: LoadedRows, stored: StoredReferenceData, found: FoundProblems): void {
  for (const kind of RECORD_NAMES) {
    const described = RECORD_KINDS[kind];
    for (const field of described.unique) {
      const keys = stored[kind].keyBy[field];
      for (const { index, value, path } of givenCells(rows, kind, field, found)) {
        const owner = keys?.get(value);
        const row = rows[kind][index];
        if (owner !== undefined && row !== undefined && owner !== keyOf(described, row)) {
          found.add('VALUE_TAKEN', { field }, path);
        }
      }
    }
  }
}

/** What a record cannot be created without; a stored record keeps what it has. */
export function refuseIncompleteNewRecords(
  rows: LoadedRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): void {
  for (const kind of RECORD_NAMES) {
    const { cells, key } = RECORD_KINDS[kind];
    const neededFields = Object.keys(cells).filter((field) => cells[field]?.presence === 'needed');
    for (const [index, row] of rows[kind].entries()) {
      if (isRemoval(row) || stored[kind].byKey.has(row[key] as string)) continue;
      for (const field of neededFields) {
        if (row[field] === undefined) found.add('VALUE_MISSING', { field }, [kind, index, field]);
      }
    }
  }
}

/** What a record is given when it is created, and keeps. */
export function refuseFixedValues(
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  found: FoundProblems,
): void {
  for (const kind of RECORD_NAMES) {
    const described = RECORD_KINDS[kind];
    const references = Object.entries(described.references).filter(([, { isFixed }]) => isFixed);
    if (described.fixed.length + references.length === 0) continue;
    for (const [index, row] of rows[kind].entries()) {
      const before = stored[kind].byKey.get(keyOf(described, row));
      if (before === undefined || found.hasFailed([kind, index, described.key])) continue;
      const refuse = (field: string) => {
        const path: CellPath = [kind, index, field];
        if (!found.hasFailed(path)) found.add('VALUE_FIXED', { field }, path);
      };
      for (const field of described.fixed) {
        if (isGiven(row[field]) && row[field] !== before[field]) refuse(field);
      }
      for (const [property, { to, by }] of references) {
        const sent = resolved[kind][index]?.references[property];
        if (isGiven(sent) && idOf(stored, to, sent) !== before[property]) {
          refuse(Object.keys(by).find((field) => isGiven(row[field])) ?? '');
        }
      }
    }
  }
}

/** Of the record with this key; undefined where it is not stored. */
export function idOf(stored: StoredReferenceData, to: RecordName, key: string): number | undefined {
  return stored[to].byKey.get(key)?.id;
}
