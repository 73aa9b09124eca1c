import { judgeTitle } from '../../../../src/custom-activity/rules/title';

const codes = (sent: string | null | undefined, before: string | null = 'Stored') =>
  judgeTitle(sent, before).problems.map(({ code, path }) => [code, ...path]);

describe('judgeTitle', () => {
  it.each([undefined, null])('keeps on %s', (sent) => {
    expect(judgeTitle(sent, 'Stored')).toEqual({ value: 'Stored', problems: [] });
    expect(judgeTitle(sent, null)).toEqual({ value: null, problems: [] });
  });

  it.each([
    ['  a  ', 'a'],
    ['\u3000全角\u00a0', '全角'],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['👩‍🏫 & "quotes" \'n\' %', '👩‍🏫 & "quotes" \'n\' %'],
    ['Chapter 1 > Part 2', 'Chapter 1 > Part 2'],
    ['x < 5, y <5, <', 'x < 5, y <5, <'],
    ['\u202bعنوان\u202c', '\u202bعنوان\u202c'],
  ])('stores %j trimmed', (sent, value) => {
    expect(judgeTitle(sent, 'Stored')).toEqual({ value, problems: [] });
  });

  it.each([
    '',
    ' \t\r\n\u00a0\u2003\ufeff',
    '\u200b\u2060',
    'x'.repeat(256),
    'a<b',
    'a</b',
    'a<!b',
    'a<?b',
    'a<éb',
    '\u3164',
    '\u115f\u1160\u2800\uffa0 \u200b',
    'a\u2028b',
    'a\u2029b',
    'a\u202db',
    'a\u202eb',
    'a\ufffeb',
    'a\ufdd0b',
    'a\u{1ffff}b',
    'a\nb',
    'a\u007fb',
    'a\u009fb',
    'a\0b',
    'a\udc00b',
  ])('refuses %j', (sent) => {
    expect(codes(sent)).toEqual([['TITLE_INVALID', 'title']]);
    expect(codes(sent, null)).toEqual([['TITLE_INVALID', 'title']]);
  });

  it('never refuses what is stored, however it came there', () => {
    expect(judgeTitle(' a <b> ', 'a <b>')).toEqual({ value: 'a <b>', problems: [] });
    expect(judgeTitle('', '')).toEqual({ value: '', problems: [] });
  });
});
