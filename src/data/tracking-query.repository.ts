import { text, UNREAD, wholeNumber } from './cells';
import {
  SELECTED,
  type StoredTracking,
  storedFromRow,
  type UnreadRow,
} from './consolidated-tracking.repository';
import type { Tx } from './database';
import { countInSlices, holdsMany, pageInSlices } from './tracking-slices';
import {
  countRows,
  NEWEST_FIRST,
  type TrackingConditions,
  type TrackingPosition,
  type TrackingWhere,
  whereOf,
} from './tracking-where';

export type { TrackingConditions, TrackingPosition };

/** A stored row together with what it is about. */
export interface TrackingDetails {
  readonly stored: StoredTracking;
  readonly learnerId: number;
  readonly session: { readonly id: number; readonly trainingId: number };
  readonly lov: { readonly code: string; readonly guid: string };
}

function detailsFromRow(row: UnreadRow): TrackingDetails {
  return {
    stored: storedFromRow(row, wholeNumber(row.registrationId), wholeNumber(row.lovId)),
    learnerId: wholeNumber(row.learnerId),
    session: { id: wholeNumber(row.sessionId), trainingId: wholeNumber(row.trainingId) },
    lov: { code: text(row.lovCode), guid: text(row.lovGuid) },
  };
}

/** Newest change first. */
export async function findTrackingPage(
  tx: Tx,
  siteId: number,
  conditions: TrackingConditions,
  limit: number,
  after: TrackingPosition | null,
): Promise<TrackingDetails[]> {
  const where = await whereOf(tx, siteId, conditions);
  if (where === undefined) return [];
  if (tx.giveWay === undefined || !(await isLong(tx, where))) {
    const rest = where.after(after);
    return selectPage(tx, rest, rest.ofPage(tx.dialect), limit);
  }
  return pageInSlices(tx, where, after, limit, (part, most) =>
    selectPage(tx, part, part.ofPageSlice(tx.dialect), most),
  );
}

/** Whether one statement may have to pass many rows by. What has no condition but an instant is in its index. */
async function isLong(tx: Tx, where: TrackingWhere): Promise<boolean> {
  if (where.isOfImport) return false;
  return where.isNarrow ? holdsMany(tx, where) : where.hasStatus;
}

async function selectPage(
  tx: Tx,
  where: TrackingWhere,
  from: string,
  limit: number,
): Promise<TrackingDetails[]> {
  const rows = await tx.query(
    `SELECT t.registration_id AS registrationId, t.lov_id AS lovId, ${SELECTED}, r.learner_id AS learnerId, s.id AS sessionId, s.training_id AS trainingId,
       l.code AS lovCode, l.guid AS lovGuid
     ${from} ${NEWEST_FIRST} LIMIT ?`,
    [...where.values, limit],
    UNREAD,
  );
  return rows.map(detailsFromRow);
}

export async function countTracking(tx: Tx, siteId: number, conditions: TrackingConditions): Promise<number> {
  const where = await whereOf(tx, siteId, conditions);
  if (where === undefined) return 0;
  const isInSlices = tx.giveWay !== undefined && (await isLong(tx, where));
  return isInSlices ? countInSlices(tx, where) : countRows(tx, where, where.ofCount(tx.dialect));
}
