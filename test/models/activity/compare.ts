/** What is stored, in a form that can be compared, where the rules leave open how it is written. */
import { orderIn } from './model-update';
import type { CourseObjectives, Element, Stored } from './world';

/** Of places the order within the folder counts, of a course's objectives their set. */
export function comparableStored(stored: Pick<Stored, 'elements' | 'courseObjectives'>): {
  readonly elements: readonly Element[];
  readonly courseObjectives: readonly CourseObjectives[];
} {
  const byId = [...stored.elements].sort((left, right) => left.id - right.id);
  return {
    elements: byId.map((each) => ({
      ...each,
      position: orderIn(stored.elements, each.courseId, each.parentId).indexOf(each.id),
    })),
    courseObjectives: stored.courseObjectives
      .filter(({ uniqueIds }) => uniqueIds.length > 0)
      .map(({ courseId, uniqueIds }) => ({ courseId, uniqueIds: [...uniqueIds].sort() }))
      .sort((left, right) => left.courseId - right.courseId),
  };
}
