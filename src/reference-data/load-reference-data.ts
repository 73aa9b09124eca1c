import type { Tx } from '../data/database';
import { insertSiteIfAbsent, lockSite } from '../data/reference-data.repository';
import type { Problem } from '../kernel/problem';
import { planLoad } from './plan-load';
import {
  REPORTED_KINDS,
  type ReferenceCounts,
  type ReferenceReport,
  type ReferenceRows,
  type ReportedKind,
} from './reference-rows';
import { writeReferenceData } from './write-reference-data';

/**
 * Creates, updates or removes the reference data of one site; the site itself is made when it is missing. Every problem
 * is found before the first write, and with any error nothing is written. The number of SQL statements grows with
 * chunks of rows, never with rows.
 */
export async function loadReferenceData(
  tx: Tx,
  siteId: number,
  rows: ReferenceRows,
  now = new Date(),
): Promise<ReferenceReport> {
  const site = await lockSite(tx, siteId);
  let plan = await planLoad(tx, siteId, rows);
  if (plan.found.hasErrors()) return refusal(plan.found.inOrder());

  if (site === undefined) {
    await insertSiteIfAbsent(tx, siteId, rows.site?.name ?? `Site ${siteId}`);
    await lockSite(tx, siteId);
    // There was no site to lock: another load may have made it, and its records, meanwhile.
    plan = await planLoad(tx, siteId, rows);
    if (plan.found.hasErrors()) return refusal(plan.found.inOrder());
  }
  const counts = await writeReferenceData(tx, siteId, { ...plan, sent: rows, site, now: now.getTime() });
  return { counts, problems: plan.found.inOrder() };
}

/** Nothing is written. */
export function refusal(problems: readonly Problem[]): ReferenceReport {
  const nothing: ReferenceCounts = { created: 0, updated: 0, unchanged: 0, removed: 0 };
  const counts = Object.fromEntries(REPORTED_KINDS.map((kind) => [kind, nothing]));
  return { counts: counts as Record<ReportedKind, ReferenceCounts>, problems };
}
