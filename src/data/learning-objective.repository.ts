import { characterCount } from '../kernel/text';
import type { Tx } from './database';
import { MAX_FOLDED_TEXT } from './entities/columns';
import { LearningObjectiveEntity } from './entities/learning-objective.entity';

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
  const page = published(tx, siteId, conditions)
    .leftJoin('o.parent', 'p', 'p.isPublished = :isPublished', { isPublished: 1 })
    .addSelect(['p.id', 'p.uniqueId'])
    .orderBy({ 'o.titleFolded': 'ASC', 'o.id': 'ASC' })
    .limit(limit);
  if (after !== null) {
    page.andWhere('o.titleFolded >= :title AND (o.titleFolded > :title OR o.id > :id)', {
      title: after.titleFolded,
      id: after.id,
    });
  }
  const found = await page.getMany();
  return found.map(({ id, uniqueId, title, titleFolded, isLeaf, parent }) => ({
    id,
    learningObjectiveId: uniqueId,
    title,
    titleFolded,
    isLeaf,
    parentId: parent?.uniqueId ?? null,
  }));
}

export function countObjectives(tx: Tx, siteId: number, conditions: ObjectiveConditions): Promise<number> {
  return published(tx, siteId, conditions).getCount();
}

function published(tx: Tx, siteId: number, { search, isLeaf }: ObjectiveConditions) {
  const found = tx.manager
    .createQueryBuilder(LearningObjectiveEntity, 'o')
    .where({ siteId, isPublished: true, ...(isLeaf === undefined ? {} : { isLeaf }) });
  if (search === undefined) return found;
  // No stored text is as long; one of megabytes is not to reach the database.
  if (characterCount(search) > MAX_FOLDED_TEXT) return found.andWhere('1 = 0');
  // Not LIKE: INSTR knows no wildcards, and compares byte by byte on every database.
  return found.andWhere('(INSTR(o.titleFolded, :search) > 0 OR INSTR(o.uniqueIdFolded, :search) > 0)', {
    search,
  });
}
