import type { ElementRecord } from '../data/course-reference.repository';
import {
  type AssessedParts,
  findElementState,
  type StoredActivity,
} from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import type { CourseRequest, References } from './references';

/** What is stored of the element that a request names, as it is under the lock. */
export interface StoredState {
  readonly element: ElementRecord | undefined;
  /** Null where the element is unknown or is no custom activity. */
  readonly activity: StoredActivity | null;
  readonly assessed: AssessedParts;
}

export const NOT_ASSESSED: AssessedParts = { activity: false, objectives: false };

/** A dry run needs no lock: it writes nothing that another request could get in between of. */
export async function loadState(
  tx: Tx,
  siteId: number,
  request: CourseRequest,
  references: References,
  dryRun: boolean,
  /** Which of the assessments lock what the request asks for; the others are not looked up. */
  asked = NOT_ASSESSED,
): Promise<StoredState> {
  const nothing: StoredState = { element: undefined, activity: null, assessed: NOT_ASSESSED };
  const id = references.elementOf(request)?.id;
  if (id === undefined) return nothing;
  const found = await findElementState(tx, siteId, id, { isLocked: !dryRun, asked });
  if (found?.element.kind !== 'CUSTOM_ACTIVITY') return { ...nothing, element: found?.element };
  if (found.activity === null) throw new Error(`Element ${id} is a custom activity without its own row`);
  return found;
}
