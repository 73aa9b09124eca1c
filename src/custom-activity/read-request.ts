import type { Problem } from '../kernel/problem';
import { contradictingFields, formatProblems, isGiven, type Pair, referenceOf } from './contradictions';
import type { Reference } from './rules/reference';
import { UpdateCustomActivityInput } from './update-custom-activity.input';

/** An input that passed check 1: every reference stands for exactly one thing. */
export interface UpdateRequest {
  readonly input: UpdateCustomActivityInput;
  readonly course: Reference;
  readonly element: Reference;
  readonly user: Reference;
  /** Null: not given, the activity stays where it is. */
  readonly parent: Reference | null;
}

type Field = keyof UpdateCustomActivityInput;

const COURSE: Pair<UpdateCustomActivityInput> = ['courseId', 'courseSyncKey'];
const ELEMENT: Pair<UpdateCustomActivityInput> = ['elementId', 'elementSyncKey'];
const USER: Pair<UpdateCustomActivityInput> = ['userId', 'userSyncKey'];
const PARENT: Pair<UpdateCustomActivityInput> = ['parentId', 'parentSyncKey'];
const ASSESSMENT: Pair<UpdateCustomActivityInput> = ['assessmentId', 'maxScore'];

/** What a flag clears cannot be set as well. */
const CLEARED = {
  clearAssessment: ASSESSMENT,
  clearDeadline: ['deadline'],
} as const satisfies { readonly [Flag in Field]?: readonly Field[] };

/** Check 1, all of it: what is wrong with an input whatever is stored. */
export function readRequest(
  input: UpdateCustomActivityInput,
): { readonly request: UpdateRequest } | { readonly problems: readonly Problem[] } {
  const pairs = { exactlyOne: [COURSE, ELEMENT, USER], atMostOne: [PARENT, ASSESSMENT] };
  const problems = formatProblems(UpdateCustomActivityInput, input, [
    ...contradictingFields(input, pairs),
    ...contradictingFlags(input),
  ]);
  const [course, element, user] = pairs.exactlyOne.map((fields) => referenceOf(input, fields));
  if (problems.length > 0 || !course || !element || !user) return { problems };
  return { request: { input, course, element, user, parent: referenceOf(input, PARENT) } };
}

function contradictingFlags(input: UpdateCustomActivityInput): string[] {
  return Object.entries(CLEARED)
    .filter(([flag, values]) => {
      const isSet = input[flag as keyof typeof CLEARED] === true;
      return isSet && values.some((field) => isGiven(input[field]));
    })
    .map(([flag]) => flag);
}
