import { openDatabase } from '../../src/data/open-database';
import { type Api, apiOn } from '../support/api';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { PLANTED } from '../support/markers';

const CREATE = `mutation ($input: CreateCustomActivityInput!) {
  createCustomActivity(input: $input) {
    __typename
    ... on CreateCustomActivityOutcome {
      dryRun elementId syncKey element { ...Activity }
      changes { field before after }
      problems { code severity path }
    }
  }
}
fragment Activity on CustomActivity {
  elementId syncKey courseId courseSyncKey parentId parentSyncKey active title description deadline mandatory
  assessmentId maxScore assessmentVisible locked learningObjectiveAssessment allowStudentsSetCompletion
  learningObjectives { learningObjectiveId title }
  updatedAt
}`;

const READ = `query ($elementId: Int!) { customActivity(elementId: $elementId) { ...Activity } }
${CREATE.slice(CREATE.indexOf('fragment'))}`;

interface Answer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly element: Record<string, unknown> | null;
  readonly changes: readonly { field: string; before: string | null; after: string | null }[];
  readonly problems: readonly { code: string; severity: string; path: string[] }[];
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe.each(DATABASE_KINDS)('createCustomActivity on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => storeCourseWorld(test, theCourseWorld));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  /** Course 1 by its editor. */
  async function create(fields: object = {}, on = api): Promise<Answer> {
    const input = { courseId: 1, userId: 2, title: 'New', ...fields };
    return (await on.run<{ createCustomActivity: Answer }>(CREATE, { input })).createCustomActivity;
  }

  const read = async (elementId: number | null) =>
    (await api.run<{ customActivity: Record<string, unknown> | null }>(READ, { elementId })).customActivity;

  /** Everything that a creation can write. */
  const stored = async () =>
    Promise.all(
      ['course_element', 'custom_activity', 'element_objective', 'course_objective', 'idempotency_entry'].map(
        (table) => test.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`),
      ),
    );

  const told = ({ __typename, problems }: Answer) => ({
    type: __typename.replace('CreateCustomActivity', ''),
    problems: problems.map(({ code, path }) => `${code} ${path.join('/')}`),
  });

  it('needs a title and has a default for everything else', async () => {
    const answer = await create({ title: ' Lab ' });
    expect(told(answer)).toEqual({ type: 'Success', problems: [] });
    expect(answer.element).toEqual({
      elementId: answer.elementId,
      syncKey: expect.stringMatching(UUID),
      courseId: 1,
      courseSyncKey: 'course',
      parentId: null,
      parentSyncKey: null,
      active: true,
      title: 'Lab',
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
      updatedAt: '2026-01-15T12:00:00.000Z',
    });
    expect(answer.syncKey).toBe(answer.element?.syncKey);
    expect(await read(answer.elementId)).toEqual(answer.element);
  });

  it('stores everything it is sent', async () => {
    const answer = await create({
      courseId: undefined,
      courseSyncKey: 'course',
      userId: undefined,
      userSyncKey: 'editor',
      siteId: 1,
      vendorId: 'vendor',
      syncKey: 'lab-1',
      parentSyncKey: 'folder',
      active: false,
      title: 'Lab',
      description: '<p>Read <b>it</b></p>',
      deadline: '2030-08-28T18:50:01+04:00',
      mandatory: true,
      maxScore: 12.5,
      assessmentVisible: true,
      locked: true,
      learningObjectiveAssessment: 'OUTCOME_STATUS',
      learningObjectives: [
        { learningObjectiveId: 'LO-3' },
        { learningObjectiveId: 'CustomActivityLO1' },
        { learningObjectiveId: 'LO-3' },
      ],
    });
    expect(told(answer)).toEqual({ type: 'Success', problems: [] });
    expect(answer).toMatchObject({ syncKey: 'lab-1', dryRun: false });
    expect(answer.element).toEqual({
      elementId: answer.elementId,
      syncKey: 'lab-1',
      courseId: 1,
      courseSyncKey: 'course',
      parentId: 10,
      parentSyncKey: 'folder',
      active: false,
      title: 'Lab',
      description: '<p>Read <b>it</b></p>',
      deadline: '2030-08-28T14:50:01.000Z',
      mandatory: true,
      assessmentId: null,
      maxScore: 12.5,
      assessmentVisible: true,
      locked: true,
      learningObjectiveAssessment: 'OUTCOME_STATUS',
      allowStudentsSetCompletion: false,
      learningObjectives: [
        { learningObjectiveId: 'LO-3', title: 'Objective LO-3' },
        { learningObjectiveId: 'CustomActivityLO1', title: 'Objective CustomActivityLO1' },
      ],
      updatedAt: '2026-01-15T12:00:00.000Z',
    });
    expect(await read(answer.elementId)).toEqual(answer.element);
    expect(answer.changes).toEqual([
      { field: 'parentId', before: null, after: '10' },
      { field: 'active', before: null, after: 'false' },
      { field: 'title', before: null, after: 'Lab' },
      { field: 'description', before: null, after: '<p>Read <b>it</b></p>' },
      { field: 'deadline', before: null, after: '2030-08-28T14:50:01.000Z' },
      { field: 'mandatory', before: null, after: 'true' },
      { field: 'maxScore', before: null, after: '12.5' },
      { field: 'assessmentVisible', before: null, after: 'true' },
      { field: 'locked', before: null, after: 'true' },
      { field: 'learningObjectiveAssessment', before: null, after: 'OUTCOME_STATUS' },
      { field: 'allowStudentsSetCompletion', before: null, after: 'false' },
      { field: 'learningObjectives', before: null, after: '["LO-3","CustomActivityLO1"]' },
      {
        field: 'courseLearningObjectives',
        before: '["CustomActivityLO1"]',
        after: '["CustomActivityLO1","LO-3"]',
      },
    ]);
    expect(await test.query('SELECT objective_id FROM course_objective WHERE course_id = 1')).toHaveLength(2);
  });

  it('puts it at the end of its folder, or of the root', async () => {
    const order = async (where: string) =>
      (
        await test.query<{ id: number }>(
          `SELECT id FROM course_element WHERE course_id = 1 AND ${where} ORDER BY position, id`,
        )
      ).map(({ id }) => id);
    await test.query('UPDATE course_element SET position = 100000 WHERE id IN (13, 11939)');
    const [first, second] = [await create({ parentId: 10 }), await create({ parentId: 10 })];
    expect((await order('parent_id = 10')).slice(-3)).toEqual([11939, first.elementId, second.elementId]);
    const atRoot = await create({ parentSyncKey: '' });
    expect((await order('parent_id IS NULL')).slice(-2)).toEqual([13, atRoot.elementId]);
    const alone = await create({ parentId: 11 });
    expect(await order('parent_id = 11')).toEqual([alone.elementId]);
  });

  const lo = (learningObjectiveId: string) => ({ learningObjectives: [{ learningObjectiveId }] });

  it.each<[object, string[]]>([
    [{ courseId: null }, ['INVALID_FORMAT courseId']],
    [{ courseSyncKey: 'course' }, ['INVALID_FORMAT courseSyncKey']],
    [{ courseId: null, courseSyncKey: '' }, ['INVALID_FORMAT courseSyncKey']],
    [{ userId: null }, ['INVALID_FORMAT userId']],
    [{ userSyncKey: 'editor' }, ['INVALID_FORMAT userSyncKey']],
    [{ parentId: 10, parentSyncKey: 'other-folder' }, ['INVALID_FORMAT parentSyncKey']],
    [{ assessmentId: 1, maxScore: 1 }, ['INVALID_FORMAT maxScore']],
    [{ vendorId: '' }, ['INVALID_FORMAT vendorId']],
    [{ syncKey: '' }, ['INVALID_FORMAT syncKey']],
    [{ syncKey: '  ' }, ['INVALID_FORMAT syncKey']],
    [{ syncKey: 'padded ' }, ['INVALID_FORMAT syncKey']],
    [{ syncKey: ' padded' }, ['INVALID_FORMAT syncKey']],
    [{ syncKey: 'x'.repeat(129) }, ['INVALID_FORMAT syncKey']],
    [{ idempotencyKey: '' }, ['IDEMPOTENCY_KEY_INVALID idempotencyKey']],
    [
      { courseId: null, title: '', deadline: 'soon', description: '<p>' },
      [
        'INVALID_FORMAT courseId',
        'TITLE_INVALID title',
        'RICH_CONTENT_INVALID description',
        'DEADLINE_INVALID deadline',
      ],
    ],
    [{ userId: 7 }, ['USER_NOT_VALID userId']],
    [{ userId: 3 }, ['USER_EXTERNAL userId']],
    [{ userId: 4 }, ['USER_DELETED userId']],
    [{ userId: 5 }, ['ORGANISATION_ACCESS_DENIED userId']],
    [{ courseId: 7 }, ['COURSE_NOT_FOUND courseId']],
    [{ siteId: 2 }, ['COURSE_NOT_FOUND courseId']],
    [{ courseId: 2 }, ['COURSE_EXTERNAL courseId']],
    [{ courseId: 3 }, ['COURSE_DELETED courseId']],
    [{ courseId: 4 }, ['COURSE_ARCHIVED courseId']],
    [{ courseId: 6 }, ['ORGANISATION_ACCESS_DENIED userId']],
    [{ parentId: 0 }, ['PARENT_ID_INVALID parentId']],
    [{ parentSyncKey: 'unknown' }, ['PARENT_SYNC_KEY_UNKNOWN parentSyncKey']],
    [{ parentId: 14 }, ['PARENT_NOT_IN_COURSE parentId']],
    [{ parentId: 7 }, ['PARENT_NOT_IN_COURSE parentId']],
    [{ parentId: 13 }, ['PARENT_NOT_FOLDER parentId']],
    [{ parentId: 12 }, ['PARENT_DELETED parentId']],
    [{ parentSyncKey: 'far-below-deleted' }, ['PARENT_DELETED parentSyncKey']],
    [{ title: ' ' }, ['TITLE_INVALID title']],
    [{ title: 'a <b>' }, ['TITLE_INVALID title']],
    [{ description: '<p>' }, ['RICH_CONTENT_INVALID description']],
    [{ deadline: '2030-01-01' }, ['DEADLINE_INVALID deadline']],
    [{ courseId: 5, ...lo('LO-3') }, ['COURSE_HAS_NO_OBJECTIVES learningObjectives']],
    [lo('LO-DRAFT'), ['OBJECTIVE_NOT_IN_REPOSITORY learningObjectives/0/learningObjectiveId']],
    [lo('LO-SUBJECT'), ['OBJECTIVE_NOT_LEAF learningObjectives/0/learningObjectiveId']],
    [{ syncKey: 'activity' }, ['SYNC_KEY_TAKEN syncKey']],
    [{ syncKey: 'deleted-activity' }, ['SYNC_KEY_TAKEN syncKey']],
    [{ syncKey: 'folder-elsewhere' }, ['SYNC_KEY_TAKEN syncKey']],
    [
      { userId: 5, parentId: 13, syncKey: 'page', title: '', assessmentId: 7, ...lo('LO-DRAFT') },
      [
        'ORGANISATION_ACCESS_DENIED userId',
        'PARENT_NOT_FOLDER parentId',
        'SYNC_KEY_TAKEN syncKey',
        'TITLE_INVALID title',
        'ASSESSMENT_UNKNOWN assessmentId',
        'OBJECTIVE_NOT_IN_REPOSITORY learningObjectives/0/learningObjectiveId',
      ],
    ],
  ])('refuses %j and writes nothing', async (fields, problems) => {
    const before = await stored();
    const answer = await create(fields);
    expect(told(answer)).toEqual({ type: 'Error', problems });
    expect(answer).toMatchObject({ elementId: null, syncKey: null, element: null, changes: [] });
    expect(await stored()).toEqual(before);
  });

  it.each<[object, string[], object]>([
    [{ assessmentId: 0 }, ['ASSESSMENT_UNKNOWN assessmentId'], { assessmentId: null }],
    [{ assessmentId: 4 }, ['ASSESSMENT_UNKNOWN assessmentId'], { assessmentId: null }],
    [{ maxScore: 0 }, ['MAX_SCORE_OUT_OF_RANGE maxScore'], { maxScore: null }],
    [
      { learningObjectiveAssessment: 'OUTCOME_STATUS' },
      ['NO_OBJECTIVES_CONNECTED learningObjectiveAssessment'],
      { learningObjectiveAssessment: 'DO_NOT_USE' },
    ],
    [
      { assessmentId: 1, allowStudentsSetCompletion: true },
      ['COMPLETION_NOT_USED allowStudentsSetCompletion'],
      { assessmentId: 1, allowStudentsSetCompletion: true },
    ],
    [
      { description: '<p onclick="x()">Read</p>' },
      ['RICH_CONTENT_STRIPPED description'],
      { description: '<p>Read</p>' },
    ],
  ])('creates with a warning from %j', async (fields, problems, expected) => {
    const answer = await create(fields);
    expect(told(answer)).toEqual({ type: 'Warning', problems });
    expect(answer.element).toMatchObject(expected);
    expect(await read(answer.elementId)).toEqual(answer.element);
  });

  it('does without a score where the site does not use scores', async () => {
    await test.query('UPDATE site SET use_score = 0');
    const answer = await create({ maxScore: 5 });
    expect(told(answer)).toEqual({ type: 'Warning', problems: ['SCORE_NOT_ALLOWED maxScore'] });
    expect(await read(answer.elementId)).toMatchObject({ maxScore: null });
  });

  it('lets each site have its own keys', async () => {
    await storeCourseWorld(test, {
      ...theCourseWorld,
      siteId: 2,
      organisations: [{ id: 71, parentId: null, syncKey: 'o', name: 'O' }],
      users: [{ id: 71, syncKey: 'u', isExternal: false, isDeleted: false, organisationIds: [71] }],
      courses: theCourseWorld.courses.slice(0, 1).map((course) => ({
        ...course,
        id: 71,
        organisationId: 71,
        objectives: [],
        sessions: [],
      })),
      elements: [],
      scales: [],
      objectives: [],
    });
    const there = api.as({ siteId: 2 });
    const answer = await create({ courseId: 71, userId: 71, syncKey: 'activity' }, there);
    expect(told(answer)).toEqual({ type: 'Success', problems: [] });
    expect(told(await create({ courseId: 1, userId: 71 }, there)).problems).toEqual([
      'COURSE_NOT_FOUND courseId',
    ]);
    expect(told(await create({ courseId: 71, userId: 2 }, there)).problems).toEqual([
      'USER_NOT_VALID userId',
    ]);
  });

  describe('a dry run', () => {
    it('tells what would be stored and writes nothing', async () => {
      const fields = { parentId: 10, assessmentId: 4, ...lo('LO-3') };
      const before = await stored();
      const dry = await create({ ...fields, dryRun: true, idempotencyKey: 'k' });
      expect(dry).toMatchObject({ dryRun: true, elementId: null, syncKey: null, element: null });
      expect(await stored()).toEqual(before);
      const wet = await create(fields);
      expect({ changes: dry.changes, ...told(dry) }).toEqual({ changes: wet.changes, ...told(wet) });
    });

    it('knows a sync key that it is sent', async () => {
      expect(await create({ dryRun: true, syncKey: 'mine' })).toMatchObject({ syncKey: 'mine' });
      expect(told(await create({ dryRun: true, syncKey: 'activity' })).type).toBe('Error');
    });
  });

  describe('an idempotency key', () => {
    it('creates one activity, however often it is sent', async () => {
      const first = await create({ idempotencyKey: 'once' });
      expect(await create({ idempotencyKey: 'once' })).toEqual(first);
      expect(await test.query("SELECT id FROM course_element WHERE title = 'New'")).toHaveLength(1);
      expect(told(await create({ idempotencyKey: 'once', title: 'Other' }))).toEqual({
        type: 'Error',
        problems: ['IDEMPOTENCY_KEY_REUSED idempotencyKey'],
      });
    });

    it('is not used up by an error', async () => {
      await create({ idempotencyKey: 'once', title: '' });
      expect(told(await create({ idempotencyKey: 'once' })).type).toBe('Success');
    });
  });

  it('gives a sync key to one of many that want it at once', async () => {
    const second = await openDatabase(test.target);
    try {
      // The embedded database would stop this process while it waits for another connection of it.
      const other = kind.kind === 'sqlite' ? api : api.as({ database: second });
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) => create({ syncKey: 'wanted' }, n % 2 === 0 ? api : other)),
      );
      const types = answers.map((answer) => told(answer)).map(({ type, problems }) => [type, ...problems]);
      expect(types.sort()).toEqual([...Array(7).fill(['Error', 'SYNC_KEY_TAKEN syncKey']), ['Success']]);
      expect(await test.query("SELECT id FROM course_element WHERE sync_key = 'wanted'")).toHaveLength(1);
    } finally {
      await second.close();
    }
  });

  it('answers an unexpected failure with CREATE_FAILED and writes nothing', async () => {
    const before = await stored();
    const broken = api.as({
      clock: () => {
        throw new Error(PLANTED);
      },
    });
    const { errors } = await broken.execute(CREATE, { input: { courseId: 1, userId: 2, title: 'New' } });
    expect(errors?.map(({ message, extensions }) => ({ message, code: extensions.code }))).toEqual([
      { message: 'Could not create/update element Custom Activity.', code: 'CREATE_FAILED' },
    ]);
    expect(await stored()).toEqual(before);
  });
});
