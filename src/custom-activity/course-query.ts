import { badUserInput } from '../contract/bad-user-input';
import { type CourseRecord, findCoursesBy } from '../data/course-reference.repository';
import type { Tx } from '../data/database';
import type { Reference } from './rules/reference';

type Argument = number | string | null | undefined;

/** The one argument that is given, of several that name the same thing; none or more are refused. */
export function exactlyOne(args: Readonly<Record<string, Argument>>): Reference {
  const reference = atMostOne(args);
  if (reference === null) throw badUserInput(`Give one of ${Object.keys(args).join(' and ')}.`);
  return reference;
}

/** Null where none is given; more are refused. */
export function atMostOne(args: Readonly<Record<string, Argument>>): Reference | null {
  const given = Object.entries(args).flatMap(([field, value]) =>
    value === undefined || value === null ? [] : [{ field, value }],
  );
  if (given.length > 1) throw badUserInput(`Give only one of ${Object.keys(args).join(' and ')}.`);
  return given[0] ?? null;
}

/** What carries the reference among what a database found, which may be more. */
export function named<Found extends { readonly id: number; readonly syncKey: string | null }>(
  found: readonly Found[],
  { value }: Reference,
): Found | undefined {
  return found.find(({ id, syncKey }) => (typeof value === 'number' ? id : syncKey) === value);
}

/** The course of the site, unless it is deleted. */
export async function findCourse(
  tx: Tx,
  siteId: number,
  reference: Reference,
): Promise<CourseRecord | undefined> {
  const course = named(await findCoursesBy(tx, siteId, columnOf(reference), [reference.value]), reference);
  return course?.isDeleted === false ? course : undefined;
}

export function columnOf({ value }: Reference): 'id' | 'sync_key' {
  return typeof value === 'number' ? 'id' : 'sync_key';
}
