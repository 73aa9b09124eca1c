import type { Tx } from '../data/database';
import {
  COURSE_ELEMENT_TREE,
  findAncestors,
  OBJECTIVE_TREE,
  ORGANISATION_TREE,
} from '../data/trees.repository';
import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { isGiven, type LoadedRows } from './given-cells';
import { RECORD_KINDS } from './kinds/all';
import { keyOf } from './record-kind';
import type { ResolvedRows } from './resolve-references';

const TREES = {
  organisations: { table: ORGANISATION_TREE, field: 'parentSyncKey', code: 'ORGANISATION_CYCLE' },
  learningObjectives: { table: OBJECTIVE_TREE, field: 'parentUniqueId', code: 'OBJECTIVE_CYCLE' },
  courseElements: { table: COURSE_ELEMENT_TREE, field: 'parentSyncKey', code: 'ELEMENT_CYCLE' },
} as const;

type TreeName = keyof typeof TREES;

/** A stored record by its id, a new one by its key. */
export type Node = number | string;

/** Parents as they would be after the request, of all records that rows name as parents, and of all above them. */
export type Parents = ReadonlyMap<Node, Node | null>;
export type ParentsOfTrees = { readonly [Name in TreeName]: Parents };

/**
 * Refuses rows that would put a record below itself. The stored records are trees, so that every cycle runs through rows
 * that name a parent.
 */
export async function refuseCycles(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  found: FoundProblems,
): Promise<ParentsOfTrees> {
  const all: Partial<Record<TreeName, Parents>> = {};
  for (const name of Object.keys(TREES) as TreeName[]) {
    const { field, code } = TREES[name];
    const parents = await parentsAfter(tx, siteId, name, rows, stored, resolved);
    all[name] = parents;
    const onCycle = membersOfCycles(parents);
    if (onCycle.size === 0) continue;
    for (const [index, row] of rows[name].entries()) {
      const parent = resolved[name][index]?.references.parentId;
      if (isGiven(parent) && onCycle.has(nodeOf(stored, name, keyOf(RECORD_KINDS[name], row)))) {
        found.add(code, { field }, [name, index, field]);
      }
    }
  }
  return all as ParentsOfTrees;
}

export function nodeOf(stored: StoredReferenceData, name: TreeName, key: string): Node {
  return stored[name].byKey.get(key)?.id ?? key;
}

async function parentsAfter(
  tx: Tx,
  siteId: number,
  name: TreeName,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
): Promise<Parents> {
  const named = new Set(resolved[name].flatMap(({ references: { parentId } }) => parentId ?? []));
  const ids = [...named].flatMap((key) => stored[name].byKey.get(key)?.id ?? []);
  const above = await findAncestors(tx, siteId, TREES[name].table, ids);
  const parents = new Map<Node, Node | null>(above.map(({ id, parentId }) => [id, parentId]));
  for (const [index, row] of rows[name].entries()) {
    const parent = resolved[name][index]?.references.parentId;
    const node = nodeOf(stored, name, keyOf(RECORD_KINDS[name], row));
    if (parent !== undefined) parents.set(node, parent === null ? null : nodeOf(stored, name, parent));
  }
  return parents;
}

/** Walks up from every node that no walk has passed before; a walk that meets itself has found a cycle. */
function membersOfCycles(parents: Parents): Set<Node> {
  const members = new Set<Node>();
  const passed = new Set<Node>();
  for (const start of parents.keys()) {
    const walk = new Map<Node, number>();
    let node: Node | null = start;
    while (node !== null && !passed.has(node) && !walk.has(node)) {
      walk.set(node, walk.size);
      node = parents.get(node) ?? null;
    }
    const cycleStart = node === null ? undefined : walk.get(node);
    if (cycleStart !== undefined) {
      for (const member of [...walk.keys()].slice(cycleStart)) members.add(member);
    }
    for (const member of walk.keys()) passed.add(member);
  }
  return members;
}
