import { type FindOptionsWhere, In, IsNull } from 'typeorm';
import { chunksOf } from '../kernel/chunks';
import { cellsOf, nullable, selected, wholeNumber } from './cells';
import type { ElementRecord } from './course-reference.repository';
import type { Tx } from './database';
import { ALL } from './dialect';
import { CourseElementEntity } from './entities/course-element.entity';
import { chunks, placeholders } from './sql';
import { columnsOf, type Row, tableOf } from './table';

/** An element as the tree of its course shows it. */
export interface TreeElement
  extends Row<CourseElementEntity, 'id' | 'syncKey' | 'courseId' | 'kind' | 'title' | 'active' | 'parentId'> {
  readonly parentSyncKey: string | null;
}

/** Those at the root of a course, in their order; deleted ones are left out. */
export function findRootElements(tx: Tx, siteId: number, courseId: number): Promise<TreeElement[]> {
  return findElements(tx, { siteId, courseId, parentId: IsNull() });
}

/** An element at the root of a course. */
export interface RootElement extends TreeElement, ElementPosition {}

/** Where an element stands among those of its folder or root. */
export type ElementPosition = Row<CourseElementEntity, 'id' | 'position'>;

/** A page of the elements at the root of a course. */
export interface RootElementPage {
  readonly courseId: number;
  readonly limit: number;
  /** Begins behind this one; null for the first page. */
  readonly after: ElementPosition | null;
}

const { name: TABLE, columns: NAMES } = tableOf(CourseElementEntity);
const ROOT = columnsOf(
  CourseElementEntity,
  'id',
  'syncKey',
  'courseId',
  'kind',
  'title',
  'active',
  'position',
);
const AT_ROOT = `${NAMES.parentId} IS NULL AND ${NAMES.isDeleted} = 0`;
const PLACE = [NAMES.position, NAMES.id];

/** Pages that one statement reads: its text grows with them, and SQLite joins 500 at most. */
const PAGES_AT_ONCE = 100;

/** Each page in the order of the elements; deleted ones are left out. */
export async function findRootElementPages(
  tx: Tx,
  siteId: number,
  pages: readonly RootElementPage[],
): Promise<RootElement[][]> {
  const found: RootElement[][] = pages.map(() => []);
  let first = 0;
  for (const chunk of chunksOf(pages, PAGES_AT_ONCE)) {
    const parts = chunk.map(({ courseId, limit, after }, place) => {
      const behind = after === null ? ALL : tx.dialect.beside(PLACE, '>', [after.position, after.id]);
      return {
        sql: `SELECT * FROM (SELECT ${first + place} AS page, ${selected(ROOT, 't')} FROM ${TABLE} t
       WHERE ${NAMES.siteId} = ? AND ${NAMES.courseId} = ? AND ${AT_ROOT} AND ${behind.sql}
       ORDER BY ${PLACE.join(', ')} LIMIT ?) few${place}`,
        values: [siteId, courseId, ...behind.values, limit],
      };
    });
    const rows = await tx.query(
      parts.map(({ sql }) => sql).join(' UNION ALL '),
      parts.flatMap(({ values }) => values),
      { ...cellsOf(ROOT), page: wholeNumber },
    );
    // Neither engine promises the order of what is put together.
    rows.sort((a, b) => a.page - b.page || a.position - b.position || a.id - b.id);
    for (const { page, ...element } of rows) {
      found[page]?.push({ ...element, parentId: null, parentSyncKey: null });
    }
    first += chunk.length;
    await tx.giveWay?.();
  }
  return found;
}

/** How many elements are at the root of each of the courses, without the deleted ones. */
export async function countRootElements(
  tx: Tx,
  siteId: number,
  courseIds: readonly number[],
): Promise<number[]> {
  const totals = new Map<number, number>();
  for (const chunk of chunks(courseIds)) {
    const rows = await tx.query(
      `SELECT ${NAMES.courseId} AS courseId, COUNT(*) AS total FROM ${TABLE}
       WHERE ${NAMES.siteId} = ? AND ${NAMES.courseId} IN ${placeholders(chunk.length)} AND ${AT_ROOT}
       GROUP BY ${NAMES.courseId}`,
      [siteId, ...chunk],
      { courseId: wholeNumber, total: wholeNumber },
    );
    for (const { courseId, total } of rows) totals.set(courseId, total);
  }
  return courseIds.map((id) => totals.get(id) ?? 0);
}

/** Those in any of the folders, each folder's in their order; deleted ones are left out. */
export async function findChildElements(
  tx: Tx,
  siteId: number,
  folderIds: readonly number[],
): Promise<TreeElement[]> {
  const found: TreeElement[] = [];
  for (const chunk of chunks(folderIds)) {
    found.push(...(await findElements(tx, { siteId, parentId: In(chunk) })));
  }
  return found;
}

/**
 * The elements as everybody is to see them: what lies in a deleted folder, however deep, is deleted with it. Nothing
 * is written for it, so that it comes back when the folder does.
 */
export async function deletedWithFolders(
  tx: Tx,
  siteId: number,
  elements: readonly ElementRecord[],
): Promise<ElementRecord[]> {
  const folderIds = elements.flatMap(({ isDeleted, parentId }) =>
    isDeleted || parentId === null ? [] : [parentId],
  );
  const deleted = await findDeletedFolders(tx, siteId, folderIds);
  return elements.map((element) =>
    element.parentId !== null && deleted.has(element.parentId) ? { ...element, isDeleted: true } : element,
  );
}

/** Those of the folders that are deleted, or lie below one that is: one statement per chunk, however deep they lie. */
export async function findDeletedFolders(
  tx: Tx,
  siteId: number,
  folderIds: readonly number[],
): Promise<Set<number>> {
  const found = new Set<number>();
  for (const chunk of chunks([...new Set(folderIds)])) {
    const rows = await tx.query(
      `WITH RECURSIVE above (folder_id, parent_id, is_deleted) AS (
         SELECT id, parent_id, is_deleted FROM course_element
         WHERE site_id = ? AND id IN ${placeholders(chunk.length)}
         UNION
         SELECT above.folder_id, parent.parent_id, parent.is_deleted
         FROM course_element parent JOIN above ON parent.id = above.parent_id
         WHERE parent.site_id = ?
       )
       SELECT DISTINCT folder_id AS folderId FROM above WHERE is_deleted = 1`,
      [siteId, ...chunk, siteId],
      { folderId: wholeNumber },
    );
    for (const { folderId } of rows) found.add(folderId);
  }
  return found;
}

/** A place where elements lie: a folder of a course, or its root. */
export interface ElementPlace {
  readonly courseId: number;
  readonly parentId: number | null;
}

/** The last position in each of the places that hold an element: one statement per chunk of roots and of folders. */
export async function findLastPositions(
  tx: Tx,
  siteId: number,
  places: readonly ElementPlace[],
): Promise<(ElementPlace & { readonly last: number })[]> {
  const found: (ElementPlace & { readonly last: number })[] = [];
  const ask = async (where: string, values: readonly number[]) => {
    const rows = await tx.query(
      `SELECT course_id AS courseId, parent_id AS parentId, MAX(position) AS last FROM course_element
       WHERE ${where} GROUP BY course_id, parent_id`,
      values,
      { courseId: wholeNumber, parentId: nullable(wholeNumber), last: wholeNumber },
    );
    found.push(...rows);
  };
  const roots = new Set(places.flatMap(({ courseId, parentId }) => (parentId === null ? courseId : [])));
  for (const chunk of chunks([...roots])) {
    await ask(`site_id = ? AND course_id IN ${placeholders(chunk.length)} AND parent_id IS NULL`, [
      siteId,
      ...chunk,
    ]);
  }
  const folders = new Map(
    places.flatMap(({ courseId, parentId }) =>
      parentId === null ? [] : [[parentId, [siteId, courseId, parentId]] as const],
    ),
  );
  for (const chunk of chunks([...folders.values()])) {
    await ask(tx.dialect.tupleIn(['site_id', 'course_id', 'parent_id'], chunk.length), chunk.flat());
  }
  return found;
}

/** Flags an element as deleted, or takes the flag back. The caller has locked it. */
export async function flagDeleted(
  tx: Tx,
  siteId: number,
  id: number,
  isDeleted: boolean,
  updatedAt: number,
): Promise<void> {
  await tx.manager.update(CourseElementEntity, { siteId, id }, { isDeleted, updatedAt: new Date(updatedAt) });
}

async function findElements(tx: Tx, where: FindOptionsWhere<CourseElementEntity>): Promise<TreeElement[]> {
  const elements = await tx.manager
    .createQueryBuilder(CourseElementEntity, 'e')
    .leftJoin('e.parent', 'p')
    .addSelect(['p.id', 'p.syncKey'])
    .where({ ...where, isDeleted: false })
    .orderBy({ 'e.position': 'ASC', 'e.id': 'ASC' })
    .getMany();
  return elements.map((element) => ({ ...element, parentSyncKey: element.parent?.syncKey ?? null }));
}
