import {
  deleteObjectiveOutcomes,
  writeObjectiveOutcomes,
  writeResults,
} from '../../data/activity-assessment.repository';
import type { Tx } from '../../data/database';
import { type DecidedResult, hasNewValues } from './decide-results';

/** Writes what has changed, and nothing else. */
export async function writeNewResults(
  tx: Tx,
  siteId: number,
  elementId: number,
  results: readonly DecidedResult[],
  now: number,
): Promise<void> {
  const changed = results.filter(hasNewValues).map(({ participant: { learnerId }, after }) => {
    const { status, gradeId, score, comment } = after;
    return { learnerId, status, gradeId, score, comment, updatedAt: now };
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
