import { type Api, apiOn } from '../support/api';
import { storeCourseWorld, storedCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { sendUpdate } from '../support/update-activity';
import { BASE, objectives, type UpdateCase } from '../support/update-cases';

/** Every line of the vendor page's list of errors, with the text of the rules, and every other way to an error. */
const ERRORS: readonly UpdateCase[] = [
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
    name: 'two references of the parent that do not name the same folder, one of them the root',
    input: { ...BASE, parentId: 11, parentSyncKey: '', title: 'a<b' },
    problems: [
      ['INVALID_FORMAT', 'parentSyncKey'],
      ['TITLE_INVALID', 'title'],
    ],
  },
  {
    name: 'two references of the parent that do not name the same folder',
    input: { ...BASE, parentId: 11, parentSyncKey: 'folder', userId: 99 },
    problems: [
      ['USER_NOT_VALID', 'userId'],
      ['INVALID_FORMAT', 'parentSyncKey'],
    ],
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
    name: 'a parent below a deleted folder, however deep',
    input: { ...BASE, parentId: 16 },
    problems: [['PARENT_DELETED', 'parentId']],
  },
  {
    name: 'an unknown element',
    input: { ...BASE, elementId: 99, title: '<b', assessmentId: 99 },
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
    name: 'an element in a deleted folder, even to move it out',
    input: { ...BASE, elementId: 11947, parentSyncKey: '', sendUpdateNotification: true },
    problems: [['ELEMENT_DELETED', 'elementId']],
  },
  {
    name: 'an element below a deleted folder, however deep',
    input: { ...BASE, elementId: 11950, title: 'New' },
    problems: [['ELEMENT_DELETED', 'elementId']],
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
  ...[
    '<tr><td>x</td></tr>',
    '<table>text</table>',
    '<table><tbody>text<tr><td>x</td></tr></tbody></table>',
    '<a>x<div><a>y</a></div></a>',
    '<a><b><i><a>y</a></i></b></a>',
  ].map((description) => ({
    name: `a description of which a browser would move or drop parts: ${description}`,
    input: { ...BASE, description },
    problems: [['RICH_CONTENT_INVALID', 'description']] as const,
  })),
  {
    name: 'a description that is too long only as it would be stored, escaped',
    input: { ...BASE, description: `<p class="x">${'>'.repeat(60_000)}</p>` },
    problems: [['RICH_CONTENT_TOO_LONG', 'description']],
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
      title: 'a <b',
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

  const worldNow = () => storedCourseWorld(test, theCourseWorld);

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
});
