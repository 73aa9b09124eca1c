/** Imports, undos and undos of undos, in any order, against the model. Source: docs/rules/import.md, "Undo". */
import fc from 'fast-check';
import { CLOCK, WORLD } from '../models/import/example';
import { type History, importRun, NO_HISTORY, undoRun } from '../models/import/model-undo';
import type { ImportInput, ImportRow, ModelAnswer, Stored } from '../models/import/types';
import { apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { type ImportAnswer, importRows, undoImport } from '../support/import-cases';
import { registrationIdOf, siteOf } from '../support/import-replay';
import { MODEL_REQUESTS, MODEL_SEED } from '../support/model-runs';
import { storedTracking, storeWorld } from '../support/world';

type Step = { readonly input: ImportInput } | { readonly undo: number; readonly isDry: boolean };

/** Few keys and few values, so that runs meet: what one left, another finds, or puts there again. */
const rows: fc.Arbitrary<ImportRow> = fc.record(
  {
    candidateLogin: fc.constantFrom('bob', 'bob', 'zoe', 'nobody'),
    sessionGuid: fc.constant('SG-11'),
    lovCode: fc.constantFrom('L-1', 'L-1', 'L-4'),
    score: fc.constantFrom(1, 2, null),
    progression: fc.constantFrom(10, 100),
    timeSpent: fc.constantFrom(60, null),
    lastAccessDate: fc.constantFrom('2025-01-01', '2025-02-01'),
    trackingStatus: fc.constantFrom('notAttempted', 'incomplete', 'passed', null),
  },
  { requiredKeys: ['candidateLogin', 'sessionGuid', 'lovCode'] },
);
const imports: fc.Arbitrary<Step> = fc
  .record({
    rows: fc.array(rows, { minLength: 1, maxLength: 4 }),
    writeMode: fc.constantFrom('REPLACE' as const, 'MERGE' as const),
    errorPolicy: fc.constantFrom('REJECT_FAILED_ROWS' as const, 'REJECT_EVERYTHING' as const),
    options: fc.record({ olderRows: fc.constantFrom('OVERWRITE' as const, 'SKIP' as const) }),
    dryRun: fc.constantFrom(false, false, false, true),
  })
  .map((input) => ({ input }));
const undos: fc.Arbitrary<Step> = fc.record({
  undo: fc.nat({ max: 9 }),
  isDry: fc.constantFrom(false, false, false, true),
});
const scenarios = fc.array(fc.oneof({ weight: 1, arbitrary: imports }, { weight: 2, arbitrary: undos }), {
  minLength: 4,
  maxLength: 14,
});

/** As the answers of both are compared: without what nobody can foresee. */
const answered = ({ __typename, dryRun, summary, rows: told, problems }: ImportAnswer) => ({
  type: __typename.replace('ImportConsolidatedTracking', ''),
  dryRun,
  summary,
  rows: told.map(({ row, outcome, tracking, changes, problems: found }) => ({
    row,
    outcome,
    changes,
    score: tracking === null ? undefined : tracking.score,
    updatedAt: tracking?.updatedAt,
    problems: found.map(({ code, path }) => ({ code, path })),
  })),
  problems: problems.map(({ code, path }) => ({ code, path })),
});

const modelled = ({ type, dryRun, summary, rows: told, problems }: ModelAnswer) => ({
  type,
  dryRun,
  summary,
  rows: told.map(({ row, outcome, tracking, changes, problems: found }) => ({
    row,
    outcome,
    changes,
    score: tracking === null ? undefined : tracking.score,
    updatedAt: tracking === null ? undefined : new Date(tracking.updatedAt).toISOString(),
    problems: found.map(({ code, path }) => ({ code, path })),
  })),
  problems: problems.map(({ code, path }) => ({ code, path })),
});

function asStored(stored: Stored) {
  const all = [...stored.values()].map(({ learnerId, sessionId, ...values }) => ({
    registrationId: registrationIdOf(WORLD, { learnerId, sessionId }),
    ...values,
  }));
  return all.sort((a, b) => a.registrationId - b.registrationId || a.lovId - b.lovId);
}

describe.each(DATABASE_KINDS)('undoImport against the model on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  async function run(steps: readonly Step[]): Promise<void> {
    await test.clear();
    await storeWorld(test, siteOf(WORLD));
    const ids: string[] = [];
    let history: History = NO_HISTORY;
    for (const [index, step] of steps.entries()) {
      // The clock ticks at every look. The first is for when the request was taken up, the second is the import's.
      const clock = CLOCK + index * 60_000;
      let next = clock - 1;
      const api = apiOn(test, { clock: () => new Date(next++) });
      const expected =
        'input' in step
          ? importRun(WORLD, history, step.input, clock)
          : undoRun(history, step.undo, step.isDry, clock);
      const { rows: sent = [], ...rest } = 'input' in step ? step.input : {};
      const answer =
        'input' in step
          ? await importRows(api, sent, rest)
          : await undoImport(api, ids[step.undo] ?? 'none', { dryRun: step.isDry });
      expect(answered(answer)).toEqual(modelled(expected.answer));
      expect(await storedTracking(test)).toEqual(asStored(expected.history.stored));
      if (answer.importId !== null) ids.push(answer.importId);
      history = expected.history;
    }
    const runs = await test.query<Record<string, string>>('SELECT id, undo_of, undone_by FROM import_run');
    const byId = new Map(runs.map((each) => [each.id, { undoOf: each.undo_of, undoneBy: each.undone_by }]));
    const idAt = (place: number | null) => (place === null ? null : ids[place]);
    expect(ids.map((id) => byId.get(id))).toEqual(
      history.runs.map(({ undoOf, undoneBy }) => ({ undoOf: idAt(undoOf), undoneBy: idAt(undoneBy) })),
    );
  }

  it('answers and stores what the model does', async () => {
    let sent = 0;
    for (let seed = MODEL_SEED; sent < MODEL_REQUESTS; seed++) {
      // What differs is told with the seed and the smallest steps that still do.
      const property = fc.asyncProperty(scenarios, async (steps) => {
        sent += steps.length;
        await run(steps);
      });
      await fc.assert(property, { seed, numRuns: 1 });
    }
  }, 3_600_000);
});
