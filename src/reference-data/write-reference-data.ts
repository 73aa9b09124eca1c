import { refreshLeaves } from '../data/course-data.repository';
import type { SiteRecord } from '../data/course-reference.repository';
import type { Tx } from '../data/database';
import { updateSite } from '../data/reference-data.repository';
import { ofEachRecord, RECORD_NAMES } from './kinds/all';
import { writeMemberships } from './memberships';
import { placeElements } from './place-elements';
import type { LoadPlan } from './plan-load';
import type { RecordName } from './record-kind';
import type { ReferenceCounts, ReferenceRows, ReportedKind } from './reference-rows';
import { writeRegistrations } from './registrations';
import { removeRecords } from './removals';
import { writeSets } from './sets';
import { type Ids, writeRecords } from './write-records';
import { writeScales } from './write-scales';

/** What has passed every check. */
export interface CheckedLoad extends LoadPlan {
  readonly sent: ReferenceRows;
  /** Undefined when this load made the site. */
  readonly site: SiteRecord | undefined;
  readonly now: number;
}

/** Writes whole records, those that others refer to first, and removes those that go. Nothing in it can answer a problem. */
export async function writeReferenceData(
  tx: Tx,
  siteId: number,
  load: CheckedLoad,
): Promise<Record<ReportedKind, ReferenceCounts>> {
  const { stored, resolved, now } = load;
  const counts: Partial<Record<ReportedKind, ReferenceCounts>> = { site: await writeSite(tx, siteId, load) };
  const courseElements = await placeElements(tx, siteId, load.rows, stored, resolved);
  const rows = { ...load.rows, courseElements };
  const ids: Record<RecordName, Ids> = { ...ofEachRecord((): Ids => new Map()) };
  for (const kind of RECORD_NAMES) {
    const changed = new Set(load.sets.flatMap((set) => (set.kind.owner === kind ? [...set.changed] : [])));
    const written = await writeRecords(tx, siteId, { kind, rows, stored, resolved, ids, changed, now });
    ids[kind] = written.ids;
    counts[kind] = written.counts;
  }
  await writeSets(tx, siteId, load.sets, ids);
  counts.memberships = await writeMemberships(tx, siteId, load.memberships, ids);
  counts.registrations = await writeRegistrations(tx, siteId, load.registrations, ids, now);
  counts.scales = await writeScales(tx, siteId, load.scales, ids, rows.scales.length);

  const removed = await removeRecords(tx, siteId, rows, stored);
  for (const [kind, count] of Object.entries(removed) as [RecordName, number][]) {
    const before = counts[kind] as ReferenceCounts;
    counts[kind] = { ...before, unchanged: before.unchanged - count, removed: before.removed + count };
  }
  await refreshLeaves(tx, siteId, touchedObjectives(load, ids.learningObjectives));
  return counts as Record<ReportedKind, ReferenceCounts>;
}

async function writeSite(tx: Tx, siteId: number, { sent, site }: CheckedLoad): Promise<ReferenceCounts> {
  const counts = { created: 0, updated: 0, unchanged: 0, removed: 0 };
  const useScore = sent.site?.useScore ?? site?.useScore ?? true;
  const name = sent.site?.name ?? site?.name;
  const isChanged = name !== site?.name || useScore !== site?.useScore;
  if (isChanged) await updateSite(tx, siteId, { useScore, ...(name === undefined ? {} : { name }) });
  if (site === undefined) return { ...counts, created: 1 };
  return isChanged ? { ...counts, updated: 1 } : { ...counts, unchanged: 1 };
}

/** Those whose place in the tree changed, and those that were or are above them. */
function touchedObjectives({ rows, stored, resolved }: LoadPlan, ids: Ids): number[] {
  const touched = new Set<number>();
  for (const [index, { uniqueId }] of rows.learningObjectives.entries()) {
    const before = stored.learningObjectives.byKey.get(uniqueId as string);
    const parent = resolved.learningObjectives[index]?.references.parentId;
    const places = [ids.get(uniqueId as string), before?.parentId, ids.get(parent ?? '')];
    for (const id of places) if (typeof id === 'number') touched.add(id);
  }
  return [...touched];
}
