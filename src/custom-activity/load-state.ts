import { type ElementRecord, findElementsBy, lockElement } from '../data/course-reference.repository';
import {
  type AssessedParts,
  findActivities,
  findAssessedParts,
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
): Promise<StoredState> {
  const nothing: StoredState = { element: undefined, activity: null, assessed: NOT_ASSESSED };
  const id = references.elementOf(request)?.id;
  if (id === undefined) return nothing;
  const element = dryRun
    ? (await findElementsBy(tx, siteId, 'id', [id]))[0]
    : await lockElement(tx, siteId, id);
  if (element?.kind !== 'CUSTOM_ACTIVITY') return { ...nothing, element };
  const [activity] = await findActivities(tx, siteId, [id]);
  if (activity === undefined) throw new Error(`Element ${id} is a custom activity without its own row`);
  return { element, activity, assessed: await findAssessedParts(tx, siteId, id) };
}
