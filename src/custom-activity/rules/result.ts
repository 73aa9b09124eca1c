import type { ResultValues } from '../../data/activity-assessment.repository';
import type { StoredActivity } from '../../data/custom-activity.repository';
import type { CompletionStatus } from '../../data/entities/activity-assessment.entity';
import { OUTCOME_STATUSES } from '../../kernel/outcome-status';
import { type Problem, problem } from '../../kernel/problem';
import { characterCount, isBlank, isWellFormedText, trimmed } from '../../kernel/text';
import { fine, type Judged } from './judged';

/** What a participant has of an activity; outcomes by the ids of objectives. */
export interface ParticipantState extends ResultValues {
  readonly outcomes: ReadonlyMap<number, string>;
}

/** What a request says of a participant: absent keeps; null removes, a null status apart. */
export interface SentResult {
  readonly status?: CompletionStatus | null;
  readonly gradeId?: number | null;
  readonly score?: number | null;
  readonly comment?: string | null;
  readonly objectives?:
    | readonly { readonly learningObjectiveId: string; readonly outcome?: string | null }[]
    | null;
}

export interface ResultFacts {
  readonly activity: StoredActivity;
  /** The grades of the activity's scale. */
  readonly gradeIds: ReadonlySet<number>;
}

type Path = readonly string[];
type Mark = Pick<ResultValues, 'gradeId' | 'score'>;

/** What a participant has afterwards. What is sent as it is stored is never an error. */
export function judgeResult(
  sent: SentResult,
  before: ParticipantState,
  facts: ResultFacts,
  path: Path,
): Judged<ParticipantState> {
  const mark = judgeMark(sent, before, facts, path);
  const outcomes = judgeOutcomes(sent.objectives, before.outcomes, facts.activity, [...path, 'objectives']);
  const status = sent.status ?? before.status;
  const problems = [...mark.problems, ...outcomes.problems];
  if (status === 'NOT_STARTED' && (mark.value.gradeId !== null || mark.value.score !== null)) {
    problems.push(problem('STATUS_NOT_COMPLETED', {}, { path: [...path, 'status'] }));
  }
  return {
    value: {
      status,
      gradeId: mark.value.gradeId,
      score: mark.value.score,
      comment: commentAfter(sent, before),
      outcomes: outcomes.value,
    },
    problems,
  };
}

/** A blank one removes, as null does. */
function commentAfter({ comment }: SentResult, before: Pick<ResultValues, 'comment'>): string | null {
  if (comment === undefined) return before.comment;
  return comment === null || isBlank(comment) ? null : trimmed(comment);
}

/** A grade or a score, never both: at most one of them is sent with a value. */
function judgeMark(
  { gradeId, score }: SentResult,
  before: Mark,
  { activity: { maxScore }, gradeIds }: ResultFacts,
  path: Path,
): Judged<Mark> {
  const refused = (found: Problem): Judged<Mark> => ({ value: before, problems: [found] });
  if (typeof gradeId === 'number') {
    if (gradeId !== before.gradeId && !gradeIds.has(gradeId)) {
      return refused(problem('GRADE_NOT_IN_SCALE', {}, { path: [...path, 'gradeId'] }));
    }
    return fine({ gradeId, score: null });
  }
  if (typeof score === 'number') {
    const place = { path: [...path, 'score'] };
    if (score === before.score) return fine({ gradeId: null, score: before.score });
    if (maxScore === null) return refused(problem('SCORE_NOT_USED', {}, place));
    if (score < 0 || score > maxScore) return refused(problem('SCORE_OUT_OF_RANGE', { maxScore }, place));
    // Minus zero is a number of its own, though not for readers of the answer.
    return fine({ gradeId: null, score: score === 0 ? 0 : score });
  }
  return fine({
    gradeId: gradeId === null ? null : before.gradeId,
    score: score === null ? null : before.score,
  });
}

/** Objectives that are not named keep their outcomes. */
function judgeOutcomes(
  sent: SentResult['objectives'],
  before: ReadonlyMap<number, string>,
  { learningObjectives, learningObjectiveAssessment: mode }: StoredActivity,
  path: Path,
): Judged<ReadonlyMap<number, string>> {
  const after = new Map(before);
  const problems: Problem[] = [];
  for (const [index, { learningObjectiveId, outcome }] of (sent ?? []).entries()) {
    const place = (field: string) => ({ path: [...path, String(index), field] });
    const objective = learningObjectives.find((each) => each.learningObjectiveId === learningObjectiveId);
    if (objective === undefined) {
      problems.push(problem('OBJECTIVE_NOT_ON_ELEMENT', {}, place('learningObjectiveId')));
      continue;
    }
    if (outcome === undefined) continue;
    if (outcome === null) {
      after.delete(objective.id);
      continue;
    }
    const text = outcome.trim();
    if (text === before.get(objective.id)) continue;
    if (mode === 'DO_NOT_USE') {
      problems.push(problem('OBJECTIVE_ASSESSMENT_NOT_USED', {}, place('outcome')));
    } else if (OUTCOMES[mode].isOne(text)) {
      after.set(objective.id, text);
    } else {
      const { accepted } = OUTCOMES[mode];
      problems.push(problem('OBJECTIVE_OUTCOME_INVALID', { accepted }, place('outcome')));
    }
  }
  return { value: after, problems };
}

const MAX_LEVEL = 50;

/** Achievement levels are the platform's; here they are known by name only. */
const OUTCOMES = {
  OUTCOME_STATUS: {
    accepted: OUTCOME_STATUSES.join(', '),
    isOne: (text: string) => OUTCOME_STATUSES.some((status) => status === text),
  },
  ASSESSMENT_CRITERIA: {
    accepted: `the names of achievement levels, of 1 to ${MAX_LEVEL} characters`,
    isOne: (text: string) => !isBlank(text) && isWellFormedText(text) && characterCount(text) <= MAX_LEVEL,
  },
} as const;
