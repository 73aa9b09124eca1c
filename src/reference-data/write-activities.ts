import {
  ACTIVITIES,
  type ActivityRowValues,
  deleteRows,
  ELEMENT_OBJECTIVES,
} from '../data/course-data.repository';
import { findActivities, type StoredActivity } from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import { insertRecords } from '../data/reference-data.repository';
import type { ActivityRow, CourseRows, ElementRow } from './course-rows';
import { flagOrKept, type Ids, instantOf, requireId, sentOrKept } from './write-records';
import { scaleKey } from './write-scales';

/** The ids of what activities refer to. */
export interface WrittenCourseData {
  readonly courses: Ids;
  readonly scales: Ids;
  readonly objectives: Ids;
  readonly elements: Ids;
}

type ActivityElement = ElementRow & { readonly activity: ActivityRow };

export async function writeActivities(
  tx: Tx,
  siteId: number,
  { elements: rows = [] }: CourseRows,
  { courses, scales, objectives, elements }: WrittenCourseData,
): Promise<void> {
  const activities = rows.flatMap((row): ActivityElement[] => {
    if ((row.kind === 'CUSTOM_ACTIVITY') !== (row.activity !== undefined)) {
      throw new Error(`The element ${row.syncKey} and what it has as an activity do not fit`);
    }
    return row.activity === undefined ? [] : [{ ...row, activity: row.activity }];
  });
  const idOf = (row: ElementRow) => requireId(elements, row.syncKey, 'element');
  const stored = new Map(
    (await findActivities(tx, siteId, activities.map(idOf))).map((activity) => [
      activity.elementId,
      activity,
    ]),
  );
  const records = activities.map((row) => {
    const scaleId = (title: string) =>
      scales.get(scaleKey(requireId(courses, row.courseSyncKey, 'course'), title)) ??
      requireId(scales, scaleKey(null, title), 'scale');
    return activityValues(idOf(row), row.activity, stored.get(idOf(row)), scaleId);
  });
  const keys = records.map(({ elementId }) => [elementId]);
  await deleteRows(tx, siteId, ACTIVITIES, ['elementId'], keys);
  await insertRecords(tx, siteId, ACTIVITIES, records);

  const connected = activities.filter(({ activity }) => activity.learningObjectiveIds !== undefined);
  await deleteRows(
    tx,
    siteId,
    ELEMENT_OBJECTIVES,
    ['elementId'],
    connected.map((row) => [idOf(row)]),
  );
  const links = connected.flatMap((row) =>
    (row.activity.learningObjectiveIds ?? []).map((uniqueId, position) => ({
      elementId: idOf(row),
      objectiveId: requireId(objectives, uniqueId, 'learning objective'),
      position,
    })),
  );
  await insertRecords(tx, siteId, ELEMENT_OBJECTIVES, links);
}

function activityValues(
  elementId: number,
  row: ActivityRow,
  stored: StoredActivity | undefined,
  scaleId: (title: string) => number,
): ActivityRowValues {
  const kept = (sent: boolean | undefined, before: boolean | undefined) => flagOrKept(sent, before ?? false);
  const { scaleTitle } = row;
  return {
    elementId,
    description: sentOrKept(row.description, stored?.description),
    deadline: sentOrKept(instantOf(row.deadline), stored?.deadline),
    mandatory: kept(row.mandatory, stored?.mandatory),
    assessmentId: sentOrKept(
      typeof scaleTitle === 'string' ? scaleId(scaleTitle) : scaleTitle,
      stored?.assessmentId,
    ),
    maxScore: sentOrKept(row.maxScore, stored?.maxScore),
    assessmentVisible: kept(row.assessmentVisible, stored?.assessmentVisible),
    locked: kept(row.locked, stored?.locked),
    learningObjectiveAssessment:
      row.learningObjectiveAssessment ?? stored?.learningObjectiveAssessment ?? 'DO_NOT_USE',
    allowStudentsSetCompletion: kept(row.allowStudentsSetCompletion, stored?.allowStudentsSetCompletion),
  };
}
