import fc from 'fast-check';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importSequences, THE_CLOCK, theWorld } from '../support/import-arbitraries';
import { type ImportInput, type ModelResult, modelImport, type StoredRow } from '../support/import-model';
import { storedTracking, storeWorld } from '../support/world';

/** fast-check draws this many sequences of requests per database; FAST_CHECK_RUNS raises it for a long hunt. */
const RUNS = Number(process.env.FAST_CHECK_RUNS ?? 150);

const IMPORT = /* GraphQL */ `
  mutation ImportConsolidatedTracking($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) {
      __typename
      ... on ImportConsolidatedTrackingOutcome {
        importId
        dryRun
        summary { received created replaced unchanged deleted superseded rejected withWarnings }
        rows {
          row
          outcome
          tracking {
            registrationId lovId firstAccessDate firstCompletionDate lastAccessDate progression score scoreMax
            timeSpentSeconds status updatedAt
          }
          changes { field before after }
          problems { code row }
        }
        problems { code row path }
      }
    }
  }
`;

interface Answer {
  __typename: string;
  importId: string | null;
  dryRun: boolean;
  summary: ModelResult['summary'];
  rows: {
    row: number;
    outcome: string;
    tracking: Record<string, string | number | null> | null;
    changes: { field: string; before: string | null; after: string | null }[];
    problems: { code: string; row: number }[];
  }[];
  problems: { code: string; row: number | null; path: string[] }[];
}

describe.each(DATABASE_KINDS)('importConsolidatedTracking against the model on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());

  it('answers and stores what the row-by-row model does', async () => {
    await fc.assert(
      fc.asyncProperty(importSequences, async (requests) => {
        await test.clear();
        await storeWorld(test, theWorld);
        let world = theWorld;
        for (const [index, input] of requests.entries()) {
          const now = THE_CLOCK + index * 1_000;
          const expected = modelImport(world, input, now);
          const answer = await send(input, now);
          expect(comparable(answer)).toEqual(comparableModel(expected));
          expect(await storedTracking(test)).toEqual(expected.after);
          expectImportId(answer, expected, input);
          world = { ...world, stored: expected.after };
        }
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  async function send(input: ImportInput, now: number): Promise<Answer> {
    const at = api.as({ clock: () => new Date(now) });
    const data = await at.run<{ importConsolidatedTracking: Answer }>(IMPORT, { input });
    return data.importConsolidatedTracking;
  }
});

function expectImportId(answer: Answer, expected: ModelResult, input: ImportInput): void {
  const isRecorded = !expected.refused && input.dryRun !== true;
  expect(answer.importId === null).toBe(!isRecorded);
  expect(answer.dryRun).toBe(input.dryRun ?? false);
}

function comparable(answer: Answer) {
  return {
    typename: answer.__typename.replace('ImportConsolidatedTracking', ''),
    summary: answer.summary,
    rows: answer.rows.map(({ row, outcome, tracking, changes, problems }) => ({
      row,
      outcome,
      codes: problems.map((problem) => problem.code),
      tracking,
      changes,
    })),
    problems: answer.problems.map(({ code, row }) => ({ code, row })),
  };
}

function comparableModel(expected: ModelResult) {
  return {
    typename: expected.typename,
    summary: expected.summary,
    rows: expected.rows.map((row) => ({ ...row, tracking: row.tracking && asAnswered(row.tracking) })),
    problems: expected.problems.map(({ code, row }) => ({ code, row })),
  };
}

function asAnswered(stored: StoredRow) {
  const date = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
  return {
    ...stored,
    registrationId: String(stored.registrationId),
    lovId: String(stored.lovId),
    firstAccessDate: date(stored.firstAccessDate),
    firstCompletionDate: date(stored.firstCompletionDate),
    lastAccessDate: date(stored.lastAccessDate),
    updatedAt: date(stored.updatedAt),
  };
}
