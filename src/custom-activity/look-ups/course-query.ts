import { type CourseRecord, findCoursesBy } from '../../data/course-reference.repository';
import type { Tx } from '../../data/database';
import { MAX_SYNC_KEY } from '../../data/entities/columns';
import { characterCount } from '../../kernel/text';
import type { SentReference } from '../rules/sent-reference';

/** What a reference names on the site, compared exactly. */
export async function findNamed<Found extends { readonly id: number; readonly syncKey: string | null }>(
  findThemBy: (
    tx: Tx,
    siteId: number,
    column: 'id' | 'sync_key',
    values: Iterable<string | number>,
  ) => Promise<Found[]>,
  tx: Tx,
  siteId: number,
  { value }: SentReference,
): Promise<Found | undefined> {
  if (typeof value === 'number') return (await findThemBy(tx, siteId, 'id', [value]))[0];
  // No stored key is longer; a text of megabytes is not to reach the database.
  if (characterCount(value) > MAX_SYNC_KEY) return undefined;
  const found = await findThemBy(tx, siteId, 'sync_key', [value]);
  return found.find(({ syncKey }) => syncKey === value);
}

/** The course of the site, unless it is deleted. */
export async function findCourse(
  tx: Tx,
  siteId: number,
  reference: SentReference,
): Promise<CourseRecord | undefined> {
  const course = await findNamed(findCoursesBy, tx, siteId, reference);
  return course?.isDeleted === false ? course : undefined;
}
