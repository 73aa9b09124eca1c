import { text, UNREAD, wholeNumber } from './cells';
import {
  SELECTED,
  type StoredTracking,
  storedFromRow,
  type UnreadRow,
} from './consolidated-tracking.repository';
import type { Tx } from './database';
import { TRACKING_ORDERS, type TrackingOrderName, type TrackingPosition } from './tracking-order';
import { countInSlices, holdsMany, pageInSlices } from './tracking-slices';
import { countRows, type TrackingConditions, type TrackingWhere, whereOf } from './tracking-where';

export type { TrackingConditions, TrackingOrderName, TrackingPosition };

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

export async function findTrackingPage(
  tx: Tx,
  siteId: number,
  conditions: TrackingConditions,
  order: TrackingOrderName,
  limit: number,
  after: TrackingPosition | null,
): Promise<TrackingDetails[]> {
  const where = await whereOf(tx, siteId, conditions, TRACKING_ORDERS[order]);
  if (where === undefined) return [];
  if (tx.giveWay === undefined || !(await isLongPage(tx, where))) {
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
  return where.isNarrow ? holdsMany(tx, where.named) : where.hasStatus;
}

/** In the order of keys, what was changed since an instant is sorted where it is little, and else looked for. */
async function isLongPage(tx: Tx, where: TrackingWhere): Promise<boolean> {
  const isToSort = !where.order.isOfChanges && where.hasInstant && !where.isNarrow;
  return isToSort ? holdsMany(tx, where.changed) : isLong(tx, where);
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
     ${from} ${where.order.orderBy} LIMIT ?`,
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
