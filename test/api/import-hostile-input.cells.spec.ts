/**
 * Input that nobody sends by accident: each is told by a clear code, or stored exactly, the same on every database;
 * it never becomes an unexpected error, and what is stored is what was accepted.
 */

import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  asAnswered,
  DEEP,
  LEARNERS,
  MILLION,
  SQL_TEXTS,
  trackingOf,
  WRITTEN_TABLES,
} from '../support/hostile-input';
import { type HttpApi, serveApi } from '../support/http-api';
import {
  codes,
  IMPORT,
  type ImportAnswer,
  importInline,
  importRows,
  outcomes,
  type RowAnswer,
} from '../support/import-cases';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

/** What a cell holds, and what becomes of it: the stored value, or the codes of the row's errors. */
type Case = readonly [sent: unknown, becomes: unknown];

const UNKNOWN_CELLS = ['unknownCell', 'constructor', 'toString'];

describe.each(DATABASE_KINDS)('hostile input on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let http: HttpApi;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    http = await serveApi(test.database);
    await storeWorld(test, classWorld({ learners: LEARNERS }));
  });
  beforeEach(async () => {
    for (const table of WRITTEN_TABLES) await test.query(`DELETE FROM ${table}`);
  });
  afterAll(async () => {
    await http.stop();
    await test.drop();
  });

  async function expectCells(
    cell: keyof ImportRow,
    cases: readonly Case[],
    { others = {}, ...rest }: Omit<ImportInput, 'rows'> & { others?: ImportRow } = {},
  ): Promise<void> {
    const rows = cases.map(
      ([sent], index) => ({ ...classRow(index + 1), ...others, [cell]: sent }) as ImportRow,
    );
    const answer = await importRows(api, rows, rest);
    await expectStored(answer);
    const became = answer.rows.map((row, index) => [shown(cases[index]?.[0]), becomes(cell, row)]);
    expect(became).toEqual(cases.map(([sent, expected]) => [shown(sent), expected]));
  }

  /** Nothing half-written: the stored rows are the accepted ones, as they were answered. */
  async function expectStored(answer: ImportAnswer, siteId = 1): Promise<void> {
    expect((await storedTracking(test, siteId)).map(asAnswered)).toEqual(trackingOf(answer));
  }

  async function expectNothingStored(): Promise<void> {
    expect(await storedTracking(test)).toEqual([]);
    expect(await test.query('SELECT id FROM import_run')).toEqual([]);
    expect(await test.query('SELECT operation FROM idempotency_entry')).toEqual([]);
  }

  describe('dates', () => {
    it('are stored as the instants they are, or refused', async () => {
      await expectCells('firstAccessDate', [
        ['0000-01-01', 'DATE_INVALID'],
        ['0000-00-00 00:00:00', 'DATE_INVALID'],
        ['0001-01-01', 'DATE_INVALID'],
        ['0999-12-31 23:59:59', 'DATE_INVALID'],
        ['1000-01-01 00:00:00', '1000-01-01T00:00:00.000Z'],
        ['1000-01-01T00:00:00+00:01', 'DATE_INVALID'],
        ['1582-10-10', '1582-10-10T00:00:00.000Z'],
        ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
        ['2038-01-19 03:14:08', '2038-01-19T03:14:08.000Z'],
        ['9999-12-31 23:59:59', '9999-12-31T23:59:59.000Z'],
        ['9999-12-31T23:59:59.9999Z', '9999-12-31T23:59:59.999Z'],
        ['9999-12-31T23:59:59-00:01', 'DATE_INVALID'],
        ['10000-01-01', 'DATE_INVALID'],
        ['10000-01-01T00:00:00Z', 'DATE_INVALID'],
        ['+010000-01-01T00:00:00Z', 'DATE_INVALID'],
        ['-0001-01-01', 'DATE_INVALID'],
        ['2024-02-29', '2024-02-29T00:00:00.000Z'],
        ['2000-02-29', '2000-02-29T00:00:00.000Z'],
        ['1900-02-29', 'DATE_INVALID'],
        ['2023-02-29', 'DATE_INVALID'],
        ['2023-02-29T00:00:00Z', 'DATE_INVALID'],
        ['2024-02-30', 'DATE_INVALID'],
        ['2024-04-31', 'DATE_INVALID'],
        ['2024-00-10', 'DATE_INVALID'],
        ['2024-13-01', 'DATE_INVALID'],
        ['2024-01-00', 'DATE_INVALID'],
        ['2024-01-32', 'DATE_INVALID'],
        ['2024-01-01 23:59:59', '2024-01-01T23:59:59.000Z'],
        ['2024-01-01 24:00:00', 'DATE_INVALID'],
        ['2024-01-01T24:00:00Z', 'DATE_INVALID'],
        ['2024-01-01 00:60:00', 'DATE_INVALID'],
        ['2016-12-31 23:59:60', 'DATE_INVALID'],
        ['2016-12-31T23:59:60Z', 'DATE_INVALID'],
        ['2024-01-01T00:00:00+14:00', '2023-12-31T10:00:00.000Z'],
        ['2024-01-01T00:00:00-14:00', '2024-01-01T14:00:00.000Z'],
        ['2024-01-01T00:00:00+14:01', 'DATE_INVALID'],
        ['2024-01-01T00:00:00+15:00', 'DATE_INVALID'],
        ['2024-01-01T00:00:00-15:00', 'DATE_INVALID'],
        ['2024-01-01T00:00:00+05:60', 'DATE_INVALID'],
        ['2024-01-01T00:00:00+99:99', 'DATE_INVALID'],
        ['2024-01-01T00:00:00', 'DATE_INVALID'],
        ['2024-01-01T00:00:00.0009Z', '2024-01-01T00:00:00.000Z'],
        [`2024-01-01T00:00:00.${'9'.repeat(200)}Z`, '2024-01-01T00:00:00.999Z'],
        ['2024-W01-1', 'DATE_INVALID'],
        ['2024-001', 'DATE_INVALID'],
        ['1704067200', 'DATE_INVALID'],
        ['20240101', 'DATE_INVALID'],
        ['01/02/2024', 'DATE_INVALID'],
        ['2024-01-01 00:00', 'DATE_INVALID'],
        ['2024-1-1', '2024-01-01T00:00:00.000Z'],
        ['٢٠٢٤-٠١-٠١', 'DATE_INVALID'],
        ['２０２４-０１-０１', 'DATE_INVALID'],
        ['2024\u201101\u201101', 'DATE_INVALID'],
        ['2024-01-01\u200e', 'DATE_INVALID'],
        ['2024-01-01\u0000', 'TEXT_INVALID'],
        ['\ud800', 'TEXT_INVALID'],
        ['2'.repeat(256), 'TEXT_TOO_LONG'],
        ['2'.repeat(MILLION), 'TEXT_TOO_LONG'],
        [`${'😀'.repeat(MILLION)}`, 'TEXT_TOO_LONG'],
        ['now', 'DATE_INVALID'],
        ['null', 'DATE_INVALID'],
        [' \u00a0\t', null],
        ['  2024-01-01  ', '2024-01-01T00:00:00.000Z'],
      ]);
    });

    it('of every cell are held to the same', async () => {
      const rows: ImportRow[] = [
        { ...classRow(1), trackingStatus: 'passed', firstCompletionDate: '2023-02-29' },
        { ...classRow(2), lastAccessDate: '2016-12-31 23:59:60' },
        { ...classRow(3), trackingStatus: 'passed', firstCompletionDate: '9999-12-31T23:59:59.999Z' },
      ];
      const answer = await importRows(api, rows);
      expect(answer.rows.map(codes)).toEqual([['DATE_INVALID'], ['DATE_INVALID'], ['DATE_IN_FUTURE']]);
      await expectStored(answer);
    });

    it.each([
      ['YYYY'.repeat(MILLION), 'DATE_FORMAT_INVALID'],
      ['\u0000', 'DATE_FORMAT_INVALID'],
      ['YYYY-MM-DD\ud800', 'DATE_FORMAT_INVALID'],
      ['(?<x>a+)+$YYYYMMDD', 'DATE_FORMAT_INVALID'],
      ['__proto__', 'DATE_FORMAT_INVALID'],
    ])('a dateTimeFormat such as %.30j refuses the request', async (dateTimeFormat, code) => {
      const answer = await importRows(api, [classRow(1)], { parameters: { dateTimeFormat } });
      expect(codes(answer)).toEqual([code]);
      await expectNothingStored();
    });

    it('a dateTimeFormat between a million blanks is the format without them, in every message', async () => {
      const blanks = ' '.repeat(MILLION / 2);
      const answer = await importRows(api, [{ ...classRow(1), firstAccessDate: 'x' }, classRow(2)], {
        parameters: { dateTimeFormat: `${blanks}DD/MM/YYYY\u00a0${blanks}` },
      });
      expect(outcomes(answer)).toEqual(['REJECTED', 'CREATED']);
      expect(answer.rows[0]?.problems[0]?.message.length).toBeLessThan(200);
      expect(await test.query('SELECT date_time_format AS format FROM import_run')).toEqual([
        { format: 'DD/MM/YYYY' },
      ]);
    });

    it.each([
      'a'.repeat(MILLION),
      'UTC\u0000',
      'Europe/Paris\ud800',
      '../../etc/passwd',
      '__proto__',
      'constructor',
      '+15:00',
      'UTC ',
      '🌍',
    ])('a timeZone such as %.30j refuses the request', async (timeZone) => {
      const answer = await importRows(api, [classRow(1)], { parameters: { timeZone } });
      expect(codes(answer)).toEqual(['TIME_ZONE_UNKNOWN']);
      await expectNothingStored();
    });

    it.each(['24:00:00', '23:59:60', '00:00', '0:0:0', '٠٠:٠٠:٠٠', '00:00:00 ', '0'.repeat(MILLION)])(
      'a defaultTime such as %.30j refuses the request',
      async (defaultTime) => {
        const answer = await importRows(api, [classRow(1)], { parameters: { defaultTime } });
        expect(codes(answer)).toEqual(['DEFAULT_TIME_INVALID']);
        await expectNothingStored();
      },
    );
  });

  describe('numbers', () => {
    it('scores come back bit-equal', async () => {
      const exact = [
        0,
        5e-324,
        2.2250738585072014e-308,
        0.009999,
        0.1 + 0.2,
        33.333333333333336,
        // 11 of 12, and 14 of 15.
        91.66666666666667,
        93.33333333333333,
        99.99999999999999,
        99999.994,
        2 ** 31,
        123456789.12345678,
        2 ** 53 - 1,
        2 ** 53 + 2,
        1e21,
        Number.MAX_VALUE,
      ];
      const cases = exact.map((score): Case => [score, score]);
      await expectCells('score', cases, { others: { scoreMax: null } });
      const again = exact.map((score, index) => ({ ...classRow(index + 1), score, scoreMax: null }));
      expect(new Set(outcomes(await importRows(api, again)))).toEqual(new Set(['UNCHANGED']));
    });

    it('any double comes back bit-equal, whatever its digits', async () => {
      // A fixed sequence of the digits that quotients have.
      const numbers = Array.from({ length: LEARNERS }, (_, index) => ((index * 7919) % 9973) / 9973);
      for (const factor of [1, 100, 1e5, 1e-5, 1e15]) {
        const scores = numbers.map((number) => number * factor);
        const rows = scores.map((score, index) => ({
          ...classRow(index + 1),
          score,
          scoreMax: null,
          progression: (numbers[index] ?? 0) * 100,
        }));
        await expectStored(await importRows(api, rows));
        expect(new Set(outcomes(await importRows(api, rows)))).toEqual(new Set(['UNCHANGED']));
      }
    });

    it('progressions come back bit-equal, or are out of range', async () => {
      await expectCells('progression', [
        [0, 0],
        [-0, 0],
        [5e-324, 0],
        [0.009999, 0.009999],
        [0.1 + 0.2, 0.1 + 0.2],
        [91.66666666666667, 91.66666666666667],
        [99.99999999999999, 100],
        [100, 100],
        [100.00000000000001, 100],
        [100.00000001, 'PROGRESSION_OUT_OF_RANGE'],
        [-5e-324, 0],
        [-1e-8, 'PROGRESSION_OUT_OF_RANGE'],
        [-1, 'PROGRESSION_OUT_OF_RANGE'],
        [99999.994, 'PROGRESSION_OUT_OF_RANGE'],
        [2 ** 53 + 1, 'PROGRESSION_OUT_OF_RANGE'],
        [1e308, 'PROGRESSION_OUT_OF_RANGE'],
      ]);
    });

    it('scores below zero and above the maximum are refused', async () => {
      await expectCells('score', [
        [-0, 0],
        [-5e-324, 'SCORE_NEGATIVE'],
        [-1e308, 'SCORE_NEGATIVE'],
        [100, 100],
        [100.00000000000001, 100],
        [100.000001, 'SCORE_EXCEEDS_MAX'],
        [2 ** 31, 'SCORE_EXCEEDS_MAX'],
        [1e308, 'SCORE_EXCEEDS_MAX'],
      ]);
    });

    it('maximum scores are refused below zero', async () => {
      await expectCells('scoreMax', [
        [0, 0],
        [-0, 0],
        [2 ** 31 - 1, 2 ** 31 - 1],
        [-1, 'SCORE_NEGATIVE'],
        [-(2 ** 31), 'SCORE_NEGATIVE'],
      ]);
    });

    it.each(['1e400', '-1e400', '1e999999999', `1${'0'.repeat(400)}`])(
      '%.20s written in the document is not finite',
      async (literal) => {
        const references = (learner: number) =>
          `candidateRefNumber: "R-${learner}", sessionGuid: "session-1", lovGuid: "lov-1"`;
        const answer = await importInline(
          api,
          `[{ ${references(1)}, score: ${literal} },
          { ${references(2)}, progression: ${literal} },
          { ${references(3)}, timeSpent: ${literal} },
          { ${references(4)}, score: 1e1, scoreMax: 1e2, progression: 1E+1, timeSpent: 6e1 }]`,
        );
        expect(answer.rows.map(codes)).toEqual([
          ['NUMBER_NOT_FINITE'],
          ['NUMBER_NOT_FINITE'],
          ['TIME_SPENT_INVALID'],
          [],
        ]);
        expect(answer.rows[3]?.tracking).toMatchObject({ score: 10, progression: 10, timeSpentSeconds: 60 });
        await expectStored(answer);
      },
    );

    it('time spent is exact, or refused', async () => {
      await expectCells('timeSpent', [
        [0, 0],
        [-0, 0],
        [5.0, 5],
        [2 ** 31 - 1, 2 ** 31 - 1],
        [2 ** 31, 'TIME_SPENT_INVALID'],
        [2 ** 53 + 1, 'TIME_SPENT_INVALID'],
        [1e308, 'TIME_SPENT_INVALID'],
        [0.5, 1],
        [5e-324, 0],
        [-1, 'TIME_SPENT_INVALID'],
        [Number.NaN, 'TIME_SPENT_INVALID'],
        [Number.POSITIVE_INFINITY, 'TIME_SPENT_INVALID'],
        [Number.NEGATIVE_INFINITY, 'TIME_SPENT_INVALID'],
        ['2147483647', 2 ** 31 - 1],
        ['0000000000000002147483647', 2 ** 31 - 1],
        ['2147483648', 'TIME_SPENT_INVALID'],
        ['9'.repeat(255), 'TIME_SPENT_INVALID'],
        ['9'.repeat(MILLION), 'TIME_SPENT_INVALID'],
        ['-0', 'TIME_SPENT_INVALID'],
        ['+5', 'TIME_SPENT_INVALID'],
        ['1e3', 'TIME_SPENT_INVALID'],
        ['0x10', 'TIME_SPENT_INVALID'],
        ['1_000', 'TIME_SPENT_INVALID'],
        ['1,000', 'TIME_SPENT_INVALID'],
        ['NaN', 'TIME_SPENT_INVALID'],
        ['Infinity', 'TIME_SPENT_INVALID'],
        ['٣', 'TIME_SPENT_INVALID'],
        ['１２', 'TIME_SPENT_INVALID'],
        ['60\u0000', 'TIME_SPENT_INVALID'],
        ['\ud800', 'TIME_SPENT_INVALID'],
        [' 60\u00a0', 60],
        [' \t', null],
      ]);
    });

    it('minutes are rounded half up, in decimal', async () => {
      await expectCells(
        'timeSpent',
        [
          [0.009999, 1],
          ['0.009999', 1],
          [0.008333, 0],
          [99999.994, 6_000_000],
          ['99999.994', 6_000_000],
          [85.005, 5100],
          [85.025, 5102],
          [5e-324, 0],
          [`0.${'0'.repeat(250)}1`, 0],
          ['35791394.12', 2 ** 31 - 1],
          ['35791394.125', 'TIME_SPENT_INVALID'],
          [1e308, 'TIME_SPENT_INVALID'],
          [Number.NaN, 'TIME_SPENT_INVALID'],
        ],
        { parameters: { timeSpentFormat: 'RAW_MINUTES' } },
      );
    });
  });

  describe('a time spent that is no scalar', () => {
    const values: readonly unknown[] = [
      {},
      [],
      [60],
      [[60]],
      { seconds: 60 },
      { valueOf: 60, toString: '60', toJSON: '60' },
      { length: 1, 0: '60' },
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
      Object.create(null),
      true,
      false,
      Array(MILLION).fill(60),
      DEEP,
    ];

    it('is a problem of its row', async () => {
      await expectCells(
        'timeSpent',
        values.map((value): Case => [value, 'TIME_SPENT_INVALID']),
      );
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });

    it('is a problem of its row under an idempotency key, which is the digest of the input', async () => {
      const rows = [...values.map((timeSpent) => ({ ...classRow(1), timeSpent })), classRow(2)];
      const answer = await importRows(api, rows, { idempotencyKey: 'key' });
      expect(answer.summary).toMatchObject({ created: 1, rejected: values.length });
      await expectStored(answer);
      expect(await importRows(api, rows, { idempotencyKey: 'key' })).toEqual(answer);
    });

    it('is a problem of its row when it is written in the document', async () => {
      const literals = [
        '{}',
        '[60]',
        '{ a: [{ b: 1e400 }] }',
        'HOUR',
        'true',
        '{ __proto__: { polluted: true } }',
      ];
      const rows = literals.map(
        (timeSpent, index) =>
          `{ candidateRefNumber: "R-${index + 1}", sessionGuid: "session-1", lovGuid: "lov-1", timeSpent: ${timeSpent} }`,
      );
      const answer = await importInline(api, `[${rows.join()}]`);
      expect(answer.rows.map(codes)).toEqual(literals.map(() => ['TIME_SPENT_INVALID']));
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      await expectStored(answer);
    });
  });

  describe('a value of the wrong type', () => {
    const wrong: readonly (readonly [cell: string, value: unknown])[] = [
      ['score', [12]],
      ['progression', {}],
      ['candidateLogin', { toString: 'x' }],
      ['trackingStatus', ['completed']],
      ...UNKNOWN_CELLS.map((cell) => [cell, 'x'] as const),
    ];

    it.each(wrong)('%s %j is a GraphQL error with its path, and nothing is read', async (cell, value) => {
      const statements = test.watch();
      const rows = [classRow(1), { ...classRow(2), [cell]: value }, classRow(3)];
      const result = await api.execute(IMPORT, { input: { rows, idempotencyKey: 'key' } });
      expect(statements).toEqual([]);
      expect(result.data).toBeUndefined();
      expect(result.errors?.map((error) => error.message)).toEqual([
        expect.stringContaining(
          UNKNOWN_CELLS.includes(cell) ? `"${cell}" is not defined` : `"input.rows[1].${cell}"`,
        ),
      ]);
      await expectNothingStored();
    });

    it('__proto__ as a cell is not defined', async () => {
      const rows = [classRow(1), JSON.parse('{"__proto__": {"candidateLogin": "learner-1"}}')];
      const result = await api.execute(IMPORT, { input: { rows } });
      expect(result.errors?.[0]?.message).toContain('"__proto__" is not defined');
      await expectNothingStored();
    });

    it.each([null, [null], 'x', 12, [[classRow(1)]], {}])(
      'rows %j is a GraphQL error, or a row',
      async (rows) => {
        const result = await api.execute(IMPORT, { input: { rows } });
        // GraphQL takes a single object for a list of one.
        const isRow = JSON.stringify(rows) === '{}';
        expect(result.errors === undefined).toBe(isRow);
        expect(await storedTracking(test)).toEqual([]);
      },
    );

    it.each(['score: {}', 'score: [1]', 'score: NaN', 'candidateLogin: {}', 'scoer: 1'])(
      '%s in the document is a GraphQL error',
      async (cell) => {
        const rows = `[{ candidateRefNumber: "R-1", sessionGuid: "session-1", lovGuid: "lov-1", ${cell} }]`;
        const result = await api.execute(
          `mutation { importConsolidatedTracking(input: { rows: ${rows} }) { __typename } }`,
        );
        expect(result.errors).toHaveLength(1);
        await expectNothingStored();
      },
    );
  });

  describe('texts that are no references', () => {
    const invalid = ['a\u0000b', '\u0000', '\ud800', '\udfff', 'a\udc00\ud800b'];
    const long = [
      'x'.repeat(256),
      '😀'.repeat(256),
      `x${' '.repeat(254)}x`,
      'x'.repeat(MILLION),
      '😀'.repeat(MILLION),
    ];

    it.each([
      ['candidateLogin', 'REGISTRATION_NOT_FOUND'],
      ['candidateRefNumber', 'REGISTRATION_NOT_FOUND'],
      ['sessionGuid', 'REGISTRATION_NOT_FOUND'],
      ['sessionTitle', 'REGISTRATION_NOT_FOUND'],
      ['trainingGuid', 'REGISTRATION_NOT_FOUND'],
      ['trainingPathCode', 'REGISTRATION_NOT_FOUND'],
      ['lovCode', 'LOV_NOT_FOUND'],
      ['lovGuid', 'LOV_NOT_FOUND'],
      ['candidateEmail', 'EMAIL_INVALID'],
    ] as const)('%s', async (cell, unknown) => {
      await expectCells(cell, [
        ...invalid.map((text): Case => [text, 'TEXT_INVALID']),
        ...long.map((text): Case => [text, 'TEXT_TOO_LONG']),
        ...[
          'x',
          '😀',
          'שלום',
          '\u202etxt',
          'e\u0301',
          '\u200b',
          '\ufffd',
          '\ufeffx',
          '__proto__',
          'null',
        ].map((text): Case => [text, unknown]),
      ]);
    });

    it('trackingStatus', async () => {
      await expectCells('trackingStatus', [
        ['completed', 'COMPLETED'],
        ['\tCOMPLETED\u00a0', 'COMPLETED'],
        ['ınComplete', 'TRACKING_STATUS_UNKNOWN'],
        ['İNCOMPLETE', 'TRACKING_STATUS_UNKNOWN'],
        ['paßed', 'TRACKING_STATUS_UNKNOWN'],
        ['completed\u200b', 'TRACKING_STATUS_UNKNOWN'],
        ['constructor', 'TRACKING_STATUS_UNKNOWN'],
        ['__proto__', 'TRACKING_STATUS_UNKNOWN'],
        ['toString', 'TRACKING_STATUS_UNKNOWN'],
        ['😀', 'TRACKING_STATUS_UNKNOWN'],
        ['completed\u0000', 'TEXT_INVALID'],
        ['\ud800', 'TEXT_INVALID'],
        ['x'.repeat(256), 'TEXT_TOO_LONG'],
        ['x'.repeat(MILLION), 'TEXT_TOO_LONG'],
      ]);
    });

    it('the column that is not read may hold anything', async () => {
      const texts = ['a\u0000b', '\ud800', 'x'.repeat(MILLION), ...SQL_TEXTS];
      const rows = texts.map((ignoredColumn, index) => ({ ...classRow(index + 1), ignoredColumn }));
      const answer = await importRows(api, rows, { idempotencyKey: 'key' });
      expect(answer.summary).toMatchObject({ created: texts.length, withWarnings: 0 });
      await expectStored(answer);
    });

    it.each(['', ' ', '\u0000', 'a\nb', '\ud800', 'x'.repeat(256), '😀'.repeat(256), 'x'.repeat(MILLION)])(
      'an idempotency key such as %.30j refuses the request',
      async (idempotencyKey) => {
        const answer = await importRows(api, [classRow(1)], { idempotencyKey });
        expect(codes(answer)).toEqual(['IDEMPOTENCY_KEY_INVALID']);
        await expectNothingStored();
      },
    );

    it('idempotency keys are told apart exactly', async () => {
      const keys = [
        'key',
        'KEY',
        'key ',
        ' key',
        'kéy',
        'ke\u0301y',
        'ké\u0079',
        '😀'.repeat(255),
        ...SQL_TEXTS,
      ];
      const distinct = [...new Set(keys.filter((key) => !/\p{Cc}/u.test(key)))];
      for (const [index, idempotencyKey] of distinct.entries()) {
        const answer = await importRows(api, [{ ...classRow(1), score: index }], { idempotencyKey });
        expect(answer.rows[0]?.tracking?.score).toBe(index);
      }
      const entries = await test.query<{ total: number | string }>(
        'SELECT COUNT(*) AS total FROM idempotency_entry',
      );
      expect(Number(entries[0]?.total)).toBe(distinct.length);
    });
  });

  describe('status aliases', () => {
    it('may be given twice for one status, and as odd words', async () => {
      const words = ['done', 'DONE ', 'fertig ✅', 'سلام', '__proto__', 'constructor', ...SQL_TEXTS];
      const trackingStatus = words.map((alias) => ({ status: 'BROWSED' as const, alias }));
      await expectCells(
        'trackingStatus',
        words.map((word): Case => [word, 'BROWSED']),
        { parameters: { trackingStatus: [...trackingStatus, ...trackingStatus] } },
      );
    });

    it('refuse the request when one word means two statuses, in whatever case', async () => {
      const answer = await importRows(api, [classRow(1)], {
        parameters: {
          trackingStatus: [
            { status: 'PASSED', alias: 'ΟΔΟΣ' },
            { status: 'FAILED', alias: ' οδος ' },
            { status: 'BROWSED', alias: 'completed' },
            { status: 'BROWSED', alias: '\ud800' },
          ],
        },
      });
      // A word that is no text keeps the others from being compared.
      expect(codes(answer)).toEqual(['STATUS_ALIAS_INVALID']);
      const ambiguous = await importRows(api, [classRow(1)], {
        parameters: {
          trackingStatus: [
            { status: 'PASSED', alias: 'ΟΔΟΣ' },
            { status: 'FAILED', alias: ' οδος ' },
            { status: 'BROWSED', alias: 'completed' },
          ],
        },
      });
      expect(codes(ambiguous)).toEqual(['STATUS_ALIAS_AMBIGUOUS', 'STATUS_ALIAS_AMBIGUOUS']);
      await expectNothingStored();
    });

    it.each([101, 100_000])('%d of them refuse the request', async (count) => {
      const trackingStatus = Array.from({ length: count }, () => ({
        status: 'PASSED' as const,
        alias: 'done',
      }));
      const answer = await importRows(api, [classRow(1)], { parameters: { trackingStatus } });
      expect(codes(answer)).toEqual(['STATUS_ALIASES_TOO_MANY']);
      await expectNothingStored();
    });

    it('as long as they may be do not swell the answer, nor are their characters cut in half', async () => {
      const trackingStatus = Array.from({ length: 100 }, (_, index) => ({
        status: 'PASSED' as const,
        alias: `${index}`.padEnd(index % 2 === 0 ? 2 : 3, '.') + '😀'.repeat(252),
      }));
      // The cut falls between two characters in one of these, and into one in the other.
      for (const aliases of [trackingStatus, trackingStatus.slice(1)]) {
        const answer = await importRows(api, [{ ...classRow(1), trackingStatus: 'x' }], {
          parameters: { trackingStatus: aliases },
        });
        const message = present(answer.rows[0]?.problems[0]).message;
        expect(message.length).toBeLessThan(1_000);
        expect(message).not.toMatch(/\p{Surrogate}/u);
      }
    });
  });
});

/** What became of the cell: its stored value, or the codes of the errors. */
function becomes(cell: keyof ImportRow, { tracking, problems }: RowAnswer): unknown {
  if (tracking !== null) {
    const fields: Readonly<Record<string, string>> = {
      timeSpent: 'timeSpentSeconds',
      trackingStatus: 'status',
    };
    return tracking[(fields[cell] ?? cell) as keyof typeof tracking];
  }
  return problems.flatMap(({ code, severity }) => (severity === 'ERROR' ? [code] : [])).join(' ');
}

/** A value short enough for a message about it. */
function shown(value: unknown): string {
  if (value === DEEP) return 'nested';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
  return text.length <= 60 ? text : `${text.slice(0, 60)}… (${text.length})`;
}
