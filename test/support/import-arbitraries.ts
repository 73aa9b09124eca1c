/**
 * What the property test of importConsolidatedTracking draws from: one small world, fixed so that a database is
 * loaded once, and sequences of requests that keep meeting on few of its keys.
 */
import fc from 'fast-check';
import type { ImportInput, ImportParameters, ImportRow, StoredRow, World } from './import-model';

/** The clock of the first request. Some generated dates are this instant, or the millisecond after. */
export const THE_CLOCK = Date.UTC(2026, 2, 4, 5, 6, 7, 89);

const LONG_AGO = Date.UTC(2020, 0, 1);

const nothing: Omit<StoredRow, 'registrationId' | 'lovId' | 'status'> = {
  firstAccessDate: null,
  firstCompletionDate: null,
  lastAccessDate: null,
  progression: null,
  score: null,
  scoreMax: null,
  timeSpentSeconds: null,
  updatedAt: LONG_AGO,
};

/**
 * Learners 1 and 2 have logins that differ in case, 2 and 3 an e-mail (and the age of their accounts); training
 * codes differ in case; sessions 100 and 101 have one title; SHARED is a code of both trainings, TWIN one of two
 * LOVs in training 10.
 */
export const theWorld: World = {
  siteId: 1,
  learners: [
    { id: 1, login: 'ada', refNumber: 'R-1', email: 'ada@example.org', createdAt: Date.UTC(2019, 0, 2) },
    { id: 2, login: 'Ada', refNumber: 'R-2', email: 'family@example.org', createdAt: Date.UTC(2019, 0, 1) },
    { id: 3, login: 'grace', refNumber: 'R-3', email: 'Family@Example.org', createdAt: Date.UTC(2019, 0, 1) },
    { id: 4, login: 'zo\u00eb', refNumber: null, email: null, createdAt: Date.UTC(2019, 0, 3) },
  ],
  trainings: [
    { id: 10, guid: 'training-10', pathCode: 'PATH', title: 'Onboarding' },
    { id: 20, guid: 'training-20', pathCode: 'path', title: 'Safety' },
  ],
  sessions: [
    { id: 100, trainingId: 10, guid: 'session-100', title: 'Spring' },
    { id: 101, trainingId: 10, guid: 'session-101', title: 'Spring' },
    { id: 102, trainingId: 10, guid: 'session-102', title: 'Autumn' },
    { id: 200, trainingId: 20, guid: 'session-200', title: 'Spring' },
  ],
  lovs: [
    { id: 1, code: 'COURSE', guid: 'lov-1', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10, 20] },
    { id: 2, code: 'SHARED', guid: 'lov-2', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    { id: 3, code: 'SHARED', guid: 'lov-3', provider: 'PARTNER', kind: 'OTHER', trainingIds: [20] },
    { id: 4, code: 'TWIN', guid: 'lov-4', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10, 20] },
    { id: 5, code: 'TWIN', guid: 'lov-5', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    {
      id: 6,
      code: 'CLOSED',
      guid: 'lov-6',
      provider: 'CROSSKNOWLEDGE',
      kind: 'OTHER',
      trainingIds: [10, 20],
    },
    { id: 7, code: 'QUIZ', guid: 'lov-7', provider: 'PARTNER', kind: 'EASYQUIZZ', trainingIds: [10] },
  ],
  registrations: [
    { id: 1001, learnerId: 1, sessionId: 100 },
    { id: 1002, learnerId: 1, sessionId: 102 },
    { id: 1003, learnerId: 1, sessionId: 200 },
    { id: 1004, learnerId: 2, sessionId: 100 },
    { id: 1005, learnerId: 2, sessionId: 200 },
    { id: 1006, learnerId: 3, sessionId: 100 },
    { id: 1007, learnerId: 3, sessionId: 101 },
    { id: 1008, learnerId: 4, sessionId: 101 },
    { id: 1009, learnerId: 4, sessionId: 200 },
  ],
  // By registration and LOV, as the model answers them.
  stored: [
    {
      ...nothing,
      registrationId: 1001,
      lovId: 1,
      status: 'COMPLETED',
      progression: 100,
      firstAccessDate: Date.UTC(2024, 0, 5, 8),
      firstCompletionDate: Date.UTC(2024, 1, 6, 9, 10, 11, 120),
      lastAccessDate: Date.UTC(2024, 1, 7),
      score: 33.5,
      scoreMax: 50,
      timeSpentSeconds: 5115,
    },
    { ...nothing, registrationId: 1001, lovId: 2, status: 'INCOMPLETE', progression: 40, score: 120 },
    {
      ...nothing,
      registrationId: 1004,
      lovId: 1,
      status: 'PASSED',
      progression: 40,
      firstCompletionDate: Date.UTC(2023, 4, 6),
      timeSpentSeconds: 0,
    },
    { ...nothing, registrationId: 1006, lovId: 1, status: 'FAILED', progression: 100, score: 0, scoreMax: 0 },
    { ...nothing, registrationId: 1008, lovId: 1, status: 'BROWSED', lastAccessDate: Date.UTC(2024, 1, 7) },
    { ...nothing, registrationId: 1009, lovId: 3, status: 'INCOMPLETE', progression: 100 },
  ],
};

// ---------- references ----------

const TOO_LONG = 'x'.repeat(256);
const TOO_LONG_GUID = 'x'.repeat(41);

/** Ways of naming what exists, so that rows meet; the three stored keys that come first are met most. */
const FAVOURITES: readonly ImportRow[] = [
  { candidateLogin: 'ada', candidateRefNumber: 'R-1', sessionGuid: 'session-100', lovGuid: 'lov-1' },
  { candidateEmail: 'ADA@example.org', sessionId: 100, lovCode: 'COURSE' },
  { candidateRefNumber: 'R-1', sessionTitle: 'Spring', trainingPathCode: 'PATH', lovCode: 'COURSE' },
  { candidateRefNumber: 'R-1', sessionId: 100, trainingId: 10, lovCode: 'SHARED' },
  { candidateEmail: 'ada@example.org', sessionGuid: 'session-100', lovCode: 'SHARED', lovGuid: 'lov-2' },
  { candidateLogin: 'ADA', sessionId: 100, sessionTitle: 'Spring', lovGuid: 'lov-1' },
  { candidateRefNumber: 'R-2', sessionTitle: 'Spring', trainingGuid: 'training-10', lovCode: 'COURSE' },
  { candidateRefNumber: 'R-2', sessionId: 200, lovCode: 'TWIN' },
];

const LEARNERS: readonly ImportRow[] = [
  { candidateLogin: 'ada' },
  { candidateLogin: 'GRACE' },
  { candidateLogin: 'zoe\u0308' },
  { candidateRefNumber: 'R-1' },
  { candidateRefNumber: 'R-2', candidateLogin: ' ' },
  { candidateEmail: 'family@EXAMPLE.org' },
  { candidateEmail: 'family@example.org', candidateLogin: 'Grace', candidateRefNumber: null },
  { candidateEmail: 'family@example.org', candidateRefNumber: 'R-2' },
];

const ODD_LEARNERS: readonly ImportRow[] = [
  {},
  { candidateLogin: '', candidateEmail: null, candidateRefNumber: '  ' },
  { candidateLogin: 'nobody' },
  { candidateLogin: 'ada', candidateRefNumber: 'R-3' },
  { candidateRefNumber: 'r-1' },
  { candidateEmail: 'no address' },
  { candidateLogin: TOO_LONG },
  { candidateLogin: 'ada', candidateRefNumber: 'R-\u00001' },
];

const CONTEXTS: readonly ImportRow[] = [
  { sessionGuid: 'session-100' },
  { sessionId: 101 },
  { sessionId: 102, sessionGuid: '' },
  { sessionGuid: 'session-200', trainingPathCode: 'path' },
  { sessionId: 200, sessionTitle: 'Spring' },
  { sessionTitle: 'Spring', trainingPathCode: 'PATH' },
  { sessionTitle: 'Spring', trainingId: 20 },
  { sessionTitle: 'Autumn', trainingGuid: 'training-10', trainingId: null },
];

const ODD_CONTEXTS: readonly ImportRow[] = [
  {},
  { sessionTitle: 'Spring' },
  { sessionTitle: 'Spring', trainingPathCode: ' ', trainingId: null },
  { trainingPathCode: 'PATH' },
  { sessionGuid: 'SESSION-100' },
  { sessionId: 0 },
  { sessionId: 100, trainingId: 20 },
  { sessionId: 100, sessionTitle: 'Autumn' },
  { sessionTitle: 'spring', trainingId: 10 },
  { sessionTitle: 'Spring', trainingPathCode: 'Path' },
  { sessionGuid: TOO_LONG_GUID },
  { sessionTitle: TOO_LONG, trainingId: 10 },
  { sessionTitle: 'Spr\u0000ing', trainingId: 10 },
];

const LOVS: readonly ImportRow[] = [
  { lovGuid: 'lov-1' },
  { lovCode: 'COURSE', lovGuid: ' ' },
  { lovCode: 'SHARED' },
  { lovGuid: 'lov-3' },
  { lovCode: 'TWIN' },
  { lovCode: 'TWIN', lovGuid: 'lov-5' },
];

const ODD_LOVS: readonly ImportRow[] = [
  {},
  { lovCode: '', lovGuid: null },
  { lovCode: 'course' },
  { lovGuid: 'LOV-1' },
  { lovCode: 'COURSE', lovGuid: 'lov-2' },
  { lovCode: 'CLOSED' },
  { lovCode: 'QUIZ' },
  { lovGuid: 'lov-7' },
  { lovGuid: TOO_LONG_GUID },
  { lovCode: 'CO\u0000URSE' },
];

const favourites = fc.constantFrom(...FAVOURITES);

function combined(
  learners: fc.Arbitrary<ImportRow>,
  contexts: fc.Arbitrary<ImportRow>,
  lovs: fc.Arbitrary<ImportRow>,
): fc.Arbitrary<ImportRow> {
  return fc
    .tuple(learners, contexts, lovs)
    .map(([learner, context, lov]) => ({ ...learner, ...context, ...lov }));
}

const existing = combined(
  fc.constantFrom(...LEARNERS),
  fc.constantFrom(...CONTEXTS),
  fc.constantFrom(...LOVS),
);

const oddReferences = combined(
  fc.constantFrom(...LEARNERS, ...ODD_LEARNERS),
  fc.constantFrom(...CONTEXTS, ...ODD_CONTEXTS),
  fc.constantFrom(...LOVS, ...ODD_LOVS),
);

// ---------- cells ----------

/** Some of them name one instant in several ways. */
const DATES = [
  '2024-01-05 08:00:00',
  '2024-02-06',
  '2024-02-29 23:59:59',
  '2024-02-06T09:10:11.1209Z',
  '2024-02-06T14:40:11.120+05:30',
  '2025-06-07T00:00:00-03:00',
  '2025-06-07T03:00Z',
  '2026-03-04T05:06:07.0899Z',
  '2026-03-04T05:06:07.090Z',
  '2999-12-31 00:00:00',
  '1000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
];

const BAD_DATES = [
  '2023-02-29',
  '2024-13-01',
  '2024-05-06 25:00:00',
  '2024-05-06 07:08',
  '2024-05-06T07:08:09',
  '06/05/2024',
  '0999-12-31',
  'yesterday',
];

const PROGRESSIONS = [0, 40, 33.333333333333336, 99.99, 100];
const SCORES = [0, 0.1, 33.5, 49.5, 50, 50.5, 100, 120];
const MAXIMA = [0, 50, 50, 100, 100, 200, 200];
const TIMES_SPENT = [0, '0', 60, 5115, '5115', 2_147_483_647];
const BAD_TIMES_SPENT = [-1, 1.5, '85.25', 'an hour', 2_147_483_648, '-60'];

/** `done` means COMPLETED under some alias tables, and nothing elsewhere. */
const STATUSES = [
  'completed',
  ' COMPLETED ',
  'passed',
  'PASSED',
  'incomplete',
  'Incomplete',
  'failed',
  'browsed',
  'notAttempted',
  'not attempted',
  'NOT_ATTEMPTED',
  'done',
];

interface Weights {
  readonly absent: number;
  readonly given: number;
  readonly bad: number;
}

const CAREFUL: Weights = { absent: 18, given: 18, bad: 0 };
const WILD: Weights = { absent: 18, given: 18, bad: 1 };

function cell<Value>(
  weights: Weights,
  values: readonly Value[],
  badValues: readonly Value[],
  blanks: readonly Value[] = [],
): fc.Arbitrary<Value | null | undefined> {
  return fc.oneof(
    { weight: weights.absent, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: fc.constantFrom(null, ...blanks) },
    { weight: weights.given, arbitrary: fc.constantFrom(...values) },
    { weight: weights.bad, arbitrary: fc.constantFrom(...badValues) },
  );
}

function cells(weights: Weights): fc.Arbitrary<ImportRow> {
  const blanks = ['', ' \t '];
  const rarely = { ...weights, given: 4 };
  return fc
    .record({
      firstAccessDate: cell(weights, DATES, BAD_DATES, blanks),
      // A date on a row that is not complete rejects it: rarer, so that most rows are accepted.
      firstCompletionDate: cell(rarely, DATES, BAD_DATES, blanks),
      lastAccessDate: cell(weights, DATES, BAD_DATES, blanks),
      progression: cell(weights, PROGRESSIONS, [-1, 100.5]),
      score: cell(rarely, SCORES, [-0.5]),
      scoreMax: cell(weights, MAXIMA, [-1]),
      timeSpent: cell<number | string>(weights, TIMES_SPENT, BAD_TIMES_SPENT, blanks),
      trackingStatus: cell(weights, STATUSES, ['finished', 'N/A'], blanks),
      ignoredColumn: cell(rarely, ['anything', '\u0000'], ['anything']),
    })
    .map(withoutAbsent);
}

/** fast-check draws `undefined` for an absent cell; in JSON it is not there. */
function withoutAbsent<Value extends object>(row: Value): ImportRow {
  return Object.fromEntries(Object.entries(row).filter(([, content]) => content !== undefined));
}

function rowOf(
  references: fc.Arbitrary<ImportRow>,
  values: fc.Arbitrary<ImportRow>,
): fc.Arbitrary<ImportRow> {
  return fc.tuple(references, values).map(([reference, value]) => ({ ...reference, ...value }));
}

const carefulRows = rowOf(
  fc.oneof({ weight: 8, arbitrary: favourites }, { weight: 1, arbitrary: existing }),
  cells(CAREFUL),
);

const wildRows = rowOf(
  fc.oneof(
    { weight: 3, arbitrary: favourites },
    { weight: 2, arbitrary: existing },
    { weight: 2, arbitrary: oddReferences },
  ),
  cells(WILD),
);

// ---------- requests ----------

/** Without the few that refuse the request. */
const PARAMETERS: readonly ImportParameters[] = [
  {},
  { timeZone: 'UTC', dateTimeFormat: 'YYYY-MM-DD HH:II:SS', timeSpentFormat: 'RAW_SECONDS' },
  { timeZone: 'Asia/Kolkata' },
  { timeZone: 'Asia/Kolkata', defaultTime: '23:59:59' },
  { defaultTime: '12:34:56', trackingStatus: null },
  { trackingStatus: [{ status: 'COMPLETED', alias: ' Done ' }] },
  {
    trackingStatus: [
      { status: 'COMPLETED', alias: 'done' },
      { status: 'COMPLETED', alias: '' },
      { status: 'PASSED', alias: ' ' },
    ],
  },
  {
    trackingStatus: [
      { status: 'FAILED', alias: 'passed' },
      { status: 'PASSED', alias: 'FAILED' },
      { status: 'NOT_ATTEMPTED', alias: 'done' },
    ],
  },
];

const REFUSED_PARAMETERS: readonly ImportParameters[] = [
  { timeZone: 'Mars/Olympus' },
  { dateTimeFormat: 'YYYY-DD hh:ii:ss' },
  { defaultTime: '25:00:00' },
  { trackingStatus: [{ status: 'COMPLETED', alias: 'PASSED' }] },
  {
    trackingStatus: [
      { status: 'FAILED', alias: 'out' },
      { status: 'BROWSED', alias: 'Out' },
    ],
  },
];

function rowsFor(rows: fc.Arbitrary<ImportRow>): fc.Arbitrary<ImportRow[]> {
  return fc.array(rows, { minLength: 1, maxLength: 8 });
}

/** One request; failures shrink towards absent cells and the defaults. */
export const importRequests: fc.Arbitrary<ImportInput> = fc
  .record({
    rows: fc.oneof(
      { weight: 40, arbitrary: rowsFor(carefulRows) },
      { weight: 20, arbitrary: rowsFor(wildRows) },
      { weight: 1, arbitrary: fc.constant<ImportRow[]>([]) },
    ),
    writeMode: fc.constantFrom(undefined, 'REPLACE' as const, 'MERGE' as const, 'MERGE' as const),
    errorPolicy: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(undefined, 'REJECT_FAILED_ROWS' as const) },
      { weight: 1, arbitrary: fc.constant('REJECT_EVERYTHING' as const) },
    ),
    dryRun: fc.constantFrom(undefined, false, false, true),
    options: fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(undefined, null, {}, { defaultScoreMax: null }) },
      { weight: 20, arbitrary: fc.constantFrom(...[50, 50, 0].map((max) => ({ defaultScoreMax: max }))) },
      { weight: 1, arbitrary: fc.constant({ defaultScoreMax: -1 }) },
    ),
    parameters: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(undefined, null) },
      { weight: 20, arbitrary: fc.constantFrom(...PARAMETERS) },
      { weight: 1, arbitrary: fc.constantFrom(...REFUSED_PARAMETERS) },
    ),
  })
  .map((request) => {
    const given = Object.entries(request).filter(([, content]) => content !== undefined);
    return Object.fromEntries(given) as unknown as ImportInput;
  });

/** Requests in the order in which they are sent; each finds what the ones before it have left. */
export const importSequences: fc.Arbitrary<ImportInput[]> = fc.array(importRequests, {
  minLength: 1,
  maxLength: 4,
});
