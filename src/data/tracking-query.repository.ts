import { text, UNREAD, wholeNumber } from './cells';
import { type ChildPage, type ChildRows, findChildPages } from './child-page.repository';
import {
  SELECTED,
  type StoredTracking,
  storedFromRow,
  type UnreadRow,
} from './consolidated-tracking.repository';
import type { Tx } from './database';
import { ConsolidatedTrackingEntity } from './entities/consolidated-tracking.entity';
import { chunks } from './sql';
import { columnsOf, type RowOf, tableOf } from './table';
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
  const isLong = (tx.giveWay !== undefined || where.isToSort) && (await isLongPage(tx, where));
  if (tx.giveWay === undefined || !isLong) {
    const rest = where.after(tx.dialect, after);
    return selectPage(tx, rest, rest.ofPage(tx.dialect, isLong), limit);
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
  return where.isToSort ? holdsMany(tx, where.changed) : isLong(tx, where);
}

const DETAILS = `t.registration_id AS registrationId, t.lov_id AS lovId, ${SELECTED}, r.learner_id AS learnerId,
  s.id AS sessionId, s.training_id AS trainingId, l.code AS lovCode, l.guid AS lovGuid`;

async function selectPage(
  tx: Tx,
  where: TrackingWhere,
  from: string,
  limit: number,
): Promise<TrackingDetails[]> {
  const rows = await tx.query(
    `SELECT ${DETAILS} ${from} ${where.order.orderBy} LIMIT ?`,
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

/** The keys of what is stored of registrations, in the order of LOVs. */
const KEYS = columnsOf(ConsolidatedTrackingEntity, 'registrationId', 'lovId');
export const TRACKING_OF_REGISTRATIONS: ChildRows<RowOf<typeof KEYS>> = {
  table: tableOf(ConsolidatedTrackingEntity).name,
  columns: KEYS,
  parent: 'registration_id',
  order: 'lov_id',
};

/** Pages of what is stored of registrations. */
export async function findTrackingOfRegistrations(
  tx: Tx,
  siteId: number,
  pages: readonly ChildPage[],
): Promise<TrackingDetails[][]> {
  const keys = await findChildPages(tx, siteId, TRACKING_OF_REGISTRATIONS, pages);
  const columns = { registration_id: 'integer', lov_id: 'integer' } as const;
  const { dialect } = tx;
  const sql = `SELECT ${DETAILS} ${dialect.fromKeys(columns)} consolidated_tracking t ${dialect.forceIndex('PRIMARY')}
      ON t.site_id = ? AND t.registration_id = k.registration_id AND t.lov_id = k.lov_id
    JOIN registration r ON r.site_id = t.site_id AND r.id = t.registration_id
    JOIN session s ON s.site_id = r.site_id AND s.id = r.session_id
    JOIN learning_object_version l ON l.site_id = t.site_id AND l.id = t.lov_id`;
  const found = new Map<string, TrackingDetails>();
  for (const chunk of chunks(keys.flat())) {
    const asked = JSON.stringify(chunk.map(({ registrationId, lovId }) => [registrationId, lovId]));
    for (const row of await tx.prepared(sql, [asked, siteId], UNREAD)) {
      const details = detailsFromRow(row);
      found.set(`${details.stored.registrationId}/${details.stored.lovId}`, details);
    }
    await tx.giveWay?.();
  }
  // What was removed between the two statements is left out.
  return keys.map((page) => page.flatMap((key) => found.get(`${key.registrationId}/${key.lovId}`) ?? []));
}
