import {
  deleteObjectiveOutcomes,
  findObjectiveOutcomes,
  findResults,
  writeObjectiveOutcomes,
  writeResults,
} from '../data/activity-assessment.repository';
import type { Tx } from '../data/database';
import { groupBy } from '../kernel/group-by';
import type { DecidedResult } from './decide-results';
import type { ParticipantState } from './rules/result';

export interface StoredState extends ParticipantState {
  /** Of status, grade and score; null where none of them was ever stored. */
  readonly updatedAt: number | null;
}

export const NOTHING_STORED: StoredState = {
  status: 'NOT_STARTED',
  gradeId: null,
  score: null,
  outcomes: new Map(),
  updatedAt: null,
};

/** What the learners have of the element, by their ids. */
export async function loadStoredResults(
  tx: Tx,
  siteId: number,
  elementId: number,
  learnerIds: readonly number[],
): Promise<Map<number, StoredState>> {
  const results = await findResults(tx, siteId, elementId, learnerIds);
  const outcomes = groupBy(
    await findObjectiveOutcomes(tx, siteId, elementId, learnerIds),
    ({ learnerId }) => learnerId,
  );
  const byLearner = new Map(results.map((result) => [result.learnerId, result]));
  return new Map(
    learnerIds.map((id) => [
      id,
      {
        ...(byLearner.get(id) ?? NOTHING_STORED),
        outcomes: new Map((outcomes.get(id) ?? []).map((each) => [each.objectiveId, each.outcome])),
      },
    ]),
  );
}

/** Writes what has changed, and nothing else. */
export async function writeChanges(
  tx: Tx,
  siteId: number,
  elementId: number,
  results: readonly DecidedResult[],
  now: number,
): Promise<void> {
  const changed = results.filter(hasNewValues).map(({ participant: { learnerId }, after }) => {
    const { status, gradeId, score } = after;
    return { learnerId, status, gradeId, score, updatedAt: now };
  });
  const written = results.flatMap(({ participant: { learnerId }, before, after }) =>
    [...after.outcomes]
      .filter(([objectiveId, outcome]) => before.outcomes.get(objectiveId) !== outcome)
      .map(([objectiveId, outcome]) => ({ learnerId, objectiveId, outcome })),
  );
  const removed = results.flatMap(({ participant: { learnerId }, before, after }) =>
    [...before.outcomes.keys()]
      .filter((objectiveId) => !after.outcomes.has(objectiveId))
      .map((objectiveId) => ({ learnerId, objectiveId })),
  );
  await writeResults(tx, siteId, elementId, changed);
  await writeObjectiveOutcomes(tx, siteId, elementId, written, now);
  await deleteObjectiveOutcomes(tx, siteId, elementId, removed);
}

/** Apart from outcomes on objectives, which are rows of their own. */
export function hasNewValues({ before, after }: DecidedResult): boolean {
  return before.status !== after.status || before.gradeId !== after.gradeId || before.score !== after.score;
}
