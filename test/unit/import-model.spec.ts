import fc from 'fast-check';
import { MESSAGES, PROBLEM_CODES, type ProblemCode } from '../../src/kernel/messages';
import { importRequests, importSequences, THE_CLOCK, theWorld } from '../support/import-arbitraries';
import {
  type ImportInput,
  type ImportRow,
  type ModelResult,
  modelImport,
  type StoredRow,
  WARNING_CODES,
  type World,
} from '../support/import-model';

/**
 * The oracle against examples worked out by hand from the rules page, sentence by sentence, so that a property
 * test may trust it. The titles quote the rules.
 */

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const NOW_ISO = '2026-01-02T03:04:05.006Z';
const EARLIER = Date.UTC(2025, 0, 1);
const FEB_1 = Date.UTC(2024, 1, 1);
const FEB_2 = Date.UTC(2024, 1, 2);
const FEB_3 = Date.UTC(2024, 1, 3);

/** Ada is registered in session 100 of training 10 as 1001; Bob shares her e-mail; Eve has her login in capitals. */
const world: World = {
  siteId: 1,
  learners: [
    { id: 1, login: 'ada', refNumber: 'R1', email: 'ada@example.org', createdAt: 30 },
    { id: 2, login: 'bob', refNumber: 'R2', email: 'ADA@example.org', createdAt: 20 },
    { id: 3, login: 'ADA', refNumber: 'R3', email: null, createdAt: 10 },
    { id: 4, login: 'Jos\u00e9', refNumber: null, email: null, createdAt: 40 },
  ],
  trainings: [
    { id: 10, guid: 't-10', pathCode: 'P10', title: 'Ten' },
    { id: 20, guid: 't-20', pathCode: 'P20', title: 'Twenty' },
  ],
  sessions: [
    { id: 100, trainingId: 10, guid: 's-100', title: 'Spring' },
    { id: 101, trainingId: 10, guid: 's-101', title: 'Spring' },
    { id: 200, trainingId: 20, guid: 's-200', title: 'Spring' },
  ],
  lovs: [
    { id: 1, code: 'ONE', guid: 'l-1', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    { id: 2, code: 'SHARED', guid: 'l-2', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    { id: 3, code: 'SHARED', guid: 'l-3', provider: 'PARTNER', kind: 'OTHER', trainingIds: [20] },
    { id: 4, code: 'TWIN', guid: 'l-4', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    { id: 5, code: 'TWIN', guid: 'l-5', provider: 'PARTNER', kind: 'OTHER', trainingIds: [10] },
    { id: 6, code: 'CK', guid: 'l-6', provider: 'CROSSKNOWLEDGE', kind: 'OTHER', trainingIds: [10] },
    { id: 7, code: 'QUIZ', guid: 'l-7', provider: 'PARTNER', kind: 'EASYQUIZZ', trainingIds: [10] },
  ],
  registrations: [
    { id: 1001, learnerId: 1, sessionId: 100 },
    { id: 1002, learnerId: 2, sessionId: 100 },
    { id: 1003, learnerId: 2, sessionId: 101 },
    { id: 1004, learnerId: 3, sessionId: 200 },
    { id: 1005, learnerId: 4, sessionId: 101 },
    { id: 1006, learnerId: 1, sessionId: 101 },
  ],
  stored: [],
};

/** Ada, session 100, LOV 1. */
const ADA: ImportRow = { candidateRefNumber: 'R1', sessionGuid: 's-100', lovGuid: 'l-1' };

const EMPTY: StoredRow = {
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
  updatedAt: EARLIER,
};

const COMPLETE: StoredRow = { ...EMPTY, status: 'COMPLETED', progression: 100, firstCompletionDate: FEB_2 };

function run(rows: ImportRow[], more: Partial<ImportInput> = {}, stored: StoredRow[] = []): ModelResult {
  return modelImport({ ...world, stored }, { ...more, rows }, NOW);
}

/** The answer for the one row of Ada's key that the cells make. */
function one(cells: ImportRow, more: Partial<ImportInput> = {}, stored: StoredRow[] = []) {
  const result = run([{ ...ADA, ...cells }], more, stored);
  const row = result.rows[0];
  if (row === undefined) {
    throw new Error('The request was refused.');
  }
  return row;
}

const merge = (cells: ImportRow, stored: StoredRow) => one(cells, { writeMode: 'MERGE' }, [stored]);

function codesOf(row: ImportRow): readonly ProblemCode[] {
  return run([row]).rows[0]?.codes ?? [];
}

const outcomes = (result: ModelResult) => result.rows.map((row) => row.outcome);
const codes = (result: ModelResult) => result.rows.map((row) => row.codes);

describe('a row and its cells', () => {
  it('key: registration × LOV; the row is created', () => {
    const result = run([{ ...ADA, progression: 40 }]);
    const created: StoredRow = { ...EMPTY, progression: 40, updatedAt: NOW };
    expect(result).toEqual({
      typename: 'Success',
      refused: false,
      summary: {
        received: 1,
        created: 1,
        replaced: 0,
        unchanged: 0,
        deleted: 0,
        superseded: 0,
        rejected: 0,
        withWarnings: 0,
      },
      rows: [
        {
          row: 1,
          outcome: 'CREATED',
          codes: [],
          tracking: created,
          changes: [
            { field: 'progression', before: null, after: '40' },
            { field: 'status', before: null, after: 'INCOMPLETE' },
          ],
        },
      ],
      problems: [],
      after: [created],
    });
  });

  it('or the stored one is rewritten, and no other', () => {
    const other: StoredRow = { ...EMPTY, lovId: 2, progression: 1 };
    const result = run([{ ...ADA, progression: 50 }], {}, [other, EMPTY]);
    expect(outcomes(result)).toEqual(['REPLACED']);
    expect(result.after).toEqual([{ ...EMPTY, progression: 50, updatedAt: NOW }, other]);
  });

  it('null, or a blank text, is null; 0 is a value', () => {
    const row = one({ progression: 0, score: 0, scoreMax: 0, timeSpent: 0, firstAccessDate: ' ' });
    expect(row.tracking).toMatchObject({
      progression: 0,
      score: 0,
      scoreMax: 0,
      timeSpentSeconds: 0,
      firstAccessDate: null,
    });
    expect(one({ timeSpent: '', trackingStatus: ' ' }).tracking).toMatchObject({
      timeSpentSeconds: null,
      status: 'INCOMPLETE',
    });
  });

  it('a blank reference counts as not given', () => {
    expect(codesOf({ ...ADA, lovGuid: ' ' })).toEqual(['LOV_REFERENCE_MISSING']);
    expect(codesOf({ ...ADA, candidateLogin: '', lovCode: '' })).toEqual([]);
  });

  it('ignoredColumn is never read', () => {
    expect(codesOf({ ...ADA, ignoredColumn: '\0' })).toEqual([]);
  });
});

describe('writeMode REPLACE', () => {
  const full: StoredRow = {
    ...COMPLETE,
    firstAccessDate: FEB_1,
    score: 10,
    scoreMax: 50,
    timeSpentSeconds: 7,
  };

  it('overwrites; an absent cell that resets a stored value gives VALUE_RESET', () => {
    const row = one({ trackingStatus: 'failed' }, {}, [full]);
    expect(row.codes).toEqual(['VALUE_RESET']);
    expect(row.tracking).toEqual({ ...EMPTY, status: 'FAILED', updatedAt: NOW });
    expect(row.changes).toEqual([
      { field: 'firstAccessDate', before: '2024-02-01T00:00:00.000Z', after: null },
      { field: 'firstCompletionDate', before: '2024-02-02T00:00:00.000Z', after: null },
      { field: 'progression', before: '100', after: null },
      { field: 'score', before: '10', after: null },
      { field: 'scoreMax', before: '50', after: null },
      { field: 'timeSpentSeconds', before: '7', after: null },
      { field: 'status', before: 'COMPLETED', after: 'FAILED' },
    ]);
  });

  it('null resets knowingly, without warning', () => {
    const cells = { firstAccessDate: null, firstCompletionDate: '', progression: null, score: null };
    const row = one({ ...cells, scoreMax: null, timeSpent: '', trackingStatus: 'failed' }, {}, [full]);
    expect(row.codes).toEqual([]);
    expect(row.outcome).toBe('REPLACED');
  });

  it.each<[string, ImportRow, StoredRow, readonly ProblemCode[]]>([
    ['a status lost', {}, { ...EMPTY, status: 'FAILED' }, ['VALUE_RESET']],
    [
      'a FAILED lost to a derived status',
      { progression: 4 },
      { ...EMPTY, status: 'FAILED' },
      ['VALUE_RESET'],
    ],
    ['a status derived', { progression: 4, firstCompletionDate: null }, COMPLETE, []],
    [
      'progression null derives nothing',
      { progression: null, firstCompletionDate: null },
      COMPLETE,
      ['VALUE_RESET'],
    ],
    ['100 derived from COMPLETED', { trackingStatus: 'completed' }, { ...COMPLETE, progression: 40 }, []],
    [
      'a progression lost to FAILED',
      { trackingStatus: 'failed' },
      { ...EMPTY, progression: 40 },
      ['VALUE_RESET'],
    ],
    ['a score lost to COMPLETED', { trackingStatus: 'passed' }, { ...COMPLETE, score: 1 }, ['VALUE_RESET']],
    ['the completion date kept', { trackingStatus: 'completed' }, COMPLETE, []],
    ['the completion date lost', { trackingStatus: 'failed', progression: 1 }, COMPLETE, ['VALUE_RESET']],
    ['scoreMax lost to the default', { score: 1 }, { ...EMPTY, score: 1, scoreMax: 50 }, ['VALUE_RESET']],
    ['scoreMax equal to the default', { score: 1 }, { ...EMPTY, score: 1, scoreMax: 100 }, []],
  ])('VALUE_RESET: %s', (_name, cells, stored, expected) => {
    expect(one(cells, {}, [stored]).codes).toEqual(expected);
  });

  it('a rejected row resets nothing', () => {
    expect(one({ firstCompletionDate: '2024-02-02' }, {}, [full]).codes).toEqual([
      'COMPLETION_DATE_WITHOUT_COMPLETION',
    ]);
  });
});

describe('writeMode MERGE', () => {
  const stored: StoredRow = { ...EMPTY, firstAccessDate: FEB_1, progression: 40, score: 10, scoreMax: 50 };

  it('absent keeps, null resets, a value sets', () => {
    expect(merge({ firstAccessDate: null, timeSpent: 9 }, stored).tracking).toEqual({
      ...stored,
      firstAccessDate: null,
      timeSpentSeconds: 9,
      updatedAt: NOW,
    });
  });

  it('the score/scoreMax check judges the merged row', () => {
    expect(merge({ score: 51 }, stored).codes).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(merge({ scoreMax: 9 }, stored).codes).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(merge({ score: 51, scoreMax: null }, stored).tracking).toMatchObject({
      score: 51,
      scoreMax: null,
    });
  });

  it.each<[string, ImportRow, StoredRow, Partial<StoredRow>]>([
    ['100 makes INCOMPLETE COMPLETED', { progression: 100 }, stored, { status: 'COMPLETED' }],
    [
      '50 makes COMPLETED INCOMPLETE',
      { progression: 50, firstCompletionDate: null },
      COMPLETE,
      { status: 'INCOMPLETE' },
    ],
    [
      'null, too',
      { progression: null, firstCompletionDate: null },
      COMPLETE,
      { status: 'INCOMPLETE', progression: null },
    ],
    [
      'PASSED is kept',
      { progression: 50 },
      { ...COMPLETE, status: 'PASSED' },
      { status: 'PASSED', progression: 50 },
    ],
    [
      'FAILED is kept',
      { progression: 100 },
      { ...EMPTY, status: 'FAILED' },
      { status: 'FAILED', progression: 100 },
    ],
    ['BROWSED is kept', { progression: 100 }, { ...EMPTY, status: 'BROWSED' }, { status: 'BROWSED' }],
    [
      'status null derives from what is stored',
      { trackingStatus: null },
      { ...EMPTY, status: 'FAILED', progression: 100 },
      { status: 'COMPLETED' },
    ],
    [
      'nothing sent keeps',
      { timeSpent: 1 },
      { ...EMPTY, status: 'COMPLETED', progression: 40, firstCompletionDate: FEB_1 },
      { status: 'COMPLETED', progression: 40 },
    ],
  ])('status not sent but progression sent: %s', (_name, cells, before, expected) => {
    expect(merge(cells, before).tracking).toMatchObject(expected);
  });

  it('COMPLETED or PASSED sent without progression stores 100', () => {
    expect(merge({ trackingStatus: 'completed' }, stored).tracking?.progression).toBe(100);
    expect(merge({ trackingStatus: 'passed' }, stored).tracking?.progression).toBe(100);
    expect(merge({ trackingStatus: 'failed' }, stored).tracking?.progression).toBe(40);
    expect(merge({ trackingStatus: 'passed', progression: 3 }, stored).tracking?.progression).toBe(3);
    expect(merge({ trackingStatus: 'passed', progression: null }, stored).tracking?.progression).toBe(100);
  });

  it('a status sent as not complete, without a date, clears the stored completion date', () => {
    const row = merge({ trackingStatus: 'incomplete', progression: 3 }, COMPLETE);
    expect(row.codes).toEqual([]);
    expect(row.tracking?.firstCompletionDate).toBeNull();
    expect(row.changes).toContainEqual({
      field: 'firstCompletionDate',
      before: '2024-02-02T00:00:00.000Z',
      after: null,
    });
    expect(merge({ trackingStatus: 'failed', firstCompletionDate: null }, COMPLETE).outcome).toBe('REPLACED');
    expect(merge({ trackingStatus: 'failed', firstCompletionDate: '2024-02-02' }, COMPLETE).codes).toEqual([
      'COMPLETION_DATE_WITHOUT_COMPLETION',
    ]);
  });

  it('a status that is merely derived does not clear it', () => {
    const refused = ['COMPLETION_DATE_WITHOUT_COMPLETION'];
    expect(merge({ progression: 3 }, COMPLETE).codes).toEqual(refused);
    expect(merge({ progression: 3, trackingStatus: null }, COMPLETE).codes).toEqual(refused);
    expect(merge({ progression: 3, firstCompletionDate: null }, COMPLETE).outcome).toBe('REPLACED');
  });

  it('never resets silently, so never warns of it', () => {
    expect(merge({}, stored)).toMatchObject({ outcome: 'UNCHANGED', codes: [] });
  });
});

describe('NOT_ATTEMPTED', () => {
  it('wipes the stored row: DELETED', () => {
    const result = run([{ ...ADA, trackingStatus: 'notAttempted' }], {}, [COMPLETE]);
    expect(result.rows[0]).toEqual({
      row: 1,
      outcome: 'DELETED',
      codes: [],
      tracking: null,
      changes: [
        { field: 'firstCompletionDate', before: '2024-02-02T00:00:00.000Z', after: null },
        { field: 'progression', before: '100', after: null },
        { field: 'status', before: 'COMPLETED', after: null },
      ],
    });
    expect(result.after).toEqual([]);
  });

  it('UNCHANGED when there was none', () => {
    expect(one({ trackingStatus: 'not attempted' })).toMatchObject({ outcome: 'UNCHANGED', tracking: null });
  });

  it('references and guards apply', () => {
    const wipe = { ...ADA, trackingStatus: 'NOT_ATTEMPTED' };
    expect(codesOf({ trackingStatus: 'NOT_ATTEMPTED' })).toEqual([
      'LOV_REFERENCE_MISSING',
      'LEARNER_REFERENCE_MISSING',
      'CONTEXT_MISSING',
    ]);
    expect(codesOf({ ...wipe, lovGuid: 'l-6' })).toEqual(['LOV_PROVIDED_BY_CROSSKNOWLEDGE']);
    expect(codesOf({ ...wipe, candidateRefNumber: 'R9' })).toEqual(['REGISTRATION_NOT_FOUND']);
    expect(codesOf({ ...wipe, lovGuid: 'x'.repeat(41) })).toEqual(['TEXT_TOO_LONG']);
  });

  it('other cells sent are ignored with a warning; check 8 does not apply', () => {
    const ignored = ['VALUES_IGNORED'];
    const wipe = { trackingStatus: 'notAttempted' };
    expect(one({ ...wipe, firstCompletionDate: '2024-02-02' }).codes).toEqual(ignored);
    expect(one({ ...wipe, progression: 400, score: -1, firstAccessDate: 'never' }).codes).toEqual(ignored);
    expect(one({ ...wipe, timeSpent: 0 }).codes).toEqual(ignored);
    const rejected = { ...ADA, ...wipe, timeSpent: 0, lovGuid: 'l-9' };
    expect(codesOf(rejected)).toEqual(['LOV_NOT_FOUND']);
    expect(one({ ...wipe, progression: null, timeSpent: ' ', firstAccessDate: '' }).codes).toEqual([]);
  });
});

describe('UNCHANGED', () => {
  it('a row equal to what is stored is not written, and updatedAt stays', () => {
    const stored: StoredRow = { ...EMPTY, progression: 0.1, timeSpentSeconds: 3 };
    const result = run([{ ...ADA, progression: 0.1, timeSpent: '3' }], {}, [stored]);
    expect(result.rows[0]).toMatchObject({ outcome: 'UNCHANGED', tracking: stored, changes: [] });
    expect(result.after).toEqual([stored]);
  });

  it('compares all eight fields', () => {
    expect(one({ progression: 0.1 }, {}, [{ ...EMPTY, progression: 0.1, scoreMax: 5 }]).outcome).toBe(
      'REPLACED',
    );
  });
});

describe('several rows with one key', () => {
  const v1 = { ...ADA, progression: 1 };
  const v2 = { ...ADA, progression: 2 };
  const wipe = { ...ADA, trackingStatus: 'notAttempted' };

  it('nothing stored, v1, v2 is SUPERSEDED, CREATED', () => {
    const result = run([v1, v2]);
    expect(outcomes(result)).toEqual(['SUPERSEDED', 'CREATED']);
    expect(codes(result)).toEqual([['ROW_SUPERSEDED'], []]);
    expect(result.rows[0]).toMatchObject({ tracking: null, changes: [] });
    expect(result.summary).toMatchObject({ superseded: 1, created: 1, withWarnings: 1 });
  });

  it('nothing stored, v1, NOT_ATTEMPTED is SUPERSEDED, UNCHANGED', () => {
    expect(outcomes(run([v1, wipe]))).toEqual(['SUPERSEDED', 'UNCHANGED']);
  });

  it('compares with the state before the request', () => {
    const stored: StoredRow = { ...EMPTY, progression: 1 };
    const result = run([v2, wipe, v1], {}, [stored]);
    expect(outcomes(result)).toEqual(['SUPERSEDED', 'SUPERSEDED', 'UNCHANGED']);
    expect(result.after).toEqual([stored]);
  });

  it('acts in order, as if sent one by one: in MERGE their values still count', () => {
    const result = run([v1, { ...ADA, timeSpent: 5 }], { writeMode: 'MERGE' });
    expect(result.rows[1]).toMatchObject({
      outcome: 'CREATED',
      tracking: { progression: 1, timeSpentSeconds: 5 },
    });
  });

  it('warnings compare with the state that the row before has left', () => {
    const result = run([{ ...ADA, timeSpent: 5 }, v2]);
    expect(codes(result)).toEqual([['ROW_SUPERSEDED'], ['VALUE_RESET']]);
  });

  it('every earlier accepted row says ROW_SUPERSEDED last; only accepted rows supersede', () => {
    const future = { ...v1, firstAccessDate: '2999-01-01' };
    const result = run([
      future,
      v2,
      { ...ADA, progression: 300 },
      { ...v1, timeSpent: 1 },
      { ...v2, score: -1 },
    ]);
    expect(outcomes(result)).toEqual(['SUPERSEDED', 'SUPERSEDED', 'REJECTED', 'CREATED', 'REJECTED']);
    expect(codes(result)).toEqual([
      ['DATE_IN_FUTURE', 'ROW_SUPERSEDED'],
      ['VALUE_RESET', 'ROW_SUPERSEDED'],
      ['PROGRESSION_OUT_OF_RANGE'],
      [],
      ['SCORE_NEGATIVE'],
    ]);
  });
});

describe('independence, policy and result', () => {
  const good = { ...ADA, progression: 1 };
  const warned = { ...ADA, lovGuid: 'l-2', firstAccessDate: '2999-01-01' };
  const broken = { ...ADA, lovGuid: 'nowhere' };

  it('a bad row is rejected, the rest go on: Warning', () => {
    const result = run([broken, good]);
    expect(result.typename).toBe('Warning');
    expect(outcomes(result)).toEqual(['REJECTED', 'CREATED']);
    expect(result.summary).toMatchObject({ received: 2, created: 1, rejected: 1, withWarnings: 0 });
    expect(result.problems).toEqual([{ code: 'LOV_NOT_FOUND', path: ['rows', '0'], row: 1 }]);
  });

  it('Success is every row accepted and no problem at all', () => {
    expect(run([good]).typename).toBe('Success');
    expect(run([warned]).typename).toBe('Warning');
  });

  it('Error is no row accepted; such a request is not refused', () => {
    expect(run([broken, broken])).toMatchObject({
      typename: 'Error',
      refused: false,
      summary: { received: 2 },
    });
  });

  it('REJECT_EVERYTHING writes nothing if any row is rejected: NOT_APPLIED, superseded 0', () => {
    const stored = [COMPLETE];
    const result = run([good, warned, good, broken], { errorPolicy: 'REJECT_EVERYTHING' }, stored);
    expect(result.typename).toBe('Error');
    expect(result.refused).toBe(false);
    expect(outcomes(result)).toEqual(['REJECTED', 'REJECTED', 'REJECTED', 'REJECTED']);
    expect(codes(result)).toEqual([
      ['VALUE_RESET', 'NOT_APPLIED'],
      ['DATE_IN_FUTURE', 'NOT_APPLIED'],
      ['NOT_APPLIED'],
      ['LOV_NOT_FOUND'],
    ]);
    expect(result.summary).toMatchObject({ received: 4, rejected: 4, superseded: 0, withWarnings: 0 });
    expect(result.rows.every((row) => row.tracking === null && row.changes.length === 0)).toBe(true);
    expect(result.after).toEqual(stored);
  });

  it('REJECT_EVERYTHING without a rejected row changes nothing', () => {
    expect(outcomes(run([good, good], { errorPolicy: 'REJECT_EVERYTHING' }))).toEqual([
      'SUPERSEDED',
      'CREATED',
    ]);
  });

  it('dryRun answers what the real run would, and writes nothing', () => {
    const dry = run([good, warned], { dryRun: true }, [COMPLETE]);
    expect(dry.rows).toEqual(run([good, warned], {}, [COMPLETE]).rows);
    expect(dry.rows[0]?.tracking?.updatedAt).toBe(NOW);
    expect(dry.after).toEqual([COMPLETE]);
  });
});

describe('refused as a whole', () => {
  it.each<[ProblemCode, Partial<ImportInput>, string]>([
    ['ROWS_MISSING', { rows: [] }, 'rows'],
    ['ROWS_TOO_MANY', { rows: Array<ImportRow>(10_001).fill(ADA) }, 'rows'],
    ['TIME_ZONE_UNKNOWN', { parameters: { timeZone: 'Mars/Olympus' } }, 'parameters.timeZone'],
    ['DATE_FORMAT_INVALID', { parameters: { dateTimeFormat: 'YYYY-MM hh:ii' } }, 'parameters.dateTimeFormat'],
    ['DATE_FORMAT_INVALID', { parameters: { dateTimeFormat: 'YYYYMMDD DD' } }, 'parameters.dateTimeFormat'],
    ['DEFAULT_TIME_INVALID', { parameters: { defaultTime: '24:00:00' } }, 'parameters.defaultTime'],
    ['DEFAULT_SCORE_MAX_NEGATIVE', { options: { defaultScoreMax: -1 } }, 'options.defaultScoreMax'],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: '' }, 'idempotencyKey'],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: 'k'.repeat(256) }, 'idempotencyKey'],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: 'a\nb' }, 'idempotencyKey'],
    [
      'STATUS_ALIAS_INVALID',
      { parameters: { trackingStatus: [{ status: 'PASSED', alias: 'a\0' }] } },
      'parameters.trackingStatus.0.alias',
    ],
    [
      'STATUS_ALIAS_AMBIGUOUS',
      { parameters: { trackingStatus: [{ status: 'PASSED', alias: 'Completed' }] } },
      'parameters.trackingStatus.0.alias',
    ],
  ])('%s', (code, more, path) => {
    expect(modelImport({ ...world, stored: [COMPLETE] }, { rows: [ADA], ...more }, NOW)).toEqual({
      typename: 'Error',
      refused: true,
      summary: {
        received: 0,
        created: 0,
        replaced: 0,
        unchanged: 0,
        deleted: 0,
        superseded: 0,
        rejected: 0,
        withWarnings: 0,
      },
      rows: [],
      problems: [{ code, path: path.split('.'), row: null }],
      after: [COMPLETE],
    });
  });

  it('not by what is null or 0', () => {
    const more = {
      options: { defaultScoreMax: 0 },
      parameters: { trackingStatus: null },
      idempotencyKey: null,
    };
    expect(run([ADA], more).refused).toBe(false);
    expect(run([ADA], { options: null, parameters: null }).refused).toBe(false);
  });

  it('not by what is just within the limits', () => {
    expect(run(Array<ImportRow>(10_000).fill({})).summary.received).toBe(10_000);
    expect(run([ADA], { idempotencyKey: 'k' }).refused).toBe(false);
    expect(run([ADA], { idempotencyKey: 'k '.repeat(127) }).refused).toBe(false);
    expect(run([ADA], { idempotencyKey: 'k'.repeat(255) }).refused).toBe(false);
    const trackingStatus = [{ status: 'PASSED' as const, alias: 'a'.repeat(255) }];
    expect(run([ADA], { parameters: { trackingStatus, defaultTime: '23:59:59' } }).refused).toBe(false);
  });
});

describe('checks 1 to 3: what must be given', () => {
  it('all problems of a row are reported at once, in the order of the checks', () => {
    expect(codesOf({ progression: 101, score: -1 })).toEqual([
      'LOV_REFERENCE_MISSING',
      'LEARNER_REFERENCE_MISSING',
      'CONTEXT_MISSING',
      'PROGRESSION_OUT_OF_RANGE',
      'SCORE_NEGATIVE',
    ]);
  });

  it.each<[string, ImportRow, readonly ProblemCode[]]>([
    ['sessionGuid', { sessionGuid: 's-100' }, []],
    ['sessionId', { sessionId: 100 }, []],
    ['title with path code', { sessionTitle: 'Spring', trainingPathCode: 'P10' }, ['SESSION_AMBIGUOUS']],
    ['title with training id', { sessionTitle: 'Spring', trainingId: 10 }, ['SESSION_AMBIGUOUS']],
    ['title with training GUID', { sessionTitle: 'Spring', trainingGuid: 't-10' }, ['SESSION_AMBIGUOUS']],
    ['title alone', { sessionTitle: 'Spring' }, ['CONTEXT_MISSING']],
    ['title with a blank training', { sessionTitle: 'Spring', trainingPathCode: ' ' }, ['CONTEXT_MISSING']],
    ['training alone', { trainingId: 10 }, ['CONTEXT_MISSING']],
    ['id and title, no training', { sessionId: 100, sessionTitle: 'Spring' }, []],
    ['sessionId 0 is a value', { sessionId: 0 }, ['REGISTRATION_NOT_FOUND']],
  ])('context: %s', (_name, context, expected) => {
    expect(codesOf({ candidateRefNumber: 'R1', lovGuid: 'l-1', ...context })).toEqual(expected);
  });

  it('no CONTEXT_MISSING together with REGISTRATION_NOT_FOUND', () => {
    expect(codesOf({ candidateRefNumber: 'R9', lovGuid: 'l-1' })).toEqual(['CONTEXT_MISSING']);
    expect(codesOf({ sessionId: 999, lovGuid: 'l-1' })).toEqual(['LEARNER_REFERENCE_MISSING']);
  });

  it('learner: login, reference number or e-mail', () => {
    const context = { sessionGuid: 's-200', lovGuid: 'l-3' };
    expect(codesOf({ ...context, candidateLogin: 'ADA' })).toEqual([]);
    expect(codesOf({ ...context, candidateRefNumber: 'R3' })).toEqual([]);
    expect(codesOf({ sessionGuid: 's-101', lovCode: 'ONE', candidateEmail: 'ada@example.org' })).toEqual([
      'LEARNER_AMBIGUOUS',
    ]);
  });
});

describe('check 4: cells', () => {
  it.each<[ImportRow, ProblemCode]>([
    [{ candidateLogin: 'x'.repeat(256) }, 'TEXT_TOO_LONG'],
    [{ sessionTitle: 'x'.repeat(256) }, 'TEXT_TOO_LONG'],
    [{ trainingGuid: 'x'.repeat(41) }, 'TEXT_TOO_LONG'],
    [{ lovCode: 'a\0b' }, 'TEXT_INVALID'],
    [{ candidateLogin: '\ud800' }, 'TEXT_INVALID'],
    [{ candidateEmail: 'nobody' }, 'EMAIL_INVALID'],
    [{ firstAccessDate: '2023-02-29' }, 'DATE_INVALID'],
    [{ progression: 100.5 }, 'PROGRESSION_OUT_OF_RANGE'],
    [{ progression: -0.5 }, 'PROGRESSION_OUT_OF_RANGE'],
    [{ progression: Number.POSITIVE_INFINITY }, 'NUMBER_NOT_FINITE'],
    [{ score: Number.POSITIVE_INFINITY }, 'NUMBER_NOT_FINITE'],
    [{ score: -0.5 }, 'SCORE_NEGATIVE'],
    [{ scoreMax: -1 }, 'SCORE_NEGATIVE'],
    [{ timeSpent: -1 }, 'TIME_SPENT_INVALID'],
    [{ trackingStatus: 'finished' }, 'TRACKING_STATUS_UNKNOWN'],
  ])('%j', (cells, code) => {
    const result = run([{ ...ADA, ...cells }]);
    expect(result.problems).toEqual([{ code, path: ['rows', '0', Object.keys(cells)[0]], row: 1 }]);
  });

  it('text of 255 characters and a GUID of 40 are long enough to be unknown only', () => {
    expect(codesOf({ ...ADA, lovCode: 'x'.repeat(255) })).toEqual(['LOV_NOT_FOUND']);
    expect(codesOf({ ...ADA, lovGuid: 'x'.repeat(40) })).toEqual(['LOV_NOT_FOUND']);
  });

  it('reports every bad cell, in the order of the columns', () => {
    const result = run([
      { ...ADA, trackingStatus: '?', lovCode: '\0', timeSpent: 'x', candidateEmail: 'x', score: -1 },
    ]);
    expect(result.problems.map((one) => one.path[2])).toEqual([
      'candidateEmail',
      'lovCode',
      'score',
      'timeSpent',
      'trackingStatus',
    ]);
  });

  it('score ≤ effective scoreMax: sent, from options, or assumed', () => {
    expect(one({ score: 50, scoreMax: 50 }).codes).toEqual([]);
    expect(one({ score: 50.5, scoreMax: 50 }).codes).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(one({ score: 11 }, { options: { defaultScoreMax: 10 } }).codes).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(one({ score: 100.5 }).codes).toEqual(['SCORE_EXCEEDS_MAX']);
    expect(one({ score: 100.5, scoreMax: null }).codes).toEqual([]);
  });

  it('a reference cell that fails skips the checks that need it', () => {
    const tooLong = 'x'.repeat(41);
    expect(codesOf({ ...ADA, candidateRefNumber: 'R9', lovGuid: tooLong })).toEqual([
      'TEXT_TOO_LONG',
      'REGISTRATION_NOT_FOUND',
    ]);
    expect(codesOf({ ...ADA, candidateLogin: '\0', lovGuid: 'nowhere' })).toEqual([
      'TEXT_INVALID',
      'LOV_NOT_FOUND',
    ]);
    expect(codesOf({ ...ADA, candidateLogin: '\0', candidateRefNumber: 'R9' })).toEqual(['TEXT_INVALID']);
    expect(codesOf({ ...ADA, trainingGuid: tooLong, lovGuid: 'l-3' })).toEqual(['TEXT_TOO_LONG']);
  });

  it('a bad value cell skips only the checks that look at it', () => {
    const wrong = { score: 200, firstCompletionDate: '2024-02-02' };
    const [score, completion] = ['SCORE_EXCEEDS_MAX', 'COMPLETION_DATE_WITHOUT_COMPLETION'];
    expect(one({ ...wrong, progression: 101 }).codes).toEqual(['PROGRESSION_OUT_OF_RANGE', score]);
    expect(one({ ...wrong, trackingStatus: '?' }).codes).toEqual(['TRACKING_STATUS_UNKNOWN', score]);
    expect(one({ ...wrong, firstCompletionDate: '?' }).codes).toEqual(['DATE_INVALID', score]);
    expect(one({ ...wrong, score: -1 }).codes).toEqual(['SCORE_NEGATIVE', completion]);
    expect(one({ ...wrong, scoreMax: -1 }).codes).toEqual(['SCORE_NEGATIVE', completion]);
    expect(one({ ...wrong, firstAccessDate: '?' }).codes).toEqual(['DATE_INVALID', score, completion]);
    expect(one({ ...wrong, timeSpent: -1 }).codes).toEqual(['TIME_SPENT_INVALID', score, completion]);
  });
});

describe('check 5: the LOV', () => {
  const row = { candidateRefNumber: 'R1', sessionGuid: 's-100' };

  it.each<[string, ImportRow, readonly ProblemCode[]]>([
    ['unknown GUID', { lovGuid: 'l-9' }, ['LOV_NOT_FOUND']],
    ['a code in another case', { lovCode: 'one' }, ['LOV_NOT_FOUND']],
    ['code and GUID of different LOVs', { lovCode: 'ONE', lovGuid: 'l-2' }, ['LOV_NOT_FOUND']],
    ['code and GUID of one LOV', { lovCode: 'TWIN', lovGuid: 'l-4' }, []],
    ["a code is narrowed to the session's training", { lovCode: 'SHARED' }, []],
    ['before it is called ambiguous', { lovCode: 'TWIN' }, ['LOV_AMBIGUOUS']],
    ["not part of the session's training", { lovGuid: 'l-3' }, ['LOV_NOT_IN_TRAINING']],
  ])('%s', (_name, lov, expected) => {
    expect(codesOf({ ...row, ...lov })).toEqual(expected);
  });

  it('narrowing picks the LOV of that training', () => {
    expect(run([{ ...row, lovCode: 'SHARED' }]).after[0]?.lovId).toBe(2);
  });

  it('without a known session: unknown and guarded LOVs are still named, ambiguous ones are not', () => {
    expect(codesOf({ candidateRefNumber: 'R1', lovGuid: 'l-9' })).toEqual([
      'CONTEXT_MISSING',
      'LOV_NOT_FOUND',
    ]);
    expect(codesOf({ candidateRefNumber: 'R1', lovCode: 'TWIN' })).toEqual(['CONTEXT_MISSING']);
    expect(codesOf({ ...row, sessionGuid: 's-999', lovCode: 'CK' })).toEqual([
      'LOV_PROVIDED_BY_CROSSKNOWLEDGE',
      'REGISTRATION_NOT_FOUND',
    ]);
  });
});

describe('check 6: guards', () => {
  it('CrossKnowledge, EasyQuizz', () => {
    expect(codesOf({ ...ADA, lovGuid: 'l-6' })).toEqual(['LOV_PROVIDED_BY_CROSSKNOWLEDGE']);
    expect(codesOf({ ...ADA, lovGuid: 'l-7' })).toEqual(['LOV_IS_EASYQUIZZ']);
  });

  it('is skipped where check 5 failed', () => {
    const row = { candidateLogin: 'ADA', sessionGuid: 's-200', lovGuid: 'l-6' };
    expect(codesOf(row)).toEqual(['LOV_NOT_IN_TRAINING']);
  });
});

describe('check 7: the registration', () => {
  const notFound = ['REGISTRATION_NOT_FOUND'];
  const registrationOf = (row: ImportRow) => run([row]).after[0]?.registrationId;

  it('of that learner in that session', () => {
    expect(codesOf({ ...ADA, candidateRefNumber: 'R3' })).toEqual(notFound);
  });

  it('all given identifiers must designate the same learner, session and training', () => {
    expect(codesOf({ ...ADA, candidateLogin: 'bob' })).toEqual(notFound);
    expect(codesOf({ ...ADA, sessionId: 101 })).toEqual(notFound);
    expect(codesOf({ ...ADA, sessionTitle: 'Autumn' })).toEqual(notFound);
    expect(codesOf({ ...ADA, trainingId: 20 })).toEqual(notFound);
    expect(codesOf({ ...ADA, trainingId: 10, trainingPathCode: 'P20' })).toEqual(notFound);
    expect(codesOf({ ...ADA, candidateLogin: 'ada', sessionId: 100, trainingPathCode: 'P10' })).toEqual([]);
  });

  it('e-mail and login match without regard to case; every other reference matches exactly', () => {
    const jose = { sessionGuid: 's-101', lovGuid: 'l-1' };
    expect(registrationOf({ ...jose, candidateLogin: 'JOSE\u0301' })).toBe(1005);
    expect(codesOf({ ...jose, candidateLogin: 'jose' })).toEqual(notFound);
    expect(codesOf({ ...ADA, candidateRefNumber: 'r1' })).toEqual(notFound);
    expect(codesOf({ ...ADA, sessionGuid: 'S-100' })).toEqual(notFound);
    expect(codesOf({ ...ADA, sessionTitle: 'spring' })).toEqual(notFound);
    expect(codesOf({ ...ADA, trainingPathCode: 'p10' })).toEqual(notFound);
  });

  it('several learners match: the one registered in that session', () => {
    const row = { candidateLogin: 'ada', lovCode: 'SHARED' };
    expect(registrationOf({ ...row, sessionGuid: 's-100' })).toBe(1001);
    expect(registrationOf({ ...row, sessionGuid: 's-200' })).toBe(1004);
  });

  it('if still several, the oldest account, with a warning', () => {
    const row = { candidateEmail: 'Ada@Example.org', sessionGuid: 's-100', lovGuid: 'l-1' };
    expect(codesOf(row)).toEqual(['LEARNER_AMBIGUOUS']);
    expect(registrationOf(row)).toBe(1002);
  });

  it('several sessions carry the title: the one the learner is registered in', () => {
    const row = { candidateLogin: 'jos\u00e9', sessionTitle: 'Spring', trainingId: 10, lovGuid: 'l-1' };
    expect(registrationOf(row)).toBe(1005);
  });

  it('if still several, SESSION_AMBIGUOUS', () => {
    const row = { sessionTitle: 'Spring', trainingId: 10, lovGuid: 'l-1' };
    expect(codesOf({ ...row, candidateRefNumber: 'R2' })).toEqual(['SESSION_AMBIGUOUS']);
    expect(codesOf({ ...row, candidateEmail: 'ada@example.org' })).toEqual([
      'LEARNER_AMBIGUOUS',
      'SESSION_AMBIGUOUS',
    ]);
  });

  it('a rejected row keeps LEARNER_AMBIGUOUS, and no warning of checks 8 to 10', () => {
    const row = { candidateEmail: 'ada@example.org', sessionGuid: 's-100' };
    const cells = { firstAccessDate: '2999-01-01', trackingStatus: 'completed', progression: 3 };
    expect(codesOf({ ...row, ...cells, lovGuid: 'l-7' })).toEqual(['LOV_IS_EASYQUIZZ', 'LEARNER_AMBIGUOUS']);
  });
});

describe('check 8: completion', () => {
  const date = { firstCompletionDate: '2024-02-03' };

  it('complete means COMPLETED or PASSED, or no status and progression 100', () => {
    expect(one({ ...date, trackingStatus: 'completed' }).tracking?.firstCompletionDate).toBe(FEB_3);
    expect(one({ ...date, trackingStatus: 'passed', progression: 3 }).codes).toEqual([]);
    expect(one({ ...date, progression: 100 }).tracking?.firstCompletionDate).toBe(FEB_3);
  });

  it.each<ImportRow>([
    {},
    { progression: 99.99 },
    { trackingStatus: 'incomplete', progression: 100 },
    { trackingStatus: 'failed', progression: 100 },
    { trackingStatus: 'browsed' },
  ])('a date on a row that is not complete: %j', (cells) => {
    expect(one({ ...date, ...cells }).codes).toEqual(['COMPLETION_DATE_WITHOUT_COMPLETION']);
  });

  it('is judged in REPLACE from the cells alone where the references fail, not in MERGE', () => {
    const row = { ...ADA, ...date, lovGuid: 'l-9', score: 101 };
    expect(codesOf(row)).toEqual([
      'SCORE_EXCEEDS_MAX',
      'LOV_NOT_FOUND',
      'COMPLETION_DATE_WITHOUT_COMPLETION',
    ]);
    expect(run([row], { writeMode: 'MERGE' }).rows[0]?.codes).toEqual(['LOV_NOT_FOUND']);
  });

  it("a complete row without one: the import's clock, with a warning", () => {
    const row = one({ trackingStatus: 'completed' });
    expect(row.codes).toEqual(['COMPLETION_DATE_DEFAULTED']);
    expect(row.tracking?.firstCompletionDate).toBe(NOW);
    expect(row.changes[0]).toEqual({ field: 'firstCompletionDate', before: null, after: NOW_ISO });
  });

  it.each(['REPLACE', 'MERGE'] as const)(
    'if the stored row is already complete, its date is kept: %s',
    (writeMode) => {
      const sent = { trackingStatus: 'completed', progression: 100 };
      expect(one(sent, { writeMode }, [COMPLETE])).toMatchObject({ outcome: 'UNCHANGED', codes: [] });
      expect(one({ ...sent, firstCompletionDate: null }, { writeMode }, [COMPLETE])).toMatchObject({
        outcome: 'UNCHANGED',
        codes: [],
      });
      expect(one(sent, { writeMode }, [{ ...EMPTY, progression: 3 }]).codes).toEqual([
        'COMPLETION_DATE_DEFAULTED',
      ]);
    },
  );

  it('a re-import moves no date and is UNCHANGED', () => {
    const rows = [{ ...ADA, progression: 100 }];
    const first = run(rows);
    const again = modelImport({ ...world, stored: first.after }, { rows }, NOW + 1);
    expect(outcomes(again)).toEqual(['UNCHANGED']);
    expect(again.after).toEqual(first.after);
  });
});

describe('check 9: dates in odd order or in the future', () => {
  it('first access after completion or after last access, completion after last access', () => {
    const row = one({
      firstAccessDate: '2024-02-03',
      firstCompletionDate: '2024-02-02',
      lastAccessDate: '2024-02-01',
      progression: 100,
    });
    expect(row.codes).toEqual(['DATES_OUT_OF_ORDER', 'DATES_OUT_OF_ORDER', 'DATES_OUT_OF_ORDER']);
    expect(row.tracking).toMatchObject({
      firstAccessDate: FEB_3,
      firstCompletionDate: FEB_2,
      lastAccessDate: FEB_1,
    });
  });

  it('equal dates are in order', () => {
    expect(one({ firstAccessDate: '2024-02-03', lastAccessDate: '2024-02-03' }).codes).toEqual([]);
  });

  it('in the future, after the odd orders', () => {
    const row = one({ firstAccessDate: '2999-01-02', lastAccessDate: '2999-01-01' });
    expect(row.codes).toEqual(['DATES_OUT_OF_ORDER', 'DATE_IN_FUTURE', 'DATE_IN_FUTURE']);
    expect(one({ firstAccessDate: NOW_ISO }).codes).toEqual([]);
    expect(one({ firstAccessDate: '2026-01-02T03:04:05.007Z' }).codes).toEqual(['DATE_IN_FUTURE']);
  });

  it('only dates the caller sent', () => {
    const stored: StoredRow = { ...COMPLETE, firstAccessDate: FEB_3 };
    expect(merge({ timeSpent: 1 }, stored).codes).toEqual([]);
    expect(merge({ lastAccessDate: '2024-02-01' }, stored).codes).toEqual([
      'DATES_OUT_OF_ORDER',
      'DATES_OUT_OF_ORDER',
    ]);
    const kept = { ...ADA, progression: 100, firstAccessDate: '2024-02-03' };
    expect(run([kept], {}, [COMPLETE]).rows[0]?.codes).toEqual([]);
    expect(run([kept], { writeMode: 'MERGE' }, [COMPLETE]).rows[0]?.codes).toEqual(['DATES_OUT_OF_ORDER']);
  });

  it('a completion date from the clock is not judged', () => {
    expect(merge({ progression: 100, lastAccessDate: '2024-02-01' }, EMPTY).codes).toEqual([
      'COMPLETION_DATE_DEFAULTED',
    ]);
  });
});

describe('check 10: status and progression', () => {
  it.each<[ImportRow, Partial<StoredRow>]>([
    [{ progression: 100 }, { status: 'COMPLETED', progression: 100 }],
    [{ progression: 99.99 }, { status: 'INCOMPLETE', progression: 99.99 }],
    [{}, { status: 'INCOMPLETE', progression: null }],
    [{ trackingStatus: 'completed' }, { status: 'COMPLETED', progression: 100 }],
    [
      { trackingStatus: 'passed', progression: null },
      { status: 'PASSED', progression: 100 },
    ],
    [{ trackingStatus: 'incomplete' }, { status: 'INCOMPLETE', progression: null }],
    [{ trackingStatus: 'failed' }, { status: 'FAILED', progression: null }],
    [{ trackingStatus: 'browsed' }, { status: 'BROWSED', progression: null }],
  ])('%j', (cells, expected) => {
    expect(one(cells).tracking).toMatchObject(expected);
  });

  it('COMPLETED below 100 and INCOMPLETE at 100 are stored as sent, with a warning', () => {
    const completed = one({ trackingStatus: 'completed', progression: 40 });
    expect(completed.codes).toEqual(['COMPLETION_DATE_DEFAULTED', 'STATUS_CONTRADICTS_PROGRESSION']);
    expect(completed.tracking).toMatchObject({ status: 'COMPLETED', progression: 40 });
    const incomplete = one({ trackingStatus: 'incomplete', progression: 100 });
    expect(incomplete.codes).toEqual(['STATUS_CONTRADICTS_PROGRESSION']);
    expect(incomplete.tracking).toMatchObject({ firstCompletionDate: null });
  });

  it('PASSED with 40 and FAILED with 100 are legitimate', () => {
    expect(one({ trackingStatus: 'passed', progression: 40 }).codes).toEqual(['COMPLETION_DATE_DEFAULTED']);
    expect(one({ trackingStatus: 'failed', progression: 100 }).codes).toEqual([]);
  });

  it('MERGE judges the merged row', () => {
    expect(merge({ trackingStatus: 'incomplete' }, COMPLETE).codes).toEqual([
      'STATUS_CONTRADICTS_PROGRESSION',
    ]);
  });
});

describe('rule 11: scoreMax absent', () => {
  const fifty = { options: { defaultScoreMax: 50 } };
  const scoreMaxOf = (cells: ImportRow, more: Partial<ImportInput> = {}) =>
    one(cells, more).tracking?.scoreMax;

  it('options.defaultScoreMax, else 100 when a score is given, else null', () => {
    expect(scoreMaxOf({ score: 1 }, fifty)).toBe(50);
    expect(scoreMaxOf({}, fifty)).toBe(50);
    expect(scoreMaxOf({ score: 0 }, { options: { defaultScoreMax: 0 } })).toBe(0);
    expect(scoreMaxOf({ score: 1 })).toBe(100);
    expect(scoreMaxOf({ score: null })).toBeNull();
    expect(scoreMaxOf({})).toBeNull();
  });

  it('null stores null', () => {
    expect(scoreMaxOf({ score: 1, scoreMax: null }, fifty)).toBeNull();
  });

  it('in MERGE', () => {
    const more = { ...fifty, writeMode: 'MERGE' as const };
    const merged = (cells: ImportRow, stored: StoredRow[]) => one(cells, more, stored).tracking?.scoreMax;
    expect(merged({ score: 1 }, [{ ...EMPTY, scoreMax: 30 }])).toBe(30);
    expect(merged({ score: 1 }, [EMPTY])).toBe(50);
    expect(merged({ score: 1 }, [])).toBe(50);
    expect(merged({}, [])).toBe(50);
    expect(merged({ timeSpent: 1 }, [{ ...EMPTY, score: 120 }])).toBeNull();
    expect(merged({ score: null }, [{ ...EMPTY, score: 120 }])).toBeNull();
    expect(merge({ score: 7 }, { ...EMPTY, score: 120 }).tracking?.scoreMax).toBe(100);
  });
});

describe('formats', () => {
  const dateOf = (firstAccessDate: string, parameters: ImportInput['parameters'] = {}) =>
    one({ firstAccessDate }, { parameters }).tracking?.firstAccessDate;

  it('dates: the format, or ISO-8601 with an offset or Z; fractions beyond milliseconds are cut', () => {
    expect(dateOf('2024-02-29 01:02:03')).toBe(Date.UTC(2024, 1, 29, 1, 2, 3));
    expect(dateOf('2024-02-29T01:02:03Z')).toBe(Date.UTC(2024, 1, 29, 1, 2, 3));
    expect(dateOf('2024-02-29T01:02Z')).toBe(Date.UTC(2024, 1, 29, 1, 2));
    expect(dateOf('2024-02-29T01:02:03.5+02:30')).toBe(Date.UTC(2024, 1, 28, 22, 32, 3, 500));
    expect(dateOf('2024-02-29T01:02:03.0019-01:00')).toBe(Date.UTC(2024, 1, 29, 2, 2, 3, 1));
    expect(dateOf('1000-01-01')).toBe(Date.parse('1000-01-01T00:00:00Z'));
    expect(dateOf('2024-01-02', { dateTimeFormat: 'yyyy-mm-dd HH:II:SS' })).toBe(Date.UTC(2024, 0, 2));
  });

  it('a cell may stop after the date; defaultTime completes it, in timeZone', () => {
    const india = { timeZone: 'Asia/Kolkata', defaultTime: '23:59:58' };
    expect(dateOf('2024-01-02', india)).toBe(Date.UTC(2024, 0, 2, 18, 29, 58));
    expect(dateOf('2024-01-02 05:30:00', india)).toBe(Date.UTC(2024, 0, 2));
    expect(dateOf('2024-01-02T05:30:00Z', india)).toBe(Date.UTC(2024, 0, 2, 5, 30));
  });

  it.each([
    '2023-02-29',
    '2024-00-10',
    '2024-04-31',
    '2024-05-06 24:00:01',
    '2024-05-06 07:08',
    '2024-05-06T07:08:09',
    '2024-05-06T07:08:09+24:00',
    '2024-05-06T07:08:09+01:60',
    '0999-12-31',
    '06/05/2024',
  ])('no date: %s', (text) => {
    expect(one({ firstAccessDate: text }).codes).toEqual(['DATE_INVALID']);
  });

  it('timeSpent: whole seconds as number or text, at most 2147483647', () => {
    const timeOf = (timeSpent: number | string) => one({ timeSpent }).tracking?.timeSpentSeconds;
    expect(timeOf(5115)).toBe(5115);
    expect(timeOf('5115')).toBe(5115);
    expect(timeOf('2147483647')).toBe(2_147_483_647);
    for (const timeSpent of [1.5, '85.25', '6e1', 2_147_483_648, '2147483648', 'PT1H', -1]) {
      expect(one({ timeSpent }).codes).toEqual(['TIME_SPENT_INVALID']);
    }
  });

  it('trackingStatus: the camelCase name, `not attempted` and the enum spelling', () => {
    const stored = [EMPTY];
    for (const trackingStatus of ['notAttempted', 'not attempted', 'NOT_ATTEMPTED', ' Not Attempted ']) {
      expect(one({ trackingStatus }, {}, stored).outcome).toBe('DELETED');
    }
    expect(one({ trackingStatus: 'BROWSED' }).tracking?.status).toBe('BROWSED');
  });

  describe('aliases', () => {
    const withAliases = (trackingStatus: string, ...aliases: [StoredRow['status'], string][]) =>
      one(
        { trackingStatus },
        { parameters: { trackingStatus: aliases.map(([status, alias]) => ({ status, alias })) } },
      );
    const refused = (...aliases: [StoredRow['status'], string][]) =>
      run([ADA], { parameters: { trackingStatus: aliases.map(([status, alias]) => ({ status, alias })) } })
        .refused;

    it('are compared without regard to case and surrounding blanks', () => {
      expect(withAliases(' FAIL ', ['FAILED', ' Fail']).tracking?.status).toBe('FAILED');
    });

    it('several per status', () => {
      expect(withAliases('no', ['FAILED', 'fail'], ['FAILED', 'no']).tracking?.status).toBe('FAILED');
    });

    it('blank means own name', () => {
      expect(withAliases('failed', ['FAILED', '']).tracking?.status).toBe('FAILED');
      expect(withAliases('failed', ['FAILED', ' '], ['FAILED', 'no']).tracking?.status).toBe('FAILED');
    });

    it('an aliased status no longer answers to its own name', () => {
      expect(withAliases('failed', ['FAILED', 'no']).codes).toEqual(['TRACKING_STATUS_UNKNOWN']);
      expect(withAliases('passed', ['FAILED', 'passed'], ['PASSED', 'failed']).tracking?.status).toBe(
        'FAILED',
      );
    });

    it('a word that would mean two statuses refuses the request', () => {
      expect(refused(['FAILED', 'no'], ['BROWSED', 'No '])).toBe(true);
      expect(refused(['FAILED', 'Not Attempted'])).toBe(true);
      expect(refused(['FAILED', 'no'], ['FAILED', 'NO'])).toBe(false);
      expect(refused(['FAILED', 'passed'], ['PASSED', 'ok'])).toBe(false);
    });

    it('a wipe through an alias is a wipe', () => {
      expect(
        run([{ ...ADA, trackingStatus: 'n', progression: 300 }], {
          parameters: { trackingStatus: [{ status: 'NOT_ATTEMPTED', alias: 'N' }] },
        }).rows[0],
      ).toMatchObject({ outcome: 'UNCHANGED', codes: ['VALUES_IGNORED'] });
    });
  });
});

describe('the model as a whole', () => {
  const PARAMETERS = { seed: 20260104, numRuns: 400 };
  const importCodes = PROBLEM_CODES.filter((code) =>
    (MESSAGES[code].operations as readonly string[]).includes('importConsolidatedTracking'),
  );

  it('knows which codes are warnings', () => {
    const warnings = importCodes.filter((code) => MESSAGES[code].severity === 'WARNING');
    expect([...WARNING_CODES].sort()).toEqual(warnings.sort());
  });

  it('counts add up, and the typename follows from rows and problems', () => {
    fc.assert(
      fc.property(importRequests, (input) => {
        const { summary, rows, typename, problems, refused } = modelImport(theWorld, input, THE_CLOCK);
        const { created, replaced, unchanged, deleted, superseded, rejected, received } = summary;
        expect(created + replaced + unchanged + deleted + superseded + rejected).toBe(received);
        expect(received).toBe(refused ? 0 : input.rows.length);
        expect(problems.length === 0).toBe(typename === 'Success');
        expect(rows.some((row) => row.outcome !== 'REJECTED')).toBe(typename !== 'Error');
      }),
      PARAMETERS,
    );
  });

  it('the same REPLACE request twice gives the same state', () => {
    fc.assert(
      fc.property(importRequests, (request) => {
        const input: ImportInput = { ...request, writeMode: 'REPLACE', dryRun: false };
        const first = modelImport(theWorld, input, THE_CLOCK);
        const again = modelImport({ ...theWorld, stored: first.after }, input, THE_CLOCK);
        expect(again.after).toEqual(first.after);
      }),
      PARAMETERS,
    );
  });

  it('rows of one request act as if sent one by one', () => {
    fc.assert(
      fc.property(importRequests, (request) => {
        const input: ImportInput = { ...request, errorPolicy: 'REJECT_FAILED_ROWS', dryRun: false };
        let stored = theWorld.stored;
        for (const row of input.rows) {
          stored = modelImport({ ...theWorld, stored }, { ...input, rows: [row] }, THE_CLOCK).after;
        }
        const values = (rows: readonly StoredRow[]) => rows.map(({ updatedAt: _updatedAt, ...row }) => row);
        const together = modelImport(theWorld, input, THE_CLOCK);
        expect(values(together.after)).toEqual(values(stored));
      }),
      PARAMETERS,
    );
  });

  it('the arbitraries reach every outcome and every code that they are meant to reach', () => {
    const beyond: ProblemCode[] = [
      'ROWS_TOO_MANY',
      'STATUS_ALIASES_TOO_MANY',
      'STATUS_ALIAS_INVALID',
      'IDEMPOTENCY_KEY_INVALID',
      'IDEMPOTENCY_KEY_REUSED',
      'NUMBER_NOT_FINITE',
      'TIME_SKIPPED',
      'TIME_AMBIGUOUS',
    ];
    const seen = new Set<string>();
    for (const sequence of fc.sample(importSequences, { seed: 20260104, numRuns: 600 })) {
      let stored = theWorld.stored;
      for (const [index, input] of sequence.entries()) {
        const result = modelImport({ ...theWorld, stored }, input, THE_CLOCK + index * 1000);
        for (const row of result.rows) {
          seen.add(row.outcome);
        }
        for (const problem of result.problems) {
          seen.add(problem.code);
        }
        stored = result.after;
      }
    }
    const outcomeNames = ['CREATED', 'REPLACED', 'UNCHANGED', 'DELETED', 'SUPERSEDED', 'REJECTED'];
    expect(
      [...importCodes.filter((code) => !beyond.includes(code)), ...outcomeNames].filter(
        (one) => !seen.has(one),
      ),
    ).toEqual([]);
  });
});
