/**
 * Worlds to update in: a frame with a role for everybody that a rule is about, whose attributes are drawn. Course 1 is
 * the one that most inputs are about; in it there is always an activity that user 2 may edit.
 */
import fc from 'fast-check';
import type {
  Activity,
  Course,
  CourseObjectives,
  Element,
  Objective,
  ObjectiveResult,
  Organisation,
  ParticipantResult,
  Scale,
  Session,
  Stored,
  User,
  World,
} from './world';

/** The clock of the first update. */
export const THE_CLOCK = Date.UTC(2026, 2, 4, 5, 6, 7, 89);

const LONG_AGO = Date.UTC(2025, 0, 1, 0, 0, 0, 1);

// ---------- who and where ----------

/** Region over city over school over class; the neighbour is another city of the region. */
const ORGANISATIONS: readonly Organisation[] = [
  { id: 1, parentId: null, syncKey: 'region', name: 'Region' },
  { id: 2, parentId: 1, syncKey: 'city', name: 'City' },
  { id: 3, parentId: 2, syncKey: 'school', name: 'School' },
  { id: 4, parentId: 3, syncKey: 'class', name: 'Class' },
  { id: 5, parentId: 1, syncKey: 'neighbour', name: 'Neighbour' },
];

/** User 2 may edit everywhere, 6 and 7 depending on where the course is. */
const USERS: readonly User[] = [
  user(2, 'editor', { organisationIds: [1] }),
  user(3, 'external', { isExternal: true, organisationIds: [1] }),
  user(4, 'deleted', { isDeleted: true, organisationIds: [1] }),
  user(5, 'gone-abroad', { isExternal: true, isDeleted: true }),
  user(6, null, { organisationIds: [3, 5] }),
  user(7, 'class-teacher', { organisationIds: [4] }),
  user(8, 'nowhere', {}),
];

function user(id: number, syncKey: string | null, fields: Partial<User>): User {
  return { id, syncKey, isExternal: false, isDeleted: false, organisationIds: [], ...fields };
}

/** 1 and 5 are open; 6 has no organisation, 7 is the neighbour's; the rest have one fault each, or several. */
const COURSE_FAULTS: readonly Partial<Course>[] = [
  { id: 1, syncKey: 'course' },
  { id: 2, syncKey: 'external', isExternal: true },
  { id: 3, syncKey: 'deleted', isDeleted: true },
  { id: 4, syncKey: 'archived', isArchived: true },
  { id: 5, syncKey: null },
  { id: 6, syncKey: 'homeless', organisationId: null },
  { id: 7, syncKey: 'neighbours', organisationId: 5 },
  { id: 8, syncKey: 'all-faults', isExternal: true, isDeleted: true, isArchived: true },
];

const courses: fc.Arbitrary<Course[]> = fc
  .record({ organisationId: fc.constantFrom(2, 3, 4), objectivesEnabled: fc.boolean() })
  .map(({ organisationId, objectivesEnabled }) =>
    COURSE_FAULTS.map((fields) => ({
      id: 0,
      syncKey: null,
      organisationId,
      isExternal: false,
      isDeleted: false,
      isArchived: false,
      // Of the two open courses one has objectives.
      objectivesEnabled: fields.id === 5 ? !objectivesEnabled : objectivesEnabled,
      ...fields,
    })),
  );

/** Ended, ends now, a moment later, much later, never; often just when an update looks. */
const ENDS: readonly (number | null)[] = [
  ...[LONG_AGO, THE_CLOCK, THE_CLOCK, THE_CLOCK + 1, THE_CLOCK + 1],
  ...[THE_CLOCK + 86_400_000, null],
];

export const LEARNERS: readonly number[] = [1, 2, 3, 4];

const sessions: fc.Arbitrary<Session[]> = fc
  .array(
    fc.record({
      courseId: fc.constantFrom(1, 1, 1, 5),
      endsAt: fc.constantFrom(...ENDS),
      learnerIds: fc.subarray([...LEARNERS]),
    }),
    { minLength: 1, maxLength: 4 },
  )
  // Whoever is assessed is registered: all of them in a session of either course that is over.
  .map((drawn) => [...drawn, over(1), over(5)].map((each, index) => ({ ...each, id: index + 1 })));

function over(courseId: number): Omit<Session, 'id'> {
  return { courseId, endsAt: LONG_AGO, learnerIds: [...LEARNERS] };
}

const SCALES: readonly Scale[] = [
  { id: 1, courseId: null, gradeIds: [1, 2] },
  { id: 2, courseId: null, gradeIds: [3] },
  { id: 3, courseId: 1, gradeIds: [4] },
  { id: 4, courseId: 5, gradeIds: [5] },
];

/** Ids that differ in case are two. */
const OBJECTIVES: readonly Objective[] = [
  objective(1, 'SUBJECT', { parentId: null, isLeaf: false }),
  objective(2, 'LO-1', {}),
  objective(3, 'LO-2', {}),
  objective(4, 'lo-2', {}),
  objective(5, 'CATEGORY', { isLeaf: false }),
  objective(6, 'LO-3', { parentId: 5 }),
  objective(7, 'DRAFT', { parentId: 5, isPublished: false }),
  objective(8, 'DRAFT-SUBJECT', { parentId: null, isPublished: false, isLeaf: false }),
  objective(9, 'DRAFT-BELOW', { parentId: 8, isPublished: false }),
];

export const LEAVES: readonly string[] = ['LO-1', 'LO-2', 'lo-2', 'LO-3'];

function objective(id: number, uniqueId: string, fields: Partial<Objective>): Objective {
  return {
    id,
    uniqueId,
    parentId: 1,
    title: `Title of ${uniqueId}`,
    isPublished: true,
    isLeaf: true,
    ...fields,
  };
}

// ---------- elements ----------

type Place = Pick<Element, 'courseId' | 'parentId'>;

interface Drawn {
  readonly stored: Stored;
  readonly results: readonly ParticipantResult[];
  readonly objectiveResults: readonly ObjectiveResult[];
}

/** A drawn folder lies in one of those before it, so that there are no circles; 10 and 11 are always open. */
const folders: fc.Arbitrary<Element[]> = fc
  .array(fc.record({ within: fc.nat(), isDeleted: weighted(3, false, true) }), { minLength: 2, maxLength: 5 })
  .map((drawn) => {
    const made: Element[] = [folder(10, {}), folder(11, {}), folder(12, { isDeleted: true })];
    for (const [index, { within, isDeleted }] of drawn.entries()) {
      const above = made[within % (made.length + 1)];
      made.push(folder(13 + index, { parentId: above?.id ?? null, isDeleted }));
    }
    return [...made, folder(30, { courseId: 5 }), folder(31, { courseId: 2 })];
  });

function folder(id: number, fields: Partial<Element>): Element {
  return element(id, { kind: 'FOLDER', ...fields });
}

function element(id: number, fields: Partial<Element>): Element {
  return {
    id,
    syncKey: `element-${id}`,
    courseId: 1,
    parentId: null,
    position: id,
    kind: 'CUSTOM_ACTIVITY',
    title: `Element ${id}`,
    active: true,
    isDeleted: false,
    updatedAt: LONG_AGO,
    activity: null,
    ...fields,
  };
}

/** What could not be sent today may be stored, and is no error when it is sent again. */
const TITLES: readonly string[] = ['Homework', 'x < 5', 'a <b> title'];

function activityIn(course: Course): fc.Arbitrary<Activity> {
  return fc
    .record({
      description: fc.constantFrom(null, '<p>Read</p>', '<p>Read <b>it</b></p>'),
      deadline: fc.constantFrom(null, Date.UTC(2024, 4, 5, 6, 7, 8, 900), Date.UTC(2030, 0, 1)),
      mandatory: fc.boolean(),
      assessment: fc.constantFrom(
        ...[
          { assessmentId: null, maxScore: null },
          { assessmentId: 1, maxScore: null },
          // A scale of course 1, wherever the activity is.
          { assessmentId: 3, maxScore: null },
          { assessmentId: null, maxScore: 7.5 },
          { assessmentId: null, maxScore: 33.333 },
        ],
      ),
      assessmentVisible: fc.boolean(),
      locked: fc.boolean(),
      mode: fc.constantFrom('DO_NOT_USE' as const, 'OUTCOME_STATUS' as const, 'ASSESSMENT_CRITERIA' as const),
      allowStudentsSetCompletion: fc.boolean(),
      learningObjectives: fc.subarray(['LO-1', 'LO-2', 'lo-2', 'DRAFT'], { maxLength: 3 }),
      // A mode without objectives could not be sent.
      isOdd: weighted(9, false, true),
    })
    .map(({ assessment, mode, learningObjectives, isOdd, ...rest }) => {
      const connected = course.objectivesEnabled ? learningObjectives : [];
      return {
        ...rest,
        ...assessment,
        learningObjectives: connected,
        learningObjectiveAssessment: connected.length > 0 || isOdd ? mode : 'DO_NOT_USE',
      };
    });
}

/** Activities 100 and 101 are at the root or in folder 10; nobody is assessed on 100, and somebody on 101. */
function elementsIn(allCourses: readonly Course[]): fc.Arbitrary<Drawn> {
  return folders.chain((made) => {
    const open = made.filter((each) => each.courseId === 1).map((each) => each.id);
    const places: fc.Arbitrary<Place> = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(null, ...open).map((parentId) => ({ courseId: 1, parentId })) },
      { weight: 1, arbitrary: fc.constantFrom(null, 30).map((parentId) => ({ courseId: 5, parentId })) },
      { weight: 1, arbitrary: fc.constantFrom(6, 7).map((courseId) => ({ courseId, parentId: null })) },
    );
    const first = drawnActivity(
      100,
      allCourses,
      fc.constantFrom(null, 10).map((parentId) => ({ courseId: 1, parentId })),
      fc.constant('NOT'),
      fc.constant(false),
    );
    const locked = drawnActivity(
      101,
      allCourses,
      fc.constantFrom(null, 10).map((parentId) => ({ courseId: 1, parentId })),
      fc.constantFrom('GRADE', 'SCORE', 'OBJECTIVE'),
      fc.constant(false),
    );
    const others = [102, 103, 104].map((id) =>
      drawnActivity(
        id,
        allCourses,
        places,
        fc.constantFrom('NOT', 'STATUS', 'GRADE', 'SCORE', 'OBJECTIVE'),
        weighted(5, false, true),
      ),
    );
    return fc.tuple(first, locked, ...others).map((drawn) => ({
      stored: {
        elements: [
          ...made,
          element(200, { kind: 'OTHER' }),
          element(201, { kind: 'OTHER', syncKey: null, parentId: 10 }),
          ...drawn.map((each) => each.element),
        ],
        courseObjectives: allCourses.map(({ id }) => objectivesOf(drawn, id)),
        keptAnswers: [],
      },
      results: drawn.flatMap((each) => each.results),
      objectiveResults: drawn.flatMap((each) => each.objectiveResults),
    }));
  });
}

type Assessed = 'NOT' | 'STATUS' | 'GRADE' | 'SCORE' | 'OBJECTIVE';

interface DrawnActivity extends Omit<Drawn, 'stored'> {
  readonly element: Element;
}

function drawnActivity(
  id: number,
  allCourses: readonly Course[],
  places: fc.Arbitrary<Place>,
  assessed: fc.Arbitrary<Assessed>,
  isDeleted: fc.Arbitrary<boolean>,
): fc.Arbitrary<DrawnActivity> {
  return places.chain((place) =>
    fc
      .record({
        activity: activityIn(allCourses.find((each) => each.id === place.courseId) as Course),
        title: fc.constantFrom(...TITLES),
        syncKey: fc.constantFrom(`activity-${id}`, `ACTIVITY-${id}`, null),
        active: weighted(3, true, false),
        isDeleted,
        // Behind the clock, or ahead of it.
        updatedAt: fc.constantFrom(LONG_AGO, THE_CLOCK - 1, THE_CLOCK, THE_CLOCK + 5000),
        assessed,
        learnerId: fc.constantFrom(...LEARNERS),
      })
      .map(({ assessed: how, learnerId, activity, ...fields }) => {
        const assessable = { ...activity, ...(id === 101 ? WHAT_IS_ASSESSED[how] : {}) };
        return {
          element: element(id, { ...place, ...fields, activity: assessable }),
          results: resultsOf(id, learnerId, assessable, how),
          objectiveResults: objectiveResultsOf(id, learnerId, assessable, how),
        };
      }),
  );
}

/** Objectives stay on an element where the course has them no longer. */
const WHAT_IS_ASSESSED: Readonly<Record<Assessed, Partial<Activity>>> = {
  NOT: {},
  STATUS: {},
  GRADE: { assessmentId: 1, maxScore: null },
  SCORE: { assessmentId: null, maxScore: 7.5 },
  OBJECTIVE: { learningObjectives: ['LO-2', 'LO-1'], learningObjectiveAssessment: 'OUTCOME_STATUS' },
};

/** A grade of the scale that the activity uses, or a score where it uses one. */
function resultsOf(
  elementId: number,
  learnerId: number,
  { assessmentId, maxScore }: Activity,
  assessed: Assessed,
): ParticipantResult[] {
  const nothing = { elementId, learnerId, gradeId: null, score: null };
  const gradeId = SCALES.find((scale) => scale.id === assessmentId)?.gradeIds[0];
  if (assessed === 'STATUS') return [nothing];
  if (assessed === 'GRADE' && gradeId !== undefined) return [{ ...nothing, gradeId }];
  // 0 is a score.
  if (assessed === 'SCORE' && maxScore !== null) return [{ ...nothing, score: 0 }];
  return [];
}

function objectiveResultsOf(
  elementId: number,
  learnerId: number,
  { learningObjectives, learningObjectiveAssessment }: Activity,
  assessed: Assessed,
): ObjectiveResult[] {
  const uniqueId = learningObjectives[0];
  if (assessed !== 'OBJECTIVE' || uniqueId === undefined || learningObjectiveAssessment === 'DO_NOT_USE')
    return [];
  return [{ elementId, learnerId, uniqueId }];
}

/** Every objective of an element is one of its course. */
function objectivesOf(drawn: readonly DrawnActivity[], courseId: number): CourseObjectives {
  const ids = drawn.flatMap((each) =>
    each.element.courseId === courseId ? (each.element.activity?.learningObjectives ?? []) : [],
  );
  return { courseId, uniqueIds: [...new Set(ids)].sort() };
}

function weighted<Value>(weight: number, often: Value, seldom: Value): fc.Arbitrary<Value> {
  return fc.oneof({ weight, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: fc.constant(seldom) });
}

// ---------- the whole ----------

export interface Start {
  readonly world: World;
  readonly stored: Stored;
}

export const starts: fc.Arbitrary<Start> = courses.chain((allCourses) =>
  fc
    .record({ useScore: weighted(3, true, false), allSessions: sessions, drawn: elementsIn(allCourses) })
    .map(({ useScore, allSessions, drawn: { stored, results, objectiveResults } }) => ({
      world: {
        siteId: 1,
        useScore,
        organisations: ORGANISATIONS,
        users: USERS,
        courses: allCourses,
        sessions: allSessions,
        scales: SCALES,
        objectives: OBJECTIVES,
        results,
        objectiveResults,
      },
      stored,
    })),
);
