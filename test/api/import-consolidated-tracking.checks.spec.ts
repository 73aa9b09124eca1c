import { MESSAGES, type ProblemCode } from '../../src/kernel/messages';
import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA,
  ADA_FIRE,
  accepted,
  BOB_AID,
  BOB_FIRE,
  codes,
  expectRejected,
  FIRE,
  IMPORT,
  importInline,
  importRows,
  LONG_AGO,
  LOVS,
  NAMESAKES,
  outcomes,
  SPRING,
  stored,
  worldWith,
} from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { storedTracking, storeWorld } from '../support/world';

const at = Date.parse;
const A_YEAR = 365 * 24 * 3_600_000;

describe.each(DATABASE_KINDS)('importConsolidatedTracking on $kind', (kind) => {
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

  describe('Types', () => {
    it.each<[string, object, string]>([
      ['a list for a number', { score: [12] }, 'input.rows[0].score'],
      ['an object for text', { candidateLogin: {} }, 'input.rows[0].candidateLogin'],
      ['an unknown cell', { scoer: 1 }, 'input.rows[0]'],
    ])(
      'A value of the wrong GraphQL type is a GraphQL error with its path, and nothing is read: %s',
      async (_, cells, path) => {
        await given();
        const statements = test.watch();
        const result = await api.execute(IMPORT, { input: { rows: [{ ...ADA_FIRE, ...cells }] } });
        expect(result.data).toBeUndefined();
        expect(result.errors).toHaveLength(1);
        expect(result.errors?.[0]?.message).toContain(`"${path}"`);
        expect(statements).toEqual([]);
      },
    );

    it.each([true, [60], { seconds: 60 }, -1, 'an hour'])(
      'The TimeSpent scalar never throws: %j is a problem of its row',
      async (timeSpent) => {
        await given();
        await expectRejected(
          test,
          { ...ADA_FIRE, timeSpent: timeSpent as number },
          'TIME_SPENT_INVALID',
          'timeSpent',
        );
      },
    );

    it.each([
      ['progression', 'NUMBER_NOT_FINITE'],
      ['score', 'NUMBER_NOT_FINITE'],
      ['timeSpent', 'TIME_SPENT_INVALID'],
    ])(
      'Floats are checked for being finite (an inline 1e400 arrives as Infinity): %s',
      async (cell, code) => {
        await given();
        const row = `{ candidateLogin: "ada", sessionGuid: "session-100", lovCode: "FIRE", ${cell}: 1e400 }`;
        expect((await importInline(api, `[${row}]`)).problems).toMatchObject([
          { code, severity: 'ERROR', path: ['rows', '0', cell], row: 1 },
        ]);
        expect(await storedTracking(test)).toEqual([]);
      },
    );
  });

  describe('Check 4, cells', () => {
    const TEXTS = [
      'candidateEmail',
      'candidateLogin',
      'candidateRefNumber',
      'firstAccessDate',
      'firstCompletionDate',
      'lastAccessDate',
      'lovCode',
      'sessionTitle',
      'trackingStatus',
      'trainingPathCode',
    ];
    const GUIDS = ['lovGuid', 'sessionGuid', 'trainingGuid'];

    it.each([...TEXTS.map((cell) => [cell, 255] as const), ...GUIDS.map((cell) => [cell, 40] as const)])(
      'lengths: %s of more than %d characters is TEXT_TOO_LONG',
      async (cell, max) => {
        await given();
        await expectRejected(test, { ...ADA_FIRE, [cell]: 'x'.repeat(max + 1) }, 'TEXT_TOO_LONG', cell);
        // A character is a code point, as the databases count.
        const fits = await importRows(api, [{ ...ADA_FIRE, [cell]: '😀'.repeat(max) }]);
        expect(codes(fits)).not.toContain('TEXT_TOO_LONG');
      },
    );

    it.each([...TEXTS, ...GUIDS])('NUL is refused in text: %s', async (cell) => {
      await given();
      await expectRejected(test, { ...ADA_FIRE, [cell]: 'a\0b' }, 'TEXT_INVALID', cell);
    });

    it.each<[string, unknown, ProblemCode]>([
      ['candidateEmail', 'ada', 'EMAIL_INVALID'],
      ['candidateEmail', 'ada@', 'EMAIL_INVALID'],
      ['candidateEmail', 'ada lovelace@example.org', 'EMAIL_INVALID'],
      ['firstAccessDate', 'yesterday', 'DATE_INVALID'],
      ['firstCompletionDate', '2024-13-01', 'DATE_INVALID'],
      ['lastAccessDate', '2023-02-29', 'DATE_INVALID'],
      ['timeSpent', 'an hour', 'TIME_SPENT_INVALID'],
      ['timeSpent', -1, 'TIME_SPENT_INVALID'],
      ['trackingStatus', 'finished', 'TRACKING_STATUS_UNKNOWN'],
      ['progression', -0.001, 'PROGRESSION_OUT_OF_RANGE'],
      ['progression', 100.001, 'PROGRESSION_OUT_OF_RANGE'],
      ['score', -0.001, 'SCORE_NEGATIVE'],
      ['scoreMax', -1, 'SCORE_NEGATIVE'],
    ])('%s %j is %s', async (cell, value, code) => {
      await given();
      await expectRejected(test, { ...ADA_FIRE, [cell]: value }, code, cell);
    });

    it.each<ImportRow>([
      { progression: 0 },
      { progression: 99.999 },
      { score: 0, scoreMax: 0 },
      { score: 50, scoreMax: 50 },
      { timeSpent: 2_147_483_647 },
      { scoreMax: 2_147_483_647 },
      { timeSpent: 0, ignoredColumn: `anything, ${'x'.repeat(300)}\0` },
    ])('%j is accepted', async (cells) => {
      await given();
      expect(await accepted(test, { ...ADA_FIRE, ...cells })).toEqual([]);
    });

    it.each<[string, ImportRow, Partial<StoredRow>, Omit<ImportInput, 'rows'>]>([
      ['the one sent', { score: 50.5, scoreMax: 50 }, {}, {}],
      ['options.defaultScoreMax', { score: 50.5 }, {}, { options: { defaultScoreMax: 50 } }],
      ['the one stored, in MERGE', { score: 50.5 }, { scoreMax: 50 }, { writeMode: 'MERGE' }],
    ])('score ≤ effective scoreMax, %s: SCORE_EXCEEDS_MAX', async (_, cells, before, rest) => {
      await given(stored(before));
      const answer = await expectRejected(
        test,
        { ...ADA_FIRE, ...cells },
        'SCORE_EXCEEDS_MAX',
        'score',
        rest,
      );
      expect(answer.problems[0]?.hint).toBe(MESSAGES.SCORE_EXCEEDS_MAX.hint);
    });

    it('score ≤ effective scoreMax; when 100 was only assumed, the hint says so', async () => {
      await given();
      const answer = await expectRejected(test, { ...ADA_FIRE, score: 120 }, 'SCORE_EXCEEDS_MAX', 'score');
      expect(answer.problems[0]?.hint).toContain('100');
      expect(answer.problems[0]?.hint).not.toBe(MESSAGES.SCORE_EXCEEDS_MAX.hint);
    });

    it('a null scoreMax sets no limit', async () => {
      await given();
      expect(await accepted(test, { ...ADA_FIRE, score: 120, scoreMax: null })).toEqual([]);
    });
  });

  describe('Check 8, completion', () => {
    const SENT = '2024-02-01 08:00:00';

    it.each<ImportRow>([
      { trackingStatus: 'completed' },
      { trackingStatus: 'passed' },
      { trackingStatus: 'passed', progression: 40 },
      { progression: 100 },
    ])('Complete means status COMPLETED or PASSED, or no status and progression 100: %j', async (cells) => {
      await given();
      expect(await accepted(test, { ...ADA_FIRE, ...cells, firstCompletionDate: SENT })).toEqual([]);
      expect(await storedTracking(test)).toMatchObject([{ firstCompletionDate: at('2024-02-01T08:00:00Z') }]);
    });

    it.each<ImportRow>([
      {},
      { progression: 99 },
      { trackingStatus: 'incomplete', progression: 40 },
      { trackingStatus: 'failed', progression: 100 },
      { trackingStatus: 'browsed' },
    ])(
      'firstCompletionDate on a row that is not complete: COMPLETION_DATE_WITHOUT_COMPLETION (%j)',
      async (cells) => {
        await given();
        const row = { ...ADA_FIRE, ...cells, firstCompletionDate: SENT };
        await expectRejected(test, row, 'COMPLETION_DATE_WITHOUT_COMPLETION', 'firstCompletionDate');
      },
    );

    describe.each(['REPLACE', 'MERGE'] as const)('A complete row without one (%s)', (writeMode) => {
      it.each<[string, ImportRow]>([
        ['absent', { trackingStatus: 'completed' }],
        ['null', { trackingStatus: 'passed', firstCompletionDate: null }],
        ['by progression', { progression: 100 }],
      ])('if the stored row is already complete, its date is kept, without warning: %s', async (_, cells) => {
        const before = { status: 'COMPLETED', progression: 100, firstCompletionDate: LONG_AGO } as const;
        await given(stored(before));
        // In MERGE a null would have removed the date.
        const isIgnored = writeMode === 'MERGE' && cells.firstCompletionDate === null;
        expect(await accepted(test, { ...ADA_FIRE, ...cells }, { writeMode })).toEqual(
          isIgnored ? ['VALUES_IGNORED'] : [],
        );
        expect(await storedTracking(test)).toMatchObject([{ firstCompletionDate: LONG_AGO }]);
      });

      it.each<[string, Partial<StoredRow> | null, ImportRow]>([
        ['nothing stored', null, { trackingStatus: 'passed' }],
        ['stored incomplete', { progression: 40 }, { progression: 100 }],
      ])(
        "otherwise the import's clock, with warning COMPLETION_DATE_DEFAULTED: %s",
        async (_, before, cells) => {
          await given(...(before === null ? [] : [stored(before)]));
          const answer = await importRows(api, [{ ...ADA_FIRE, ...cells }], { writeMode });
          expect(answer.problems).toMatchObject([
            {
              code: 'COMPLETION_DATE_DEFAULTED',
              severity: 'WARNING',
              path: ['rows', '0', 'firstCompletionDate'],
              row: 1,
            },
          ]);
          expect(await storedTracking(test)).toMatchObject([{ firstCompletionDate: NOW }]);
        },
      );

      it("The import's clock is one, however long the import takes", async () => {
        await given();
        let now = NOW;
        const goingOn = api.as({ clock: () => new Date(now++) });
        await importRows(goingOn, [{ ...ADA_FIRE, trackingStatus: 'passed' }], { writeMode });
        const [row] = await storedTracking(test);
        expect(row?.firstCompletionDate).toBe(row?.updatedAt);
      });

      it('So a re-import moves no date and is UNCHANGED', async () => {
        await given();
        const row = { ...ADA_FIRE, trackingStatus: 'passed' };
        await importRows(api, [row], { writeMode });
        const again = await importRows(api.as({ clock: () => new Date(NOW + A_YEAR) }), [row], { writeMode });
        expect(again).toMatchObject({ rows: [{ outcome: 'UNCHANGED' }], problems: [] });
        expect(await storedTracking(test)).toMatchObject([{ firstCompletionDate: NOW, updatedAt: NOW }]);
      });
    });
  });

  describe('Check 9, dates the caller sent', () => {
    const EARLY = '2024-01-01 00:00:00';
    const LATE = '2024-06-01 00:00:00';
    const complete = { trackingStatus: 'passed' };

    it.each<[string, ImportRow]>([
      ['first access after completion', { ...complete, firstAccessDate: LATE, firstCompletionDate: EARLY }],
      ['first access after last access', { firstAccessDate: LATE, lastAccessDate: EARLY }],
      ['completion after last access', { ...complete, firstCompletionDate: LATE, lastAccessDate: EARLY }],
    ])('in odd order: warnings, stored as sent (%s)', async (_, cells) => {
      await given();
      expect(await accepted(test, { ...ADA_FIRE, ...cells })).toEqual(['DATES_OUT_OF_ORDER']);
      const [row] = await storedTracking(test);
      for (const cell of ['firstAccessDate', 'firstCompletionDate', 'lastAccessDate'] as const) {
        const sent = cells[cell] as string | undefined;
        expect(row?.[cell]).toBe(sent === undefined ? null : at(`${sent.replace(' ', 'T')}Z`));
      }
    });

    it('equal dates are in order', async () => {
      await given();
      const cells = { firstAccessDate: EARLY, firstCompletionDate: EARLY, lastAccessDate: EARLY };
      expect(await accepted(test, { ...ADA_FIRE, ...complete, ...cells })).toEqual([]);
    });

    it.each(['firstAccessDate', 'firstCompletionDate', 'lastAccessDate'])(
      'in the future: warnings, stored as sent (%s)',
      async (cell) => {
        await given();
        const now = {
          ...ADA_FIRE,
          ...complete,
          firstCompletionDate: EARLY,
          [cell]: '2026-01-15T12:00:00.000Z',
        };
        expect(codes(await importRows(api, [now], { dryRun: true }))).not.toContain('DATE_IN_FUTURE');
        const answer = await importRows(api, [{ ...now, [cell]: '2026-01-15T12:00:00.001Z' }]);
        expect(answer.problems).toContainEqual(
          expect.objectContaining({
            code: 'DATE_IN_FUTURE',
            severity: 'WARNING',
            path: ['rows', '0', cell],
            row: 1,
          }),
        );
        expect(await storedTracking(test)).toMatchObject([{ [cell]: NOW + 1 }]);
      },
    );

    it('dates the caller did not send are not judged', async () => {
      const before = { firstAccessDate: NOW + A_YEAR, status: 'PASSED', progression: 100 } as const;
      await given(stored({ ...before, firstCompletionDate: LONG_AGO }));
      expect(await accepted(test, { ...ADA_FIRE, timeSpent: 60 }, { writeMode: 'MERGE' })).toEqual([]);
    });

    it.each(['REPLACE', 'MERGE'] as const)(
      "the import's clock is not judged, either (%s)",
      async (writeMode) => {
        await given(stored());
        const row = { ...ADA_FIRE, ...complete, lastAccessDate: EARLY };
        expect(await accepted(test, row, { writeMode })).toEqual(['COMPLETION_DATE_DEFAULTED']);
      },
    );
  });

  describe('Check 10, status and progression', () => {
    const odd: ProblemCode[] = ['STATUS_CONTRADICTS_PROGRESSION'];

    it.each<[ImportRow, string, number | null, ProblemCode[]]>([
      // No status: progression 100 makes it COMPLETED, anything else INCOMPLETE.
      [{ progression: 100 }, 'COMPLETED', 100, []],
      [{ progression: 99.999 }, 'INCOMPLETE', 99.999, []],
      [{ progression: 0 }, 'INCOMPLETE', 0, []],
      [{ progression: null }, 'INCOMPLETE', null, ['NOTHING_SENT']],
      [{}, 'INCOMPLETE', null, ['NOTHING_SENT']],
      [{ trackingStatus: null, progression: 100 }, 'COMPLETED', 100, []],
      // No progression: COMPLETED and PASSED store 100, the others null.
      [{ trackingStatus: 'completed' }, 'COMPLETED', 100, []],
      [{ trackingStatus: 'passed' }, 'PASSED', 100, []],
      [{ trackingStatus: 'completed', progression: null }, 'COMPLETED', 100, []],
      [{ trackingStatus: 'incomplete' }, 'INCOMPLETE', null, []],
      [{ trackingStatus: 'failed' }, 'FAILED', null, []],
      [{ trackingStatus: 'browsed' }, 'BROWSED', null, []],
      // COMPLETED below 100 and INCOMPLETE at 100: stored as sent, with a warning.
      [{ trackingStatus: 'completed', progression: 99.999 }, 'COMPLETED', 99.999, odd],
      [{ trackingStatus: 'incomplete', progression: 100 }, 'INCOMPLETE', 100, odd],
      // Legitimate.
      [{ trackingStatus: 'passed', progression: 40 }, 'PASSED', 40, []],
      [{ trackingStatus: 'failed', progression: 100 }, 'FAILED', 100, []],
      [{ trackingStatus: 'browsed', progression: 100 }, 'BROWSED', 100, odd],
    ])('%j is stored as %s %d with %j', async (cells, status, progression, expected) => {
      await given();
      const isComplete = status === 'COMPLETED' || status === 'PASSED';
      const date = isComplete ? { firstCompletionDate: '2024-02-01' } : {};
      expect(await accepted(test, { ...ADA_FIRE, ...cells, ...date })).toEqual(expected);
      expect(await storedTracking(test)).toMatchObject([{ status, progression }]);
    });

    it('The status decides what is complete', async () => {
      await given();
      await accepted(test, { ...ADA_FIRE, trackingStatus: 'completed', progression: 40 });
      await accepted(test, { ...BOB_FIRE, trackingStatus: 'incomplete', progression: 100 });
      expect(await storedTracking(test)).toMatchObject([
        { firstCompletionDate: NOW },
        { firstCompletionDate: null },
      ]);
    });
  });

  describe('Check 11, scoreMax', () => {
    it.each<[string, ImportRow, number | null, number | null, ProblemCode[]?]>([
      ['options.defaultScoreMax', { score: 40 }, 50, 50],
      ['options.defaultScoreMax, without a score, too', { progression: 5 }, 50, 50],
      ['options.defaultScoreMax 0', { score: 0 }, 0, 0],
      ['else 100 when a score is given', { score: 40 }, null, 100, ['SCORE_MAX_ASSUMED']],
      ['else 100 when a score is given, 0 included', { score: 0 }, null, 100, ['SCORE_MAX_ASSUMED']],
      ['else null', { progression: 5 }, null, null],
      ['else null when the score is null', { score: null, progression: 5 }, null, null],
      ['sent is not absent', { score: 40, scoreMax: 80 }, 50, 80],
      ['null takes the default', { score: 40, scoreMax: null }, 50, 50],
      ['null without a default is no maximum', { score: 40, scoreMax: null }, null, null],
    ])('%s', async (_, cells, defaultScoreMax, scoreMax, expected = []) => {
      await given();
      const found = await accepted(test, { ...ADA_FIRE, ...cells }, { options: { defaultScoreMax } });
      expect(found).toEqual(expected);
      expect(await storedTracking(test)).toMatchObject([{ scoreMax }]);
    });
  });

  describe('All problems of a row are reported at once', () => {
    it('in the order of the checks', async () => {
      await storeWorld(test, LOVS);
      const answer = await importRows(api, [
        { firstAccessDate: 'x', progression: 101, score: 120, timeSpent: -1, trackingStatus: 'finished' },
        {
          candidateLogin: 'nobody',
          sessionGuid: 'session-100',
          lovCode: 'BOTH',
          lastAccessDate: 'x',
          score: 60,
          scoreMax: 50,
          firstCompletionDate: '2024-02-01',
        },
        { ...ADA, ...SPRING, lovCode: 'NONE', score: -1, firstCompletionDate: '2024-02-01' },
      ]);
      expect(answer.rows.map(codes)).toEqual([
        [
          'LOV_REFERENCE_MISSING',
          'LEARNER_REFERENCE_MISSING',
          'CONTEXT_MISSING',
          'DATE_INVALID',
          'PROGRESSION_OUT_OF_RANGE',
          'TIME_SPENT_INVALID',
          'TRACKING_STATUS_UNKNOWN',
          'SCORE_EXCEEDS_MAX',
        ],
        [
          'DATE_INVALID',
          'SCORE_EXCEEDS_MAX',
          'LOV_PROVIDED_BY_CROSSKNOWLEDGE',
          'LOV_IS_EASYQUIZZ',
          'REGISTRATION_NOT_FOUND',
          'COMPLETION_DATE_WITHOUT_COMPLETION',
        ],
        ['SCORE_NEGATIVE', 'LOV_NOT_FOUND', 'COMPLETION_DATE_WITHOUT_COMPLETION'],
      ]);
    });

    it('warnings, too', async () => {
      await storeWorld(test, {
        ...NAMESAKES,
        stored: [stored({ registrationId: 1004, timeSpentSeconds: 60 })],
      });
      const row = {
        // As neither of the two accounts is written.
        candidateLogin: 'Zoë',
        ...SPRING,
        ...FIRE,
        firstAccessDate: '2024-11-03 01:30:00',
        lastAccessDate: '2027-03-14 02:30:00',
        trackingStatus: 'completed',
        progression: 40,
      };
      const answer = await importRows(api, [row], { parameters: { timeZone: 'America/New_York' } });
      expect(codes(answer)).toEqual([
        'TIME_AMBIGUOUS',
        'TIME_SKIPPED',
        'LEARNER_AMBIGUOUS',
        'COMPLETION_DATE_DEFAULTED',
        'DATE_IN_FUTURE',
        'STATUS_CONTRADICTS_PROGRESSION',
        'VALUE_RESET',
      ]);
    });

    it.each<[string, ImportRow, ProblemCode[]]>([
      ['no CONTEXT_MISSING together with REGISTRATION_NOT_FOUND', { ...ADA, ...FIRE }, ['CONTEXT_MISSING']],
      ['no learner, no registration', { ...SPRING, ...FIRE }, ['LEARNER_REFERENCE_MISSING']],
      ['no LOV reference, no LOV', { ...ADA, ...SPRING }, ['LOV_REFERENCE_MISSING']],
      ['an unreadable learner', { ...SPRING, ...FIRE, candidateEmail: 'x' }, ['EMAIL_INVALID']],
      ['an unreadable session', { ...ADA, ...FIRE, sessionGuid: 'a\0' }, ['TEXT_INVALID']],
      ['an unreadable LOV', { ...ADA, ...SPRING, lovGuid: 'a\0' }, ['TEXT_INVALID']],
      [
        'an unreadable maximum, no score check',
        { ...ADA_FIRE, score: 120, scoreMax: -1 },
        ['SCORE_NEGATIVE'],
      ],
      [
        'an unreadable status, no check 8',
        { ...ADA_FIRE, trackingStatus: 'finished', firstCompletionDate: '2024-02-01' },
        ['TRACKING_STATUS_UNKNOWN'],
      ],
      ['an unreadable date, no check 8', { ...ADA_FIRE, firstCompletionDate: 'x' }, ['DATE_INVALID']],
      ['an ambiguous LOV, no guards', { ...ADA, ...SPRING, lovCode: 'TWIN' }, ['LOV_AMBIGUOUS']],
    ])('A check whose inputs already failed is skipped: %s', async (_, row, expected) => {
      await storeWorld(test, LOVS);
      const answer = await importRows(api, [row]);
      expect(codes(answer)).toEqual(expected);
      expect(outcomes(answer)).toEqual(['REJECTED']);
    });
  });

  describe('Messages', () => {
    // The one place that asserts texts: the vendor's are fixed, and some rules name what a text must hold.
    it("are the vendor's where the page fixes them", async () => {
      await storeWorld(test, LOVS);
      const rows: ImportRow[] = [
        { ...ADA, ...SPRING },
        { ...SPRING, ...FIRE },
        { ...ADA, ...FIRE },
        { ...ADA, ...SPRING, lovCode: 'CLOSED' },
        { ...ADA, ...SPRING, lovCode: 'QUIZ' },
        { ...FIRE, ...SPRING, candidateLogin: 'nobody' },
        { ...ADA_FIRE, firstCompletionDate: '2024-02-01' },
      ];
      expect((await importRows(api, rows)).problems.map(({ code, message }) => [code, message])).toEqual([
        [
          'LOV_REFERENCE_MISSING',
          'At least one of these element must be present: learning object version code or GUID.',
        ],
        [
          'LEARNER_REFERENCE_MISSING',
          'At least one of these element must be present: learner login, reference number or email.',
        ],
        [
          'CONTEXT_MISSING',
          'At least one of the following to provide a precise context : "session GUID" or the couple "session title" & "training code".',
        ],
        [
          'LOV_PROVIDED_BY_CROSSKNOWLEDGE',
          'This learning object is provided by CrossKnowledge, and this report cannot be updated.',
        ],
        ['LOV_IS_EASYQUIZZ', 'This learning object is an EasyQuizz, and this report cannot be updated.'],
        ['REGISTRATION_NOT_FOUND', 'No registration found for given parameters.'],
        [
          'COMPLETION_DATE_WITHOUT_COMPLETION',
          'You cannot set a first completion date if the LO is not completed.',
        ],
      ]);
    });

    it('name what the rules want named', async () => {
      const values = {
        progression: 40,
        score: 12,
        scoreMax: 50,
        timeSpentSeconds: 60,
        lastAccessDate: LONG_AGO,
      };
      await given(stored(values), stored({ ...values, registrationId: 1002 }));
      const rows: ImportRow[] = [
        { ...ADA_FIRE, progression: 50, lastAccessDate: null },
        { ...BOB_FIRE, trackingStatus: 'notAttempted', score: 1, timeSpent: 2 },
        { ...BOB_AID, progression: 1 },
        { ...BOB_AID, progression: 2 },
        { ...ADA_FIRE, trackingStatus: 'finished' },
      ];
      const parameters = { trackingStatus: [{ status: 'PASSED' as const, alias: 'Bestanden' }] };
      const answer = await importRows(api, rows, { parameters });
      const messageOf = (code: ProblemCode) =>
        answer.problems.find((problem) => problem.code === code)?.message;
      expect(messageOf('VALUE_RESET')).toContain(': score, scoreMax, timeSpent.');
      expect(messageOf('VALUES_IGNORED')).toContain(': score, timeSpent.');
      expect(messageOf('ROW_SUPERSEDED')).toContain('Row 4 ');
      expect(messageOf('TRACKING_STATUS_UNKNOWN')).toContain(
        ': notAttempted, incomplete, completed, Bestanden, failed, browsed.',
      );
    });
  });
});
