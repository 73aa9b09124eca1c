import type { ParticipantRecord } from '../../data/activity-assessment.repository';
import { type Problem, problem } from '../../kernel/problem';
import { NOTHING_STORED, type StoredParticipantState } from '../editing/participant-marks';
import { judgeResult, type ParticipantState, type ResultFacts } from '../rules/result';
import type { Participants } from './load-participants';
import type { RequestedResult } from './read-assessment';

export interface DecidedResult {
  readonly participant: ParticipantRecord;
  readonly before: StoredParticipantState;
  readonly after: ParticipantState;
}

const VALUES = ['status', 'gradeId', 'score', 'comment'] as const;

/** Apart from outcomes on objectives, which are rows of their own. */
export function hasNewValues({ before, after }: DecidedResult): boolean {
  return VALUES.some((value) => before[value] !== after[value]);
}

/** What each participant has afterwards, and what there is to say about it, in the order of the results. Pure. */
export function decideResults(
  sent: readonly RequestedResult[],
  participants: Participants,
  stored: ReadonlyMap<number, StoredParticipantState>,
  facts: ResultFacts,
): { readonly results: readonly DecidedResult[]; readonly problems: readonly Problem[] } {
  const results: DecidedResult[] = [];
  const problems: Problem[] = [];
  const places = new Map<number, number>();
  for (const [index, result] of sent.entries()) {
    const match = participants.of(result);
    if ('problem' in match) {
      problems.push(match.problem);
      continue;
    }
    const { learnerId } = match.found;
    const first = places.get(learnerId);
    if (first !== undefined) {
      const place = { path: [...result.path, result.participant.field] };
      problems.push(problem('PARTICIPANT_REPEATED', { first }, place));
      continue;
    }
    places.set(learnerId, index);
    const before = stored.get(learnerId) ?? NOTHING_STORED;
    const judged = judgeResult(result, before, facts, result.path);
    problems.push(...judged.problems);
    results.push({ participant: match.found, before, after: judged.value });
  }
  return { results, problems };
}
