import type { ResultValues } from '../../data/activity-assessment.repository';
import type { GradeRecord } from '../../data/assessment-scale.repository';
import type { StoredActivity } from '../../data/custom-activity.repository';
import type { Problem } from '../../kernel/problem';
import type { ActivityChange } from '../editing/activity-report';
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

export interface ReportedResult extends ResultValues {
  readonly learnerId: number;
  readonly learnerLogin: string;
  readonly gradeTitle: string | null;
  readonly objectives: readonly ReportedOutcome[];
  readonly updatedAt: number | null;
  readonly changes: readonly ActivityChange[];
}

export interface ReportedOutcome {
  readonly learningObjectiveId: string;
  readonly title: string;
  readonly outcome: string;
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
  return {
    learnerId: participant.learnerId,
    learnerLogin: participant.login,
    status: after.status,
    gradeId: after.gradeId,
    gradeTitle: grades.find(({ id }) => id === after.gradeId)?.title ?? null,
    score: after.score,
    objectives: outcomesOf(after, activity),
    updatedAt: hasNewValues(decided) ? now : before.updatedAt,
    changes: changesOf(before, after, activity),
  };
}

/** In the order of the activity's learning objectives. */
function outcomesOf(
  { outcomes }: ParticipantState,
  { learningObjectives }: StoredActivity,
): ReportedOutcome[] {
  return learningObjectives.flatMap(({ id, learningObjectiveId, title }) => {
    const outcome = outcomes.get(id);
    return outcome === undefined ? [] : [{ learningObjectiveId, title, outcome }];
  });
}

function changesOf(
  before: ParticipantState,
  after: ParticipantState,
  activity: StoredActivity,
): ActivityChange[] {
  const asText = (value: string | number | null) => (value === null ? null : String(value));
  const outcomes = (state: ParticipantState) =>
    JSON.stringify(
      outcomesOf(state, activity).map(({ learningObjectiveId, outcome }) => ({
        learningObjectiveId,
        outcome,
      })),
    );
  const values = (state: ParticipantState) => ({
    status: state.status,
    gradeId: asText(state.gradeId),
    score: asText(state.score),
    objectives: outcomes(state),
  });
  const [was, is] = [values(before), values(after)];
  return (['status', 'gradeId', 'score', 'objectives'] as const)
    .filter((field) => was[field] !== is[field])
    .map((field) => ({ field, before: was[field], after: is[field] }));
}
