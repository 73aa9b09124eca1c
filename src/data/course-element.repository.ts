import { type FindOptionsWhere, In, IsNull } from 'typeorm';
import { nullable, wholeNumber } from './cells';
import type { ElementRecord } from './course-reference.repository';
import type { Tx } from './database';
import { CourseElementEntity } from './entities/course-element.entity';
import { chunks, placeholders } from './sql';
import type { Row } from './table';

/** An element as the tree of its course shows it. */
export interface TreeElement
  extends Row<CourseElementEntity, 'id' | 'syncKey' | 'courseId' | 'kind' | 'title' | 'active' | 'parentId'> {
  readonly parentSyncKey: string | null;
}

/** Those at the root of a course, in their order; deleted ones are left out. */
export function findRootElements(tx: Tx, siteId: number, courseId: number): Promise<TreeElement[]> {
  return findElements(tx, { siteId, courseId, parentId: IsNull() });
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
