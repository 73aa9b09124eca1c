import type { Tx } from './database';
import type { ElementKind } from './entities/course-element.entity';
import { findBy } from './find-by';
import { builtOnce } from './sql';

/**
 * Look-ups of what an edit of a course refers to, set-wise: one statement per kind of reference and chunk. Databases
 * may answer more than was asked (MariaDB ignores trailing blanks), so callers compare what they get with what they
 * sent.
 */

export interface UserRecord {
  readonly id: number;
  readonly syncKey: string | null;
  readonly isExternal: boolean;
  readonly isDeleted: boolean;
}

export interface CourseRecord {
  readonly id: number;
  readonly syncKey: string | null;
  readonly organisationId: number | null;
  readonly isExternal: boolean;
  readonly isDeleted: boolean;
  readonly isArchived: boolean;
  readonly objectivesEnabled: boolean;
}

export interface ElementRecord {
  readonly id: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly kind: ElementKind;
  readonly isDeleted: boolean;
}

export interface ScaleRecord {
  readonly id: number;
  /** Null: a scale of the whole site. */
  readonly courseId: number | null;
}

export interface ObjectiveRecord {
  readonly id: number;
  readonly uniqueId: string;
  readonly title: string;
  readonly isPublished: boolean;
  readonly isLeaf: boolean;
}

export interface GrantRecord {
  readonly userId: number;
  readonly organisationId: number;
}

export interface SiteRecord {
  readonly name: string;
  readonly useScore: boolean;
}

const ELEMENT =
  'SELECT id, sync_key AS syncKey, course_id AS courseId, kind, is_deleted AS isDeleted FROM course_element';

export async function findUsersBy(
  tx: Tx,
  siteId: number,
  column: 'id' | 'sync_key',
  values: Iterable<string | number>,
): Promise<UserRecord[]> {
  const select =
    'SELECT id, sync_key AS syncKey, is_external AS isExternal, is_deleted AS isDeleted FROM user';
  const rows = await findBy<UserRecord>(tx, select, siteId, column, values);
  return withFlags(rows, 'isExternal', 'isDeleted');
}

export async function findCoursesBy(
  tx: Tx,
  siteId: number,
  column: 'id' | 'sync_key',
  values: Iterable<string | number>,
): Promise<CourseRecord[]> {
  const select =
    'SELECT id, sync_key AS syncKey, organisation_id AS organisationId, is_external AS isExternal, ' +
    'is_deleted AS isDeleted, is_archived AS isArchived, objectives_enabled AS objectivesEnabled FROM training';
  const rows = await findBy<CourseRecord>(tx, select, siteId, column, values);
  return withFlags(rows, 'isExternal', 'isDeleted', 'isArchived', 'objectivesEnabled');
}

export async function findElementsBy(
  tx: Tx,
  siteId: number,
  column: 'id' | 'sync_key',
  values: Iterable<string | number>,
): Promise<ElementRecord[]> {
  return withFlags(await findBy<ElementRecord>(tx, ELEMENT, siteId, column, values), 'isDeleted');
}

export function findScales(tx: Tx, siteId: number, ids: Iterable<number>): Promise<ScaleRecord[]> {
  const select = 'SELECT id, course_id AS courseId FROM assessment_scale';
  return findBy<ScaleRecord>(tx, select, siteId, 'id', ids);
}

export async function findObjectives(
  tx: Tx,
  siteId: number,
  uniqueIds: Iterable<string>,
): Promise<ObjectiveRecord[]> {
  const select =
    'SELECT id, unique_id AS uniqueId, title, is_published AS isPublished, is_leaf AS isLeaf FROM learning_objective';
  const rows = await findBy<ObjectiveRecord>(tx, select, siteId, 'unique_id', uniqueIds);
  return withFlags(rows, 'isPublished', 'isLeaf');
}

export function findGrants(tx: Tx, siteId: number, userIds: Iterable<number>): Promise<GrantRecord[]> {
  const select = 'SELECT user_id AS userId, organisation_id AS organisationId FROM organisation_grant';
  return findBy<GrantRecord>(tx, select, siteId, 'user_id', userIds);
}

export async function findSite(tx: Tx, siteId: number): Promise<SiteRecord | undefined> {
  const rows = await tx.query<SiteRecord>('SELECT name, use_score AS useScore FROM site WHERE id = ?', [
    siteId,
  ]);
  return withFlags(rows, 'useScore')[0];
}

/** What one edit refers to, by id or by sync key; undefined: to nothing of the kind. */
export interface EditNames {
  readonly user: string | number;
  readonly course: string | number | undefined;
  readonly element: string | number | undefined;
  readonly parent: string | number | undefined;
  readonly scale: number | undefined;
}

export interface EditRecords {
  readonly site: SiteRecord | undefined;
  readonly user: UserRecord | undefined;
  readonly course: CourseRecord | undefined;
  readonly element: ElementRecord | undefined;
  readonly parent: ElementRecord | undefined;
  readonly scale: ScaleRecord | undefined;
  /** The course's organisation and all those above it; none where the course has none, or is unknown. */
  readonly organisations: readonly GrantedOrganisation[];
}

export interface GrantedOrganisation {
  readonly id: number;
  readonly name: string;
  /** The user has editing rights on it. */
  readonly isGranted: boolean;
}

type Kind = keyof EditNames;

const ELEMENT_COLUMNS = {
  id: 'id',
  syncKey: 'sync_key',
  courseId: 'course_id',
  kind: 'kind',
  isDeleted: 'is_deleted',
} as const;

/** Column by property. */
const TABLES: {
  readonly [Name in Kind]: { readonly table: string; readonly columns: Record<string, string> };
} = {
  user: {
    table: 'user',
    columns: { id: 'id', syncKey: 'sync_key', isExternal: 'is_external', isDeleted: 'is_deleted' },
  },
  course: {
    table: 'training',
    columns: {
      id: 'id',
      syncKey: 'sync_key',
      organisationId: 'organisation_id',
      isExternal: 'is_external',
      isDeleted: 'is_deleted',
      isArchived: 'is_archived',
      objectivesEnabled: 'objectives_enabled',
    },
  },
  element: { table: 'course_element', columns: ELEMENT_COLUMNS },
  parent: { table: 'course_element', columns: ELEMENT_COLUMNS },
  scale: { table: 'assessment_scale', columns: { id: 'id', courseId: 'course_id' } },
};
const KINDS = Object.keys(TABLES) as Kind[];
const FLAGS: ReadonlySet<string> = new Set(['isExternal', 'isDeleted', 'isArchived', 'objectivesEnabled']);

interface EditCell {
  readonly property: string;
  readonly column: string;
  /** Its name in a row of the statement. */
  readonly cell: string;
  readonly isFlag: boolean;
}

function cellsOf(kind: Kind): EditCell[] {
  return Object.entries(TABLES[kind].columns).map(([property, column]) => ({
    property,
    column,
    cell: `${kind}_${property}`,
    isFlag: FLAGS.has(property),
  }));
}

const CELLS: Readonly<Record<Kind, readonly EditCell[]>> = {
  user: cellsOf('user'),
  course: cellsOf('course'),
  element: cellsOf('element'),
  parent: cellsOf('parent'),
  scale: cellsOf('scale'),
};

/** By which column each kind is named, in the order of `KINDS`; undefined for one that is not. */
const editStatement = builtOnce((...columns: (string | undefined)[]) => {
  const named = KINDS.flatMap((kind, place) => {
    const column = columns[place];
    return column === undefined ? [] : [{ kind, column }];
  });
  const cells = named.flatMap(({ kind }) =>
    CELLS[kind].map(({ column, cell }) => `${kind}.${column} AS ${cell}`),
  );
  const joins = named.map(
    ({ kind, column }) =>
      `LEFT JOIN ${TABLES[kind].table} ${kind} ON ${kind}.site_id = s.id AND ${kind}.${column} = ?`,
  );
  const course = named.find(({ kind }) => kind === 'course');
  if (course === undefined) {
    return `SELECT s.name, s.use_score AS useScore, ${cells.join(', ')} FROM site s ${joins.join(' ')} WHERE s.id = ?`;
  }
  return `WITH RECURSIVE above (id, parent_id, name) AS (
      SELECT own.id, own.parent_id, own.name
      FROM training c JOIN organisation own ON own.site_id = c.site_id AND own.id = c.organisation_id
      WHERE c.site_id = ? AND c.${course.column} = ?
      UNION
      SELECT parent.id, parent.parent_id, parent.name
      FROM organisation parent JOIN above ON parent.id = above.parent_id
      WHERE parent.site_id = ?
    )
    SELECT s.name, s.use_score AS useScore, ${cells.join(', ')}, above.id AS organisationId,
      above.name AS organisationName, g.user_id IS NOT NULL AS isGranted
    FROM site s ${joins.join(' ')} LEFT JOIN above ON 1 = 1
      LEFT JOIN organisation_grant g ON g.site_id = s.id AND g.user_id = user.id AND g.organisation_id = above.id
    WHERE s.id = ?`;
});

/** All that one edit refers to, with one statement. What is named by a sync key has exactly that one. */
export async function findEditRecords(tx: Tx, siteId: number, names: EditNames): Promise<EditRecords> {
  const sent = KINDS.map((kind) => names[kind]);
  const sql = editStatement(
    ...sent.map((name) => (name === undefined ? undefined : typeof name === 'number' ? 'id' : 'sync_key')),
  );
  const ofCourse = names.course === undefined ? [] : [siteId, names.course, siteId];
  const values = [...ofCourse, ...sent.filter((name) => name !== undefined), siteId];
  const rows = await tx.prepared<JoinedRow>(sql, values);
  const [row] = rows;
  const record = <Found>(kind: Kind) => recordOf<Found>(row, kind, names[kind]);
  const course = record<CourseRecord>('course');
  return {
    site: row && { name: String(row.name), useScore: Boolean(row.useScore) },
    user: record('user'),
    course,
    element: record('element'),
    parent: record('parent'),
    scale: record('scale'),
    organisations: course === undefined ? [] : rows.flatMap(organisationOf),
  };
}

type JoinedRow = Readonly<Record<string, string | number | null>>;

function recordOf<Found>(
  row: JoinedRow | undefined,
  kind: Kind,
  name: string | number | undefined,
): Found | undefined {
  // Null where there is nothing to join with.
  if (name === undefined || typeof row?.[`${kind}_id`] !== 'number') return undefined;
  const isOther = typeof name === 'string' && row[`${kind}_syncKey`] !== name;
  if (isOther) return undefined;
  const record: Record<string, unknown> = {};
  for (const { property, cell, isFlag } of CELLS[kind]) {
    record[property] = isFlag ? Boolean(row[cell]) : row[cell];
  }
  return record as Found;
}

function organisationOf({
  organisationId: id,
  organisationName,
  isGranted,
}: JoinedRow): GrantedOrganisation[] {
  return typeof id === 'number'
    ? [{ id, name: String(organisationName), isGranted: Boolean(isGranted) }]
    : [];
}

/** Databases answer 0 and 1. */
function withFlags<Row extends object>(rows: readonly Row[], ...flags: (keyof Row)[]): Row[] {
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(flags.map((flag) => [flag, Boolean(row[flag])])),
  }));
}
