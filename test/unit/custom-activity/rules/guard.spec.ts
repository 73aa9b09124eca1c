import { judgeGuard } from '../../../../src/custom-activity/rules/guard';

const STORED = Date.UTC(2026, 0, 15, 12, 0, 0, 7);

describe('judgeGuard', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['what is stored', new Date(STORED)],
  ])('takes %s', (_, expected) => {
    expect(judgeGuard(expected, STORED, true)).toEqual([]);
  });

  it.each([STORED - 1, STORED + 1])('refuses another state: %s', (expected) => {
    const [problem, ...others] = judgeGuard(new Date(expected), STORED, true);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'ELEMENT_CHANGED', path: ['expectedUpdatedAt'] });
    expect(`${problem?.message} ${problem?.hint}`).toContain('2026-01-15T12:00:00.007Z');
  });

  it('takes any where nothing would change, so that a retry succeeds', () => {
    expect(judgeGuard(new Date(STORED - 1), STORED, false)).toEqual([]);
  });
});
