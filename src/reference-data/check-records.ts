import type { StoredReferenceData } from './find-stored';
import type { CellPath, FoundProblems } from './found-problems';
import { givenCells } from './given-cells';
import type { ReferenceRows } from './reference-rows';

const UNIQUE_FIELDS = [
  ['organisations', 'syncKey'],
  ['learners', 'login'],
  ['learners', 'refNumber'],
  ['trainings', 'guid'],
  ['trainings', 'pathCode'],
  ['trainings', 'syncKey'],
  ['sessions', 'guid'],
  ['lovs', 'guid'],
] as const;

/** A key, and every other unique value, stands in a request once. */
export function refuseDuplicates(rows: ReferenceRows, found: FoundProblems): void {
  for (const [kind, field] of UNIQUE_FIELDS) {
    const firsts = new Map<string, number>();
    // `never`: the compiler cannot see that the two parts of each pair belong together.
    for (const { index, value, path } of givenCells(rows, kind, field as never, found)) {
      const first = firsts.get(value);
      if (first === undefined) firsts.set(value, index);
      else found.add('KEY_DUPLICATED', { field, first: `${kind}[${first}].${field}` }, path);
    }
  }
}

/**
 * A unique value that is stored with another record is refused even if the request takes it away there: whole rows
 * are written many at a time, and the database checks each of them at once.
 */
export function refuseTakenValues(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): void {
  const refuseTaken = (field: string, owner: string | undefined, key: string | undefined, path: CellPath) => {
    if (owner !== undefined && owner !== key) found.add('VALUE_TAKEN', { field }, path);
  };
  for (const { index, value, path } of givenCells(rows, 'learners', 'refNumber', found)) {
    refuseTaken('refNumber', stored.loginByRefNumber.get(value), rows.learners?.[index]?.login, path);
  }
  for (const { index, value, path } of givenCells(rows, 'trainings', 'pathCode', found)) {
    refuseTaken('pathCode', stored.guidByPathCode.get(value), rows.trainings?.[index]?.guid, path);
  }
  for (const { index, value, path } of givenCells(rows, 'trainings', 'syncKey', found)) {
    refuseTaken('syncKey', stored.guidByTrainingSyncKey.get(value), rows.trainings?.[index]?.guid, path);
  }
}

/** What a record cannot be created without; a stored record keeps what it has. */
export function refuseIncompleteNewRecords(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): void {
  const needed = (path: CellPath, field: string, value: unknown) => {
    if (value === undefined) found.add('VALUE_MISSING', { field }, path);
  };
  for (const [index, { syncKey, name }] of (rows.organisations ?? []).entries()) {
    if (!stored.organisations.has(syncKey)) needed(['organisations', index, 'name'], 'name', name);
  }
  for (const [index, { guid, title }] of (rows.trainings ?? []).entries()) {
    if (!stored.trainings.has(guid)) needed(['trainings', index, 'title'], 'title', title);
  }
  for (const [index, { guid, title }] of (rows.sessions ?? []).entries()) {
    if (!stored.sessions.has(guid)) needed(['sessions', index, 'title'], 'title', title);
  }
  for (const [index, { guid, code }] of (rows.lovs ?? []).entries()) {
    if (!stored.lovs.has(guid)) needed(['lovs', index, 'code'], 'code', code);
  }
}
