import { findObjectiveOutcomes, findResults } from '../../data/activity-assessment.repository';
import type { Tx } from '../../data/database';
import { groupBy } from '../../kernel/group-by';
import type { ParticipantState } from '../rules/result';

export interface StoredParticipantState extends ParticipantState {
  /** Of status, grade and score; null where none of them was ever stored. */
  readonly updatedAt: number | null;
}

export const NOTHING_STORED: StoredParticipantState = {
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
