/** What the tests of the import's rules share: a small world, a row of it, and the operation with its answer. */
import type { ProblemCode, Severity } from '../../src/kernel/messages';
import type { Change, ImportInput, ImportRow, RowOutcome, Summary } from '../models/import/types';
import { type Api, apiOn } from './api';
import type { TestDatabase } from './databases';
import type { StoredRow, World } from './import-types';
import { storedTracking } from './world';

/** Ada and Bob in one session of one training with two learning object versions; nothing is stored yet. */
const SMALL_WORLD: World = {
  siteId: 1,
  learners: [
    { id: 1, login: 'ada', refNumber: 'R-1', email: 'ada@example.org', createdAt: Date.UTC(2019, 0, 1) },
    { id: 2, login: 'bob', refNumber: 'R-2', email: 'bob@example.org', createdAt: Date.UTC(2019, 0, 2) },
  ],
  trainings: [{ id: 10, guid: 'training-10', pathCode: 'SAFETY', title: 'Safety' }],
  sessions: [{ id: 100, trainingId: 10, guid: 'session-100', title: 'Spring' }],
  lovs: [
    { id: 1, code: 'FIRE', guid: 'lov-1', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    { id: 2, code: 'AID', guid: 'lov-2', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
  ],
  registrations: [
    { id: 1001, learnerId: 1, sessionId: 100 },
    { id: 1002, learnerId: 2, sessionId: 100 },
  ],
  stored: [],
};

type Records = Omit<World, 'siteId'>;

/** The small world, and what a test needs besides. */
export function worldWith(more: Partial<Records> = {}): World {
  return {
    siteId: 1,
    learners: [...SMALL_WORLD.learners, ...(more.learners ?? [])],
    trainings: [...SMALL_WORLD.trainings, ...(more.trainings ?? [])],
    sessions: [...SMALL_WORLD.sessions, ...(more.sessions ?? [])],
    lovs: [...SMALL_WORLD.lovs, ...(more.lovs ?? [])],
    registrations: [...SMALL_WORLD.registrations, ...(more.registrations ?? [])],
    stored: more.stored ?? [],
  };
}

/** Another site in which everything has the names that it has in the small one. */
export const OTHER_SITE: World = {
  siteId: 2,
  learners: SMALL_WORLD.learners.map((learner) => ({ ...learner, id: learner.id + 50 })),
  trainings: SMALL_WORLD.trainings.map((training) => ({ ...training, id: training.id + 50 })),
  sessions: [{ id: 150, trainingId: 60, guid: 'session-100', title: 'Spring' }],
  lovs: SMALL_WORLD.lovs.map((lov) => ({ ...lov, id: lov.id + 50, trainingIds: [60] })),
  registrations: [
    { id: 1051, learnerId: 51, sessionId: 150 },
    { id: 1052, learnerId: 52, sessionId: 150 },
  ],
  stored: [],
};

/** References only: Ada's registration 1001 and learning object version 1. */
export const ADA_FIRE: ImportRow = { candidateLogin: 'ada', sessionGuid: 'session-100', lovCode: 'FIRE' };
export const ADA_AID: ImportRow = { ...ADA_FIRE, lovCode: 'AID' };
export const BOB_FIRE: ImportRow = { ...ADA_FIRE, candidateLogin: 'bob' };
export const BOB_AID: ImportRow = { ...BOB_FIRE, lovCode: 'AID' };

/** References, each kind apart, and a value, for a row without one is told of. */
const VALUE = { trackingStatus: 'incomplete' };
export const ADA = { candidateLogin: 'ada', ...VALUE };
export const SPRING = { sessionGuid: 'session-100', ...VALUE };
export const FIRE = { lovCode: 'FIRE', ...VALUE };

const LOV = { provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] } as const;

/** A second training, and codes that are not unique. */
export const LOVS: World = worldWith({
  trainings: [{ id: 20, guid: 'training-20', pathCode: 'CARE', title: 'Care' }],
  sessions: [{ id: 200, trainingId: 20, guid: 'session-200', title: 'Spring' }],
  lovs: [
    { ...LOV, id: 3, code: 'SHARED', guid: 'lov-3' },
    { ...LOV, id: 4, code: 'SHARED', guid: 'lov-4', trainingIds: [20] },
    { ...LOV, id: 5, code: 'TWIN', guid: 'lov-5' },
    { ...LOV, id: 6, code: 'TWIN', guid: 'lov-6' },
    { ...LOV, id: 7, code: 'CARE-ONLY', guid: 'lov-7', trainingIds: [20] },
    { ...LOV, id: 8, code: 'CLOSED', guid: 'lov-8', provider: 'CROSSKNOWLEDGE' },
    { ...LOV, id: 9, code: 'QUIZ', guid: 'lov-9', kind: 'EASYQUIZZ' },
    { ...LOV, id: 10, code: 'BOTH', guid: 'lov-10', provider: 'CROSSKNOWLEDGE', kind: 'EASYQUIZZ' },
  ],
  registrations: [{ id: 1003, learnerId: 1, sessionId: 200 }],
});

/** Accounts and sessions that share what is not unique. */
export const NAMESAKES: World = worldWith({
  learners: [
    { id: 3, login: 'zoë', refNumber: 'É-3', email: 'family@example.org', createdAt: Date.UTC(2018, 0, 2) },
    { id: 4, login: 'ZOË', refNumber: 'R-4', email: 'Family@Example.org', createdAt: Date.UTC(2018, 0, 1) },
    { id: 5, login: 'zoe', refNumber: 'R-5', email: null, createdAt: Date.UTC(2017, 0, 1) },
  ],
  trainings: [{ id: 20, guid: 'training-20', pathCode: 'safety', title: 'Care' }],
  sessions: [
    { id: 101, trainingId: 10, guid: 'session-101', title: 'Spring' },
    { id: 102, trainingId: 10, guid: 'session-102', title: 'Autumn' },
    { id: 200, trainingId: 20, guid: 'session-200', title: 'Spring' },
  ],
  registrations: [
    { id: 1003, learnerId: 3, sessionId: 100 },
    { id: 1004, learnerId: 4, sessionId: 100 },
    { id: 1005, learnerId: 4, sessionId: 102 },
    { id: 1006, learnerId: 5, sessionId: 101 },
    { id: 1007, learnerId: 1, sessionId: 101 },
    { id: 1008, learnerId: 5, sessionId: 200 },
  ],
});

export const LONG_AGO = Date.UTC(2020, 0, 1);

/** A stored row, of Ada and learning object version 1 unless it says otherwise. */
export function stored(values: Partial<StoredRow> = {}): StoredRow {
  return {
    registrationId: 1001,
    lovId: 1,
    firstAccessDate: null,
    firstCompletionDate: null,
    lastAccessDate: null,
    progression: null,
    score: null,
    scoreMax: null,
    timeSpentSeconds: null,
    status: 'INCOMPLETE',
    updatedAt: LONG_AGO,
    ...values,
  };
}

export interface ProblemAnswer {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: readonly string[];
  readonly row: number | null;
  readonly hint: string | null;
}

/** Dates as the API answers them. */
export interface TrackingAnswer {
  readonly id: string;
  readonly registrationId: string;
  readonly learnerId: string;
  readonly sessionId: number;
  readonly trainingId: number;
  readonly lovId: string;
  readonly lovCode: string;
  readonly lovGuid: string;
  readonly firstAccessDate: string | null;
  readonly firstCompletionDate: string | null;
  readonly lastAccessDate: string | null;
  readonly progression: number | null;
  readonly score: number | null;
  readonly scoreMax: number | null;
  readonly timeSpentSeconds: number | null;
  readonly status: string;
  readonly updatedAt: string;
}

export interface RowAnswer {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly tracking: TrackingAnswer | null;
  readonly changes: readonly Change[];
  readonly problems: readonly ProblemAnswer[];
}

export interface ImportAnswer {
  readonly __typename: string;
  readonly importId: string | null;
  readonly dryRun: boolean;
  readonly summary: Summary;
  readonly rows: readonly RowAnswer[];
  readonly problems: readonly ProblemAnswer[];
}

export const SUCCESS = 'ImportConsolidatedTrackingSuccess';
export const WARNING = 'ImportConsolidatedTrackingWarning';
export const ERROR = 'ImportConsolidatedTrackingError';

export const TRACKING_SELECTION = `id registrationId learnerId sessionId trainingId lovId lovCode lovGuid firstAccessDate
  firstCompletionDate lastAccessDate progression score scoreMax timeSpentSeconds status updatedAt`;

const SELECTION = `
  __typename
  ... on ImportConsolidatedTrackingOutcome {
    importId
    dryRun
    summary { received created replaced unchanged deleted superseded rejected withWarnings problemCounts { code rows } }
    rows {
      row
      outcome
      tracking { ${TRACKING_SELECTION} }
      changes { field before after }
      problems { ...problem }
    }
    problems { ...problem }
  }`;

const PROBLEM = 'fragment problem on Problem { code severity message path row hint }';

export const IMPORT = `
  mutation ImportConsolidatedTracking($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) { ${SELECTION} }
  }
  ${PROBLEM}`;

/** Sends rows; fails the test where there are GraphQL errors. */
export async function importRows(
  api: Api,
  rows: readonly ImportRow[],
  rest: Omit<ImportInput, 'rows'> = {},
): Promise<ImportAnswer> {
  const data = await api.run<{ importConsolidatedTracking: ImportAnswer }>(IMPORT, {
    input: { rows, ...rest },
  });
  return data.importConsolidatedTracking;
}

const UNDO = `
  mutation UndoImport($input: UndoImportInput!) {
    undoImport(input: $input) { ${SELECTION} }
  }
  ${PROBLEM}`;

/** Takes a run back; fails the test where there are GraphQL errors. */
export async function undoImport(
  api: Api,
  importId: string | null,
  rest: { readonly dryRun?: boolean; readonly idempotencyKey?: string } = {},
): Promise<ImportAnswer> {
  const data = await api.run<{ undoImport: ImportAnswer }>(UNDO, { input: { importId, ...rest } });
  return data.undoImport;
}

/** Sends one row, or several, as GraphQL text: some values exist only there. */
export async function importInline(api: Api, rows: string): Promise<ImportAnswer> {
  const data = await api.run<{ importConsolidatedTracking: ImportAnswer }>(`
    mutation { importConsolidatedTracking(input: { rows: ${rows} }) { ${SELECTION} } }
    ${PROBLEM}`);
  return data.importConsolidatedTracking;
}

export function codes(answer: { readonly problems: readonly ProblemAnswer[] }): ProblemCode[] {
  return answer.problems.map((problem) => problem.code);
}

export function outcomes(answer: ImportAnswer): RowOutcome[] {
  return answer.rows.map((row) => row.outcome);
}

/** Sends one row, which is rejected for this one reason, so that nothing is written. */
export async function expectRejected(
  test: TestDatabase,
  row: ImportRow,
  code: ProblemCode,
  cell?: string,
  rest?: Omit<ImportInput, 'rows'>,
): Promise<ImportAnswer> {
  const before = await storedTracking(test);
  const answer = await importRows(apiOn(test), [row], rest);
  const path = cell === undefined ? ['rows', '0'] : ['rows', '0', cell];
  expect(answer.rows).toMatchObject([
    { row: 1, outcome: 'REJECTED', tracking: null, problems: [{ code, severity: 'ERROR', path, row: 1 }] },
  ]);
  expect(await storedTracking(test)).toEqual(before);
  return answer;
}

/** Sends one row, which is accepted, and answers its codes. */
export async function accepted(
  test: TestDatabase,
  row: ImportRow,
  rest?: Omit<ImportInput, 'rows'>,
): Promise<ProblemCode[]> {
  const answer = await importRows(apiOn(test), [row], rest);
  expect(answer).toMatchObject({ summary: { rejected: 0 } });
  for (const problem of answer.problems) {
    expect(problem).toMatchObject({ severity: 'WARNING', row: 1 });
    expect(problem.path.slice(0, 2)).toEqual(['rows', '0']);
  }
  return codes(answer);
}
