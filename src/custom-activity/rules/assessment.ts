import type { CourseRecord, ScaleRecord } from '../../data/course-reference.repository';
import { type Problem, problem } from '../../kernel/problem';
import { fine, type Judged } from './judged';

/** By what participants are assessed: a scale, a score, or nothing; never both. */
export interface AssessmentSetUp {
  readonly assessmentId: number | null;
  readonly maxScore: number | null;
}

export interface SentAssessment {
  readonly assessmentId?: number | null;
  readonly maxScore?: number | null;
  readonly clearAssessment?: boolean | null;
}

export interface AssessmentFacts {
  /** The scale that assessmentId names. */
  readonly scale: ScaleRecord | undefined;
  /** Undefined where the course is not known: then no scale can be judged. */
  readonly course: CourseRecord | undefined;
  /** The site's setting "use score". */
  readonly mayUseScore: boolean;
  /** A participant has a grade or score on the activity. */
  readonly isAssessed: boolean;
}

const MIN_SCORE = 0.01;
const MAX_SCORE = 99_999.99;

/**
 * Scale or score. What cannot be used is skipped with a warning; a skipped field trips no lock, and neither does what
 * is stored already. At most one of the three is sent.
 */
export function judgeAssessment(
  sent: SentAssessment,
  before: AssessmentSetUp,
  facts: AssessmentFacts,
): Judged<AssessmentSetUp> {
  const { assessmentId, maxScore, clearAssessment } = sent;
  if (assessmentId !== undefined && assessmentId !== null) {
    if (assessmentId === before.assessmentId || facts.course === undefined) return fine(before);
    if (!isUsable(facts.scale, facts.course)) {
      return { value: before, problems: [skipped('ASSESSMENT_UNKNOWN', 'assessmentId', before)] };
    }
    return changed('assessmentId', { assessmentId, maxScore: null }, facts);
  }
  if (maxScore !== undefined && maxScore !== null) {
    if (maxScore === before.maxScore) return fine(before);
    const problems: Problem[] = [];
    if (!isScore(maxScore)) problems.push(skipped('MAX_SCORE_OUT_OF_RANGE', 'maxScore', before));
    if (!facts.mayUseScore) problems.push(skipped('SCORE_NOT_ALLOWED', 'maxScore', before));
    if (problems.length > 0) return { value: before, problems };
    return changed('maxScore', { assessmentId: null, maxScore }, facts);
  }
  const isSet = before.assessmentId !== null || before.maxScore !== null;
  if (clearAssessment !== true || !isSet) return fine(before);
  return changed('clearAssessment', { assessmentId: null, maxScore: null }, facts);
}

export function usesAssessment({ assessmentId, maxScore }: AssessmentSetUp): boolean {
  return assessmentId !== null || maxScore !== null;
}

function changed(
  field: keyof SentAssessment,
  after: AssessmentSetUp,
  { isAssessed }: AssessmentFacts,
): Judged<AssessmentSetUp> {
  if (!isAssessed) return fine(after);
  return { value: after, problems: [problem('ASSESSMENT_SCALE_LOCKED', {}, { path: [field] })] };
}

function skipped(
  code: 'ASSESSMENT_UNKNOWN' | 'MAX_SCORE_OUT_OF_RANGE' | 'SCORE_NOT_ALLOWED',
  field: keyof SentAssessment,
  { assessmentId, maxScore }: AssessmentSetUp,
): Problem {
  const scale = assessmentId === null ? null : `assessmentId ${assessmentId}`;
  const score = maxScore === null ? null : `maxScore ${maxScore}`;
  return problem(code, { kept: scale ?? score ?? 'neither scale nor score' }, { path: [field] });
}

function isUsable(scale: ScaleRecord | undefined, course: CourseRecord): boolean {
  return scale !== undefined && (scale.courseId === null || scale.courseId === course.id);
}

function isScore(value: number): boolean {
  return value >= MIN_SCORE && value <= MAX_SCORE;
}
