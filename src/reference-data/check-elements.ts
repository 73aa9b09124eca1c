import { type ElementRecord, findElementsBy } from '../data/course-reference.repository';
import type { Tx } from '../data/database';
import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { isGiven, type LoadedRows, type Row } from './given-cells';
import type { StoredRecord } from './record-kind';
import type { ResolvedRows } from './resolve-references';
import { type Node, nodeOf, type Parents } from './trees';

/** A custom activity is made and changed by operations of its own. */
export function refuseActivities(rows: LoadedRows, stored: StoredReferenceData, found: FoundProblems): void {
  for (const [index, { syncKey }] of rows.courseElements.entries()) {
    if (stored.courseElements.byKey.get(syncKey as string)?.kind !== 'CUSTOM_ACTIVITY') continue;
    const hint = 'The key is that of a custom activity: use updateCustomActivity, or send another key.';
    found.add('VALUE_TAKEN', { field: 'syncKey' }, ['courseElements', index, 'syncKey'], hint);
  }
}

/** What an element is, and in which course, after the request. */
interface Element {
  readonly row: Row | undefined;
  readonly before: StoredRecord | undefined;
  readonly kind: unknown;
  /** Undefined where its row does not say. */
  readonly course: Node | undefined;
}

/** An element lies in a folder of its course, and none is put into a folder that is deleted. */
export async function refuseParents(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  parents: Parents,
  found: FoundProblems,
): Promise<void> {
  const places = new Map(rows.courseElements.map(({ syncKey }, index) => [syncKey as string, index]));
  const elementOf = (key: string): Element => {
    const index = places.get(key);
    const row = index === undefined ? undefined : rows.courseElements[index];
    const before = stored.courseElements.byKey.get(key);
    const course = index === undefined ? undefined : resolved.courseElements[index]?.references.courseId;
    const newCourse = isGiven(course) ? (idOf(stored, 'trainings', course) ?? course) : undefined;
    return {
      row,
      before,
      kind: before?.kind ?? row?.kind,
      course: (before?.courseId as number | undefined) ?? newCourse,
    };
  };
  const isDeleted = await deletedAfter(tx, siteId, rows, stored, parents);
  for (const [index, { syncKey }] of rows.courseElements.entries()) {
    const parentKey = resolved.courseElements[index]?.references.parentId;
    const path = ['courseElements', index, 'parentSyncKey'] as const;
    if (!isGiven(parentKey) || found.hasFailed(path)) continue;
    const parent = elementOf(parentKey);
    const element = elementOf(syncKey as string);
    const isMoved = element.before === undefined || element.before.parentId !== parent.before?.id;
    const isGone = (element.row?.isDeleted ?? element.before?.isDeleted) === true;
    if (isGiven(element.course) && isGiven(parent.course) && element.course !== parent.course) {
      found.add('PARENT_NOT_IN_COURSE', {}, path);
    } else if (isGiven(parent.kind) && parent.kind !== 'FOLDER') found.add('PARENT_NOT_FOLDER', {}, path);
    else if (isMoved && !isGone && isDeleted(nodeOf(stored, 'courseElements', parentKey))) {
      found.add('PARENT_DELETED', {}, path);
    }
  }
}

/** Tells whether an element, or a folder above it, is deleted after the request. */
async function deletedAfter(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  parents: Parents,
): Promise<(node: Node) => boolean> {
  const ids = [...parents.keys()].filter((node) => typeof node === 'number');
  const known = await findElementsBy(tx, siteId, 'id', ids);
  const flags = new Map<Node, boolean>(known.map(({ id, isDeleted }: ElementRecord) => [id, isDeleted]));
  for (const { syncKey, isDeleted } of rows.courseElements) {
    if (isGiven(isDeleted))
      flags.set(nodeOf(stored, 'courseElements', syncKey as string), isDeleted === true);
  }
  const judged = new Map<Node, boolean>();
  return (start) => {
    const walk = new Set<Node>();
    let node: Node | null = start;
    // One that meets itself is a circle, which is refused.
    while (node !== null && !walk.has(node) && !judged.has(node) && flags.get(node) !== true) {
      walk.add(node);
      node = parents.get(node) ?? null;
    }
    const answer = node !== null && (judged.get(node) ?? flags.get(node) === true);
    for (const each of walk) judged.set(each, answer);
    return answer;
  };
}
