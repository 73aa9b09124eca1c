import type { Tx } from '../data/database';
import { type DeletedKey, deleteTracking } from '../data/deleted-tracking.repository';
import { findRegistrations, lockRegistrations } from '../data/reference.repository';
import { insertRecords, REGISTRATIONS, removeByIds } from '../data/reference-data.repository';
import { countReferrers, findTrackingOf, TRACKING_REFERENCES } from '../data/referrers.repository';
import { mapInTurns, nextTurn } from '../event-loop/turns';
import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { isRemoval, type LoadedRows } from './given-cells';
import { hangsOn } from './kinds/hanging';
import type { Leaving } from './leaving';
import type { RecordName } from './record-kind';
import type { ReferenceCounts } from './reference-rows';
import type { ResolvedRows } from './resolve-references';
import { present } from './sent-or-kept';
import { countOf, type Ids } from './write-records';

/** Tracking that one request removes with its registrations. */
const MAX_TRACKING = 100_000;

interface Pair {
  readonly learner: string;
  readonly session: string;
}

export interface PlannedRegistrations {
  readonly wanted: readonly Pair[];
  /** Of which there is a registration, ids. */
  readonly removed: readonly number[];
  readonly tracking: readonly DeletedKey[];
  readonly rows: number;
}

const BY_LEARNER = hangsOn('registrations', REGISTRATIONS, 'learnerId');
const BY_SESSION = hangsOn('registrations', REGISTRATIONS, 'sessionId');
const BY_REGISTRATION = hangsOn('tracking', TRACKING_REFERENCES, 'registrationId');
const BY_LOV = hangsOn('tracking', TRACKING_REFERENCES, 'lovId');

export async function planRegistrations(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  leaving: Leaving,
  found: FoundProblems,
): Promise<PlannedRegistrations> {
  await nextTurn();
  const places = distinctPairs(resolved, found);
  await nextTurn();
  const isRemoved = (index: number) => isRemoval(rows.registrations[index] ?? {});
  const leavers = new Map<string, number>();
  for (const { index, learner, session } of places) {
    const ids = [idOf(stored, 'learners', learner), idOf(stored, 'sessions', session)];
    if (isRemoved(index)) leavers.set(JSON.stringify(ids), index);
  }
  const pairs = [...leavers.keys()].map((key) => JSON.parse(key) as [number, number]);
  const there = await lockRegistrations(tx, siteId, pairs);
  const counts = await countReferrers(
    tx,
    siteId,
    BY_REGISTRATION,
    there.map(({ id }) => id),
  );
  const withTracking: number[] = [];
  for (const { id, learnerId, sessionId } of there) {
    leaving.add(BY_LEARNER, learnerId);
    leaving.add(BY_SESSION, sessionId);
    const count = counts.get(id);
    if (count === undefined) continue;
    const index = present(leavers.get(JSON.stringify([learnerId, sessionId])));
    if (rows.registrations[index]?.removeTracking === true) withTracking.push(id);
    else {
      const hint = 'Send removeTracking: true to remove the tracking with it.';
      const references = `tracking: ${count}`;
      found.add('STILL_REFERENCED', { references }, ['registrations', index, 'removeTracking'], hint);
    }
  }
  const total = withTracking.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0);
  if (total > MAX_TRACKING) {
    found.add('TRACKING_TOO_MUCH', { count: total, max: MAX_TRACKING }, ['registrations']);
  }
  const subjects = new Map(there.map(({ id, learnerId, sessionId }) => [id, { learnerId, sessionId }]));
  const keys = total > MAX_TRACKING ? [] : await findTrackingOf(tx, siteId, withTracking);
  const tracking = keys.map((key) => ({ ...key, ...present(subjects.get(key.registrationId)) }));
  for (const { lovId } of tracking) leaving.add(BY_LOV, lovId);
  return {
    wanted: places.filter(({ index }) => !isRemoved(index)),
    removed: there.map(({ id }) => id),
    tracking,
    rows: rows.registrations.length,
  };
}

interface Place extends Pair {
  /** Of the row, from 0. */
  readonly index: number;
}

function distinctPairs(resolved: ResolvedRows, found: FoundProblems): Place[] {
  const firsts = new Map<string, number>();
  const places: Place[] = [];
  for (const [index, { references }] of resolved.registrations.entries()) {
    const { learner, session } = references;
    const path = ['registrations', index, 'sessionGuid'] as const;
    if (typeof learner !== 'string' || typeof session !== 'string' || found.hasFailed(path)) continue;
    const pair = JSON.stringify([learner, session]);
    const first = firsts.get(pair);
    if (first === undefined) firsts.set(pair, index);
    else {
      found.add('KEY_DUPLICATED', { field: 'The registration', first: `registrations[${first}]` }, path);
    }
    places.push({ index, learner, session });
  }
  return places;
}

export async function writeRegistrations(
  tx: Tx,
  siteId: number,
  { wanted, removed, tracking, rows }: PlannedRegistrations,
  ids: Readonly<Record<RecordName, Ids>>,
): Promise<ReferenceCounts> {
  const records = await mapInTurns(wanted, ({ learner, session }) => ({
    learnerId: present(ids.learners.get(learner)),
    sessionId: present(ids.sessions.get(session)),
  }));
  const pairs = records.map(({ learnerId, sessionId }) => [learnerId, sessionId] as const);
  const before = await findRegistrations(tx, siteId, pairs);
  await nextTurn();
  const there = new Set(before.map(({ learnerId, sessionId }) => `${learnerId}/${sessionId}`));
  const missing = records.filter(({ learnerId, sessionId }) => !there.has(`${learnerId}/${sessionId}`));
  await insertRecords(tx, siteId, REGISTRATIONS, missing);
  if (tracking.length > 0) {
    const removal = { deletedAt: await tx.stamp(), reason: 'REMOVED', importId: null } as const;
    await deleteTracking(tx, siteId, tracking, removal);
  }
  await removeByIds(tx, siteId, REGISTRATIONS, removed);
  return countOf({ created: missing.length, updated: 0, removed: removed.length, all: rows });
}
