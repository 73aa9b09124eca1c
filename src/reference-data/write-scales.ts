import { GRADES, SCALES } from '../data/course-data.repository';
import { findActivities } from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import { findRecords, insertRecords, rewriteRecords } from '../data/reference-data.repository';
import type { CourseRows } from './course-rows';
import { type Ids, requireId } from './write-records';

/** Ids of scales by course (null: of the site) and title. */
export async function writeScales(tx: Tx, siteId: number, rows: CourseRows, courses: Ids): Promise<Ids> {
  const { scales = [], elements = [] } = rows;
  const titles = [
    ...scales.map((row) => row.title),
    ...elements.flatMap(({ activity }) => activity?.scaleTitle ?? []),
  ];
  const wanted = scales.map(({ title, courseSyncKey }) => ({
    courseId: courseSyncKey === undefined ? null : requireId(courses, courseSyncKey, 'course'),
    title,
  }));
  const find = async () =>
    new Map(
      (await findRecords(tx, siteId, SCALES, 'title', titles)).map(({ courseId, title, id }) => [
        scaleKey(courseId, title),
        id,
      ]),
    );
  const before = await find();
  const missing = wanted.filter(({ courseId, title }) => !before.has(scaleKey(courseId, title)));
  await insertRecords(tx, siteId, SCALES, missing);
  const ids = missing.length === 0 ? before : await find();
  const grades = scales.flatMap((row, index) => {
    const { courseId, title } = wanted[index] ?? { courseId: null, title: row.title };
    const scaleId = requireId(ids, scaleKey(courseId, title), 'scale');
    return row.grades.map((grade, position) => ({ scaleId, title: grade, position }));
  });
  const stored = new Map(
    (
      await findRecords(
        tx,
        siteId,
        GRADES,
        'scaleId',
        grades.map((grade) => grade.scaleId),
      )
    ).map((grade) => [gradeKey(grade.scaleId, grade.title), grade]),
  );
  const storedOf = (grade: (typeof grades)[number]) => stored.get(gradeKey(grade.scaleId, grade.title));
  await insertRecords(
    tx,
    siteId,
    GRADES,
    grades.filter((grade) => storedOf(grade) === undefined),
  );
  const moved = grades.flatMap((grade) => {
    const before = storedOf(grade);
    return before === undefined || before.position === grade.position ? [] : [{ ...grade, id: before.id }];
  });
  await rewriteRecords(tx, siteId, GRADES, moved);
  return ids;
}

/** Finds a grade by its title, within the scale that the activity uses. */
export async function gradesOf(
  tx: Tx,
  siteId: number,
  elementIds: readonly number[],
): Promise<(elementId: number, title: string) => number> {
  const activities = await findActivities(tx, siteId, [...new Set(elementIds)]);
  const scaleIds = new Map(activities.map((activity) => [activity.elementId, activity.assessmentId]));
  const used = [...scaleIds.values()].filter((id) => id !== null);
  const grades = new Map(
    (await findRecords(tx, siteId, GRADES, 'scaleId', used)).map((grade) => [
      gradeKey(grade.scaleId, grade.title),
      grade.id,
    ]),
  );
  return (elementId, title) => requireId(grades, gradeKey(scaleIds.get(elementId) ?? 0, title), 'grade');
}

export function scaleKey(courseId: number | null, title: string): string {
  return JSON.stringify([courseId, title]);
}

function gradeKey(scaleId: number, title: string): string {
  return JSON.stringify([scaleId, title]);
}
