import type { Tx } from './database';
import type { ElementKind } from './entities/course-element.entity';
import { findBy } from './find-by';

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

/**
 * The element as it is now, locked until the transaction ends. Whoever writes an element, or an assessment of it,
 * locks it first, and only one in a transaction, so that writers wait for each other and never in a circle. The
 * embedded database has one writer at a time and needs no lock.
 */
export async function lockElement(tx: Tx, siteId: number, id: number): Promise<ElementRecord | undefined> {
  const lock = tx.kind === 'sqlite' ? '' : ' FOR UPDATE';
  const rows = await tx.query<ElementRecord>(`${ELEMENT} WHERE site_id = ? AND id = ?${lock}`, [siteId, id]);
  return withFlags(rows, 'isDeleted')[0];
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

/** Databases answer 0 and 1. */
function withFlags<Row extends object>(rows: readonly Row[], ...flags: (keyof Row)[]): Row[] {
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(flags.map((flag) => [flag, Boolean(row[flag])])),
  }));
}
