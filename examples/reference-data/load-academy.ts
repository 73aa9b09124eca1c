import type { Tx } from '../../src/data/database';
import { isError } from '../../src/kernel/problem';
import { loadCourseData } from '../../src/reference-data/load-course-data';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import { ACADEMY } from './academy';
import { ACADEMY_COURSES } from './academy-courses';

/** Puts the academy into a site: who learns what there, and then what its courses hold. */
export async function loadAcademy(tx: Tx, siteId: number): ReturnType<typeof loadReferenceData> {
  const outcome = await loadReferenceData(tx, siteId, ACADEMY);
  if (!outcome.problems.some(isError)) await loadCourseData(tx, siteId, ACADEMY_COURSES);
  return outcome;
}
