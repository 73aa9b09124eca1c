/** What a job stores, against what one request with the same rows does. */
import fc from 'fast-check';
import type { ImportRow } from '../models/import/types';
import { apiOn, NOW } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import { csvOf, importFile, jobOf, resultFile, runAll, steer } from '../support/import-jobs';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const LEARNERS = 4;
const LOVS = 2;

/** What a cell of a file may hold; empty is null. */
const cells = {
  progression: fc.constantFrom(null, 0, 30, 50, 100, 101),
  score: fc.constantFrom(null, 0, 5, 7.25, 40, 0.1 + 0.2),
  scoreMax: fc.constantFrom(null, 10, 20, 100),
  timeSpent: fc.constantFrom(null, 0, 90, '1:30'),
  trackingStatus: fc.constantFrom(
    null,
    'incomplete',
    'completed',
    'passed',
    'notAttempted',
    'browsed',
    'nonsense',
  ),
  firstAccessDate: fc.constantFrom(null, '2021-03-01 10:00:00', 'yesterday'),
  firstCompletionDate: fc.constantFrom(null, null, '2021-03-02T10:00:00.123Z'),
  lastAccessDate: fc.constantFrom(
    null,
    '2021-03-01T10:00:00Z',
    '2021-03-05T10:00:00Z',
    '2021-02-01T00:00:00Z',
  ),
} as const;

type CellName = keyof typeof cells;

/** Each file has some columns, and each of its rows all of them. */
const rows: fc.Arbitrary<ImportRow[]> = fc
  .subarray(Object.keys(cells) as CellName[], { minLength: 1 })
  .chain((names) => {
    const values = fc.record(Object.fromEntries(names.map((name) => [name, cells[name]])));
    // One learner of the file is nobody.
    const row = fc
      .tuple(fc.integer({ min: 1, max: LEARNERS + 1 }), fc.integer({ min: 1, max: LOVS }), values)
      .map(([learner, lov, sent]): ImportRow => {
        const { candidateRefNumber, sessionGuid, lovGuid } = classRow(learner, lov);
        return { candidateRefNumber, sessionGuid, lovGuid, ...sent };
      });
    return fc.array(row, { minLength: 1, maxLength: 14 });
  });

const files = fc.record({
  before: rows,
  rows,
  windowRows: fc.integer({ min: 1, max: 6 }),
  writeMode: fc.constantFrom('REPLACE', 'MERGE'),
  errorPolicy: fc.constantFrom('REJECT_FAILED_ROWS', 'REJECT_EVERYTHING'),
  olderRows: fc.constantFrom('OVERWRITE', 'SKIP'),
});

const RUNS = Number(process.env.FAST_CHECK_RUNS ?? 60);

/** A file says nothing by leaving a cell out of a row: what a request sends has the very texts. */
function asSent(sent: readonly ImportRow[]): ImportRow[] {
  const textOf = (cell: unknown) => (cell === null || cell === undefined ? null : String(cell));
  return sent.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, textOf(cell)])),
  );
}

describe.each(DATABASE_KINDS)('a job against one request on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  async function begin(before: readonly ImportRow[]): Promise<void> {
    await test.clear();
    await storeWorld(test, classWorld({ learners: LEARNERS, lovs: LOVS }));
    await importRows(apiOn(test), asSent(before));
  }

  /** Dates that were set by the clock of the import are told as such. */
  async function stored(clock: number) {
    return (await storedTracking(test)).map(({ updatedAt: _, firstCompletionDate, ...row }) => ({
      ...row,
      firstCompletionDate: firstCompletionDate === clock ? 'the clock' : firstCompletionDate,
    }));
  }

  it('stores the same, whatever the windows; takes all of it back; and loses nothing of rejected rows', async () => {
    const property = fc.asyncProperty(files, async (drawn) => {
      const { before, rows: sent, windowRows, writeMode, errorPolicy, olderRows } = drawn;
      // Behind what was written before: a later instant is not followed by an earlier one.
      const clock = NOW + 60_000;
      await begin(before);
      const api = apiOn(test, { clock: () => new Date(clock) });
      const answer = await importRows(api, asSent(sent), { writeMode, errorPolicy, options: { olderRows } });
      const expected = await stored(clock);

      await begin(before);
      const first = (await storedTracking(test)).map(({ updatedAt: _, ...row }) => row);
      const options = { writeMode, errorPolicy, olderRows };
      const id = await importFile(test, csvOf(sent), { options, windowRows });
      const job = await jobOf(apiOn(test), id);
      const { summary, state, startedAt } = job;
      expect(await stored(Date.parse(present(startedAt)))).toEqual(expected);
      expect(summary.received).toBe(sent.length);
      if (errorPolicy === 'REJECT_FAILED_ROWS') {
        expect(summary.rejected).toBe(answer.summary.rejected);
        expect(state).toMatch(/^FINISHED/);
        const rejected = (await resultFile(test, id, 'rejected.csv')).toString().split('\n').filter(Boolean);
        expect(rejected.length - 1).toBe(answer.summary.rejected);
      } else expect(state === 'FAILED').toBe(answer.summary.rejected > 0);
      if (state === 'FAILED') return;

      const undo = await steer(apiOn(test), 'undoImportJob', id);
      await runAll(test);
      expect(await jobOf(apiOn(test), present(undo.job).jobId)).toMatchObject({ summary: { rejected: 0 } });
      expect((await storedTracking(test)).map(({ updatedAt: _, ...row }) => row)).toEqual(first);
    });
    await fc.assert(property, { numRuns: RUNS });
  }, 600_000);
});
