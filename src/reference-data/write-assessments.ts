import { ACTIVITY_ASSESSMENTS, deleteRows, OBJECTIVE_ASSESSMENTS } from '../data/course-data.repository';
import type { Tx } from '../data/database';
import { insertRecords, LEARNERS } from '../data/reference-data.repository';
import type { CourseRows } from './course-rows';
import type { WrittenCourseData } from './write-activities';
import { findByKey, idsOf, requireId } from './write-records';
import { gradesOf } from './write-scales';

export async function writeAssessments(
  tx: Tx,
  siteId: number,
  { activityAssessments = [], objectiveAssessments = [] }: CourseRows,
  { objectives, elements }: Pick<WrittenCourseData, 'objectives' | 'elements'>,
  updatedAt: number,
): Promise<void> {
  const logins = [...activityAssessments, ...objectiveAssessments].map((row) => row.learnerLogin);
  const learners = idsOf(await findByKey(tx, siteId, LEARNERS, 'login', logins));
  const place = (row: { readonly elementSyncKey: string; readonly learnerLogin: string }) => ({
    elementId: requireId(elements, row.elementSyncKey, 'element'),
    learnerId: requireId(learners, row.learnerLogin, 'learner'),
  });
  const gradeOf = await gradesOf(
    tx,
    siteId,
    activityAssessments.map((row) => place(row).elementId),
  );
  const results = activityAssessments.map((row) => ({
    ...place(row),
    status: row.status,
    gradeId: row.grade === undefined ? null : gradeOf(place(row).elementId, row.grade),
    score: row.score ?? null,
    updatedAt,
  }));
  const resultKeys = results.map(({ elementId, learnerId }) => [elementId, learnerId]);
  await deleteRows(tx, siteId, ACTIVITY_ASSESSMENTS, ['elementId', 'learnerId'], resultKeys);
  await insertRecords(tx, siteId, ACTIVITY_ASSESSMENTS, results);

  const outcomes = objectiveAssessments.map((row) => ({
    ...place(row),
    objectiveId: requireId(objectives, row.learningObjectiveId, 'learning objective'),
    outcome: row.outcome,
    updatedAt,
  }));
  const key = ['elementId', 'objectiveId', 'learnerId'] as const;
  const outcomeKeys = outcomes.map((row) => key.map((property) => row[property]));
  await deleteRows(tx, siteId, OBJECTIVE_ASSESSMENTS, key, outcomeKeys);
  await insertRecords(tx, siteId, OBJECTIVE_ASSESSMENTS, outcomes);
}
