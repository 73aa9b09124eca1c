import type { UpdateInput } from '../models/activity/world';
import { type Api, apiOn, NOW } from '../support/api';
import { storeCourseWorld, storedElement, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { sendUpdate } from '../support/update-activity';
import {
  BASE,
  type ExpectedProblems,
  expectedAfter,
  objectives,
  type StoredAfter,
  type UpdateCase,
} from '../support/update-cases';

interface WarningCase extends UpdateCase {
  readonly stored: StoredAfter;
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
  ...[0, -1, 0.009, 99_999.995, 100_000, 1e308].map(
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
    name: 'an emptied description of which attributes or comments were stripped',
    input: { ...BASE, description: '<p class="x">&nbsp;</p><!-- y -->', title: 'New' },
    problems: [['RICH_CONTENT_STRIPPED', 'description']],
    stored: { title: 'New', values: { description: null } },
  },
  {
    name: 'a description with MathML, of which the words stay',
    input: { ...BASE, description: '<p><math><mi>x</mi><mo>=</mo><mn>1</mn></math></p>' },
    problems: [['RICH_CONTENT_STRIPPED', 'description']],
    stored: { values: { description: '<p>x=1</p>' } },
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
  readonly stored: StoredAfter;
  /** Of activity 11939, unless another one shows it better. */
  readonly elementId?: number;
  readonly problems?: ExpectedProblems;
}

/** Absent, null, empty and value, for every field that is stored. */
const FIELDS: readonly FieldCase[] = [
  { field: 'nothing at all', input: {}, stored: {} },
  { field: 'parentId null', input: { parentId: null }, stored: {} },
  { field: 'parentId', input: { parentId: 11 }, stored: { parentId: 11 } },
  { field: 'parentSyncKey null', input: { parentSyncKey: null }, stored: {} },
  { field: 'parentSyncKey empty', input: { parentSyncKey: '' }, stored: { parentId: null } },
  {
    field: 'parentId and parentSyncKey as they are read',
    input: { parentId: 10, parentSyncKey: 'folder' },
    stored: {},
  },
  {
    field: 'parentId and parentSyncKey of another folder',
    input: { parentId: 11, parentSyncKey: 'other-folder' },
    stored: { parentId: 11 },
  },
  {
    field: 'dryRun null, which is false',
    input: { dryRun: null, title: 'New' },
    stored: { title: 'New' },
  },
  { field: 'parentSyncKey', input: { parentSyncKey: 'other-folder' }, stored: { parentId: 11 } },
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
  ...['Chapter 1 > Part 2', 'x < 5', 'y <5'].map((title) => ({
    field: `title with "<" or ">" that is no markup: ${title}`,
    input: { title },
    stored: { title },
  })),
  ...['\u3164', '\u2800 \u115f', 'a\u202eb', 'a\u2028b', 'a\ufffeb', 'a<b', 'a</', '<!x', '<?x'].map(
    (title): FieldCase => ({
      field: `title that only looks blank, or holds what none may: ${JSON.stringify(title)}`,
      input: { title },
      stored: {},
      problems: [['TITLE_INVALID', 'title']],
    }),
  ),
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
  ...['a\tb', 'a\u0000b', 'a\u0085b', '\u200b', '\ud800'].map(
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
  ...['<p><br></p>', '<p>&nbsp;</p>', '<p></p>'].map((description) => ({
    field: `description as emptied editors leave it: ${description}`,
    input: { description, title: 'New' },
    stored: { title: 'New', values: { description: null } },
  })),
  {
    field: 'description with "<" as text, and "<" and ">" in an attribute',
    input: { description: '<a title="</noscript><img>">1 < 2</a>' },
    stored: {
      values: { description: '<a title="&lt;/noscript&gt;&lt;img&gt;">1 &lt; 2</a>' },
    },
  },
  {
    field: 'description with the longer list of elements',
    input: {
      description:
        '<details><summary>More</summary><figure><figcaption><q>x</q></figcaption></figure></details>',
    },
    stored: {
      values: {
        description:
          '<details><summary>More</summary><figure><figcaption><q>x</q></figcaption></figure></details>',
      },
    },
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
  ...[33.333, 1.1 * 3, 0.011].map((maxScore) => ({
    field: `any maxScore in range, as sent: ${maxScore}`,
    elementId: 11942,
    input: { maxScore },
    stored: { values: { maxScore } },
  })),
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
  const update = (input: UpdateInput) => sendUpdate(api, { ...BASE, ...input });

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
});
