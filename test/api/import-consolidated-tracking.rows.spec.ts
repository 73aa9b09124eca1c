import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_FIRE, codes, importRows, outcomes, stored, worldWith } from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { storedTracking, storeWorld } from '../support/world';

const at = Date.parse;
const MERGE = { writeMode: 'MERGE' } as const;
const SKIP = { options: { olderRows: 'SKIP' } } as Omit<ImportInput, 'rows'>;
const row = (cells: ImportRow): ImportRow => ({ ...ADA_FIRE, ...cells });

describe.each(DATABASE_KINDS)('rows of importConsolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => test.clear());
  afterAll(() => test.drop());

  function given(...rows: StoredRow[]): Promise<void> {
    return storeWorld(test, worldWith({ stored: rows }));
  }

  async function storedRow(): Promise<StoredRow> {
    const [only, ...others] = await storedTracking(test);
    expect(others).toEqual([]);
    return only as StoredRow;
  }

  const PASSED = stored({
    status: 'PASSED',
    progression: 100,
    firstCompletionDate: at('2024-02-01T08:00:00Z'),
    lastAccessDate: at('2024-05-05T08:00:00Z'),
  });

  describe('Bounds are reached within 1e-9', () => {
    const shares = (count: number) =>
      Array.from({ length: count }, () => 100 / count).reduce((a, b) => a + b);

    it.each([
      [shares(9), 100, 'COMPLETED'],
      [shares(12), 100, 'COMPLETED'],
      [100.0000000009, 100, 'COMPLETED'],
      [99.9999999991, 100, 'COMPLETED'],
      [-1e-10, 0, 'INCOMPLETE'],
      [1e-10, 0, 'INCOMPLETE'],
      [1e-8, 1e-8, 'INCOMPLETE'],
      [99.99999999, 99.99999999, 'INCOMPLETE'],
    ])('progression %d is %d', async (progression, expected, status) => {
      await given();
      await importRows(api, [row({ progression })]);
      expect(await storedRow()).toMatchObject({ progression: expected, status });
    });

    it.each([100.00000002, -1e-8])('progression %d is refused', async (progression) => {
      await given();
      expect(codes(await importRows(api, [row({ progression })]))).toEqual(['PROGRESSION_OUT_OF_RANGE']);
    });

    it('a score within 1e-9 of its maximum above it is the maximum', async () => {
      await given();
      expect(codes(await importRows(api, [row({ score: 20.00000001, scoreMax: 20 })]))).toEqual([]);
      expect(await storedRow()).toMatchObject({ score: 20 });
      expect(codes(await importRows(api, [row({ score: 20.0000001, scoreMax: 20 })]))).toEqual([
        'SCORE_EXCEEDS_MAX',
      ]);
    });
  });

  describe('Maximum score', () => {
    const DEFAULT = { options: { defaultScoreMax: 100 } };

    it('null takes options.defaultScoreMax where it is given', async () => {
      await given();
      expect(codes(await importRows(api, [row({ score: 150, scoreMax: null })], DEFAULT))).toEqual([
        'SCORE_EXCEEDS_MAX',
      ]);
      await importRows(api, [row({ score: 15, scoreMax: null })], DEFAULT);
      expect(await storedRow()).toMatchObject({ scoreMax: 100 });
      await importRows(api, [row({ scoreMax: '' })], { ...DEFAULT, ...MERGE });
      expect(await storedRow()).toMatchObject({ scoreMax: 100 });
    });

    it('null means no maximum otherwise', async () => {
      await given();
      await importRows(api, [row({ score: 150, scoreMax: null })]);
      expect(await storedRow()).toMatchObject({ score: 150, scoreMax: null });
    });

    it('absent means 100 when a score is given, with warning SCORE_MAX_ASSUMED', async () => {
      await given();
      const answer = await importRows(api, [row({ score: 8 })]);
      expect(answer.problems).toMatchObject([
        { code: 'SCORE_MAX_ASSUMED', severity: 'WARNING', path: ['rows', '0', 'scoreMax'] },
      ]);
      expect(await storedRow()).toMatchObject({ score: 8, scoreMax: 100 });
      expect(codes(await importRows(api, [row({ score: 8 })], DEFAULT))).toEqual([]);
      expect(codes(await importRows(api, [row({ score: 9 })], MERGE))).toEqual([]);
    });
  });

  describe('Completion', () => {
    it.each(['incomplete', 'failed', 'browsed'])(
      'In MERGE a status sent as not complete clears the completion date with VALUE_RESET: %s',
      async (trackingStatus) => {
        await given(PASSED);
        const answer = await importRows(api, [row({ trackingStatus, progression: 10 })], MERGE);
        expect(answer.problems).toMatchObject([
          {
            code: 'VALUE_RESET',
            severity: 'WARNING',
            message: expect.stringContaining('firstCompletionDate'),
          },
        ]);
        expect(await storedRow()).toMatchObject({ firstCompletionDate: null, progression: 10 });
      },
    );

    it('null clears it knowingly, without a warning', async () => {
      await given(PASSED);
      const cells = { trackingStatus: 'incomplete', progression: 10, firstCompletionDate: null };
      expect(codes(await importRows(api, [row(cells)], MERGE))).toEqual([]);
    });

    it('In MERGE a null that would have removed the date of a complete row is VALUES_IGNORED', async () => {
      await given(PASSED);
      const answer = await importRows(api, [row({ firstCompletionDate: null })], MERGE);
      expect(codes(answer)).toEqual(['VALUES_IGNORED', 'NOTHING_SENT']);
      expect(answer.problems[0]?.path).toEqual(['rows', '0', 'firstCompletionDate']);
      expect(outcomes(answer)).toEqual(['UNCHANGED']);
      expect(await storedRow()).toMatchObject({ firstCompletionDate: PASSED.firstCompletionDate });
      const sent = {
        firstCompletionDate: null,
        trackingStatus: 'passed',
        lastAccessDate: '2024-05-05 08:00:00',
      };
      expect(codes(await importRows(api, [row(sent)]))).toEqual([]);
    });

    it('Where the status alone decides, the check runs whatever is wrong with the progression', async () => {
      await given();
      const cells = { firstCompletionDate: '2024-02-01', progression: 'n/a' };
      const answer = await importRows(api, [
        row({ ...cells, trackingStatus: 'failed' }),
        row(cells),
        row({ ...cells, trackingStatus: 'passed' }),
      ]);
      expect(answer.rows.map(codes)).toEqual([
        ['NUMBER_INVALID', 'COMPLETION_DATE_WITHOUT_COMPLETION'],
        ['NUMBER_INVALID'],
        ['NUMBER_INVALID'],
      ]);
    });

    it('BROWSED at 100 contradicts', async () => {
      await given();
      const answer = await importRows(api, [row({ trackingStatus: 'browsed', progression: 100 })]);
      expect(codes(answer)).toEqual(['STATUS_CONTRADICTS_PROGRESSION']);
      expect(await storedRow()).toMatchObject({ status: 'BROWSED', progression: 100 });
    });
  });

  describe('Rows without a value', () => {
    it.each([{}, { progression: null }, { score: ' ', trackingStatus: '' }])(
      'REPLACE stores INCOMPLETE, with warning NOTHING_SENT: %j',
      async (cells) => {
        await given();
        expect(codes(await importRows(api, [row(cells)]))).toEqual(['NOTHING_SENT']);
        expect(await storedRow()).toMatchObject({ status: 'INCOMPLETE' });
      },
    );

    it('in MERGE absent cells keep and nulls reset, with warning NOTHING_SENT', async () => {
      await given(PASSED);
      const kept = await importRows(api, [ADA_FIRE], MERGE);
      expect([outcomes(kept), codes(kept)]).toEqual([['UNCHANGED'], ['NOTHING_SENT']]);
      const reset = await importRows(api, [row({ lastAccessDate: null })], MERGE);
      expect([outcomes(reset), codes(reset)]).toEqual([['REPLACED'], ['NOTHING_SENT']]);
      expect(await storedRow()).toMatchObject({ status: 'PASSED', lastAccessDate: null });
    });

    it.each([{ trackingStatus: 'incomplete' }, { timeSpent: 0 }, { trackingStatus: 'notAttempted' }])(
      'a value is sent: %j',
      async (cells) => {
        await given();
        expect(codes(await importRows(api, [row(cells)]))).toEqual([]);
      },
    );
  });

  describe('Rows that are older than what is stored', () => {
    const may = (day: number, cells = {}) =>
      row({
        lastAccessDate: `2024-05-0${day} 08:00:00`,
        firstCompletionDate: '2024-02-01 08:00:00',
        trackingStatus: 'passed',
        ...cells,
      });

    it('OVERWRITE stores them, with warning ROW_OLDER_THAN_STORED', async () => {
      await given(PASSED);
      const answer = await importRows(api, [may(4)], MERGE);
      expect(codes(answer)).toEqual(['ROW_OLDER_THAN_STORED']);
      expect(answer.problems[0]?.path).toEqual(['rows', '0', 'lastAccessDate']);
      expect(await storedRow()).toMatchObject({ lastAccessDate: at('2024-05-04T08:00:00Z') });
    });

    it('SKIP lets them act on nothing', async () => {
      await given(PASSED);
      const answer = await importRows(api, [may(4), may(6, { timeSpent: 60 }), may(5)], SKIP);
      expect(outcomes(answer)).toEqual(['UNCHANGED', 'REPLACED', 'UNCHANGED']);
      expect(answer.rows.map(codes)).toEqual([['ROW_OLDER_THAN_STORED'], [], ['ROW_OLDER_THAN_STORED']]);
      expect(answer.rows.map(({ changes }) => changes.length)).toEqual([0, 2, 0]);
      expect(answer.rows[0]?.tracking).toEqual(answer.rows[1]?.tracking);
      expect(answer.rows[2]?.tracking).toEqual(answer.rows[1]?.tracking);
      expect(await storedRow()).toMatchObject({
        lastAccessDate: at('2024-05-06T08:00:00Z'),
        timeSpentSeconds: 60,
      });
    });

    it('older is what lies before the state that the rows of its key left', async () => {
      await given();
      const wipe = row({ trackingStatus: 'notAttempted' });
      const answer = await importRows(api, [may(6), may(5), wipe, may(1)], SKIP);
      expect(outcomes(answer)).toEqual(['SUPERSEDED', 'UNCHANGED', 'SUPERSEDED', 'CREATED']);
      expect(answer.problems[0]?.message).toContain('Row 4');
    });

    it('equal is not older, and neither is a row that sends no last access', async () => {
      await given(PASSED);
      expect(codes(await importRows(api, [may(5)], SKIP))).toEqual([]);
      const answer = await importRows(api, [row({ trackingStatus: 'passed', timeSpent: 5 })], {
        ...SKIP,
        ...MERGE,
      });
      expect([outcomes(answer), codes(answer)]).toEqual([['REPLACED'], []]);
    });

    it('a row with errors is rejected, older or not', async () => {
      await given(PASSED);
      const answer = await importRows(api, [may(4, { score: 'n/a' })], SKIP);
      expect([outcomes(answer), codes(answer)]).toEqual([['REJECTED'], ['NUMBER_INVALID']]);
    });

    it('a skipped row writes nothing, on a stored row that a later one wipes as well', async () => {
      await given(PASSED);
      const answer = await importRows(api, [may(4), row({ trackingStatus: 'notAttempted' })], SKIP);
      expect(outcomes(answer)).toEqual(['UNCHANGED', 'DELETED']);
      expect(answer.rows[0]?.tracking).toBeNull();
      expect(await storedTracking(test)).toEqual([]);
    });
  });
});
