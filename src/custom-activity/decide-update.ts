import type { StoredActivity } from '../data/custom-activity.repository';
import { isError, type Problem } from '../kernel/problem';
import { judgeEditor, judgePlan, judgeTexts } from './judge-edit';
import type { StoredState } from './load-state';
import type { UpdateRequest } from './read-request';
import type { References } from './references';
import type { ReadDescription } from './rules/description';
import { judgeElement } from './rules/element';
import { judgeParent } from './rules/parent';

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
    ...texts.problems,
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
    title: texts.title ?? before.title,
    description: texts.description,
    deadline: texts.deadline,
    mandatory: input.mandatory ?? before.mandatory,
    assessmentVisible: input.assessmentVisible ?? before.assessmentVisible,
    locked: input.locked ?? before.locked,
    ...plan.value,
  };
  return { kind: 'accepted', problems, before, after };
}
