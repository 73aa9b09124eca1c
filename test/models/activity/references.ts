/**
 * The checks of user, course, organisation, parent and element. A check whose subject is known says all of its codes
 * that hold; where a reference names nothing, what needs it is left out.
 */
import {
  type Course,
  type Element,
  isGiven,
  type Problem,
  problem,
  type Stored,
  type UpdateInput,
  type User,
  type World,
} from './world';

/** Where the element goes: into a folder, to the root (null), or nowhere else. */
export type Target = { readonly folderId: number | null } | 'STAYS' | 'UNRESOLVED';

export interface References {
  readonly user: User | null;
  readonly course: Course | null;
  readonly target: Target;
  readonly element: Element | null;
  readonly problems: readonly Problem[];
}

interface Found<Thing> {
  readonly thing: Thing | null;
  readonly problems: readonly Problem[];
}

export function resolve(world: World, stored: Stored, input: UpdateInput): References {
  const user = findUser(world, input);
  const course = findCourse(world, input);
  const access = problemsOfAccess(world, input, user.thing, course.thing);
  const element = findElement(stored, input, course.thing);
  const parent = findParent(stored, input, course.thing, element.thing);
  return {
    user: user.thing,
    course: course.thing,
    target: parent.target,
    element: element.thing,
    problems: [...user.problems, ...course.problems, ...access, ...parent.problems, ...element.problems],
  };
}

// ---------- user, course, organisation ----------

function findUser(world: World, input: UpdateInput): Found<User> {
  const path = isGiven(input.userId) ? 'userId' : 'userSyncKey';
  const user = named(world.users, input.userId, input.userSyncKey);
  if (user === null) return refused('USER_NOT_VALID', path);
  return found(user, path, { USER_EXTERNAL: user.isExternal, USER_DELETED: user.isDeleted });
}

function findCourse(world: World, input: UpdateInput): Found<Course> {
  // Open: with another siteId the path is still the course's reference, as it is the course that does not exist.
  const path = isGiven(input.courseId) ? 'courseId' : 'courseSyncKey';
  const isOtherSite = isGiven(input.siteId) && input.siteId !== world.siteId;
  const course = isOtherSite ? null : named(world.courses, input.courseId, input.courseSyncKey);
  if (course === null) return refused('COURSE_NOT_FOUND', path);
  return found(course, path, {
    COURSE_EXTERNAL: course.isExternal,
    COURSE_DELETED: course.isDeleted,
    COURSE_ARCHIVED: course.isArchived,
  });
}

/** Open: the path. It is the user's reference, as what is missing is a right of the user. */
function problemsOfAccess(
  world: World,
  input: UpdateInput,
  user: User | null,
  course: Course | null,
): Problem[] {
  if (user === null || course === null) return [];
  const organisations = organisationsFrom(world, course.organisationId);
  const mayEdit = organisations.some((id) => user.organisationIds.includes(id));
  const path = isGiven(input.userId) ? 'userId' : 'userSyncKey';
  return mayEdit ? [] : [problem('ORGANISATION_ACCESS_DENIED', path)];
}

/** An organisation and all above it. */
function organisationsFrom(world: World, organisationId: number | null): number[] {
  if (organisationId === null) return [];
  const organisation = world.organisations.find((each) => each.id === organisationId);
  return [organisationId, ...organisationsFrom(world, organisation?.parentId ?? null)];
}

// ---------- parent ----------

interface FoundParent {
  readonly target: Target;
  readonly problems: readonly Problem[];
}

function findParent(
  stored: Stored,
  input: UpdateInput,
  course: Course | null,
  element: Element | null,
): FoundParent {
  const { parentId, parentSyncKey } = input;
  if (isGiven(parentId) && isGiven(parentSyncKey)) {
    // Open: whatever else is wrong with either of them, they do not name the same folder, and that is said alone.
    const byId = elementOf(stored, parentId);
    const isSame = byId !== null && byId.syncKey === parentSyncKey;
    return isSame
      ? judgeParent(stored, byId, 'parentId', course, element)
      : wrongParent('INVALID_FORMAT', 'parentSyncKey');
  }
  if (isGiven(parentId)) {
    if (parentId <= 0) return wrongParent('PARENT_ID_INVALID', 'parentId');
    return judgeParent(stored, elementOf(stored, parentId), 'parentId', course, element);
  }
  if (isGiven(parentSyncKey)) {
    if (parentSyncKey === '') return { target: { folderId: null }, problems: [] };
    const parent = named(stored.elements, null, parentSyncKey);
    if (parent === null) return wrongParent('PARENT_SYNC_KEY_UNKNOWN', 'parentSyncKey');
    return judgeParent(stored, parent, 'parentSyncKey', course, element);
  }
  return { target: 'STAYS', problems: [] };
}

/** What is stored already is never an error: an activity may stay in a folder that is deleted. */
function judgeParent(
  stored: Stored,
  parent: Element | null,
  path: 'parentId' | 'parentSyncKey',
  course: Course | null,
  element: Element | null,
): FoundParent {
  const isElsewhere = course !== null && parent?.courseId !== course.id;
  if (parent === null) {
    const problems = isElsewhere ? [problem('PARENT_NOT_IN_COURSE', path)] : [];
    return { target: 'UNRESOLVED', problems };
  }
  const target = { folderId: parent.id };
  if (isGiven(element?.activity) && element.parentId === parent.id) return { target, problems: [] };
  const { problems } = found(parent, path, {
    PARENT_NOT_IN_COURSE: isElsewhere,
    PARENT_NOT_FOLDER: parent.kind !== 'FOLDER',
    PARENT_DELETED: isGone(stored, parent),
  });
  return { target, problems };
}

function wrongParent(code: Problem['code'], path: string): FoundParent {
  return { target: 'UNRESOLVED', problems: [problem(code, path)] };
}

// ---------- element ----------

function findElement(stored: Stored, input: UpdateInput, course: Course | null): Found<Element> {
  const path = isGiven(input.elementId) ? 'elementId' : 'elementSyncKey';
  const element = named(stored.elements, input.elementId, input.elementSyncKey);
  if (element === null) return refused('ELEMENT_NOT_FOUND', path);
  return found(element, path, {
    ELEMENT_DELETED: isGone(stored, element),
    ELEMENT_NOT_IN_COURSE: course !== null && element.courseId !== course.id,
    ELEMENT_NOT_CUSTOM_ACTIVITY: element.kind !== 'CUSTOM_ACTIVITY',
  });
}

/** Deleted itself, or in a folder that is. */
export function isGone(stored: Stored, element: Element): boolean {
  if (element.isDeleted) return true;
  const folder = element.parentId === null ? null : elementOf(stored, element.parentId);
  return folder !== null && isGone(stored, folder);
}

// ---------- looking up ----------

/** By id, or else by sync key, byte by byte. */
function named<Thing extends { readonly id: number; readonly syncKey: string | null }>(
  things: readonly Thing[],
  id: number | null | undefined,
  syncKey: string | null | undefined,
): Thing | null {
  return things.find((each) => (isGiven(id) ? each.id === id : each.syncKey === syncKey)) ?? null;
}

export function elementOf(stored: Stored, id: number): Element | null {
  return stored.elements.find((each) => each.id === id) ?? null;
}

/** Known, whatever is wrong with it. */
function found<Thing>(
  thing: Thing,
  path: string,
  faults: Readonly<Partial<Record<Problem['code'], boolean>>>,
): Found<Thing> {
  const codes = Object.keys(faults) as Problem['code'][];
  return { thing, problems: codes.filter((code) => faults[code]).map((code) => problem(code, path)) };
}

function refused<Thing>(code: Problem['code'], path: string): Found<Thing> {
  return { thing: null, problems: [problem(code, path)] };
}
