import { chunksOf } from '../kernel/chunks';
import type { StoredResult } from './activity-assessment.repository';
import { wholeNumber } from './cells';
import type { Tx } from './database';
import { ActivityAssessmentEntity } from './entities/activity-assessment.entity';
import { ObjectiveAssessmentEntity } from './entities/objective-assessment.entity';
import { SessionEntity } from './entities/session.entity';
import { findBy, findByKeys } from './find-by';
import { CHUNK_ROWS, chunks, placeholders } from './sql';
import { columnsOf, tableOf } from './table';

/** Sessions whose learners one statement merges. */
const SESSIONS_AT_ONCE = 50;

const SESSION = columnsOf(SessionEntity, 'id', 'trainingId');

/**
 * Ids of the learners registered in sessions of a course, each once, in their order, behind one of them. Of each session
 * no more are read than are asked for.
 */
export async function findParticipantPage(
  tx: Tx,
  siteId: number,
  courseId: number,
  limit: number,
  after: number,
): Promise<number[]> {
  const { name } = tableOf(SessionEntity);
  const sessions = await findBy(tx, name, SESSION, siteId, 'training_id', [courseId]);
  const ofSession = `SELECT learnerId FROM (SELECT learner_id AS learnerId
    FROM registration ${tx.dialect.forceIndex('ix_registration_session_learner')}
    WHERE site_id = ? AND session_id = ? AND learner_id > ? ORDER BY learner_id LIMIT ?) r`;
  const found = new Set<number>();
  for (const chunk of chunksOf(sessions, SESSIONS_AT_ONCE)) {
    const rows = await tx.query(
      `${chunk.map(() => ofSession).join(' UNION ')} ORDER BY learnerId LIMIT ?`,
      [...chunk.flatMap(({ id }) => [siteId, id, after, limit]), limit],
      { learnerId: wholeNumber },
    );
    for (const { learnerId } of rows) found.add(learnerId);
    await tx.giveWay?.();
  }
  return [...found].sort((a, b) => a - b).slice(0, limit);
}

/** How many participants each of the courses has; of one without any, nothing. */
export async function countParticipants(
  tx: Tx,
  siteId: number,
  courseIds: readonly number[],
): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const chunk of chunks(courseIds)) {
    const rows = await tx.query(
      `SELECT s.training_id AS courseId, COUNT(DISTINCT r.learner_id) AS total
       FROM session s JOIN registration r ON r.site_id = s.site_id AND r.session_id = s.id
       WHERE s.site_id = ? AND s.training_id IN ${placeholders(chunk.length)} GROUP BY s.training_id`,
      [siteId, ...chunk],
      { courseId: wholeNumber, total: wholeNumber },
    );
    for (const { courseId, total } of rows) found.set(courseId, total);
  }
  return found;
}

/** Whose marks are asked for, of an element and which of its objectives. */
export interface AskedMarks {
  readonly elementId: number;
  readonly objectiveIds: readonly number[];
  readonly learnerIds: readonly number[];
}

/** What a learner has of an element. */
export interface Marks {
  readonly result: StoredResult | null;
  /** By the ids of objectives. */
  readonly outcomes: ReadonlyMap<number, string>;
}

/** The marks of learners, set-wise: so many statements per thousand that may be there. */
export async function findMarks(
  tx: Tx,
  siteId: number,
  asked: readonly AskedMarks[],
): Promise<(elementId: number, learnerId: number) => Marks> {
  const results = new Map<string, StoredResult>();
  const outcomes = new Map<string, Map<number, string>>();
  const nameOf = (elementId: number, learnerId: number) => `${elementId}:${learnerId}`;
  await inChunks(tx, pairsOf(asked), async (keys) => {
    const columns = { element_id: 'integer', learner_id: 'integer' } as const;
    for (const row of await findByKeys(tx, RESULTS, RESULT, siteId, columns, keys)) {
      results.set(nameOf(row.elementId, row.learnerId), row);
    }
  });
  await inChunks(tx, triplesOf(asked), async (keys) => {
    const columns = { element_id: 'integer', objective_id: 'integer', learner_id: 'integer' } as const;
    for (const row of await findByKeys(tx, OUTCOMES, OUTCOME, siteId, columns, keys)) {
      const name = nameOf(row.elementId, row.learnerId);
      outcomes.set(name, (outcomes.get(name) ?? new Map()).set(row.objectiveId, row.outcome));
    }
  });
  return (elementId, learnerId) => {
    const name = nameOf(elementId, learnerId);
    return { result: results.get(name) ?? null, outcomes: outcomes.get(name) ?? NO_OUTCOMES };
  };
}

const NO_OUTCOMES: ReadonlyMap<number, string> = new Map();

const { name: RESULTS } = tableOf(ActivityAssessmentEntity);
const RESULT = columnsOf(
  ActivityAssessmentEntity,
  'elementId',
  'learnerId',
  'status',
  'gradeId',
  'score',
  'comment',
  'updatedAt',
);

const { name: OUTCOMES } = tableOf(ObjectiveAssessmentEntity);
const OUTCOME = columnsOf(ObjectiveAssessmentEntity, 'elementId', 'objectiveId', 'learnerId', 'outcome');

function* pairsOf(asked: readonly AskedMarks[]): Generator<readonly number[]> {
  for (const { elementId, learnerIds } of asked) {
    for (const learnerId of learnerIds) yield [elementId, learnerId];
  }
}

function* triplesOf(asked: readonly AskedMarks[]): Generator<readonly number[]> {
  for (const { elementId, objectiveIds, learnerIds } of asked) {
    for (const objectiveId of objectiveIds) {
      for (const learnerId of learnerIds) yield [elementId, objectiveId, learnerId];
    }
  }
}

/** Keys of which there may be millions are made when their turn comes. */
async function inChunks<Key>(
  tx: Tx,
  keys: Iterable<Key>,
  find: (chunk: readonly Key[]) => Promise<void>,
): Promise<void> {
  let chunk: Key[] = [];
  for (const key of keys) {
    chunk.push(key);
    if (chunk.length < CHUNK_ROWS) continue;
    await find(chunk);
    chunk = [];
    await tx.giveWay?.();
  }
  if (chunk.length > 0) await find(chunk);
}
