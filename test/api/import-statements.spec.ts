/**
 * How many SQL statements an import takes: so many per chunk of 1,000 rows or distinct references, and a fixed
 * number besides. The numbers are exact, so that a statement per row, or one more per chunk, shows.
 */

import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { type ImportAnswer, importRows } from '../support/import-cases';
import { storeWorld } from '../support/world';

const CHUNK = 1_000;
const LEARNERS = 2_500;
/** Within a chunk, exactly one, and three. */
const SIZES = [10, 1_000, LEARNERS];

/** Statements by what they do; those that open and close the transaction are counted apart. */
type Counts = Readonly<Record<string, number>>;

const chunksOf = (count: number) => Math.ceil(count / CHUNK);
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe.each(DATABASE_KINDS)('the statements of an import on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await storeWorld(test, classWorld({ learners: LEARNERS }));
  });
  beforeEach(async () => {
    for (const table of ['consolidated_tracking', 'import_run', 'idempotency_entry']) {
      await test.query(`DELETE FROM ${table}`);
    }
  });
  afterAll(() => test.drop());

  const rowsOf = (count: number, cells: ImportRow = {}) =>
    range(count).map((learner) => ({ ...classRow(learner), ...cells }));

  async function counted(
    rows: readonly ImportRow[],
    rest: Omit<ImportInput, 'rows'> = {},
  ): Promise<{ answer: ImportAnswer; statements: Counts }> {
    const watched = test.watch();
    const answer = await importRows(api, rows, rest);
    const { transaction, ...statements } = count(watched);
    // A server's sessions are in a transaction as soon as they do something.
    expect(transaction).toBe(kind.kind === 'sqlite' ? 2 : 1);
    return { answer, statements };
  }

  /** What it takes to look up rows of the class, by reference number, session GUID and LOV GUID. */
  const lookUps = (count: number): Counts => ({
    'select learner by ref_number': chunksOf(count),
    'select session by guid': 1,
    'select learning_object_version by guid': 1,
    'select training_lov': 1,
  });
  /** Registrations, and what is stored under them. */
  const unlocked = (count: number): Counts => ({ 'select registration': chunksOf(count) });
  /** The embedded database has one writer at a time, and no locks. */
  const locks = (count: number): Counts =>
    kind.kind === 'sqlite' ? unlocked(count) : { 'lock registration': chunksOf(count) };
  const RECORD: Counts = { 'insert import_run': 1, 'insert audit_entry': 1 };
  /** What is kept of rows that changed something or have problems, whatever their number. */
  const KEPT: Counts = { 'insert import_run_detail': 1 };
  const FIRST_UNDER_KEY: Counts = {
    'insert idempotency_entry': 1,
    'select idempotency_entry': 1,
    'update idempotency_entry': 1,
  };

  it.each(SIZES)('%d rows created, replaced, unchanged, wiped', async (size) => {
    const writing = { 'insert consolidated_tracking': chunksOf(size) };
    const created = await counted(rowsOf(size));
    expect(created.answer.summary.created).toBe(size);
    expect(created.statements).toEqual({ ...lookUps(size), ...locks(size), ...writing, ...KEPT, ...RECORD });

    const replaced = await counted(rowsOf(size, { score: 1, progression: 20 }));
    expect(replaced.answer.summary.replaced).toBe(size);
    expect(replaced.statements).toEqual(created.statements);

    const merged = await counted(rowsOf(size, { score: 2 }), { writeMode: 'MERGE' });
    expect(merged.answer.summary.replaced).toBe(size);
    expect(merged.statements).toEqual(created.statements);

    const unchanged = await counted(rowsOf(size, { score: 2 }), { writeMode: 'MERGE' });
    expect(unchanged.answer.summary.unchanged).toBe(size);
    expect(unchanged.statements).toEqual({ ...lookUps(size), ...locks(size), ...RECORD });

    const wiped = await counted(rowsOf(size, { trackingStatus: 'notAttempted' }));
    expect(wiped.answer.summary.deleted).toBe(size);
    expect(wiped.statements).toEqual({
      ...lookUps(size),
      ...locks(size),
      'delete consolidated_tracking': chunksOf(size),
      'insert deleted_tracking': chunksOf(size),
      ...KEPT,
      ...RECORD,
    });
  });

  it('10 rows and 1,000 rows take the same statements, 2,500 rows three times those per chunk', async () => {
    const few = await counted(rowsOf(10, { score: 1 }));
    const chunk = await counted(rowsOf(1_000, { score: 2 }));
    expect(chunk.statements).toEqual(few.statements);
    const total = (counts: Counts) => Object.values(counts).reduce((sum, number) => sum + number, 0);
    // Learners, registrations with what is stored, written rows.
    const perChunk = 3;
    const oneMore = await counted(rowsOf(1_001, { score: 3 }));
    expect(total(oneMore.statements)).toBe(total(few.statements) + perChunk);
    const many = await counted(rowsOf(2_500, { score: 4 }));
    expect(total(many.statements)).toBe(total(few.statements) + 2 * perChunk);
  });

  it.each(SIZES)('%d rows of one key', async (size) => {
    const rows = range(size).map((score) => ({ ...classRow(1), score, scoreMax: null }));
    const { answer, statements } = await counted(rows);
    expect(answer.summary).toMatchObject({ created: 1, superseded: size - 1 });
    expect(statements).toEqual({
      ...lookUps(1),
      ...locks(1),
      'insert consolidated_tracking': 1,
      ...KEPT,
      ...RECORD,
    });
  });

  it.each(SIZES)('%d rows whose cells cannot be read: nothing is looked up', async (size) => {
    const { answer, statements } = await counted(
      rowsOf(size, { candidateRefNumber: ' ', lovGuid: '\u0000', sessionGuid: null }),
    );
    expect(answer.summary.rejected).toBe(size);
    expect(statements).toEqual({ ...KEPT, ...RECORD });
  });

  it.each(SIZES)('%d rows whose values cannot be read: nothing is written', async (size) => {
    const { answer, statements } = await counted(rowsOf(size, { score: -1 }));
    expect(answer.summary.rejected).toBe(size);
    expect(statements).toEqual({ ...lookUps(size), ...locks(size), ...KEPT, ...RECORD });
  });

  it.each(SIZES)('%d rows of which one is rejected, everything or nothing', async (size) => {
    const rows = [...rowsOf(size), { ...classRow(1), progression: 101 }];
    const { answer, statements } = await counted(rows, { errorPolicy: 'REJECT_EVERYTHING' });
    expect(answer.summary.rejected).toBe(size + 1);
    expect(statements).toEqual({ ...lookUps(size), ...locks(size), ...KEPT, ...RECORD });
  });

  describe.each(SIZES)('%d rows with references of their own', (size) => {
    const many = chunksOf(size);

    it('every kind of reference is one statement per chunk', async () => {
      const rows = range(size).map((number) => ({
        candidateLogin: `nobody-${number}`,
        candidateEmail: `nobody-${number}@example.org`,
        candidateRefNumber: `N-${number}`,
        lovCode: `N-${number}`,
        lovGuid: `no-lov-${number}`,
        sessionGuid: `no-session-${number}`,
        sessionId: -number,
        sessionTitle: `None ${number}`,
        trainingGuid: `no-training-${number}`,
        trainingId: -number,
        trainingPathCode: `N-${number}`,
      }));
      const { answer, statements } = await counted(rows);
      expect(answer.summary.rejected).toBe(size);
      expect(statements).toEqual({
        'select learner by login_folded': many,
        'select learner by email_folded': many,
        'select learner by ref_number': many,
        'select learning_object_version by code': many,
        'select learning_object_version by guid': many,
        'select session by guid': many,
        'select session by id': many,
        'select training by guid': many,
        'select training by id': many,
        'select training by path_code': many,
        ...KEPT,
        ...RECORD,
      });
    });

    it('titles are looked up within their training', async () => {
      const rows = range(size).map((number) => ({
        ...classRow(number),
        sessionGuid: null,
        sessionTitle: `None ${number}`,
        trainingPathCode: 'T-1',
      }));
      const { answer, statements } = await counted(rows);
      expect(answer.summary.rejected).toBe(size);
      expect(statements).toEqual({
        'select learner by ref_number': many,
        'select learning_object_version by guid': 1,
        'select training by path_code': 1,
        'select session by title': many,
        ...KEPT,
        ...RECORD,
      });
    });

    it('three references to one learner are three look-ups, and one registration', async () => {
      const rows = range(size).map((number) => ({
        ...classRow(number),
        candidateLogin: `LEARNER-${number}`,
        candidateEmail: `Learner-${number}@example.org`,
      }));
      const { answer, statements } = await counted(rows);
      expect(answer.summary.created).toBe(size);
      expect(statements).toEqual({
        ...lookUps(size),
        'select learner by login_folded': many,
        'select learner by email_folded': many,
        ...locks(size),
        'insert consolidated_tracking': many,
        ...KEPT,
        ...RECORD,
      });
    });
  });

  it.each(SIZES)(
    '%d rows under an idempotency key: three statements more, and a replay reads no row',
    async (size) => {
      const key = { idempotencyKey: 'key' };
      const first = await counted(rowsOf(size), key);
      expect(first.statements).toEqual({
        ...FIRST_UNDER_KEY,
        ...lookUps(size),
        ...locks(size),
        'insert consolidated_tracking': chunksOf(size),
        ...KEPT,
        ...RECORD,
      });
      const replay = await counted(rowsOf(size), key);
      expect(replay.answer).toEqual(first.answer);
      const { 'update idempotency_entry': _, ...reading } = FIRST_UNDER_KEY;
      expect(replay.statements).toEqual(reading);
      const other = await counted(rowsOf(size, { score: 1 }), key);
      expect(other.statements).toEqual(reading);
    },
  );

  it.each(SIZES)('a dry run of %d rows reads, and writes and locks nothing', async (size) => {
    const stored = rowsOf(Math.ceil(size / 2), { score: 1 });
    await importRows(api, stored);
    const outcomes: ImportRow[] = [
      { score: 1 },
      { score: 2 },
      { trackingStatus: 'notAttempted' },
      { score: -1 },
      {},
    ];
    const rows = range(size).map((number) => ({
      ...classRow(number),
      ...outcomes[number % outcomes.length],
    }));
    for (const writeMode of ['REPLACE', 'MERGE'] as const) {
      for (const errorPolicy of ['REJECT_FAILED_ROWS', 'REJECT_EVERYTHING'] as const) {
        const { answer, statements } = await counted(rows, {
          dryRun: true,
          writeMode,
          errorPolicy,
          idempotencyKey: 'key',
        });
        expect(answer.summary.received).toBe(size);
        expect(statements).toEqual({ ...lookUps(size), ...unlocked(size) });
      }
    }
    const watched = test.watch();
    await importRows(api, rows, { dryRun: true });
    const writes = watched.filter((sql) => !/^\s*(SELECT|BEGIN|START|SET TRANSACTION|COMMIT)\b/.test(sql));
    expect(writes).toEqual([]);
    expect(watched.filter((sql) => /FOR UPDATE|LOCK IN SHARE MODE/.test(sql))).toEqual([]);
  });

  it('a request that is refused as a whole takes no statement', async () => {
    for (const [rows, rest] of [
      [[], {}],
      [rowsOf(1), { parameters: { timeZone: 'Mars' } }],
      [rowsOf(1), { idempotencyKey: '' }],
      [Array<ImportRow>(10_001).fill({}), {}],
    ] as const) {
      const watched = test.watch();
      expect((await importRows(api, rows, rest)).importId).toBeNull();
      expect(watched).toEqual([]);
    }
  });

  it('a page of stored tracking is one statement, whatever its size, and its total one more', async () => {
    await importRows(api, rowsOf(500));
    for (const first of [1, 10, 200]) {
      const page = test.watch();
      await api.run(
        'query($first: Int!) { consolidatedTracking(first: $first) { nodes { id lovCode learnerId } edges { cursor } } }',
        { first },
      );
      expect(count(page)).toEqual({ 'select consolidated_tracking': 1 });
      const total = test.watch();
      await api.run(
        'query($first: Int!) { consolidatedTracking(first: $first) { totalCount nodes { id } } }',
        { first },
      );
      expect(count(total)).toEqual({ 'select consolidated_tracking': 2 });
    }
  });
});

function count(statements: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const sql of statements) {
    const name = nameOf(sql);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** What a statement does, to which table, and for look-ups by which column. */
function nameOf(statement: string): string {
  const sql = statement.replaceAll(/\s+/g, ' ').trim();
  if (/^(BEGIN|START TRANSACTION|SET TRANSACTION|COMMIT|ROLLBACK)/.test(sql)) return 'transaction';
  if (/FOR UPDATE\b/.test(sql)) return `lock ${/JOIN (\w+)/.exec(sql)?.[1]}`;
  const [verb = ''] = sql.toLowerCase().split(' ');
  const table =
    /\bk (?:STRAIGHT_|CROSS )JOIN (\w+)/.exec(sql)?.[1] ?? /(?:INTO|UPDATE|FROM) (\w+)/.exec(sql)?.[1];
  const column =
    /ON t\.site_id = \? AND t\.(\w+) = k\.\w+$/.exec(sql)?.[1] ??
    /ON t\.site_id = \? AND t\.training_id = k\.training_id AND t\.(title) /.exec(sql)?.[1];
  return `${verb} ${table}${verb === 'select' && column !== undefined ? ` by ${column}` : ''}`;
}
