import type { ImportRow, TrackingStatus } from '../models/import/types';
import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_AID,
  ADA_FIRE,
  BOB_AID,
  BOB_FIRE,
  codes,
  ERROR,
  importRows,
  LONG_AGO,
  outcomes,
  SUCCESS,
  stored,
  WARNING,
  worldWith,
} from '../support/import-cases';
import type { StoredRow, World } from '../support/import-types';
import { storedTracking, storeWorld } from '../support/world';

const at = Date.parse;

/** A stored row with every value. */
const FULL = stored({
  firstAccessDate: at('2024-01-01T08:00:00Z'),
  firstCompletionDate: at('2024-02-01T08:00:00Z'),
  lastAccessDate: at('2024-03-01T08:00:00Z'),
  progression: 100,
  score: 40,
  scoreMax: 50,
  timeSpentSeconds: 3600,
  status: 'COMPLETED',
});

/** Every cell of FULL, as a caller would send it. */
const FULL_CELLS: ImportRow = {
  firstAccessDate: '2024-01-01 08:00:00',
  firstCompletionDate: '2024-02-01 08:00:00',
  lastAccessDate: '2024-03-01 08:00:00',
  progression: 100,
  score: 40,
  scoreMax: 50,
  timeSpent: 3600,
  trackingStatus: 'completed',
};

const MERGE = { writeMode: 'MERGE' } as const;

describe.each(DATABASE_KINDS)('importConsolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => test.clear());
  afterAll(() => test.drop());

  /** Starts from the small world with this stored. */
  function given(...rows: StoredRow[]): Promise<void> {
    return storeWorld(test, worldWith({ stored: rows }));
  }

  async function storedRow(): Promise<StoredRow> {
    const [row, ...others] = await storedTracking(test);
    expect(others).toEqual([]);
    return row as StoredRow;
  }

  const TWO_SESSIONS: World = worldWith({
    sessions: [{ id: 101, trainingId: 10, guid: 'session-101', title: 'Autumn' }],
    registrations: [{ id: 1003, learnerId: 1, sessionId: 101 }],
  });

  describe('What a row is', () => {
    it('One row is the whole history of one learner on one learning object version in one session', async () => {
      await storeWorld(test, TWO_SESSIONS);
      const inAutumn = { ...ADA_FIRE, sessionGuid: 'session-101' };
      await importRows(api, [ADA_FIRE, ADA_AID, BOB_FIRE, inAutumn]);
      expect(await storedTracking(test)).toMatchObject([
        { registrationId: 1001, lovId: 1 },
        { registrationId: 1001, lovId: 2 },
        { registrationId: 1002, lovId: 1 },
        { registrationId: 1003, lovId: 1 },
      ]);
    });

    it('The row is created, or the stored one is rewritten', async () => {
      await given();
      const first = await importRows(api, [{ ...ADA_FIRE, progression: 10 }]);
      const second = await importRows(api, [{ ...ADA_FIRE, progression: 20 }]);
      expect([...outcomes(first), ...outcomes(second)]).toEqual(['CREATED', 'REPLACED']);
      expect(await storedRow()).toEqual(stored({ progression: 20, updatedAt: NOW }));
    });

    it('Registration totals and daily tracking logs are not written by this operation', async () => {
      await given(FULL);
      const statements = test.watch();
      await importRows(api, [
        { ...ADA_FIRE, trackingStatus: 'notAttempted' },
        { ...BOB_FIRE, ...FULL_CELLS },
      ]);
      const written = statements.flatMap(
        (sql) => /^\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)/i.exec(sql)?.[1] ?? [],
      );
      // Besides the rows: the import's record and what is kept of it, and what those who keep a copy are told.
      const own = ['import_run', 'import_run_detail', 'audit_entry', 'deleted_tracking'];
      // On a server the mark is written by itself.
      const mark = kind.kind === 'sqlite' ? ['write_mark'] : [];
      expect(new Set(written)).toEqual(new Set(['consolidated_tracking', ...own, ...mark]));
    });
  });

  describe('Given or not', () => {
    const TEXTS = ['firstAccessDate', 'lastAccessDate', 'timeSpent'] as const;

    it('A cell is absent (not sent), null (null, or a blank text) or a value', async () => {
      for (const blank of [null, '', ' \t ']) {
        await test.clear();
        await given(FULL);
        await importRows(
          api,
          [{ ...ADA_FIRE, ...Object.fromEntries(TEXTS.map((cell) => [cell, blank])) }],
          MERGE,
        );
        expect(await storedRow()).toEqual({
          ...FULL,
          firstAccessDate: null,
          lastAccessDate: null,
          timeSpentSeconds: null,
          updatedAt: NOW,
        });
      }
    });

    it('A blank status counts as null: rule 10 decides', async () => {
      await given(stored({ status: 'BROWSED', progression: 40 }));
      await importRows(api, [{ ...ADA_FIRE, trackingStatus: ' ' }], MERGE);
      expect(await storedRow()).toMatchObject({ status: 'INCOMPLETE', progression: 40 });
    });

    it.each(['REPLACE', 'MERGE'] as const)('0 is a value (%s)', async (writeMode) => {
      await given(stored({ progression: 40, score: 40, scoreMax: 50, timeSpentSeconds: 3600 }));
      const zeros = { progression: 0, score: 0, scoreMax: 0, timeSpent: 0, trackingStatus: 'incomplete' };
      const answer = await importRows(api, [{ ...ADA_FIRE, ...zeros }], { writeMode });
      expect(answer.problems).toEqual([]);
      expect(await storedRow()).toMatchObject({ progression: 0, score: 0, scoreMax: 0, timeSpentSeconds: 0 });
    });

    it('A blank reference counts as not given', async () => {
      await given();
      const blanks = {
        candidateEmail: '',
        candidateRefNumber: ' ',
        sessionTitle: '\t',
        lovGuid: '  ',
        trainingGuid: '',
        trainingPathCode: ' ',
      };
      const answer = await importRows(api, [
        { ...blanks, ...ADA_FIRE, timeSpent: 0 },
        { ...blanks, candidateLogin: '', sessionGuid: ' ', lovCode: '\n' },
      ]);
      expect(outcomes(answer)).toEqual(['CREATED', 'REJECTED']);
      expect(codes(answer)).toEqual([
        'LOV_REFERENCE_MISSING',
        'LEARNER_REFERENCE_MISSING',
        'CONTEXT_MISSING',
      ]);
    });
  });

  describe('REPLACE', () => {
    it('is the default', async () => {
      await given(stored({ timeSpentSeconds: 3600 }));
      await importRows(api, [{ ...ADA_FIRE, progression: 40 }]);
      expect(await storedRow()).toEqual(stored({ progression: 40, updatedAt: NOW }));
    });

    it('The row overwrites the stored row; absent and null reset the value', async () => {
      await given(FULL);
      await importRows(api, [{ ...ADA_FIRE, trackingStatus: 'failed', score: null, timeSpent: 60 }]);
      expect(await storedRow()).toEqual(stored({ status: 'FAILED', timeSpentSeconds: 60, updatedAt: NOW }));
    });

    it('Nothing accumulates; the same request twice gives the same state', async () => {
      await given();
      const rows = [{ ...ADA_FIRE, ...FULL_CELLS }, BOB_FIRE, { ...BOB_AID, trackingStatus: 'passed' }];
      await importRows(api, rows);
      const once = await storedTracking(test);
      const again = await importRows(api.as({ clock: () => new Date(NOW + 60_000) }), rows);
      expect(outcomes(again)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
      expect(await storedTracking(test)).toEqual(once);
    });

    it('An absent cell that resets a stored value gives warning VALUE_RESET', async () => {
      await given(FULL);
      const answer = await importRows(api, [{ ...ADA_FIRE, progression: 40 }]);
      expect(answer).toMatchObject({
        __typename: WARNING,
        rows: [{ outcome: 'REPLACED' }],
        problems: [{ code: 'VALUE_RESET', severity: 'WARNING', path: ['rows', '0'], row: 1 }],
      });
      expect(answer.rows[0]?.changes).toContainEqual({
        field: 'timeSpentSeconds',
        before: '3600',
        after: null,
      });
    });

    it.each([
      'firstAccessDate',
      'firstCompletionDate',
      'lastAccessDate',
      'progression',
      'score',
      'scoreMax',
      'timeSpent',
      'trackingStatus',
    ] as const)('VALUE_RESET is told for an absent %s, and not for a null one', async (cell) => {
      // An odd row, so that every stored value differs from what an absent cell comes to.
      await given({ ...FULL, status: 'FAILED' });
      const cells = { ...FULL_CELLS, trackingStatus: 'failed', firstCompletionDate: null };
      const { [cell]: _, ...others } = cells;
      const toNull = await importRows(api, [{ ...ADA_FIRE, ...others, [cell]: null }], { dryRun: true });
      const toAbsent = await importRows(api, [{ ...ADA_FIRE, ...others }]);
      expect(outcomes(toNull)).toEqual(['REPLACED']);
      expect(codes(toNull)).not.toContain('VALUE_RESET');
      expect(codes(toAbsent)).toContain('VALUE_RESET');
    });

    it('VALUE_RESET is not told where there was no value', async () => {
      await given(stored({ progression: 40 }));
      const answer = await importRows(api, [{ ...ADA_FIRE, progression: 50 }]);
      expect(answer).toMatchObject({ __typename: SUCCESS, rows: [{ outcome: 'REPLACED' }], problems: [] });
    });
  });

  describe('MERGE', () => {
    it('Absent keeps, null resets, a value sets', async () => {
      await given(FULL);
      const answer = await importRows(
        api,
        [{ ...ADA_FIRE, lastAccessDate: null, score: null, timeSpent: 60 }],
        MERGE,
      );
      expect(answer.problems).toEqual([]);
      expect(await storedRow()).toEqual({
        ...FULL,
        lastAccessDate: null,
        score: null,
        timeSpentSeconds: 60,
        updatedAt: NOW,
      });
    });

    it('A row that sends no value is UNCHANGED', async () => {
      await given(FULL);
      expect(outcomes(await importRows(api, [ADA_FIRE], MERGE))).toEqual(['UNCHANGED']);
      expect(await storedRow()).toEqual(FULL);
    });

    it('Without a stored row it creates what REPLACE would', async () => {
      await given();
      const cells = { progression: 40, score: 12.5, timeSpent: 60 };
      const merged = await importRows(api, [{ ...ADA_FIRE, ...cells }], MERGE);
      const replaced = await importRows(api, [{ ...ADA_FIRE, ...cells }], { writeMode: 'REPLACE' });
      expect([...outcomes(merged), ...outcomes(replaced)]).toEqual(['CREATED', 'UNCHANGED']);
    });

    it.each<[string, Partial<StoredRow>, ImportRow, string]>([
      ['score sent, scoreMax stored', { score: 40, scoreMax: 50 }, { score: 60 }, 'SCORE_EXCEEDS_MAX'],
      ['scoreMax sent, score stored', { score: 40, scoreMax: 50 }, { scoreMax: 30 }, 'SCORE_EXCEEDS_MAX'],
      [
        'check 8, date stored',
        { status: 'COMPLETED', progression: 100, firstCompletionDate: LONG_AGO },
        { progression: 40 },
        'COMPLETION_DATE_WITHOUT_COMPLETION',
      ],
      [
        'check 9, first access stored',
        { firstAccessDate: at('2024-05-01T00:00:00Z') },
        { lastAccessDate: '2024-04-01' },
        'DATES_OUT_OF_ORDER',
      ],
      [
        'check 10, progression stored',
        { progression: 100 },
        { trackingStatus: 'incomplete' },
        'STATUS_CONTRADICTS_PROGRESSION',
      ],
    ])(
      'The score/scoreMax check and checks 8–11 judge the row built from stored and sent values: %s',
      async (_, before, cells, code) => {
        await given(stored(before));
        expect(codes(await importRows(api, [{ ...ADA_FIRE, ...cells }], MERGE))).toEqual([code]);
      },
    );

    it('The same, check 8: a stored completion date makes no COMPLETION_DATE_DEFAULTED', async () => {
      await given(stored({ ...FULL, status: 'PASSED' }));
      const answer = await importRows(api, [{ ...ADA_FIRE, trackingStatus: 'completed' }], MERGE);
      expect(answer.problems).toEqual([]);
      expect(await storedRow()).toMatchObject({ firstCompletionDate: FULL.firstCompletionDate });
    });

    it.each<[string, Partial<StoredRow>, ImportRow, number | null]>([
      ['a stored maximum stays', { scoreMax: 50 }, { score: 40 }, 50],
      ['a score needs one', {}, { score: 40 }, 100],
      ['no score, none', {}, { progression: 40 }, null],
    ])('The same, check 11: %s', async (_, before, cells, scoreMax) => {
      await given(stored(before));
      await importRows(api, [{ ...ADA_FIRE, ...cells }], MERGE);
      expect(await storedRow()).toMatchObject({ scoreMax });
    });

    it('Status not sent but progression sent: status is derived by rule 10', async () => {
      await given(stored({ progression: 40 }), stored({ ...FULL, lovId: 2 }));
      await importRows(
        api,
        [
          { ...ADA_FIRE, progression: 100 },
          { ...ADA_AID, progression: 40, firstCompletionDate: null },
        ],
        MERGE,
      );
      expect(await storedTracking(test)).toMatchObject([
        { lovId: 1, status: 'COMPLETED', progression: 100 },
        { lovId: 2, status: 'INCOMPLETE', progression: 40 },
      ]);
    });

    it.each<TrackingStatus>(['PASSED', 'FAILED', 'BROWSED'])(
      'Status not sent but progression sent: a stored %s stays',
      async (status) => {
        const firstCompletionDate = status === 'PASSED' ? LONG_AGO : null;
        for (const progression of [100, 30]) {
          await test.clear();
          await given(stored({ status, firstCompletionDate, progression: 60 }));
          const answer = await importRows(api, [{ ...ADA_FIRE, progression }], MERGE);
          const isOdd = status === 'BROWSED' && progression === 100;
          expect(codes(answer)).toEqual(isOdd ? ['STATUS_CONTRADICTS_PROGRESSION'] : []);
          expect(await storedRow()).toMatchObject({ status, progression });
        }
      },
    );

    it.each(['completed', 'passed'])('%s sent without progression stores 100', async (trackingStatus) => {
      await given(stored({ progression: 40 }));
      await importRows(api, [{ ...ADA_FIRE, trackingStatus }], MERGE);
      expect(await storedRow()).toMatchObject({ progression: 100 });
    });

    it.each(['incomplete', 'failed', 'browsed'])(
      'A status sent as not complete (%s), without a date, clears the stored completion date; changes shows it',
      async (trackingStatus) => {
        await given({ ...FULL, status: 'PASSED', progression: 40 });
        const answer = await importRows(api, [{ ...ADA_FIRE, trackingStatus }], MERGE);
        expect(codes(answer)).toEqual(['VALUE_RESET']);
        expect(await storedRow()).toMatchObject({
          status: trackingStatus.toUpperCase(),
          firstCompletionDate: null,
        });
        expect(answer.rows[0]?.changes).toContainEqual({
          field: 'firstCompletionDate',
          before: '2024-02-01T08:00:00.000Z',
          after: null,
        });
      },
    );
  });

  describe('NOT_ATTEMPTED', () => {
    const wipe = { trackingStatus: 'notAttempted' };

    it.each(['REPLACE', 'MERGE'] as const)(
      'wipes the stored row: outcome DELETED (%s)',
      async (writeMode) => {
        await given(FULL, stored({ lovId: 2 }));
        const answer = await importRows(api, [{ ...ADA_FIRE, ...wipe }], { writeMode });
        expect(answer).toMatchObject({
          __typename: SUCCESS,
          rows: [{ outcome: 'DELETED', tracking: null }],
          problems: [],
        });
        expect(answer.rows[0]?.changes).toContainEqual({ field: 'status', before: 'COMPLETED', after: null });
        expect(await storedTracking(test)).toEqual([stored({ lovId: 2 })]);
      },
    );

    it('is UNCHANGED when there was none', async () => {
      await given();
      const answer = await importRows(api, [{ ...ADA_FIRE, ...wipe }]);
      expect(answer.rows).toEqual([
        { row: 1, outcome: 'UNCHANGED', tracking: null, changes: [], problems: [] },
      ]);
      expect(await storedTracking(test)).toEqual([]);
    });

    it.each<[string, ImportRow]>([
      ['LOV_REFERENCE_MISSING', { lovCode: null }],
      ['LEARNER_REFERENCE_MISSING', { candidateLogin: '' }],
      ['CONTEXT_MISSING', { sessionGuid: null }],
      ['LOV_NOT_FOUND', { lovCode: 'NONE' }],
      ['LOV_PROVIDED_BY_CROSSKNOWLEDGE', { lovCode: 'CLOSED' }],
      ['LOV_IS_EASYQUIZZ', { lovCode: 'QUIZ' }],
      ['REGISTRATION_NOT_FOUND', { candidateLogin: 'nobody' }],
    ])('References and guards (checks 1–3, 5–7) apply: %s', async (code, cells) => {
      const lov = { provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] } as const;
      const lovs: World['lovs'] = [
        { ...lov, id: 6, code: 'CLOSED', guid: 'lov-6', provider: 'CROSSKNOWLEDGE' },
        { ...lov, id: 7, code: 'QUIZ', guid: 'lov-7', kind: 'EASYQUIZZ' },
      ];
      await storeWorld(test, worldWith({ lovs, stored: [FULL] }));
      const answer = await importRows(api, [{ ...ADA_FIRE, ...wipe, ...cells }]);
      expect(codes(answer)).toEqual([code]);
      expect(await storedTracking(test)).toEqual([FULL]);
    });

    it('Other cells sent are ignored with warning VALUES_IGNORED, whatever they hold', async () => {
      await given(FULL);
      const nonsense = {
        firstAccessDate: 'yesterday',
        progression: 400,
        score: -1,
        scoreMax: 0,
        timeSpent: 'an hour',
      };
      const answer = await importRows(api, [{ ...ADA_FIRE, ...nonsense, ...wipe }]);
      expect(answer).toMatchObject({
        __typename: WARNING,
        rows: [{ outcome: 'DELETED' }],
        problems: [{ code: 'VALUES_IGNORED', severity: 'WARNING', path: ['rows', '0'], row: 1 }],
      });
    });

    it('Check 8 does not apply', async () => {
      await given(FULL);
      const answer = await importRows(api, [{ ...ADA_FIRE, firstCompletionDate: '2024-02-01', ...wipe }]);
      expect(codes(answer)).toEqual(['VALUES_IGNORED']);
      expect(outcomes(answer)).toEqual(['DELETED']);
    });
  });

  describe('UNCHANGED', () => {
    it('A row equal to what is stored is not written, and updatedAt stays', async () => {
      await given(FULL);
      const answer = await importRows(api, [{ ...ADA_FIRE, ...FULL_CELLS }]);
      expect(answer.rows).toMatchObject([
        { outcome: 'UNCHANGED', tracking: { updatedAt: '2020-01-01T00:00:00.000Z' }, changes: [] },
      ]);
      expect(await storedRow()).toEqual(FULL);
      expect(await test.query('SELECT import_id FROM consolidated_tracking')).toEqual([
        { import_id: 'before' },
      ]);
    });

    it('The import that leaves a row unchanged sends no statement that writes it', async () => {
      await given(FULL);
      const statements = test.watch();
      await importRows(api, [{ ...ADA_FIRE, ...FULL_CELLS }]);
      expect(statements.filter((sql) => /INTO consolidated_tracking/i.test(sql))).toEqual([]);
    });
  });

  describe('Several rows with one key', () => {
    const first = { ...ADA_FIRE, progression: 10, timeSpent: 60 };
    const second: ImportRow = {
      candidateRefNumber: 'R-1',
      sessionId: 100,
      lovGuid: 'lov-1',
      progression: 20,
    };

    it.each(['REPLACE', 'MERGE'] as const)('act in order, as if sent one by one (%s)', async (writeMode) => {
      const wiped = { ...ADA_FIRE, trackingStatus: 'notAttempted' };
      const last = { ...ADA_FIRE, score: 33.5 };
      for (const rows of [
        [first, second, last],
        [second, first],
        [first, wiped, second],
        [last, first, wiped],
      ]) {
        await test.clear();
        await given(FULL);
        for (const row of rows) await importRows(api, [row], { writeMode });
        const oneByOne = await storedTracking(test);
        await test.clear();
        await given(FULL);
        await importRows(api, rows, { writeMode });
        expect(await storedTracking(test)).toEqual(oneByOne);
      }
    });

    it('Earlier accepted ones answer SUPERSEDED with warning ROW_SUPERSEDED', async () => {
      await given();
      const answer = await importRows(api, [first, { ...BOB_FIRE, progression: 5 }, second]);
      expect(answer.rows).toMatchObject([
        {
          outcome: 'SUPERSEDED',
          tracking: null,
          changes: [],
          problems: [{ code: 'ROW_SUPERSEDED', severity: 'WARNING', path: ['rows', '0'], row: 1 }],
        },
        { outcome: 'CREATED', problems: [] },
        { outcome: 'CREATED', tracking: { progression: 20, timeSpentSeconds: null } },
      ]);
      expect(answer.summary).toMatchObject({ received: 3, created: 2, superseded: 1 });
    });

    it('In MERGE their values still count', async () => {
      await given();
      const answer = await importRows(api, [first, second], MERGE);
      expect(outcomes(answer)).toEqual(['SUPERSEDED', 'CREATED']);
      expect(await storedRow()).toEqual(stored({ progression: 20, timeSpentSeconds: 60, updatedAt: NOW }));
    });

    it('Only accepted rows supersede', async () => {
      await given();
      const answer = await importRows(api, [first, { ...second, score: -1 }]);
      expect(outcomes(answer)).toEqual(['CREATED', 'REJECTED']);
      expect(codes(answer)).toEqual(['SCORE_NEGATIVE']);
      expect(await storedRow()).toMatchObject({ progression: 10 });
    });

    it('Outcome and changes of the last accepted row compare with the state before the request', async () => {
      await given(stored({ progression: 5 }));
      const replaced = await importRows(api, [first, second], { dryRun: true });
      expect(replaced.rows[1]).toMatchObject({
        outcome: 'REPLACED',
        changes: [{ field: 'progression', before: '5', after: '20' }],
      });
      const back = await importRows(api, [first, { ...second, progression: 5 }]);
      expect(back.rows[1]).toMatchObject({ outcome: 'UNCHANGED', changes: [] });
      expect(await storedRow()).toEqual(stored({ progression: 5 }));
    });

    it('Nothing stored, v1, v2 is SUPERSEDED, CREATED', async () => {
      await given();
      expect(outcomes(await importRows(api, [first, second]))).toEqual(['SUPERSEDED', 'CREATED']);
    });

    it('Nothing stored, v1, NOT_ATTEMPTED is SUPERSEDED, UNCHANGED', async () => {
      await given();
      const answer = await importRows(api, [first, { ...ADA_FIRE, trackingStatus: 'notAttempted' }]);
      expect(outcomes(answer)).toEqual(['SUPERSEDED', 'UNCHANGED']);
      expect(answer.rows[1]).toMatchObject({ tracking: null, changes: [] });
      expect(await storedTracking(test)).toEqual([]);
    });
  });

  describe('Rows are independent', () => {
    const bad = { ...ADA_AID, progression: 101 };

    it('A bad row is rejected, the rest go on', async () => {
      await given();
      const answer = await importRows(api, [ADA_FIRE, bad, BOB_FIRE]);
      expect(answer.__typename).toBe(WARNING);
      expect(outcomes(answer)).toEqual(['CREATED', 'REJECTED', 'CREATED']);
      expect(answer.rows[1]).toMatchObject({ tracking: null, changes: [] });
      expect(await storedTracking(test)).toMatchObject([
        { registrationId: 1001, lovId: 1 },
        { registrationId: 1002, lovId: 1 },
      ]);
    });

    const REJECT_EVERYTHING = { errorPolicy: 'REJECT_EVERYTHING' } as const;

    it('REJECT_EVERYTHING writes nothing if any row is rejected; then every other row answers REJECTED with NOT_APPLIED, and superseded is 0', async () => {
      await given(FULL);
      const wiped = { ...ADA_FIRE, trackingStatus: 'notAttempted' };
      const answer = await importRows(api, [BOB_FIRE, BOB_FIRE, wiped, bad], REJECT_EVERYTHING);
      expect(answer).toMatchObject({
        __typename: ERROR,
        summary: { received: 4, created: 0, deleted: 0, superseded: 0, rejected: 4, withWarnings: 0 },
      });
      expect(outcomes(answer)).toEqual(['REJECTED', 'REJECTED', 'REJECTED', 'REJECTED']);
      expect(answer.problems).toMatchObject([
        { code: 'NOT_APPLIED', severity: 'ERROR', path: ['rows', '0'], row: 1 },
        { code: 'NOT_APPLIED', path: ['rows', '1'], row: 2 },
        { code: 'NOT_APPLIED', path: ['rows', '2'], row: 3 },
        { code: 'PROGRESSION_OUT_OF_RANGE', path: ['rows', '3', 'progression'], row: 4 },
      ]);
      expect(await storedTracking(test)).toEqual([FULL]);
    });

    it('REJECT_EVERYTHING writes every row if none is rejected', async () => {
      await given();
      const answer = await importRows(
        api,
        [ADA_FIRE, { ...BOB_FIRE, trackingStatus: 'passed' }],
        REJECT_EVERYTHING,
      );
      expect(outcomes(answer)).toEqual(['CREATED', 'CREATED']);
      expect(await storedTracking(test)).toHaveLength(2);
    });
  });
});
