import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_FIRE,
  codes,
  type ImportAnswer,
  importRows,
  LONG_AGO,
  outcomes,
  stored,
  worldWith,
} from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const MERGE = { writeMode: 'MERGE' } as const;
const DAY_1 = Date.UTC(2025, 2, 1);
const DAY_2 = Date.UTC(2025, 2, 2);

/**
 * Each sentence of the list "What changed" of the import's rules, by its own words. `import-whole.spec.ts` has "no
 * autocommit, write deadline".
 */
describe.each(DATABASE_KINDS)('What changed in the rules of the import, on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => test.clear());
  afterAll(() => test.drop());

  const given = (...rows: StoredRow[]) => storeWorld(test, worldWith({ stored: rows }));
  /** Cells are lenient: what a test sends is no more than an object. */
  const sendRows = (rows: readonly object[], rest: object = {}): Promise<ImportAnswer> =>
    importRows(api, rows as readonly ImportRow[], rest);
  const send = (row: object, rest?: object): Promise<ImportAnswer> =>
    sendRows([{ ...ADA_FIRE, ...row }], rest);
  const now = async (): Promise<StoredRow> => present((await storedTracking(test))[0]);

  it('Exact spelling before the oldest account (7)', async () => {
    const account = { refNumber: null, email: null };
    await storeWorld(
      test,
      worldWith({
        learners: [
          { ...account, id: 7, login: 'KAI', createdAt: Date.UTC(2001, 0, 1) },
          { ...account, id: 8, login: 'Kai', createdAt: Date.UTC(2002, 0, 1) },
          { ...account, id: 9, login: '\u212aai', createdAt: Date.UTC(2003, 0, 1) },
        ],
        registrations: [7, 8, 9].map((id) => ({ id: 1000 + id, learnerId: id, sessionId: 100 })),
      }),
    );
    for (const [login, id, told] of [
      ['Kai', 1008, []],
      ['\u212aai', 1009, []],
      ['kai', 1007, ['LEARNER_AMBIGUOUS']],
    ] as const) {
      expect(codes(await send({ candidateLogin: login, progression: 5 }, MERGE))).toEqual(told);
      expect((await storedTracking(test)).map(({ registrationId }) => registrationId)).toContain(id);
    }
  });

  it('cells trimmed', async () => {
    await given();
    const answer = await send({
      candidateLogin: '\ufeffada\u00a0',
      lovCode: ' FIRE\r\n',
      sessionGuid: '\tsession-100 ',
      trackingStatus: ' passed\r',
      progression: ' 40 ',
      firstCompletionDate: ' 2025-03-01\u3000',
    });
    expect(codes(answer)).toEqual([]);
    expect(await now()).toMatchObject({ status: 'PASSED', progression: 40, firstCompletionDate: DAY_1 });
  });

  it('lenient cells, NUMBER_INVALID', async () => {
    await storeWorld(
      test,
      worldWith({
        learners: [{ id: 9, login: 'numbered', refNumber: '12345', email: null, createdAt: LONG_AGO }],
        registrations: [{ id: 1009, learnerId: 9, sessionId: 100 }],
      }),
    );
    const { sessionGuid, lovCode } = ADA_FIRE;
    const row = { candidateRefNumber: 12_345, sessionGuid, lovCode, ignoredColumn: { any: [1] } };
    const answer = await sendRows([
      { ...row, progression: '12,5', score: '1e1', scoreMax: '20,0' },
      { ...row, progression: 'n/a', score: true, scoreMax: 17.5 },
      { ...row, score: '1,000', scoreMax: '' },
    ]);
    expect(outcomes(answer)).toEqual(['CREATED', 'REJECTED', 'REJECTED']);
    expect(answer.problems.map(({ code, path }) => `${code} ${path.at(-1)}`)).toEqual([
      'NUMBER_INVALID progression',
      'NUMBER_INVALID score',
      'NUMBER_INVALID scoreMax',
      'NUMBER_INVALID score',
    ]);
    expect(await now()).toMatchObject({ registrationId: 1009, progression: 12.5, score: 10, scoreMax: 20 });
  });

  it('bounds reached within 1e-9 (4)', async () => {
    await given();
    const ninths = Array(9)
      .fill(100 / 9)
      .reduce((sum: number, share: number) => sum + share, 0);
    const twelfths = Array(12)
      .fill(100 / 12)
      .reduce((sum: number, share: number) => sum + share, 0);
    expect([ninths > 100, twelfths < 100]).toEqual([true, true]);
    for (const sum of [ninths, twelfths]) {
      expect(codes(await send({ progression: sum, score: sum, scoreMax: 100 }))).not.toContain(
        'PROGRESSION_OUT_OF_RANGE',
      );
      expect(await now()).toMatchObject({ status: 'COMPLETED', progression: 100 });
    }
    await send({ progression: -1e-10, score: 10 + 1e-9, scoreMax: 10 });
    expect(await now()).toMatchObject({ status: 'INCOMPLETE', progression: 0, score: 10 });
    const beyond = await send({ progression: 100 + 2e-9, score: 10 + 2e-8, scoreMax: 10 });
    expect(codes(beyond)).toEqual(['PROGRESSION_OUT_OF_RANGE', 'SCORE_EXCEEDS_MAX']);
  });

  it('null takes defaultScoreMax, SCORE_MAX_ASSUMED (11)', async () => {
    await given();
    const options = { options: { defaultScoreMax: 100 } };
    expect(codes(await send({ score: 150, scoreMax: null }, options))).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(await storedTracking(test)).toEqual([]);
    expect(codes(await send({ score: 50, scoreMax: null }, options))).toEqual([]);
    expect(await now()).toMatchObject({ score: 50, scoreMax: 100 });
    expect(codes(await send({ score: 8 }))).toEqual(['SCORE_MAX_ASSUMED']);
    expect(await now()).toMatchObject({ score: 8, scoreMax: 100 });
    expect(codes(await send({ score: 800, scoreMax: null }))).toEqual([]);
    expect(await now()).toMatchObject({ score: 800, scoreMax: null });
  });

  it('VALUE_RESET when MERGE clears a completion date', async () => {
    await given(stored({ status: 'PASSED', progression: 100, firstCompletionDate: DAY_1 }));
    const answer = await send({ trackingStatus: 'incomplete', progression: 10 }, MERGE);
    expect(answer.problems).toMatchObject([
      { code: 'VALUE_RESET', severity: 'WARNING', message: expect.stringContaining('firstCompletionDate') },
    ]);
    expect(await now()).toMatchObject({ status: 'INCOMPLETE', progression: 10, firstCompletionDate: null });
  });

  it('VALUES_IGNORED for a null completion date (8)', async () => {
    await given(stored({ status: 'COMPLETED', progression: 100, firstCompletionDate: DAY_1 }));
    const answer = await send({ firstCompletionDate: null, timeSpent: 60 }, MERGE);
    expect(codes(answer)).toEqual(['VALUES_IGNORED']);
    expect(await now()).toMatchObject({ firstCompletionDate: DAY_1, timeSpentSeconds: 60 });
  });

  it('ROW_OLDER_THAN_STORED and olderRows', async () => {
    const later = stored({ lastAccessDate: DAY_2, progression: 80 });
    await given(later);
    const older = { lastAccessDate: '2025-03-01', progression: 10 };
    const skipped = await send(older, { options: { olderRows: 'SKIP' } });
    expect([outcomes(skipped), codes(skipped)]).toEqual([['UNCHANGED'], ['ROW_OLDER_THAN_STORED']]);
    expect(skipped.rows[0]).toMatchObject({ changes: [], tracking: { progression: 80 } });
    expect(await storedTracking(test)).toEqual([later]);
    const equal = await send({ ...older, lastAccessDate: '2025-03-02' }, { options: { olderRows: 'SKIP' } });
    expect([outcomes(equal), codes(equal)]).toEqual([['REPLACED'], []]);
    const written = await send(older);
    expect([outcomes(written), codes(written)]).toEqual([['REPLACED'], ['ROW_OLDER_THAN_STORED']]);
    expect(await now()).toMatchObject({ lastAccessDate: DAY_1, progression: 10 });
  });

  it('NOTHING_SENT', async () => {
    const before = stored({ progression: 80, timeSpentSeconds: 9 });
    await given(before);
    expect(codes(await send({}, MERGE))).toEqual(['NOTHING_SENT']);
    expect(await storedTracking(test)).toEqual([before]);
    expect(codes(await send({ progression: null, timeSpent: null }))).toEqual(['NOTHING_SENT']);
    expect(await now()).toMatchObject({ status: 'INCOMPLETE', progression: null, timeSpentSeconds: null });
  });

  it('BROWSED at 100 (10)', async () => {
    await given();
    const answer = await send({ trackingStatus: 'browsed', progression: 100 });
    expect(codes(answer)).toEqual(['STATUS_CONTRADICTS_PROGRESSION']);
    expect(await now()).toMatchObject({
      status: 'BROWSED',
      progression: 100,
      firstCompletionDate: null,
    });
  });

  it('one-digit dates, fractions of seconds', async () => {
    await given();
    const parameters = { dateTimeFormat: 'DD/MM/YYYY hh:ii', timeSpentFormat: 'ISO_8601' } as const;
    const dates = { firstAccessDate: '1/3/2025 0:00', lastAccessDate: '2/3/2025 0:00' };
    expect(codes(await send({ ...dates, timeSpent: 'PT1M30.5S' }, { parameters }))).toEqual([]);
    expect(await now()).toMatchObject({
      firstAccessDate: DAY_1,
      lastAccessDate: DAY_2,
      timeSpentSeconds: 91,
    });
    expect(codes(await send({ timeSpent: '5115,4' }, MERGE))).toEqual([]);
    expect(await now()).toMatchObject({ timeSpentSeconds: 5_115 });
  });

  it('match, replayed, normalised fingerprint', async () => {
    await given();
    const query = `mutation ($input: ImportConsolidatedTrackingInput!) {
      importConsolidatedTracking(input: $input) { ... on ImportConsolidatedTrackingOutcome {
        importId replayed
        rows { match { learner { learnerId login } session { sessionId } lov { lovId } learnersFound sessionsFound lovsFound } }
      } }
    }`;
    const key = { idempotencyKey: 'once' };
    const rows = [{ ...ADA_FIRE, candidateLogin: 'ADA', progression: 10 }];
    const first = await api.run(query, { input: { rows, ...key } });
    const found = { learnersFound: 1, sessionsFound: 1, lovsFound: 1 };
    const match = {
      learner: { learnerId: '1', login: 'ada' },
      session: { sessionId: 100 },
      lov: { lovId: '1' },
      ...found,
    };
    expect(first).toMatchObject({ importConsolidatedTracking: { replayed: false, rows: [{ match }] } });
    const [row] = rows;
    const again = await api.run(query, {
      input: {
        rows: [{ ignoredColumn: 1, ...row }],
        parameters: {},
        options: null,
        writeMode: 'REPLACE',
        ...key,
      },
    });
    expect(again).toEqual({
      importConsolidatedTracking: { ...(first.importConsolidatedTracking as object), replayed: true },
    });
    expect(await test.query('SELECT id FROM import_run')).toHaveLength(1);
    const other = await sendRows([{ ...ADA_FIRE, candidateLogin: 'ADA', progression: '10' }], key);
    expect(codes(other)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });
});
