import { judgeDeadline } from '../../../../src/custom-activity/rules/deadline';

const STORED = Date.UTC(2030, 0, 1);

describe('judgeDeadline', () => {
  it.each([{}, { deadline: null }, { clearDeadline: null }, { clearDeadline: false }])(
    'keeps on %j',
    (sent) => {
      expect(judgeDeadline(sent, STORED)).toEqual({ value: STORED, problems: [] });
    },
  );

  it('clears', () => {
    expect(judgeDeadline({ clearDeadline: true }, STORED)).toEqual({ value: null, problems: [] });
  });

  it.each([
    ['2013-08-28T18:50:01+04:00', Date.UTC(2013, 7, 28, 14, 50, 1)],
    ['2013-08-28T14:50:01Z', Date.UTC(2013, 7, 28, 14, 50, 1)],
    ['2030-01-01T00:30-00:30', Date.UTC(2030, 0, 1, 1, 0)],
    ['2028-02-29T00:00:00.1239Z', Date.UTC(2028, 1, 29, 0, 0, 0, 123)],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ])('reads %s', (deadline, value) => {
    expect(judgeDeadline({ deadline }, STORED)).toEqual({ value, problems: [] });
  });

  it.each([
    '',
    'tomorrow',
    '2030-01-01',
    '2030-01-01T00:00:00',
    '2029-02-29T00:00:00Z',
    '2030-13-01T00:00:00Z',
    '2030-01-01T25:00:00Z',
    '2030-01-01T00:00:60Z',
    '2030-01-01T00:00:00+15:00',
    '1893456000000',
    '9999-12-31T23:59:59-01:00',
  ])('refuses %j', (deadline) => {
    const { value, problems } = judgeDeadline({ deadline }, STORED);
    expect(value).toBe(STORED);
    expect(problems[0]?.hint).toMatch(
      /^Correct the deadline: .+ Send for example 2030-08-28T18:50:01\+04:00\.$/,
    );
    expect(problems.map(({ code, path }) => [code, ...path])).toEqual([['DEADLINE_INVALID', 'deadline']]);
  });
});
