import { type Cells, text, wholeNumber } from './cells';
import { COURSE_OBJECTIVES, linkIfAbsent } from './course-data.repository';
import type { Tx } from './database';
import { chunks, placeholders, rowPlaceholders } from './sql';

/** A learning objective of an element or course; `learningObjectiveId` is its unique id in the repository. */
export interface LinkedObjective {
  readonly id: number;
  readonly learningObjectiveId: string;
  readonly title: string;
}

const OBJECTIVE: Cells<LinkedObjective> = { id: wholeNumber, learningObjectiveId: text, title: text };

/** The learning objectives of each element, in the order of their positions. */
export async function findElementObjectives(
  tx: Tx,
  siteId: number,
  elementIds: readonly number[],
): Promise<Map<number, LinkedObjective[]>> {
  const found = new Map<number, LinkedObjective[]>();
  for (const chunk of chunks(elementIds)) {
    const rows = await tx.query(
      `SELECT eo.element_id AS elementId, o.id, o.unique_id AS learningObjectiveId, o.title
       FROM element_objective eo
         JOIN learning_objective o ON o.site_id = eo.site_id AND o.id = eo.objective_id
       WHERE eo.site_id = ? AND eo.element_id IN ${placeholders(chunk.length)}
       ORDER BY eo.element_id, eo.position, o.id`,
      [siteId, ...chunk],
      { ...OBJECTIVE, elementId: wholeNumber },
    );
    for (const { elementId, ...objective } of rows) {
      const ofElement = found.get(elementId);
      if (ofElement === undefined) found.set(elementId, [objective]);
      else ofElement.push(objective);
    }
  }
  return found;
}

/** The learning objectives that were added to a course, in the order of their unique ids. */
export async function findCourseObjectives(
  tx: Tx,
  siteId: number,
  courseId: number,
): Promise<LinkedObjective[]> {
  return tx.query(
    `SELECT o.id, o.unique_id AS learningObjectiveId, o.title
     FROM course_objective co
       JOIN learning_objective o ON o.site_id = co.site_id AND o.id = co.objective_id
     WHERE co.site_id = ? AND co.course_id = ? ORDER BY o.unique_id`,
    [siteId, courseId],
    OBJECTIVE,
  );
}

/** Adds learning objectives to a course; those that are there already stay. */
export async function addCourseObjectives(
  tx: Tx,
  siteId: number,
  courseId: number,
  objectiveIds: readonly number[],
): Promise<void> {
  // Always in one order: another update may add the same ones to the course right now.
  const inOrder = [...objectiveIds].sort((a, b) => a - b);
  await linkIfAbsent(
    tx,
    siteId,
    COURSE_OBJECTIVES,
    inOrder.map((objectiveId) => ({ courseId, objectiveId })),
  );
}

/** The element has these learning objectives afterwards, in this order, and no others. */
export async function replaceElementObjectives(
  tx: Tx,
  siteId: number,
  elementId: number,
  objectiveIds: readonly number[],
): Promise<void> {
  await tx.query('DELETE FROM element_objective WHERE site_id = ? AND element_id = ?', [siteId, elementId]);
  const rows = objectiveIds.map((objectiveId, position) => [siteId, elementId, objectiveId, position]);
  for (const chunk of chunks(rows)) {
    await tx.query(
      `INSERT INTO element_objective (site_id, element_id, objective_id, position)
       VALUES ${rowPlaceholders(chunk.length, 4)}`,
      chunk.flat(),
    );
  }
}
