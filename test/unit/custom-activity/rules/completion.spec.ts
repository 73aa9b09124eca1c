import { judgeCompletion } from '../../../../src/custom-activity/rules/completion';

describe('judgeCompletion', () => {
  it.each<[boolean | null | undefined, boolean, boolean, boolean, string[]]>([
    // sent, before, assessed otherwise → value, codes
    [undefined, false, false, false, []],
    [undefined, true, false, false, ['COMPLETION_RESET']],
    [undefined, true, true, false, ['COMPLETION_RESET']],
    [null, true, false, true, []],
    [null, true, true, true, []],
    [null, false, true, false, []],
    [false, true, true, false, []],
    [true, false, false, true, []],
    [true, false, true, true, ['COMPLETION_NOT_USED']],
    [true, true, true, true, ['COMPLETION_NOT_USED']],
  ])('%s on %s, assessed otherwise: %s', (sent, before, isAssessedOtherwise, value, codes) => {
    const judged = judgeCompletion(sent, before, isAssessedOtherwise);
    expect(judged.value).toBe(value);
    expect(judged.problems.map(({ code }) => code)).toEqual(codes);
    expect(judged.problems.map(({ path }) => path)).toEqual(codes.map(() => ['allowStudentsSetCompletion']));
  });
});
