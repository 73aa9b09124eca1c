import fc from 'fast-check';
import { compileDateFormat } from '../../../../src/kernel/dates/date-format';

describe('compileDateFormat', () => {
  it.each([
    'YYYY-MM-DD hh:ii:ss',
    'YYYY-MM-DD HH:II:SS',
    'yyyy-mm-dd hh:ii:ss',
    'YyYy-Mm-dD Hh:iI:sS',
    'YYYY-MM-DD',
    'DD/MM/YYYY',
    'MM.DD.YYYY hh:ii',
    'YYYY_MM_DD hh',
    'YYYYMMDD',
    'YYYYMMDDhhiiss',
    'YYYYDDMM',
    'DD;MM,YYYY:hh.ii_ss',
    'DDMM YYYY-hh ii;ss',
    'YYYY-MM-DDThh:ii:ss',
    'YYYY-MM-DDthh:ii',
    'YYYYMMDDThhiiss',
    '  YYYY-MM-DD\t',
  ])('accepts %j', (format) => {
    expect(compileDateFormat(format)).toMatchObject({ ok: true, format: { text: format.trim() } });
  });

  it.each([
    ['', 'it is blank'],
    [' \t ', 'it is blank'],
    ['YYYY-MM', 'DD is missing'],
    ['YYYY-DD', 'MM is missing'],
    ['MM-DD', 'YYYY is missing'],
    ['hh:ii:ss', 'YYYY is missing'],
    ['-', 'YYYY is missing'],
    ['YYYY-MM-DD YYYY', 'YYYY occurs more than once'],
    ['YYYY-MM-DD hh:mm:ss', 'MM occurs more than once'],
    ['YYYY-MM-DD hh:ii:ii', 'ii occurs more than once'],
    ['YYYY-MM-DD hh:ii:ss hh', 'hh occurs more than once'],
    ['hh:ii YYYY-MM-DD', 'the date must come before the time'],
    ['YYYY-MM hh DD', 'the date must come before the time'],
    ['YYYY-MM-DD ii', 'the time must be hh, hh and ii, or hh, ii and ss, in that order'],
    ['YYYY-MM-DD ss', 'the time must be hh, hh and ii, or hh, ii and ss, in that order'],
    ['YYYY-MM-DD hh:ss', 'the time must be hh, hh and ii, or hh, ii and ss, in that order'],
    ['YYYY-MM-DD hh:ss:ii', 'the time must be hh, hh and ii, or hh, ii and ss, in that order'],
    ['YYYY-MM-DD ii:hh', 'the time must be hh, hh and ii, or hh, ii and ss, in that order'],
    ['-YYYY-MM-DD', 'it must not begin or end with a separator'],
    ['YYYY-MM-DD-', 'it must not begin or end with a separator'],
    ['TYYYY-MM-DD', 'it must not begin or end with a separator'],
    ['YYYY-MM-DDT', 'it must not begin or end with a separator'],
    ['YYYY---MM-DD', 'at most two separators may stand in a row'],
    ['YYYY-MM-DD,  hh:ii', 'at most two separators may stand in a row'],
    ['YYYY-MM-DDT hh:ii', 'T may stand only between the date and the time, alone'],
    ['YYYYTMM-DD', 'T may stand only between the date and the time, alone'],
    ['YYYY-MMTDD hh', 'T may stand only between the date and the time, alone'],
    ['YYYY-MM-DD hhTii', 'T may stand only between the date and the time, alone'],
    [`YYYY-MM-DD${' '.repeat(41)}hh`, 'it is longer than 50 characters'],
  ])('refuses %j: %s', (format, reason) => {
    expect(compileDateFormat(format)).toEqual({ ok: false, reason });
  });

  it.each([
    'YYYYY-MM-DD',
    'YY-MM-DD',
    'YYY-MM-DD',
    'YYYY-M-D',
    'YYYY-MMM-DD',
    'YYYY-MM-DDD',
    'YYYY|MM|DD',
    'YYYY\\MM\\DD',
    'YYYY-MM-DD hh:ii:ssZ',
    'YYYY-MM-DD hh:ii:ss.SSS',
    'YYYY-MM-DD h:ii',
    'YYYY[MM]DD',
    'YYYY-MM-DD\u00a0hh',
    'YYYY\tMM\tDD',
    'YYYY-MM-ＤＤ',
    'YYYY-MM-DD 😀',
    '%Y-%m-%d',
    'YYYY-MM-DD hh:ii:\u017f\u017f',
  ])('refuses %j for its characters', (format) => {
    expect(compileDateFormat(format)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/may hold only/),
    });
  });

  it('agrees with the grammar on every format', () => {
    const token = fc.constantFrom('YYYY', 'mm', 'DD', 'hh', 'II', 'ss', 'Y', 'x');
    const separator = fc.constantFrom('', '', ' ', '-', '/', '_', '.', ':', ';', ',', 'T', '--', '|');
    const format = fc
      .array(fc.tuple(separator, token), { minLength: 2, maxLength: 7 })
      .map((parts) => parts.flat().join(''));
    const date = 'YYYY,MM,DD YYYY,DD,MM MM,YYYY,DD MM,DD,YYYY DD,YYYY,MM DD,MM,YYYY'
      .split(' ')
      .map((order) => order.replaceAll(',', '[ /_.:;,-]{0,2}'))
      .join('|');
    const grammar = new RegExp(
      `^(${date})(([ /_.:;,-]{0,2}|T)hh([ /_.:;,-]{0,2}ii([ /_.:;,-]{0,2}ss)?)?)?$`,
      'i',
    );
    fc.assert(
      fc.property(fc.oneof(format, likelyFormat()), (text) => {
        expect(compileDateFormat(text).ok).toBe(grammar.test(text.trim()));
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof compileDateFormat(text).ok).toBe('boolean');
      }),
    );
  });
});

function likelyFormat(): fc.Arbitrary<string> {
  const separator = fc.constantFrom('', ' ', '-', '/', '_', '.', ':', ';', ',');
  return fc
    .tuple(
      fc.shuffledSubarray(['YYYY', 'MM', 'DD'], { minLength: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.array(separator, { minLength: 5, maxLength: 5 }),
      fc.boolean(),
    )
    .map(([date, timeTokens, separators, withT]) =>
      [...date, ...['hh', 'ii', 'ss'].slice(0, timeTokens)]
        .map((token, place) => {
          const before = place === 3 && withT ? 'T' : (separators[place - 1] ?? '');
          return place === 0 ? token : before + token;
        })
        .join(''),
    );
}
