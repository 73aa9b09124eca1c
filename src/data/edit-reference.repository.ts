import {
  type Cells,
  type Column,
  type Columns,
  cellsOf,
  flag,
  nullable,
  readRow,
  text,
  UNREAD,
  wholeNumber,
} from './cells';
import { deletedWithFolders } from './course-element.repository';
import {
  COURSE_COLUMNS,
  type CourseRecord,
  ELEMENT_COLUMNS,
  type ElementRecord,
  findCoursesBy,
  findElementsBy,
  findGrants,
  findScales,
  findSite,
  findUsersBy,
  type GrantRecord,
  type NameColumn,
  SCALE_COLUMNS,
  type ScaleRecord,
  SITE_CELLS,
  type SiteRecord,
  USER_COLUMNS,
  type UserRecord,
} from './course-reference.repository';
import type { Tx } from './database';
import { ORGANISATIONS } from './reference-data.repository';
import { builtOnce } from './sql';
import { findAncestors } from './trees.repository';

/** What an edit of a course refers to, by id or by sync key; undefined: to nothing of the kind. */
export interface EditNames {
  readonly user: string | number;
  readonly course: string | number | undefined;
  readonly element: string | number | undefined;
  readonly parent: string | number | undefined;
  readonly scale: number | undefined;
}

/**
 * What edits refer to, as far as it is there. A database may answer more than was asked (MariaDB ignores trailing
 * blanks), so that callers compare the names with those they sent.
 */
export interface EditRecords {
  readonly site: SiteRecord | undefined;
  readonly users: readonly UserRecord[];
  readonly courses: readonly CourseRecord[];
  /** Parents among them, which are deleted where a folder above them is. What is edited is read anew under its lock. */
  readonly elements: readonly ElementRecord[];
  readonly scales: readonly ScaleRecord[];
  /** Those of the courses, and all above them. */
  readonly organisations: readonly OrganisationNode[];
  /** The editing rights that the users have on these organisations, and maybe on others. */
  readonly grants: readonly GrantRecord[];
}

export interface OrganisationNode {
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
}

/** Is a user of the site there for the caller? One who is not costs the same statements as one who does not exist. */
type IsThere = (user: UserRecord) => boolean;

/**
 * Finds what edits refer to: for one edit with one statement, for many with one for each kind of reference and chunk.
 * The two are not one because a statement for any number of edits, which joins a JSON_TABLE of them, took 160
 * microseconds more for one edit, where a whole update takes 900, and no less for a hundred.
 */
export async function findEditRecords(
  tx: Tx,
  siteId: number,
  edits: readonly EditNames[],
  isThere: IsThere,
): Promise<EditRecords> {
  const [first, ...others] = edits;
  const records =
    first !== undefined && others.length === 0
      ? await findJoined(tx, siteId, first, isThere)
      : await findByKind(tx, siteId, edits, isThere);
  const parents = new Set(edits.flatMap(({ parent }) => present(parent)));
  if (parents.size === 0) return records;
  const isParent = ({ id, syncKey }: ElementRecord) =>
    parents.has(id) || (syncKey !== null && parents.has(syncKey));
  const found = await deletedWithFolders(tx, siteId, records.elements.filter(isParent));
  return { ...records, elements: [...records.elements.filter((each) => !isParent(each)), ...found] };
}

async function findByKind(
  tx: Tx,
  siteId: number,
  edits: readonly EditNames[],
  isThere: IsThere,
): Promise<EditRecords> {
  const named = (...kinds: readonly Kind[]) =>
    new Set(edits.flatMap((edit) => kinds.map((kind) => edit[kind])));
  const users = (await findByNames(findUsersBy, tx, siteId, named('user'))).filter(isThere);
  const courses = await findByNames(findCoursesBy, tx, siteId, named('course'));
  const elements = await findByNames(findElementsBy, tx, siteId, named('element', 'parent'));
  const scales = await findScales(tx, siteId, new Set(edits.flatMap(({ scale }) => present(scale))));
  const site = await findSite(tx, siteId);
  const own = courses.flatMap(({ organisationId }) => (organisationId === null ? [] : [organisationId]));
  const organisations = await findAncestors(tx, siteId, ORGANISATIONS, own);
  const grants = await findGrants(tx, siteId, new Set(users.map(({ id }) => id)));
  return { site, users, courses, elements, scales, organisations, grants };
}

/** Those with one of the ids or sync keys; one that is named by both comes twice. */
async function findByNames<Found>(
  findThemBy: (
    tx: Tx,
    siteId: number,
    column: NameColumn,
    values: Iterable<string | number>,
  ) => Promise<Found[]>,
  tx: Tx,
  siteId: number,
  names: ReadonlySet<string | number | undefined>,
): Promise<Found[]> {
  const ids = [...names].filter((name) => typeof name === 'number');
  const syncKeys = [...names].filter((name) => typeof name === 'string');
  return [
    ...(await findThemBy(tx, siteId, 'id', ids)),
    ...(await findThemBy(tx, siteId, 'sync_key', syncKeys)),
  ];
}

function present<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}

type Kind = keyof EditNames;

interface RecordOf {
  readonly user: UserRecord;
  readonly course: CourseRecord;
  readonly element: ElementRecord;
  readonly parent: ElementRecord;
  readonly scale: ScaleRecord;
}

interface Joined<Found> {
  readonly table: string;
  /** Its columns, each under a name of its own in a row of the statement. */
  readonly selected: readonly string[];
  readonly cells: Cells<Found>;
}

function joined<Found>(kind: Kind, table: string, columns: Columns<Found>): Joined<Found> {
  const named = Object.entries<Column<unknown>>(columns);
  return {
    table,
    selected: named.map(([property, { name }]) => `${kind}.${name} AS ${kind}_${property}`),
    cells: cellsOf(columns),
  };
}

const JOINED: { readonly [K in Kind]: Joined<RecordOf[K]> } = {
  user: joined('user', 'user', USER_COLUMNS),
  course: joined('course', 'training', COURSE_COLUMNS),
  element: joined('element', 'course_element', ELEMENT_COLUMNS),
  parent: joined('parent', 'course_element', ELEMENT_COLUMNS),
  scale: joined('scale', 'assessment_scale', SCALE_COLUMNS),
};
const KINDS = Object.keys(JOINED) as Kind[];

/** By which column each kind is named, in the order of `KINDS`; undefined for one that is not. */
const joinedStatement = builtOnce((...columns: (NameColumn | undefined)[]) => {
  const named = KINDS.flatMap((kind, place) => {
    const column = columns[place];
    return column === undefined ? [] : [{ kind, column }];
  });
  const cells = named.flatMap(({ kind }) => JOINED[kind].selected);
  const joins = named.map(
    ({ kind, column }) =>
      `LEFT JOIN ${JOINED[kind].table} ${kind} ON ${kind}.site_id = s.id AND ${kind}.${column} = ?`,
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
    SELECT s.name, s.use_score AS useScore, ${cells.join(', ')}, above.id AS above_id,
      above.parent_id AS above_parentId, above.name AS above_name, g.user_id IS NOT NULL AS isGranted
    FROM site s ${joins.join(' ')} LEFT JOIN above ON 1 = 1
      LEFT JOIN organisation_grant g ON g.site_id = s.id AND g.user_id = user.id AND g.organisation_id = above.id
    WHERE s.id = ?`;
});

/** A row for each organisation, one where there is none; whatever else is found stands in every row. */
async function findJoined(tx: Tx, siteId: number, edit: EditNames, isThere: IsThere): Promise<EditRecords> {
  const names = KINDS.map((kind) => edit[kind]);
  const sql = joinedStatement(...names.map(nameColumn));
  const ofCourse = edit.course === undefined ? [] : [siteId, edit.course, siteId];
  const values = [...ofCourse, ...names.filter((name) => name !== undefined), siteId];
  const rows = await tx.prepared(sql, values, UNREAD);
  const [row] = rows;
  const users = recordsIn(row, 'user').filter(isThere);
  const [user] = users;
  const organisations: OrganisationNode[] = [];
  const grants: GrantRecord[] = [];
  for (const each of rows) {
    if (isNothing(each.above_id)) continue;
    const organisation = readRow(each, ORGANISATION, 'above_');
    organisations.push(organisation);
    if (user !== undefined && flag(each.isGranted)) {
      grants.push({ userId: user.id, organisationId: organisation.id });
    }
  }
  return {
    site: row && readRow(row, SITE_CELLS),
    users,
    courses: recordsIn(row, 'course'),
    elements: [...recordsIn(row, 'element'), ...recordsIn(row, 'parent')],
    scales: recordsIn(row, 'scale'),
    organisations,
    grants,
  };
}

const ORGANISATION: Cells<OrganisationNode> = {
  id: wholeNumber,
  parentId: nullable(wholeNumber),
  name: text,
};

function nameColumn(name: string | number | undefined): NameColumn | undefined {
  if (name === undefined) return undefined;
  return typeof name === 'number' ? 'id' : 'sync_key';
}

type JoinedRow = Readonly<Record<string, unknown>>;

/** One, or none. */
function recordsIn<K extends Kind>(row: JoinedRow | undefined, kind: K): RecordOf[K][] {
  if (row === undefined || isNothing(row[`${kind}_id`])) return [];
  return [readRow(row, JOINED[kind].cells, `${kind}_`)];
}

/** Null where there is nothing to join with, undefined where it was not asked for. */
function isNothing(id: unknown): boolean {
  return id === null || id === undefined;
}
