import type { Tx } from './database';
import type { ElementKind } from './entities/course-element.entity';
import { chunks, placeholders } from './sql';

/** An element as the tree of its course shows it. */
export interface TreeElement {
  readonly id: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly kind: ElementKind;
  readonly title: string;
  readonly active: boolean;
  readonly parentId: number | null;
  readonly parentSyncKey: string | null;
}

const SELECT = `SELECT e.id, e.sync_key AS syncKey, e.course_id AS courseId, e.kind, e.title, e.active,
    e.parent_id AS parentId, p.sync_key AS parentSyncKey
  FROM course_element e LEFT JOIN course_element p ON p.site_id = e.site_id AND p.id = e.parent_id
  WHERE e.site_id = ? AND e.is_deleted = 0`;
const IN_ORDER = 'ORDER BY e.position, e.id';

/** Those at the root of a course, in their order; deleted ones are left out. */
export async function findRootElements(tx: Tx, siteId: number, courseId: number): Promise<TreeElement[]> {
  const rows = await tx.query<TreeElement>(
    `${SELECT} AND e.course_id = ? AND e.parent_id IS NULL ${IN_ORDER}`,
    [siteId, courseId],
  );
  return rows.map(elementFromRow);
}

/** Those in any of the folders, each folder's in their order; deleted ones are left out. */
export async function findChildElements(
  tx: Tx,
  siteId: number,
  folderIds: readonly number[],
): Promise<TreeElement[]> {
  const found: TreeElement[] = [];
  for (const chunk of chunks(folderIds)) {
    const rows = await tx.query<TreeElement>(
      `${SELECT} AND e.parent_id IN ${placeholders(chunk.length)} ${IN_ORDER}`,
      [siteId, ...chunk],
    );
    found.push(...rows.map(elementFromRow));
  }
  return found;
}

function elementFromRow(row: TreeElement): TreeElement {
  return { ...row, active: Boolean(row.active) };
}
