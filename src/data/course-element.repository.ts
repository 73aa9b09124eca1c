import { type FindOptionsWhere, In, IsNull } from 'typeorm';
import { wholeNumber } from './cells';
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
