import { type Problem, problem } from '../../kernel/problem';
import { contradictionsIn, formatProblems, type Pair, referenceOf } from '../editing/contradictions';
import type { CourseRequest } from '../editing/course-references';
import type { SentReference } from '../rules/sent-reference';
import { AssessCustomActivityInput, ParticipantResultInput } from './assess-custom-activity.input';

/** An input that passed check 1: every reference stands for exactly one thing. */
export interface AssessRequest extends CourseRequest {
  readonly element: SentReference;
  readonly input: AssessCustomActivityInput;
  readonly results: readonly RequestedResult[];
}

export interface RequestedResult extends ParticipantResultInput {
  readonly participant: SentReference;
  /** Where it stands in the input. */
  readonly path: readonly string[];
}

const MAX_RESULTS = 500;

const COURSE: Pair<AssessCustomActivityInput> = ['courseId', 'courseSyncKey'];
const ELEMENT: Pair<AssessCustomActivityInput> = ['elementId', 'elementSyncKey'];
const USER: Pair<AssessCustomActivityInput> = ['userId', 'userSyncKey'];
const LEARNER: Pair<ParticipantResultInput> = ['learnerId', 'learnerLogin'];
const MARK: Pair<ParticipantResultInput> = ['gradeId', 'score'];

/** Check 1, all of it: what is wrong with an input whatever is stored. */
export function readAssessment(
  input: AssessCustomActivityInput,
): { readonly request: AssessRequest } | { readonly problems: readonly Problem[] } {
  const pairs = { exactlyOne: [COURSE, ELEMENT, USER], atMostOne: [] };
  const problems = formatProblems(AssessCustomActivityInput, input, contradictionsIn(input, pairs));
  const [course, element, user] = pairs.exactlyOne.map((fields) => referenceOf(input, fields));
  const { results: sent } = input;
  if (sent.length === 0 || sent.length > MAX_RESULTS) {
    const fault = `it must hold 1 to ${MAX_RESULTS} results`;
    return { problems: [...problems, problem('INVALID_FORMAT', { fault }, { path: ['results'] })] };
  }
  const results: RequestedResult[] = [];
  for (const [index, result] of sent.entries()) {
    const path = ['results', String(index)];
    const found = problemsOf(result, path);
    const participant = referenceOf(result, LEARNER);
    if (found.length > 0 || participant === null) problems.push(...found);
    else results.push({ ...result, participant, path });
  }
  if (problems.length > 0 || !course || !element || !user) return { problems };
  return { request: { input, course, element, user, parent: null, results } };
}

function problemsOf(result: ParticipantResultInput, path: readonly string[]): Problem[] {
  const contradictions = contradictionsIn(result, { exactlyOne: [LEARNER], atMostOne: [MARK] });
  const problems = formatProblems(ParticipantResultInput, result, contradictions, path);
  // Too many to be looked at one by one.
  if (problems.some(({ path: where }) => where.at(-1) === 'objectives')) return problems;
  const timesSeen = new Map<string, number>();
  for (const [index, { learningObjectiveId: id }] of (result.objectives ?? []).entries()) {
    const times = (timesSeen.get(id) ?? 0) + 1;
    timesSeen.set(id, times);
    // One that is named a thousand times is told once.
    if (times !== 2) continue;
    const place = { path: [...path, 'objectives', String(index), 'learningObjectiveId'] };
    problems.push(problem('INVALID_FORMAT', { fault: 'it names a learning objective again' }, place));
  }
  return problems;
}
