import type { Tx } from '../data/database';
import { nextTurn } from '../event-loop/turns';
import { refuseActivities, refuseParents } from './check-elements';
import {
  refuseDuplicates,
  refuseFixedValues,
  refuseIncompleteNewRecords,
  refuseTakenValues,
} from './check-records';
import { findStored, type StoredReferenceData } from './find-stored';
import { type FoundProblems, noProblemsYet } from './found-problems';
import type { LoadedRows } from './given-cells';
import { Leaving, leavingRecords } from './leaving';
import { type PlannedMemberships, planMemberships } from './memberships';
import { namesAfter, namesBefore } from './names';
import { checkCells, readRows } from './read-rows';
import type { ReferenceRows } from './reference-rows';
import { type PlannedRegistrations, planRegistrations } from './registrations';
import { refuseReferenced } from './removals';
import { type ResolvedRows, resolveReferences } from './resolve-references';
import { type PlannedScale, planScales } from './scales';
import { type PlannedSet, planSets } from './sets';
import { refuseCycles } from './trees';
import { warnOfLogins } from './warn-of-logins';

/** What a load would write, and what is wrong with it: without errors it can be written. */
export interface LoadPlan {
  readonly rows: LoadedRows;
  readonly stored: StoredReferenceData;
  readonly resolved: ResolvedRows;
  readonly sets: readonly PlannedSet[];
  readonly memberships: PlannedMemberships;
  readonly registrations: PlannedRegistrations;
  readonly scales: readonly PlannedScale[];
  readonly found: FoundProblems;
}

export async function planLoad(tx: Tx, siteId: number, sent: ReferenceRows): Promise<LoadPlan> {
  const found = noProblemsYet();
  const rows = await readRows(sent);
  await checkCells(sent, rows, found);
  const stored = await findStored(tx, siteId, rows, found);
  await nextTurn();
  refuseDuplicates(rows, found);
  await nextTurn();
  refuseTakenValues(rows, stored, found);
  await nextTurn();
  refuseActivities(rows, stored, found);
  refuseIncompleteNewRecords(rows, stored, found);
  await nextTurn();
  const names = { before: namesBefore(stored), after: namesAfter(rows, stored, found) };
  const resolved = await resolveReferences(rows, stored, names, found);
  refuseFixedValues(rows, stored, resolved, found);
  const parents = await refuseCycles(tx, siteId, rows, stored, resolved, found);
  await refuseParents(tx, siteId, rows, stored, resolved, parents.courseElements, found);
  await nextTurn();
  const leaving = new Leaving();
  leavingRecords(rows, stored, resolved, leaving);
  await nextTurn();
  const sets = await planSets(tx, siteId, rows, stored, resolved, leaving, found);
  const memberships = await planMemberships(tx, siteId, rows, stored, resolved, leaving, found);
  const registrations = await planRegistrations(tx, siteId, rows, stored, resolved, leaving, found);
  const scales = await planScales(tx, siteId, rows, stored, resolved, found);
  await refuseReferenced(tx, siteId, rows, stored, leaving, found);
  await warnOfLogins(tx, siteId, rows, stored, found);
  return { rows, stored, resolved, sets, memberships, registrations, scales, found };
}
