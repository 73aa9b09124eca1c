import type { GradeRecord } from '../../data/assessment-scale.repository';
import type { StoredActivity } from '../../data/custom-activity.repository';
import type { Problem } from '../../kernel/problem';
import type { ActivityChange } from '../editing/activity-report';
import { marksOf, outcomesOf } from '../editing/participant-marks';
import type { ParticipantMarks } from '../editing/participant-marks.type';
import type { ParticipantState } from '../rules/result';
import { type DecidedResult, hasNewValues } from './decide-results';

/** Everything an assessment answers, as plain data: it is also what is kept for a retry. */
export interface AssessmentReport {
  readonly kind: 'success' | 'warning' | 'error';
  readonly dryRun: boolean;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  /** In the order of the input; none on error. */
  readonly results: readonly ReportedResult[];
  readonly problems: readonly Problem[];
}

export interface ReportedResult extends ParticipantMarks {
  readonly learnerId: number;
  readonly learnerLogin: string;
  readonly changes: readonly ActivityChange[];
}

/** Nothing is stored. */
export function reportRefusedAssessment(problems: readonly Problem[], dryRun: boolean): AssessmentReport {
  return { kind: 'error', dryRun, elementId: null, syncKey: null, results: [], problems };
}

export function reportAcceptedAssessment(
  { elementId, syncKey }: StoredActivity,
  results: readonly ReportedResult[],
  warnings: readonly Problem[],
  dryRun: boolean,
): AssessmentReport {
  const kind = warnings.length > 0 ? 'warning' : 'success';
  return { kind, dryRun, elementId, syncKey, results, problems: warnings };
}

export function reportResult(
  decided: DecidedResult,
  activity: StoredActivity,
  grades: readonly GradeRecord[],
  now: number,
): ReportedResult {
  const { participant, before, after } = decided;
  const updatedAt = hasNewValues(decided) ? now : before.updatedAt;
  return {
    learnerId: participant.learnerId,
    learnerLogin: participant.login,
    ...marksOf({ ...after, updatedAt }, activity.learningObjectives, grades),
    changes: changesOf(before, after, activity),
  };
}

function changesOf(
  before: ParticipantState,
  after: ParticipantState,
  { learningObjectives }: StoredActivity,
): ActivityChange[] {
  const asText = (value: string | number | null) => (value === null ? null : String(value));
  const outcomes = (state: ParticipantState) =>
    JSON.stringify(
      outcomesOf(state, learningObjectives).map(({ learningObjectiveId, outcome }) => ({
        learningObjectiveId,
        outcome,
      })),
    );
  const values = (state: ParticipantState) => ({
    status: state.status,
    gradeId: asText(state.gradeId),
    score: asText(state.score),
    comment: state.comment,
    objectives: outcomes(state),
  });
  const [was, is] = [values(before), values(after)];
  return (['status', 'gradeId', 'score', 'comment', 'objectives'] as const)
    .filter((field) => was[field] !== is[field])
    .map((field) => ({ field, before: was[field], after: is[field] }));
}
