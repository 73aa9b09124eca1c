import { instantToSql } from '../kernel/dates/instants';
import { type Cells, double, instant, nullable, text, wholeNumber, word } from './cells';
import type { Tx } from './database';
import { COMPLETION_STATUSES, type CompletionStatus } from './entities/activity-assessment.entity';
import { chunks, placeholders, rowPlaceholders } from './sql';
import { writtenLock } from './written-lock';

/** A learner registered in a session of a course. */
export interface ParticipantRecord {
  readonly learnerId: number;
  readonly login: string;
  readonly loginFolded: string;
}

/** What a participant has of an activity itself; never both a grade and a score. */
export interface ResultValues {
  readonly status: CompletionStatus;
  readonly gradeId: number | null;
  readonly score: number | null;
  readonly comment: string | null;
}

export interface StoredResult extends ResultValues {
  readonly learnerId: number;
  readonly updatedAt: number;
}

/** What a participant has of one learning objective of an activity. */
export interface ObjectiveOutcome {
  readonly learnerId: number;
  readonly objectiveId: number;
  readonly outcome: string;
}

const PARTICIPANT: Cells<ParticipantRecord> = { learnerId: wholeNumber, login: text, loginFolded: text };
const RESULT: Cells<StoredResult> = {
  learnerId: wholeNumber,
  status: word(COMPLETION_STATUSES),
  gradeId: nullable(wholeNumber),
  score: nullable(double),
  comment: nullable(text),
  updatedAt: instant,
};
const OUTCOME: Cells<ObjectiveOutcome> = { learnerId: wholeNumber, objectiveId: wholeNumber, outcome: text };

/** The participants of the course with one of the ids, or of the folded logins. */
export async function findParticipantsBy(
  tx: Tx,
  siteId: number,
  courseId: number,
  column: 'id' | 'login_folded',
  values: readonly (string | number)[],
): Promise<ParticipantRecord[]> {
  const found: ParticipantRecord[] = [];
  for (const chunk of chunks(values)) {
    const rows = await tx.query(
      `SELECT l.id AS learnerId, l.login, l.login_folded AS loginFolded FROM learner l
       WHERE l.site_id = ? AND l.${column} IN ${placeholders(chunk.length)}
         AND EXISTS (SELECT 1 FROM registration r JOIN session s ON s.site_id = r.site_id AND s.id = r.session_id
           WHERE r.site_id = l.site_id AND r.learner_id = l.id AND s.training_id = ?)`,
      [siteId, ...chunk, courseId],
      PARTICIPANT,
    );
    found.push(...rows);
  }
  return found;
}

/**
 * The learners stay until the transaction ends: an erasure waits, and one that was under way is done. Answers those that
 * are still there. Registrations are written before, in the order in which erasures lock.
 */
export async function holdLearners(
  tx: Tx,
  siteId: number,
  learnerIds: readonly number[],
): Promise<readonly number[]> {
  const { dialect, query, writesLocks } = tx;
  const held: number[] = [];
  for (const chunk of chunks([...learnerIds].sort((a, b) => a - b))) {
    const values = [siteId, ...chunk];
    if (writesLocks) {
      await query(
        `UPDATE registration r ${dialect.forceIndex('uq_registration_learner_session')} SET ${writtenLock('r')}
         WHERE r.site_id = ? AND r.learner_id IN ${placeholders(chunk.length)}`,
        values,
      );
    }
    const rows = await query(
      `SELECT l.id FROM learner l ${dialect.forceIndex('PRIMARY')}
       WHERE l.site_id = ? AND l.id IN ${placeholders(chunk.length)} ORDER BY l.id ${dialect.forShare}`,
      values,
      { id: wholeNumber },
    );
    held.push(...rows.map(({ id }) => id));
  }
  return held;
}

export async function findResults(
  tx: Tx,
  siteId: number,
  elementId: number,
  learnerIds: readonly number[],
): Promise<StoredResult[]> {
  const found: StoredResult[] = [];
  for (const chunk of chunks(learnerIds)) {
    const rows = await tx.query(
      `SELECT learner_id AS learnerId, status, grade_id AS gradeId, score, comment, updated_at AS updatedAt
       FROM activity_assessment WHERE site_id = ? AND element_id = ? AND learner_id IN ${placeholders(chunk.length)}`,
      [siteId, elementId, ...chunk],
      RESULT,
    );
    found.push(...rows);
  }
  return found;
}

export async function findObjectiveOutcomes(
  tx: Tx,
  siteId: number,
  elementId: number,
  learnerIds: readonly number[],
): Promise<ObjectiveOutcome[]> {
  const found: ObjectiveOutcome[] = [];
  for (const chunk of chunks(learnerIds)) {
    const rows = await tx.query(
      `SELECT learner_id AS learnerId, objective_id AS objectiveId, outcome
       FROM objective_assessment WHERE site_id = ? AND element_id = ? AND learner_id IN ${placeholders(chunk.length)}`,
      [siteId, elementId, ...chunk],
      OUTCOME,
    );
    found.push(...rows);
  }
  return found;
}

/** Writes complete results, new or not. The caller has locked the element. */
export async function writeResults(
  tx: Tx,
  siteId: number,
  elementId: number,
  results: readonly StoredResult[],
): Promise<void> {
  const overwrite = tx.dialect.overwriting(
    ['site_id', 'element_id', 'learner_id'],
    ['status', 'grade_id', 'score', 'comment', 'updated_at'],
  );
  for (const chunk of chunks([...results].sort((a, b) => a.learnerId - b.learnerId))) {
    await tx.query(
      `INSERT INTO activity_assessment (site_id, element_id, learner_id, status, grade_id, score, comment, updated_at)
       VALUES ${rowPlaceholders(chunk.length, 8)} ${overwrite}`,
      chunk.flatMap(({ learnerId, status, gradeId, score, comment, updatedAt }) => [
        siteId,
        elementId,
        learnerId,
        status,
        gradeId,
        score,
        comment,
        instantToSql(updatedAt),
      ]),
    );
  }
}

/** Writes outcomes, new or not. The caller has locked the element. */
export async function writeObjectiveOutcomes(
  tx: Tx,
  siteId: number,
  elementId: number,
  outcomes: readonly ObjectiveOutcome[],
  updatedAt: number,
): Promise<void> {
  const overwrite = tx.dialect.overwriting(
    ['site_id', 'element_id', 'objective_id', 'learner_id'],
    ['outcome', 'updated_at'],
  );
  for (const chunk of chunks(inKeyOrder(outcomes))) {
    await tx.query(
      `INSERT INTO objective_assessment (site_id, element_id, objective_id, learner_id, outcome, updated_at)
       VALUES ${rowPlaceholders(chunk.length, 6)} ${overwrite}`,
      chunk.flatMap(({ objectiveId, learnerId, outcome }) => [
        siteId,
        elementId,
        objectiveId,
        learnerId,
        outcome,
        instantToSql(updatedAt),
      ]),
    );
  }
}

/** The caller has locked the element. */
export async function deleteObjectiveOutcomes(
  tx: Tx,
  siteId: number,
  elementId: number,
  keys: readonly Pick<ObjectiveOutcome, 'objectiveId' | 'learnerId'>[],
): Promise<void> {
  for (const chunk of chunks(inKeyOrder(keys))) {
    const { sql, values } = tx.dialect.deleteByKeys({
      table: 'objective_assessment',
      key: { site_id: 'integer', element_id: 'integer', objective_id: 'integer', learner_id: 'integer' },
      keys: chunk.map(({ objectiveId, learnerId }) => [siteId, elementId, objectiveId, learnerId]),
    });
    await tx.query(sql, values);
  }
}

function inKeyOrder<Key extends Pick<ObjectiveOutcome, 'objectiveId' | 'learnerId'>>(
  keys: readonly Key[],
): Key[] {
  return [...keys].sort((a, b) => a.objectiveId - b.objectiveId || a.learnerId - b.learnerId);
}
