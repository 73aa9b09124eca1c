import type { Tx } from '../../src/data/database';
import { forgetExpiredKeys } from '../../src/data/idempotency.repository';
import { instantFromSql } from '../../src/kernel/dates/instants';
import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn, NOW } from '../support/api';
import {
  DATABASE_KINDS,
  databaseNow,
  letPass,
  openTestDatabase,
  overriding,
  type TestDatabase,
} from '../support/databases';
import {
  ADA_AID,
  ADA_FIRE,
  BOB_AID,
  BOB_FIRE,
  codes,
  ERROR,
  IMPORT,
  type ImportAnswer,
  importRows,
  OTHER_SITE,
  outcomes,
  SUCCESS,
  stored,
  WARNING,
  worldWith,
} from '../support/import-cases';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const NOTHING = {
  received: 0,
  created: 0,
  replaced: 0,
  unchanged: 0,
  deleted: 0,
  superseded: 0,
  rejected: 0,
  withWarnings: 0,
  problemCounts: [],
};

const BAD: ImportRow = { ...ADA_FIRE, progression: 101 };

const CLARA = { id: 3, login: 'clara', refNumber: 'R-3', email: null, createdAt: 0 };

/** With STORED, these rows have every outcome once, and Bob's first aid is created with a warning. */
const EVERY_OUTCOME: ImportRow[] = [
  { ...ADA_FIRE, progression: 50 },
  { ...BOB_AID, progression: 10 },
  { ...ADA_AID, progression: 20 },
  { ...BOB_FIRE, trackingStatus: 'notAttempted' },
  { ...ADA_FIRE, score: -1 },
  { ...BOB_AID, trackingStatus: 'completed' },
  { ...ADA_FIRE, candidateLogin: 'clara', progression: 40 },
];
const STORED = [
  stored({ progression: 40, timeSpentSeconds: 60 }),
  stored({ lovId: 2, progression: 20 }),
  stored({ registrationId: 1002 }),
];

describe.each(DATABASE_KINDS)('importConsolidatedTracking on $kind', (kind) => {
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
        learners: [CLARA],
        registrations: [{ id: 1003, learnerId: 3, sessionId: 100 }],
        stored: STORED,
      }),
    );
  });
  afterAll(() => test.drop());

  /** The same API after this time has passed. */
  function later(milliseconds: number): Api {
    return api.as({ clock: () => new Date(NOW + milliseconds) });
  }

  async function recorded(): Promise<string[]> {
    const rows = await test.query<{ id: string }>('SELECT id FROM import_run');
    return rows.map((row) => row.id);
  }

  async function storedKeys(): Promise<number> {
    return (await test.query('SELECT key_hash FROM idempotency_entry')).length;
  }

  describe('Result', () => {
    it('Success: every row accepted and no problem at all', async () => {
      const answer = await importRows(api, [{ ...ADA_AID, progression: 30 }]);
      expect(answer).toMatchObject({ __typename: SUCCESS, dryRun: false, problems: [] });
    });

    it.each<[string, ImportRow[]]>([
      ['a warning', [{ ...ADA_AID, trackingStatus: 'passed' }]],
      ['a rejected row', [ADA_AID, BAD]],
    ])('Warning: at least one row accepted and at least one problem (%s)', async (_, rows) => {
      expect(await importRows(api, rows)).toMatchObject({ __typename: WARNING });
    });

    it('Error: no row accepted', async () => {
      expect(await importRows(api, [BAD, BAD])).toMatchObject({ __typename: ERROR });
    });

    it('created + replaced + unchanged + deleted + superseded + rejected = received', async () => {
      const answer = await importRows(api, EVERY_OUTCOME);
      expect(outcomes(answer)).toEqual([
        'REPLACED',
        'SUPERSEDED',
        'UNCHANGED',
        'DELETED',
        'REJECTED',
        'CREATED',
        'CREATED',
      ]);
      const counts = { created: 2, replaced: 1, unchanged: 1, deleted: 1, superseded: 1, rejected: 1 };
      const problemCounts = [
        { code: 'COMPLETION_DATE_DEFAULTED', rows: 1 },
        { code: 'ROW_SUPERSEDED', rows: 1 },
        { code: 'SCORE_NEGATIVE', rows: 1 },
        { code: 'VALUE_RESET', rows: 1 },
      ];
      expect(answer.summary).toEqual({ ...counts, received: 7, withWarnings: 3, problemCounts });
      expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(answer.summary.received);
    });

    it('One entry per input row, in input order; problems: every problem of the request, in row order', async () => {
      const answer = await importRows(api, EVERY_OUTCOME);
      expect(answer.rows.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(answer.problems).toEqual(answer.rows.flatMap((row) => row.problems));
      expect(answer.problems.map(({ row }) => row)).toEqual([1, 2, 5, 6]);
    });

    it('problemCounts: in how many rows each problem is, the most frequent first', async () => {
      const long = 'x'.repeat(256);
      const answer = await importRows(api, [
        { ...ADA_FIRE, score: -1 },
        { ...ADA_AID, score: 5, progression: 20 },
        { ...BOB_AID, score: 5, timeSpent: 1 },
        { candidateLogin: long, candidateRefNumber: long, sessionGuid: 'session-100', lovCode: 'FIRE' },
      ]);
      expect(codes({ problems: present(answer.rows[3]).problems })).toEqual([
        'TEXT_TOO_LONG',
        'TEXT_TOO_LONG',
      ]);
      expect(answer.summary.problemCounts).toEqual([
        { code: 'SCORE_MAX_ASSUMED', rows: 2 },
        { code: 'SCORE_NEGATIVE', rows: 1 },
        { code: 'TEXT_TOO_LONG', rows: 1 },
      ]);
    });

    it('The rows filter keeps only the named outcomes', async () => {
      const data = await api.run<{ importConsolidatedTracking: Record<string, unknown> }>(
        `mutation ($input: ImportConsolidatedTrackingInput!) {
          importConsolidatedTracking(input: $input) {
            ... on ImportConsolidatedTrackingOutcome {
              two: rows(outcomes: [REJECTED, DELETED]) { row }
              none: rows(outcomes: []) { row }
              all: rows(outcomes: null) { row }
            }
          }
        }`,
        { input: { rows: EVERY_OUTCOME } },
      );
      const { two, none, all } = data.importConsolidatedTracking;
      expect(two).toEqual([{ row: 4 }, { row: 5 }]);
      expect(none).toEqual([]);
      expect(all).toHaveLength(7);
    });

    it('A request whose rows were all rejected is not refused: it is recorded and has an importId', async () => {
      const answer = await importRows(api, [BAD]);
      expect(answer).toMatchObject({
        summary: { received: 1, rejected: 1 },
        rows: [{ outcome: 'REJECTED' }],
      });
      expect(await recorded()).toEqual([answer.importId]);
    });

    it('An unexpected failure is never disguised as a row problem', async () => {
      const broken = overriding(test.database, {
        transaction: () => Promise.reject(new Error('out of order')),
      });
      const result = await api.as({ database: broken }).execute(IMPORT, { input: { rows: [ADA_FIRE] } });
      expect(result.data ?? null).toBeNull();
      expect(result.errors).toMatchObject([{ path: ['importConsolidatedTracking'] }]);
    });
  });

  describe('Refused as a whole, with a problem whose path names it', () => {
    const alias = (status: 'FAILED' | 'BROWSED' | 'COMPLETED', word: string) => ({ status, alias: word });
    const rows = [{ ...ADA_FIRE, progression: 99 }];

    it.each<[string, Partial<ImportInput>, string, string]>([
      ['no row', { rows: [] }, 'ROWS_MISSING', 'rows'],
      ['more than 10 000 rows', { rows: Array(10_001).fill(ADA_FIRE) }, 'ROWS_TOO_MANY', 'rows'],
      ...['Mars/Olympus', '', '+02:00', 'local', `A/${'x'.repeat(49)}`].map(
        (timeZone): [string, Partial<ImportInput>, string, string] => [
          `unknown time zone ${timeZone}`,
          { parameters: { timeZone } },
          'TIME_ZONE_UNKNOWN',
          'parameters.timeZone',
        ],
      ),
      [
        'bad date format',
        { parameters: { dateTimeFormat: 'YYYY-MM' } },
        'DATE_FORMAT_INVALID',
        'parameters.dateTimeFormat',
      ],
      ...['25:00:00', '12:00', ''].map((defaultTime): [string, Partial<ImportInput>, string, string] => [
        `bad default time ${defaultTime}`,
        { parameters: { defaultTime } },
        'DEFAULT_TIME_INVALID',
        'parameters.defaultTime',
      ]),
      [
        'bad alias table: one word for two statuses',
        { parameters: { trackingStatus: [alias('FAILED', 'out'), alias('BROWSED', ' OUT ')] } },
        'STATUS_ALIAS_AMBIGUOUS',
        'parameters.trackingStatus.1.alias',
      ],
      [
        'bad alias table: NUL',
        { parameters: { trackingStatus: [alias('FAILED', 'o\0ut')] } },
        'STATUS_ALIAS_INVALID',
        'parameters.trackingStatus.0.alias',
      ],
      [
        'bad alias table: too long',
        { parameters: { trackingStatus: [alias('COMPLETED', 'done'), alias('FAILED', 'x'.repeat(256))] } },
        'STATUS_ALIAS_INVALID',
        'parameters.trackingStatus.1.alias',
      ],
      [
        'negative defaultScoreMax',
        { options: { defaultScoreMax: -1 } },
        'DEFAULT_SCORE_MAX_NEGATIVE',
        'options.defaultScoreMax',
      ],
      ...['', ' ', 'x'.repeat(256), 'a\nb', 'a\0', '\ud800'].map(
        (idempotencyKey): [string, Partial<ImportInput>, string, string] => [
          `unusable idempotency key ${JSON.stringify(idempotencyKey.slice(0, 5))}`,
          { idempotencyKey },
          'IDEMPOTENCY_KEY_INVALID',
          'idempotencyKey',
        ],
      ),
    ])('%s', async (_, input, code, path) => {
      const { rows: sent = rows, ...rest } = input;
      const answer = await importRows(api, sent, rest);
      expect(answer).toMatchObject({
        __typename: ERROR,
        importId: null,
        dryRun: false,
        summary: NOTHING,
        rows: [],
        problems: [{ code, severity: 'ERROR', path: path.split('.'), row: null }],
      });
      expect(await storedTracking(test)).toEqual(STORED);
      expect(await recorded()).toEqual([]);
      expect(await storedKeys()).toBe(0);
      const dry = await importRows(api, sent, { ...rest, dryRun: true });
      expect(dry).toEqual({ ...answer, dryRun: true });
    });

    it('10 000 rows and a key of 255 characters are accepted', async () => {
      const many = await importRows(api, Array(10_000).fill(ADA_FIRE), { dryRun: true });
      expect(many.summary).toMatchObject({ received: 10_000, superseded: 9_999, replaced: 1 });
      const keyed = await importRows(api, rows, { idempotencyKey: '😀'.repeat(255) });
      expect(keyed.summary).toMatchObject({ replaced: 1 });
    });

    it('Everything that is wrong with the request is told at once', async () => {
      const answer = await importRows(api, [], {
        options: { defaultScoreMax: -1 },
        parameters: { timeZone: 'Mars', defaultTime: 'noon' },
        idempotencyKey: '',
      });
      expect(new Set(codes(answer))).toEqual(
        new Set([
          'ROWS_MISSING',
          'DEFAULT_SCORE_MAX_NEGATIVE',
          'TIME_ZONE_UNKNOWN',
          'DEFAULT_TIME_INVALID',
          'IDEMPOTENCY_KEY_INVALID',
        ]),
      );
    });
  });

  describe('dryRun', () => {
    const DRY = { dryRun: true } as const;

    it.each<[string, Omit<ImportInput, 'rows'>]>([
      ['REPLACE', {}],
      ['MERGE', { writeMode: 'MERGE' }],
      ['REJECT_EVERYTHING', { errorPolicy: 'REJECT_EVERYTHING' }],
    ])(
      'Outcomes, changes, problems and the tracking rows are what the real run would answer (%s)',
      async (_, rest) => {
        const dry = await importRows(api, EVERY_OUTCOME, { ...rest, ...DRY });
        const real = await importRows(api, EVERY_OUTCOME, rest);
        expect(dry.dryRun).toBe(true);
        expect(dry.importId).toBeNull();
        expect(real.importId).not.toBeNull();
        expect(dry).toEqual({ ...real, dryRun: true, importId: null });
      },
    );

    it('writes nothing', async () => {
      const statements = test.watch();
      await importRows(api, EVERY_OUTCOME, { ...DRY, idempotencyKey: 'key' });
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE|REPLACE)/i.test(sql))).toEqual([]);
      expect(await storedTracking(test)).toEqual(STORED);
      expect(await recorded()).toEqual([]);
      expect(await storedKeys()).toBe(0);
    });

    it("updatedAt is the import's clock", async () => {
      const answer = await importRows(later(1), [{ ...ADA_FIRE, progression: 1 }], DRY);
      expect(answer.rows[0]?.tracking?.updatedAt).toBe('2026-01-15T12:00:00.001Z');
    });

    it('The id of a row is the same on a dry run and after', async () => {
      const row = { ...BOB_AID, progression: 10 };
      const dry = await importRows(api, [row], DRY);
      const real = await importRows(api, [row]);
      const again = await importRows(later(HOUR), [{ ...row, progression: 20 }]);
      expect(dry.rows[0]?.tracking?.id).toEqual(expect.any(String));
      expect(real.rows[0]?.tracking?.id).toBe(dry.rows[0]?.tracking?.id);
      expect(again.rows[0]?.tracking?.id).toBe(dry.rows[0]?.tracking?.id);
    });
  });

  describe('idempotencyKey', () => {
    const KEY = { idempotencyKey: 'key' } as const;
    const ROWS = [{ ...ADA_FIRE, progression: 70 }];
    const OTHER_ROWS = [{ ...ADA_FIRE, progression: 71 }];

    /** One tracking row is enough to see which import wrote last. */
    async function progression(): Promise<number | null | undefined> {
      return (await storedTracking(test))[0]?.progression;
    }

    it('The first answer, all rows, is replayed, and nothing is written', async () => {
      const first = await importRows(api, EVERY_OUTCOME, KEY);
      await importRows(later(1), OTHER_ROWS);
      const replayed = await importRows(later(2), EVERY_OUTCOME, KEY);
      expect(replayed).toEqual(first);
      expect(await progression()).toBe(71);
      expect(await recorded()).toHaveLength(2);
    });

    it('All rows are replayed, whichever the first request selected', async () => {
      await api.run(
        `mutation ($input: ImportConsolidatedTrackingInput!) {
          importConsolidatedTracking(input: $input) {
            ... on ImportConsolidatedTrackingOutcome { rows(outcomes: [REJECTED]) { row } }
          }
        }`,
        { input: { rows: EVERY_OUTCOME, ...KEY } },
      );
      expect((await importRows(api, EVERY_OUTCOME, KEY)).rows).toHaveLength(7);
      expect(await recorded()).toHaveLength(1);
    });

    it('for 24 hours', async () => {
      const first = await importRows(api, ROWS, KEY);
      await letPass(test, 'idempotency_entry', 24 * HOUR - MINUTE);
      expect(await importRows(api, ROWS, KEY)).toEqual(first);
      await letPass(test, 'idempotency_entry', MINUTE);
      const anew = await importRows(api, ROWS, KEY);
      expect(anew.importId).not.toBe(first.importId);
      expect(outcomes(anew)).toEqual(['UNCHANGED']);
      // The key belongs to the new answer for another 24 hours.
      await letPass(test, 'idempotency_entry', 24 * HOUR - MINUTE);
      expect(await importRows(api, ROWS, KEY)).toEqual(anew);
    });

    it('by the clock of the database, whatever that of the server says', async () => {
      const first = await importRows(later(-48 * HOUR), ROWS, KEY);
      const before = await databaseNow(test);
      expect(await importRows(later(48 * HOUR), ROWS, KEY)).toEqual(first);
      const [entry] = await test.query<{ expires_at: string | Date }>('SELECT * FROM idempotency_entry');
      const left = instantFromSql(present(entry).expires_at) - before;
      expect([left > 23 * HOUR, left <= 24 * HOUR]).toEqual([true, true]);
    });

    it('and is forgotten after that, of every site, and no sooner', async () => {
      await storeWorld(test, OTHER_SITE);
      await importRows(api, ROWS, KEY);
      await importRows(api.as({ siteId: 2 }), OTHER_ROWS, KEY);
      const kept = async () => {
        await test.database.transaction(forgetExpiredKeys);
        return (await test.query('SELECT 1 FROM idempotency_entry')).length;
      };
      await letPass(test, 'idempotency_entry', 24 * HOUR - MINUTE);
      expect(await kept()).toBe(2);
      await letPass(test, 'idempotency_entry', MINUTE);
      expect(await kept()).toBe(0);
    });

    it('Scope is the site', async () => {
      await storeWorld(test, OTHER_SITE);
      await importRows(api, ROWS, KEY);
      const elsewhere = await importRows(api.as({ siteId: 2 }), OTHER_ROWS, KEY);
      expect(outcomes(elsewhere)).toEqual(['CREATED']);
    });

    it('Scope is the caller', async () => {
      await importRows(api, ROWS, KEY);
      const another = await importRows(api.as({ caller: 'another' }), OTHER_ROWS, KEY);
      expect(outcomes(another)).toEqual(['REPLACED']);
    });

    it('Scope is the operation', async () => {
      await importRows(api, ROWS, KEY);
      await test.query("UPDATE idempotency_entry SET operation = 'anotherOperation'");
      expect(outcomes(await importRows(api, OTHER_ROWS, KEY))).toEqual(['REPLACED']);
      expect(await storedKeys()).toBe(2);
    });

    it.each(['Key', 'key ', ' key', 'ke\u0301y'])(
      'The key is compared exactly: %j is another',
      async (idempotencyKey) => {
        await importRows(api, ROWS, KEY);
        expect(outcomes(await importRows(api, OTHER_ROWS, { idempotencyKey }))).toEqual(['REPLACED']);
      },
    );

    it.each<[string, ImportInput]>([
      ['defaults written out', { rows: ROWS, writeMode: 'REPLACE', errorPolicy: 'REJECT_FAILED_ROWS' }],
      ['dryRun written out', { rows: ROWS, dryRun: false }],
      [
        'cells in another order',
        { rows: ROWS.map((row) => Object.fromEntries(Object.entries(row).reverse())) },
      ],
    ])(
      'The fingerprint is the coerced input without key and dryRun; the same: %s',
      async (_, { rows, ...rest }) => {
        const first = await importRows(api, ROWS, KEY);
        expect(await importRows(later(1), rows, { ...rest, ...KEY })).toEqual(first);
      },
    );

    it.each<[string, ImportInput]>([
      ['another value', { rows: OTHER_ROWS }],
      ['null for absent', { rows: ROWS.map((row) => ({ ...row, score: null })) }],
      ['text for a number', { rows: ROWS.map((row) => ({ ...row, timeSpent: '60' })) }],
      ['one row more', { rows: [...ROWS, BOB_FIRE] }],
      ['another write mode', { rows: ROWS, writeMode: 'MERGE' }],
      ['another error policy', { rows: ROWS, errorPolicy: 'REJECT_EVERYTHING' }],
      ['an option', { rows: ROWS, options: { defaultScoreMax: 50 } }],
      ['a parameter', { rows: ROWS, parameters: { timeZone: 'Asia/Kolkata' } }],
    ])('Another input under the key: IDEMPOTENCY_KEY_REUSED (%s)', async (_, { rows, ...rest }) => {
      const first = await importRows(api, ROWS, KEY);
      const refused = await importRows(later(1), rows, { ...rest, ...KEY });
      expect(refused).toMatchObject({
        __typename: ERROR,
        importId: null,
        summary: NOTHING,
        rows: [],
        problems: [
          { code: 'IDEMPOTENCY_KEY_REUSED', severity: 'ERROR', path: ['idempotencyKey'], row: null },
        ],
      });
      expect(await progression()).toBe(70);
      expect(await recorded()).toEqual([first.importId]);
      // The refusal did not take the key away from the first input.
      expect(await importRows(later(2), ROWS, KEY)).toEqual(first);
    });

    it('After 24 hours the key is free for another input', async () => {
      await importRows(api, ROWS, KEY);
      await letPass(test, 'idempotency_entry', 24 * HOUR);
      expect(outcomes(await importRows(later(24 * HOUR), OTHER_ROWS, KEY))).toEqual(['REPLACED']);
    });

    it('A dry run does not read a key', async () => {
      await importRows(api, ROWS, KEY);
      const same = await importRows(later(1), ROWS, { ...KEY, dryRun: true });
      const other = await importRows(later(1), OTHER_ROWS, { ...KEY, dryRun: true });
      expect([same, other].map((answer) => [answer.dryRun, ...outcomes(answer)])).toEqual([
        [true, 'UNCHANGED'],
        [true, 'REPLACED'],
      ]);
    });

    it('A dry run does not store a key', async () => {
      await importRows(api, ROWS, { ...KEY, dryRun: true });
      expect(outcomes(await importRows(api, OTHER_ROWS, KEY))).toEqual(['REPLACED']);
    });

    it.each<[string, ImportInput]>([
      ['rows all rejected', { rows: [BAD] }],
      ['REJECT_EVERYTHING', { rows: [...ROWS, BAD], errorPolicy: 'REJECT_EVERYTHING' }],
      ['refused as a whole', { rows: [] }],
    ])('Only Success and Warning use a key up; Error does not: %s', async (_, { rows, ...rest }) => {
      const failed = await importRows(api, rows, { ...rest, ...KEY });
      expect(failed.__typename).toBe(ERROR);
      expect(await storedKeys()).toBe(0);
      const again = await importRows(api, rows, { ...rest, ...KEY });
      expect(again).toEqual({ ...failed, importId: failed.importId === null ? null : expect.any(String) });
      if (failed.importId !== null) expect(again.importId).not.toBe(failed.importId);
      expect(outcomes(await importRows(api, ROWS, KEY))).toEqual(['REPLACED']);
    });

    it.each<[string, ImportRow[]]>([
      [SUCCESS, [{ ...ADA_AID, progression: 30 }]],
      [WARNING, [{ ...ADA_AID, progression: 30 }, BAD]],
    ])('Only Success and Warning use a key up: %s', async (typename, rows) => {
      const first = await importRows(api, rows, KEY);
      expect(first.__typename).toBe(typename);
      expect(await importRows(api, rows, KEY)).toEqual(first);
      expect(codes(await importRows(api, OTHER_ROWS, KEY))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    });

    it('A concurrent copy waits and then replays', async () => {
      const copies = Array.from({ length: 5 }, () => importRows(api, EVERY_OUTCOME, KEY));
      const [first, ...others]: ImportAnswer[] = await Promise.all(copies);
      expect(first?.importId).toEqual(expect.any(String));
      for (const other of others) expect(other).toEqual(first);
      expect(await recorded()).toEqual([first?.importId]);
    });
  });

  describe('Writing', () => {
    it('One transaction per request: its rows, the record of the import, the idempotency entry', async () => {
      const failing = overriding(test.database, {
        transaction: <Result>(work: (tx: Tx) => Promise<Result>) =>
          test.database.transaction<Result>(async (tx) => {
            await work(tx);
            throw new Error('just before COMMIT');
          }),
      });
      const input = { rows: EVERY_OUTCOME, idempotencyKey: 'key' };
      const result = await api.as({ database: failing }).execute(IMPORT, { input });
      expect(result.errors).toHaveLength(1);
      expect(await storedTracking(test)).toEqual(STORED);
      expect(await recorded()).toEqual([]);
      expect(await storedKeys()).toBe(0);
    });

    it('The number of SQL statements grows with chunks, never with rows', async () => {
      const ids = Array.from({ length: 1_500 }, (_, index) => index + 1);
      await test.clear();
      await storeWorld(test, {
        ...worldWith(),
        learners: ids.map((id) => ({ ...CLARA, id, login: `l-${id}`, refNumber: null })),
        registrations: ids.map((id) => ({ id, learnerId: id, sessionId: 100 })),
      });
      const rows = ids.map((id): ImportRow => ({ ...ADA_FIRE, candidateLogin: `l-${id}`, progression: 10 }));
      async function statements(count: number): Promise<number> {
        const watched = test.watch();
        const answer = await importRows(api, rows.slice(0, count), { writeMode: 'MERGE' });
        expect(answer.summary.rejected).toBe(0);
        return watched.length;
      }
      const few = await statements(10);
      expect(await statements(1_000)).toBe(few);
      // A chunk is 1,000 rows: what is done per chunk is done twice.
      expect(await statements(1_500)).toBeLessThanOrEqual(2 * few);
    });
  });
});
