import { setTimeout as pause } from 'node:timers/promises';
import { type Api, apiOn, NOW } from '../support/api';
import {
  onSite,
  storeCourseWorld,
  storedCourseWorld,
  storedElement,
  storedNotifications,
  theCourseWorld,
} from '../support/course-world';
import type { ModelActivity, ModelElement, UpdateInput } from '../support/custom-activity-model';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { PLANTED } from '../support/markers';
import { sendUpdate, sendUpdates, UPDATE, UPDATE_MANY } from '../support/update-activity';

/** Activity 11939 of course 1; completion kept, so that nothing is said about it. */
const BASE: UpdateInput = { courseId: 1, elementId: 11939, userId: 2, allowStudentsSetCompletion: null };

const DEADLINE = Date.UTC(2024, 4, 5, 6, 7, 8, 900);

type Expected = readonly (readonly [code: string, ...path: string[]])[];

interface Case {
  readonly name: string;
  readonly input: UpdateInput;
  readonly problems: Expected;
  readonly message?: string;
}

const objectives = (...ids: string[]) => ids.map((learningObjectiveId) => ({ learningObjectiveId }));

/** Every line of the vendor page's list of errors, with the text of the rules, and every other way to an error. */
const ERRORS: readonly Case[] = [
  {
    name: 'both references of the course',
    input: { ...BASE, courseSyncKey: 'course' },
    problems: [['INVALID_FORMAT', 'courseSyncKey']],
    message: 'Invalid format / parameters (different to specified schema).',
  },
  { name: 'no course', input: { ...BASE, courseId: null }, problems: [['INVALID_FORMAT', 'courseId']] },
  { name: 'no element', input: { ...BASE, elementId: null }, problems: [['INVALID_FORMAT', 'elementId']] },
  { name: 'no user', input: { ...BASE, userId: null }, problems: [['INVALID_FORMAT', 'userId']] },
  {
    name: 'both references of element and user',
    input: { ...BASE, elementSyncKey: 'activity', userSyncKey: 'editor' },
    problems: [
      ['INVALID_FORMAT', 'elementSyncKey'],
      ['INVALID_FORMAT', 'userSyncKey'],
    ],
  },
  {
    name: 'both references of the parent, the empty one included',
    input: { ...BASE, parentId: 11, parentSyncKey: '' },
    problems: [['INVALID_FORMAT', 'parentSyncKey']],
  },
  {
    name: 'scale and score',
    input: { ...BASE, assessmentId: 2, maxScore: 5 },
    problems: [['INVALID_FORMAT', 'maxScore']],
  },
  {
    name: 'more learning objectives than any activity has',
    input: { ...BASE, learningObjectives: objectives(...Array.from({ length: 1_001 }, (_, n) => `LO${n}`)) },
    problems: [['INVALID_FORMAT', 'learningObjectives']],
  },
  {
    name: 'a learning objective whose id is longer than any, and would not fit into a packet',
    input: { ...BASE, learningObjectives: objectives("'".repeat(8_500_000)) },
    problems: [['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '0', 'learningObjectiveId']],
  },
  {
    name: 'an empty key',
    input: { ...BASE, elementId: null, elementSyncKey: '' },
    problems: [['INVALID_FORMAT', 'elementSyncKey']],
  },
  {
    name: 'a key of blanks',
    input: { ...BASE, userId: null, userSyncKey: '  ' },
    problems: [['INVALID_FORMAT', 'userSyncKey']],
  },
  {
    name: 'keys that are too long',
    input: {
      courseSyncKey: 'c'.repeat(256),
      elementSyncKey: 'e'.repeat(129),
      userSyncKey: '👩'.repeat(129),
      parentSyncKey: 'p'.repeat(129),
      allowStudentsSetCompletion: null,
    },
    problems: [
      ['INVALID_FORMAT', 'courseSyncKey'],
      ['INVALID_FORMAT', 'parentSyncKey'],
      ['INVALID_FORMAT', 'elementSyncKey'],
      ['INVALID_FORMAT', 'userSyncKey'],
    ],
  },
  { name: 'an empty vendor', input: { ...BASE, vendorId: '' }, problems: [['INVALID_FORMAT', 'vendorId']] },
  {
    name: 'a vendor of 37 characters',
    input: { ...BASE, vendorId: 'v'.repeat(37) },
    problems: [['INVALID_FORMAT', 'vendorId']],
  },
  {
    name: 'what is cleared and set',
    input: {
      ...BASE,
      clearAssessment: true,
      assessmentId: 0,
      clearDeadline: true,
      deadline: '2030-01-01T00:00:00Z',
    },
    problems: [
      ['INVALID_FORMAT', 'clearAssessment'],
      ['INVALID_FORMAT', 'clearDeadline'],
    ],
  },
  {
    name: 'an unusable idempotency key',
    input: { ...BASE, idempotencyKey: '' },
    problems: [['IDEMPOTENCY_KEY_INVALID', 'idempotencyKey']],
  },
  {
    name: 'a failed input check next to texts',
    input: {
      userId: 99,
      title: ' ',
      description: '<p>',
      deadline: 'x',
      assessmentId: 99,
      learningObjectives: objectives('x'),
    },
    problems: [
      ['INVALID_FORMAT', 'courseId'],
      ['INVALID_FORMAT', 'elementId'],
      ['TITLE_INVALID', 'title'],
      ['RICH_CONTENT_INVALID', 'description'],
      ['DEADLINE_INVALID', 'deadline'],
    ],
  },
  {
    name: 'an unknown user',
    input: { ...BASE, userId: 99 },
    problems: [['USER_NOT_VALID', 'userId']],
    message: 'User with specified UserId/UserSyncKey is not valid.',
  },
  {
    name: 'a user key in other letters',
    input: { ...BASE, userId: null, userSyncKey: 'Editor' },
    problems: [['USER_NOT_VALID', 'userSyncKey']],
  },
  {
    name: 'a user key with a blank at its end',
    input: { ...BASE, userId: null, userSyncKey: 'editor ' },
    problems: [['USER_NOT_VALID', 'userSyncKey']],
  },
  {
    name: 'an external user',
    input: { ...BASE, userId: 3 },
    problems: [['USER_EXTERNAL', 'userId']],
    message: 'User with specified UserId/UserSyncKey is external.',
  },
  {
    name: 'a deleted user',
    input: { ...BASE, userId: null, userSyncKey: 'deleted' },
    problems: [['USER_DELETED', 'userSyncKey']],
    message: 'User with specified UserId/UserSyncKey is deleted.',
  },
  {
    name: 'an unknown course',
    input: { ...BASE, courseId: 99 },
    problems: [['COURSE_NOT_FOUND', 'courseId']],
    message: 'Course does not exist.',
  },
  {
    name: 'another site',
    input: { ...BASE, siteId: 2 },
    problems: [['COURSE_NOT_FOUND', 'courseId']],
  },
  {
    name: 'an external course',
    input: { ...BASE, courseId: 2 },
    problems: [
      ['COURSE_EXTERNAL', 'courseId'],
      ['ELEMENT_NOT_IN_COURSE', 'elementId'],
    ],
    message: 'Course is external.',
  },
  {
    name: 'a deleted course',
    input: { ...BASE, courseId: null, courseSyncKey: 'deleted' },
    problems: [
      ['COURSE_DELETED', 'courseSyncKey'],
      ['ELEMENT_NOT_IN_COURSE', 'elementId'],
    ],
    message: 'Course is deleted.',
  },
  {
    name: 'an archived course',
    input: { ...BASE, courseId: 4 },
    problems: [
      ['COURSE_ARCHIVED', 'courseId'],
      ['ELEMENT_NOT_IN_COURSE', 'elementId'],
    ],
    message: 'Course is archived.',
  },
  {
    name: 'a user with rights elsewhere',
    input: { ...BASE, userId: 5 },
    problems: [['ORGANISATION_ACCESS_DENIED', 'userId']],
    message:
      "Your security settings doesn't allow you to perform that operation. Please contact administration to grant you an access to School organization",
  },
  {
    name: 'a course without an organisation',
    input: { ...BASE, courseId: 6 },
    problems: [
      ['ORGANISATION_ACCESS_DENIED', 'userId'],
      ['ELEMENT_NOT_IN_COURSE', 'elementId'],
    ],
  },
  {
    name: 'parent zero',
    input: { ...BASE, parentId: 0 },
    problems: [['PARENT_ID_INVALID', 'parentId']],
    message: 'Message must contain valid ParentId.',
  },
  {
    name: 'a negative parent',
    input: { ...BASE, parentId: -1 },
    problems: [['PARENT_ID_INVALID', 'parentId']],
  },
  {
    name: 'an unknown parent key',
    input: { ...BASE, parentSyncKey: 'Folder' },
    problems: [['PARENT_SYNC_KEY_UNKNOWN', 'parentSyncKey']],
    message: 'ParentSyncKey cannot be found in the identifier map or is invalid.',
  },
  {
    name: 'a parent key of blanks, which is not the root',
    input: { ...BASE, parentSyncKey: ' ' },
    problems: [['PARENT_SYNC_KEY_UNKNOWN', 'parentSyncKey']],
  },
  {
    name: 'a parent in another course',
    input: { ...BASE, parentSyncKey: 'folder-elsewhere' },
    problems: [['PARENT_NOT_IN_COURSE', 'parentSyncKey']],
    message: 'ParentSyncKey/ParentId is not an element within the course.',
  },
  {
    name: 'an unknown parent id',
    input: { ...BASE, parentId: 999 },
    problems: [['PARENT_NOT_IN_COURSE', 'parentId']],
  },
  {
    name: 'a parent that is no folder',
    input: { ...BASE, parentId: 13 },
    problems: [['PARENT_NOT_FOLDER', 'parentId']],
    message: 'ParentSyncKey/ParentId is not a folder.',
  },
  {
    name: 'the activity as its own parent',
    input: { ...BASE, parentId: 11939 },
    problems: [['PARENT_NOT_FOLDER', 'parentId']],
  },
  {
    name: 'a deleted parent',
    input: { ...BASE, parentSyncKey: 'deleted-folder' },
    problems: [['PARENT_DELETED', 'parentSyncKey']],
    message: 'Folder related to ParentSyncKey/ParentId has been deleted or removed.',
  },
  {
    name: 'an unknown element',
    input: { ...BASE, elementId: 99, title: '<', assessmentId: 99 },
    problems: [
      ['ELEMENT_NOT_FOUND', 'elementId'],
      ['TITLE_INVALID', 'title'],
    ],
    message: 'Element does not exist',
  },
  {
    name: 'a deleted element',
    input: { ...BASE, elementId: null, elementSyncKey: 'deleted-activity' },
    problems: [['ELEMENT_DELETED', 'elementSyncKey']],
    message: 'Element is deleted',
  },
  {
    name: 'an element of another course',
    input: { ...BASE, elementId: 11941 },
    problems: [['ELEMENT_NOT_IN_COURSE', 'elementId']],
    message: 'Element is not within the course specified.',
  },
  {
    name: 'a folder',
    input: { ...BASE, elementId: 10 },
    problems: [['ELEMENT_NOT_CUSTOM_ACTIVITY', 'elementId']],
    message: 'Could not create/update element Custom Activity.',
  },
  {
    name: 'a blank title',
    input: { ...BASE, title: '  ' },
    problems: [['TITLE_INVALID', 'title']],
    message: 'Title must not be blank or contain invalid characters.',
  },
  {
    name: 'a description that is badly formed',
    input: { ...BASE, description: '<p><b>One</p></b>' },
    problems: [['RICH_CONTENT_INVALID', 'description']],
    message: 'Rich content badly formatted or invalid in "Text".',
  },
  {
    name: 'a description with nothing left',
    input: { ...BASE, description: '<script>x</script>' },
    problems: [['RICH_CONTENT_INVALID', 'description']],
  },
  {
    name: 'a description that is too long',
    input: { ...BASE, description: 'ä'.repeat(32_768) },
    problems: [['RICH_CONTENT_TOO_LONG', 'description']],
  },
  {
    name: 'a deadline without a zone',
    input: { ...BASE, deadline: '2030-01-01T00:00:00' },
    problems: [['DEADLINE_INVALID', 'deadline']],
    message: 'Invalid deadline date or not in UTC format.',
  },
  {
    name: 'another scale after a grade',
    input: { ...BASE, elementId: 11943, assessmentId: 2 },
    problems: [['ASSESSMENT_SCALE_LOCKED', 'assessmentId']],
    message:
      '"Assessment set-up for Assessment scale" cannot be changed when participants have already been assessed',
  },
  {
    name: 'a score after a grade',
    input: { ...BASE, elementId: 11943, maxScore: 10 },
    problems: [['ASSESSMENT_SCALE_LOCKED', 'maxScore']],
  },
  {
    name: 'another score after a score',
    input: { ...BASE, elementId: 11944, maxScore: 11 },
    problems: [['ASSESSMENT_SCALE_LOCKED', 'maxScore']],
  },
  {
    name: 'clearing after a score',
    input: { ...BASE, elementId: 11944, clearAssessment: true },
    problems: [['ASSESSMENT_SCALE_LOCKED', 'clearAssessment']],
  },
  {
    name: 'objectives in a course without',
    input: { ...BASE, courseId: 5, elementId: 11941, learningObjectives: objectives('CustomActivityLO1') },
    problems: [['COURSE_HAS_NO_OBJECTIVES', 'learningObjectives']],
    message: 'Course has no Learning Objectives enabled.',
  },
  {
    name: 'unknown and unpublished objectives',
    input: {
      ...BASE,
      learningObjectives: objectives('customactivitylo1', 'LO-DRAFT', 'LO-3', 'LO-DRAFT', ''),
    },
    problems: [
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '0', 'learningObjectiveId'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '1', 'learningObjectiveId'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '4', 'learningObjectiveId'],
    ],
    message:
      "Learning objective with UniqueId='customactivitylo1' is not in the learning objective repository.",
  },
  {
    name: 'an objective with others below it',
    input: { ...BASE, learningObjectives: objectives('CustomActivityLO1', 'LO-SUBJECT') },
    problems: [['OBJECTIVE_NOT_LEAF', 'learningObjectives', '1', 'learningObjectiveId']],
    message:
      'Learning objective is not a leaf. Only most granular learning objective can be assigned to elements.',
  },
  {
    name: 'other objectives after one was assessed',
    input: { ...BASE, elementId: 11946, learningObjectives: objectives('CustomActivityLO1') },
    problems: [['OBJECTIVES_LOCKED', 'learningObjectives']],
    message: 'Learning objectives cannot be changed if they have already been assessed.',
  },
  {
    name: 'no objectives after one was assessed',
    input: { ...BASE, elementId: 11946, learningObjectives: [] },
    problems: [
      ['OBJECTIVES_LOCKED', 'learningObjectives'],
      ['NO_OBJECTIVES_CONNECTED', 'learningObjectives'],
    ],
  },
  {
    name: 'another way to assess objectives after one was assessed',
    input: { ...BASE, elementId: 11946, learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' },
    problems: [['OBJECTIVE_ASSESSMENT_LOCKED', 'learningObjectiveAssessment']],
    message:
      '"Assessment set-up for Learning objectives" cannot be changed when participants have already been assessed',
  },
  {
    name: 'errors and warnings of every kind at once',
    input: {
      courseId: 4,
      userId: 5,
      parentId: 12,
      elementId: 11944,
      title: 'a < b',
      deadline: '2030-02-30T00:00:00Z',
      assessmentId: 77,
      learningObjectives: objectives('nothing'),
      allowStudentsSetCompletion: true,
    },
    problems: [
      ['COURSE_ARCHIVED', 'courseId'],
      ['ORGANISATION_ACCESS_DENIED', 'userId'],
      ['PARENT_NOT_IN_COURSE', 'parentId'],
      ['PARENT_DELETED', 'parentId'],
      ['ELEMENT_NOT_IN_COURSE', 'elementId'],
      ['TITLE_INVALID', 'title'],
      ['DEADLINE_INVALID', 'deadline'],
      ['ASSESSMENT_UNKNOWN', 'assessmentId'],
      ['COURSE_HAS_NO_OBJECTIVES', 'learningObjectives'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '0', 'learningObjectiveId'],
      ['COMPLETION_NOT_USED', 'allowStudentsSetCompletion'],
    ],
  },
  {
    name: 'an unresolved course: what needs it is not judged, the rest is',
    input: {
      ...BASE,
      courseId: 99,
      parentId: 12,
      elementId: 11946,
      assessmentId: 99,
      learningObjectives: objectives('nothing'),
    },
    problems: [
      ['COURSE_NOT_FOUND', 'courseId'],
      ['PARENT_DELETED', 'parentId'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '0', 'learningObjectiveId'],
      ['OBJECTIVES_LOCKED', 'learningObjectives'],
    ],
  },
  {
    name: 'an unresolved parent, which stops nothing',
    input: { ...BASE, parentSyncKey: 'nothing', maxScore: 0, title: '\u0007' },
    problems: [
      ['PARENT_SYNC_KEY_UNKNOWN', 'parentSyncKey'],
      ['TITLE_INVALID', 'title'],
      ['MAX_SCORE_OUT_OF_RANGE', 'maxScore'],
    ],
  },
];

interface WarningCase extends Case {
  /** What is different in the stored element afterwards. */
  readonly stored: Partial<ModelElement> & { readonly values?: Partial<ModelActivity> };
  /** A part of the hint: what was stored instead. */
  readonly hint?: string;
}

/** Every line of the vendor page's list of warnings, and the warnings of the rules. */
const WARNINGS: readonly WarningCase[] = [
  {
    name: 'an unknown scale',
    input: { ...BASE, assessmentId: 99, title: 'New' },
    problems: [['ASSESSMENT_UNKNOWN', 'assessmentId']],
    message: 'Unknown assessment (grade) ID.',
    stored: { title: 'New' },
    hint: 'assessmentId 1',
  },
  {
    name: 'scale 0',
    input: { ...BASE, assessmentId: 0 },
    problems: [['ASSESSMENT_UNKNOWN', 'assessmentId']],
    stored: {},
  },
  {
    name: 'a scale of another course',
    input: { ...BASE, assessmentId: 4 },
    problems: [['ASSESSMENT_UNKNOWN', 'assessmentId']],
    stored: {},
  },
  {
    name: 'an unknown scale on a graded activity: a skipped field trips no lock',
    input: { ...BASE, elementId: 11943, assessmentId: 99, mandatory: true },
    problems: [['ASSESSMENT_UNKNOWN', 'assessmentId']],
    stored: { values: { mandatory: true } },
  },
  ...[0, -1, 0.009, 0.011, 99_999.995, 100_000, 1e308].map(
    (maxScore): WarningCase => ({
      name: `a maximum score of ${maxScore}`,
      input: { ...BASE, maxScore },
      problems: [['MAX_SCORE_OUT_OF_RANGE', 'maxScore']],
      message: 'Max score should be a valid positive number in range between 0.01 and 99999.99.',
      stored: {},
      hint: 'assessmentId 1',
    }),
  ),
  {
    name: 'a bad maximum score on a scored activity: a skipped field trips no lock',
    input: { ...BASE, elementId: 11944, maxScore: 0 },
    problems: [['MAX_SCORE_OUT_OF_RANGE', 'maxScore']],
    stored: {},
    hint: 'maxScore 10',
  },
  {
    name: 'a way to assess objectives where there are none',
    input: { ...BASE, elementId: 11942, learningObjectiveAssessment: 'OUTCOME_STATUS' },
    problems: [['NO_OBJECTIVES_CONNECTED', 'learningObjectiveAssessment']],
    message:
      'The element has no learning objectives connected to it. LearningObjectivesAssessment is set to DoNotUse.',
    stored: {},
  },
  {
    name: 'the last objectives removed',
    input: { ...BASE, learningObjectives: [] },
    problems: [['NO_OBJECTIVES_CONNECTED', 'learningObjectives']],
    stored: { values: { learningObjectives: [], learningObjectiveAssessment: 'DO_NOT_USE' } },
  },
  {
    name: 'completion not sent',
    input: { courseId: 1, userId: 2, elementId: 11945 },
    problems: [['COMPLETION_RESET', 'allowStudentsSetCompletion']],
    stored: { values: { allowStudentsSetCompletion: false } },
  },
  {
    name: 'completion by participants next to a scale',
    input: { ...BASE, allowStudentsSetCompletion: true },
    problems: [['COMPLETION_NOT_USED', 'allowStudentsSetCompletion']],
    stored: { values: { allowStudentsSetCompletion: true } },
  },
  {
    name: 'completion by participants with a score that comes with the same update',
    input: { ...BASE, elementId: 11942, maxScore: 1, allowStudentsSetCompletion: true },
    problems: [['COMPLETION_NOT_USED', 'allowStudentsSetCompletion']],
    stored: { values: { maxScore: 1, allowStudentsSetCompletion: true } },
  },
  {
    name: 'a description in part',
    input: { ...BASE, description: '<p onclick="x()">One</p><script>x()</script>' },
    problems: [['RICH_CONTENT_STRIPPED', 'description']],
    message: 'Parts of the rich content in "Text" are not allowed and were removed: p@onclick, script.',
    stored: { values: { description: '<p>One</p>' } },
  },
];

interface FieldCase {
  readonly field: string;
  readonly input: UpdateInput;
  readonly stored: WarningCase['stored'];
  /** Of activity 11939, unless another one shows it better. */
  readonly elementId?: number;
  readonly problems?: Expected;
}

/** Absent, null, empty and value, for every field that is stored. */
const FIELDS: readonly FieldCase[] = [
  { field: 'nothing at all', input: {}, stored: {} },
  { field: 'parentId null', input: { parentId: null }, stored: {} },
  { field: 'parentId', input: { parentId: 11 }, stored: { parentId: 11 } },
  { field: 'parentSyncKey null', input: { parentSyncKey: null }, stored: {} },
  { field: 'parentSyncKey empty', input: { parentSyncKey: '' }, stored: { parentId: null } },
  { field: 'parentSyncKey', input: { parentSyncKey: 'other-folder' }, stored: { parentId: 11 } },
  {
    field: 'the parent it has, although deleted',
    elementId: 11947,
    input: { parentId: 12, title: 'New' },
    stored: { title: 'New' },
  },
  ...(['mandatory', 'assessmentVisible', 'locked'] as const).flatMap((field): FieldCase[] => [
    { field: `${field} null`, input: { [field]: null }, stored: {} },
    { field, input: { [field]: true }, stored: { values: { [field]: true } } },
    { field: `${field} as it is`, input: { [field]: false }, stored: {} },
  ]),
  { field: 'active null', input: { active: null }, stored: {} },
  { field: 'active', input: { active: false }, stored: { active: false } },
  { field: 'title null', input: { title: null }, stored: {} },
  { field: 'title empty', input: { title: '' }, stored: {}, problems: [['TITLE_INVALID', 'title']] },
  { field: 'title', input: { title: ' \u00a0New & old 👩‍🏫 ' }, stored: { title: 'New & old 👩‍🏫' } },
  { field: 'title as it is, padded', input: { title: ' Homework\n' }, stored: {} },
  {
    field: 'title of 255 characters',
    input: { title: '👩'.repeat(255) },
    stored: { title: '👩'.repeat(255) },
  },
  {
    field: 'title of 256 characters',
    input: { title: 'x'.repeat(256) },
    stored: {},
    problems: [['TITLE_INVALID', 'title']],
  },
  ...['a\tb', 'a\u0000b', 'a\u0085b', 'a<b', 'a>b', '\u200b', '\ud800'].map(
    (title): FieldCase => ({
      field: `title ${JSON.stringify(title)}`,
      input: { title },
      stored: {},
      problems: [['TITLE_INVALID', 'title']],
    }),
  ),
  { field: 'description null', input: { description: null }, stored: {} },
  { field: 'description empty', input: { description: '' }, stored: { values: { description: null } } },
  { field: 'description blank', input: { description: ' \n' }, stored: { values: { description: null } } },
  {
    field: 'description',
    input: { description: '<p>Été 👩‍🏫 &amp; more</p>' },
    stored: { values: { description: '<p>Été 👩‍🏫 &amp; more</p>' } },
  },
  { field: 'description as it is', input: { description: '<p>Read</p>' }, stored: {} },
  {
    field: 'description of the full length',
    input: { description: `${'é'.repeat(32_767)}x` },
    stored: { values: { description: `${'é'.repeat(32_767)}x` } },
  },
  { field: 'deadline null', input: { deadline: null }, stored: {} },
  {
    field: 'deadline empty',
    input: { deadline: '' },
    stored: {},
    problems: [['DEADLINE_INVALID', 'deadline']],
  },
  {
    field: 'deadline with an offset, long ago',
    input: { deadline: '2013-08-28T18:50:01+04:00' },
    stored: { values: { deadline: Date.UTC(2013, 7, 28, 14, 50, 1) } },
  },
  {
    field: 'deadline with Z',
    input: { deadline: '2030-12-31T23:59:59.999Z' },
    stored: { values: { deadline: Date.UTC(2030, 11, 31, 23, 59, 59, 999) } },
  },
  { field: 'deadline as it is, elsewhere', input: { deadline: '2024-05-05T08:07:08.9+02:00' }, stored: {} },
  ...[
    '2030-01-01',
    '2030-01-01T24:00:00Z',
    '2030-02-30T00:00:00Z',
    '20300101T000000Z',
    '0999-01-01T00:00:00Z',
  ].map(
    (deadline): FieldCase => ({
      field: `deadline ${deadline}`,
      input: { deadline },
      stored: {},
      problems: [['DEADLINE_INVALID', 'deadline']],
    }),
  ),
  { field: 'clearDeadline null', input: { clearDeadline: null }, stored: {} },
  { field: 'clearDeadline false', input: { clearDeadline: false, deadline: null }, stored: {} },
  { field: 'clearDeadline', input: { clearDeadline: true }, stored: { values: { deadline: null } } },
  { field: 'assessmentId null', input: { assessmentId: null }, stored: {} },
  { field: 'assessmentId as it is', input: { assessmentId: 1 }, stored: {} },
  { field: 'assessmentId', input: { assessmentId: 2 }, stored: { values: { assessmentId: 2 } } },
  {
    field: 'assessmentId of the course',
    input: { assessmentId: 3 },
    stored: { values: { assessmentId: 3 } },
  },
  {
    field: 'assessmentId in place of a score',
    elementId: 11949,
    input: { assessmentId: 3 },
    stored: { values: { assessmentId: 3, maxScore: null } },
  },
  {
    field: 'the largest maxScore',
    elementId: 11942,
    input: { maxScore: 99_999.99 },
    stored: { values: { maxScore: 99_999.99 } },
  },
  { field: 'maxScore null', input: { maxScore: null }, stored: {} },
  {
    field: 'maxScore in place of a scale',
    input: { maxScore: 0.01 },
    stored: { values: { assessmentId: null, maxScore: 0.01 } },
  },
  { field: 'maxScore as it is', elementId: 11944, input: { maxScore: 10 }, stored: {} },
  { field: 'clearAssessment null', input: { clearAssessment: null, assessmentId: 1 }, stored: {} },
  { field: 'clearAssessment false', input: { clearAssessment: false }, stored: {} },
  {
    field: 'clearAssessment',
    input: { clearAssessment: true },
    stored: { values: { assessmentId: null, maxScore: null } },
  },
  { field: 'clearAssessment of nothing', elementId: 11942, input: { clearAssessment: true }, stored: {} },
  {
    field: 'learningObjectiveAssessment null',
    input: { learningObjectiveAssessment: null },
    stored: {},
  },
  {
    field: 'learningObjectiveAssessment',
    input: { learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' },
    stored: { values: { learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' } },
  },
  {
    field: 'learningObjectiveAssessment together with the first objectives',
    elementId: 11942,
    input: { learningObjectiveAssessment: 'OUTCOME_STATUS', learningObjectives: objectives('LO-3') },
    stored: { values: { learningObjectiveAssessment: 'OUTCOME_STATUS', learningObjectives: ['LO-3'] } },
  },
  { field: 'allowStudentsSetCompletion null', elementId: 11945, input: {}, stored: {} },
  {
    field: 'allowStudentsSetCompletion false',
    elementId: 11945,
    input: { allowStudentsSetCompletion: false },
    stored: { values: { allowStudentsSetCompletion: false } },
  },
  {
    field: 'allowStudentsSetCompletion',
    elementId: 11942,
    input: { allowStudentsSetCompletion: true },
    stored: { values: { allowStudentsSetCompletion: true } },
  },
  {
    field: 'learningObjectives empty, in a course without',
    elementId: 11941,
    input: { courseId: 5, learningObjectives: [] },
    stored: {},
  },
  { field: 'learningObjectives null', input: { learningObjectives: null }, stored: {} },
  {
    field: 'learningObjectives empty',
    input: { learningObjectives: [], learningObjectiveAssessment: 'DO_NOT_USE' },
    stored: { values: { learningObjectives: [], learningObjectiveAssessment: 'DO_NOT_USE' } },
  },
  {
    field: 'learningObjectives',
    input: { learningObjectives: objectives('LO-3', 'CustomActivityLO1', 'LO-3') },
    stored: { values: { learningObjectives: ['LO-3', 'CustomActivityLO1'] } },
  },
  {
    field: 'learningObjectives as they are, in another order',
    elementId: 11946,
    input: { learningObjectives: objectives('CustomActivityLO2', 'CustomActivityLO1') },
    stored: {},
  },
  { field: 'vendorId', input: { vendorId: '👩'.repeat(36), siteId: 1 }, stored: {} },
];

describe.each(DATABASE_KINDS)('updateCustomActivity on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.clear();
    await storeCourseWorld(test, theCourseWorld);
  });

  const stored = (id = 11939) => storedElement(test, theCourseWorld, id);
  const worldNow = () => storedCourseWorld(test, theCourseWorld);
  const update = (input: UpdateInput) => sendUpdate(api, { ...BASE, ...input });
  const before = (id = 11939) => theCourseWorld.elements.find((each) => each.id === id) as ModelElement;

  /** An element of the world as it is after an update that changed it, or not. */
  function expectedAfter(id: number, { values, ...own }: WarningCase['stored']): ModelElement {
    const { activity, ...element } = before(id);
    const isChanged = values !== undefined || Object.keys(own).length > 0;
    return {
      ...element,
      ...own,
      updatedAt: isChanged ? NOW : element.updatedAt,
      activity: activity === null ? null : { ...activity, ...values },
    };
  }

  describe('errors', () => {
    it.each(ERRORS)('$name', async ({ input, problems, message }) => {
      const answer = await sendUpdate(api, input);
      expect(answer.problems.map(({ code, path }) => [code, ...path])).toEqual(problems);
      expect(answer).toMatchObject({
        __typename: 'UpdateCustomActivityError',
        elementId: null,
        syncKey: null,
        element: null,
        changes: [],
      });
      if (message !== undefined)
        expect(answer.problems[0]).toMatchObject({ severity: 'ERROR', message, row: null });
      expect(await worldNow()).toEqual(theCourseWorld);
    });

    it('are found for a stored value that is kept, too, but never for it', async () => {
      const answer = await sendUpdate(api, {
        ...BASE,
        courseId: 5,
        elementId: 11948,
        title: ' a <b> title ',
        assessmentId: 3,
      });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [], problems: [] });
    });
  });

  describe('warnings', () => {
    it.each(WARNINGS)('$name', async ({ input, problems, message, stored: after, hint }) => {
      const answer = await sendUpdate(api, input);
      const id = input.elementId ?? 11939;
      expect(answer.problems.map(({ code, path }) => [code, ...path])).toEqual(problems);
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivityWarning', elementId: id });
      expect(answer.problems.every(({ severity }) => severity === 'WARNING')).toBe(true);
      if (message !== undefined) expect(answer.problems[0]).toMatchObject({ message });
      if (hint !== undefined) expect(answer.problems[0]?.hint).toContain(hint);
      expect(await stored(id)).toEqual(expectedAfter(id, after));
    });

    it('score is not allowed on the site', async () => {
      await test.clear();
      await storeCourseWorld(test, { ...theCourseWorld, useScore: false });
      const answer = await update({ maxScore: 10, mandatory: true });
      expect(answer.__typename).toBe('UpdateCustomActivityWarning');
      expect(answer.problems.map(({ code }) => code)).toEqual(['SCORE_NOT_ALLOWED']);
      expect(answer.problems[0]?.message).toBe(
        "Your settings don't allow you to use score as assessment alternative. Please contact your administrator.",
      );
      expect(await stored()).toEqual(expectedAfter(11939, { values: { mandatory: true } }));

      const both = await update({ maxScore: 0 });
      expect(both.problems.map(({ code }) => code)).toEqual(['MAX_SCORE_OUT_OF_RANGE', 'SCORE_NOT_ALLOWED']);
      const kept = await update({ elementId: 11944, maxScore: 10 });
      expect(kept).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [] });
    });
  });

  describe('absent, null, empty and value', () => {
    it.each(FIELDS)('$field', async ({ input, elementId = 11939, problems = [], stored: after }) => {
      const answer = await update({ elementId, ...input });
      expect(answer.problems.map(({ code, path }) => [code, ...path])).toEqual(problems);
      expect(await stored(elementId)).toEqual(expectedAfter(elementId, after));

      // A retry stores the same, says the same, and changes nothing.
      const again = await sendUpdate(api.as({ clock: () => new Date(NOW + 1_000) }), {
        ...BASE,
        elementId,
        ...input,
      });
      expect(again).toMatchObject({ __typename: answer.__typename, problems: answer.problems, changes: [] });
      expect(again.element).toEqual(answer.element);
      expect(await stored(elementId)).toEqual(expectedAfter(elementId, after));
    });
  });

  describe('an answer', () => {
    it('tells the element as stored, and every change', async () => {
      const answer = await update({
        courseId: null,
        courseSyncKey: 'course',
        elementId: null,
        elementSyncKey: 'activity',
        userId: 6,
        parentSyncKey: 'other-folder',
        active: false,
        title: ' Lab ',
        description: '<p>Go</p>',
        deadline: '2030-08-28T18:50:01+04:00',
        mandatory: true,
        maxScore: 12.5,
        assessmentVisible: true,
        locked: true,
        learningObjectiveAssessment: 'ASSESSMENT_CRITERIA',
        allowStudentsSetCompletion: false,
        learningObjectives: objectives('LO-3', 'CustomActivityLO2'),
      });
      expect(answer).toEqual({
        __typename: 'UpdateCustomActivitySuccess',
        dryRun: false,
        elementId: 11939,
        syncKey: 'activity',
        element: {
          elementId: 11939,
          syncKey: 'activity',
          courseId: 1,
          courseSyncKey: 'course',
          parentId: 11,
          parentSyncKey: 'other-folder',
          active: false,
          title: 'Lab',
          description: '<p>Go</p>',
          deadline: '2030-08-28T14:50:01.000Z',
          mandatory: true,
          assessmentId: null,
          maxScore: 12.5,
          assessmentVisible: true,
          locked: true,
          learningObjectiveAssessment: 'ASSESSMENT_CRITERIA',
          allowStudentsSetCompletion: false,
          learningObjectives: [
            { learningObjectiveId: 'LO-3', title: 'Objective LO-3' },
            { learningObjectiveId: 'CustomActivityLO2', title: 'Objective CustomActivityLO2' },
          ],
          updatedAt: new Date(NOW).toISOString(),
        },
        changes: [
          { field: 'parentId', before: '10', after: '11' },
          { field: 'active', before: 'true', after: 'false' },
          { field: 'title', before: 'Homework', after: 'Lab' },
          { field: 'description', before: '<p>Read</p>', after: '<p>Go</p>' },
          { field: 'deadline', before: new Date(DEADLINE).toISOString(), after: '2030-08-28T14:50:01.000Z' },
          { field: 'mandatory', before: 'false', after: 'true' },
          { field: 'assessmentId', before: '1', after: null },
          { field: 'maxScore', before: null, after: '12.5' },
          { field: 'assessmentVisible', before: 'false', after: 'true' },
          { field: 'locked', before: 'false', after: 'true' },
          { field: 'learningObjectiveAssessment', before: 'OUTCOME_STATUS', after: 'ASSESSMENT_CRITERIA' },
          {
            field: 'learningObjectives',
            before: '["CustomActivityLO1"]',
            after: '["LO-3","CustomActivityLO2"]',
          },
          {
            field: 'courseLearningObjectives',
            before: '["CustomActivityLO1"]',
            after: '["CustomActivityLO1","LO-3","CustomActivityLO2"]',
          },
        ],
        problems: [],
      });
      const { courses } = await worldNow();
      expect(courses.find(({ id }) => id === 1)?.objectives).toEqual([
        'CustomActivityLO1',
        'CustomActivityLO2',
        'LO-3',
      ]);
    });

    it('has no sync key where the element has none', async () => {
      expect(await update({ elementId: 11942 })).toMatchObject({ elementId: 11942, syncKey: null });
    });

    it('tells of locks only what changes: sending everything again succeeds on assessed activities', async () => {
      const graded = await update({ elementId: 11943, assessmentId: 1, title: 'Graded' });
      expect(graded).toMatchObject({ __typename: 'UpdateCustomActivitySuccess' });
      const status = await update({ elementId: 11945, assessmentId: 2 });
      expect(status.__typename).toBe('UpdateCustomActivitySuccess');
      const assessed = await update({
        elementId: 11946,
        learningObjectives: objectives('CustomActivityLO2', 'CustomActivityLO1'),
        learningObjectiveAssessment: 'OUTCOME_STATUS',
      });
      expect(assessed).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [] });
    });
  });

  describe('an update that changes nothing', () => {
    it('writes nothing', async () => {
      const statements = test.watch();
      const answer = await update({ title: 'Homework', assessmentId: 1, sendUpdateNotification: true });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [] });
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)/i.test(sql))).toEqual([]);
      expect(await worldNow()).toEqual(theCourseWorld);
      expect(await storedNotifications(test)).toEqual([]);
    });
  });

  describe('a dry run', () => {
    it('answers what would happen and writes nothing', async () => {
      const input = {
        title: 'New',
        assessmentId: 99,
        learningObjectives: objectives('LO-3'),
        sendUpdateNotification: true,
        idempotencyKey: 'k',
      };
      const statements = test.watch();
      const dry = await update({ ...input, dryRun: true });
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)|FOR UPDATE/i.test(sql))).toEqual([]);
      expect(await worldNow()).toEqual(theCourseWorld);
      expect(await storedNotifications(test)).toEqual([]);

      const real = await update(input);
      expect(dry).toEqual({ ...real, dryRun: true });
      expect(dry.__typename).toBe('UpdateCustomActivityWarning');
    });

    it('says so on an error, too', async () => {
      expect(await update({ title: '', dryRun: true })).toMatchObject({
        __typename: 'UpdateCustomActivityError',
        dryRun: true,
      });
      expect(await update({ courseId: null, dryRun: true })).toMatchObject({ dryRun: true });
    });
  });

  describe('notifications', () => {
    it('are recorded once per participant, with what they tell', async () => {
      await update({ title: 'New', mandatory: true, sendUpdateNotification: true });
      const recorded = await storedNotifications(test);
      expect(recorded.map((each) => each.learner_id)).toEqual([1, 2, 3]);
      expect(new Set(recorded.map((each) => each.update_id)).size).toBe(1);
      expect(new Set(recorded.map((each) => each.id)).size).toBe(3);
      for (const each of recorded) {
        expect(each.id).toMatch(/^[0-9a-f-]{36}$/);
        expect(each).toMatchObject({ element_id: 11939, delivered_at: null, attempts: 0, last_error: null });
        expect(JSON.parse(each.payload)).toEqual({
          elementId: 11939,
          syncKey: 'activity',
          courseId: 1,
          courseSyncKey: 'course',
          title: 'New',
          changedFields: ['title', 'mandatory'],
        });
      }
    });

    it('are recorded on a Warning, and again for another update', async () => {
      await update({ title: 'New', assessmentId: 99, sendUpdateNotification: true });
      await update({ title: 'Newer', sendUpdateNotification: true });
      const recorded = await storedNotifications(test);
      expect(recorded).toHaveLength(6);
      expect(new Set(recorded.map((each) => each.update_id)).size).toBe(2);
    });

    it.each([
      ['not asked for', { title: 'New' }],
      ['asked for with false', { title: 'New', sendUpdateNotification: false }],
      ['asked for with null', { title: 'New', sendUpdateNotification: null }],
      ['asked for on an error', { title: '<', sendUpdateNotification: true }],
      ['asked for where nothing changes', { title: 'Homework', sendUpdateNotification: true }],
      ['asked for where a warning changes nothing', { assessmentId: 99, sendUpdateNotification: true }],
    ] as const)('are not recorded when %s', async (_, input) => {
      await update(input);
      expect(await storedNotifications(test)).toEqual([]);
    });
  });

  describe('an idempotency key', () => {
    it('answers the first result again, and neither writes nor notifies twice', async () => {
      const input = { title: 'New', assessmentId: 99, sendUpdateNotification: true, idempotencyKey: 'k' };
      const first = await update(input);
      await update({ title: 'Newest' });
      const replay = await sendUpdate(api.as({ clock: () => new Date(NOW + 60_000) }), { ...BASE, ...input });
      expect(replay).toEqual(first);
      expect(first.__typename).toBe('UpdateCustomActivityWarning');
      expect((await stored()).title).toBe('Newest');
      expect(await storedNotifications(test)).toHaveLength(3);
    });

    it('is refused with another input', async () => {
      await update({ title: 'New', idempotencyKey: 'k' });
      const other = await update({ title: 'Other', idempotencyKey: 'k' });
      expect(other).toMatchObject({ __typename: 'UpdateCustomActivityError', element: null });
      expect(other.problems.map(({ code, path }) => [code, ...path])).toEqual([
        ['IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'],
      ]);
      expect((await stored()).title).toBe('New');
    });

    it('is not used up by an Error, nor read or stored by a dry run', async () => {
      expect((await update({ title: '<', idempotencyKey: 'k' })).__typename).toBe(
        'UpdateCustomActivityError',
      );
      expect((await update({ title: 'Dry', idempotencyKey: 'k', dryRun: true })).__typename).toBe(
        'UpdateCustomActivitySuccess',
      );
      expect((await update({ title: 'New', idempotencyKey: 'k' })).__typename).toBe(
        'UpdateCustomActivitySuccess',
      );
      const dry = await update({ title: 'Dry', idempotencyKey: 'k', dryRun: true });
      expect(dry.element).toMatchObject({ title: 'Dry' });
    });

    it('tells absent from null', async () => {
      const input = { courseId: 1, userId: 2, elementId: 11945, idempotencyKey: 'k' };
      await sendUpdate(api, { ...input, allowStudentsSetCompletion: null });
      const absent = await sendUpdate(api, input);
      expect(absent.problems.map(({ code }) => code)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    });

    it('holds for concurrent copies: one effect, equal answers', async () => {
      const input = { title: 'New', sendUpdateNotification: true, idempotencyKey: 'k' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => update(input)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(answers[0]?.changes).toHaveLength(1);
      expect(await storedNotifications(test)).toHaveLength(3);
    });
  });

  describe('concurrent updates of one element', () => {
    it('lose no field', async () => {
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all([
          update({ title: `Title ${round}` }),
          update({ description: `<p>${round}</p>` }),
          update({ mandatory: round % 2 === 0 }),
          update({ maxScore: round + 1 }),
          update({ deadline: `2030-01-0${round + 1}T00:00:00Z` }),
          update({
            learningObjectives: objectives('LO-3', ...(round % 2 === 0 ? [] : ['CustomActivityLO2'])),
          }),
          update({ parentId: 10 + (round % 2) }),
        ]);
        for (const answer of answers) expect(answer.__typename).toBe('UpdateCustomActivitySuccess');
        expect(await stored()).toMatchObject({
          title: `Title ${round}`,
          parentId: 10 + (round % 2),
          activity: {
            description: `<p>${round}</p>`,
            mandatory: round % 2 === 0,
            maxScore: round + 1,
            assessmentId: null,
            deadline: Date.UTC(2030, 0, round + 1),
            learningObjectives: round % 2 === 0 ? ['LO-3'] : ['LO-3', 'CustomActivityLO2'],
          },
        });
      }
    });

    it('tell a chain of changes, each from what the one before stored', async () => {
      const titles = Array.from({ length: 10 }, (_, index) => `Title ${index}`);
      const answers = await Promise.all(titles.map((title) => update({ title })));
      const changes = answers.flatMap((answer) => answer.changes);
      const befores = changes.map((change) => change.before);
      expect(changes).toHaveLength(10);
      expect(new Set(befores).size).toBe(10);
      const last = titles.find((title) => !befores.includes(title));
      expect((await stored()).title).toBe(last);
    });

    // The embedded database has one writer at a time, whatever it writes.
    if (kind.kind === 'mysql') {
      it('see what was assessed while they waited', async () => {
        let answer: ReturnType<typeof update> | undefined;
        await test.database.transaction(async ({ manager }) => {
          await manager.query('SELECT id FROM course_element WHERE id = 11939 FOR UPDATE');
          answer = update({ maxScore: 7 });
          await pause(300);
          const [learner] = await manager.query('SELECT id FROM learner LIMIT 1');
          await manager.query(
            `INSERT INTO activity_assessment (site_id, element_id, learner_id, status, score, updated_at)
             VALUES (1, 11939, ?, 'COMPLETED', 5, '2024-01-01')`,
            [learner.id],
          );
        });
        expect((await answer)?.problems.map(({ code }) => code)).toEqual(['ASSESSMENT_SCALE_LOCKED']);
      });

      it('wait for the element only, whatever else they read', async () => {
        await test.database.transaction(async ({ manager }) => {
          for (const table of ['site', 'user', 'training', 'organisation', 'assessment_scale']) {
            await manager.query(`SELECT * FROM ${table} FOR UPDATE`);
          }
          await manager.query('SELECT * FROM course_element WHERE id <> 11939 FOR UPDATE');
          const answer = await update({ title: 'New', parentId: 10, active: false });
          expect(answer.__typename).toBe('UpdateCustomActivitySuccess');
        });
      });
    }

    it('of different elements of one course add the same objectives to it', async () => {
      const learningObjectives = objectives('LO-3', 'CustomActivityLO2');
      const answers = await Promise.all([
        update({ learningObjectives }),
        update({ elementId: 11942, learningObjectives: [...learningObjectives].reverse() }),
        update({ elementId: 11945, learningObjectives }),
      ]);
      for (const answer of answers) expect(answer.__typename).toBe('UpdateCustomActivitySuccess');
      const { courses } = await worldNow();
      expect(courses[0]?.objectives).toEqual(['CustomActivityLO1', 'CustomActivityLO2', 'LO-3']);
    });
  });

  describe('sites', () => {
    const other = onSite(theCourseWorld, 2);
    beforeEach(() => storeCourseWorld(test, other));

    it('keep apart: keys name the own records, ids of another site name nothing', async () => {
      const byKey = { courseSyncKey: 'course', elementSyncKey: 'activity', userSyncKey: 'editor' };
      const answer = await sendUpdate(api.as({ siteId: 2 }), { ...byKey, siteId: 2, title: 'Theirs' });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', elementId: 211939 });
      expect(await worldNow()).toEqual(theCourseWorld);
      expect((await storedElement(test, other, 211939)).title).toBe('Theirs');
      expect((await storedElement(test, other, 211939)).activity?.learningObjectives).toEqual([
        'CustomActivityLO1',
      ]);
    });

    it.each([
      ['course', { courseId: 200001 }, ['COURSE_NOT_FOUND']],
      ['element', { elementId: 211939 }, ['ELEMENT_NOT_FOUND']],
      ['user', { userId: 200002 }, ['USER_NOT_VALID']],
      ['parent', { parentId: 200010 }, ['PARENT_NOT_IN_COURSE']],
      ['scale', { assessmentId: 200002 }, ['ASSESSMENT_UNKNOWN']],
    ] as const)('do not lend their %s, which looks like one that does not exist', async (_, input, codes) => {
      const foreign = await update(input);
      expect(foreign.problems.map(({ code }) => code)).toEqual(codes);
      const [field] = Object.keys(input) as (keyof UpdateInput)[];
      const unknown = await update({ [field as string]: 999_999 });
      expect(unknown).toEqual(foreign);
      expect(await worldNow()).toEqual(theCourseWorld);
      expect(await storedCourseWorld(test, other)).toEqual(other);
    });

    it('have notifications and idempotency keys of their own', async () => {
      const byKey = {
        courseSyncKey: 'course',
        elementSyncKey: 'activity',
        userSyncKey: 'editor',
        title: 'New',
        sendUpdateNotification: true,
        idempotencyKey: 'k',
      };
      const own = await sendUpdate(api, byKey);
      const theirs = await sendUpdate(api.as({ siteId: 2 }), byKey);
      expect([own.elementId, theirs.elementId]).toEqual([11939, 211939]);
      expect((await storedNotifications(test, 1)).map((each) => each.learner_id)).toEqual([1, 2, 3]);
      expect((await storedNotifications(test, 2)).map((each) => each.learner_id)).toEqual([
        200001, 200002, 200003,
      ]);
    });
  });

  describe('many at once', () => {
    it('answers one result per input, in order; a bad one stops nothing', async () => {
      const answers = await sendUpdates(api, [
        { ...BASE, title: 'First' },
        { ...BASE, elementId: 99 },
        { ...BASE, courseId: null },
        { ...BASE, elementId: null, elementSyncKey: 'completed', title: 'Fourth' },
        { ...BASE, title: 'Fifth', assessmentId: 99 },
        { ...BASE, title: 'Sixth', dryRun: true },
      ]);
      expect(answers.map((answer) => answer.__typename.replace('UpdateCustomActivity', ''))).toEqual([
        'Success',
        'Error',
        'Error',
        'Success',
        'Warning',
        'Success',
      ]);
      expect(answers[4]?.changes).toEqual([{ field: 'title', before: 'First', after: 'Fifth' }]);
      expect(answers[2]?.problems[0]?.path).toEqual(['courseId']);
      expect((await stored()).title).toBe('Fifth');
      expect((await stored(11945)).title).toBe('Fourth');
    });

    it('shares idempotency keys with the single mutation', async () => {
      const input = { ...BASE, title: 'New', sendUpdateNotification: true, idempotencyKey: 'k' };
      const answers = await sendUpdates(api, [input, input, { ...input, title: 'Other' }]);
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]?.problems.map(({ code }) => code)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
      expect(await sendUpdate(api, input)).toEqual(answers[0]);
      expect(await storedNotifications(test)).toHaveLength(3);
    });

    it.each([0, 501])('refuses %d inputs', async (count) => {
      const inputs = Array.from({ length: count }, () => ({ ...BASE, title: 'New' }));
      const { errors } = await api.execute(UPDATE_MANY, { inputs });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await worldNow()).toEqual(theCourseWorld);
    });

    it('takes 500 inputs, and loads what they refer to once', async () => {
      const ids = Array.from({ length: 510 }, (_, index) => 20_000 + index);
      const template = before(11942);
      await test.clear();
      await storeCourseWorld(test, {
        ...theCourseWorld,
        elements: [
          ...theCourseWorld.elements,
          ...ids.map((id) => ({ ...template, id, syncKey: `many-${id}` })),
        ],
      });
      const inputs = ids.map((id, index) => ({
        ...BASE,
        courseId: null,
        courseSyncKey: 'course',
        elementId: null,
        elementSyncKey: `many-${id}`,
        parentId: 10 + (index % 2),
        assessmentId: 1 + (index % 3),
        learningObjectives: objectives('CustomActivityLO1'),
      }));
      const few = await statementsOf(inputs.slice(500).map((input) => ({ ...input, title: 'Few' })));
      const many = await statementsOf(inputs.slice(0, 500).map((input) => ({ ...input, title: 'Many' })));
      expect(few.references).toBe(many.references);
      expect(many.others / 500).toBe(few.others / 10);
      expect(many.others / 500).toBeLessThan(14);
      const rows = await test.query("SELECT id FROM course_element WHERE title = 'Many'");
      expect(rows).toHaveLength(500);

      /** Told apart by their tables: those of users, courses, scales and the like are references. */
      async function statementsOf(those: UpdateInput[]) {
        const statements = test.watch();
        const answers = await sendUpdates(api, those);
        expect(answers.every(({ __typename }) => __typename === 'UpdateCustomActivitySuccess')).toBe(true);
        const isReference = (sql: string) =>
          /^SELECT [^(]* FROM (user|training|assessment_scale|site|organisation_grant) |^WITH RECURSIVE|FROM learning_objective WHERE|FROM course_element WHERE site_id = \? AND (id|sync_key) IN/s.test(
            sql.trim(),
          );
        const references = statements.filter(isReference).length;
        return { references, others: statements.length - references };
      }
    });

    it('serves 50 aliased mutations in one document', async () => {
      const aliases = Array.from({ length: 50 }, (_, index) => index);
      const document = `mutation ($inputs: UpdateCustomActivityInput!) { ${aliases
        .map(
          (index) =>
            `u${index}: updateCustomActivity(input: $inputs) { ... on UpdateCustomActivityOutcome { elementId } }`,
        )
        .join('\n')} }`;
      const data = await api.run(document, { inputs: { ...BASE, title: 'New' } });
      expect(Object.keys(data)).toHaveLength(50);
    });
  });

  it('takes a number of statements that does not depend on the sizes', async () => {
    const count = async (input: UpdateInput) => {
      const statements = test.watch();
      expect((await update(input)).__typename).not.toBe('UpdateCustomActivityError');
      return statements.length;
    };
    const one = await count({
      title: 'New',
      learningObjectives: objectives('LO-3'),
      sendUpdateNotification: true,
    });
    const two = await count({
      title: 'Newer',
      learningObjectives: objectives('LO-3', 'CustomActivityLO1', 'CustomActivityLO2'),
      sendUpdateNotification: true,
    });
    expect(one).toBe(two);
    expect(one).toBeLessThanOrEqual(23);
  });

  describe('an unexpected failure', () => {
    it('is one error with a code of its own and no detail; the list goes on', async () => {
      const broken = api.as({
        database: {
          ...test.database,
          transaction: () => Promise.reject(new Error(PLANTED)),
        },
      });
      const { data, errors } = await broken.execute(UPDATE, { input: BASE });
      expect(data).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.message).toBe('Could not create/update element Custom Activity.');
      expect(errors?.[0]?.extensions).toEqual({ code: 'UPDATE_FAILED', requestId: 'test-request' });

      let calls = 0;
      const flaky = api.as({
        database: {
          ...test.database,
          transaction: (work) => {
            calls += 1;
            return calls === 2 ? Promise.reject(new Error(PLANTED)) : test.database.transaction(work);
          },
        },
      });
      const inputs = [1, 2, 3].map((number) => ({ ...BASE, title: `Title ${number}` }));
      const many = await flaky.execute(UPDATE_MANY, { inputs });
      expect(many.data).toMatchObject({
        updateCustomActivities: { results: [{ dryRun: false }, null, { dryRun: false }] },
      });
      expect(many.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['updateCustomActivities', 'results', 1], 'UPDATE_FAILED'],
      ]);
      expect((await stored()).title).toBe('Title 3');
    });
  });
});
