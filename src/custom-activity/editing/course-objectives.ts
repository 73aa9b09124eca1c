import type { StoredActivity } from '../../data/custom-activity.repository';
import type { Tx } from '../../data/database';
import {
  addCourseObjectives,
  findCourseObjectives,
  type LinkedObjective,
  replaceElementObjectives,
} from '../../data/linked-objective.repository';

export interface CourseObjectives {
  /** Those that the course has. */
  readonly before: readonly LinkedObjective[];
  /** Those that it is to get as well. */
  readonly added: readonly LinkedObjective[];
}

/** The course's learning objectives, and those of an activity that it does not have yet. */
export async function courseObjectivesWith(
  tx: Tx,
  siteId: number,
  courseId: number,
  wanted: readonly LinkedObjective[],
): Promise<CourseObjectives> {
  if (wanted.length === 0) return { before: [], added: [] };
  const before = await findCourseObjectives(tx, siteId, courseId);
  const there = new Set(idsOf(before));
  return { before, added: wanted.filter(({ id }) => !there.has(id)) };
}

/** Adds to the course what it does not have, and makes the activity's objectives exactly these. */
export async function writeActivityObjectives(
  tx: Tx,
  siteId: number,
  activity: Pick<StoredActivity, 'elementId' | 'courseId' | 'learningObjectives'>,
  { added }: CourseObjectives,
): Promise<void> {
  await addCourseObjectives(tx, siteId, activity.courseId, idsOf(added));
  await replaceElementObjectives(tx, siteId, activity.elementId, idsOf(activity.learningObjectives));
}

function idsOf(objectives: readonly LinkedObjective[]): number[] {
  return objectives.map(({ id }) => id);
}
