import type { Activity, Course, Element, Objective, Stored, World } from '../models/activity/world';
import { STORED_AT, storeActivityWorld, storedActivityWorld } from './activity-world';
import type { TestDatabase } from './databases';
import { present } from './present';

/** A world in a short form: what hangs on a course or an element stands beside it. */
export interface CourseWorld
  extends Pick<World, 'siteId' | 'useScore' | 'organisations' | 'users' | 'scales'> {
  readonly siteName: string;
  readonly courses: readonly WorldCourse[];
  readonly elements: readonly WorldElement[];
  readonly objectives: readonly Omit<Objective, 'title'>[];
}

interface WorldCourse extends Course {
  /** Unique ids. */
  readonly objectives: readonly string[];
  /** Of every session, the learners registered in it; none of them ends. */
  readonly sessions: readonly (readonly number[])[];
}

export interface WorldElement extends Omit<Element, 'position'> {
  /** A participant has a grade, a score, only a status, or there is no assessment at all. */
  readonly assessed: 'grade' | 'score' | 'status' | 'no';
  readonly objectiveAssessed: boolean;
}

const PLAIN_ACTIVITY: Activity = {
  description: null,
  deadline: null,
  mandatory: false,
  assessmentId: null,
  maxScore: null,
  assessmentVisible: false,
  locked: false,
  learningObjectiveAssessment: 'DO_NOT_USE',
  allowStudentsSetCompletion: false,
  learningObjectives: [],
};

function element(id: number, fields: Partial<WorldElement>): WorldElement {
  return {
    id,
    syncKey: null,
    courseId: 1,
    parentId: null,
    kind: 'CUSTOM_ACTIVITY',
    title: `Element ${id}`,
    active: true,
    isDeleted: false,
    updatedAt: STORED_AT,
    activity: null,
    assessed: 'no',
    objectiveAssessed: false,
    ...fields,
  };
}

function activity(id: number, fields: Partial<WorldElement>, values: Partial<Activity> = {}): WorldElement {
  return element(id, { ...fields, activity: { ...PLAIN_ACTIVITY, ...values } });
}

const open = { isExternal: false, isDeleted: false };

/** Course 1 has everything; the others have one fault each. Ids are those of the vendor's sample where it has any. */
export const theCourseWorld: CourseWorld = {
  siteId: 1,
  siteName: 'Site 1',
  useScore: true,
  organisations: [
    { id: 1, parentId: null, syncKey: 'region', name: 'Region' },
    { id: 2, parentId: 1, syncKey: 'school', name: 'School' },
    { id: 3, parentId: 1, syncKey: 'neighbour', name: 'Neighbour' },
  ],
  users: [
    { ...open, id: 2, syncKey: 'editor', organisationIds: [1] },
    { ...open, id: 3, syncKey: 'external', isExternal: true, organisationIds: [1] },
    { ...open, id: 4, syncKey: 'deleted', isDeleted: true, organisationIds: [1] },
    { ...open, id: 5, syncKey: 'neighbour', organisationIds: [3] },
    { ...open, id: 6, syncKey: null, organisationIds: [2] },
  ],
  courses: [
    course(1, 'course', {
      objectivesEnabled: true,
      objectives: ['CustomActivityLO1'],
      sessions: [
        [1, 2],
        [1, 3],
      ],
    }),
    course(2, 'external', { isExternal: true }),
    course(3, 'deleted', { isDeleted: true }),
    course(4, 'archived', { isArchived: true }),
    course(5, 'plain', { sessions: [[4]] }),
    course(6, 'homeless', { organisationId: null }),
  ],
  elements: [
    element(10, { kind: 'FOLDER', syncKey: 'folder' }),
    element(11, { kind: 'FOLDER', syncKey: 'other-folder' }),
    element(12, { kind: 'FOLDER', syncKey: 'deleted-folder', isDeleted: true }),
    element(13, { kind: 'OTHER', syncKey: 'page' }),
    element(14, { kind: 'FOLDER', syncKey: 'folder-elsewhere', courseId: 5 }),
    element(15, { kind: 'FOLDER', syncKey: 'below-deleted', parentId: 12 }),
    element(16, { kind: 'FOLDER', syncKey: 'far-below-deleted', parentId: 15 }),
    activity(
      11939,
      { syncKey: 'activity', parentId: 10, title: 'Homework' },
      {
        description: '<p>Read</p>',
        deadline: Date.UTC(2024, 4, 5, 6, 7, 8, 900),
        assessmentId: 1,
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        learningObjectives: ['CustomActivityLO1'],
      },
    ),
    activity(11940, { syncKey: 'deleted-activity', isDeleted: true }),
    activity(11941, { syncKey: 'activity-elsewhere', courseId: 5 }),
    activity(11942, { syncKey: null, active: false }),
    activity(11943, { syncKey: 'graded', assessed: 'grade' }, { assessmentId: 1 }),
    activity(11944, { syncKey: 'scored', assessed: 'score' }, { maxScore: 10 }),
    activity(11945, { syncKey: 'completed', assessed: 'status' }, { allowStudentsSetCompletion: true }),
    activity(
      11946,
      { syncKey: 'objectives-assessed', objectiveAssessed: true },
      {
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        learningObjectives: ['CustomActivityLO1', 'CustomActivityLO2'],
      },
    ),
    activity(11947, { syncKey: 'in-deleted-folder', parentId: 12 }),
    activity(11948, { syncKey: 'odd-folder', courseId: 5, title: 'a <b> title' }, { assessmentId: 3 }),
    activity(11949, { syncKey: 'by-score' }, { maxScore: 7.5 }),
    activity(11950, { syncKey: 'far-below-deleted-folder', parentId: 16 }),
  ],
  scales: [
    { id: 1, courseId: null, gradeIds: [1, 2] },
    { id: 2, courseId: null, gradeIds: [3] },
    { id: 3, courseId: 1, gradeIds: [4] },
    { id: 4, courseId: 5, gradeIds: [5] },
  ],
  objectives: [
    { id: 1, uniqueId: 'LO-SUBJECT', parentId: null, isPublished: true, isLeaf: false },
    { id: 2, uniqueId: 'CustomActivityLO1', parentId: 1, isPublished: true, isLeaf: true },
    { id: 3, uniqueId: 'CustomActivityLO2', parentId: 1, isPublished: true, isLeaf: true },
    { id: 4, uniqueId: 'LO-3', parentId: 1, isPublished: true, isLeaf: true },
    { id: 5, uniqueId: 'LO-DRAFT', parentId: 1, isPublished: false, isLeaf: true },
  ],
};

function course(id: number, syncKey: string, fields: Partial<CourseWorld['courses'][number]>) {
  return {
    id,
    syncKey,
    organisationId: 2,
    isExternal: false,
    isDeleted: false,
    isArchived: false,
    objectivesEnabled: false,
    objectives: [],
    sessions: [],
    ...fields,
  };
}

/** The same world on another site: keys stay, ids are the site's own. */
export function onSite(world: CourseWorld, siteId: number): CourseWorld {
  const idIn = (id: number) => siteId * 100_000 + id;
  const nullableIdIn = (id: number | null) => (id === null ? null : idIn(id));
  return {
    ...world,
    siteId,
    siteName: `Site ${siteId}`,
    organisations: world.organisations.map((each) => ({
      ...each,
      id: idIn(each.id),
      parentId: nullableIdIn(each.parentId),
    })),
    users: world.users.map((each) => ({
      ...each,
      id: idIn(each.id),
      organisationIds: each.organisationIds.map(idIn),
    })),
    courses: world.courses.map((each) => ({
      ...each,
      id: idIn(each.id),
      organisationId: nullableIdIn(each.organisationId),
      sessions: each.sessions.map((learners) => learners.map(idIn)),
    })),
    elements: world.elements.map((each) => ({
      ...each,
      id: idIn(each.id),
      courseId: idIn(each.courseId),
      parentId: nullableIdIn(each.parentId),
      activity:
        each.activity === null
          ? null
          : { ...each.activity, assessmentId: nullableIdIn(each.activity.assessmentId) },
    })),
    scales: world.scales.map((each) => ({
      id: idIn(each.id),
      courseId: nullableIdIn(each.courseId),
      gradeIds: each.gradeIds.map(idIn),
    })),
    objectives: world.objectives.map((each) => ({
      ...each,
      id: idIn(each.id),
      parentId: nullableIdIn(each.parentId),
    })),
  };
}

/** Stores a world with the very ids it names; learners are numbered, as the sessions name them. */
export async function storeCourseWorld(test: TestDatabase, world: CourseWorld): Promise<void> {
  await storeActivityWorld(test, wholeWorld(world), storedOf(world), world.siteName);
}

function wholeWorld({ courses, elements, objectives, ...world }: CourseWorld): World {
  const sessions = courses.flatMap(({ id, sessions: those }) =>
    those.map((learnerIds, index) => ({ id: id * 10 + index, courseId: id, endsAt: null, learnerIds })),
  );
  const assessed = (id: number) => ({ elementId: id, learnerId: present(sessions[0]?.learnerIds[0]) });
  return {
    ...world,
    courses,
    sessions,
    objectives: objectives.map((each) => ({ ...each, title: `Objective ${each.uniqueId}` })),
    results: elements
      .filter((each) => each.assessed !== 'no')
      .map((each) => ({
        ...assessed(each.id),
        gradeId: each.assessed === 'grade' ? (world.scales[0]?.gradeIds[0] ?? null) : null,
        score: each.assessed === 'score' ? 0 : null,
      })),
    objectiveResults: elements
      .filter((each) => each.objectiveAssessed)
      .map(({ id, activity }) => ({
        ...assessed(id),
        uniqueId: present(activity?.learningObjectives[0]),
      })),
  };
}

function storedOf({ courses, elements }: CourseWorld): Pick<Stored, 'elements' | 'courseObjectives'> {
  return {
    elements: elements.map(({ assessed: _, objectiveAssessed: __, ...each }) => ({
      ...each,
      position: each.id,
    })),
    courseObjectives: courses.map(({ id, objectives }) => ({ courseId: id, uniqueIds: objectives })),
  };
}

/** Everything that updates can write, read past the API: elements, activities, objectives of both kinds. */
export async function storedCourseWorld(test: TestDatabase, world: CourseWorld): Promise<CourseWorld> {
  const { elements, courseObjectives } = await storedActivityWorld(test, world.siteId);
  const known = new Map(world.elements.map((each) => [each.id, each]));
  return {
    ...world,
    courses: world.courses.map((each) => ({
      ...each,
      objectives: courseObjectives.find(({ courseId }) => courseId === each.id)?.uniqueIds ?? [],
    })),
    elements: elements.map(({ position: _, ...each }) => {
      const { assessed, objectiveAssessed } = present(known.get(each.id));
      return { ...each, assessed, objectiveAssessed };
    }),
  };
}

/** One element as it is stored. */
export async function storedElement(
  test: TestDatabase,
  world: CourseWorld,
  id: number,
): Promise<WorldElement> {
  const { elements } = await storedCourseWorld(test, world);
  return elements.find((each) => each.id === id) as WorldElement;
}

export interface StoredNotification {
  readonly id: string;
  readonly update_id: string;
  readonly element_id: number;
  readonly learner_id: number;
  readonly created_at: string | Date;
  readonly payload: string;
  readonly delivered_at: string | Date | null;
  readonly attempts: number;
  readonly next_attempt_at: string | Date;
  readonly given_up_at: string | Date | null;
  readonly last_error: string | null;
}

export function storedNotifications(test: TestDatabase, siteId = 1): Promise<StoredNotification[]> {
  return test.query<StoredNotification>(
    `SELECT * FROM notification WHERE site_id = ${siteId} ORDER BY update_id, learner_id`,
  );
}
