import type { Problem } from '../../kernel/problem';
import {
  type Contradiction,
  contradictionsIn,
  formatProblems,
  hasValue,
  type Pair,
  referenceOf,
} from '../editing/contradictions';
import type { CourseRequest } from '../editing/course-references';
import { parentOf } from '../rules/parent';
import type { SentReference } from '../rules/sent-reference';
import { UpdateCustomActivityInput } from './update-custom-activity.input';

/** An input that passed check 1: every reference stands for exactly one thing. */
export interface UpdateRequest extends CourseRequest {
  readonly input: UpdateCustomActivityInput;
  readonly element: SentReference;
}

type Field = keyof UpdateCustomActivityInput;

const COURSE: Pair<UpdateCustomActivityInput> = ['courseId', 'courseSyncKey'];
const ELEMENT: Pair<UpdateCustomActivityInput> = ['elementId', 'elementSyncKey'];
const USER: Pair<UpdateCustomActivityInput> = ['userId', 'userSyncKey'];
const ASSESSMENT: Pair<UpdateCustomActivityInput> = ['assessmentId', 'maxScore'];

/** What a flag clears cannot be set as well. */
const CLEARED = {
  clearAssessment: ASSESSMENT,
  clearDeadline: ['deadline'],
} as const satisfies { readonly [Flag in Field]?: readonly Field[] };

/** Check 1, all of it: what is wrong with an input whatever is stored. */
export function readUpdate(
  input: UpdateCustomActivityInput,
): { readonly request: UpdateRequest } | { readonly problems: readonly Problem[] } {
  const pairs = { exactlyOne: [COURSE, ELEMENT, USER], atMostOne: [ASSESSMENT] };
  const problems = formatProblems(UpdateCustomActivityInput, input, [
    ...contradictionsIn(input, pairs),
    ...contradictingFlags(input),
  ]);
  const [course, element, user] = pairs.exactlyOne.map((fields) => referenceOf(input, fields));
  if (problems.length > 0 || !course || !element || !user) return { problems };
  return { request: { input, course, element, user, parent: parentOf(input) } };
}

function contradictingFlags(input: UpdateCustomActivityInput): Contradiction[] {
  return Object.entries(CLEARED).flatMap(([flag, values]) => {
    const set = values.filter((field) => hasValue(input[field]));
    if (input[flag as keyof typeof CLEARED] !== true || set.length === 0) return [];
    return [{ field: flag, fault: `it is true, and ${set.join(' and ')} is given; send one of the two` }];
  });
}
