import type { Tx } from './database';
import { findBy } from './find-by';

export interface ScaleDetails {
  readonly id: number;
  readonly title: string;
  /** Null: a scale of the whole site. */
  readonly courseId: number | null;
}

export interface GradeRecord {
  readonly id: number;
  readonly scaleId: number;
  readonly title: string;
  readonly position: number;
}

/** The site's scales, then those of the course, where one is given; the oldest first. */
export function findUsableScales(tx: Tx, siteId: number, courseId: number | null): Promise<ScaleDetails[]> {
  const ofCourse = courseId === null ? '' : 'OR course_id = ?';
  return tx.query<ScaleDetails>(
    `SELECT id, title, course_id AS courseId FROM assessment_scale
     WHERE site_id = ? AND (course_id IS NULL ${ofCourse})
     ORDER BY CASE WHEN course_id IS NULL THEN 0 ELSE 1 END, id`,
    courseId === null ? [siteId] : [siteId, courseId],
  );
}

/** The grades of the scales, the best of each first. */
export async function findGrades(
  tx: Tx,
  siteId: number,
  scaleIds: readonly number[],
): Promise<GradeRecord[]> {
  const select = 'SELECT id, scale_id AS scaleId, title, position FROM assessment_grade';
  const grades = await findBy<GradeRecord>(tx, select, siteId, 'scale_id', scaleIds);
  return grades.sort((a, b) => a.position - b.position || a.id - b.id);
}
