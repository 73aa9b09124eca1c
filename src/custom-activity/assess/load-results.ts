import { findObjectiveOutcomes, findResults } from '../../data/activity-assessment.repository';
import type { Tx } from '../../data/database';
import { groupBy } from '../../kernel/group-by';
import { NOTHING_STORED, type StoredParticipantState } from '../editing/participant-marks';

/** What the learners have of the element, by their ids. */
export async function loadStoredResults(
  tx: Tx,
  siteId: number,
  elementId: number,
  learnerIds: readonly number[],
): Promise<Map<number, StoredParticipantState>> {
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
