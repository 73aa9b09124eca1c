/** How an answer shows an element and what was changed of it. */

import { elementOf } from './references';
import { type Change, type Element, isGiven, type ShownActivity, type Stored, type World } from './world';

type Written = string | number | boolean | null | readonly string[];

/** What the contract calls the objectives of the course, where an update adds to them. */
export const COURSE_OBJECTIVES = 'courseLearningObjectives';

/**
 * Open: the order is that of the type CustomActivity, the course's objectives at the end; a move is told as parentId
 * alone; position and updatedAt are not told.
 */
const CHANGED_FIELDS = [
  'parentId',
  'active',
  'title',
  'description',
  'deadline',
  'mandatory',
  'assessmentId',
  'maxScore',
  'assessmentVisible',
  'locked',
  'learningObjectiveAssessment',
  'allowStudentsSetCompletion',
  'learningObjectives',
] as const;

export function shown(world: World, stored: Stored, element: Element): ShownActivity {
  if (element.activity === null) throw new Error(`Element ${element.id} is no activity`);
  const { deadline, learningObjectives, ...rest } = element.activity;
  const parent = element.parentId === null ? null : elementOf(stored, element.parentId);
  return {
    elementId: element.id,
    syncKey: element.syncKey,
    courseId: element.courseId,
    courseSyncKey: world.courses.find((each) => each.id === element.courseId)?.syncKey ?? null,
    parentId: element.parentId,
    parentSyncKey: parent?.syncKey ?? null,
    active: element.active,
    title: element.title,
    ...rest,
    deadline: deadline === null ? null : isoOf(deadline),
    learningObjectives: learningObjectives.map((learningObjectiveId) => ({
      learningObjectiveId,
      title: world.objectives.find((each) => each.uniqueId === learningObjectiveId)?.title ?? '',
    })),
    updatedAt: isoOf(element.updatedAt),
  };
}

export function changesBetween(before: Stored, after: Stored, elementId: number): Change[] {
  const [old, current] = [fieldsOf(before, before, elementId), fieldsOf(before, after, elementId)];
  return [...CHANGED_FIELDS, COURSE_OBJECTIVES]
    .map((field) => ({ field, before: written(old[field]), after: written(current[field]) }))
    .filter((change) => change.before !== change.after);
}

export function objectivesOfCourse(stored: Stored, courseId: number): readonly string[] {
  return stored.courseObjectives.find((each) => each.courseId === courseId)?.uniqueIds ?? [];
}

function fieldsOf(before: Stored, stored: Stored, elementId: number): Readonly<Record<string, Written>> {
  const element = elementOf(stored, elementId);
  if (element === null || element.activity === null) throw new Error(`Element ${elementId} is no activity`);
  const { deadline } = element.activity;
  return {
    parentId: element.parentId,
    active: element.active,
    title: element.title,
    ...element.activity,
    deadline: deadline === null ? null : isoOf(deadline),
    [COURSE_OBJECTIVES]: courseObjectives(before, stored, element.courseId),
  };
}

/** Open: those that the course had before in the order of their ids, then those added, in the order sent. */
function courseObjectives(before: Stored, stored: Stored, courseId: number): string[] {
  const had = [...objectivesOfCourse(before, courseId)].sort();
  return [...had, ...objectivesOfCourse(stored, courseId).filter((id) => !had.includes(id))];
}

function written(value: Written | undefined): string | null {
  if (!isGiven(value)) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
