import { nullable, text, wholeNumber } from './cells';
import type { TrackingKey, TrackingSubject } from './consolidated-tracking.repository';
import type { Tx } from './database';
import { CHUNK_ROWS } from './sql';

/**
 * The tables that name a learner, in the order in which rows are removed, and the column by which they are taken in
 * parts.
 */
const OF_LEARNER = {
  activityAssessments: { table: 'activity_assessment', order: 'element_id', cell: wholeNumber },
  objectiveAssessments: { table: 'objective_assessment', order: 'element_id', cell: wholeNumber },
  notifications: { table: 'notification', order: 'id', cell: text },
  registrations: { table: 'registration', order: 'session_id', cell: wholeNumber },
} as const;

/** How many rows of each. */
export type CountsOfLearner = { readonly [Kind in keyof typeof OF_LEARNER | 'tracking']: number };

/**
 * Ids of the registrations of a learner. They are locked in the order in which imports do: what these have under way is
 * committed then, and they find none afterwards. Whoever registers learners has locked the site, and so has the caller.
 */
export async function findRegistrationIdsOf(
  tx: Tx,
  siteId: number,
  learnerId: number,
  { lock }: { readonly lock: boolean },
): Promise<number[]> {
  const { dialect } = tx;
  const ids: number[] = [];
  const sql = `SELECT r.id, r.session_id AS sessionId
    FROM registration r ${dialect.forceIndex('uq_registration_learner_session')}
    WHERE r.site_id = ? AND r.learner_id = ? AND r.session_id > ?
    ORDER BY r.session_id LIMIT ${CHUNK_ROWS} ${lock ? dialect.forUpdate('r') : ''}`;
  for (let last: number | undefined = 0; last !== undefined; ) {
    const page: { id: number; sessionId: number }[] = await tx.query(sql, [siteId, learnerId, last], {
      id: wholeNumber,
      sessionId: wholeNumber,
    });
    for (const { id } of page) ids.push(id);
    last = page.at(-1)?.sessionId;
  }
  return ids;
}

/** Nothing that refers to the learner is written by others afterwards: their foreign keys need this row. */
export async function lockLearner(tx: Tx, siteId: number, learnerId: number): Promise<void> {
  await tx.query(
    `SELECT l.id FROM learner l WHERE l.site_id = ? AND l.id = ? ${tx.dialect.forUpdate('l')}`,
    [siteId, learnerId],
    { id: wholeNumber },
  );
}

export async function countOfLearner(tx: Tx, siteId: number, learnerId: number): Promise<CountsOfLearner> {
  const count = async (from: string): Promise<number> => {
    const rows = await tx.query(`SELECT COUNT(*) AS count FROM ${from}`, [siteId, learnerId], {
      count: wholeNumber,
    });
    return rows[0]?.count ?? 0;
  };
  const kinds = Object.entries(OF_LEARNER) as [keyof typeof OF_LEARNER, { readonly table: string }][];
  const counts: Partial<Record<keyof CountsOfLearner, number>> = {
    tracking: await count(`${trackingOf(tx)} WHERE r.site_id = ? AND r.learner_id = ?`),
  };
  for (const [kind, { table }] of kinds) {
    counts[kind] = await count(`${table} WHERE site_id = ? AND learner_id = ?`);
  }
  return counts as CountsOfLearner;
}

function trackingOf({ dialect }: Tx): string {
  return `registration r ${dialect.joinInOrder} consolidated_tracking t
    ON t.site_id = r.site_id AND t.registration_id = r.id`;
}

/** The tracking of a learner that is still there; a thousand rows at most. */
export function someTrackingOf(
  tx: Tx,
  siteId: number,
  learnerId: number,
): Promise<(TrackingKey & TrackingSubject)[]> {
  return tx.query(
    `SELECT r.id AS registrationId, t.lov_id AS lovId, r.learner_id AS learnerId, r.session_id AS sessionId
     FROM ${trackingOf(tx)} WHERE r.site_id = ? AND r.learner_id = ? ORDER BY r.session_id LIMIT ${CHUNK_ROWS}`,
    [siteId, learnerId],
    { registrationId: wholeNumber, lovId: wholeNumber, learnerId: wholeNumber, sessionId: wholeNumber },
  );
}

/** Removes the learner with everything but tracking, which has to be gone. The caller holds all locks. */
export async function removeLearner(tx: Tx, siteId: number, learnerId: number): Promise<void> {
  for (const { table, order, cell } of Object.values(OF_LEARNER)) {
    const first = `SELECT ${order} AS place FROM ${table} WHERE site_id = ? AND learner_id = ? ORDER BY ${order} LIMIT ${CHUNK_ROWS}`;
    for (;;) {
      const [row] = await tx.query(`SELECT MAX(place) AS place FROM (${first}) x`, [siteId, learnerId], {
        place: nullable<string | number>(cell),
      });
      const place = row?.place ?? null;
      if (place === null) break;
      await tx.query(`DELETE FROM ${table} WHERE site_id = ? AND learner_id = ? AND ${order} <= ?`, [
        siteId,
        learnerId,
        place,
      ]);
    }
  }
  await tx.query('DELETE FROM learner WHERE site_id = ? AND id = ?', [siteId, learnerId]);
}
