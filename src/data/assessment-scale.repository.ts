import { In, IsNull } from 'typeorm';
import type { Tx } from './database';
import { AssessmentGradeEntity } from './entities/assessment-grade.entity';
import { AssessmentScaleEntity } from './entities/assessment-scale.entity';
import { chunks } from './sql';
import type { Row } from './table';

/** `courseId` is null for a scale of the whole site. */
export type ScaleDetails = Row<AssessmentScaleEntity, 'id' | 'title' | 'courseId'>;
export type GradeRecord = Row<AssessmentGradeEntity, 'id' | 'scaleId' | 'title' | 'position'>;

/** The site's scales, then those of the course, where one is given; the oldest first. */
export async function findUsableScales(
  tx: Tx,
  siteId: number,
  courseId: number | null,
): Promise<ScaleDetails[]> {
  const ofSite = { siteId, courseId: IsNull() };
  const where = courseId === null ? ofSite : [ofSite, { siteId, courseId }];
  const scales = await tx.manager.find(AssessmentScaleEntity, { where, order: { id: 'ASC' } });
  return [
    ...scales.filter((scale) => scale.courseId === null),
    ...scales.filter((scale) => scale.courseId !== null),
  ];
}

/** The grades of the scales, the best of each first. */
export async function findGrades(
  tx: Tx,
  siteId: number,
  scaleIds: readonly number[],
): Promise<GradeRecord[]> {
  const grades: GradeRecord[] = [];
  for (const chunk of chunks(scaleIds)) {
    const where = { siteId, scaleId: In(chunk) };
    grades.push(...(await tx.manager.findBy(AssessmentGradeEntity, where)));
  }
  return grades.sort((a, b) => a.position - b.position || a.id - b.id);
}
