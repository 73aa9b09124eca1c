import {
  codes,
  instant,
  MERGE,
  one,
  problemsOf,
  ROW,
  send,
  stored,
  trackingOf,
} from '../../models/import/example';
import { wrongTypes } from '../../models/import/settings';
import type { ImportInput } from '../../models/import/types';

describe('cells', () => {
  it('lose what surrounds them, and are null when nothing is left', () => {
    expect(one({ candidateLogin: '\uFEFF\u00a0bob\r\n' }).match.learnerId).toBe(3);
    expect(problemsOf({ lovCode: ' \u2003' })).toContain('LOV_REFERENCE_MISSING');
    expect(trackingOf({ score: ' 12.5\t', scoreMax: '\u0085' })).toMatchObject({
      score: 12.5,
      scoreMax: null,
    });
  });

  it.each([
    ['12,5', 12.5],
    ['1e1', 10],
    ['2.5E+1', 25],
    [0, 0],
    ['1,00', 1],
    ['1,0000', 1],
  ])('take a number or its text: %j', (score, read) => {
    expect(trackingOf({ score })).toMatchObject({ score: read });
  });

  it.each(['n/a', '1,000', '12,345', '.5', '5.', '+5', '1.2.3', true, false])(
    'are a problem of the row where they cannot take it: %j',
    (score) => {
      const row = one({ score });
      expect(row.problems).toMatchObject([{ code: 'NUMBER_INVALID', path: ['rows', '0', 'score'] }]);
      expect(row.outcome).toBe('REJECTED');
    },
  );

  it('take whole numbers with a fraction of zeros only', () => {
    expect(trackingOf({ scoreMax: '100.0' })).toMatchObject({ scoreMax: 100 });
    expect(trackingOf({ scoreMax: '50,00' })).toMatchObject({ scoreMax: 50 });
    for (const scoreMax of [12.5, '12,5', '100.001', '1,000', 2 ** 31]) {
      expect(problemsOf({ scoreMax })).toEqual(['NUMBER_INVALID']);
    }
  });

  it('take no number that is not finite', () => {
    expect(problemsOf({ score: '1e400' })).toEqual(['NUMBER_NOT_FINITE']);
    expect(problemsOf({ progression: Number.POSITIVE_INFINITY })).toEqual(['NUMBER_NOT_FINITE']);
  });

  it('take ids of any size: those beyond 32 bits do not exist', () => {
    expect(problemsOf({ sessionGuid: null, sessionId: 2 ** 40 })).toEqual(['REGISTRATION_NOT_FOUND']);
    expect(problemsOf({ sessionGuid: null, sessionId: '11.0', progression: 1 })).toEqual([]);
  });

  it('take text or a whole number that has lost no digits', () => {
    expect(one({ candidateLogin: null, candidateRefNumber: 12345 }).match.learnerId).toBe(3);
    for (const candidateRefNumber of [2 ** 53 + 2, 12.5, true, 'A\0']) {
      expect(problemsOf({ candidateRefNumber })).toEqual(['TEXT_INVALID']);
    }
  });

  it('are ignored where the column is, and GraphQL errors where they hold an object or a list', () => {
    expect(problemsOf({ ignoredColumn: { any: [true] }, progression: 5 })).toEqual([]);
    expect(wrongTypes({ rows: [{ ignoredColumn: {} }, { score: [], lovCode: {} }] })).toEqual([
      ['rows', '1', 'lovCode'],
      ['rows', '1', 'score'],
    ]);
  });

  it('have greatest lengths, and an e-mail its shape', () => {
    expect(problemsOf({ lovCode: 'x'.repeat(256) })).toEqual(['TEXT_TOO_LONG']);
    expect(problemsOf({ lovGuid: 'x'.repeat(41) })).toEqual(['TEXT_TOO_LONG']);
    expect(problemsOf({ lovGuid: `\0${'x'.repeat(40)}` })).toEqual(['TEXT_INVALID', 'TEXT_TOO_LONG']);
    expect(problemsOf({ lastAccessDate: '1'.repeat(256) })).toEqual(['TEXT_TOO_LONG']);
    expect(problemsOf({ candidateEmail: 'bob' })).toEqual(['EMAIL_INVALID']);
    expect(problemsOf({ candidateEmail: 'bob@school' })).toEqual(['REGISTRATION_NOT_FOUND']);
  });

  it('keep text as sent: what is inside stays', () => {
    expect(problemsOf({ lovCode: 'L -1' })).toEqual(['LOV_NOT_FOUND']);
  });
});

describe('progression and score', () => {
  const sum = (times: number) => Array.from({ length: times }, () => 100 / times).reduce((a, b) => a + b, 0);

  it.each([3, 6, 7, 9, 11, 12])('a sum of %d shares is 100', (times) => {
    expect(trackingOf({ progression: sum(times) })).toMatchObject({ progression: 100, status: 'COMPLETED' });
    expect(trackingOf({ score: sum(times), scoreMax: 100 })?.score).toBeLessThanOrEqual(100);
  });

  it('progression is from 0 to 100, its bounds within 1e-9', () => {
    expect(trackingOf({ progression: -1e-10 })).toMatchObject({ progression: 0 });
    expect(trackingOf({ progression: 100 + 9e-10 })).toMatchObject({ progression: 100 });
    expect(problemsOf({ progression: 100 + 1e-8 })).toEqual(['PROGRESSION_OUT_OF_RANGE']);
    expect(problemsOf({ progression: -1 })).toEqual(['PROGRESSION_OUT_OF_RANGE']);
  });

  it('a score is at most the maximum, which a hair above it is', () => {
    expect(trackingOf({ score: 50 + 4e-8, scoreMax: 50 })).toMatchObject({ score: 50 });
    expect(problemsOf({ score: 50 + 6e-8, scoreMax: 50 })).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(problemsOf({ score: 1000, scoreMax: null })).toEqual([]);
    expect(problemsOf({ score: -1, scoreMax: -1 })).toEqual(['SCORE_NEGATIVE', 'SCORE_NEGATIVE']);
    expect(problemsOf({ score: 120 })).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(one({ score: 120 }).problems[0]?.names).toEqual(['assumed']);
    expect(one({ score: 120, scoreMax: 100 }).problems[0]?.names).toEqual([]);
    expect(trackingOf({ score: 0, scoreMax: 0 })).toMatchObject({ score: 0, scoreMax: 0 });
  });
});

describe('check 11', () => {
  it('an absent or empty maximum takes the default where one is given', () => {
    const options = { options: { defaultScoreMax: 50 } };
    expect(trackingOf({ progression: 1 }, options)).toMatchObject({ scoreMax: 50 });
    expect(trackingOf({ score: 5, scoreMax: null }, options)).toMatchObject({ scoreMax: 50 });
    expect(problemsOf({ score: 5 }, options)).toEqual([]);
    expect(problemsOf({ score: 60 }, options)).toEqual(['SCORE_EXCEEDS_MAX']);
  });

  it('otherwise absent means 100 when a score is given, else null; null means no maximum', () => {
    expect(one({ score: 5 })).toMatchObject({
      tracking: { scoreMax: 100 },
      problems: [{ code: 'SCORE_MAX_ASSUMED' }],
    });
    expect(trackingOf({ progression: 5 })).toMatchObject({ scoreMax: null });
    expect(one({ score: 5, scoreMax: '' })).toMatchObject({ tracking: { scoreMax: null }, problems: [] });
  });

  it('in MERGE an absent maximum keeps what is stored, unless a score is sent and none is stored', () => {
    const fifty = stored({ score: 5, scoreMax: 50 });
    const unbounded = stored({ score: 5, scoreMax: null });
    const options = { ...MERGE, options: { defaultScoreMax: 30 } };
    expect(trackingOf({ progression: 1 }, options)).toMatchObject({ scoreMax: 30 });
    expect(trackingOf({ progression: 1 }, options, fifty)).toMatchObject({ scoreMax: 50 });
    expect(trackingOf({ progression: 1 }, options, unbounded)).toMatchObject({ scoreMax: null });
    expect(trackingOf({ score: 6 }, options, unbounded)).toMatchObject({ scoreMax: 30 });
    expect(problemsOf({ score: 6 }, MERGE, unbounded)).toEqual(['SCORE_MAX_ASSUMED']);
    expect(trackingOf({ scoreMax: null }, options, fifty)).toMatchObject({ scoreMax: 30 });
    expect(trackingOf({ scoreMax: null }, MERGE, fifty)).toMatchObject({ scoreMax: null });
    expect(problemsOf({ score: 60 }, MERGE, fifty)).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(problemsOf({ scoreMax: 4 }, MERGE, fifty)).toEqual(['SCORE_EXCEEDS_MAX']);
  });
});

describe('dates', () => {
  const read = (cell: unknown, parameters: ImportInput['parameters'] = {}) =>
    one({ firstAccessDate: cell }, { parameters }).tracking?.firstAccessDate ?? null;
  const day = (dateTimeFormat: string) => ({ dateTimeFormat });

  it.each([
    ['2024-05-04 09:05:07', {}, '2024-05-04T09:05:07Z'],
    ['2024-05-04', {}, '2024-05-04T00:00:00Z'],
    ['2024-05-04', { defaultTime: '23:59:59' }, '2024-05-04T23:59:59Z'],
    ['5/4/2024 9:05', day('DD/MM/YYYY hh:ii'), '2024-04-05T09:05:00Z'],
    ['05.04.2024', day('mm.dd.yyyy'), '2024-05-04T00:00:00Z'],
    ['20240504', day('YYYYMMDD'), '2024-05-04T00:00:00Z'],
    [20240504, day('YYYYMMDD'), '2024-05-04T00:00:00Z'],
    ['20240504 9:5', day('YYYYMMDD hh:ii'), '2024-05-04T09:05:00Z'],
    ['04/05/2024, 09:05', day('DD/MM/YYYY, HH:II'), '2024-05-04T09:05:00Z'],
    ['2024-05-04T09:05:07', day('YYYY-MM-DDThh:ii:ss'), '2024-05-04T09:05:07Z'],
    ['2024-05-04T09:05:07.1239Z', day('MM/DD/YYYY'), '2024-05-04T09:05:07.123Z'],
    ['2024-05-04T09:05:07+05:45', {}, '2024-05-04T03:20:07Z'],
  ] as const)('%j in %j is %s', (cell, parameters, expected) => {
    expect(read(cell, parameters)).toBe(instant(expected));
  });

  it.each([
    ['2025-02-29', {}],
    ['2024-13-01', {}],
    ['2024-05-04 24:00:00', {}],
    ['2024-05-04 09:05', {}],
    ['0999-05-04', {}],
    ['2024-05-04T09:05:07', {}],
    ['2024-02-30T00:00:00Z', {}],
    ['2024-05-04T00:00:00+14:01', {}],
    ['2011-12-30 10:00:00', { timeZone: 'Pacific/Apia' }],
    ['2024/05/04', {}],
    ['2024054', day('YYYYMMDD')],
    ['n/a', {}],
  ])('%j in %j is an error of the row', (firstAccessDate, parameters) => {
    expect(problemsOf({ firstAccessDate }, { parameters })).toEqual(['DATE_INVALID']);
  });

  it.each([
    '',
    'YYYY-MM',
    'YYYY-MM-DD hh:mm',
    'hh:ii YYYY-MM-DD',
    'YYYY-MM-DD ii:hh',
    'YY-MM-DD',
    'YYYY-MM-DD - hh',
    'YYYY|MM|DD',
    'YYYY-MM-DD YYYY',
    'DD-MM-DD-YYYY',
    'YYYYTMM-DD',
    'YYYY-MM-DD Thh',
  ])('the format %j refuses the request', (dateTimeFormat) => {
    const { answer } = send([ROW], { parameters: { dateTimeFormat } });
    expect(answer).toMatchObject({
      type: 'Error',
      refused: true,
      problems: [{ code: 'DATE_FORMAT_INVALID', path: ['parameters', 'dateTimeFormat'] }],
    });
  });

  it.each([
    ['2024-03-10 02:30:00', 'America/New_York', '2024-03-10T07:30:00Z', ['TIME_SKIPPED']],
    ['2024-11-03 01:30:00', 'America/New_York', '2024-11-03T05:30:00Z', ['TIME_AMBIGUOUS']],
    ['2024-11-03 02:00:00', 'America/New_York', '2024-11-03T07:00:00Z', []],
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', ['TIME_SKIPPED']],
    ['2024-10-06 02:15:00', 'Australia/Lord_Howe', '2024-10-05T15:45:00Z', ['TIME_SKIPPED']],
    ['2024-04-07 01:45:00', 'Australia/Lord_Howe', '2024-04-06T14:45:00Z', ['TIME_AMBIGUOUS']],
    ['2011-12-29 23:59:59', 'Pacific/Apia', '2011-12-30T09:59:59Z', []],
    ['2024-07-01 12:00:00', 'Europe/Paris', '2024-07-01T10:00:00Z', []],
  ])('%s in %s is %s', (cell, timeZone, expected, warnings) => {
    const row = one({ firstAccessDate: cell }, { parameters: { timeZone } });
    expect(row.tracking?.firstAccessDate).toBe(instant(expected));
    expect(codes(row.problems)).toEqual(warnings);
  });
});

describe('time spent', () => {
  it.each([
    ['RAW_SECONDS', '5115', 5115],
    ['RAW_SECONDS', '5115.0', 5115],
    ['RAW_SECONDS', '5115,4', 5115],
    ['RAW_SECONDS', 5115.5, 5116],
    ['RAW_SECONDS', '2147483647', 2_147_483_647],
    ['RAW_MINUTES', '85.25', 5115],
    ['RAW_MINUTES', 1.675, 101],
    ['ISO_8601', 'PT1H25M15S', 5115],
    ['ISO_8601', 'PT1M30.55S', 91],
    ['ISO_8601', 'PT1.5H', 5400],
    ['ISO_8601', 'P1W2DT1S', 777_601],
    ['ISO_8601', 60, 60],
    ['RAW_SECONDS', `${' '.repeat(300)}60`, 60],
    ['PADDED', '001:25', 5100],
    ['PADDED', '1:25', 5100],
    ['PADDED_HH', '01:25', 5100],
  ] as const)('%s %j is %d seconds', (timeSpentFormat, timeSpent, seconds) => {
    expect(trackingOf({ timeSpent }, { parameters: { timeSpentFormat } })).toMatchObject({
      timeSpentSeconds: seconds,
    });
  });

  it.each([
    ['RAW_SECONDS', -1],
    ['RAW_SECONDS', '2147483648'],
    ['RAW_SECONDS', 'PT1H'],
    ['RAW_SECONDS', true],
    ['ISO_8601', 'P1Y'],
    ['ISO_8601', 'PT'],
    ['ISO_8601', '5115'],
    ['PADDED_HH', '01:60'],
    ['RAW_SECONDS', '1'.padStart(256, '0')],
  ] as const)('%s %j is an error of the row', (timeSpentFormat, timeSpent) => {
    expect(problemsOf({ timeSpent }, { parameters: { timeSpentFormat } })).toEqual(['TIME_SPENT_INVALID']);
  });
});

describe('status words', () => {
  const alias = (
    ...trackingStatus: NonNullable<NonNullable<ImportInput['parameters']>['trackingStatus']>
  ) => ({
    parameters: { trackingStatus },
  });

  it('answer to their own names in any case', () => {
    expect(trackingOf({ trackingStatus: ' Failed' })).toMatchObject({ status: 'FAILED' });
    for (const trackingStatus of ['notAttempted', 'not attempted', 'NOT_ATTEMPTED']) {
      expect(one({ trackingStatus }, {}, stored({ progression: 1 })).outcome).toBe('DELETED');
    }
    expect(problemsOf({ trackingStatus: 'done' })).toEqual(['TRACKING_STATUS_UNKNOWN']);
  });

  it('answer to their aliases alone, unless one is blank', () => {
    const several = alias({ status: 'PASSED', alias: ' Top ' }, { status: 'PASSED', alias: '1' });
    expect(trackingOf({ trackingStatus: 'tOP' }, several)).toMatchObject({ status: 'PASSED' });
    expect(trackingOf({ trackingStatus: 1 }, several)).toMatchObject({ status: 'PASSED' });
    expect(problemsOf({ trackingStatus: 'passed' }, several)).toEqual(['TRACKING_STATUS_UNKNOWN']);
    const blank = alias({ status: 'PASSED', alias: ' ' });
    expect(trackingOf({ trackingStatus: 'passed' }, blank)).toMatchObject({ status: 'PASSED' });
    const swapped = alias({ status: 'PASSED', alias: 'failed' }, { status: 'FAILED', alias: 'passed' });
    expect(trackingOf({ trackingStatus: 'failed' }, swapped)).toMatchObject({ status: 'PASSED' });
  });

  it.each([
    [[{ status: 'PASSED', alias: 'Completed' }], '0'],
    [
      [
        { status: 'PASSED', alias: 'ok' },
        { status: 'FAILED', alias: 'OK' },
      ],
      '1',
    ],
  ] as const)('refuse the request where a word would mean two: %j', (trackingStatus, index) => {
    expect(send([ROW], { parameters: { trackingStatus } }).answer.problems).toMatchObject([
      { code: 'STATUS_ALIAS_AMBIGUOUS', path: ['parameters', 'trackingStatus', index, 'alias'] },
    ]);
  });

  it('are at most 100 aliases', () => {
    const table = (length: number) =>
      Array.from({ length }, () => ({ status: 'PASSED', alias: 'ok' }) as const);
    expect(problemsOf({ trackingStatus: 'OK' }, alias(...table(100)))).toEqual(['COMPLETION_DATE_DEFAULTED']);
    expect(send([ROW], alias(...table(101))).answer.problems).toMatchObject([
      { code: 'STATUS_ALIASES_TOO_MANY', path: ['parameters', 'trackingStatus'] },
    ]);
  });
});
