import { mayActFor } from '../access/caller';
import type { RequestContext } from '../access/request-context';
import {
  type CourseRecord,
  type ElementRecord,
  findCoursesBy,
  findEditRecords,
  findElementsBy,
  findGrants,
  findObjectives,
  findScales,
  findSite,
  findUsersBy,
  type ObjectiveRecord,
  type ScaleRecord,
  type SiteRecord,
  type UserRecord,
} from '../data/course-reference.repository';
import type { Tx } from '../data/database';
import { MAX_TEXT } from '../data/entities/columns';
import { findAncestors } from '../data/reference-data.repository';
import { characterCount } from '../kernel/text';
import type { Hierarchy } from './rules/organisation';
import { ROOT_SYNC_KEY } from './rules/parent';
import type { Reference } from './rules/reference';

/** What a command of a user on a course refers to; null: it refers to nothing of the kind. */
export interface CourseRequest {
  readonly course: Reference;
  readonly user: Reference;
  readonly element: Reference | null;
  readonly parent: Reference | null;
  readonly input: {
    readonly siteId?: number | null;
    readonly assessmentId?: number | null;
    readonly learningObjectives?: readonly { readonly learningObjectiveId: string }[] | null;
  };
}

/** What the requests of a call refer to, loaded once for all of them. */
export interface References {
  userOf(request: CourseRequest): UserRecord | undefined;
  /** A course of another site does not exist here. */
  courseOf(request: CourseRequest): CourseRecord | undefined;
  elementOf(request: CourseRequest): ElementRecord | undefined;
  parentOf(request: CourseRequest): ElementRecord | undefined;
  scaleOf(request: CourseRequest): ScaleRecord | undefined;
  hierarchyOf(course: CourseRecord): Hierarchy;
  mayEdit(user: UserRecord, organisationId: number): boolean;
  /** By unique id. */
  readonly objectives: ReadonlyMap<string, ObjectiveRecord>;
  readonly mayUseScore: boolean;
}

/**
 * Loads what the requests refer to. A user in whose name the caller may not edit does not exist here.
 */
export function loadReferences(
  tx: Tx,
  context: RequestContext,
  requests: readonly CourseRequest[],
): Promise<References> {
  const [first, ...others] = requests;
  if (first !== undefined && others.length === 0) return loadReferencesOfOne(tx, context, first);
  return loadReferencesOfMany(tx, context, requests);
}

/** Of one request, with one statement, and one more for learning objectives. */
async function loadReferencesOfOne(
  tx: Tx,
  { siteId, caller }: RequestContext,
  request: CourseRequest,
): Promise<References> {
  const { user, course, element, parent, input } = request;
  const [found, objectives] = await Promise.all([
    findEditRecords(tx, siteId, {
      user: user.value,
      course: isOwnSite(input.siteId, siteId) ? course.value : undefined,
      element: element?.value,
      parent: parent === null || parent.value === ROOT_SYNC_KEY ? undefined : parent.value,
      scale: input.assessmentId ?? undefined,
    }),
    findSentObjectives(tx, siteId, [request]),
  ]);
  const editor = found.user !== undefined && mayActFor(caller, found.user.id) ? found.user : undefined;
  const own = found.organisations.find(({ id }) => id === found.course?.organisationId);
  const granted = new Set(found.organisations.flatMap(({ id, isGranted }) => (isGranted ? [id] : [])));
  const hierarchy: Hierarchy = {
    name: own?.name ?? siteName(found.site, siteId),
    organisationIds: found.organisations.map(({ id }) => id),
  };
  return {
    userOf: () => editor,
    courseOf: () => found.course,
    elementOf: () => found.element,
    parentOf: () => found.parent,
    scaleOf: () => found.scale,
    hierarchyOf: () => hierarchy,
    mayEdit: (_user, id) => granted.has(id),
    objectives,
    mayUseScore: found.site?.useScore ?? false,
  };
}

/** Of many requests, set-wise: one statement per kind of reference and chunk, never per request. */
async function loadReferencesOfMany(
  tx: Tx,
  { siteId, caller }: RequestContext,
  requests: readonly CourseRequest[],
): Promise<References> {
  const users = await loadNamed(
    async (...lookup) => (await findUsersBy(...lookup)).filter(({ id }) => mayActFor(caller, id)),
    tx,
    siteId,
    requests.map((request) => request.user),
  );
  const ownCourses = requests.filter(({ input }) => isOwnSite(input.siteId, siteId));
  const courses = await loadNamed(
    findCoursesBy,
    tx,
    siteId,
    ownCourses.map((request) => request.course),
  );
  const elements = await loadNamed(findElementsBy, tx, siteId, elementReferences(requests));
  const scaleIds = new Set(requests.flatMap(({ input }) => present(input.assessmentId)));
  const scales = new Map((await findScales(tx, siteId, scaleIds)).map((scale) => [scale.id, scale]));
  const objectives = await findSentObjectives(tx, siteId, requests);
  const site = await findSite(tx, siteId);
  const organisations = await loadOrganisations(tx, siteId, courses.all());
  const grants = new Set<string>();
  for (const { userId, organisationId } of await findGrants(
    tx,
    siteId,
    users.all().map((user) => user.id),
  )) {
    grants.add(`${userId}:${organisationId}`);
  }

  return {
    userOf: ({ user }) => users.find(user),
    courseOf: ({ course, input }) => (isOwnSite(input.siteId, siteId) ? courses.find(course) : undefined),
    elementOf: ({ element }) => (element === null ? undefined : elements.find(element)),
    parentOf: ({ parent }) => (parent === null ? undefined : elements.find(parent)),
    scaleOf: ({ input }) => scales.get(input.assessmentId ?? 0),
    hierarchyOf: (course) => hierarchyOf(course, organisations, siteName(site, siteId)),
    mayEdit: (user, organisationId) => grants.has(`${user.id}:${organisationId}`),
    objectives,
    mayUseScore: site?.useScore ?? false,
  };
}

/** The learning objectives that requests name, by unique id. */
async function findSentObjectives(
  tx: Tx,
  siteId: number,
  requests: readonly CourseRequest[],
): Promise<Map<string, ObjectiveRecord>> {
  const ids = new Set(
    requests.flatMap(({ input }) => (input.learningObjectives ?? []).map((each) => each.learningObjectiveId)),
  );
  // No stored id is longer; a text of megabytes is not to reach the database.
  for (const id of ids) if (characterCount(id) > MAX_TEXT) ids.delete(id);
  const found = await findObjectives(tx, siteId, ids);
  return new Map(found.map((objective) => [objective.uniqueId, objective]));
}

function siteName(site: SiteRecord | undefined, siteId: number): string {
  return site?.name ?? `Site ${siteId}`;
}

interface Named {
  readonly id: number;
  readonly syncKey: string | null;
}

interface Lookup<Found> {
  find(reference: Reference): Found | undefined;
  all(): readonly Found[];
}

async function loadNamed<Found extends Named>(
  findThemBy: (
    tx: Tx,
    siteId: number,
    column: 'id' | 'sync_key',
    values: Iterable<string | number>,
  ) => Promise<Found[]>,
  tx: Tx,
  siteId: number,
  references: readonly Reference[],
): Promise<Lookup<Found>> {
  const values = new Set(references.map((reference) => reference.value));
  const ids = [...values].filter((value) => typeof value === 'number');
  const syncKeys = [...values].filter((value) => typeof value === 'string');
  const found = [
    ...(await findThemBy(tx, siteId, 'id', ids)),
    ...(await findThemBy(tx, siteId, 'sync_key', syncKeys)),
  ];
  const byId = new Map(found.map((record) => [record.id, record]));
  const bySyncKey = new Map(found.map((record) => [record.syncKey, record]));
  return {
    find: ({ value }) => (typeof value === 'number' ? byId.get(value) : bySyncKey.get(value)),
    all: () => [...byId.values()],
  };
}

function elementReferences(requests: readonly CourseRequest[]): Reference[] {
  return requests.flatMap(({ element, parent }) =>
    [element, parent].flatMap((each) => (each === null || each.value === ROOT_SYNC_KEY ? [] : [each])),
  );
}

interface OrganisationNode {
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
}

async function loadOrganisations(
  tx: Tx,
  siteId: number,
  courses: readonly CourseRecord[],
): Promise<Map<number, OrganisationNode>> {
  const ids = courses.flatMap((course) => present(course.organisationId));
  return new Map((await findAncestors(tx, siteId, ids)).map((each) => [each.id, each]));
}

function hierarchyOf(
  course: CourseRecord,
  organisations: ReadonlyMap<number, OrganisationNode>,
  siteName: string,
): Hierarchy {
  const ids = new Set<number>();
  let id = course.organisationId;
  while (id !== null && !ids.has(id)) {
    ids.add(id);
    id = organisations.get(id)?.parentId ?? null;
  }
  const own = course.organisationId === null ? undefined : organisations.get(course.organisationId);
  return { name: own?.name ?? siteName, organisationIds: [...ids] };
}

function isOwnSite(sent: number | null | undefined, siteId: number): boolean {
  return sent === undefined || sent === null || sent === siteId;
}

function present<Value>(value: Value | null | undefined): Value[] {
  return value === null || value === undefined ? [] : [value];
}
