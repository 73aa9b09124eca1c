import { type Problem, problem } from '../kernel/problem';
import { AssessCustomActivityInput, ParticipantResultInput } from './assess-custom-activity.input';
import { contradictingFields, formatProblems, type Pair, referenceOf } from './contradictions';
import type { CourseRequest } from './references';
import type { Reference } from './rules/reference';

/** An input that passed check 1: every reference stands for exactly one thing. */
export interface AssessRequest extends CourseRequest {
  readonly element: Reference;
  readonly input: AssessCustomActivityInput;
  readonly results: readonly SentResult[];
}

export interface SentResult extends ParticipantResultInput {
  readonly participant: Reference;
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
  const problems = formatProblems(AssessCustomActivityInput, input, contradictingFields(input, pairs));
  const [course, element, user] = pairs.exactlyOne.map((fields) => referenceOf(input, fields));
  const { results: sent } = input;
  if (sent.length === 0 || sent.length > MAX_RESULTS) {
    const hint = `Send 1 to ${MAX_RESULTS} results.`;
    return { problems: [...problems, problem('INVALID_FORMAT', {}, { path: ['results'], hint })] };
  }
  const results: SentResult[] = [];
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
  const contradictions = contradictingFields(result, { exactlyOne: [LEARNER], atMostOne: [MARK] });
  const problems = formatProblems(ParticipantResultInput, result, contradictions, path);
  // Too many to be looked at one by one.
  if (problems.some(({ path: where }) => where.at(-1) === 'objectives')) return problems;
  const seen = new Set<string>();
  for (const [index, { learningObjectiveId: id }] of (result.objectives ?? []).entries()) {
    if (!seen.has(id)) {
      seen.add(id);
      continue;
    }
    const place = { path: [...path, 'objectives', String(index), 'learningObjectiveId'] };
    problems.push(problem('INVALID_FORMAT', {}, { ...place, hint: 'Name each learning objective once.' }));
  }
  return problems;
}
