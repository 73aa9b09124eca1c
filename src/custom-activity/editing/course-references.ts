import { mayActFor } from '../../access/caller';
import type { RequestContext } from '../../access/request-context';
import type { KeyedInput } from '../../contract/answer-under-key';
import {
  type CourseRecord,
  type ElementRecord,
  findObjectives,
  type ObjectiveRecord,
  type ScaleRecord,
  type UserRecord,
} from '../../data/course-reference.repository';
import type { Tx } from '../../data/database';
import {
  type EditNames,
  type EditRecords,
  findEditRecords,
  type OrganisationNode,
} from '../../data/edit-reference.repository';
import { MAX_TEXT } from '../../data/entities/columns';
import { characterCount } from '../../kernel/text';
import type { Hierarchy } from '../rules/organisation';
import { ROOT_SYNC_KEY, type SentParent } from '../rules/parent';
import type { SentReference } from '../rules/sent-reference';

/** What a command of a user on a course refers to; null: it refers to nothing of the kind. */
export interface CourseRequest {
  readonly course: SentReference;
  readonly user: SentReference;
  readonly element: SentReference | null;
  readonly parent: SentParent | null;
  readonly input: KeyedInput & {
    readonly siteId?: number | null;
    readonly assessmentId?: number | null;
    readonly learningObjectives?: readonly { readonly learningObjectiveId: string }[] | null;
  };
}

/** Loads what requests refer to, for all of them together. */
export async function loadCourseReferences(
  tx: Tx,
  { siteId, caller }: RequestContext,
  requests: readonly CourseRequest[],
): Promise<CourseReferences> {
  const names = requests.map((request) => namesOf(request, siteId));
  const [records, objectives] = await Promise.all([
    findEditRecords(tx, siteId, names, ({ id }) => mayActFor(caller, id)),
    findSentObjectives(tx, siteId, requests),
  ]);
  return new CourseReferences(siteId, records, objectives);
}

/** What requests refer to. A user in whose name the caller may not edit does not exist here. */
export class CourseReferences {
  /** Of the repository, by unique id. */
  readonly objectives: ReadonlyMap<string, ObjectiveRecord>;
  readonly mayUseScore: boolean;
  readonly #siteId: number;
  readonly #siteName: string;
  readonly #users: ReadonlyMap<string | number, UserRecord>;
  readonly #courses: ReadonlyMap<string | number, CourseRecord>;
  readonly #elements: ReadonlyMap<string | number, ElementRecord>;
  readonly #scales: ReadonlyMap<number, ScaleRecord>;
  readonly #organisations: ReadonlyMap<number, OrganisationNode>;
  readonly #grants: ReadonlySet<string>;

  constructor(siteId: number, records: EditRecords, objectives: readonly ObjectiveRecord[]) {
    this.objectives = new Map(objectives.map((objective) => [objective.uniqueId, objective]));
    this.mayUseScore = records.site?.useScore ?? false;
    this.#siteId = siteId;
    this.#siteName = records.site?.name ?? `Site ${siteId}`;
    this.#users = byName(records.users);
    this.#courses = byName(records.courses);
    this.#elements = byName(records.elements);
    this.#scales = new Map(records.scales.map((scale) => [scale.id, scale]));
    this.#organisations = new Map(records.organisations.map((each) => [each.id, each]));
    this.#grants = new Set(records.grants.map((grant) => `${grant.userId}:${grant.organisationId}`));
  }

  userOf({ user }: CourseRequest): UserRecord | undefined {
    return this.#users.get(user.value);
  }

  /** A course of another site does not exist here. */
  courseOf({ course, input }: CourseRequest): CourseRecord | undefined {
    return isOwnSite(input.siteId, this.#siteId) ? this.#courses.get(course.value) : undefined;
  }

  elementOf({ element }: CourseRequest): ElementRecord | undefined {
    return element === null ? undefined : this.#elements.get(element.value);
  }

  parentOf({ parent }: CourseRequest): ElementRecord | undefined {
    return parent === null ? undefined : this.#elements.get(parent.value);
  }

  scaleOf({ input: { assessmentId } }: CourseRequest): ScaleRecord | undefined {
    return typeof assessmentId === 'number' ? this.#scales.get(assessmentId) : undefined;
  }

  hierarchyOf({ organisationId }: CourseRecord): Hierarchy {
    const ids = new Set<number>();
    for (let id = organisationId; id !== null && !ids.has(id); ) {
      ids.add(id);
      id = this.#organisations.get(id)?.parentId ?? null;
    }
    const own = organisationId === null ? undefined : this.#organisations.get(organisationId);
    return { name: own?.name ?? this.#siteName, organisationIds: [...ids] };
  }

  mayEdit(user: UserRecord, organisationId: number): boolean {
    return this.#grants.has(`${user.id}:${organisationId}`);
  }
}

/** By id, which is a number, and by sync key, which is a text and compared exactly. */
function byName<Found extends { readonly id: number; readonly syncKey: string | null }>(
  records: readonly Found[],
): Map<string | number, Found> {
  const named = new Map<string | number, Found>();
  for (const record of records) {
    named.set(record.id, record);
    if (record.syncKey !== null) named.set(record.syncKey, record);
  }
  return named;
}

function namesOf({ user, course, element, parent, input }: CourseRequest, siteId: number): EditNames {
  return {
    user: user.value,
    course: isOwnSite(input.siteId, siteId) ? course.value : undefined,
    element: element?.value,
    parent: parent === null || parent.value === ROOT_SYNC_KEY ? undefined : parent.value,
    scale: input.assessmentId ?? undefined,
  };
}

function isOwnSite(sent: number | null | undefined, siteId: number): boolean {
  return sent === undefined || sent === null || sent === siteId;
}

/** The learning objectives that requests name. */
async function findSentObjectives(
  tx: Tx,
  siteId: number,
  requests: readonly CourseRequest[],
): Promise<ObjectiveRecord[]> {
  const ids = new Set(
    requests.flatMap(({ input }) => (input.learningObjectives ?? []).map((each) => each.learningObjectiveId)),
  );
  // No stored id is longer; a text of megabytes is not to reach the database.
  for (const id of ids) if (characterCount(id) > MAX_TEXT) ids.delete(id);
  return findObjectives(tx, siteId, ids);
}
