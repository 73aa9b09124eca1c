import {
  ACTIVITIES,
  ACTIVITY_ASSESSMENTS,
  type ActivityRowValues,
  COURSE_OBJECTIVES,
  COURSES,
  type CourseValues,
  deleteRows,
  ELEMENT_OBJECTIVES,
  ELEMENTS,
  type ElementValues,
  type Flag,
  GRADES,
  GRANTS,
  linkIfAbsent,
  OBJECTIVE_ASSESSMENTS,
  OBJECTIVES,
  type ObjectiveValues,
  SCALES,
  setUseScore,
  USERS,
  type UserValues,
} from '../data/course-data.repository';
import { findActivities, type StoredActivity } from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import {
  findRecords,
  insertRecords,
  insertWithIds,
  LEARNERS,
  lockSite,
  ORGANISATIONS,
  type RecordTable,
  rewriteRecords,
  type Stored,
} from '../data/reference-data.repository';
import { fold } from '../kernel/fold';
import type { ActivityRow, CourseRows, ElementRow } from './course-rows';
import {
  type Ids,
  idsOf,
  insertMissing,
  instant,
  referred,
  rewriteChanged,
  settled,
  writeRecords,
} from './write-records';

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
      isExternal: flag(row.isExternal, stored?.isExternal),
      isDeleted: flag(row.isDeleted, stored?.isDeleted),
    };
  });
  const { ids } = await writeRecords(tx, siteId, USERS, 'syncKey', before, records);
  const granted = users.flatMap((row) => row.organisationSyncKeys ?? []);
  const organisations = idsOf(await findByKey(tx, siteId, ORGANISATIONS, 'syncKey', granted));
  const grants = users.flatMap(({ syncKey, organisationSyncKeys = [] }) =>
    organisationSyncKeys.map((key) => ({
      userId: named(ids, syncKey, 'user'),
      organisationId: named(organisations, key, 'organisation'),
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
    named(ids, row.syncKey, 'course');
    const { id: _, ...stored } = before.get(row.syncKey) as Stored<CourseValues>;
    return {
      ...stored,
      isExternal: flag(row.isExternal, stored.isExternal),
      isDeleted: flag(row.isDeleted, stored.isDeleted),
      isArchived: flag(row.isArchived, stored.isArchived),
      objectivesEnabled: flag(row.objectivesEnabled, stored.objectivesEnabled),
    };
  });
  await rewriteChanged(tx, siteId, COURSES, 'syncKey', before, records);
  return ids;
}

/** Ids of scales by course (null: of the site) and title. */
async function writeScales(tx: Tx, siteId: number, rows: CourseRows, courses: Ids): Promise<Ids> {
  const { scales = [], elements = [] } = rows;
  const titles = [
    ...scales.map((row) => row.title),
    ...elements.flatMap(({ activity }) => activity?.scaleTitle ?? []),
  ];
  const wanted = scales.map(({ title, courseSyncKey }) => ({
    courseId: courseSyncKey === undefined ? null : named(courses, courseSyncKey, 'course'),
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
    const scaleId = named(ids, scaleKey(courseId, title), 'scale');
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
        isPublished: flag(isPublished, stored?.isPublished, true),
        isLeaf: parents.has(uniqueId) ? 0 : (stored?.isLeaf ?? 1),
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
      courseId: named(courses, syncKey, 'course'),
      objectiveId: named(objectives, uniqueId, 'learning objective'),
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
        courseId: named(courses, row.courseSyncKey, 'course'),
        parentId: referred(row.parentSyncKey, ids, stored?.parentId),
        kind: row.kind,
        syncKey: row.syncKey,
        title: row.title,
        active: flag(row.active, stored?.active, true),
        position: row.position ?? stored?.position ?? index,
        isDeleted: flag(row.isDeleted, stored?.isDeleted),
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

interface Written {
  readonly courses: Ids;
  readonly scales: Ids;
  readonly objectives: Ids;
  readonly elements: Ids;
}

type ActivityElement = ElementRow & { readonly activity: ActivityRow };

async function writeActivities(
  tx: Tx,
  siteId: number,
  { elements: rows = [] }: CourseRows,
  { courses, scales, objectives, elements }: Written,
): Promise<void> {
  const activities = rows.flatMap((row): ActivityElement[] => {
    if ((row.kind === 'CUSTOM_ACTIVITY') !== (row.activity !== undefined)) {
      throw new Error(`The element ${row.syncKey} and what it has as an activity do not fit`);
    }
    return row.activity === undefined ? [] : [{ ...row, activity: row.activity }];
  });
  const idOf = (row: ElementRow) => named(elements, row.syncKey, 'element');
  const stored = new Map(
    (await findActivities(tx, siteId, activities.map(idOf))).map((activity) => [
      activity.elementId,
      activity,
    ]),
  );
  const records = activities.map((row) => {
    const scaleId = (title: string) =>
      scales.get(scaleKey(named(courses, row.courseSyncKey, 'course'), title)) ??
      named(scales, scaleKey(null, title), 'scale');
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
      objectiveId: named(objectives, uniqueId, 'learning objective'),
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
  const kept = (sent: boolean | undefined, before: boolean | undefined) => flag(sent, before ? 1 : 0);
  const { scaleTitle } = row;
  return {
    elementId,
    description: settled(row.description, stored?.description),
    deadline: settled(instant(row.deadline), stored?.deadline),
    mandatory: kept(row.mandatory, stored?.mandatory),
    assessmentId: settled(
      typeof scaleTitle === 'string' ? scaleId(scaleTitle) : scaleTitle,
      stored?.assessmentId,
    ),
    maxScore: settled(row.maxScore, stored?.maxScore),
    assessmentVisible: kept(row.assessmentVisible, stored?.assessmentVisible),
    locked: kept(row.locked, stored?.locked),
    learningObjectiveAssessment:
      row.learningObjectiveAssessment ?? stored?.learningObjectiveAssessment ?? 'DO_NOT_USE',
    allowStudentsSetCompletion: kept(row.allowStudentsSetCompletion, stored?.allowStudentsSetCompletion),
  };
}

async function writeAssessments(
  tx: Tx,
  siteId: number,
  { activityAssessments = [], objectiveAssessments = [] }: CourseRows,
  { objectives, elements }: Pick<Written, 'objectives' | 'elements'>,
  updatedAt: number,
): Promise<void> {
  const logins = [...activityAssessments, ...objectiveAssessments].map((row) => row.learnerLogin);
  const learners = idsOf(await findByKey(tx, siteId, LEARNERS, 'login', logins));
  const place = (row: { readonly elementSyncKey: string; readonly learnerLogin: string }) => ({
    elementId: named(elements, row.elementSyncKey, 'element'),
    learnerId: named(learners, row.learnerLogin, 'learner'),
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
    objectiveId: named(objectives, row.learningObjectiveId, 'learning objective'),
    outcome: row.outcome,
    updatedAt,
  }));
  const key = ['elementId', 'objectiveId', 'learnerId'] as const;
  const outcomeKeys = outcomes.map((row) => key.map((property) => row[property]));
  await deleteRows(tx, siteId, OBJECTIVE_ASSESSMENTS, key, outcomeKeys);
  await insertRecords(tx, siteId, OBJECTIVE_ASSESSMENTS, outcomes);
}

/** Finds a grade by its title, within the scale that the activity uses. */
async function gradesOf(
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
  return (elementId, title) => named(grades, gradeKey(scaleIds.get(elementId) ?? 0, title), 'grade');
}

// ---------- records and their keys ----------

async function findByKey<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  keys: readonly string[],
): Promise<Map<string, Stored<Values>>> {
  const records = await findRecords(tx, siteId, table, key, keys);
  return new Map(records.map((record) => [record[key], record]));
}

/** A parent that is new itself gets its id by being inserted; its children are told in the second pass. */
async function writeTree<Key extends string, Values extends Readonly<Record<Key, string>>>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: Key,
  before: ReadonlyMap<string, Stored<Values>>,
  complete: (ids: Ids) => Values[],
  parents: readonly string[],
): Promise<Ids> {
  const known = await insertMissing(tx, siteId, table, key, before, complete(idsOf(before)));
  const ids = idsOf(known);
  for (const parent of parents) named(ids, parent, 'parent');
  await rewriteChanged(tx, siteId, table, key, known, complete(ids));
  return ids;
}

function named(ids: Ids, key: string, what: string): number {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`There is no ${what} ${key}`);
  return id;
}

function scaleKey(courseId: number | null, title: string): string {
  return JSON.stringify([courseId, title]);
}

function gradeKey(scaleId: number, title: string): string {
  return JSON.stringify([scaleId, title]);
}

function flag(sent: boolean | undefined, before: Flag | undefined, byDefault = false): Flag {
  if (sent === undefined && before !== undefined) return before;
  return (sent ?? byDefault) ? 1 : 0;
}
