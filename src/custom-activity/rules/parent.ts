import type { CourseRecord, ElementRecord } from '../../data/course-reference.repository';
import { type Problem, problem } from '../../kernel/problem';
import type { Judged } from './judged';
import type { SentReference } from './sent-reference';

/** The sync key that moves an element to the root of its course. */
export const ROOT_SYNC_KEY = '';

/** How a request names the folder. */
export interface SentParent extends SentReference {
  /** Given besides the id: the folder has to have it. */
  readonly alsoSyncKey?: string;
}

/** Null where the request names no folder. */
export function parentOf({
  parentId,
  parentSyncKey,
}: {
  readonly parentId?: number | null;
  readonly parentSyncKey?: string | null;
}): SentParent | null {
  const hasKey = parentSyncKey !== undefined && parentSyncKey !== null;
  if (parentId === undefined || parentId === null) {
    return hasKey ? { field: 'parentSyncKey', value: parentSyncKey } : null;
  }
  return { field: 'parentId', value: parentId, ...(hasKey ? { alsoSyncKey: parentSyncKey } : {}) };
}

export interface ParentFacts {
  /** The element that the reference names. */
  readonly parent: ElementRecord | undefined;
  /** Undefined where the course is not known: what depends on it is not judged. */
  readonly course: CourseRecord | undefined;
}

/** Check 5: an element lies in a folder of its course, or at the root. Where it lies already, it may stay. */
export function judgeParent(
  reference: SentParent | null,
  before: number | null,
  { parent, course }: ParentFacts,
): Judged<number | null> {
  if (reference === null) return { value: before, problems: [] };
  if (reference.value === ROOT_SYNC_KEY) return { value: null, problems: [] };
  if (reference.alsoSyncKey !== undefined && reference.alsoSyncKey !== parent?.syncKey) {
    const fault = 'it does not name the folder that parentId names; send one of the two';
    return { value: before, problems: [problem('INVALID_FORMAT', { fault }, { path: ['parentSyncKey'] })] };
  }
  if (parent !== undefined && parent.id === before) return { value: before, problems: [] };
  return { value: parent?.id ?? before, problems: problemsOf(reference, parent, course) };
}

/** Check 5 of an element that is to come back where it lies; the path is that of the element. */
export function judgeStoredParent({ field }: SentReference, isInDeletedFolder: boolean): Problem[] {
  return isInDeletedFolder ? [problem('PARENT_DELETED', {}, { path: [field] })] : [];
}

function problemsOf(
  { field, value }: SentReference,
  parent: ElementRecord | undefined,
  course: CourseRecord | undefined,
): Problem[] {
  const place = { path: [field] };
  if (typeof value === 'number' && value <= 0) return [problem('PARENT_ID_INVALID', {}, place)];
  if (typeof value === 'string' && parent === undefined) {
    return [problem('PARENT_SYNC_KEY_UNKNOWN', {}, place)];
  }
  const problems: Problem[] = [];
  if (course !== undefined && parent?.courseId !== course.id) {
    problems.push(problem('PARENT_NOT_IN_COURSE', {}, place));
  }
  if (parent !== undefined && parent.kind !== 'FOLDER') {
    problems.push(problem('PARENT_NOT_FOLDER', {}, place));
  }
  if (parent?.isDeleted === true) problems.push(problem('PARENT_DELETED', {}, place));
  return problems;
}
