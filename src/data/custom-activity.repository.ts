import { instantToSql } from '../kernel/dates/instants';
import {
  LEARNING_OBJECTIVE_ASSESSMENTS,
  type LearningObjectiveAssessment,
} from '../kernel/learning-objective-assessment';
import {
  type Cells,
  double,
  flag,
  instant,
  nullable,
  readRow,
  text,
  UNREAD,
  wholeNumber,
  word,
} from './cells';
import { findDeletedFolders } from './course-element.repository';
import type { ElementRecord } from './course-reference.repository';
import type { Tx } from './database';
import { ELEMENT_KINDS } from './entities/course-element.entity';
import { findElementObjectives, type LinkedObjective } from './linked-objective.repository';
import { builtOnce, chunks, placeholders } from './sql';
import { writtenLock } from './written-lock';

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

export interface StoredActivity extends ActivityValues {
  readonly elementId: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly courseSyncKey: string | null;
  readonly parentSyncKey: string | null;
  readonly updatedAt: number;
  readonly learningObjectives: readonly LinkedObjective[];
}

type StoredActivityRow = Omit<StoredActivity, 'learningObjectives'>;

/** Of an element e and its own table a. */
const CELLS = `e.id AS elementId, e.sync_key AS syncKey, e.course_id AS courseId, e.parent_id AS parentId, e.active,
  e.title, e.updated_at AS updatedAt, a.description, a.deadline, a.mandatory, a.assessment_id AS assessmentId,
  a.max_score AS maxScore, a.assessment_visible AS assessmentVisible, a.locked,
  a.learning_objective_assessment AS learningObjectiveAssessment,
  a.allow_students_set_completion AS allowStudentsSetCompletion`;

const ACTIVITY: Cells<StoredActivityRow> = {
  elementId: wholeNumber,
  syncKey: nullable(text),
  courseId: wholeNumber,
  courseSyncKey: nullable(text),
  parentId: nullable(wholeNumber),
  parentSyncKey: nullable(text),
  active: flag,
  title: text,
  updatedAt: instant,
  description: nullable(text),
  deadline: nullable(instant),
  mandatory: flag,
  assessmentId: nullable(wholeNumber),
  maxScore: nullable(double),
  assessmentVisible: flag,
  locked: flag,
  learningObjectiveAssessment: word(LEARNING_OBJECTIVE_ASSESSMENTS),
  allowStudentsSetCompletion: flag,
};

/** The custom activities among the elements, deleted ones included: two statements per chunk of ids. */
export async function findActivities(
  tx: Tx,
  siteId: number,
  elementIds: readonly number[],
): Promise<StoredActivity[]> {
  const objectives = await findElementObjectives(tx, siteId, elementIds);
  const found: StoredActivity[] = [];
  for (const chunk of chunks(elementIds)) {
    const rows = await tx.query(
      `SELECT ${CELLS}, c.sync_key AS courseSyncKey, p.sync_key AS parentSyncKey
       FROM course_element e
         JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
         JOIN training c ON c.site_id = e.site_id AND c.id = e.course_id
         LEFT JOIN course_element p ON p.site_id = e.site_id AND p.id = e.parent_id
       WHERE e.site_id = ? AND e.id IN ${placeholders(chunk.length)}`,
      [siteId, ...chunk],
      ACTIVITY,
    );
    for (const row of rows) {
      found.push({ ...row, learningObjectives: objectives.get(row.elementId) ?? [] });
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
  /** A folder above it is deleted, and the element is seen as deleted with it. */
  readonly isInDeletedFolder: boolean;
  /** False for what was not asked for. */
  readonly assessed: AssessedParts;
}

/**
 * The element as it is now; locked, it stays so until the transaction ends. Whoever writes an element, or an
 * assessment of it, locks it first, and only one in a transaction, so that writers wait for each other and never in a
 * circle. Tables of others are read by subqueries, which lock nothing, and of the element's key, so that they are read
 * when the lock is there. The embedded database has one writer at a time and needs no lock; where several nodes write,
 * the element is written as well.
 */
export async function findElementState(
  tx: Tx,
  siteId: number,
  elementId: number,
  { isLocked, asked }: { readonly isLocked: boolean; readonly asked: AssessedParts },
): Promise<ElementState | undefined> {
  const sql = stateStatement(
    isLocked ? tx.dialect.forUpdate('e', 'a') : '',
    asked.activity,
    asked.objectives,
  );
  const key = [siteId, elementId];
  const found = tx.prepared(sql, key, UNREAD);
  const written = isLocked && tx.writesLocks ? tx.prepared(WRITE_LOCK, key) : undefined;
  const [[row]] = await Promise.all([found, written]);
  if (row === undefined) return undefined;
  const state = readRow(row, STATE);
  const isInDeletedFolder = await isFolderDeleted(tx, siteId, state);
  const linked = state.hasObjectives ? await findElementObjectives(tx, siteId, [elementId]) : undefined;
  return {
    element: {
      id: elementId,
      syncKey: state.syncKey,
      courseId: state.courseId,
      parentId: state.parentId,
      kind: state.kind,
      isDeleted: state.isDeleted || isInDeletedFolder,
    },
    isInDeletedFolder,
    activity:
      state.ownId === null
        ? null
        : { ...readRow(row, ACTIVITY), learningObjectives: linked?.get(elementId) ?? [] },
    assessed: { activity: state.isAssessed, objectives: state.areObjectivesAssessed },
  };
}

/** Of an element of any kind. */
const STATE = {
  syncKey: nullable(text),
  courseId: wholeNumber,
  parentId: nullable(wholeNumber),
  kind: word(ELEMENT_KINDS),
  isDeleted: flag,
  /** Of the folder that the element is in: null at the root, where there is none. */
  isFolderDeleted: nullable(flag),
  aboveFolderId: nullable(wholeNumber),
  ownId: nullable(wholeNumber),
  hasObjectives: flag,
  isAssessed: flag,
  areObjectivesAssessed: flag,
};

/** Most elements lie at most one folder deep: only what lies deeper costs a statement more. */
async function isFolderDeleted(
  tx: Tx,
  siteId: number,
  {
    isFolderDeleted: isOfParent,
    aboveFolderId,
  }: { readonly isFolderDeleted: boolean | null; readonly aboveFolderId: number | null },
): Promise<boolean> {
  if (isOfParent === true || aboveFolderId === null) return isOfParent === true;
  return (await findDeletedFolders(tx, siteId, [aboveFolderId])).size > 0;
}

const stateStatement = builtOnce((lock: string, activity: boolean, objectives: boolean) => {
  const ofElement = 'x.site_id = e.site_id AND x.element_id = e.id';
  const ofFolder = (column: string) =>
    `(SELECT x.${column} FROM course_element x WHERE x.site_id = e.site_id AND x.id = e.parent_id)`;
  const isAssessed = `EXISTS (SELECT 1 FROM activity_assessment x WHERE ${ofElement} AND (x.grade_id IS NOT NULL OR x.score IS NOT NULL))`;
  const areObjectivesAssessed = `EXISTS (SELECT 1 FROM objective_assessment x WHERE ${ofElement})`;
  return `SELECT ${CELLS}, e.kind, e.is_deleted AS isDeleted, a.element_id AS ownId,
      (SELECT x.sync_key FROM training x WHERE x.site_id = e.site_id AND x.id = e.course_id) AS courseSyncKey,
      ${ofFolder('sync_key')} AS parentSyncKey, ${ofFolder('is_deleted')} AS isFolderDeleted,
      ${ofFolder('parent_id')} AS aboveFolderId,
      EXISTS (SELECT 1 FROM element_objective x WHERE ${ofElement}) AS hasObjectives,
      ${activity ? isAssessed : '0'} AS isAssessed, ${objectives ? areObjectivesAssessed : '0'} AS areObjectivesAssessed
    FROM course_element e LEFT JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
    WHERE e.site_id = ? AND e.id = ? ${lock}`;
});

const WRITE_LOCK = `UPDATE course_element e SET ${writtenLock('e')} WHERE e.site_id = ? AND e.id = ?`;

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
  await tx.query(
    `INSERT INTO course_element
       (site_id, course_id, parent_id, kind, sync_key, title, active, position, is_deleted, updated_at)
     VALUES ${placeholders(10)} ${tx.dialect.ifAbsent('site_id')}`,
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
  const [inserted] = await tx.query(
    `SELECT e.id FROM course_element e
       LEFT JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
     WHERE e.site_id = ? AND e.sync_key = ? AND e.kind = 'CUSTOM_ACTIVITY' AND a.element_id IS NULL`,
    [siteId, syncKey],
    { id: wholeNumber },
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
  const [row] = await tx.query(
    `SELECT MAX(position) AS last FROM course_element WHERE site_id = ? AND course_id = ? AND ${inFolder}`,
    parentId === null ? [siteId, courseId] : [siteId, courseId, parentId],
    { last: nullable(wholeNumber) },
  );
  return (row?.last ?? -1) + 1;
}

/** Overwrites a stored activity, whole, apart from its learning objectives. One that is moved goes to the end of its folder. */
export async function rewriteActivity(
  tx: Tx,
  siteId: number,
  activity: ActivityValues & Pick<StoredActivity, 'elementId' | 'courseId' | 'updatedAt'>,
  isMoved: boolean,
): Promise<void> {
  const position = isMoved ? [await nextPosition(tx, siteId, activity.courseId, activity.parentId)] : [];
  const statements = isMoved ? REWRITES.moved : REWRITES.inPlace;
  const ofElement = [
    activity.parentId,
    activity.title,
    Number(activity.active),
    instantToSql(activity.updatedAt),
    ...position,
  ];
  const key = [siteId, activity.elementId];
  if (tx.dialect.updatesJoins) {
    await tx.prepared(statements.both, [...ofElement, ...ownValues(activity), ...key]);
    return;
  }
  // SQLite updates one table at a time.
  await tx.prepared(statements.element, [...ofElement, ...key]);
  await tx.prepared(statements.own, [...ownValues(activity), ...key]);
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

function rewriting(elementCells: readonly string[]) {
  return {
    both: `UPDATE course_element e JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
      SET ${assignments(elementCells, 'e.')}, ${assignments(OWN_CELLS, 'a.')} WHERE e.site_id = ? AND e.id = ?`,
    element: `UPDATE course_element SET ${assignments(elementCells)} WHERE site_id = ? AND id = ?`,
    own: `UPDATE custom_activity SET ${assignments(OWN_CELLS)} WHERE site_id = ? AND element_id = ?`,
  };
}

const REWRITES = {
  inPlace: rewriting(ELEMENT_CELLS),
  moved: rewriting([...ELEMENT_CELLS, 'position']),
};

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
