import type { Tx } from '../data/database';
import { insertSiteIfAbsent, lockSite } from '../data/reference-data.repository';
import { nextTurn } from '../event-loop/turns';
import type { Problem } from '../kernel/problem';
import { checkCells } from './check-cells';
import { refuseOrganisationCycles, refuseUnknownOrganisations } from './check-organisations';
import { refuseDuplicates, refuseIncompleteNewRecords, refuseTakenValues } from './check-records';
import { findStored, type StoredReferenceData } from './find-stored';
import { type FoundProblems, noProblemsYet } from './found-problems';
import {
  REPORTED_KINDS,
  type ReferenceCounts,
  type ReferenceReport,
  type ReferenceRows,
  type ReportedKind,
} from './reference-rows';
import { type ResolvedReferences, resolveReferences } from './resolve-references';
import { writeReferenceData } from './write-reference-data';

/**
 * Creates or updates the reference data of one site; the site itself is made when it is missing. Every problem is
 * found before the first write, and with any error nothing is written. The number of SQL statements grows with
 * chunks of rows, never with rows.
 */
export async function loadReferenceData(
  tx: Tx,
  siteId: number,
  rows: ReferenceRows,
  now = new Date(),
): Promise<ReferenceReport> {
  const siteName = await lockSite(tx, siteId);
  let plan = await planLoad(tx, siteId, rows);
  if (plan.found.hasErrors()) return refusal(plan.found.inOrder());

  if (siteName === undefined) {
    await insertSiteIfAbsent(tx, siteId, rows.site?.name ?? `Site ${siteId}`);
    await lockSite(tx, siteId);
    // There was no site to lock: another load may have made it, and its records, meanwhile.
    plan = await planLoad(tx, siteId, rows);
    if (plan.found.hasErrors()) return refusal(plan.found.inOrder());
  }
  const counts = await writeReferenceData(tx, siteId, { rows, ...plan, siteName, now: now.getTime() });
  return { counts, problems: plan.found.inOrder() };
}

type Refuse = (rows: ReferenceRows, stored: StoredReferenceData, found: FoundProblems) => void;

const REFUSALS: readonly Refuse[] = [
  (rows, _, found) => refuseDuplicates(rows, found),
  refuseTakenValues,
  refuseIncompleteNewRecords,
  refuseUnknownOrganisations,
  refuseOrganisationCycles,
];

interface LoadPlan {
  readonly stored: StoredReferenceData;
  readonly references: ResolvedReferences;
  readonly found: FoundProblems;
}

async function planLoad(tx: Tx, siteId: number, rows: ReferenceRows): Promise<LoadPlan> {
  const found = noProblemsYet();
  await checkCells(rows, found);
  const stored = await findStored(tx, siteId, rows, found);
  for (const refuse of REFUSALS) {
    await nextTurn();
    refuse(rows, stored, found);
  }
  await nextTurn();
  const references = resolveReferences(rows, stored, found);
  await nextTurn();
  return { stored, references, found };
}

/** Nothing is written. */
export function refusal(problems: readonly Problem[]): ReferenceReport {
  const nothing: ReferenceCounts = { created: 0, updated: 0, unchanged: 0 };
  const counts = Object.fromEntries(REPORTED_KINDS.map((kind) => [kind, nothing]));
  return { counts: counts as Record<ReportedKind, ReferenceCounts>, problems };
}
