import type { ProblemCode } from '../../src/kernel/messages';
import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_FIRE,
  BOB_FIRE,
  codes,
  expectRejected,
  importInline,
  importRows,
  worldWith,
} from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { storedTracking, storeWorld } from '../support/world';

/** Cells as callers may send them, which are not all of the types of the model. */
const row = (cells: ImportRow): ImportRow => ({ ...ADA_FIRE, ...cells });
const VALUE = { trackingStatus: 'incomplete' };

describe.each(DATABASE_KINDS)('cells of importConsolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(
      test,
      worldWith({
        learners: [
          { id: 3, login: 'cy', refNumber: '12345', email: null, createdAt: 0 },
          { id: 4, login: '7', refNumber: null, email: null, createdAt: 0 },
        ],
        registrations: [
          { id: 1003, learnerId: 3, sessionId: 100 },
          { id: 1004, learnerId: 4, sessionId: 100 },
        ],
      }),
    );
  });
  afterAll(() => test.drop());

  async function storedRow(): Promise<StoredRow> {
    const [only, ...others] = await storedTracking(test);
    expect(others).toEqual([]);
    return only as StoredRow;
  }

  describe('Number cells', () => {
    it.each<[cell: keyof StoredRow, sent: unknown, stored: number | null]>([
      ['score', '12', 12],
      ['score', '12.5', 12.5],
      ['score', '12,5', 12.5],
      ['score', '1.25e1', 12.5],
      ['score', '1.000', 1],
      ['score', '1000,000', 1000],
      ['score', ' 12\u00a0', 12],
      ['score', '12\r\n', 12],
      ['score', '', null],
      ['score', '-0', 0],
      ['progression', '33,3', 33.3],
      ['scoreMax', '17', 17],
      ['scoreMax', '17.0', 17],
      ['scoreMax', '17,00', 17],
      ['scoreMax', ' ', null],
    ])('take a number or its text: %s %j', async (cell, sent, stored) => {
      const others = cell === 'score' ? { scoreMax: 2000 } : {};
      await importRows(api, [row({ ...others, [cell]: sent })]);
      expect(await storedRow()).toMatchObject({ [cell]: stored });
    });

    it.each<[cell: string, sent: unknown, code: ProblemCode]>([
      ['score', 'n/a', 'NUMBER_INVALID'],
      ['score', '1,000', 'NUMBER_INVALID'],
      ['score', '-1,000', 'NUMBER_INVALID'],
      ['score', '1,000.5', 'NUMBER_INVALID'],
      ['score', '.5', 'NUMBER_INVALID'],
      ['score', '5.', 'NUMBER_INVALID'],
      ['score', '+5', 'NUMBER_INVALID'],
      ['score', '1 000', 'NUMBER_INVALID'],
      ['score', '0x10', 'NUMBER_INVALID'],
      ['score', 'NaN', 'NUMBER_INVALID'],
      ['score', true, 'NUMBER_INVALID'],
      ['score', '1e400', 'NUMBER_NOT_FINITE'],
      ['progression', false, 'NUMBER_INVALID'],
      ['progression', '101', 'PROGRESSION_OUT_OF_RANGE'],
      ['score', '-1', 'SCORE_NEGATIVE'],
      ['scoreMax', 17.5, 'NUMBER_INVALID'],
      ['scoreMax', '17.5', 'NUMBER_INVALID'],
      ['scoreMax', '1e1', 'NUMBER_INVALID'],
      ['scoreMax', 2 ** 31, 'NUMBER_INVALID'],
      ['scoreMax', '2147483648', 'NUMBER_INVALID'],
      ['sessionId', 1.5, 'NUMBER_INVALID'],
      ['trainingId', 'ten', 'NUMBER_INVALID'],
    ])('what they cannot take is a problem of the row: %s %j', async (cell, sent, code) => {
      await expectRejected(test, row({ [cell]: sent }), code, cell);
    });

    it('an id may be text, and one beyond 32 bits does not exist', async () => {
      const { sessionGuid: _, ...references } = { ...ADA_FIRE, ...VALUE };
      const answer = await importRows(
        api,
        [100, '100', '100.0', 2 ** 31, '9'.repeat(30)].map((sessionId) => ({ ...references, sessionId })),
      );
      expect(answer.rows.map((each) => codes(each)[0])).toEqual([
        'ROW_SUPERSEDED',
        'ROW_SUPERSEDED',
        undefined,
        'REGISTRATION_NOT_FOUND',
        'REGISTRATION_NOT_FOUND',
      ]);
    });

    it('NUMBER_INVALID names the cell and its text, shortened', async () => {
      const answer = await importRows(api, [row({ score: `n/a\n${'x'.repeat(300)}` })]);
      const [problem] = answer.problems;
      expect(problem?.message).toMatch(/^score does not take "n\/a\\nx{36} …": it is not a number\.$/);
      expect(problem?.path).toEqual(['rows', '0', 'score']);
    });
  });

  describe('Text cells', () => {
    it('take a whole number as its text', async () => {
      const { candidateLogin: _, ...references } = ADA_FIRE;
      await importRows(api, [{ ...references, candidateRefNumber: 12345 }]);
      expect(await storedRow()).toMatchObject({ registrationId: 1003 });
      await importRows(api, [{ ...references, candidateLogin: 7 }]);
      expect(await storedTracking(test)).toHaveLength(2);
    });

    it('a date may be a whole number', async () => {
      await importRows(api, [row({ lastAccessDate: 20240506 })], {
        parameters: { dateTimeFormat: 'YYYYMMDD' },
      });
      expect(await storedRow()).toMatchObject({ lastAccessDate: Date.UTC(2024, 4, 6) });
    });

    it.each([true, false, 12.5, 2 ** 53, 1e300])('what has lost digits is TEXT_INVALID: %j', async (sent) => {
      for (const cell of ['candidateRefNumber', 'lovGuid', 'lastAccessDate', 'trackingStatus']) {
        await expectRejected(test, row({ [cell]: sent }), 'TEXT_INVALID', cell);
      }
    });

    it('what was given and cannot be read is not missing', async () => {
      const answer = await importRows(api, [{ candidateLogin: true, sessionId: true, lovCode: 1.5 }]);
      expect(codes(answer)).toEqual(['TEXT_INVALID', 'TEXT_INVALID', 'NUMBER_INVALID']);
    });
  });

  it('a value that its cell cannot take rejects its row, and never the request', async () => {
    const answer = await importRows(api, [row({ score: 'n/a' }), BOB_FIRE]);
    expect(answer.rows.map(({ outcome }) => outcome)).toEqual(['REJECTED', 'CREATED']);
  });

  it('cells are as lenient when they are written in the document', async () => {
    const cells = 'candidateLogin: "ada", sessionGuid: "session-100", lovCode: "FIRE"';
    const answer = await importInline(
      api,
      `[{ ${cells}, score: "12,5", scoreMax: "20" }, { ${cells}, score: true },
        { ${cells}, candidateRefNumber: 12345678901234567890 }, { ${cells}, progression: 1e400 }]`,
    );
    expect(answer.rows.map((each) => codes(each)[0])).toEqual([
      undefined,
      'NUMBER_INVALID',
      'TEXT_INVALID',
      'NUMBER_NOT_FINITE',
    ]);
    expect(await storedRow()).toMatchObject({ score: 12.5, scoreMax: 20 });
  });

  it.each([7, 'x', true, null, [1, [2]], { a: { b: 1 } }])(
    'ignoredColumn takes any JSON value: %j',
    async (value) => {
      const answer = await importRows(api, [row({ ignoredColumn: value, ...VALUE })]);
      expect(answer.summary).toMatchObject({ created: 1, withWarnings: 0 });
    },
  );

  describe('Cells lose surrounding white space', () => {
    const BLANKS = ' \t\r\n\u0085\u00a0\u2003\u2028\u3000\ufeff';

    it('before references are compared', async () => {
      const padded = (text: string) => `${BLANKS}${text}${BLANKS}`;
      await importRows(api, [
        {
          candidateLogin: padded('ada'),
          candidateEmail: padded('ada@example.org'),
          candidateRefNumber: padded('R-1'),
          sessionGuid: padded('session-100'),
          sessionTitle: padded('Spring'),
          trainingPathCode: padded('SAFETY'),
          trainingGuid: padded('training-10'),
          lovCode: padded('FIRE'),
          lovGuid: padded('lov-1'),
        },
      ]);
      expect(await storedRow()).toMatchObject({ registrationId: 1001, lovId: 1 });
    });

    it('before values are read', async () => {
      const padded = (text: string) => `${BLANKS}${text}${BLANKS}`;
      await importRows(api, [
        row({
          lastAccessDate: padded('2024-05-06'),
          score: padded('12,5'),
          timeSpent: padded('60'),
          trackingStatus: padded('passed'),
        }),
      ]);
      expect(await storedRow()).toMatchObject({
        lastAccessDate: Date.UTC(2024, 4, 6),
        score: 12.5,
        timeSpentSeconds: 60,
        status: 'PASSED',
      });
    });

    it('what is inside stays', async () => {
      await expectRejected(test, row({ lovCode: 'FI RE' }), 'LOV_NOT_FOUND', 'lovCode');
    });

    it('white space alone is null, and not given', async () => {
      await expectRejected(test, row({ lovCode: BLANKS }), 'LOV_REFERENCE_MISSING');
    });

    it('a length counts what is left', async () => {
      const blanks = ' '.repeat(300);
      const answer = await importRows(api, [row({ lovGuid: `lov-1${blanks}`, timeSpent: `${blanks}60` })]);
      expect(answer.summary).toMatchObject({ created: 1 });
    });
  });

  describe('Dates', () => {
    it.each([
      ['DD/MM/YYYY hh:ii', '3/2/2025 9:30', '2025-02-03T09:30:00Z'],
      ['DD/MM/YYYY hh:ii', '03/2/2025 9:5', '2025-02-03T09:05:00Z'],
      ['DD/MM/YYYY hh:ii', '3/2/2025', '2025-02-03T00:00:00Z'],
      ['DD.MM.YYYY, hh:ii:ss', '5.4.2026, 9:05:7', '2026-04-05T09:05:07Z'],
      ['YYYY-MM-DD hh:ii:ss', '2026-4-5 9:05:00', '2026-04-05T09:05:00Z'],
      ['YYYYMMDD', '2026-04-05T09:05:07.1239999Z', '2026-04-05T09:05:07.123Z'],
    ])('under %s may be written %j', async (dateTimeFormat, lastAccessDate, instant) => {
      await importRows(api, [row({ lastAccessDate })], { parameters: { dateTimeFormat } });
      expect(await storedRow()).toMatchObject({ lastAccessDate: Date.parse(instant) });
    });

    it.each([
      ['YYYYMMDD', '202645'],
      ['YYYY-MMDD', '2026-45'],
      ['DD/MM/YYYY', '3/2/25'],
      ['DD/MM/YYYY', '31/2/2025'],
      ['DD/MM/YYYY hh:ii', '3/2/2025 9:'],
    ])('under %s are not written %j', async (dateTimeFormat, lastAccessDate) => {
      const rest = { parameters: { dateTimeFormat } };
      await expectRejected(test, row({ lastAccessDate }), 'DATE_INVALID', 'lastAccessDate', rest);
    });
  });

  it.each([
    ['RAW_SECONDS', '5115,4', 5115],
    ['RAW_SECONDS', 5115.5, 5116],
    ['RAW_MINUTES', '85,25', 5115],
    ['ISO_8601', 'PT1M30.55S', 91],
    ['ISO_8601', 'P1W2D', 777_600],
  ] as const)(
    'Time spent is rounded half up to whole seconds: %s %j',
    async (timeSpentFormat, timeSpent, seconds) => {
      await importRows(api, [row({ timeSpent })], { parameters: { timeSpentFormat } });
      expect(await storedRow()).toMatchObject({ timeSpentSeconds: seconds });
    },
  );
});
