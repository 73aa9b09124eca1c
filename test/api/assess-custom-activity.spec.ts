import { openDatabase } from '../../src/data/open-database';
import type { UpdateInput } from '../models/activity/world';
import { type Api, apiOn, NOW } from '../support/api';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { PLANTED } from '../support/markers';
import { sendUpdate } from '../support/update-activity';

const ASSESS = `mutation ($input: AssessCustomActivityInput!) {
  assessCustomActivity(input: $input) {
    __typename
    ... on AssessCustomActivityOutcome {
      dryRun elementId syncKey
      results {
        learnerId learnerLogin status gradeId gradeTitle score updatedAt
        objectives { learningObjectiveId title outcome }
        changes { field before after }
      }
      problems { code severity path }
    }
  }
}`;

interface Answer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly results: readonly {
    readonly learnerId: string;
    readonly status: string;
    readonly gradeId: number | null;
    readonly score: number | null;
    readonly updatedAt: string | null;
    readonly changes: readonly { field: string; before: string | null; after: string | null }[];
  }[];
  readonly problems: readonly { code: string; severity: string; path: string[] }[];
}

/** Uses scale 1 with the grades 1 and 2, the objective CustomActivityLO1, and OUTCOME_STATUS. */
const GRADED = 11939;
/** Has a maximum score of 10; its one assessment is the score 0 of learner 1. */
const SCORED = 11944;
/** Uses neither scale nor score. */
const PLAIN = 11942;

const LO1 = 'CustomActivityLO1';

describe.each(DATABASE_KINDS)('assessCustomActivity on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => storeCourseWorld(test, theCourseWorld));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  /** In course 1, whose participants are the learners 1, 2 and 3. */
  async function assess(fields: object, on = api): Promise<Answer> {
    const input = { courseId: 1, elementId: GRADED, userId: 2, ...fields };
    return (await on.run<{ assessCustomActivity: Answer }>(ASSESS, { input })).assessCustomActivity;
  }

  const assessOne = (result: object, fields: object = {}) =>
    assess({ results: [{ learnerId: '2', ...result }], ...fields });

  const update = (fields: UpdateInput) =>
    sendUpdate(api, {
      courseId: 1,
      elementId: GRADED,
      userId: 2,
      allowStudentsSetCompletion: null,
      ...fields,
    });

  const told = ({ __typename, problems }: Pick<Answer, '__typename' | 'problems'>) => ({
    type: __typename.replace(/^(Assess|Update)CustomActivity/, ''),
    problems: problems.map(({ code, path }) => `${code} ${path.join('/')}`),
  });

  const SUCCESS = { type: 'Success', problems: [] };

  /** Of one element, read past the API. */
  const marks = async (elementId = GRADED) =>
    test.query<{ learner_id: number; status: string; grade_id: number | null; score: number | null }>(
      `SELECT learner_id, status, grade_id, score FROM activity_assessment
       WHERE site_id = 1 AND element_id = ${elementId} ORDER BY learner_id`,
    );
  const outcomes = async (elementId = GRADED) =>
    test.query<{ learner_id: number; objective_id: number; outcome: string }>(
      `SELECT learner_id, objective_id, outcome FROM objective_assessment
       WHERE site_id = 1 AND element_id = ${elementId} ORDER BY learner_id, objective_id`,
    );
  const everything = async () =>
    Promise.all(
      ['activity_assessment', 'objective_assessment', 'course_element', 'idempotency_entry'].map((table) =>
        test.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`),
      ),
    );

  describe('stores', () => {
    it('status, grade and outcomes of many participants, by id or login', async () => {
      const answer = await assess({
        courseId: undefined,
        courseSyncKey: 'course',
        elementId: undefined,
        elementSyncKey: 'activity',
        userId: undefined,
        userSyncKey: 'editor',
        siteId: 1,
        vendorId: 'vendor',
        results: [
          { learnerLogin: 'LEARNER-1-3', status: 'COMPLETED', gradeId: 2 },
          {
            learnerId: 1,
            status: 'COMPLETED',
            gradeId: 1,
            objectives: [{ learningObjectiveId: LO1, outcome: ' MEETS ' }],
          },
          { learnerId: '2' },
        ],
      });
      expect(told(answer)).toEqual(SUCCESS);
      expect(answer).toMatchObject({ dryRun: false, elementId: GRADED, syncKey: 'activity' });
      expect(answer.results).toEqual([
        {
          learnerId: '3',
          learnerLogin: 'learner-1-3',
          status: 'COMPLETED',
          gradeId: 2,
          gradeTitle: 'Grade 2',
          score: null,
          updatedAt: '2026-01-15T12:00:00.000Z',
          objectives: [],
          changes: [
            { field: 'status', before: 'NOT_STARTED', after: 'COMPLETED' },
            { field: 'gradeId', before: null, after: '2' },
          ],
        },
        {
          learnerId: '1',
          learnerLogin: 'learner-1-1',
          status: 'COMPLETED',
          gradeId: 1,
          gradeTitle: 'Grade 1',
          score: null,
          updatedAt: '2026-01-15T12:00:00.000Z',
          objectives: [{ learningObjectiveId: LO1, title: `Objective ${LO1}`, outcome: 'MEETS' }],
          changes: [
            { field: 'status', before: 'NOT_STARTED', after: 'COMPLETED' },
            { field: 'gradeId', before: null, after: '1' },
            {
              field: 'objectives',
              before: '[]',
              after: `[{"learningObjectiveId":"${LO1}","outcome":"MEETS"}]`,
            },
          ],
        },
        {
          learnerId: '2',
          learnerLogin: 'learner-1-2',
          status: 'NOT_STARTED',
          gradeId: null,
          gradeTitle: null,
          score: null,
          updatedAt: null,
          objectives: [],
          changes: [],
        },
      ]);
      expect(await marks()).toEqual([
        { learner_id: 1, status: 'COMPLETED', grade_id: 1, score: null },
        { learner_id: 3, status: 'COMPLETED', grade_id: 2, score: null },
      ]);
      expect(await outcomes()).toEqual([{ learner_id: 1, objective_id: 2, outcome: 'MEETS' }]);
    });

    it.each([0, 10, 0.125, 7.5])('the score %d', async (score) => {
      const answer = await assessOne({ status: 'COMPLETED', score }, { elementId: SCORED });
      expect(told(answer)).toEqual(SUCCESS);
      expect(answer.results).toMatchObject([{ score, gradeId: null }]);
      expect(await marks(SCORED)).toContainEqual({
        learner_id: 2,
        status: 'COMPLETED',
        grade_id: null,
        score,
      });
    });

    it('the name of an achievement level', async () => {
      await update({ learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' });
      const level = 'é'.repeat(50);
      const answer = await assessOne({ objectives: [{ learningObjectiveId: LO1, outcome: level }] });
      expect(told(answer)).toEqual(SUCCESS);
      expect(await outcomes()).toEqual([{ learner_id: 2, objective_id: 2, outcome: level }]);
      expect(await marks()).toEqual([]);
    });
  });

  it('keeps what is absent, keeps a status that is null, and removes what else is null', async () => {
    const objectives = [{ learningObjectiveId: LO1, outcome: 'MEETS' }];
    await assessOne({ status: 'COMPLETED', gradeId: 1, objectives });
    const later = api.as({ clock: () => new Date(NOW + 1_000) });
    const again = (result: object) => assess({ results: [{ learnerId: '2', ...result }] }, later);

    for (const nothing of [
      {},
      { status: null, objectives: null },
      { objectives: [{ learningObjectiveId: LO1 }] },
    ]) {
      const answer = await again(nothing);
      expect(told(answer)).toEqual(SUCCESS);
      expect(answer.results).toMatchObject([{ changes: [], updatedAt: '2026-01-15T12:00:00.000Z' }]);
    }
    expect(await marks()).toEqual([{ learner_id: 2, status: 'COMPLETED', grade_id: 1, score: null }]);
    expect(await outcomes()).toHaveLength(1);

    const removed = await again({
      gradeId: null,
      score: null,
      objectives: [{ learningObjectiveId: LO1, outcome: null }],
    });
    expect(told(removed)).toEqual(SUCCESS);
    expect(removed.results).toMatchObject([
      {
        status: 'COMPLETED',
        gradeId: null,
        updatedAt: '2026-01-15T12:00:01.000Z',
        changes: [
          { field: 'gradeId', before: '1', after: null },
          {
            field: 'objectives',
            before: `[{"learningObjectiveId":"${LO1}","outcome":"MEETS"}]`,
            after: '[]',
          },
        ],
      },
    ]);
    expect(await marks()).toEqual([{ learner_id: 2, status: 'COMPLETED', grade_id: null, score: null }]);
    expect(await outcomes()).toEqual([]);
    expect(told(await again({ status: 'NOT_STARTED' }))).toEqual(SUCCESS);
    expect(await marks()).toEqual([{ learner_id: 2, status: 'NOT_STARTED', grade_id: null, score: null }]);
  });

  it('warns of a grade or score without completion', async () => {
    const answer = await assessOne({ gradeId: 1 });
    expect(told(answer)).toEqual({ type: 'Warning', problems: ['STATUS_NOT_COMPLETED results/0/status'] });
    expect(await marks()).toEqual([{ learner_id: 2, status: 'NOT_STARTED', grade_id: 1, score: null }]);
    expect(told(await assessOne({ status: 'COMPLETED' }))).toEqual(SUCCESS);
    expect(told(await assessOne({ status: 'NOT_STARTED', gradeId: null }))).toEqual(SUCCESS);
  });

  it('takes again what is stored, whatever the activity uses now', async () => {
    await update({ learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' });
    const result = {
      status: 'COMPLETED',
      gradeId: 2,
      objectives: [{ learningObjectiveId: LO1, outcome: 'level' }],
    };
    await assessOne(result);
    await test.query(
      "UPDATE custom_activity SET assessment_id = 2, learning_objective_assessment = 'DO_NOT_USE'",
    );
    const answer = await assessOne(result);
    expect(told(answer)).toEqual(SUCCESS);
    expect(answer.results).toMatchObject([{ gradeId: 2, changes: [] }]);
  });

  const one = (result: object) => ({ results: [{ learnerId: '2', ...result }] });
  const objective = (learningObjectiveId: string, outcome: string | null) =>
    one({ objectives: [{ learningObjectiveId, outcome }] });
  const LEARNER = 'results/0/learnerId';
  const LOGIN = 'results/0/learnerLogin';
  const OBJECTIVE = 'results/0/objectives/0';

  it.each<[object, string[]]>([
    [{ courseSyncKey: 'course', ...one({}) }, ['INVALID_FORMAT courseSyncKey']],
    [{ elementId: null, ...one({}) }, ['INVALID_FORMAT elementId']],
    [{ elementSyncKey: '', elementId: null, ...one({}) }, ['INVALID_FORMAT elementSyncKey']],
    [{ userId: null, vendorId: '', ...one({}) }, ['INVALID_FORMAT vendorId', 'INVALID_FORMAT userId']],
    [{ idempotencyKey: '\n', ...one({}) }, ['IDEMPOTENCY_KEY_INVALID idempotencyKey']],
    [{ results: [] }, ['INVALID_FORMAT results']],
    [{ results: Array(501).fill({ learnerId: '2' }) }, ['INVALID_FORMAT results']],
    [
      { results: [{}, { learnerId: '2', learnerLogin: 'x' }] },
      [`INVALID_FORMAT ${LEARNER}`, 'INVALID_FORMAT results/1/learnerLogin'],
    ],
    [{ results: [{ learnerLogin: ' ' }] }, [`INVALID_FORMAT ${LOGIN}`]],
    [one({ gradeId: 1, score: 1 }), ['INVALID_FORMAT results/0/score']],
    [
      one({ objectives: [{ learningObjectiveId: LO1 }, { learningObjectiveId: LO1 }] }),
      ['INVALID_FORMAT results/0/objectives/1/learningObjectiveId'],
    ],
    [{ userId: 7, ...one({}) }, ['USER_NOT_VALID userId']],
    [{ userId: 3, ...one({}) }, ['USER_EXTERNAL userId']],
    [{ userId: 4, ...one({}) }, ['USER_DELETED userId']],
    [{ userId: 5, ...one({}) }, ['ORGANISATION_ACCESS_DENIED userId']],
    [{ courseId: 7, ...one({}) }, ['COURSE_NOT_FOUND courseId']],
    [{ siteId: 2, ...one({}) }, ['COURSE_NOT_FOUND courseId']],
    [
      { courseId: 2, ...one({}) },
      ['COURSE_EXTERNAL courseId', 'ELEMENT_NOT_IN_COURSE elementId', `PARTICIPANT_NOT_FOUND ${LEARNER}`],
    ],
    [
      { courseId: 3, ...one({}) },
      ['COURSE_DELETED courseId', 'ELEMENT_NOT_IN_COURSE elementId', `PARTICIPANT_NOT_FOUND ${LEARNER}`],
    ],
    [
      { courseId: 4, ...one({}) },
      ['COURSE_ARCHIVED courseId', 'ELEMENT_NOT_IN_COURSE elementId', `PARTICIPANT_NOT_FOUND ${LEARNER}`],
    ],
    [{ elementId: 7, ...one({}) }, ['ELEMENT_NOT_FOUND elementId']],
    [{ elementId: 11940, ...one({}) }, ['ELEMENT_DELETED elementId']],
    [{ elementId: 11947, ...one({}) }, ['ELEMENT_DELETED elementId']],
    [{ elementId: 11950, ...one({}) }, ['ELEMENT_DELETED elementId']],
    [{ elementId: 11941, ...one({}) }, ['ELEMENT_NOT_IN_COURSE elementId']],
    [{ elementId: 10, ...one({}) }, ['ELEMENT_NOT_CUSTOM_ACTIVITY elementId']],
    [{ results: [{ learnerId: '4' }] }, [`PARTICIPANT_NOT_FOUND ${LEARNER}`]],
    [{ results: [{ learnerId: '77' }] }, [`PARTICIPANT_NOT_FOUND ${LEARNER}`]],
    [{ results: [{ learnerId: 'two' }] }, [`PARTICIPANT_NOT_FOUND ${LEARNER}`]],
    [{ results: [{ learnerLogin: 'learner-1-4' }] }, [`PARTICIPANT_NOT_FOUND ${LOGIN}`]],
    [{ results: [{ learnerLogin: 'nobody' }] }, [`PARTICIPANT_NOT_FOUND ${LOGIN}`]],
    [
      { results: [{ learnerId: '2' }, { learnerId: '3' }, { learnerLogin: 'learner-1-2' }] },
      ['PARTICIPANT_REPEATED results/2/learnerLogin'],
    ],
    [one({ gradeId: 3 }), ['GRADE_NOT_IN_SCALE results/0/gradeId']],
    [one({ gradeId: 0 }), ['GRADE_NOT_IN_SCALE results/0/gradeId']],
    [{ elementId: SCORED, ...one({ gradeId: 1 }) }, ['GRADE_NOT_IN_SCALE results/0/gradeId']],
    [{ elementId: PLAIN, ...one({ gradeId: 1 }) }, ['GRADE_NOT_IN_SCALE results/0/gradeId']],
    [one({ score: 1 }), ['SCORE_NOT_USED results/0/score']],
    [{ elementId: PLAIN, ...one({ score: 0 }) }, ['SCORE_NOT_USED results/0/score']],
    [{ elementId: SCORED, ...one({ score: 10.01 }) }, ['SCORE_OUT_OF_RANGE results/0/score']],
    [{ elementId: SCORED, ...one({ score: -0.01 }) }, ['SCORE_OUT_OF_RANGE results/0/score']],
    [objective('LO-3', 'MEETS'), [`OBJECTIVE_NOT_ON_ELEMENT ${OBJECTIVE}/learningObjectiveId`]],
    [objective('LO-3', null), [`OBJECTIVE_NOT_ON_ELEMENT ${OBJECTIVE}/learningObjectiveId`]],
    [objective(LO1.toLowerCase(), 'MEETS'), [`OBJECTIVE_NOT_ON_ELEMENT ${OBJECTIVE}/learningObjectiveId`]],
    [objective(LO1, 'meets'), [`OBJECTIVE_OUTCOME_INVALID ${OBJECTIVE}/outcome`]],
    [objective(LO1, ''), [`OBJECTIVE_OUTCOME_INVALID ${OBJECTIVE}/outcome`]],
    [objective(LO1, 'toString'), [`OBJECTIVE_OUTCOME_INVALID ${OBJECTIVE}/outcome`]],
    [
      {
        userId: 5,
        results: [
          { learnerId: '1', status: 'COMPLETED', gradeId: 1 },
          { learnerId: '2', gradeId: 1 },
          { learnerId: '9' },
          { learnerId: '3', score: 1, objectives: [{ learningObjectiveId: 'LO-3' }] },
        ],
      },
      [
        'ORGANISATION_ACCESS_DENIED userId',
        'STATUS_NOT_COMPLETED results/1/status',
        'PARTICIPANT_NOT_FOUND results/2/learnerId',
        'SCORE_NOT_USED results/3/score',
        'OBJECTIVE_NOT_ON_ELEMENT results/3/objectives/0/learningObjectiveId',
      ],
    ],
  ])('refuses %j and writes nothing', async (fields, problems) => {
    const before = await everything();
    const answer = await assess(fields);
    expect(told(answer)).toEqual({ type: 'Error', problems });
    expect(answer).toMatchObject({ elementId: null, syncKey: null, results: [] });
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['a level that is too long', 'x'.repeat(51)],
    ['a blank level', '  '],
    ['half a character', '\ud83d'],
  ])('refuses %s', async (_name, outcome) => {
    await update({ learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' });
    expect(told(await assess(objective(LO1, outcome)))).toEqual({
      type: 'Error',
      problems: [`OBJECTIVE_OUTCOME_INVALID ${OBJECTIVE}/outcome`],
    });
  });

  it('refuses outcomes where the activity does not use them', async () => {
    await update({ learningObjectiveAssessment: 'DO_NOT_USE' });
    expect(told(await assess(objective(LO1, 'MEETS')))).toEqual({
      type: 'Error',
      problems: [`OBJECTIVE_ASSESSMENT_NOT_USED ${OBJECTIVE}/outcome`],
    });
    expect(told(await assess(objective(LO1, null)))).toEqual(SUCCESS);
  });

  it('tells logins apart that differ in case only', async () => {
    await test.query("UPDATE learner SET login = 'Ada', login_folded = 'ada' WHERE id = 2");
    await test.query("UPDATE learner SET login = 'ADA', login_folded = 'ada' WHERE id = 3");
    const by = (learnerLogin: string) => assess({ results: [{ learnerLogin, status: 'COMPLETED' }] });
    expect(told(await by('ada'))).toEqual({ type: 'Error', problems: [`PARTICIPANT_AMBIGUOUS ${LOGIN}`] });
    expect((await by('ADA')).results).toMatchObject([{ learnerId: '3' }]);
    expect((await by('Ada')).results).toMatchObject([{ learnerId: '2' }]);
  });

  describe('locks of updateCustomActivity', () => {
    it('close with a grade and open when it is removed', async () => {
      expect(told(await update({ assessmentId: 2 }))).toEqual(SUCCESS);
      expect(told(await assessOne({ status: 'COMPLETED', gradeId: 3 }))).toEqual(SUCCESS);
      for (const fields of [{ assessmentId: 1 }, { maxScore: 5 }, { clearAssessment: true }]) {
        const answer = await update(fields);
        expect(told(answer)).toEqual({
          type: 'Error',
          problems: [`ASSESSMENT_SCALE_LOCKED ${Object.keys(fields)[0]}`],
        });
      }
      expect(told(await update({ assessmentId: 2, title: 'Still open' }))).toEqual(SUCCESS);
      await assessOne({ gradeId: null });
      expect(told(await update({ maxScore: 5 }))).toEqual(SUCCESS);
      await assessOne({ score: 0 });
      expect(told(await update({ maxScore: 6 })).problems).toEqual(['ASSESSMENT_SCALE_LOCKED maxScore']);
    });

    it('close with an outcome and open when it is removed', async () => {
      expect(told(await assess(objective(LO1, 'EXCEEDS')))).toEqual(SUCCESS);
      expect(told(await update({ learningObjectives: [] })).problems).toContain(
        'OBJECTIVES_LOCKED learningObjectives',
      );
      expect(told(await update({ learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' }))).toEqual({
        type: 'Error',
        problems: ['OBJECTIVE_ASSESSMENT_LOCKED learningObjectiveAssessment'],
      });
      await assess(objective(LO1, null));
      expect(told(await update({ learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' }))).toEqual(SUCCESS);
    });

    it('cannot be raced', async () => {
      const second = await openDatabase(test.target);
      try {
        // The embedded database would stop this process while it waits for another connection of it.
        const other = kind.kind === 'sqlite' ? api : api.as({ database: second });
        const ends = new Set<string>();
        for (let round = 0; round < 12; round++) {
          await test.query('DELETE FROM activity_assessment');
          await update({ assessmentId: 1 });
          const [assessed, updated] = await Promise.all([
            assess({ results: [{ learnerId: '2', status: 'COMPLETED', gradeId: 1 }] }),
            sendUpdate(other, {
              courseId: 1,
              elementId: GRADED,
              userId: 2,
              assessmentId: 2,
              allowStudentsSetCompletion: null,
            }),
          ]);
          ends.add([...told(assessed).problems, ...told(updated).problems].join());
          const stale = await test.query(
            `SELECT 1 FROM activity_assessment r
               JOIN custom_activity a ON a.element_id = r.element_id JOIN assessment_grade g ON g.id = r.grade_id
             WHERE g.scale_id <> a.assessment_id AND a.element_id = ${GRADED}`,
          );
          expect(stale).toEqual([]);
        }
        for (const end of ends) {
          expect(['GRADE_NOT_IN_SCALE results/0/gradeId', 'ASSESSMENT_SCALE_LOCKED assessmentId']).toContain(
            end,
          );
        }
      } finally {
        await second.close();
      }
    });
  });

  it('answers a dry run like the real one and writes nothing', async () => {
    const fields = one({ gradeId: 1, objectives: [{ learningObjectiveId: LO1, outcome: 'MEETS' }] });
    const before = await everything();
    const dry = await assess({ ...fields, dryRun: true, idempotencyKey: 'k' });
    expect(dry.dryRun).toBe(true);
    expect(await everything()).toEqual(before);
    expect(await assess(fields)).toEqual({ ...dry, dryRun: false });
  });

  it('answers the same once per idempotency key', async () => {
    const key = { idempotencyKey: 'once' };
    const first = await assessOne({ status: 'COMPLETED', gradeId: 1 }, key);
    await assessOne({ gradeId: 2 });
    expect(await assessOne({ status: 'COMPLETED', gradeId: 1 }, key)).toEqual(first);
    expect(await marks()).toEqual([{ learner_id: 2, status: 'COMPLETED', grade_id: 2, score: null }]);
    expect(told(await assessOne({ gradeId: 2 }, key)).problems).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
  });

  it('takes as many statements for many results as for few', async () => {
    await test.database.transaction(async ({ manager }) => {
      for (let id = 101; id <= 150; id++) {
        await manager.query(
          'INSERT INTO learner (id, site_id, login, login_folded, created_at) VALUES (?, 1, ?, ?, ?)',
          [id, `many-${id}`, `many-${id}`, '2025-01-01 00:00:00.000'],
        );
        await manager.query(
          'INSERT INTO registration (site_id, learner_id, session_id) SELECT 1, ?, MIN(id) FROM session WHERE training_id = 1',
          [id],
        );
      }
    });
    const statements = async (ids: readonly number[]) => {
      const watched = test.watch();
      const results = ids.map((id) => ({
        ...(id % 2 === 0 ? { learnerId: String(id) } : { learnerLogin: `many-${id}` }),
        status: 'COMPLETED',
        gradeId: 1,
        objectives: [{ learningObjectiveId: LO1, outcome: 'MEETS' }],
      }));
      expect(told(await assess({ results }))).toEqual(SUCCESS);
      return watched.length;
    };
    const few = await statements([101, 102]);
    expect(await statements(Array.from({ length: 48 }, (_, n) => 103 + n))).toBe(few);
  });

  it('answers an unexpected failure with ASSESS_FAILED and writes nothing', async () => {
    const before = await everything();
    const broken = api.as({
      clock: () => {
        throw new Error(PLANTED);
      },
    });
    const input = { courseId: 1, elementId: GRADED, userId: 2, ...one({ status: 'COMPLETED' }) };
    const { errors } = await broken.execute(ASSESS, { input });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['ASSESS_FAILED']);
    expect(await everything()).toEqual(before);
  });
});
