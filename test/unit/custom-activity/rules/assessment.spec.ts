import fc from 'fast-check';
import {
  type AssessmentFacts,
  type AssessmentSetUp,
  judgeAssessment,
  type SentAssessment,
  usesAssessment,
} from '../../../../src/custom-activity/rules/assessment';

const COURSE = {
  id: 1,
  syncKey: null,
  organisationId: null,
  isExternal: false,
  isDeleted: false,
  isArchived: false,
  objectivesEnabled: false,
};
const NOTHING: AssessmentSetUp = { assessmentId: null, maxScore: null };
const SCALE: AssessmentSetUp = { assessmentId: 1, maxScore: null };
const SCORE: AssessmentSetUp = { assessmentId: null, maxScore: 10 };
const FACTS: AssessmentFacts = {
  scale: { id: 2, courseId: null },
  course: COURSE,
  mayUseScore: true,
  isAssessed: false,
};

function judge(sent: SentAssessment, before: AssessmentSetUp, facts: Partial<AssessmentFacts> = {}) {
  const { value, problems } = judgeAssessment(sent, before, { ...FACTS, ...facts });
  return { ...value, codes: problems.map(({ code, path }) => [code, ...path]) };
}

describe('judgeAssessment', () => {
  it.each<[string, SentAssessment, AssessmentSetUp, Partial<AssessmentFacts>, AssessmentSetUp]>([
    ['absent keeps', {}, SCALE, {}, SCALE],
    ['null keeps', { assessmentId: null, maxScore: null, clearAssessment: null }, SCORE, {}, SCORE],
    ['a scale of the site', { assessmentId: 2 }, NOTHING, {}, { assessmentId: 2, maxScore: null }],
    [
      'a scale of the course, in place of a score',
      { assessmentId: 2 },
      SCORE,
      { scale: { id: 2, courseId: 1 } },
      { assessmentId: 2, maxScore: null },
    ],
    [
      'a score, beside a scale that is null',
      { assessmentId: null, maxScore: 5 },
      NOTHING,
      {},
      { assessmentId: null, maxScore: 5 },
    ],
    ['the highest score', { maxScore: 99_999.99 }, NOTHING, {}, { assessmentId: null, maxScore: 99_999.99 }],
    ['a score, in place of a scale', { maxScore: 0.07 }, SCALE, {}, { assessmentId: null, maxScore: 0.07 }],
    ['cleared', { clearAssessment: true }, SCALE, {}, NOTHING],
    ['cleared', { clearAssessment: true }, SCORE, {}, NOTHING],
    ['not cleared', { clearAssessment: false }, SCORE, {}, SCORE],
    [
      'the stored scale, although unknown and locked',
      { assessmentId: 1 },
      SCALE,
      { scale: undefined, isAssessed: true },
      SCALE,
    ],
    [
      'the stored score, although not allowed and locked',
      { maxScore: 10 },
      SCORE,
      { mayUseScore: false, isAssessed: true },
      SCORE,
    ],
    ['nothing to clear, although locked', { clearAssessment: true }, NOTHING, { isAssessed: true }, NOTHING],
    [
      'a stored score out of range',
      { maxScore: 0.001 },
      { assessmentId: null, maxScore: 0.001 },
      {},
      { assessmentId: null, maxScore: 0.001 },
    ],
    [
      'a scale without a known course',
      { assessmentId: 2 },
      SCALE,
      { course: undefined, isAssessed: true },
      SCALE,
    ],
  ])('%s', (_, sent, before, facts, after) => {
    expect(judge(sent, before, facts)).toEqual({ ...after, codes: [] });
  });

  it.each<[string, SentAssessment, Partial<AssessmentFacts>, string[][]]>([
    ['an unknown scale', { assessmentId: 2 }, { scale: undefined }, [['ASSESSMENT_UNKNOWN', 'assessmentId']]],
    ['scale 0', { assessmentId: 0 }, { scale: undefined }, [['ASSESSMENT_UNKNOWN', 'assessmentId']]],
    [
      'a scale of another course',
      { assessmentId: 2 },
      { scale: { id: 2, courseId: 9 } },
      [['ASSESSMENT_UNKNOWN', 'assessmentId']],
    ],
    [
      'a score on a site without',
      { maxScore: 5 },
      { mayUseScore: false },
      [['SCORE_NOT_ALLOWED', 'maxScore']],
    ],
    [
      'a bad score on a site without',
      { maxScore: 0 },
      { mayUseScore: false },
      [
        ['MAX_SCORE_OUT_OF_RANGE', 'maxScore'],
        ['SCORE_NOT_ALLOWED', 'maxScore'],
      ],
    ],
  ])('skips %s with a warning, which trips no lock', (_, sent, facts, codes) => {
    for (const before of [NOTHING, SCALE, SCORE]) {
      expect(judge(sent, before, { ...facts, isAssessed: true })).toEqual({ ...before, codes });
    }
  });

  it.each([0, -0, -1, 0.009, 99_999.991, 100_000, 1e300, Number.POSITIVE_INFINITY, Number.NaN])(
    'skips a maximum score of %d',
    (maxScore) => {
      expect(judge({ maxScore }, SCALE)).toEqual({
        ...SCALE,
        codes: [['MAX_SCORE_OUT_OF_RANGE', 'maxScore']],
      });
    },
  );

  it('takes every number in range, as sent', () => {
    const inRange = fc.double({ min: 0.01, max: 99_999.99, noNaN: true });
    fc.assert(
      fc.property(inRange, (maxScore) => {
        expect(judge({ maxScore }, NOTHING)).toEqual({ assessmentId: null, maxScore, codes: [] });
      }),
      { examples: [[33.333], [1.1 * 3], [0.0100001], [0.01], [99_999.99]] },
    );
  });

  it.each<[SentAssessment, AssessmentSetUp, string]>([
    [{ assessmentId: 2 }, SCALE, 'assessmentId'],
    [{ assessmentId: 2 }, SCORE, 'assessmentId'],
    [{ maxScore: 11 }, SCORE, 'maxScore'],
    [{ maxScore: 11 }, SCALE, 'maxScore'],
    [{ clearAssessment: true }, SCALE, 'clearAssessment'],
  ])('locks %j on %j', (sent, before, path) => {
    expect(judge(sent, before, { isAssessed: true }).codes).toEqual([['ASSESSMENT_SCALE_LOCKED', path]]);
  });

  it('says what is kept', () => {
    const hint = (before: AssessmentSetUp) =>
      judgeAssessment({ maxScore: 0 }, before, FACTS).problems[0]?.hint;
    expect(hint(SCALE)).toContain('assessmentId 1');
    expect(hint(SCORE)).toContain('maxScore 10');
    expect(hint(NOTHING)).toContain('neither scale nor score');
  });
});

describe('usesAssessment', () => {
  it.each([
    [NOTHING, false],
    [SCALE, true],
    [SCORE, true],
    [{ assessmentId: 0, maxScore: null }, true],
    [{ assessmentId: null, maxScore: 0 }, true],
  ])('%j: %s', (setUp, uses) => {
    expect(usesAssessment(setUp)).toBe(uses);
  });
});
