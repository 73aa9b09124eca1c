import {
  judgeResult,
  type ParticipantState,
  type ResultFacts,
} from '../../../../src/custom-activity/rules/result';

type Sent = Parameters<typeof judgeResult>[0];
type Activity = ResultFacts['activity'];

const ACTIVITY: Pick<Activity, 'maxScore' | 'learningObjectives' | 'learningObjectiveAssessment'> = {
  maxScore: 10,
  learningObjectiveAssessment: 'OUTCOME_STATUS',
  learningObjectives: [
    { id: 1, learningObjectiveId: 'A', title: 'Title A' },
    { id: 2, learningObjectiveId: 'B', title: 'Title B' },
  ],
};
const NOTHING: ParticipantState = {
  status: 'NOT_STARTED',
  gradeId: null,
  score: null,
  comment: null,
  outcomes: new Map(),
};
const COMPLETED: ParticipantState = { ...NOTHING, status: 'COMPLETED' };
const GRADED: ParticipantState = { ...COMPLETED, gradeId: 3 };
const SCORED: ParticipantState = { ...COMPLETED, score: 7 };
const COMMENTED: ParticipantState = { ...GRADED, comment: 'Good' };
const MEETS: ParticipantState = { ...COMPLETED, outcomes: new Map([[1, 'MEETS']]) };

function judge(sent: Sent, before: ParticipantState, activity: Partial<Activity> = {}) {
  const facts = { activity: { ...ACTIVITY, ...activity } as Activity, gradeIds: new Set([3, 4]) };
  const { value, problems } = judgeResult(sent, before, facts, ['results', '5']);
  return {
    ...value,
    outcomes: Object.fromEntries(value.outcomes),
    told: problems.map(({ code, path }) => [code, ...path].join(' ')),
  };
}

const unchanged = (before: ParticipantState) => ({
  ...before,
  outcomes: Object.fromEntries(before.outcomes),
});

const outcome = (text: string | null | undefined, learningObjectiveId = 'A'): Sent => ({
  objectives: [{ learningObjectiveId, outcome: text }],
});

describe('judgeResult: status, grade and score', () => {
  it.each<[string, Sent, ParticipantState, Partial<ParticipantState>]>([
    ['absent keeps all', {}, GRADED, {}],
    ['a null status keeps', { status: null }, COMPLETED, {}],
    ['absent keeps the score', { status: 'COMPLETED' }, SCORED, {}],
    ['a status', { status: 'COMPLETED' }, NOTHING, { status: 'COMPLETED' }],
    ['not started, without grade and score', { status: 'NOT_STARTED' }, COMPLETED, { status: 'NOT_STARTED' }],
    ['a grade, in place of a score', { gradeId: 4 }, SCORED, { gradeId: 4, score: null }],
    ['the stored grade, although the scale lacks it', { gradeId: 9 }, { ...GRADED, gradeId: 9 }, {}],
    ['a score, in place of a grade', { score: 2.5 }, GRADED, { gradeId: null, score: 2.5 }],
    ['score 0', { score: 0 }, COMPLETED, { score: 0 }],
    ['score -0 as 0', { score: -0 }, COMPLETED, { score: 0 }],
    ['the highest score', { score: 10 }, COMPLETED, { score: 10 }],
    ['a null grade removes it', { gradeId: null }, GRADED, { gradeId: null }],
    ['a null score removes it', { score: null }, SCORED, { score: null }],
    ['a null grade keeps the score', { gradeId: null }, SCORED, {}],
    ['a null score keeps the grade', { score: null }, GRADED, {}],
    ['a comment, without what is around it', { comment: ' Well\ndone\t' }, GRADED, { comment: 'Well\ndone' }],
    ['absent keeps the comment', { gradeId: 4 }, COMMENTED, { gradeId: 4 }],
    ['a null comment removes it', { comment: null }, COMMENTED, { comment: null }],
    ['a blank comment removes it', { comment: ' \n' }, COMMENTED, { comment: null }],
    ['a null grade beside a score', { gradeId: null, score: 1 }, GRADED, { gradeId: null, score: 1 }],
  ])('%s', (_, sent, before, after) => {
    expect(judge(sent, before)).toEqual({ ...unchanged(before), ...after, told: [] });
  });

  it('the stored score, although out of range or not used', () => {
    const before = { ...COMPLETED, score: 70 };
    expect(judge({ score: 70 }, before)).toEqual({ ...unchanged(before), told: [] });
    expect(judge({ score: 70 }, before, { maxScore: null })).toEqual({ ...unchanged(before), told: [] });
  });

  it.each<[string, Sent, Partial<Activity>, string]>([
    ['a grade of no scale', { gradeId: 9 }, {}, 'GRADE_NOT_IN_SCALE results 5 gradeId'],
    ['a score where none is used', { score: 1 }, { maxScore: null }, 'SCORE_NOT_USED results 5 score'],
    ['a score below 0', { score: -0.01 }, {}, 'SCORE_OUT_OF_RANGE results 5 score'],
    ['a score above the maximum', { score: 10.01 }, {}, 'SCORE_OUT_OF_RANGE results 5 score'],
  ])('refuses %s, and keeps what there was', (_, sent, activity, told) => {
    for (const before of [COMPLETED, GRADED, SCORED]) {
      expect(judge(sent, before, activity)).toEqual({ ...unchanged(before), told: [told] });
    }
  });

  it('says how high a score may be', () => {
    const facts = { activity: ACTIVITY as Activity, gradeIds: new Set<number>() };
    const [problem] = judgeResult({ score: 11 }, COMPLETED, facts, []).problems;
    expect(`${problem?.message} ${problem?.hint}`).toContain('10');
  });

  it('refuses a grade or a score of who has not started', () => {
    const told = ['STATUS_NOT_COMPLETED results 5 status'];
    expect(judge({ gradeId: 4 }, NOTHING).told).toEqual(told);
    expect(judge({ score: 4 }, NOTHING).told).toEqual(told);
    expect(judge({ score: 0 }, NOTHING).told).toEqual(told);
    expect(judge({ status: 'NOT_STARTED' }, GRADED).told).toEqual(told);
    expect(judge({ status: 'NOT_STARTED' }, SCORED).told).toEqual(told);
    expect(judge({ status: 'NOT_STARTED', gradeId: null }, GRADED).told).toEqual([]);
  });

  it('tells everything at once, in the order of the fields', () => {
    expect(judge({ score: 11, ...outcome('x', 'Z'), status: 'NOT_STARTED' }, GRADED).told).toEqual([
      'SCORE_OUT_OF_RANGE results 5 score',
      'OBJECTIVE_NOT_ON_ELEMENT results 5 objectives 0 learningObjectiveId',
      'STATUS_NOT_COMPLETED results 5 status',
    ]);
  });
});

describe('judgeResult: outcomes of objectives', () => {
  it.each<[string, Sent, Record<number, string>]>([
    ['absent keeps', {}, { 1: 'MEETS' }],
    ['null keeps', { objectives: null }, { 1: 'MEETS' }],
    ['an objective without an outcome keeps it', outcome(undefined), { 1: 'MEETS' }],
    ['null removes it', outcome(null), {}],
    ['null where there is none', outcome(null, 'B'), { 1: 'MEETS' }],
    ['another one, without blanks around it', outcome(' EXCEEDS '), { 1: 'EXCEEDS' }],
    ['that of another objective', outcome('MEETS', 'B'), { 1: 'MEETS', 2: 'MEETS' }],
    [
      'the last of several',
      {
        objectives: [
          { learningObjectiveId: 'A', outcome: 'EXCEEDS' },
          { learningObjectiveId: 'A', outcome: 'ALMOST_MEETS' },
        ],
      },
      { 1: 'ALMOST_MEETS' },
    ],
  ])('%s', (_, sent, outcomes) => {
    expect(judge(sent, MEETS)).toEqual({ ...COMPLETED, outcomes, told: [] });
    expect(MEETS.outcomes).toEqual(new Map([[1, 'MEETS']]));
  });

  it('takes each of the statuses', () => {
    for (const status of ['DOESNT_MEET', 'PARTIALLY_MEETS', 'ALMOST_MEETS', 'MEETS', 'EXCEEDS']) {
      expect(judge(outcome(status), COMPLETED)).toMatchObject({ outcomes: { 1: status }, told: [] });
    }
  });

  it.each(['', 'meets', 'NOT_STARTED', 'MEETS EXCEEDS'])('refuses %j where a status is due', (text) => {
    expect(judge(outcome(text), MEETS)).toMatchObject({
      outcomes: { 1: 'MEETS' },
      told: ['OBJECTIVE_OUTCOME_INVALID results 5 objectives 0 outcome'],
    });
  });

  it.each(['Level 1', 'x'.repeat(50), '😀'.repeat(50)])('takes %j for an achievement level', (text) => {
    const levels = { learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' } as const;
    expect(judge(outcome(`\t${text} `), MEETS, levels)).toMatchObject({ outcomes: { 1: text }, told: [] });
  });

  it.each(['', ' ', 'x'.repeat(51), 'a\ud800', 'a\u0000b'])('refuses %j for an achievement level', (text) => {
    const levels = { learningObjectiveAssessment: 'ASSESSMENT_CRITERIA' } as const;
    expect(judge(outcome(text), MEETS, levels)).toMatchObject({
      outcomes: { 1: 'MEETS' },
      told: ['OBJECTIVE_OUTCOME_INVALID results 5 objectives 0 outcome'],
    });
  });

  it('says what is accepted', () => {
    const textOf = (mode: Activity['learningObjectiveAssessment']) => {
      const activity = { ...ACTIVITY, learningObjectiveAssessment: mode } as Activity;
      const facts = { activity, gradeIds: new Set<number>() };
      const [problem] = judgeResult(outcome('?'.repeat(60)), COMPLETED, facts, []).problems;
      return `${problem?.message} ${problem?.hint}`;
    };
    expect(textOf('OUTCOME_STATUS')).toContain('DOESNT_MEET, PARTIALLY_MEETS, ALMOST_MEETS, MEETS, EXCEEDS');
    expect(textOf('ASSESSMENT_CRITERIA')).toContain('the names of achievement levels, of 1 to 50 characters');
  });

  it('where objectives are not assessed, takes none but what is stored', () => {
    const unused = { learningObjectiveAssessment: 'DO_NOT_USE' } as const;
    const told = ['OBJECTIVE_ASSESSMENT_NOT_USED results 5 objectives 0 outcome'];
    expect(judge(outcome('EXCEEDS'), MEETS, unused)).toMatchObject({ outcomes: { 1: 'MEETS' }, told });
    expect(judge(outcome(' MEETS'), MEETS, unused)).toMatchObject({ outcomes: { 1: 'MEETS' }, told: [] });
    expect(judge(outcome(null), MEETS, unused)).toMatchObject({ outcomes: {}, told: [] });
  });

  it('goes on after an objective that the element has not', () => {
    const sent: Sent = {
      objectives: [
        { learningObjectiveId: 'a', outcome: 'MEETS' },
        { learningObjectiveId: 'B', outcome: 'MEETS' },
        { learningObjectiveId: '2', outcome: null },
      ],
    };
    expect(judge(sent, COMPLETED)).toMatchObject({
      outcomes: { 2: 'MEETS' },
      told: [
        'OBJECTIVE_NOT_ON_ELEMENT results 5 objectives 0 learningObjectiveId',
        'OBJECTIVE_NOT_ON_ELEMENT results 5 objectives 2 learningObjectiveId',
      ],
    });
  });

  it('keeps the stored outcome although it is none of the statuses', () => {
    const before = { ...COMPLETED, outcomes: new Map([[1, 'Level 1']]) };
    expect(judge(outcome('Level 1'), before)).toMatchObject({ outcomes: { 1: 'Level 1' }, told: [] });
  });
});
