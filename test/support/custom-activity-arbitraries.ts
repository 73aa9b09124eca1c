import fc from 'fast-check';
import { DEADLINES, DESCRIPTIONS, type UpdateInput } from './custom-activity-model';

/** Mostly what is right, so that sequences get somewhere; now and then anything else. */
function mostly<Value>(right: readonly Value[], wrong: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

const course = mostly<UpdateInput>(
  [
    { courseId: 1 },
    { courseSyncKey: 'course' },
    { courseId: 1, courseSyncKey: null },
    { courseId: 1, siteId: 1 },
  ],
  [
    {},
    { courseId: 1, courseSyncKey: 'course' },
    { courseId: 1, siteId: 2 },
    { courseId: 99 },
    { courseSyncKey: '' },
    ...[2, 3, 4, 5, 6].map((courseId) => ({ courseId })),
  ],
);

const user = mostly<UpdateInput>(
  [{ userId: 2 }, { userSyncKey: 'editor' }, { userId: 6 }],
  [
    {},
    { userId: 2, userSyncKey: 'editor' },
    { userId: 99 },
    { userSyncKey: 'EDITOR' },
    { userId: 3 },
    { userId: 4 },
    { userId: 5 },
  ],
);

const element = mostly<UpdateInput>(
  [
    { elementId: 11939 },
    { elementSyncKey: 'activity' },
    ...[11942, 11943, 11944, 11945, 11946, 11947].map((elementId) => ({ elementId })),
  ],
  [
    {},
    { elementId: 11939, elementSyncKey: 'activity' },
    { elementId: 10 },
    { elementId: 13 },
    { elementId: 99 },
    { elementId: 11940 },
    { elementId: 11941 },
    { elementSyncKey: ' ' },
    { elementId: 11948 },
  ],
);

const parent = mostly<UpdateInput>(
  [
    {},
    {},
    {},
    { parentId: null },
    { parentId: 10 },
    { parentId: 11 },
    { parentSyncKey: '' },
    { parentSyncKey: 'folder' },
  ],
  [
    { parentId: 10, parentSyncKey: 'folder' },
    { parentId: 0 },
    { parentId: 12 },
    { parentId: 13 },
    { parentId: 14 },
    { parentId: 999 },
    { parentSyncKey: 'nothing' },
  ],
);

const assessment = mostly<UpdateInput>(
  [
    {},
    {},
    {},
    { assessmentId: 1 },
    { assessmentId: 2 },
    { assessmentId: 3 },
    { assessmentId: null, maxScore: null },
    { maxScore: 10 },
    { maxScore: 0.01 },
    { maxScore: 99_999.99 },
    { clearAssessment: true },
    { clearAssessment: false, assessmentId: 1 },
  ],
  [
    { assessmentId: 1, maxScore: 10 },
    { clearAssessment: true, maxScore: 10 },
    { assessmentId: 0 },
    { assessmentId: 4 },
    { maxScore: 0 },
    { maxScore: 0.005 },
    { maxScore: 100_000 },
    { maxScore: -10 },
  ],
);

const objectives = fc.uniqueArray(
  mostly(['CustomActivityLO1', 'CustomActivityLO2', 'LO-3'], ['LO-SUBJECT', 'LO-DRAFT', 'nothing']),
  { maxLength: 3 },
);
const repeated = fc
  .tuple(objectives, fc.boolean())
  .map(([ids, twice]) =>
    (twice ? [...ids, ...ids] : ids).map((learningObjectiveId) => ({ learningObjectiveId })),
  );

const flag = fc.constantFrom(true, false, null);

/** Every key may be missing. */
const fields = fc.record(
  {
    title: mostly<string | null>(
      ['One', ' Two ', 'Homework', 'Élan 👩‍🏫', null],
      ['', ' ', 'a<b', 'a\nb', 'x'.repeat(256)],
    ),
    description: mostly<string | null>(
      [...Object.keys(DESCRIPTIONS).filter((text) => !('error' in (DESCRIPTIONS[text] ?? {}))), null],
      Object.keys(DESCRIPTIONS),
    ),
    deadline: mostly<string | null>(
      [...Object.keys(DEADLINES).filter((text) => DEADLINES[text] !== null), null],
      Object.keys(DEADLINES),
    ),
    active: flag,
    mandatory: flag,
    assessmentVisible: flag,
    locked: flag,
    allowStudentsSetCompletion: flag,
    sendUpdateNotification: flag,
    learningObjectives: fc.oneof(
      { weight: 3, arbitrary: repeated },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    learningObjectiveAssessment: fc.constantFrom(
      'DO_NOT_USE' as const,
      'OUTCOME_STATUS' as const,
      'ASSESSMENT_CRITERIA' as const,
      null,
    ),
    clearDeadline: mostly<boolean | null>([false, null], [true]),
    vendorId: mostly<string | null>(['vendor', null], ['', 'v'.repeat(37)]),
  },
  { requiredKeys: [] },
);

const input: fc.Arbitrary<UpdateInput> = fc
  .tuple(course, user, element, parent, assessment, fields, fc.boolean())
  .map(([...parts]) => {
    const dryRun = parts.pop() as boolean;
    return { ...Object.assign({}, ...parts), ...(dryRun ? { dryRun } : {}) };
  });

/** Requests that follow each other. */
export const updateSequences: fc.Arbitrary<UpdateInput[]> = fc.array(input, { minLength: 1, maxLength: 8 });
