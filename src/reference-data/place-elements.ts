import { findLastPositions } from '../data/course-element.repository';
import type { Tx } from '../data/database';
import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import { isGiven, isRemoval, type LoadedRows, type Row } from './given-cells';
import type { ResolvedRow, ResolvedRows } from './resolve-references';
import { type Node, nodeOf } from './trees';

/** The rows of elements, each with a position: one that is made or moved, and does not say where, is put last. */
export async function placeElements(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
): Promise<readonly Row[]> {
  const folders = rows.courseElements.map((row, index) =>
    folderOf(row, resolved.courseElements[index]?.references ?? {}, stored),
  );
  const last = await lastPositions(tx, siteId, folders);
  const put = (folder: string, position: number) =>
    last.set(folder, Math.max(last.get(folder) ?? -1, position));
  for (const [index, { position }] of rows.courseElements.entries()) {
    if (typeof position === 'number') put(nameOf(folders[index]), position);
  }
  return rows.courseElements.map((row, index) => {
    const folder = folders[index];
    if (isRemoval(row) || isGiven(row.position) || folder?.isEntered !== true) return row;
    const position = (last.get(nameOf(folder)) ?? -1) + 1;
    put(nameOf(folder), position);
    return { ...row, position };
  });
}

interface Folder {
  readonly course: Node | undefined;
  /** Null: the root of the course. */
  readonly parent: Node | null;
  /** The element was not in it before. */
  readonly isEntered: boolean;
}

function folderOf(
  row: Row,
  { courseId, parentId }: ResolvedRow['references'],
  stored: StoredReferenceData,
): Folder {
  const before = stored.courseElements.byKey.get(row.syncKey as string);
  const sentCourse = isGiven(courseId) ? (idOf(stored, 'trainings', courseId) ?? courseId) : undefined;
  const sentParent = isGiven(parentId) ? nodeOf(stored, 'courseElements', parentId) : null;
  const parentBefore = (before?.parentId ?? null) as number | null;
  const parent = parentId === undefined ? parentBefore : sentParent;
  return {
    course: (before?.courseId as number | undefined) ?? sentCourse,
    parent,
    isEntered: before === undefined || parent !== parentBefore,
  };
}

function nameOf(folder: Pick<Folder, 'course' | 'parent'> | undefined): string {
  return JSON.stringify([folder?.course, folder?.parent]);
}

/** Of the folders that elements enter; in a new one there is none. */
async function lastPositions(
  tx: Tx,
  siteId: number,
  folders: readonly Folder[],
): Promise<Map<string, number>> {
  const stored = folders.flatMap(({ course, parent, isEntered }) =>
    isEntered && typeof course === 'number' && typeof parent !== 'string'
      ? [{ courseId: course, parentId: parent }]
      : [],
  );
  const found = await findLastPositions(tx, siteId, stored);
  return new Map(
    found.map(({ courseId, parentId, last }) => [nameOf({ course: courseId, parent: parentId }), last]),
  );
}
