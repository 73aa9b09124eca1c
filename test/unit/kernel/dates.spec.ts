import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';
import {
  compileDateFormat,
  compileDateReader,
  type DateFormat,
  type DateReader,
  formatInstant,
  instantFromSql,
  instantToSql,
  isKnownTimeZone,
  parseTimeOfDay,
  readInstant,
} from '../../../src/kernel/dates';

const DEFAULT_FORMAT = 'YYYY-MM-DD hh:ii:ss';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REFUSED = { ok: false, reason: expect.stringMatching(/^[a-z](?!.*\.$)/) };

function compiled(format: string): DateFormat {
  const result = compileDateFormat(format);
  if (!result.ok) throw new Error(result.reason);
  return result.format;
}

function reader(timeZone = 'UTC', format = DEFAULT_FORMAT, defaultTime = '00:00:00'): DateReader {
  const time = parseTimeOfDay(defaultTime);
  if (time === undefined) throw new Error('default time');
  return compileDateReader({ format: compiled(format), timeZone, defaultTime: time });
}

function at(iso: string, adjusted?: 'SKIPPED' | 'AMBIGUOUS') {
  return { ok: true, instant: Date.parse(iso), ...(adjusted === undefined ? {} : { adjusted }) };
}

/** The real process: Jest gives tests a copy of `process.env`, which Node does not watch. */
const realProcess = runInThisContext('process') as NodeJS.Process;

function inHostZone(timeZone: string, act: () => void): void {
  const before = realProcess.env.TZ;
  realProcess.env.TZ = timeZone;
  try {
    act();
  } finally {
    if (before === undefined) delete realProcess.env.TZ;
    else realProcess.env.TZ = before;
  }
}

function atNow(iso: string, act: () => void): void {
  const before = Settings.now;
  Settings.now = () => Date.parse(iso);
  try {
    act();
  } finally {
    Settings.now = before;
  }
}

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
    ['YYYY--MM-DD', 'at most one separator may stand in a row'],
    ['YYYY-MM-DD, hh:ii', 'at most one separator may stand in a row'],
    ['YYYY-MM-DDT hh:ii', 'at most one separator may stand in a row'],
    ['YYYYTMM-DD', 'T may stand only between the date and the time'],
    ['YYYY-MMTDD hh', 'T may stand only between the date and the time'],
    ['YYYY-MM-DD hhTii', 'T may stand only between the date and the time'],
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
      .map((order) => order.replaceAll(',', '[ /_.:;,-]?'))
      .join('|');
    const grammar = new RegExp(`^(${date})([ /_.:;,\\-T]?hh([ /_.:;,-]?ii([ /_.:;,-]?ss)?)?)?$`, 'i');
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

describe('parseTimeOfDay', () => {
  it.each([
    ['00:00:00', 0, 0, 0],
    ['23:59:59', 23, 59, 59],
    ['09:05:01', 9, 5, 1],
  ])('reads %s', (text, hour, minute, second) => {
    expect(parseTimeOfDay(text)).toEqual({ hour, minute, second });
  });

  it.each(['', '24:00:00', '23:60:00', '23:59:60', '9:05:01', '09:05', '09:05:01.0', '-1:00:00', '٠٠:٠٠:٠٠'])(
    'refuses %j',
    (text) => {
      expect(parseTimeOfDay(text)).toBeUndefined();
    },
  );

  it.each([' 00:00:00', '00:00:00\n', '000:00:00', '00-00-00', '00:00:00Z'])('refuses %j', (text) => {
    expect(parseTimeOfDay(text)).toBeUndefined();
  });
});

describe('isKnownTimeZone', () => {
  it.each([
    'UTC',
    'utc',
    'Etc/UTC',
    'Etc/GMT+3',
    'GMT',
    'GMT+0',
    'America/Sao_Paulo',
    'america/sao_paulo',
    'EUROPE/PARIS',
    'America/Argentina/ComodRivadavia',
    'America/North_Dakota/New_Salem',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'US/Pacific',
    'EST',
    'EST5EDT',
    'CET',
    'GB',
    'NZ-CHAT',
    'W-SU',
    'Zulu',
  ])('accepts %s', (name) => {
    expect(isKnownTimeZone(name)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'UTC ',
    ' UTC',
    '+03:00',
    '-03:00',
    '+0300',
    '+03',
    'UTC+3',
    'UTC+03:00',
    'GMT+3',
    'GMT+03:00',
    'Z',
    'local',
    'system',
    'default',
    'Mars/Olympus',
    'Europe/Paris\0',
    'Europe',
    'undefined',
    `Europe/${'x'.repeat(60)}`,
    'E. South America Standard Time',
  ])('refuses %j', (name) => {
    expect(isKnownTimeZone(name)).toBe(false);
  });

  it.each('ACT AET AST BST CST ECT IST JST MIT NST PST SST VST bst'.split(' '))(
    'refuses %s, which Intl knows and the IANA database does not',
    (name) => {
      expect(isKnownTimeZone(name)).toBe(false);
    },
  );

  it('accepts every zone this Node lists', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isKnownTimeZone(name))).toEqual([]);
  });

  it('is what compileDateReader wants', () => {
    expect(() => reader('UTC+3')).toThrow(RangeError);
    expect(() => reader('local')).toThrow(RangeError);
  });
});

describe('a cell in the format', () => {
  it.each([
    [DEFAULT_FORMAT, '2024-02-29 23:59:58', '2024-02-29T23:59:58Z'],
    [DEFAULT_FORMAT, '  2024-02-29 23:59:58\t', '2024-02-29T23:59:58Z'],
    [DEFAULT_FORMAT, '2024-02-29', '2024-02-29T12:34:56Z'],
    [DEFAULT_FORMAT, ' 2024-02-29 ', '2024-02-29T12:34:56Z'],
    [DEFAULT_FORMAT, '1000-01-01 00:00:00', '1000-01-01T00:00:00Z'],
    [DEFAULT_FORMAT, '9999-12-31 23:59:59', '9999-12-31T23:59:59Z'],
    [DEFAULT_FORMAT, '2000-02-29 00:00:00', '2000-02-29T00:00:00Z'],
    [DEFAULT_FORMAT, '1969-12-31 23:59:59', '1969-12-31T23:59:59Z'],
    ['YYYY-MM-DD', '2024-02-03', '2024-02-03T12:34:56Z'],
    ['DD/MM/YYYY', '03/02/2024', '2024-02-03T12:34:56Z'],
    ['MM/DD/YYYY', '03/02/2024', '2024-03-02T12:34:56Z'],
    ['MM-DD-YYYY hh', '03-02-2024 07', '2024-03-02T07:00:00Z'],
    ['DD.MM.YYYY hh:ii', '03.02.2024 07:08', '2024-02-03T07:08:00Z'],
    ['DD.MM.YYYY hh:ii', '03.02.2024', '2024-02-03T12:34:56Z'],
    ['YYYYMMDDhhiiss', '20240203070809', '2024-02-03T07:08:09Z'],
    ['YYYYMMDDhhiiss', '20240203', '2024-02-03T12:34:56Z'],
    ['YYYYDDMM', '20240302', '2024-02-03T12:34:56Z'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03T07:08:09', '2024-02-03T07:08:09Z'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03t07:08:09', '2024-02-03T07:08:09Z'],
    ['yyyy-mm-ddthh:ii:ss', '2024-02-03T07:08:09', '2024-02-03T07:08:09Z'],
    ['YYYY_MM;DD,hh.ii ss', '2024_02;03,07.08 09', '2024-02-03T07:08:09Z'],
  ])('%s reads %j as %s', (format, cell, instant) => {
    expect(reader('UTC', format, '12:34:56').read(cell)).toEqual(at(instant));
  });

  it.each([
    [DEFAULT_FORMAT, '2024-2-29 23:59:58'],
    [DEFAULT_FORMAT, '2024/02/29 23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29T23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29  23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29\u00a023:59:58'],
    [DEFAULT_FORMAT, '2024-02-29 23:59'],
    [DEFAULT_FORMAT, '2024-02-29 23'],
    [DEFAULT_FORMAT, '2024-02-29 23:59:58.5'],
    [DEFAULT_FORMAT, '2024-02-29 23:59:58 x'],
    [DEFAULT_FORMAT, '2024-02'],
    [DEFAULT_FORMAT, '20240229'],
    [DEFAULT_FORMAT, '10000-01-01 00:00:00'],
    [DEFAULT_FORMAT, '+2024-02-29 00:00:00'],
    [DEFAULT_FORMAT, '-2024-02-29 00:00:00'],
    [DEFAULT_FORMAT, ''],
    [DEFAULT_FORMAT, '   '],
    [DEFAULT_FORMAT, '٢٠٢٤-٠٢-٠٣'],
    [DEFAULT_FORMAT, '2024-02-29\n23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29\0'],
    ['YYYY-MM-DD', '2024-02-29 10:00:00'],
    ['YYYY-MM-DD hh:ii', '2024-02-29 10:00:00'],
    ['YYYY.MM.DD', '2024-02-29'],
    ['YYYYMMDD', '202402291'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03 07:08:09'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03T'],
  ])('%s refuses %j for its shape', (format, cell) => {
    expect(reader('UTC', format).read(cell)).toEqual({
      ok: false,
      reason: 'the text does not have that shape',
    });
  });

  it.each([
    ['0000-01-01 00:00:00', 'the year must be from 1000 to 9999'],
    ['0999-12-31 23:59:59', 'the year must be from 1000 to 9999'],
    ['2024-00-10', 'the month must be from 01 to 12'],
    ['2024-13-10', 'the month must be from 01 to 12'],
    ['2024-01-00', 'the day must be from 01 to 31'],
    ['2024-01-32', 'the day must be from 01 to 31'],
    ['2024-02-30', 'the day must be from 01 to 29'],
    ['2023-02-29', 'the day must be from 01 to 28'],
    ['1900-02-29', 'the day must be from 01 to 28'],
    ['2024-04-31', 'the day must be from 01 to 30'],
    ['2024-01-01 24:00:00', 'the hour must be from 00 to 23'],
    ['2024-01-01 23:60:00', 'the minute must be from 00 to 59'],
    ['2016-12-31 23:59:60', 'the second must be from 00 to 59'],
  ])('refuses %j: %s', (cell, reason) => {
    expect(reader().read(cell)).toEqual({ ok: false, reason });
    expect(reader('America/New_York').read(cell)).toEqual({ ok: false, reason });
  });

  it('is kept within the years 1000 to 9999 in UTC', () => {
    const reason = 'the instant must lie in the years 1000 to 9999 (UTC)';
    expect(reader('Asia/Tokyo').read('1000-01-01 00:00:00')).toEqual({ ok: false, reason });
    expect(reader('America/New_York').read('9999-12-31 23:00:00')).toEqual({ ok: false, reason });
    expect(reader('Asia/Tokyo').read('9999-12-31 23:59:59')).toEqual(at('9999-12-31T14:59:59Z'));
    expect(reader('America/New_York').read('1000-01-01 00:00:00')).toEqual(at('1000-01-01T04:56:02Z'));
  });
});

describe('ISO-8601 with an offset', () => {
  it.each([
    ['2024-11-03T01:30:00Z', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03T01:30:00z', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03t01:30Z', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03 01:30:00+00:00', '2024-11-03T01:30:00.000Z'],
    [' 2024-11-03T01:30:00-05:00 ', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30:00-0500', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30:00-05', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30+05:45', '2024-11-02T19:45:00.000Z'],
    ['2024-11-03T01:30:00+14:00', '2024-11-02T11:30:00.000Z'],
    ['2024-11-03T01:30:00-14:00', '2024-11-03T15:30:00.000Z'],
    ['2024-11-03T01:30:00-00:00', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03T01:30:00.1Z', '2024-11-03T01:30:00.100Z'],
    ['2024-11-03T01:30:00,12Z', '2024-11-03T01:30:00.120Z'],
    ['2024-11-03T01:30:00.123456789Z', '2024-11-03T01:30:00.123Z'],
    ['2024-11-03T01:30:59.9999999Z', '2024-11-03T01:30:59.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['1000-01-01T00:00:00Z', '1000-01-01T00:00:00.000Z'],
  ])('reads %j as %s in every format and zone, exactly', (cell, instant) => {
    for (const format of [DEFAULT_FORMAT, 'DD/MM/YYYY', 'YYYY-MM-DDThh:ii:ss']) {
      for (const zone of ['UTC', 'America/New_York', 'Pacific/Apia']) {
        expect(reader(zone, format).read(cell)).toEqual(at(instant));
      }
    }
  });

  it.each([
    '2024-11-03T01:30:00',
    '2024-11-03T01:30:00.Z',
    '2024-11-03T01:30.5Z',
    '2024-11-03T01Z',
    '2024-11-03Z',
    '2024-11-03+01:00',
    '20241103T013000Z',
    '2024-11-03T01:30:00 Z',
    '2024-11-03T01:30:00 +01:00',
    '2024-11-03T01:30:00+1:00',
    '2024-11-03T01:30:00+14:01',
    '2024-11-03T01:30:00-15:00',
    '2024-11-03T01:30:00+13:60',
    '2024-11-03T01:30:00+99:00',
    '2024-11-03T24:00:00Z',
    '2016-12-31T23:59:60Z',
    '2024-13-03T01:30:00Z',
    '2023-02-29T01:30:00Z',
    '0000-01-01T01:30:00Z',
    '0999-12-31T23:59:59-14:00',
    '1000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+002024-11-03T01:30:00Z',
    '2024-W44-7T01:30:00Z',
    '2024-11-03T01:30:00[Europe/Paris]',
    '2024-11-03T01:30:00−05:00',
  ])('refuses %j', (cell) => {
    expect(reader().read(cell)).toEqual(REFUSED);
  });

  it('is what readInstant reads', () => {
    expect(readInstant(' 2024-11-03T01:30:00-05:00 ')).toEqual(at('2024-11-03T06:30:00Z'));
    for (const refused of ['', '2024-11-03', '2024-11-03 01:30:00', '2024-02-30T01:30:00Z']) {
      expect(readInstant(refused)).toEqual(REFUSED);
    }
  });

  it('reads what the format says first where both fit', () => {
    const both = '2024-01-05T10:20-03';
    expect(reader('UTC', 'YYYY-MM-DDThh:ii-ss').read(both)).toEqual(at('2024-01-05T10:20:03Z'));
    expect(reader('UTC', 'YYYY-MM-DDThh:ii').read(both)).toEqual(at('2024-01-05T13:20:00Z'));
  });
});

/** [zone, cell, instant or refusal, adjusted] */
const ZONE_TABLE: readonly (readonly [string, string, string | null, ('SKIPPED' | 'AMBIGUOUS')?])[] = [
  ['UTC', '2024-03-31 02:30:00', '2024-03-31T02:30:00Z'],
  ['Etc/GMT+3', '2024-03-31 02:30:00', '2024-03-31T05:30:00Z'],
  // Midnight that does not exist, also where the default time 00:00:00 puts it.
  ['America/Sao_Paulo', '2018-11-04 00:00:00', '2018-11-04T03:00:00Z', 'SKIPPED'],
  ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z', 'SKIPPED'],
  ['America/Sao_Paulo', '2018-11-04 00:59:59', '2018-11-04T03:59:59Z', 'SKIPPED'],
  ['America/Sao_Paulo', '2018-11-04 01:00:00', '2018-11-04T03:00:00Z'],
  ['America/Sao_Paulo', '2018-11-03 23:59:59', '2018-11-04T02:59:59Z'],
  ['America/Sao_Paulo', '2018-02-17 23:30:00', '2018-02-18T01:30:00Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 01:30:00', '2024-11-03T05:30:00Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 00:59:59', '2024-11-03T04:59:59Z'],
  ['America/New_York', '2024-11-03 01:00:00', '2024-11-03T05:00:00Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 01:59:59', '2024-11-03T05:59:59Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 02:00:00', '2024-11-03T07:00:00Z'],
  ['America/New_York', '2024-03-10 01:59:59', '2024-03-10T06:59:59Z'],
  ['America/New_York', '2024-03-10 02:00:00', '2024-03-10T07:00:00Z', 'SKIPPED'],
  ['America/New_York', '2024-03-10 02:30:00', '2024-03-10T07:30:00Z', 'SKIPPED'],
  ['America/New_York', '2024-03-10 03:00:00', '2024-03-10T07:00:00Z'],
  ['Australia/Lord_Howe', '2024-04-07 01:45:00', '2024-04-06T14:45:00Z', 'AMBIGUOUS'],
  ['Australia/Lord_Howe', '2024-04-07 01:29:59', '2024-04-06T14:29:59Z'],
  ['Australia/Lord_Howe', '2024-04-07 02:00:00', '2024-04-06T15:30:00Z'],
  ['Australia/Lord_Howe', '2024-10-06 02:15:00', '2024-10-05T15:45:00Z', 'SKIPPED'],
  ['Australia/Lord_Howe', '2024-10-06 02:30:00', '2024-10-05T15:30:00Z'],
  ['Europe/London', '2024-03-31 01:30:00', '2024-03-31T01:30:00Z', 'SKIPPED'],
  ['Europe/London', '2024-10-27 01:30:00', '2024-10-27T00:30:00Z', 'AMBIGUOUS'],
  ['Europe/London', '2024-07-01 12:00:00', '2024-07-01T11:00:00Z'],
  ['Africa/Casablanca', '2024-04-14 02:30:00', '2024-04-14T02:30:00Z', 'SKIPPED'],
  ['America/St_Johns', '2010-11-07 00:00:30', '2010-11-07T02:30:30Z', 'AMBIGUOUS'],
  ['Antarctica/Troll', '2024-03-31 01:30:00', '2024-03-31T01:30:00Z', 'SKIPPED'],
  // Days that a zone skipped as a whole, whatever the time, and their neighbours.
  ['Pacific/Apia', '2011-12-30', null],
  ['Pacific/Apia', '2011-12-30 00:00:00', null],
  ['Pacific/Apia', '2011-12-30 12:00:00', null],
  ['Pacific/Apia', '2011-12-30 23:59:59', null],
  ['Pacific/Apia', '2011-12-29 23:59:59', '2011-12-30T09:59:59Z'],
  ['Pacific/Apia', '2011-12-31 00:00:00', '2011-12-30T10:00:00Z'],
  ['Pacific/Fakaofo', '2011-12-30 08:00:00', null],
  ['Pacific/Kwajalein', '1993-08-21 08:00:00', null],
  ['Pacific/Kwajalein', '1993-08-22 00:00:00', '1993-08-21T12:00:00Z'],
  ['Pacific/Kiritimati', '1994-12-31 08:00:00', null],
  ['Asia/Manila', '1844-12-31 08:00:00', null],
  // A day that a zone had twice.
  ['America/Juneau', '1867-10-18 20:00:00', '1867-10-18T04:57:41Z', 'AMBIGUOUS'],
  ['America/Juneau', '1867-10-18 12:00:00', '1867-10-17T20:57:41Z'],
  ['Pacific/Apia', '1892-07-04 12:00:00', '1892-07-03T23:26:56Z', 'AMBIGUOUS'],
  // Where Luxon's fromObject with getPossibleOffsets is an hour off, as its zone is elsewhere today.
  ['Pacific/Apia', '2010-09-26 01:30:00', '2010-09-26T11:30:00Z'],
  ['Pacific/Apia', '2010-09-26 00:30:00', '2010-09-26T11:30:00Z', 'SKIPPED'],
  // Offsets of seconds.
  ['Africa/Monrovia', '1950-06-01 12:00:00', '1950-06-01T12:44:30Z'],
  ['Africa/Monrovia', '1972-01-07 00:30:00', '1972-01-07T01:14:30Z', 'SKIPPED'],
  ['Africa/Monrovia', '1972-01-07 00:44:30', '1972-01-07T00:44:30Z'],
  ['Europe/Paris', '1000-06-01 12:00:00', '1000-06-01T11:50:39Z'],
  ['America/New_York', '9999-07-01 12:00:00', '9999-07-01T16:00:00Z'],
];

function expectZoneTable(): void {
  const read = ZONE_TABLE.map(([zone, cell]) => [zone, cell, reader(zone).read(cell)]);
  const expected = ZONE_TABLE.map(([zone, cell, instant, adjusted]) => [
    zone,
    cell,
    instant === null ? { ok: false, reason: `there is no such day in ${zone}` } : at(instant, adjusted),
  ]);
  expect(read).toEqual(expected);
}

describe('local times in zones', () => {
  it('follow the table', expectZoneTable);

  it('are read alike by a reader that met other cells before', () => {
    for (const zone of new Set(ZONE_TABLE.map(([name]) => name))) {
      const rows = ZONE_TABLE.filter(([name]) => name === zone);
      const shared = reader(zone);
      const fresh = rows.map(([, cell]) => reader(zone).read(cell));
      expect(rows.map(([, cell]) => shared.read(cell))).toEqual(fresh);
      expect(rows.toReversed().map(([, cell]) => shared.read(cell))).toEqual(fresh.toReversed());
    }
  });

  it.each(['2024-01-15T12:00:00Z', '2024-07-15T12:00:00Z', '1867-10-18T20:00:00Z', '2011-12-30T10:00:00Z'])(
    'are the same when today is %s',
    (now) => atNow(now, expectZoneTable),
  );

  it.each([
    'America/New_York',
    'Europe/London',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Asia/Kolkata',
    'UTC',
  ])('are the same on a host in %s', (host) => {
    inHostZone(host, () => {
      const here = Intl.DateTimeFormat('en', { timeZone: host }).resolvedOptions().timeZone;
      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(here);
      expectZoneTable();
    });
  });

  it('follow the default time', () => {
    expect(reader('America/Sao_Paulo', 'YYYY-MM-DD', '00:30:00').read('2018-11-04')).toEqual(
      at('2018-11-04T03:30:00Z', 'SKIPPED'),
    );
    expect(reader('America/Sao_Paulo', 'YYYY-MM-DD', '01:00:00').read('2018-11-04')).toEqual(
      at('2018-11-04T03:00:00Z'),
    );
    expect(reader('America/New_York', DEFAULT_FORMAT, '01:30:00').read('2024-11-03')).toEqual(
      at('2024-11-03T05:30:00Z', 'AMBIGUOUS'),
    );
  });

  it('do not touch cells with an offset', () => {
    const cells = reader('America/New_York');
    expect(cells.read('2024-11-03T01:30:00-05:00')).toEqual(at('2024-11-03T06:30:00Z'));
    expect(cells.read('2024-03-10T02:30:00-05:00')).toEqual(at('2024-03-10T07:30:00Z'));
    expect(reader('Pacific/Apia').read('2011-12-30T12:00:00Z')).toEqual(at('2011-12-30T12:00:00Z'));
  });
});

/**
 * The oracle: the stated rule by trial, on Intl alone. All offsets of three days are tried; those that show the
 * wanted time are its instants; if there is none, the offset before the gap is taken.
 */
function oracle(offsetAt: (instant: number) => number, localMs: number) {
  const around = [-24, -18, -12, -6, 0, 6, 12, 18, 24].map((hours) => offsetAt(localMs + hours * HOUR));
  const instants = [...new Set(around)]
    .map((offset) => localMs - offset)
    .filter((instant) => instant + offsetAt(instant) === localMs);
  if (instants.length > 1) return { instant: Math.min(...instants), adjusted: 'AMBIGUOUS' };
  if (instants.length === 1) return { instant: instants[0] };
  return { instant: localMs - (around[0] ?? Number.NaN), adjusted: 'SKIPPED' };
}

/** Luxon's own way, started from an offset of the day and not of today: earlier of two, later across a gap. */
function luxonInstant(zone: string, offsetAt: (instant: number) => number, localMs: number): number {
  const candidates = DateTime.fromMillis(localMs, { zone: 'utc' })
    .setZone(zone, { keepLocalTime: true })
    .getPossibleOffsets()
    .map((candidate) => Math.round(candidate.toMillis()));
  const existing = candidates.filter((instant) => instant + offsetAt(instant) === localMs);
  return existing.length > 0 ? Math.min(...existing) : Math.max(...candidates);
}

function intlOffset(timeZone: string): (instant: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (instant) => {
    const [month, day, year, hour, minute, second] = clock.format(instant).split(/\D+/).map(Number);
    return (
      Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
    );
  };
}

function clockChanges(offsetAt: (instant: number) => number, from: number, until: number): number[] {
  const changes: number[] = [];
  const step = 12 * DAY;
  let offset = offsetAt(from);
  for (let start = from; start < until; start += step) {
    const next = offsetAt(start + step);
    if (next === offset) continue;
    let [before, after] = [start, start + step];
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    changes.push(after);
    offset = next;
  }
  return changes;
}

describe('every local time from 1900 to 2037', () => {
  const from = Date.UTC(1900, 0, 1);
  const until = Date.UTC(2038, 0, 1);

  it.each([
    'UTC',
    'Europe/London',
    'Europe/Paris',
    'Europe/Dublin',
    'Europe/Warsaw',
    'Europe/Moscow',
    'Africa/Casablanca',
    'Africa/Monrovia',
    'Africa/Cairo',
    'America/New_York',
    'America/Sao_Paulo',
    'America/St_Johns',
    'America/Caracas',
    'America/Juneau',
    'Asia/Kathmandu',
    'Asia/Pyongyang',
    'Asia/Tehran',
    'Asia/Gaza',
    'Asia/Manila',
    'Australia/Lord_Howe',
    'Antarctica/Troll',
    'Antarctica/Casey',
    'Pacific/Apia',
    'Pacific/Kwajalein',
    'Pacific/Chatham',
  ])('in %s is what the rule says', (zone) => {
    const offsetAt = intlOffset(zone);
    const changes = clockChanges(offsetAt, from, until);
    const cells = reader(zone);
    const anywhere = fc.integer({ min: from / 1000, max: until / 1000 - 1 }).map((second) => second * 1000);
    const nearChange =
      changes.length === 0
        ? anywhere
        : fc
            .tuple(fc.constantFrom(...changes), fc.integer({ min: -3 * 1440, max: 3 * 1440 }))
            .map(([change, minutes]) => change + offsetAt(change) + minutes * 60_000);
    const justAtChange =
      changes.length === 0
        ? anywhere
        : fc
            .tuple(fc.constantFrom(...changes), fc.integer({ min: -7300, max: 7300 }))
            .map(([change, seconds]) => change + offsetAt(change) + seconds * 1000);

    fc.assert(
      fc.property(fc.oneof(anywhere, nearChange, justAtChange), (localMs) => {
        const cell = formatInstant(localMs).slice(0, 19).replace('T', ' ');
        const reading = cells.read(cell);
        if (!reading.ok) {
          expect(reading.reason).toBe(`there is no such day in ${zone}`);
          const hours = Array.from(
            { length: 24 },
            (_, hour) => Math.floor(localMs / DAY) * DAY + hour * HOUR,
          );
          expect(hours.filter((hour) => oracle(offsetAt, hour).adjusted !== 'SKIPPED')).toEqual([]);
          return;
        }
        expect(reading).toEqual({ ok: true, ...oracle(offsetAt, localMs) });
        expect(reading.instant).toBe(luxonInstant(zone, offsetAt, localMs));
      }),
      { numRuns: 400 },
    );
  });
});

describe('instants', () => {
  it('are written in ISO-8601 with milliseconds', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(formatInstant(Date.UTC(9999, 11, 31, 23, 59, 59, 999))).toBe('9999-12-31T23:59:59.999Z');
    expect(formatInstant(-1)).toBe('1969-12-31T23:59:59.999Z');
  });

  it('are stored as text in UTC and come back, whatever the zone of the host', () => {
    const range = { min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };
    for (const host of ['UTC', 'America/Sao_Paulo', 'Asia/Kathmandu']) {
      inHostZone(host, () => {
        expect(instantToSql(Date.UTC(2018, 10, 4, 0, 0, 0, 7))).toBe('2018-11-04 00:00:00.007');
        fc.assert(
          fc.property(fc.integer(range), (instant) => {
            expect(instantFromSql(instantToSql(instant))).toBe(instant);
            expect(instantFromSql(new Date(instant))).toBe(instant);
          }),
        );
      });
    }
  });

  it('are written as Date writes them', () => {
    const bound = Date.UTC(10_500, 0, 1);
    const anyNumber = fc.oneof(
      fc.integer({ min: -Date.UTC(2900, 0, 1), max: bound }),
      fc.double({ min: -bound, max: bound, noNaN: true }),
      fc.constantFrom(
        0,
        -0,
        -1,
        0.5,
        -0.5,
        Date.UTC(1000, 0, 1) - 1,
        Date.UTC(1000, 0, 1),
        Date.UTC(10_000, 0, 1),
      ),
      fc.integer({ min: 900, max: 10_000 }).map((year) => Date.UTC(year, 2, 1) - 1),
    );
    fc.assert(
      fc.property(anyNumber, (ms) => {
        const iso = new Date(ms).toISOString();
        expect(formatInstant(ms)).toBe(iso);
        expect(instantToSql(ms)).toBe(iso.slice(0, 23).replace('T', ' '));
      }),
      { numRuns: 2000 },
    );
    for (const none of [Number.NaN, Infinity, 1e300]) expect(() => formatInstant(none)).toThrow(RangeError);
  });

  it('are read as Date reads them', () => {
    const digits = (width: number) =>
      fc.nat(10 ** width - 1).map((number) => String(number).padStart(width, '0'));
    const near = (width: number, max: number) =>
      fc.oneof(fc.nat(max), fc.nat(max + 1)).map((number) => String(number).padStart(width, '0'));
    const text = fc
      .tuple(digits(4), near(2, 12), near(2, 31), near(2, 24), near(2, 60), near(2, 60), digits(3))
      .map(([y, m, d, h, i, s, f]) => `${y}-${m}-${d} ${h}:${i}:${s}.${f}`);
    const damaged = fc
      .tuple(text, fc.nat(22), fc.constantFrom('x', ' ', '-', '٣', ''))
      .map(([sound, place, by]) => sound.slice(0, place) + by + sound.slice(place + 1));
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: damaged }), (value) => {
        const isSound = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/.test(value);
        const ms = isSound ? Date.parse(`${value.replace(' ', 'T')}Z`) : Number.NaN;
        if (Number.isNaN(ms)) expect(() => instantFromSql(value)).toThrow(RangeError);
        else expect(instantFromSql(value)).toBe(ms);
      }),
      { numRuns: 2000 },
    );
  });

  it('are read without a fraction, too', () => {
    expect(instantFromSql('2024-11-03 05:30:00')).toBe(Date.UTC(2024, 10, 3, 5, 30));
  });

  it.each([
    '',
    '2024-11-03',
    '2024-11-03T05:30:00.000Z',
    '2024-13-03 05:30:00.000',
    '0000-00-00 00:00:00.000',
    '2024-11-03 05:30:00.000+02:00',
    new Date(Number.NaN),
  ])('are never made of %j', (value) => {
    expect(() => instantFromSql(value)).toThrow(RangeError);
  });
});
