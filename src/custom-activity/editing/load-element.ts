import { isDryRun } from '../../contract/answer-under-key';
import type { ElementRecord } from '../../data/course-reference.repository';
import {
  type AssessedParts,
  findElementState,
  type StoredActivity,
} from '../../data/custom-activity.repository';
import type { Tx } from '../../data/database';
import type { CourseReferences, CourseRequest } from './course-references';

/** What is stored of the element that a request names, as it is under the lock. */
export interface StoredElement {
  readonly element: ElementRecord | undefined;
  /** Null where the element is unknown or is no custom activity. */
  readonly activity: StoredActivity | null;
  readonly isInDeletedFolder: boolean;
  readonly assessed: AssessedParts;
}

export const NOT_ASSESSED: AssessedParts = { activity: false, objectives: false };

/** Locks the element, but for a dry run: it writes nothing that another request could get in between of. */
export async function loadElement(
  tx: Tx,
  siteId: number,
  request: CourseRequest,
  references: CourseReferences,
  /** Which of the assessments lock what the request asks for; the others are not looked up. */
  asked = NOT_ASSESSED,
): Promise<StoredElement> {
  const nothing: StoredElement = {
    element: undefined,
    activity: null,
    isInDeletedFolder: false,
    assessed: NOT_ASSESSED,
  };
  const id = references.elementOf(request)?.id;
  if (id === undefined) return nothing;
  const found = await findElementState(tx, siteId, id, { isLocked: !isDryRun(request.input), asked });
  if (found?.element.kind !== 'CUSTOM_ACTIVITY') return { ...nothing, element: found?.element };
  if (found.activity === null) throw new Error(`Element ${id} is a custom activity without its own row`);
  return found;
}
