/** The rows assessmentId, maxScore, scale lock and clearAssessment of the table. */
import {
  type Activity,
  type Course,
  isGiven,
  type Problem,
  problem,
  type UpdateInput,
  type World,
} from './world';

const LEAST_SCORE = 0.01;
const MOST_SCORE = 99_999.99;

export interface JudgedAssessment {
  readonly value: Pick<Activity, 'assessmentId' | 'maxScore'>;
  readonly problems: readonly Problem[];
}

export function judgeAssessment(
  world: World,
  course: Course | null,
  elementId: number,
  before: Activity,
  input: UpdateInput,
): JudgedAssessment {
  const kept = { assessmentId: before.assessmentId, maxScore: before.maxScore };
  const { assessmentId, maxScore } = input;

  // A value equal to the stored one changes nothing, whatever could be said of it.
  if (isGiven(assessmentId) && assessmentId !== before.assessmentId) {
    if (course === null) return { value: kept, problems: [] };
    const isKnown = world.scales.some(
      (scale) => scale.id === assessmentId && (scale.courseId === null || scale.courseId === course.id),
    );
    if (!isKnown) return { value: kept, problems: [problem('ASSESSMENT_UNKNOWN', 'assessmentId')] };
    return lockable('assessmentId', { assessmentId, maxScore: null });
  }
  if (isGiven(maxScore) && maxScore !== before.maxScore) {
    const problems: Problem[] = [];
    if (maxScore < LEAST_SCORE || maxScore > MOST_SCORE) {
      problems.push(problem('MAX_SCORE_OUT_OF_RANGE', 'maxScore'));
    }
    if (!world.useScore) {
      problems.push(problem('SCORE_NOT_ALLOWED', 'maxScore'));
    }
    if (problems.length > 0) return { value: kept, problems };
    return lockable('maxScore', { assessmentId: null, maxScore });
  }
  const usesAny = before.assessmentId !== null || before.maxScore !== null;
  if (input.clearAssessment === true && usesAny) {
    return lockable('clearAssessment', { assessmentId: null, maxScore: null });
  }
  return { value: kept, problems: [] };

  /** Open: the path is the field that asks for the change; what else is said of it is said as if it were not locked. */
  function lockable(path: string, value: JudgedAssessment['value']): JudgedAssessment {
    const isAssessed = world.results.some(
      (result) => result.elementId === elementId && (result.gradeId !== null || result.score !== null),
    );
    return { value, problems: isAssessed ? [problem('ASSESSMENT_SCALE_LOCKED', path)] : [] };
  }
}
