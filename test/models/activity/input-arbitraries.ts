/** Inputs without an error, as far as what is stored at the start tells; later ones meet what was stored since. */
import fc from 'fast-check';
import { emptiedContent, fineContent, type KnownContent, longContent, mixedContent } from './content-grammar';
import { isGone } from './references';
import type { Content } from './rich-content';
import { type Activity, type Course, type Element, isGiven, type UpdateInput, type World } from './world';
import { LEAVES, type Start } from './world-arbitraries';

/** An input, and what its description is where it has one. */
export interface Request {
  readonly input: UpdateInput;
  readonly content: Content | null;
}

/** What one input is about. */
export interface Subject extends Start {
  readonly course: Course;
  readonly element: Element;
  readonly activity: Activity;
}

/** Absent and null keep, but for allowStudentsSetCompletion. */
export function optional<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null | undefined> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: value },
  );
}

export function subjects(start: Start): fc.Arbitrary<Subject> {
  const all = start.stored.elements.flatMap((element) => {
    const course = start.world.courses.find((each) => each.id === element.courseId) as Course;
    const isOpen = [1, 5, 7].includes(course.id) && !isGone(start.stored, element);
    const { activity } = element;
    return isOpen && activity !== null ? [{ ...start, course, element, activity }] : [];
  });
  const first = all.find(({ element }) => element.id === 100) as Subject;
  return fc.constantFrom(first, ...all);
}

export function fineRequest(subject: Subject): fc.Arbitrary<Request> {
  return fc
    .record({
      references: referencesTo(subject),
      place: placeIn(subject),
      plain: plainFields(subject),
      description: optional(descriptionFor(subject)),
      deadline: deadlines(subject),
      assessment: assessmentFor(subject),
      objectives: objectivesFor(subject),
      guards: guards(subject),
    })
    .map(({ references, place, plain, description, deadline, assessment, objectives, guards: guarded }) => ({
      input: withoutUndefined({
        ...references,
        ...place,
        ...plain,
        description: isGiven(description) ? description.sent : description,
        ...deadline,
        ...assessment,
        ...objectives,
        ...guarded,
      }),
      content: isGiven(description) ? description.content : null,
    }));
}

// ---------- references and place ----------

function referencesTo({ world, course, element }: Subject): fc.Arbitrary<UpdateInput> {
  return fc
    .record({
      course: byIdOrKey(course),
      element: byIdOrKey(element),
      user: editors(world, course),
      siteId: optional(fc.constant(world.siteId)),
      vendorId: optional(fc.constantFrom('v', ' ', 'x'.repeat(36), '\u{1f600}'.repeat(36))),
    })
    .map((drawn) => ({
      siteId: drawn.siteId,
      vendorId: drawn.vendorId,
      courseId: drawn.course.id,
      courseSyncKey: drawn.course.syncKey,
      elementId: drawn.element.id,
      elementSyncKey: drawn.element.syncKey,
      userId: drawn.user.id,
      userSyncKey: drawn.user.syncKey,
    }));
}

interface Reference {
  readonly id?: number | null;
  readonly syncKey?: string | null;
}

/** By one of both; null stands for not given. */
export function byIdOrKey(thing: {
  readonly id: number;
  readonly syncKey: string | null;
}): fc.Arbitrary<Reference> {
  const byId: Reference[] = [{ id: thing.id }, { id: thing.id, syncKey: null }];
  const byKey: Reference[] =
    thing.syncKey === null ? [] : [{ syncKey: thing.syncKey }, { id: null, syncKey: thing.syncKey }];
  return fc.constantFrom(...byId, ...byKey);
}

/** Those with rights on the organisation of the course or one above it. */
function editors(world: World, course: Course): fc.Arbitrary<Reference> {
  const everywhere = { id: 2, syncKey: 'editor' };
  const inSchool = { id: 6, syncKey: null };
  const inClass = { id: 7, syncKey: 'class-teacher' };
  const { organisationId } = course;
  const isBelowSchool = organisationId === 3 || organisationId === 4 || organisationId === 5;
  const some = [
    everywhere,
    everywhere,
    ...(isBelowSchool ? [inSchool] : []),
    ...(organisationId === 4 ? [inClass] : []),
  ];
  return fc
    .constantFrom(...some.filter(({ id }) => world.users.some((each) => each.id === id)))
    .chain((each) => byIdOrKey(each));
}

function placeIn({ stored, course }: Subject): fc.Arbitrary<UpdateInput> {
  const open = stored.elements.filter(
    (each) => each.courseId === course.id && each.kind === 'FOLDER' && !isGone(stored, each),
  );
  const named = open.flatMap(({ id, syncKey }): UpdateInput[] => [
    { parentId: id },
    { parentId: null, parentSyncKey: syncKey },
    { parentId: id, parentSyncKey: syncKey },
  ]);
  const stays: UpdateInput[] = [{}, { parentId: null, parentSyncKey: null }];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...stays) },
    { weight: 2, arbitrary: fc.constantFrom({ parentSyncKey: '' }, ...named) },
  );
}

// ---------- plain fields ----------

export const FINE_TITLES: readonly string[] = [
  'Homework',
  '  Homework ',
  'Chapter 1 > Part 2',
  'x < 5',
  'x <5 and 5< x',
  'a < b',
  'x'.repeat(255),
  ` ${'x'.repeat(255)} `,
  'Zo\u00eb e\u0301 \u4f60\u597d',
  '\u{1f468}\u200d\u{1f469}',
  'a\u2800b',
  '.',
];

function plainFields({ element }: Subject): fc.Arbitrary<UpdateInput> {
  return fc.record({
    active: optional(fc.boolean()),
    title: optional(fc.constantFrom(element.title, ...FINE_TITLES)),
    mandatory: optional(fc.boolean()),
    assessmentVisible: optional(fc.boolean()),
    locked: optional(fc.boolean()),
    sendUpdateNotification: fc.constantFrom(undefined, null, false, true, true, true),
    allowStudentsSetCompletion: fc.constantFrom(undefined, null, false, true),
  });
}

function descriptionFor({ activity }: Subject): fc.Arbitrary<KnownContent> {
  const { description } = activity;
  const again: KnownContent[] =
    description === null
      ? []
      : [{ sent: description, content: { is: 'CONTENT', stored: description, isStripped: false } }];
  return fc.oneof(
    { weight: 4, arbitrary: fineContent },
    { weight: 3, arbitrary: mixedContent },
    { weight: 3, arbitrary: emptiedContent },
    { weight: 1, arbitrary: longContent },
    ...(again.length > 0 ? [{ weight: 2, arbitrary: fc.constantFrom(...again) }] : []),
  );
}

export const FINE_DEADLINES: readonly string[] = [
  '2030-08-28T18:50:01Z',
  '2030-08-28T18:50:01+04:00',
  '2013-08-28T18:50:01-03:30',
  '2024-05-05T06:07:08.900Z',
  '2024-05-05T10:07:08.9+04:00',
  '2024-02-29T23:59:59.999+14:00',
  '2030-01-01T00:00:00+00:00',
  '2029-12-31T18:00:00-06:00',
];

function deadlines({ activity }: Subject): fc.Arbitrary<UpdateInput> {
  const again = activity.deadline === null ? [] : [new Date(activity.deadline).toISOString()];
  return fc.oneof(
    {
      weight: 3,
      arbitrary: optional(fc.constantFrom(...FINE_DEADLINES, ...again)).map((deadline) => ({ deadline })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ clearDeadline: true }, { clearDeadline: true, deadline: null }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { clearDeadline: false, deadline: '2031-01-01T00:00:00Z' },
        { clearDeadline: null },
      ),
    },
  );
}

// ---------- assessment ----------

/** Fields that are skipped with a warning, which are no error whatever is assessed. */
const SKIPPED_ASSESSMENTS: readonly UpdateInput[] = [
  { assessmentId: 0 },
  { assessmentId: -1 },
  { assessmentId: 999 },
  { maxScore: 0 },
  { maxScore: 0.009 },
  { maxScore: 99_999.991 },
  { maxScore: -5 },
];

const CHANGED_ASSESSMENTS: readonly UpdateInput[] = [
  { assessmentId: 1 },
  { assessmentId: 2, maxScore: null },
  { assessmentId: 3 },
  { assessmentId: 4 },
  { maxScore: 0.01 },
  { maxScore: 33.333 },
  { maxScore: 12, assessmentId: null },
  { maxScore: 99_999.99 },
  { clearAssessment: true },
];

/** Stored as sent, to the last digit. */
const SCORES = fc.double({ min: 0.01, max: 99_999.99, noNaN: true });

function assessmentFor({ world, element, activity }: Subject): fc.Arbitrary<UpdateInput> {
  const isAssessed = world.results.some(
    (each) => each.elementId === element.id && (each.gradeId !== null || each.score !== null),
  );
  const again: UpdateInput = { assessmentId: activity.assessmentId, maxScore: activity.maxScore };
  const keeps: UpdateInput[] = [
    {},
    { assessmentId: null, maxScore: null },
    { clearAssessment: false },
    again,
  ];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...keeps) },
    { weight: 1, arbitrary: fc.constantFrom(...SKIPPED_ASSESSMENTS) },
    ...(isAssessed ? [] : [{ weight: 3, arbitrary: fc.constantFrom(...CHANGED_ASSESSMENTS) }]),
    ...(isAssessed ? [] : [{ weight: 1, arbitrary: SCORES.map((maxScore) => ({ maxScore })) }]),
  );
}

// ---------- objectives ----------

function objectivesFor({ world, course, element, activity }: Subject): fc.Arbitrary<UpdateInput> {
  const isAssessed = world.objectiveResults.some((each) => each.elementId === element.id);
  const again = activity.learningObjectives;
  const reordered = [...again, ...again].reverse();
  const others = fc
    .subarray([...LEAVES])
    .chain((ids) => fc.shuffledSubarray([...ids, ...ids], { minLength: Math.min(1, ids.length) }));
  const lists = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(again, reordered, isAssessed ? again : []) },
    ...(isAssessed || !course.objectivesEnabled ? [] : [{ weight: 4, arbitrary: others }]),
    ...(isAssessed || !course.objectivesEnabled
      ? []
      : [{ weight: 1, arbitrary: others.map((ids) => [...ids, ...again]) }]),
  );
  const modes = isAssessed
    ? fc.constant(activity.learningObjectiveAssessment)
    : fc.constantFrom('DO_NOT_USE' as const, 'OUTCOME_STATUS' as const, 'ASSESSMENT_CRITERIA' as const);
  return fc.record({ list: optional(lists), mode: optional(modes) }).map(({ list, mode }) => ({
    learningObjectives: isGiven(list) ? asObjectives(list) : list,
    learningObjectiveAssessment: mode,
  }));
}

export function asObjectives(ids: readonly string[]): { readonly learningObjectiveId: string }[] {
  return ids.map((learningObjectiveId) => ({ learningObjectiveId }));
}

// ---------- guards ----------

/** The stored instant, in whatever offset, holds until the element is changed. */
function guards({ element }: Subject): fc.Arbitrary<UpdateInput> {
  return fc.record({
    expectedUpdatedAt: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(undefined, null) },
      { weight: 1, arbitrary: fc.constant(new Date(element.updatedAt).toISOString()) },
    ),
    dryRun: fc.constantFrom(undefined, undefined, undefined, null, false, true),
  });
}

export function withoutUndefined(input: UpdateInput): UpdateInput {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
