import { nextTurn } from '../event-loop/turns';
import { instantToSql } from '../kernel/dates/instants';
import { inKeyOrder, type TrackingKey, type TrackingSubject } from './consolidated-tracking.repository';
import type { Tx } from './database';
import type { JsonType } from './dialect';
import { ConsolidatedTrackingEntity } from './entities/consolidated-tracking.entity';
import { DeletedTrackingEntity, type DeletionReason } from './entities/deleted-tracking.entity';
import { Pipeline } from './pipeline';
import { chunks } from './sql';
import { expectStamped } from './stamps';
import { type Row, tableOf } from './table';

export type { DeletionReason };

/** What was deleted: its key, and whom and what it was about. */
export type DeletedKey = TrackingKey & TrackingSubject;

/** What all deletions of one operation have in common. */
export type DeletedBy = Row<DeletedTrackingEntity, 'deletedAt' | 'reason' | 'importId'>;

const { name: TABLE, columns: NAMES } = tableOf(DeletedTrackingEntity);

const KEY_COLUMNS = [NAMES.siteId, NAMES.registrationId, NAMES.lovId];

const TRACKING = tableOf(ConsolidatedTrackingEntity);
const TRACKING_KEY = {
  [TRACKING.columns.siteId]: 'integer',
  [TRACKING.columns.registrationId]: 'integer',
  [TRACKING.columns.lovId]: 'integer',
} as const;

const COLUMNS: Readonly<Record<string, JsonType>> = {
  [NAMES.registrationId]: 'integer',
  [NAMES.lovId]: 'integer',
  [NAMES.learnerId]: 'integer',
  [NAMES.sessionId]: 'integer',
};
const OVERWRITTEN = [NAMES.learnerId, NAMES.sessionId, NAMES.deletedAt, NAMES.reason, NAMES.importId];

/** Deletes rows and notes that they are gone. */
export async function deleteTracking(
  tx: Tx,
  siteId: number,
  keys: readonly DeletedKey[],
  by: DeletedBy,
): Promise<void> {
  for (const chunk of chunks(inKeyOrder(keys))) {
    const keys = chunk.map((key) => [siteId, key.registrationId, key.lovId]);
    const { sql, values } = tx.dialect.deleteByKeys({ table: TRACKING.name, key: TRACKING_KEY, keys });
    await tx.query(sql, values);
  }
  await recordDeletions(tx, siteId, keys, by);
}

/**
 * Notes that tracking is gone, in the transaction that deletes it and under the locks of its registrations. The last
 * deletion of a key counts.
 */
export async function recordDeletions(
  tx: Tx,
  siteId: number,
  keys: readonly DeletedKey[],
  { deletedAt, reason, importId }: DeletedBy,
): Promise<void> {
  expectStamped(tx);
  const shared = {
    [NAMES.siteId]: siteId,
    [NAMES.deletedAt]: instantToSql(deletedAt),
    [NAMES.reason]: reason,
    [NAMES.importId]: importId,
  };
  const overwrite = tx.dialect.overwriting(KEY_COLUMNS, OVERWRITTEN);
  const recorded = new Pipeline<void>();
  for (const chunk of chunks(inKeyOrder(keys))) {
    const rows = chunk.map(({ registrationId, lovId, learnerId, sessionId }) => [
      registrationId,
      lovId,
      learnerId,
      sessionId,
    ]);
    const { sql, values } = tx.dialect.insertRows(
      { table: TABLE, shared, columns: COLUMNS, rows },
      overwrite,
    );
    recorded.add(tx.prepared(sql, values));
    await nextTurn();
  }
  await recorded.answers();
}
