import { cellsOf, selected } from './cells';
import { GRANTS } from './course-data.repository';
import type { Tx } from './database';
import { AssessmentScaleEntity } from './entities/assessment-scale.entity';
import { CourseElementEntity } from './entities/course-element.entity';
import { LearningObjectiveEntity } from './entities/learning-objective.entity';
import { SiteEntity } from './entities/site.entity';
import { TrainingEntity } from './entities/training.entity';
import { UserEntity } from './entities/user.entity';
import { findBy } from './find-by';
import { columnsOf, type RowOf, type ValuesOf } from './table';

/**
 * Look-ups of what an edit of a course refers to, set-wise: one statement per kind of reference and chunk. Databases
 * may answer more than was asked (MariaDB ignores trailing blanks), so callers compare what they get with what they
 * sent.
 */

export const USER_COLUMNS = columnsOf(UserEntity, 'id', 'syncKey', 'isExternal', 'isDeleted');
export type UserRecord = RowOf<typeof USER_COLUMNS>;

export const COURSE_COLUMNS = columnsOf(
  TrainingEntity,
  'id',
  'syncKey',
  'organisationId',
  'isExternal',
  'isDeleted',
  'isArchived',
  'objectivesEnabled',
);
export type CourseRecord = RowOf<typeof COURSE_COLUMNS>;

export const ELEMENT_COLUMNS = columnsOf(
  CourseElementEntity,
  'id',
  'syncKey',
  'courseId',
  'parentId',
  'kind',
  'isDeleted',
);
export type ElementRecord = RowOf<typeof ELEMENT_COLUMNS>;

/** `courseId` is null for a scale of the whole site. */
export const SCALE_COLUMNS = columnsOf(AssessmentScaleEntity, 'id', 'courseId');
export type ScaleRecord = RowOf<typeof SCALE_COLUMNS>;

const OBJECTIVE = columnsOf(LearningObjectiveEntity, 'id', 'uniqueId', 'title', 'isPublished', 'isLeaf');
export type ObjectiveRecord = RowOf<typeof OBJECTIVE>;

export type GrantRecord = ValuesOf<typeof GRANTS>;

const SITE = columnsOf(SiteEntity, 'name', 'useScore');
export type SiteRecord = RowOf<typeof SITE>;
export const SITE_CELLS = cellsOf(SITE);

/** The column that names a record. */
export type NameColumn = 'id' | 'sync_key';

export function findUsersBy(
  tx: Tx,
  siteId: number,
  name: NameColumn,
  values: Iterable<string | number>,
): Promise<UserRecord[]> {
  return findBy(tx, 'user', USER_COLUMNS, siteId, name, values);
}

export function findCoursesBy(
  tx: Tx,
  siteId: number,
  name: NameColumn,
  values: Iterable<string | number>,
): Promise<CourseRecord[]> {
  return findBy(tx, 'training', COURSE_COLUMNS, siteId, name, values);
}

export function findElementsBy(
  tx: Tx,
  siteId: number,
  name: NameColumn,
  values: Iterable<string | number>,
): Promise<ElementRecord[]> {
  return findBy(tx, 'course_element', ELEMENT_COLUMNS, siteId, name, values);
}

export function findScales(tx: Tx, siteId: number, ids: Iterable<number>): Promise<ScaleRecord[]> {
  return findBy(tx, 'assessment_scale', SCALE_COLUMNS, siteId, 'id', ids);
}

export function findObjectives(
  tx: Tx,
  siteId: number,
  uniqueIds: Iterable<string>,
): Promise<ObjectiveRecord[]> {
  return findBy(tx, 'learning_objective', OBJECTIVE, siteId, 'unique_id', uniqueIds);
}

export function findGrants(tx: Tx, siteId: number, userIds: Iterable<number>): Promise<GrantRecord[]> {
  return findBy(tx, GRANTS.name, GRANTS.columns, siteId, 'user_id', userIds);
}

export async function findSite(tx: Tx, siteId: number): Promise<SiteRecord | undefined> {
  const sql = `SELECT ${selected(SITE)} FROM site WHERE id = ?`;
  const [site] = await tx.query(sql, [siteId], SITE_CELLS);
  return site;
}
