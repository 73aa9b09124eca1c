/** What the tests of updateCustomActivity share: an input, and how elements stand before and after it. */
import type { Activity, UpdateInput } from '../models/activity/world';
import { NOW } from './api';
import { theCourseWorld, type WorldElement } from './course-world';

/** Activity 11939 of course 1; completion kept, so that nothing is said about it. */
export const BASE: UpdateInput = {
  courseId: 1,
  elementId: 11939,
  userId: 2,
  allowStudentsSetCompletion: null,
};

export type ExpectedProblems = readonly (readonly [code: string, ...path: string[]])[];

export interface UpdateCase {
  readonly name: string;
  readonly input: UpdateInput;
  readonly problems: ExpectedProblems;
  readonly message?: string;
}

/** What is different in a stored element afterwards. */
export type StoredAfter = Partial<WorldElement> & { readonly values?: Partial<Activity> };

export const objectives = (...ids: string[]) => ids.map((learningObjectiveId) => ({ learningObjectiveId }));

export function elementBefore(id = 11939): WorldElement {
  return theCourseWorld.elements.find((each) => each.id === id) as WorldElement;
}

/** An element of the world as it is after an update that changed it, or not. */
export function expectedAfter(id: number, { values, ...own }: StoredAfter): WorldElement {
  const { activity, ...element } = elementBefore(id);
  const isChanged = values !== undefined || Object.keys(own).length > 0;
  return {
    ...element,
    ...own,
    updatedAt: isChanged ? NOW : element.updatedAt,
    activity: activity === null ? null : { ...activity, ...values },
  };
}
