import { instantToSql } from '../kernel/dates/instants';
import { cellsOf, flag, instant, selected, wholeNumber } from './cells';
import type { Tx } from './database';
import type { Condition, Dialect } from './dialect';
import { DeletedTrackingEntity, type DeletionReason } from './entities/deleted-tracking.entity';
import { removeSome, SECONDS_A_DAY } from './remove-some';
import { columnsOf, type RowOf } from './table';

export type { DeletionReason };

const COLUMNS = columnsOf(
  DeletedTrackingEntity,
  'registrationId',
  'lovId',
  'learnerId',
  'sessionId',
  'deletedAt',
  'reason',
  'importId',
);

export type Deletion = RowOf<typeof COLUMNS>;

/** Where a page starts: after the deletion with these. */
export type DeletionPosition = Pick<Deletion, 'deletedAt' | 'registrationId' | 'lovId'>;

/** Of deletions that one statement looks at: most of them may be of keys that are stored again. */
const SLICE = 2_000;

const OLDEST_FIRST = 'ORDER BY d.deleted_at, d.registration_id, d.lov_id';

/** Oldest deletion first, without those of keys that are stored again. */
export async function findDeletedPage(
  tx: Tx,
  siteId: number,
  since: number | undefined,
  limit: number,
  after: DeletionPosition | null,
): Promise<Deletion[]> {
  const { dialect } = tx;
  const found: Deletion[] = [];
  let looked = limit;
  for (let start = after; ; ) {
    const part = behind(dialect, siteId, since, start);
    const rows = await tx.query(
      `SELECT ${selected(COLUMNS, 'd')}, t.registration_id IS NOT NULL AS isStored
       FROM deleted_tracking d ${dialect.forceIndex('ix_deleted_tracking_page')}
       LEFT JOIN consolidated_tracking t ${dialect.forceIndex('PRIMARY')} ON ${IS_SAME}
       WHERE ${part.sql} ${OLDEST_FIRST} LIMIT ?`,
      [...part.values, looked],
      { ...cellsOf(COLUMNS), isStored: flag },
    );
    for (const { isStored, ...deletion } of rows) if (!isStored) found.push(deletion);
    const last = rows.at(-1);
    if (last === undefined || rows.length < looked || found.length >= limit) return found.slice(0, limit);
    start = last;
    looked = SLICE;
    await tx.giveWay?.();
  }
}

const IS_SAME = 't.site_id = d.site_id AND t.registration_id = d.registration_id AND t.lov_id = d.lov_id';

function behind(
  dialect: Dialect,
  siteId: number,
  since: number | undefined,
  after: DeletionPosition | null,
): Condition {
  const parts: Condition[] = [{ sql: 'd.site_id = ?', values: [siteId] }];
  if (since !== undefined) parts.push({ sql: 'd.deleted_at >= ?', values: [instantToSql(since)] });
  if (after !== null) parts.push(dialect.beside(PLACE, '>', placeOf(after)));
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) };
}

const PLACE = ['d.deleted_at', 'd.registration_id', 'd.lov_id'];

function placeOf({ deletedAt, registrationId, lovId }: DeletionPosition) {
  return [instantToSql(deletedAt), registrationId, lovId];
}

/** In slices where one statement would let nobody else work. */
export async function countDeleted(tx: Tx, siteId: number, since: number | undefined): Promise<number> {
  let total = 0;
  for (let start: DeletionPosition | null = null; ; ) {
    const rest = behind(tx.dialect, siteId, since, start);
    const end = tx.giveWay === undefined ? undefined : await endOfSlice(tx, rest);
    const last = end === undefined ? undefined : tx.dialect.beside(PLACE, '<', placeOf(end), true);
    const [row] = await tx.query(
      `SELECT COUNT(*) AS total FROM deleted_tracking d ${tx.dialect.forceIndex('ix_deleted_tracking_page')}
       WHERE ${[rest.sql, ...(last === undefined ? [] : [last.sql])].join(' AND ')}
         AND NOT EXISTS (SELECT 1 FROM consolidated_tracking t WHERE ${IS_SAME})`,
      [...rest.values, ...(last?.values ?? [])],
      { total: wholeNumber },
    );
    total += row?.total ?? 0;
    if (end === undefined) return total;
    start = end;
    await tx.giveWay?.();
  }
}

async function endOfSlice(tx: Tx, { sql, values }: Condition): Promise<DeletionPosition | undefined> {
  const [end] = await tx.query(
    `SELECT d.deleted_at AS deletedAt, d.registration_id AS registrationId, d.lov_id AS lovId
     FROM deleted_tracking d WHERE ${sql} ${OLDEST_FIRST} LIMIT 1 OFFSET ?`,
    [...values, SLICE - 1],
    { deletedAt: instant, registrationId: wholeNumber, lovId: wholeNumber },
  );
  return end;
}

/** Whether deletions of this instant, or soon after it, may be removed by now. */
export async function hasForgotten(tx: Tx, since: number, keepDays: number): Promise<boolean> {
  const [row] = await tx.query(
    `SELECT ? < ${tx.dialect.fromNow} AS isForgotten`,
    [instantToSql(since), -keepDays * SECONDS_A_DAY],
    { isForgotten: flag },
  );
  return row?.isForgotten === true;
}

/** So many go at a time: others wait for the embedded database meanwhile. */
const STEP = 500;

/** Removes some deletions that are older, on every site, and answers whether there may be more. */
export function forgetOldDeletions(tx: Tx, keepDays: number): Promise<boolean> {
  return removeSome(tx, {
    table: 'deleted_tracking',
    key: { site_id: 'integer', registration_id: 'integer', lov_id: 'integer' },
    where: `deleted_at < ${tx.dialect.fromNow}`,
    values: [-keepDays * SECONDS_A_DAY],
    limit: STEP,
  });
}
