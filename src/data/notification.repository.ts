import { randomUUID } from 'node:crypto';
import { instantFromSql, instantToSql } from '../kernel/dates';
import type { Tx } from './database';
import { chunks, placeholders, rowPlaceholders } from './sql';

/** What the participants of a course are told of one update. */
export interface UpdateNotice {
  /** UUID of the update: a participant is told of it once. */
  readonly updateId: string;
  readonly elementId: number;
  readonly courseId: number;
  readonly createdAt: number;
  readonly payload: NoticePayload;
}

/** What is told of an update, as it was when it was made; kept as JSON. */
export interface NoticePayload {
  readonly elementId: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly courseSyncKey: string | null;
  readonly title: string;
  /** Names of fields of the answer. */
  readonly changedFields: readonly string[];
}

/**
 * Records one notification per participant, to be delivered after the transaction. The participants of a course are
 * the learners registered in a session of it.
 */
export async function recordNotifications(tx: Tx, siteId: number, notice: UpdateNotice): Promise<void> {
  const createdAt = instantToSql(notice.createdAt);
  const payload = JSON.stringify(notice.payload);
  for (const chunk of chunks(await findParticipants(tx, siteId, notice.courseId))) {
    await tx.query(
      `INSERT INTO notification
         (site_id, id, update_id, element_id, learner_id, created_at, payload, attempts, next_attempt_at)
       VALUES ${rowPlaceholders(chunk.length, 9)}`,
      chunk.flatMap((learnerId) => [
        siteId,
        randomUUID(),
        notice.updateId,
        notice.elementId,
        learnerId,
        createdAt,
        payload,
        0,
        createdAt,
      ]),
    );
  }
}

/** Ids of the learners registered in any session of the course, each once. */
export async function findParticipants(tx: Tx, siteId: number, courseId: number): Promise<number[]> {
  const rows = await tx.query<{ readonly learnerId: number }>(
    `SELECT DISTINCT r.learner_id AS learnerId
     FROM session s JOIN registration r ON r.site_id = s.site_id AND r.session_id = s.id
     WHERE s.site_id = ? AND s.training_id = ? ORDER BY learnerId`,
    [siteId, courseId],
  );
  return rows.map(({ learnerId }) => learnerId);
}

/** A notification as it is stored, and whom it is for. Instants are epoch milliseconds. */
export interface StoredNotification {
  readonly id: string;
  readonly learnerId: number;
  readonly learnerLogin: string;
  readonly createdAt: number;
  readonly payload: NoticePayload;
  readonly deliveredAt: number | null;
  /** Deliveries begun so far. */
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly lastError: string | null;
}

type NotificationRow = Omit<StoredNotification, 'createdAt' | 'payload' | 'deliveredAt' | 'nextAttemptAt'> & {
  readonly createdAt: string | Date;
  readonly payload: string;
  readonly deliveredAt: string | Date | null;
  readonly nextAttemptAt: string | Date;
};

const SELECT = `SELECT n.id, n.learner_id AS learnerId, l.login AS learnerLogin, n.created_at AS createdAt,
    n.payload, n.delivered_at AS deliveredAt, n.attempts, n.next_attempt_at AS nextAttemptAt,
    n.last_error AS lastError
  FROM notification n JOIN learner l ON l.site_id = n.site_id AND l.id = n.learner_id`;

function notificationFromRow(row: NotificationRow): StoredNotification {
  return {
    ...row,
    createdAt: instantFromSql(row.createdAt),
    payload: JSON.parse(row.payload) as NoticePayload,
    deliveredAt: row.deliveredAt === null ? null : instantFromSql(row.deliveredAt),
    nextAttemptAt: instantFromSql(row.nextAttemptAt),
  };
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
  const { where, values } = whereOf(siteId, conditions);
  if (after !== null) {
    const createdAt = instantToSql(after.createdAt);
    where.push('n.created_at <= ? AND (n.created_at < ? OR n.id < ?)');
    values.push(createdAt, createdAt, after.id);
  }
  const rows = await tx.query<NotificationRow>(
    `${SELECT} WHERE ${where.join(' AND ')} ORDER BY n.created_at DESC, n.id DESC LIMIT ?`,
    [...values, limit],
  );
  return rows.map(notificationFromRow);
}

export async function countNotifications(
  tx: Tx,
  siteId: number,
  conditions: NotificationConditions,
): Promise<number> {
  const { where, values } = whereOf(siteId, conditions);
  const [row] = await tx.query<{ readonly total: number | string }>(
    `SELECT COUNT(*) AS total FROM notification n WHERE ${where.join(' AND ')}`,
    values,
  );
  return Number(row?.total ?? 0);
}

function whereOf(siteId: number, { elementId, learnerId, isDelivered }: NotificationConditions) {
  const where = ['n.site_id = ?'];
  const values: (string | number)[] = [siteId];
  if (elementId !== undefined) {
    where.push('n.element_id = ?');
    values.push(elementId);
  }
  if (learnerId !== undefined) {
    where.push('n.learner_id = ?');
    values.push(learnerId);
  }
  if (isDelivered !== undefined) where.push(`n.delivered_at IS ${isDelivered ? 'NOT NULL' : 'NULL'}`);
  return { where, values };
}

// ---------- delivering ----------

/** Ids of notifications that wait for a delivery, the longest waiting first. */
export async function findDueNotifications(
  tx: Tx,
  siteId: number,
  now: number,
  limit: number,
): Promise<string[]> {
  const rows = await tx.query<{ readonly id: string }>(
    `SELECT id FROM notification WHERE site_id = ? AND delivered_at IS NULL AND next_attempt_at <= ?
     ORDER BY next_attempt_at, id LIMIT ?`,
    [siteId, instantToSql(now), limit],
  );
  return rows.map(({ id }) => id);
}

/** The right to deliver notifications and to say what came of it, for a while. */
export interface Lease {
  /** UUID. */
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
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
      `UPDATE notification SET lease_id = ?, attempts = attempts + 1, next_attempt_at = ?
       WHERE site_id = ? AND id IN ${placeholders(chunk.length)} AND delivered_at IS NULL AND next_attempt_at <= ?`,
      [lease.id, instantToSql(lease.endsAt), siteId, ...chunk, instantToSql(lease.startsAt)],
    );
    const rows = await tx.query<NotificationRow>(
      `${SELECT} WHERE n.site_id = ? AND n.id IN ${placeholders(chunk.length)} AND n.lease_id = ?`,
      [siteId, ...chunk, lease.id],
    );
    found.push(...rows.map(notificationFromRow));
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
  await tx.query(
    `UPDATE notification SET delivered_at = ?, lease_id = NULL, last_error = NULL
     WHERE site_id = ? AND id = ? AND lease_id = ?`,
    [instantToSql(deliveredAt), siteId, id, leaseId],
  );
}

/** Does nothing where the lease has passed to somebody else. */
export async function postponeDelivery(
  tx: Tx,
  siteId: number,
  id: string,
  leaseId: string,
  nextAttemptAt: number,
  error: string,
): Promise<void> {
  await tx.query(
    `UPDATE notification SET next_attempt_at = ?, lease_id = NULL, last_error = ?
     WHERE site_id = ? AND id = ? AND lease_id = ?`,
    [instantToSql(nextAttemptAt), error, siteId, id, leaseId],
  );
}
