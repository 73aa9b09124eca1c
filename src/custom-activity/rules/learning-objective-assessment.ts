import type { LearningObjectiveAssessment } from '../../kernel/learning-objective-assessment';
import { type Problem, problem } from '../../kernel/problem';
import type { Judged } from './judged';

export interface ModeFacts {
  /** After the request. */
  readonly hasObjectives: boolean;
  /** Does the request say which objectives there are? */
  readonly objectivesSent: boolean;
  /** A participant was assessed on an objective of the element. */
  readonly isAssessed: boolean;
}

const FIELD = 'learningObjectiveAssessment';

/**
 * How learning objectives are assessed; absent and null keep. An element without objectives uses none of the ways,
 * whatever is sent or stored.
 */
export function judgeLearningObjectiveAssessment(
  sent: LearningObjectiveAssessment | null | undefined,
  before: LearningObjectiveAssessment,
  { hasObjectives, objectivesSent, isAssessed }: ModeFacts,
): Judged<LearningObjectiveAssessment> {
  const isSent = sent !== undefined && sent !== null;
  const wanted = isSent ? sent : before;
  const isUnconnected = wanted !== 'DO_NOT_USE' && !hasObjectives;
  const value = isUnconnected ? 'DO_NOT_USE' : wanted;
  const problems: Problem[] = [];
  // What was not sent is a consequence of other fields, which have locks of their own.
  if (isSent && sent !== before && value !== before && isAssessed) {
    problems.push(problem('OBJECTIVE_ASSESSMENT_LOCKED', {}, { path: [FIELD] }));
  }
  if (isUnconnected) {
    const cause = isSent ? [FIELD] : objectivesSent ? ['learningObjectives'] : [];
    problems.push(problem('NO_OBJECTIVES_CONNECTED', {}, { path: cause }));
  }
  return { value, problems };
}
