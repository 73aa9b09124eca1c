import type { ActivityValues, StoredActivity } from '../../data/custom-activity.repository';
import { isError, type Problem, problem } from '../../kernel/problem';
import type { CourseReferences } from '../editing/course-references';
import { type AssessmentPlan, judgeEditor, judgePlan, judgeTexts } from '../editing/judge-edit';
import { NOT_ASSESSED } from '../editing/load-element';
import type { ReadDescription } from '../rules/description';
import { judgeParent } from '../rules/parent';
import type { CreateRequest } from './read-creation';

/** What is to be stored, its id and time apart. */
export interface NewActivity extends ActivityValues {
  readonly courseId: number;
  readonly courseSyncKey: string | null;
  readonly parentSyncKey: string | null;
  readonly learningObjectives: StoredActivity['learningObjectives'];
}

export type CreationDecision =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'accepted';
      /** Warnings only. */
      readonly problems: readonly Problem[];
      readonly activity: NewActivity;
    };

const NO_PLAN: AssessmentPlan = {
  assessmentId: null,
  maxScore: null,
  learningObjectives: [],
  learningObjectiveAssessment: 'DO_NOT_USE',
  allowStudentsSetCompletion: false,
};

/** Checks 2 to 7 as far as they concern what is not there yet, before anything is written. Pure. */
export function decideCreation(
  request: CreateRequest,
  description: ReadDescription | null,
  references: CourseReferences,
  isSyncKeyTaken: boolean,
): CreationDecision {
  const { input } = request;
  const course = references.courseOf(request);
  const parentRecord = references.parentOf(request);
  const parent = judgeParent(request.parent, null, { parent: parentRecord, course });
  const texts = judgeTexts(input, description, null);
  const plan = judgePlan(request, NO_PLAN, references, NOT_ASSESSED);
  const problems = [
    ...judgeEditor(request, references),
    ...parent.problems,
    ...(isSyncKeyTaken ? [syncKeyTaken()] : []),
    ...texts.problems,
    ...plan.problems,
  ];
  if (problems.some(isError) || course === undefined || texts.title === null) {
    return { kind: 'refused', problems };
  }
  const activity: NewActivity = {
    courseId: course.id,
    courseSyncKey: course.syncKey,
    parentId: parent.value,
    parentSyncKey: parent.value === null ? null : (parentRecord?.syncKey ?? null),
    active: input.active ?? true,
    title: texts.title,
    description: texts.description,
    deadline: texts.deadline,
    mandatory: input.mandatory ?? false,
    assessmentVisible: input.assessmentVisible ?? false,
    locked: input.locked ?? false,
    ...plan.value,
  };
  return { kind: 'accepted', problems, activity };
}

export function syncKeyTaken(): Problem {
  return problem('SYNC_KEY_TAKEN', {}, { path: ['syncKey'] });
}
