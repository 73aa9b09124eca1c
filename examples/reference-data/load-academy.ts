import type { Tx } from '../../src/data/database';
import { isError } from '../../src/kernel/problem';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import { ACADEMY } from './academy';
import { storeActivities } from './academy-activities';

/** Puts the academy into a site: who learns what there, and then the activities of its courses. */
export async function loadAcademy(tx: Tx, siteId: number): ReturnType<typeof loadReferenceData> {
  const outcome = await loadReferenceData(tx, siteId, ACADEMY);
  if (!outcome.problems.some(isError)) await storeActivities(tx, siteId);
  return outcome;
}
