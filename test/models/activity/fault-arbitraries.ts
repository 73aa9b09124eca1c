/** What can be wrong with an input, check by check: each fault is laid over an input without one. */
import fc from 'fast-check';
import { type KnownContent, refusedContent, tooLongContent } from './content-grammar';
import { asObjectives, type Request, type Subject, withoutUndefined } from './input-arbitraries';
import { isGone } from './references';
import type { Activity, ObjectiveMode, UpdateInput } from './world';

/** Members to lay over an input; undefined takes one away. Null where the world has no room for the fault. */
type Fault = (subject: Subject) => fc.Arbitrary<UpdateInput> | null;

const TOO_LONG = 'x'.repeat(129);
const TOO_LONG_FOR_A_COURSE = 'x'.repeat(256);
/** Two units of UTF-16 each. */
const faces = (count: number) => '\u{1f600}'.repeat(count);

const oneOf = (...inputs: readonly UpdateInput[]) => fc.constantFrom(...inputs);

const oneOfSome = (inputs: readonly UpdateInput[]) => (inputs.length > 0 ? fc.constantFrom(...inputs) : null);

// ---------- input ----------

const FORM: Fault = ({ course, element, activity }) => {
  const { assessmentId } = activity;
  return oneOf(
    { courseId: undefined, courseSyncKey: undefined },
    { courseId: null, courseSyncKey: null },
    { courseId: course.id, courseSyncKey: course.syncKey ?? 'course' },
    { courseId: undefined, courseSyncKey: '' },
    { courseId: undefined, courseSyncKey: TOO_LONG_FOR_A_COURSE },
    { elementId: undefined, elementSyncKey: null },
    { elementId: element.id, elementSyncKey: element.syncKey ?? 'activity-100' },
    { elementId: element.id, elementSyncKey: '' },
    { elementId: undefined, elementSyncKey: '' },
    { elementId: null, elementSyncKey: TOO_LONG },
    { userId: null, userSyncKey: undefined },
    { userId: 2, userSyncKey: 'editor' },
    { userId: undefined, userSyncKey: '' },
    { userId: undefined, userSyncKey: TOO_LONG },
    { parentId: undefined, parentSyncKey: TOO_LONG },
    { courseId: null, courseSyncKey: ' ' },
    { elementId: undefined, elementSyncKey: ' \n' },
    { userId: undefined, userSyncKey: '\u00a0' },
    { courseId: undefined, courseSyncKey: faces(256) },
    { elementId: undefined, elementSyncKey: faces(129) },
    { parentId: undefined, parentSyncKey: faces(129) },
    { vendorId: '' },
    { vendorId: 'x'.repeat(37) },
    { vendorId: faces(37) },
    { assessmentId: assessmentId ?? 1, maxScore: 10 },
    { assessmentId: 0, maxScore: 0 },
    { assessmentId: 1, maxScore: null, clearAssessment: true },
    { assessmentId: null, maxScore: 10, clearAssessment: true },
    { deadline: '2030-01-01T00:00:00Z', clearDeadline: true },
    { deadline: 'no date', clearDeadline: true },
    { idempotencyKey: '' },
    { idempotencyKey: ' ' },
    { idempotencyKey: 'x'.repeat(256) },
    { idempotencyKey: faces(256) },
    { idempotencyKey: 'a\u0007b' },
  );
};

const OBJECTIVES_TOO_MANY: fc.Arbitrary<UpdateInput> = oneOf({
  learningObjectives: asObjectives(Array.from({ length: 1001 }, (_, index) => `LO-${index}`)),
});

// ---------- user, organisation, course ----------

const USER: Fault = () =>
  oneOf(
    ...[999, 0, -1, 3, 4, 5].map((userId) => ({ userId, userSyncKey: undefined })),
    ...['nobody', 'EDITOR', 'external', 'deleted', faces(128)].map((userSyncKey) => ({
      userId: undefined,
      userSyncKey,
    })),
  );

/** A right below the course's organisation, beside it, or none. */
const ACCESS: Fault = ({ course }) =>
  oneOf(
    { userId: 8, userSyncKey: undefined },
    { userId: undefined, userSyncKey: 'nowhere' },
    ...(course.organisationId === 4 ? [] : [{ userId: undefined, userSyncKey: 'class-teacher' }]),
    ...(course.organisationId === 2 ? [{ userId: 6, userSyncKey: null }] : []),
  );

const COURSE: Fault = () =>
  oneOf(
    ...[999, 0, 2, 3, 4, 8, 6].map((courseId) => ({ courseId, courseSyncKey: undefined })),
    ...['nothing', 'COURSE', 'external', 'deleted', 'archived', 'homeless', faces(255)].map(
      (courseSyncKey) => ({
        courseId: null,
        courseSyncKey,
      }),
    ),
    { siteId: 2 },
    { siteId: 0 },
  );

// ---------- parent, element ----------

const PARENT: Fault = ({ stored, course }) => {
  const gone = stored.elements.filter(
    (each) => each.courseId === course.id && each.kind === 'FOLDER' && isGone(stored, each),
  );
  return oneOf(
    ...[0, -1, 999, 31, 200, 100, course.id === 5 ? 10 : 30].map((parentId) => ({
      parentId,
      parentSyncKey: undefined,
    })),
    ...['nothing', ' ', 'ELEMENT-10', 'element-31', 'element-200', 'element-12', faces(128)].map(
      (parentSyncKey) => ({
        parentId: null,
        parentSyncKey,
      }),
    ),
    ...gone.map(({ id }) => ({ parentId: id, parentSyncKey: null })),
    ...gone.map(({ syncKey }) => ({ parentId: undefined, parentSyncKey: syncKey })),
    { parentId: 10, parentSyncKey: '' },
    { parentId: 0, parentSyncKey: '' },
    { parentId: 10, parentSyncKey: 'element-11' },
    { parentId: 10, parentSyncKey: 'nothing' },
    { parentId: 200, parentSyncKey: 'element-200' },
    { parentId: 12, parentSyncKey: 'element-12' },
  );
};

const ELEMENT: Fault = ({ stored, course }) => {
  const wrong = stored.elements.filter((each) => isGone(stored, each) || each.courseId !== course.id);
  return oneOf(
    ...[999, 0, 10, 200, 31].map((elementId) => ({ elementId, elementSyncKey: undefined })),
    ...['nothing', 'element-10', 'Activity-100', faces(128)].map((elementSyncKey) => ({
      elementId: undefined,
      elementSyncKey,
    })),
    ...wrong.map(({ id }) => ({ elementId: id, elementSyncKey: null })),
  );
};

// ---------- fields ----------

export const WRONG_TITLES: readonly string[] = [
  '',
  '   ',
  '\u00a0',
  '\u200b',
  '\u200d \u2060',
  '\u115f\u1160',
  '\u2800',
  '\u3164\uffa0',
  'x'.repeat(256),
  'a\u0007b',
  'a\nb',
  'a\u0085b',
  'a\u2028b',
  'a\u2029b',
  'a\u202eb',
  'a\u202db',
  'a\ufdd0b',
  'a\u{1ffff}b',
  '<b>x</b>',
  'a <b',
  'a </',
  'a <!',
  'a <?',
];

const TITLE: Fault = () => oneOf(...WRONG_TITLES.map((title) => ({ title })));

export const WRONG_DEADLINES: readonly string[] = [
  '',
  'tomorrow',
  '2030-08-28',
  '2030-08-28T18:50',
  '2030-08-28T18:50:01',
  '2030-08-28T18:50:01.5',
  '2023-02-29T12:00:00Z',
  '1900-02-29T12:00:00Z',
  '2030-02-30T00:00:00+04:00',
  '2030-13-01T00:00:00Z',
  '2030-00-10T00:00:00Z',
  '2030-04-31T00:00:00Z',
  '2030-01-01T25:00:00Z',
  '2030-01-01T00:60:00Z',
];

const DEADLINE: Fault = () =>
  oneOf(...WRONG_DEADLINES.map((deadline) => ({ deadline, clearDeadline: undefined })));

const assessed: Pick<UpdateInput, 'assessmentId' | 'maxScore' | 'clearAssessment'> = {
  assessmentId: undefined,
  maxScore: undefined,
  clearAssessment: undefined,
};

/** About another element than the subject: one on which participants have a grade or score. */
const SCALE_LOCK: Fault = ({ world, stored, course }) => {
  const ids = stored.elements
    .filter((each) => each.courseId === course.id && !isGone(stored, each))
    .map((each) => each.id)
    .filter((id) =>
      world.results.some((each) => each.elementId === id && (each.gradeId ?? each.score) !== null),
    );
  return oneOfSome(
    ids.flatMap((elementId) =>
      [{ assessmentId: 2 }, { maxScore: 55 }, { clearAssessment: true }].map((change) => ({
        elementId,
        elementSyncKey: undefined,
        ...assessed,
        ...change,
      })),
    ),
  );
};

const OBJECTIVES: Fault = () =>
  oneOf(
    ...[
      ['LO-1', 'nothing'],
      ['lo-1'],
      ['SUBJECT'],
      ['LO-2', 'CATEGORY', 'LO-2', 'CATEGORY'],
      ['LO-3', 'DRAFT-BELOW'],
      ['DRAFT-SUBJECT', '', 'SUBJECT'],
      ['LO-1', 'LO-2', 'LO-3'],
    ].map((ids) => ({ learningObjectives: asObjectives(ids) })),
  );

/** About an element whose objectives were assessed. */
const OBJECTIVES_LOCK: Fault = ({ world, stored, course }) => {
  const locked = stored.elements.filter(
    (each) =>
      each.courseId === course.id &&
      !isGone(stored, each) &&
      world.objectiveResults.some((result) => result.elementId === each.id),
  );
  return oneOfSome(
    locked.flatMap(({ id, activity }): UpdateInput[] => {
      const about = { elementId: id, elementSyncKey: undefined };
      const mode = { learningObjectiveAssessment: otherMode(activity) };
      return [
        { ...about, learningObjectives: [] },
        { ...about, learningObjectives: asObjectives(['LO-3']) },
        { ...about, learningObjectives: undefined, ...mode },
        { ...about, learningObjectives: asObjectives(['LO-3', 'nothing']), ...mode },
      ];
    }),
  );
};

function otherMode(activity: Activity | null): ObjectiveMode {
  return activity?.learningObjectiveAssessment === 'OUTCOME_STATUS'
    ? 'ASSESSMENT_CRITERIA'
    : 'OUTCOME_STATUS';
}

const CHANGED_SINCE: Fault = ({ element }) =>
  oneOf(
    ...[element.updatedAt - 1, element.updatedAt + 1, 0].map((instant) => ({
      expectedUpdatedAt: new Date(instant).toISOString(),
      title: 'Changed',
    })),
  );

const PLAIN_FAULTS: readonly Fault[] = [
  ...[FORM, FORM, USER, USER, ACCESS, COURSE, COURSE, PARENT, PARENT, PARENT, ELEMENT, ELEMENT],
  ...[TITLE, DEADLINE, SCALE_LOCK, SCALE_LOCK, OBJECTIVES, OBJECTIVES, OBJECTIVES_LOCK, OBJECTIVES_LOCK],
  CHANGED_SINCE,
];

// ---------- faulty inputs ----------

export function faultyRequest(subject: Subject, fine: fc.Arbitrary<Request>): fc.Arbitrary<Request> {
  const plain = PLAIN_FAULTS.map((fault) => fault(subject)).filter((each) => each !== null);
  const contents = fc.oneof(
    { weight: 5, arbitrary: refusedContent },
    { weight: 1, arbitrary: tooLongContent },
  );
  const onePlain = fc.oneof(
    { weight: 40, arbitrary: fc.oneof(...plain) },
    { weight: 1, arbitrary: OBJECTIVES_TOO_MANY },
  );
  const faults: fc.Arbitrary<{ patches: readonly UpdateInput[]; content: KnownContent | null }> = fc.oneof(
    {
      weight: 7,
      arbitrary: fc.record({
        patches: fc.array(onePlain, { minLength: 1, maxLength: 3 }),
        content: fc.constant(null),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ patches: fc.array(onePlain, { maxLength: 2 }), content: contents }),
    },
  );
  return fc.tuple(fine, faults).map(([{ input, content }, { patches, content: wrong }]) => {
    const patched = Object.assign({}, input, ...patches) as UpdateInput;
    return wrong === null
      ? { input: withoutUndefined(patched), content }
      : { input: withoutUndefined({ ...patched, description: wrong.sent }), content: wrong.content };
  });
}
