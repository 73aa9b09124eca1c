import type { ElementRecord } from '../data/course-reference.repository';
import type { AssessedParts, StoredActivity } from '../data/custom-activity.repository';
import { isError, type Problem } from '../kernel/problem';
import { judgeEditor, judgePlan } from './judge-edit';
import type { UpdateRequest } from './read-request';
import type { References } from './references';
import { judgeDeadline } from './rules/deadline';
import { judgeDescription, type ReadDescription } from './rules/description';
import { judgeElement } from './rules/element';
import { judgeParent } from './rules/parent';
import { judgeTitle } from './rules/title';
import type { UpdateCustomActivityInput } from './update-custom-activity.input';

/** What is stored of the element that a request names, as it is under the lock. */
export interface StoredState {
  readonly element: ElementRecord | undefined;
  /** Null where the element is unknown or is no custom activity. */
  readonly activity: StoredActivity | null;
  readonly assessed: AssessedParts;
}

export type Decision =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'accepted';
      /** Warnings only. */
      readonly problems: readonly Problem[];
      readonly before: StoredActivity;
      /** As stored after the update, the time of the update apart. A set of objectives that stays is the same list. */
      readonly after: StoredActivity;
    };

/** What is judged of an input even when its references are not known (check 1). */
export function judgeTexts(
  input: UpdateCustomActivityInput,
  description: ReadDescription | null,
  before: StoredActivity | null,
) {
  return {
    title: judgeTitle(input.title, before?.title ?? null),
    description: judgeDescription(description, before?.description ?? null),
    deadline: judgeDeadline(input, before?.deadline ?? null),
  };
}

/** Checks 2 to 7, in their order, all of them before anything is written. Pure. */
export function decideUpdate(
  request: UpdateRequest,
  description: ReadDescription | null,
  references: References,
  { element, activity: before, assessed }: StoredState,
): Decision {
  const { input } = request;
  const course = references.courseOf(request);
  const parentRecord = references.parentOf(request);
  const parent = judgeParent(request.parent, before?.parentId ?? null, { parent: parentRecord, course });
  const texts = judgeTexts(input, description, before);
  const problems = [
    ...judgeEditor(request, references),
    ...parent.problems,
    ...judgeElement(request.element, element, course),
    ...texts.title.problems,
    ...texts.description.problems,
    ...texts.deadline.problems,
  ];
  // The fields that follow are judged against what is stored.
  if (before === null) return { kind: 'refused', problems };

  const plan = judgePlan(request, before, references, assessed);
  problems.push(...plan.problems);
  if (problems.some(isError)) return { kind: 'refused', problems };

  const after: StoredActivity = {
    ...before,
    parentId: parent.value,
    parentSyncKey: parent.value === before.parentId ? before.parentSyncKey : (parentRecord?.syncKey ?? null),
    active: input.active ?? before.active,
    title: texts.title.value ?? before.title,
    description: texts.description.value,
    deadline: texts.deadline.value,
    mandatory: input.mandatory ?? before.mandatory,
    assessmentVisible: input.assessmentVisible ?? before.assessmentVisible,
    locked: input.locked ?? before.locked,
    ...plan.value,
  };
  return { kind: 'accepted', problems, before, after };
}
