import { randomUUID } from 'node:crypto';
import { type FindOptionsWhere, In, IsNull, Not } from 'typeorm';
import { instantToSql } from '../kernel/dates/instants';
import { cellWriter, columnNames, text, wholeNumber } from './cells';
import type { Tx } from './database';
import { NEVER, type NoticePayload, NotificationEntity } from './entities/notification.entity';
import { removeSome, SECONDS_A_DAY } from './remove-some';
import { chunks, placeholders } from './sql';
import { columnsOf, type Row, rowOf } from './table';

/** What the participants of a course are told of one update. */
export interface UpdateNotice {
  /** UUID of the update: a participant is told of it once. */
  readonly updateId: string;
  readonly elementId: number;
  readonly createdAt: number;
  readonly payload: NoticePayload;
}

const OF_PARTICIPANT = columnsOf(NotificationEntity, 'id', 'learnerId');
const OF_UPDATE = columnsOf(
  NotificationEntity,
  'siteId',
  'updateId',
  'elementId',
  'createdAt',
  'payload',
  'attempts',
);
const cellsOfUpdate = cellWriter(OF_UPDATE);
const COLUMNS = [...columnNames(OF_PARTICIPANT), ...columnNames(OF_UPDATE)];

const FORGOTTEN_AT_ONCE = 500;
/** For how long a delivery is tried. */
export const TRIED_SECONDS = 3 * SECONDS_A_DAY;

/**
 * Records one notification for each learner, to be delivered after the transaction; without a webhook they are kept
 * for the query only, so that one that is configured later does not post the past.
 */
export async function recordNotifications(
  tx: Tx,
  siteId: number,
  learnerIds: readonly number[],
  notice: UpdateNotice,
  hasWebhook: boolean,
): Promise<void> {
  const ofUpdate = cellsOfUpdate({ ...notice, siteId, attempts: 0 });
  const { now, fromNow } = tx.dialect;
  const values = `(${COLUMNS.map(() => '?').join(',')},${hasWebhook ? `${now},${fromNow}` : '?,NULL'})`;
  const end = hasWebhook ? TRIED_SECONDS : instantToSql(NEVER);
  for (const chunk of chunks(learnerIds)) {
    await tx.query(
      `INSERT INTO notification (${COLUMNS.join(', ')}, next_attempt_at, given_up_at) VALUES ${chunk.map(() => values)}`,
      chunk.flatMap((learnerId) => [randomUUID(), learnerId, ...ofUpdate, end]),
    );
  }
}

/** Ids of the learners registered in sessions of the course that have not ended at the instant, each once. */
export async function findParticipantsToTell(
  tx: Tx,
  siteId: number,
  courseId: number,
  at: number,
): Promise<number[]> {
  const rows = await tx.query(
    `SELECT DISTINCT r.learner_id AS learnerId
     FROM session s JOIN registration r ON r.site_id = s.site_id AND r.session_id = s.id
     WHERE s.site_id = ? AND s.training_id = ? AND (s.ends_at IS NULL OR s.ends_at > ?) ORDER BY learnerId`,
    [siteId, courseId, instantToSql(at)],
    { learnerId: wholeNumber },
  );
  return rows.map(({ learnerId }) => learnerId);
}

/** A notification as it is stored, and whom it is for. Instants are epoch milliseconds. */
export interface StoredNotification
  extends Row<
    NotificationEntity,
    | 'siteId'
    | 'id'
    | 'learnerId'
    | 'createdAt'
    | 'payload'
    | 'deliveredAt'
    | 'attempts'
    | 'nextAttemptAt'
    | 'givenUpAt'
    | 'lastError'
  > {
  readonly learnerLogin: string;
}

function withLearner(tx: Tx) {
  return tx.manager
    .createQueryBuilder(NotificationEntity, 'n')
    .innerJoin('n.learner', 'l')
    .addSelect(['l.id', 'l.login']);
}

function storedOf(notification: NotificationEntity): StoredNotification {
  const { learner, ...stored } = notification;
  return { ...rowOf(stored), learnerLogin: learner.login };
}

// ---------- reading ----------

/** All given conditions must hold. */
export interface NotificationConditions {
  readonly elementId?: number | undefined;
  readonly learnerId?: number | undefined;
  readonly isDelivered?: boolean | undefined;
}

/** Where a page starts: after the notification with this key. */
export interface NotificationPosition {
  readonly createdAt: number;
  readonly id: string;
}

/** Newest first. */
export async function findNotificationPage(
  tx: Tx,
  siteId: number,
  conditions: NotificationConditions,
  limit: number,
  after: NotificationPosition | null,
): Promise<StoredNotification[]> {
  const page = withLearner(tx)
    .where(whereOf(siteId, conditions))
    .orderBy({ 'n.createdAt': 'DESC', 'n.id': 'DESC' })
    .limit(limit);
  if (after !== null) {
    const { createdAt, id } = after;
    page.andWhere('n.createdAt <= :at AND (n.createdAt < :at OR n.id < :id)', {
      at: instantToSql(createdAt),
      id,
    });
  }
  return (await page.getMany()).map(storedOf);
}

export function countNotifications(
  tx: Tx,
  siteId: number,
  conditions: NotificationConditions,
): Promise<number> {
  return tx.manager.countBy(NotificationEntity, whereOf(siteId, conditions));
}

function whereOf(
  siteId: number,
  { elementId, learnerId, isDelivered }: NotificationConditions,
): FindOptionsWhere<NotificationEntity> {
  return {
    siteId,
    ...(elementId === undefined ? {} : { elementId }),
    ...(learnerId === undefined ? {} : { learnerId }),
    ...(isDelivered === undefined ? {} : { deliveredAt: isDelivered ? Not(IsNull()) : IsNull() }),
  };
}

// ---------- delivering, by the clock of the database: those of several servers differ ----------

/**
 * Ids of sites of which a notification waits for a delivery: first those behind this one, then the others. Of each site
 * the one that is due first is looked up, whatever else waits there. Of sites that never had a webhook only where asked to.
 */
export async function findDueSites(
  tx: Tx,
  after: number,
  limit: number,
  onlyOwnWebhooks: boolean,
): Promise<number[]> {
  const [table, site] = onlyOwnWebhooks ? ['webhook', 's.site_id'] : ['site', 's.id'];
  const found: number[] = [];
  for (const part of ['>', '<=']) {
    const rows = await tx.query(
      `SELECT ${site} AS id FROM ${table} s WHERE ${site} ${part} ? AND (
         SELECT n.next_attempt_at FROM notification n WHERE n.site_id = ${site} AND n.delivered_at IS NULL
         ORDER BY n.next_attempt_at LIMIT 1
       ) <= ${tx.dialect.now}
       ORDER BY ${site} LIMIT ?`,
      [after, limit - found.length],
      { id: wholeNumber },
    );
    found.push(...rows.map(({ id }) => id));
    if (found.length === limit) break;
  }
  return found;
}

/** Ids of notifications that wait for a delivery, the longest waiting first. */
export async function findDueNotifications(tx: Tx, siteId: number, limit: number): Promise<string[]> {
  const rows = await tx.query(
    `SELECT id FROM notification WHERE site_id = ? AND delivered_at IS NULL AND next_attempt_at <= ${tx.dialect.now}
     ORDER BY next_attempt_at, id LIMIT ?`,
    [siteId, limit],
    { id: text },
  );
  return rows.map(({ id }) => id);
}

/** The right to deliver notifications and to say what came of it, for a while. */
export interface Lease {
  /** UUID. */
  readonly id: string;
  readonly seconds: number;
}

/**
 * Takes the lease on those that are still due, and answers them. Of several processes that found the same ones, the
 * second waits for the first to commit and then finds none of them due.
 */
export async function leaseNotifications(
  tx: Tx,
  siteId: number,
  ids: readonly string[],
  lease: Lease,
): Promise<StoredNotification[]> {
  const found: StoredNotification[] = [];
  for (const chunk of chunks(ids)) {
    await tx.query(
      `UPDATE notification SET lease_id = ?, attempts = attempts + 1, next_attempt_at = ${tx.dialect.fromNow}
       WHERE site_id = ? AND id IN ${placeholders(chunk.length)} AND delivered_at IS NULL
         AND next_attempt_at <= ${tx.dialect.now}`,
      [lease.id, lease.seconds, siteId, ...chunk],
    );
    const leased = withLearner(tx).where({ siteId, id: In(chunk), leaseId: lease.id });
    found.push(...(await leased.getMany()).map(storedOf));
  }
  return found;
}

/** Does nothing where the lease has passed to somebody else, who delivers it again. */
export async function markDelivered(
  tx: Tx,
  siteId: number,
  id: string,
  leaseId: string,
  deliveredAt: number,
): Promise<void> {
  await tx.manager.update(
    NotificationEntity,
    { siteId, id, leaseId },
    { deliveredAt: new Date(deliveredAt), leaseId: null, lastError: null },
  );
}

/** Does nothing where the lease has passed to somebody else. What was tried for long enough is given up. */
export async function postponeDelivery(
  tx: Tx,
  siteId: number,
  id: string,
  leaseId: string,
  seconds: number,
  error: string,
): Promise<void> {
  const { now, fromNow } = tx.dialect;
  await tx.query(
    `UPDATE notification SET next_attempt_at = CASE WHEN given_up_at <= ${now} THEN ? ELSE ${fromNow} END,
       given_up_at = COALESCE(given_up_at, ${fromNow}), lease_id = NULL, last_error = ?
     WHERE site_id = ? AND id = ? AND lease_id = ?`,
    [instantToSql(NEVER), seconds, TRIED_SECONDS, error, siteId, id, leaseId],
  );
}

/** Does nothing where the lease has passed to somebody else. */
export async function giveUpDelivery(
  tx: Tx,
  siteId: number,
  id: string,
  leaseId: string,
  error: string,
): Promise<void> {
  await tx.query(
    `UPDATE notification SET next_attempt_at = ?, given_up_at = ${tx.dialect.now}, lease_id = NULL, last_error = ?
     WHERE site_id = ? AND id = ? AND lease_id = ?`,
    [instantToSql(NEVER), error, siteId, id, leaseId],
  );
}

/**
 * Removes, on every site, some of what so many days ago was delivered, given up, or recorded without a webhook; answers
 * whether there may be more.
 */
export function forgetOldNotifications(tx: Tx, days: number): Promise<boolean> {
  const { fromNow } = tx.dialect;
  const since = -days * SECONDS_A_DAY;
  return removeSome(tx, {
    table: 'notification',
    key: { site_id: 'integer', id: 'text' },
    where: `delivered_at <= ${fromNow}
       OR (delivered_at IS NULL AND next_attempt_at = ? AND COALESCE(given_up_at, created_at) <= ${fromNow})`,
    values: [since, instantToSql(NEVER), since],
    limit: FORGOTTEN_AT_ONCE,
  });
}
