import type { StoredActivity } from '../../data/custom-activity.repository';
import { isError, type Problem, problem } from '../../kernel/problem';
import { type ActivityChange, changesBetween } from '../editing/activity-report';
import type { CourseReferences } from '../editing/course-references';
import { judgeEditor, judgePlan, judgeTexts } from '../editing/judge-edit';
import type { StoredElement } from '../editing/load-element';
import type { ReadDescription } from '../rules/description';
import { judgeElement } from '../rules/element';
import { judgeGuard } from '../rules/guard';
import { judgeParent } from '../rules/parent';
import type { UpdateRequest } from './read-update';

export type UpdateDecision =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'accepted';
      /** Warnings only. */
      readonly problems: readonly Problem[];
      readonly before: StoredActivity;
      /** As stored after the update, the time of the update apart. A set of objectives that stays is the same list. */
      readonly after: StoredActivity;
      /** Of the element itself. */
      readonly changes: readonly ActivityChange[];
      /** Are participants to be told? */
      readonly tells: boolean;
    };

/** Checks 2 to 7, in their order, all of them before anything is written. Pure. */
export function decideUpdate(
  request: UpdateRequest,
  description: ReadDescription | null,
  references: CourseReferences,
  { element, activity: before, assessed }: StoredElement,
): UpdateDecision {
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
  const changes = changesBetween(before, after);
  problems.push(...judgeGuard(input.expectedUpdatedAt, before.updatedAt, changes.length > 0));
  if (problems.some(isError)) return { kind: 'refused', problems };

  const wantsToTell = input.sendUpdateNotification === true && changes.length > 0;
  if (wantsToTell && !after.active) {
    problems.push(problem('NOTIFICATION_NOT_SENT', {}, { path: ['sendUpdateNotification'] }));
  }
  return { kind: 'accepted', problems, before, after, changes, tells: wantsToTell && after.active };
}
