import { instantFromSql, instantToSql } from '../kernel/dates';
import type { LearningObjectiveAssessment } from '../kernel/learning-objective-assessment';
import { COURSE_OBJECTIVES, linkIfAbsent } from './course-data.repository';
import type { ElementRecord } from './course-reference.repository';
import type { Tx } from './database';
import { builtOnce, chunks, placeholders, rowPlaceholders } from './sql';

/** What an edit can change of a custom activity, its learning objectives apart. Instants are epoch milliseconds. */
export interface ActivityValues {
  /** The folder it is in; null is the course's root. */
  readonly parentId: number | null;
  readonly active: boolean;
  readonly title: string;
  /** Sanitised HTML. */
  readonly description: string | null;
  readonly deadline: number | null;
  readonly mandatory: boolean;
  readonly assessmentId: number | null;
  readonly maxScore: number | null;
  readonly assessmentVisible: boolean;
  readonly locked: boolean;
  readonly learningObjectiveAssessment: LearningObjectiveAssessment;
  readonly allowStudentsSetCompletion: boolean;
}

/** A learning objective of an element or course; `learningObjectiveId` is its unique id in the repository. */
export interface LinkedObjective {
  readonly id: number;
  readonly learningObjectiveId: string;
  readonly title: string;
}

export interface StoredActivity extends ActivityValues {
  readonly elementId: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly courseSyncKey: string | null;
  readonly parentSyncKey: string | null;
  readonly updatedAt: number;
  readonly learningObjectives: readonly LinkedObjective[];
}

interface ActivityRow extends Omit<StoredActivity, 'deadline' | 'updatedAt' | 'learningObjectives'> {
  readonly deadline: string | Date | null;
  readonly updatedAt: string | Date;
}

/** Of an element e and its own table a. */
const CELLS = `e.id AS elementId, e.sync_key AS syncKey, e.course_id AS courseId, e.parent_id AS parentId, e.active,
  e.title, e.updated_at AS updatedAt, a.description, a.deadline, a.mandatory, a.assessment_id AS assessmentId,
  a.max_score AS maxScore, a.assessment_visible AS assessmentVisible, a.locked,
  a.learning_objective_assessment AS learningObjectiveAssessment,
  a.allow_students_set_completion AS allowStudentsSetCompletion`;

function activityFromRow(row: ActivityRow, learningObjectives: readonly LinkedObjective[]): StoredActivity {
  return {
    elementId: row.elementId,
    syncKey: row.syncKey,
    courseId: row.courseId,
    courseSyncKey: row.courseSyncKey,
    parentId: row.parentId,
    parentSyncKey: row.parentSyncKey,
    active: Boolean(row.active),
    title: row.title,
    description: row.description,
    deadline: row.deadline === null ? null : instantFromSql(row.deadline),
    mandatory: Boolean(row.mandatory),
    assessmentId: row.assessmentId,
    maxScore: row.maxScore,
    assessmentVisible: Boolean(row.assessmentVisible),
    locked: Boolean(row.locked),
    learningObjectiveAssessment: row.learningObjectiveAssessment,
    allowStudentsSetCompletion: Boolean(row.allowStudentsSetCompletion),
    updatedAt: instantFromSql(row.updatedAt),
    learningObjectives,
  };
}

/** The custom activities among the elements, deleted ones included: two statements per chunk of ids. */
export async function findActivities(
  tx: Tx,
  siteId: number,
  elementIds: readonly number[],
): Promise<StoredActivity[]> {
  const objectives = await findElementObjectives(tx, siteId, elementIds);
  const found: StoredActivity[] = [];
  for (const chunk of chunks(elementIds)) {
    const rows = await tx.query<ActivityRow>(
      `SELECT ${CELLS}, c.sync_key AS courseSyncKey, p.sync_key AS parentSyncKey
       FROM course_element e
         JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
         JOIN training c ON c.site_id = e.site_id AND c.id = e.course_id
         LEFT JOIN course_element p ON p.site_id = e.site_id AND p.id = e.parent_id
       WHERE e.site_id = ? AND e.id IN ${placeholders(chunk.length)}`,
      [siteId, ...chunk],
    );
    for (const row of rows) found.push(activityFromRow(row, objectives.get(row.elementId) ?? []));
  }
  return found;
}

/** By element, in the order of their positions. */
async function findElementObjectives(
  tx: Tx,
  siteId: number,
  elementIds: readonly number[],
): Promise<Map<number, LinkedObjective[]>> {
  const found = new Map<number, LinkedObjective[]>();
  for (const chunk of chunks(elementIds)) {
    const rows = await tx.query<LinkedObjective & { readonly elementId: number }>(
      `SELECT eo.element_id AS elementId, o.id, o.unique_id AS learningObjectiveId, o.title
       FROM element_objective eo
         JOIN learning_objective o ON o.site_id = eo.site_id AND o.id = eo.objective_id
       WHERE eo.site_id = ? AND eo.element_id IN ${placeholders(chunk.length)}
       ORDER BY eo.element_id, eo.position, o.id`,
      [siteId, ...chunk],
    );
    for (const { elementId, ...objective } of rows) {
      const ofElement = found.get(elementId);
      if (ofElement === undefined) found.set(elementId, [objective]);
      else ofElement.push(objective);
    }
  }
  return found;
}

/** What assessments lock of an element. */
export interface AssessedParts {
  /** A participant has a grade or score. */
  readonly activity: boolean;
  /** A participant was assessed on a learning objective of the element. */
  readonly objectives: boolean;
}

/** An element of any kind, and what is stored of it as a custom activity. */
export interface ElementState {
  readonly element: ElementRecord;
  /** Null where it has no row of a custom activity. */
  readonly activity: StoredActivity | null;
  /** False for what was not asked for. */
  readonly assessed: AssessedParts;
}

/**
 * The element as it is now; locked, it stays so until the transaction ends. Whoever writes an element, or an
 * assessment of it, locks it first, and only one in a transaction, so that writers wait for each other and never in a
 * circle. Tables of others are read by subqueries, which lock nothing, and of the element's key, so that they are read
 * when the lock is there. The embedded database has one writer at a time and needs no lock.
 */
export async function findElementState(
  tx: Tx,
  siteId: number,
  elementId: number,
  { isLocked, asked }: { readonly isLocked: boolean; readonly asked: AssessedParts },
): Promise<ElementState | undefined> {
  const sql = stateStatement(isLocked && tx.kind === 'mysql', asked.activity, asked.objectives);
  const [row] = await tx.prepared<StateRow>(sql, [siteId, elementId]);
  if (row === undefined) return undefined;
  const linked =
    Number(row.hasObjectives) === 1 ? await findElementObjectives(tx, siteId, [elementId]) : undefined;
  return {
    element: {
      id: elementId,
      syncKey: row.syncKey,
      courseId: row.courseId,
      kind: row.kind,
      isDeleted: Boolean(row.isDeleted),
    },
    activity: row.ownId === null ? null : activityFromRow(row, linked?.get(elementId) ?? []),
    assessed: {
      activity: Number(row.isAssessed) === 1,
      objectives: Number(row.areObjectivesAssessed) === 1,
    },
  };
}

const stateStatement = builtOnce((isLocked: boolean, activity: boolean, objectives: boolean) => {
  const ofElement = 'x.site_id = e.site_id AND x.element_id = e.id';
  const isAssessed = `EXISTS (SELECT 1 FROM activity_assessment x WHERE ${ofElement} AND (x.grade_id IS NOT NULL OR x.score IS NOT NULL))`;
  const areObjectivesAssessed = `EXISTS (SELECT 1 FROM objective_assessment x WHERE ${ofElement})`;
  return `SELECT ${CELLS}, e.kind, e.is_deleted AS isDeleted, a.element_id AS ownId,
      (SELECT x.sync_key FROM training x WHERE x.site_id = e.site_id AND x.id = e.course_id) AS courseSyncKey,
      (SELECT x.sync_key FROM course_element x WHERE x.site_id = e.site_id AND x.id = e.parent_id) AS parentSyncKey,
      EXISTS (SELECT 1 FROM element_objective x WHERE ${ofElement}) AS hasObjectives,
      ${activity ? isAssessed : '0'} AS isAssessed, ${objectives ? areObjectivesAssessed : '0'} AS areObjectivesAssessed
    FROM course_element e LEFT JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
    WHERE e.site_id = ? AND e.id = ?${isLocked ? ' FOR UPDATE' : ''}`;
});

interface StateRow extends ActivityRow {
  readonly kind: ElementRecord['kind'];
  readonly isDeleted: number;
  readonly ownId: number | null;
  readonly hasObjectives: number | string;
  readonly isAssessed: number | string;
  readonly areObjectivesAssessed: number | string;
}

/** The learning objectives that were added to a course, in the order of their unique ids. */
export async function findCourseObjectives(
  tx: Tx,
  siteId: number,
  courseId: number,
): Promise<LinkedObjective[]> {
  return tx.query<LinkedObjective>(
    `SELECT o.id, o.unique_id AS learningObjectiveId, o.title
     FROM course_objective co
       JOIN learning_objective o ON o.site_id = co.site_id AND o.id = co.objective_id
     WHERE co.site_id = ? AND co.course_id = ? ORDER BY o.unique_id`,
    [siteId, courseId],
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

/**
 * Writes a new activity at the end of its folder, apart from its learning objectives. Answers its id; null, and
 * writes nothing, where an element of the site has the sync key.
 */
export async function insertActivity(
  tx: Tx,
  siteId: number,
  activity: ActivityValues & { readonly syncKey: string } & Pick<StoredActivity, 'courseId' | 'updatedAt'>,
): Promise<number | null> {
  const { courseId, parentId, syncKey } = activity;
  // A plain INSERT of a key that is there would lock its row for reading, and such locks end in deadlocks.
  const nothing =
    tx.kind === 'sqlite' ? 'ON CONFLICT DO NOTHING' : 'ON DUPLICATE KEY UPDATE site_id = site_id';
  await tx.query(
    `INSERT INTO course_element
       (site_id, course_id, parent_id, kind, sync_key, title, active, position, is_deleted, updated_at)
     VALUES ${placeholders(10)} ${nothing}`,
    [
      siteId,
      courseId,
      parentId,
      'CUSTOM_ACTIVITY',
      syncKey,
      activity.title,
      Number(activity.active),
      await nextPosition(tx, siteId, courseId, parentId),
      0,
      instantToSql(activity.updatedAt),
    ],
  );
  // Of the custom activities, only the one just inserted has no row of its own.
  const [inserted] = await tx.query<{ readonly id: number }>(
    `SELECT e.id FROM course_element e
       LEFT JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
     WHERE e.site_id = ? AND e.sync_key = ? AND e.kind = 'CUSTOM_ACTIVITY' AND a.element_id IS NULL`,
    [siteId, syncKey],
  );
  if (inserted === undefined) return null;
  await tx.query(
    `INSERT INTO custom_activity
       (description, deadline, mandatory, assessment_id, max_score, assessment_visible, locked,
        learning_objective_assessment, allow_students_set_completion, site_id, element_id)
     VALUES ${placeholders(11)}`,
    [...ownValues(activity), siteId, inserted.id],
  );
  return inserted.id;
}

/** After all elements of the folder; two that are put there at the same moment may share it. */
async function nextPosition(
  tx: Tx,
  siteId: number,
  courseId: number,
  parentId: number | null,
): Promise<number> {
  const inFolder = parentId === null ? 'parent_id IS NULL' : 'parent_id = ?';
  const [row] = await tx.query<{ readonly last: number | null }>(
    `SELECT MAX(position) AS last FROM course_element WHERE site_id = ? AND course_id = ? AND ${inFolder}`,
    parentId === null ? [siteId, courseId] : [siteId, courseId, parentId],
  );
  return (row?.last ?? -1) + 1;
}

/** Overwrites a stored activity, whole, apart from its learning objectives. */
export async function rewriteActivity(
  tx: Tx,
  siteId: number,
  activity: ActivityValues & Pick<StoredActivity, 'elementId' | 'updatedAt'>,
): Promise<void> {
  const ofElement = [
    activity.parentId,
    activity.title,
    Number(activity.active),
    instantToSql(activity.updatedAt),
  ];
  const key = [siteId, activity.elementId];
  if (tx.kind === 'mysql') {
    await tx.prepared(REWRITE, [...ofElement, ...ownValues(activity), ...key]);
    return;
  }
  // SQLite updates one table at a time.
  await tx.prepared(REWRITE_ELEMENT, [...ofElement, ...key]);
  await tx.prepared(REWRITE_OWN, [...ownValues(activity), ...key]);
}

const ELEMENT_CELLS = ['parent_id', 'title', 'active', 'updated_at'];
const OWN_CELLS = [
  'description',
  'deadline',
  'mandatory',
  'assessment_id',
  'max_score',
  'assessment_visible',
  'locked',
  'learning_objective_assessment',
  'allow_students_set_completion',
];

const REWRITE = `UPDATE course_element e JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
  SET ${assignments(ELEMENT_CELLS, 'e.')}, ${assignments(OWN_CELLS, 'a.')} WHERE e.site_id = ? AND e.id = ?`;
const REWRITE_ELEMENT = `UPDATE course_element SET ${assignments(ELEMENT_CELLS)} WHERE site_id = ? AND id = ?`;
const REWRITE_OWN = `UPDATE custom_activity SET ${assignments(OWN_CELLS)} WHERE site_id = ? AND element_id = ?`;

function assignments(columns: readonly string[], prefix = ''): string {
  return columns.map((column) => `${prefix}${column} = ?`).join(', ');
}

/** The cells of the activity's own table, in the order in which the statements name them. */
function ownValues(activity: ActivityValues): (string | number | null)[] {
  return [
    activity.description,
    activity.deadline === null ? null : instantToSql(activity.deadline),
    Number(activity.mandatory),
    activity.assessmentId,
    activity.maxScore,
    Number(activity.assessmentVisible),
    Number(activity.locked),
    activity.learningObjectiveAssessment,
    Number(activity.allowStudentsSetCompletion),
  ];
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
