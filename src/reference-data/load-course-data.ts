import {
  COURSE_OBJECTIVES,
  COURSES,
  type CourseValues,
  ELEMENTS,
  type ElementValues,
  GRANTS,
  linkIfAbsent,
  OBJECTIVES,
  type ObjectiveValues,
  setUseScore,
  USERS,
  type UserValues,
} from '../data/course-data.repository';
import type { Tx } from '../data/database';
import { insertWithIds, lockSite, ORGANISATIONS, type Stored } from '../data/reference-data.repository';
import { fold } from '../kernel/fold';
import type { CourseRows, ElementRow } from './course-rows';
import { writeActivities } from './write-activities';
import { writeAssessments } from './write-assessments';
import {
  findByKey,
  flagOrKept,
  type Ids,
  idsOf,
  referred,
  requireId,
  rewriteChanged,
  writeRecords,
  writeTree,
} from './write-records';
import { writeScales } from './write-scales';

/**
 * Creates or updates what is in the courses of one site, and who may edit them. Site, organisations, courses and
 * learners are there before (`loadReferenceData`). The rows are our own, not a caller's: one that names nothing is a
 * mistake of ours and throws, and the transaction undoes the rest. The number of SQL statements grows with chunks of
 * rows, never with rows.
 */
export async function loadCourseData(
  tx: Tx,
  siteId: number,
  rows: CourseRows,
  now = new Date(),
): Promise<void> {
  await lockSite(tx, siteId);
  if (rows.site?.useScore !== undefined) await setUseScore(tx, siteId, rows.site.useScore);
  await writeUsers(tx, siteId, rows);
  const courses = await writeCourses(tx, siteId, rows);
  const scales = await writeScales(tx, siteId, rows, courses);
  const objectives = await writeObjectives(tx, siteId, rows);
  await linkCourseObjectives(tx, siteId, rows, courses, objectives);
  const elements = await writeElements(tx, siteId, rows, courses, now.getTime());
  await writeActivities(tx, siteId, rows, { courses, scales, objectives, elements });
  await writeAssessments(tx, siteId, rows, { objectives, elements }, now.getTime());
}

async function writeUsers(tx: Tx, siteId: number, { users = [] }: CourseRows): Promise<void> {
  const before = await findByKey(
    tx,
    siteId,
    USERS,
    'syncKey',
    users.map((user) => user.syncKey),
  );
  const records = users.map((row): UserValues => {
    const stored = before.get(row.syncKey);
    return {
      syncKey: row.syncKey,
      isExternal: flagOrKept(row.isExternal, stored?.isExternal),
      isDeleted: flagOrKept(row.isDeleted, stored?.isDeleted),
    };
  });
  const { ids } = await writeRecords(tx, siteId, USERS, 'syncKey', before, records);
  const granted = users.flatMap((row) => row.organisationSyncKeys ?? []);
  const organisations = idsOf(await findByKey(tx, siteId, ORGANISATIONS, 'syncKey', granted));
  const grants = users.flatMap(({ syncKey, organisationSyncKeys = [] }) =>
    organisationSyncKeys.map((key) => ({
      userId: requireId(ids, syncKey, 'user'),
      organisationId: requireId(organisations, key, 'organisation'),
    })),
  );
  await linkIfAbsent(tx, siteId, GRANTS, grants);
}

async function writeCourses(tx: Tx, siteId: number, rows: CourseRows): Promise<Ids> {
  const { courses = [], scales = [], elements = [] } = rows;
  const before = await findByKey(tx, siteId, COURSES, 'syncKey', [
    ...courses.map((row) => row.syncKey),
    ...scales.flatMap((row) => row.courseSyncKey ?? []),
    ...elements.map((row) => row.courseSyncKey),
  ]);
  const ids = idsOf(before);
  const records = courses.map((row): CourseValues => {
    requireId(ids, row.syncKey, 'course');
    const { id: _, ...stored } = before.get(row.syncKey) as Stored<CourseValues>;
    return {
      ...stored,
      isExternal: flagOrKept(row.isExternal, stored.isExternal),
      isDeleted: flagOrKept(row.isDeleted, stored.isDeleted),
      isArchived: flagOrKept(row.isArchived, stored.isArchived),
      objectivesEnabled: flagOrKept(row.objectivesEnabled, stored.objectivesEnabled),
    };
  });
  await rewriteChanged(tx, siteId, COURSES, 'syncKey', before, records);
  return ids;
}

async function writeObjectives(tx: Tx, siteId: number, rows: CourseRows): Promise<Ids> {
  const { learningObjectives = [], courses = [], elements = [], objectiveAssessments = [] } = rows;
  const before = await findByKey(tx, siteId, OBJECTIVES, 'uniqueId', [
    ...learningObjectives.flatMap((row) => [
      row.uniqueId,
      ...(row.parentUniqueId ? [row.parentUniqueId] : []),
    ]),
    ...courses.flatMap((row) => row.learningObjectiveIds ?? []),
    ...elements.flatMap(({ activity }) => activity?.learningObjectiveIds ?? []),
    ...objectiveAssessments.map((row) => row.learningObjectiveId),
  ]);
  const parents = new Set(learningObjectives.flatMap((row) => row.parentUniqueId ?? []));
  const complete = (ids: Ids): ObjectiveValues[] =>
    learningObjectives.map(({ uniqueId, title, parentUniqueId, isPublished }) => {
      const stored = before.get(uniqueId);
      return {
        parentId: referred(parentUniqueId, ids, stored?.parentId),
        uniqueId,
        uniqueIdFolded: fold(uniqueId),
        title,
        titleFolded: fold(title),
        isPublished: flagOrKept(isPublished, stored?.isPublished, true),
        isLeaf: !parents.has(uniqueId) && (stored?.isLeaf ?? true),
      };
    });
  return writeTree(tx, siteId, OBJECTIVES, 'uniqueId', before, complete, [...parents]);
}

async function linkCourseObjectives(
  tx: Tx,
  siteId: number,
  { courses: rows = [], elements = [] }: CourseRows,
  courses: Ids,
  objectives: Ids,
): Promise<void> {
  const ofElements = elements.map(({ courseSyncKey, activity }) => ({
    syncKey: courseSyncKey,
    learningObjectiveIds: activity?.learningObjectiveIds,
  }));
  const links = [...rows, ...ofElements].flatMap(({ syncKey, learningObjectiveIds = [] }) =>
    learningObjectiveIds.map((uniqueId) => ({
      courseId: requireId(courses, syncKey, 'course'),
      objectiveId: requireId(objectives, uniqueId, 'learning objective'),
    })),
  );
  await linkIfAbsent(tx, siteId, COURSE_OBJECTIVES, links);
}

async function writeElements(
  tx: Tx,
  siteId: number,
  rows: CourseRows,
  courses: Ids,
  now: number,
): Promise<Ids> {
  const { elements = [], activityAssessments = [], objectiveAssessments = [] } = rows;
  const parents = elements.flatMap((row) => row.parentSyncKey ?? []);
  const before = await findByKey(tx, siteId, ELEMENTS, 'syncKey', [
    ...elements.map((row) => row.syncKey),
    ...parents,
    ...activityAssessments.map((row) => row.elementSyncKey),
    ...objectiveAssessments.map((row) => row.elementSyncKey),
  ]);
  const complete = (ids: Ids): ElementValues[] =>
    elements.map((row, index) => {
      const stored = before.get(row.syncKey);
      return {
        courseId: requireId(courses, row.courseSyncKey, 'course'),
        parentId: referred(row.parentSyncKey, ids, stored?.parentId),
        kind: row.kind,
        syncKey: row.syncKey,
        title: row.title,
        active: flagOrKept(row.active, stored?.active, true),
        position: row.position ?? stored?.position ?? index,
        isDeleted: flagOrKept(row.isDeleted, stored?.isDeleted),
        updatedAt: stored?.updatedAt ?? now,
      };
    });
  const chosen = await insertUnderChosenIds(tx, siteId, elements, before, complete(idsOf(before)));
  const known = new Map([...before, ...chosen.map((element) => [element.syncKey, element] as const)]);
  return writeTree(tx, siteId, ELEMENTS, 'syncKey', known, complete, parents);
}

/** Answers the new elements whose rows say which id they get; the others get theirs after them. */
async function insertUnderChosenIds(
  tx: Tx,
  siteId: number,
  rows: readonly ElementRow[],
  before: ReadonlyMap<string, unknown>,
  records: readonly ElementValues[],
): Promise<Stored<ElementValues>[]> {
  const ids = new Map(rows.flatMap(({ syncKey, id }) => (id === undefined ? [] : [[syncKey, id]])));
  const chosen = records.flatMap((record) => {
    const id = ids.get(record.syncKey);
    return id === undefined || before.has(record.syncKey) ? [] : [{ ...record, id }];
  });
  await insertWithIds(tx, siteId, ELEMENTS, chosen);
  return chosen;
}
