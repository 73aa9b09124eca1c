import { characterCount } from '../kernel/text';
import type { Tx } from './database';
import { MAX_FOLDED_TEXT } from './entities/columns';

/** A published node of the repository, with the unique id of the one above it. */
export interface RepositoryNode {
  readonly id: number;
  readonly learningObjectiveId: string;
  readonly title: string;
  readonly titleFolded: string;
  readonly isLeaf: boolean;
  /** Null at the top, and where the one above is not published. */
  readonly parentId: string | null;
}

/** All given conditions must hold. */
export interface ObjectiveConditions {
  /** Folded; found anywhere in title or unique id. */
  readonly search?: string | undefined;
  readonly isLeaf?: boolean | undefined;
}

/** Where a page starts: after the objective with this key. */
export interface ObjectivePosition {
  readonly titleFolded: string;
  readonly id: number;
}

/** Published ones, in the order of their titles without regard to case. */
export async function findObjectivePage(
  tx: Tx,
  siteId: number,
  conditions: ObjectiveConditions,
  limit: number,
  after: ObjectivePosition | null,
): Promise<RepositoryNode[]> {
  const { where, values } = whereOf(siteId, conditions);
  if (after !== null) {
    where.push('o.title_folded >= ? AND (o.title_folded > ? OR o.id > ?)');
    values.push(after.titleFolded, after.titleFolded, after.id);
  }
  const rows = await tx.query<RepositoryNode>(
    `SELECT o.id, o.unique_id AS learningObjectiveId, o.title, o.title_folded AS titleFolded,
       o.is_leaf AS isLeaf, p.unique_id AS parentId
     FROM learning_objective o
       LEFT JOIN learning_objective p ON p.site_id = o.site_id AND p.id = o.parent_id AND p.is_published = 1
     WHERE ${where.join(' AND ')} ORDER BY o.title_folded, o.id LIMIT ?`,
    [...values, limit],
  );
  return rows.map((row) => ({ ...row, isLeaf: Boolean(row.isLeaf) }));
}

export async function countObjectives(
  tx: Tx,
  siteId: number,
  conditions: ObjectiveConditions,
): Promise<number> {
  const { where, values } = whereOf(siteId, conditions);
  const [row] = await tx.query<{ readonly total: number | string }>(
    `SELECT COUNT(*) AS total FROM learning_objective o WHERE ${where.join(' AND ')}`,
    values,
  );
  return Number(row?.total ?? 0);
}

function whereOf(siteId: number, { search, isLeaf }: ObjectiveConditions) {
  const where = ['o.site_id = ?', 'o.is_published = 1'];
  const values: (string | number)[] = [siteId];
  if (search !== undefined && characterCount(search) > MAX_FOLDED_TEXT) {
    // No stored text is as long; one of megabytes is not to reach the database.
    where.push('1 = 0');
  } else if (search !== undefined) {
    // Not LIKE: INSTR knows no wildcards, and compares byte by byte on both databases.
    where.push('(INSTR(o.title_folded, ?) > 0 OR INSTR(o.unique_id_folded, ?) > 0)');
    values.push(search, search);
  }
  if (isLeaf !== undefined) {
    where.push('o.is_leaf = ?');
    values.push(Number(isLeaf));
  }
  return { where, values };
}
