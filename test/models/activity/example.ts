/** One small world, and how plain examples ask about it. */
import { modelUpdate } from './model-update';
import { elementOf } from './references';
import type { Content } from './rich-content';
import type { Activity, Course, Element, Stored, Updated, UpdateInput, World } from './world';

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
export const EARLIER = Date.UTC(2025, 0, 1);

const course = (id: number, syncKey: string, fields: Partial<Course>): Course => ({
  id,
  syncKey,
  organisationId: 3,
  isExternal: false,
  isDeleted: false,
  isArchived: false,
  objectivesEnabled: true,
  ...fields,
});

const objective = (id: number, uniqueId: string, isLeaf: boolean, isPublished: boolean) => ({
  ...{ id, uniqueId, isLeaf, isPublished },
  parentId: null,
  title: uniqueId,
});

const valid = { isExternal: false, isDeleted: false };

/** Region over city over school, and the neighbour below the region. Each course has one fault, but 1 and 5. */
export const world: World = {
  siteId: 1,
  useScore: true,
  organisations: [
    { id: 1, parentId: null, syncKey: 'region', name: 'Region' },
    { id: 2, parentId: 1, syncKey: 'city', name: 'City' },
    { id: 3, parentId: 2, syncKey: 'school', name: 'School' },
    { id: 4, parentId: 1, syncKey: 'neighbour', name: 'Neighbour' },
  ],
  users: [
    { ...valid, id: 2, syncKey: 'editor', organisationIds: [1] },
    { ...valid, id: 3, syncKey: 'external', isExternal: true, organisationIds: [1] },
    { ...valid, id: 4, syncKey: 'deleted', isDeleted: true, organisationIds: [1] },
    { ...valid, id: 5, syncKey: 'neighbour', organisationIds: [4] },
    { ...valid, id: 6, syncKey: 'teacher', organisationIds: [3] },
  ],
  courses: [
    course(1, 'course', {}),
    course(2, 'external', { isExternal: true }),
    course(3, 'deleted', { isDeleted: true }),
    course(4, 'archived', { isArchived: true }),
    course(5, 'plain', { objectivesEnabled: false }),
    course(6, 'homeless', { organisationId: null }),
  ],
  sessions: [
    { id: 1, courseId: 1, endsAt: null, learnerIds: [1, 2] },
    { id: 2, courseId: 1, endsAt: NOW + 1, learnerIds: [2, 3] },
    { id: 3, courseId: 1, endsAt: NOW, learnerIds: [3, 4] },
    { id: 4, courseId: 5, endsAt: null, learnerIds: [5] },
  ],
  scales: [
    { id: 1, courseId: null, gradeIds: [1] },
    { id: 2, courseId: 1, gradeIds: [2] },
    { id: 3, courseId: 5, gradeIds: [3] },
  ],
  objectives: [
    objective(1, 'SUBJECT', false, true),
    objective(2, 'LO-1', true, true),
    objective(3, 'LO-2', true, true),
    objective(4, 'DRAFT', true, false),
  ],
  results: [
    { elementId: 110, learnerId: 1, gradeId: 1, score: null },
    { elementId: 111, learnerId: 1, gradeId: null, score: 0 },
    { elementId: 112, learnerId: 1, gradeId: null, score: null },
  ],
  objectiveResults: [{ elementId: 113, learnerId: 1, uniqueId: 'LO-1' }],
};

const element = (id: number, fields: Partial<Element>): Element => ({
  id,
  syncKey: `element-${id}`,
  courseId: 1,
  parentId: null,
  position: id,
  kind: 'FOLDER',
  title: `Element ${id}`,
  active: true,
  isDeleted: false,
  updatedAt: EARLIER,
  activity: null,
  ...fields,
});

const activity = (id: number, fields: Partial<Element>, values: Partial<Activity> = {}): Element =>
  element(id, {
    kind: 'CUSTOM_ACTIVITY',
    activity: {
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
      ...values,
    },
    ...fields,
  });

/** 100 is plain; 110 to 112 have a grade, a score and only a status; the objectives of 113 are assessed. */
export const stored: Stored = {
  elements: [
    element(10, {}),
    element(11, { isDeleted: true }),
    element(12, { parentId: 11 }),
    element(13, { courseId: 5 }),
    element(14, { kind: 'OTHER' }),
    activity(100, {}),
    activity(101, { parentId: 10 }),
    activity(102, { isDeleted: true }),
    activity(103, { parentId: 12 }),
    activity(104, { courseId: 5 }),
    activity(105, { title: 'a <b> title', active: false }, { allowStudentsSetCompletion: true }),
    activity(110, {}, { assessmentId: 1 }),
    activity(111, {}, { maxScore: 10 }),
    activity(112, {}, { maxScore: 7.5, deadline: EARLIER }),
    activity(
      113,
      {},
      { learningObjectives: ['LO-1', 'DRAFT'], learningObjectiveAssessment: 'OUTCOME_STATUS' },
    ),
  ],
  courseObjectives: [{ courseId: 1, uniqueIds: ['LO-1', 'DRAFT'] }],
  keptAnswers: [],
};

/** References to activity 100, and the null that keeps allowStudentsSetCompletion. */
export const BY_IDS: UpdateInput = {
  userId: 2,
  courseId: 1,
  elementId: 100,
  allowStudentsSetCompletion: null,
};

export interface Given {
  readonly world?: World;
  readonly stored?: Stored;
  readonly clock?: number;
  readonly content?: Content;
}

export function update(input: UpdateInput, given: Given = {}): Updated {
  return modelUpdate(
    given.world ?? world,
    given.stored ?? stored,
    { ...BY_IDS, ...input },
    given.clock ?? NOW,
    given.content ?? null,
  );
}

/** The problems as `CODE path`. */
export function problemsOf(input: UpdateInput, given: Given = {}): string[] {
  return update(input, given).answer.problems.map(({ code, path }) => `${code} ${path.join('.')}`);
}

/** What is stored of the element that an input names by its id. */
export function elementAfter(input: UpdateInput, given: Given = {}): Element {
  return elementOf(update(input, given).stored, input.elementId ?? 100) as Element;
}
