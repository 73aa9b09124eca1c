import fc from 'fast-check';
import { type Scenario, scenarios } from '../../models/import/arbitrary-requests';
import { CODES } from '../../models/import/codes';
import {
  CLOCK,
  codes,
  MERGE,
  NONE,
  one,
  outcomes,
  problemsOf,
  ROW,
  SKIP,
  send,
  stored,
  trackingOf,
} from '../../models/import/example';
import { modelImport } from '../../models/import/model-import';
import type { ImportRow, ModelAnswer, Stored } from '../../models/import/types';

describe('modes', () => {
  const FULL = { progression: 40, score: 5, scoreMax: 50, timeSpent: 60, lastAccessDate: '2024-01-01' };

  it('REPLACE overwrites: absent resets with a warning, null without', () => {
    const absent = one({ progression: 41 }, {}, stored(FULL));
    expect(absent).toMatchObject({
      outcome: 'REPLACED',
      problems: [{ code: 'VALUE_RESET', path: ['rows', '0'] }],
    });
    expect(absent.tracking).toMatchObject({ score: null, scoreMax: null, timeSpentSeconds: null });
    const gone = { score: null, scoreMax: '', timeSpent: null, lastAccessDate: ' ' };
    expect(problemsOf({ ...gone, progression: 41 }, {}, stored(FULL))).toEqual([]);
    expect(
      problemsOf({ ...FULL, progression: 41 }, {}, stored({ ...FULL, trackingStatus: 'failed' })),
    ).toEqual(['VALUE_RESET']);
    expect(absent.changes).toEqual([
      { field: 'lastAccessDate', before: '2024-01-01T00:00:00.000Z', after: null },
      { field: 'progression', before: '40', after: '41' },
      { field: 'score', before: '5', after: null },
      { field: 'scoreMax', before: '50', after: null },
      { field: 'timeSpentSeconds', before: '60', after: null },
    ]);
  });

  it('VALUE_RESET names no value that another cell implies', () => {
    const half = { progression: 40 };
    expect(
      one({ trackingStatus: 'passed' }, {}, stored({ ...half, score: 5, scoreMax: 9 })).problems,
    ).toMatchObject([
      { code: 'COMPLETION_DATE_DEFAULTED' },
      { code: 'VALUE_RESET', names: ['score', 'scoreMax'] },
    ]);
    expect(problemsOf({ trackingStatus: 'completed' }, {}, stored(half))).toEqual([
      'COMPLETION_DATE_DEFAULTED',
    ]);
    expect(problemsOf({ trackingStatus: 'failed' }, {}, stored(half))).toEqual(['VALUE_RESET']);
    expect(problemsOf({ progression: 60 }, {}, stored({ ...half, trackingStatus: 'completed' }))).toEqual([
      'VALUE_RESET',
    ]);
    expect(problemsOf({ progression: 100 }, {}, stored({ progression: 100 }))).toEqual([]);
    expect(problemsOf({ progression: 60 }, {}, stored({ ...half, trackingStatus: 'browsed' }))).toEqual([
      'VALUE_RESET',
    ]);
    const options = { options: { defaultScoreMax: 100 } };
    expect(problemsOf(half, options, stored({ ...half, scoreMax: 50 }))).toEqual(['VALUE_RESET']);
  });

  it('MERGE: absent keeps, null resets, a value sets', () => {
    expect(trackingOf({ timeSpent: null, score: 6 }, MERGE, stored(FULL))).toMatchObject({
      progression: 40,
      score: 6,
      scoreMax: 50,
      timeSpentSeconds: null,
    });
  });

  it('MERGE derives the status of a progression, unless the stored one lasts', () => {
    expect(trackingOf({ progression: 100 }, MERGE, stored(FULL))).toMatchObject({ status: 'COMPLETED' });
    for (const trackingStatus of ['passed', 'failed', 'browsed']) {
      const before = stored({ trackingStatus, progression: 50 });
      expect(trackingOf({ progression: 60 }, MERGE, before)).toMatchObject({
        status: trackingStatus.toUpperCase(),
      });
      expect(trackingOf({ trackingStatus: 'completed' }, MERGE, before)).toMatchObject({ progression: 100 });
    }
    const complete = stored({ progression: 100 });
    expect(problemsOf({ progression: 60 }, MERGE, complete)).toEqual(['COMPLETION_DATE_WITHOUT_COMPLETION']);
  });

  it('MERGE clears the completion date of a row that a status makes not complete, with a warning', () => {
    const complete = stored({ progression: 100 });
    const failed = one({ trackingStatus: 'failed' }, MERGE, complete);
    expect(failed).toMatchObject({
      tracking: { firstCompletionDate: null },
      problems: [{ code: 'VALUE_RESET' }],
    });
    expect(problemsOf({ trackingStatus: 'failed', firstCompletionDate: null }, MERGE, complete)).toEqual([]);
    expect(problemsOf({ trackingStatus: 'failed' }, MERGE, stored(FULL))).toEqual([]);
  });

  it('not attempted wipes the row, whatever else it sends', () => {
    const wipe = { trackingStatus: 'not attempted' };
    expect(one(wipe, {}, stored(FULL))).toMatchObject({ outcome: 'DELETED', tracking: null, problems: [] });
    expect(one(wipe)).toMatchObject({ outcome: 'UNCHANGED', tracking: null, changes: [], problems: [] });
    const more = { ...wipe, progression: 'n/a', firstCompletionDate: '2024-01-01' };
    expect(one(more, MERGE, stored(FULL))).toMatchObject({
      outcome: 'DELETED',
      problems: [{ code: 'VALUES_IGNORED', names: ['firstCompletionDate', 'progression'] }],
    });
    expect(problemsOf({ ...more, lovCode: 'L-5' })).toEqual(['LOV_PROVIDED_BY_CROSSKNOWLEDGE']);
    expect(problemsOf({ ...wipe, candidateLogin: 'nobody' })).toEqual(['REGISTRATION_NOT_FOUND']);
  });

  it('a row without a value is told, in both modes', () => {
    expect(one({ score: null })).toMatchObject({
      outcome: 'CREATED',
      tracking: { status: 'INCOMPLETE' },
      problems: [{ code: 'NOTHING_SENT' }],
    });
    expect(problemsOf({}, {}, stored(FULL))).toEqual(['VALUE_RESET', 'NOTHING_SENT']);
    const kept = one({}, MERGE, stored(FULL));
    expect(kept).toMatchObject({ outcome: 'UNCHANGED', problems: [{ code: 'NOTHING_SENT' }] });
    const reset = one({ score: null }, MERGE, stored(FULL));
    expect(reset).toMatchObject({ outcome: 'REPLACED', tracking: { score: null, progression: 40 } });
    expect(problemsOf({ score: 0 })).not.toContain('NOTHING_SENT');
  });

  it('the same request twice gives the same state', () => {
    const twice = one(FULL, {}, stored(FULL));
    expect(twice).toMatchObject({
      outcome: 'UNCHANGED',
      tracking: { updatedAt: CLOCK - 1000 },
      problems: [],
    });
  });
});

describe('rows that are older than what is stored', () => {
  const MAY = { progression: 50, lastAccessDate: '2024-05-05' };
  const APRIL = { progression: 40, lastAccessDate: '2024-04-04' };

  it('are stored with a warning by default; equal is not older', () => {
    const older = one(APRIL, {}, stored(MAY));
    expect(older).toMatchObject({ outcome: 'REPLACED', problems: [{ code: 'ROW_OLDER_THAN_STORED' }] });
    expect(problemsOf({ ...MAY, progression: 51 }, {}, stored(MAY))).toEqual([]);
    expect(problemsOf({ ...APRIL, trackingStatus: 'not attempted' }, {}, stored(MAY))).toEqual([
      'VALUES_IGNORED',
    ]);
  });

  it('are skipped where the caller says so, after all checks', () => {
    const skipped = one({ ...APRIL, score: 5, firstAccessDate: '2025-01-01' }, SKIP, stored(MAY));
    expect(skipped).toMatchObject({ outcome: 'UNCHANGED', changes: [], tracking: { progression: 50 } });
    expect(codes(skipped.problems)).toEqual(['ROW_OLDER_THAN_STORED']);
    expect(one({ ...APRIL, progression: 400 }, SKIP, stored(MAY)).outcome).toBe('REJECTED');
    const ambiguous = { ...APRIL, candidateLogin: 'ADA' };
    const answers = send(
      [
        { ...ROW, ...ambiguous, ...MAY },
        { ...ROW, ...ambiguous },
      ],
      SKIP,
    ).answer;
    expect(codes(answers.rows[1]?.problems ?? [])).toEqual(['LEARNER_AMBIGUOUS', 'ROW_OLDER_THAN_STORED']);
  });

  it('act on nothing when skipped, and compare with what the rows before them left', () => {
    const june = { ...ROW, progression: 60, lastAccessDate: '2024-06-06' };
    const { answer } = send([{ ...ROW, ...MAY }, june, { ...ROW, ...APRIL }], SKIP);
    expect(outcomes(answer)).toEqual(['SUPERSEDED', 'CREATED', 'UNCHANGED']);
    expect(answer.rows[2]?.tracking).toMatchObject({ progression: 60 });
    const wiped = send([june, { ...ROW, ...APRIL }, { ...ROW, trackingStatus: 'not attempted' }], SKIP);
    expect(outcomes(wiped.answer)).toEqual(['SUPERSEDED', 'UNCHANGED', 'UNCHANGED']);
    expect(wiped.answer.rows[1]?.tracking).toBeNull();
  });
});

describe('several rows with one key', () => {
  const progress = (progression: unknown, more: ImportRow = {}) => ({ ...ROW, progression, ...more });
  const WIPE = { ...ROW, trackingStatus: 'not attempted' };

  it('act in order; the last accepted one compares with the state before the request', () => {
    const { answer } = send([progress(1), progress(2)]);
    expect(outcomes(answer)).toEqual(['SUPERSEDED', 'CREATED']);
    expect(answer.rows[0]).toMatchObject({
      tracking: null,
      changes: [],
      problems: [{ code: 'ROW_SUPERSEDED' }],
    });
    expect(answer.rows[1]?.changes).toContainEqual({ field: 'progression', before: null, after: '2' });
    expect(outcomes(send([progress(1), WIPE]).answer)).toEqual(['SUPERSEDED', 'UNCHANGED']);
    const back = send([WIPE, progress(7)], {}, stored({ progression: 7 }));
    expect(outcomes(back.answer)).toEqual(['SUPERSEDED', 'UNCHANGED']);
    expect([...back.stored.values()]).toMatchObject([{ progression: 7, updatedAt: CLOCK - 1000 }]);
  });

  it('only accepted rows supersede, and in MERGE the superseded count', () => {
    const { answer, stored: after } = send(
      [progress(1, { score: 5, scoreMax: 9 }), progress(2), progress('n/a')],
      MERGE,
    );
    expect(outcomes(answer)).toEqual(['SUPERSEDED', 'CREATED', 'REJECTED']);
    expect([...after.values()]).toMatchObject([{ progression: 2, score: 5, scoreMax: 9 }]);
  });
});

describe('the request', () => {
  const GOOD = { ...ROW, progression: 1 };
  const BAD = { ...ROW, candidateLogin: 'nobody', progression: 1 };

  it('is a success, a warning or an error', () => {
    expect(send([GOOD]).answer).toMatchObject({ type: 'Success', recorded: true });
    expect(send([GOOD, BAD]).answer.type).toBe('Warning');
    expect(send([{ ...ROW, score: 1 }]).answer.type).toBe('Warning');
    expect(send([BAD]).answer).toMatchObject({ type: 'Error', refused: false, recorded: true });
  });

  it('counts its rows and problems', () => {
    const wrong = { ...BAD, score: 'n/a' };
    expect(send([GOOD, { ...GOOD, score: 1 }, BAD, wrong]).answer.summary).toEqual({
      received: 4,
      created: 1,
      replaced: 0,
      unchanged: 0,
      deleted: 0,
      superseded: 1,
      rejected: 2,
      withWarnings: 2,
      problemCounts: [
        { code: 'REGISTRATION_NOT_FOUND', rows: 2 },
        { code: 'NUMBER_INVALID', rows: 1 },
        { code: 'ROW_SUPERSEDED', rows: 1 },
        { code: 'SCORE_MAX_ASSUMED', rows: 1 },
      ],
    });
  });

  it('with REJECT_EVERYTHING is written whole or not at all', () => {
    const { answer, stored: after } = send([GOOD, GOOD, BAD], { errorPolicy: 'REJECT_EVERYTHING' });
    expect(outcomes(answer)).toEqual(['REJECTED', 'REJECTED', 'REJECTED']);
    expect(answer.rows.map(({ problems }) => codes(problems))).toEqual([
      ['NOT_APPLIED'],
      ['NOT_APPLIED'],
      ['REGISTRATION_NOT_FOUND'],
    ]);
    expect(answer).toMatchObject({ type: 'Error', refused: false, summary: { superseded: 0, rejected: 3 } });
    expect(after.size).toBe(0);
    expect(outcomes(send([GOOD], { errorPolicy: 'REJECT_EVERYTHING' }).answer)).toEqual(['CREATED']);
    const skipped = { ...GOOD, lastAccessDate: '2024-03-31 02:30:00' };
    const parameters = { timeZone: 'Europe/Paris' };
    const stops = { ...SKIP, errorPolicy: 'REJECT_EVERYTHING', parameters } as const;
    const { rows } = send([skipped, BAD], stops, stored({ lastAccessDate: '2024-05-06' })).answer;
    expect(codes(rows[0]?.problems ?? [])).toEqual(['TIME_SKIPPED', 'NOT_APPLIED']);
  });

  it('as a dry run answers the same and writes nothing', () => {
    const dry = send([GOOD, BAD], { dryRun: true });
    const real = send([GOOD, BAD]);
    expect(dry.answer).toEqual({ ...real.answer, dryRun: true, recorded: false });
    expect(dry.stored.size).toBe(0);
    expect(real.stored.size).toBe(1);
  });

  it.each([
    [{ rows: [] }, 'ROWS_MISSING', ['rows']],
    [{ rows: Array.from({ length: 10_001 }, () => GOOD) }, 'ROWS_TOO_MANY', ['rows']],
    [{ parameters: { timeZone: 'Mars/Olympus' } }, 'TIME_ZONE_UNKNOWN', ['parameters', 'timeZone']],
    [{ parameters: { timeZone: '+02:00' } }, 'TIME_ZONE_UNKNOWN', ['parameters', 'timeZone']],
    [{ parameters: { defaultTime: '24:00:00' } }, 'DEFAULT_TIME_INVALID', ['parameters', 'defaultTime']],
    [{ options: { defaultScoreMax: -1 } }, 'DEFAULT_SCORE_MAX_NEGATIVE', ['options', 'defaultScoreMax']],
    [{ idempotencyKey: '' }, 'IDEMPOTENCY_KEY_INVALID', ['idempotencyKey']],
    [{ idempotencyKey: ' ' }, 'IDEMPOTENCY_KEY_INVALID', ['idempotencyKey']],
    [{ idempotencyKey: 'x'.repeat(256) }, 'IDEMPOTENCY_KEY_INVALID', ['idempotencyKey']],
  ])('is refused as a whole: %#', (input, code, path) => {
    const before = stored({ progression: 3 });
    const { answer, stored: after } = modelImportOf({ rows: [GOOD], ...input }, before);
    expect(answer).toMatchObject({
      type: 'Error',
      refused: true,
      recorded: false,
      rows: [],
      problems: [{ code, path }],
    });
    expect(answer.summary).toMatchObject({ received: 0, rejected: 0, problemCounts: [] });
    expect(after).toBe(before);
  });

  it('takes null for a default', () => {
    const nulls = { options: null, parameters: null, writeMode: null, errorPolicy: null, dryRun: null };
    expect(send([GOOD], { ...nulls, idempotencyKey: null }).answer).toEqual(send([GOOD]).answer);
    const parameters = { dateTimeFormat: null, timeZone: null, defaultTime: null, trackingStatus: null };
    expect(send([GOOD], { parameters, options: { olderRows: null } }).answer).toEqual(send([GOOD]).answer);
  });
});

function modelImportOf({ rows, ...extra }: Parameters<typeof modelImport>[2], before: Stored) {
  return send(rows, extra, before);
}

describe('any scenario', () => {
  const answersOf = (
    run: (answer: ModelAnswer, before: Stored, after: Stored) => void,
    parameters: fc.Parameters<[Scenario]> = {},
  ) =>
    fc.assert(
      fc.property(scenarios, ({ world, requests }) => {
        let before: Stored = NONE;
        for (const { input, clock } of requests) {
          const { answer, stored: after } = modelImport(world, before, input, clock);
          run(answer, before, after);
          before = after;
        }
      }),
      parameters,
    );

  it('keeps what the summary promises', () => {
    answersOf(({ summary, rows, type, problems }) => {
      const { received, created, replaced, unchanged, deleted, superseded, rejected } = summary;
      expect(created + replaced + unchanged + deleted + superseded + rejected).toBe(received);
      expect(rows).toHaveLength(received);
      expect(type === 'Success').toBe(problems.length === 0);
      expect(type === 'Error').toBe(rejected === received);
    });
  });

  it('stores what its rows answer', () => {
    answersOf(({ rows, dryRun, summary }, before, after) => {
      for (const { outcome, tracking, changes } of rows) {
        if (['CREATED', 'REPLACED'].includes(outcome)) expect(changes).not.toEqual([]);
        if (tracking !== null && !dryRun) expect([...after.values()]).toContain(tracking);
      }
      if (dryRun) expect(after).toBe(before);
      else expect(after.size - before.size).toBe(summary.created - summary.deleted);
      for (const row of after.values()) {
        const isComplete = row.status === 'COMPLETED' || row.status === 'PASSED';
        expect(row.firstCompletionDate !== null).toBe(isComplete);
        if (row.score !== null && row.scoreMax !== null) expect(row.score).toBeLessThanOrEqual(row.scoreMax);
      }
    });
  });

  it('comes to every code and outcome that cells can come to, sooner or later', () => {
    const seen = new Set<string>();
    answersOf(
      ({ problems, rows }) => {
        for (const code of codes(problems)) seen.add(code);
        for (const { outcome } of rows) seen.add(outcome);
      },
      { numRuns: 400, seed: 1 },
    );
    // What many rows, many aliases and keys come to stands in examples.
    const elsewhere = [
      'IDEMPOTENCY_KEY_REUSED',
      'IDEMPOTENCY_KEY_INVALID',
      'ROWS_TOO_MANY',
      'STATUS_ALIASES_TOO_MANY',
    ];
    const all = [...Object.values(CODES), ...OUTCOMES].filter((each) => !elsewhere.includes(each));
    expect(all.filter((each) => !seen.has(each))).toEqual([]);
  });
});

const OUTCOMES = ['CREATED', 'REPLACED', 'UNCHANGED', 'DELETED', 'SUPERSEDED', 'REJECTED'];
