import type { Problem } from '../../kernel/problem';
import { contradictionsIn, formatProblems, type Pair, referenceOf } from '../editing/contradictions';
import type { CourseRequest } from '../editing/course-references';
import { parentOf } from '../rules/parent';
import { CreateCustomActivityInput } from './create-custom-activity.input';

/** An input that passed check 1: every reference stands for exactly one thing. */
export interface CreateRequest extends CourseRequest {
  readonly input: CreateCustomActivityInput;
}

const COURSE: Pair<CreateCustomActivityInput> = ['courseId', 'courseSyncKey'];
const USER: Pair<CreateCustomActivityInput> = ['userId', 'userSyncKey'];
const ASSESSMENT: Pair<CreateCustomActivityInput> = ['assessmentId', 'maxScore'];

/** Check 1, all of it: what is wrong with an input whatever is stored. */
export function readCreation(
  input: CreateCustomActivityInput,
): { readonly request: CreateRequest } | { readonly problems: readonly Problem[] } {
  const pairs = { exactlyOne: [COURSE, USER], atMostOne: [ASSESSMENT] };
  const problems = formatProblems(CreateCustomActivityInput, input, contradictionsIn(input, pairs));
  const [course, user] = pairs.exactlyOne.map((fields) => referenceOf(input, fields));
  if (problems.length > 0 || !course || !user) return { problems };
  return { request: { input, course, user, element: null, parent: parentOf(input) } };
}
