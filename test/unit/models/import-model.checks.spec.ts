import {
  CLOCK,
  codes,
  instant,
  MERGE,
  one,
  problemsOf,
  send,
  stored,
  trackingOf,
} from '../../models/import/example';
import type { ImportRow } from '../../models/import/types';

const TITLE = { sessionGuid: null, sessionTitle: 'Spring', trainingPathCode: 'T-1' };

describe('checks 1–3', () => {
  it('each kind of reference is needed, and what needs it is not told besides', () => {
    expect(codes(send([{}]).answer.problems)).toEqual([
      'LOV_REFERENCE_MISSING',
      'LEARNER_REFERENCE_MISSING',
      'CONTEXT_MISSING',
    ]);
  });

  it.each<[ImportRow, boolean]>([
    [{ sessionGuid: 'SG-11' }, true],
    [{ sessionId: 11 }, true],
    [{ sessionTitle: 'Spring' }, false],
    [{ sessionTitle: 'Spring', trainingPathCode: 'T-1' }, true],
    [{ sessionTitle: 'Spring', trainingId: 1 }, true],
    [{ sessionTitle: 'Spring', trainingGuid: 'TG-1' }, true],
    [{ trainingPathCode: 'T-1' }, false],
    [{ sessionGuid: ' ', trainingId: 1 }, false],
  ])('%j is a context: %s', (context, isContext) => {
    const problems = problemsOf({ sessionGuid: undefined, progression: 1, ...context });
    expect(problems).toEqual(isContext ? [] : ['CONTEXT_MISSING']);
  });

  it('all problems of a row are told at once, in the order of the checks', () => {
    const row = {
      lovCode: 'none',
      candidateLogin: 'nobody',
      score: -1,
      firstAccessDate: 'x',
      trackingStatus: 'failed',
    };
    expect(problemsOf({ ...row, firstCompletionDate: '2024-01-01', progression: 'n/a' })).toEqual([
      'DATE_INVALID',
      'NUMBER_INVALID',
      'SCORE_NEGATIVE',
      'LOV_NOT_FOUND',
      'REGISTRATION_NOT_FOUND',
      'COMPLETION_DATE_WITHOUT_COMPLETION',
    ]);
  });
});

describe('checks 5 and 6', () => {
  const lov = (row: ImportRow) => one({ lovCode: undefined, progression: 1, ...row });

  it('a code is narrowed to the training of the session', () => {
    const second = { candidateLogin: 'Ada', lovCode: 'L-2', sessionGuid: 'SG-11' };
    expect(codes(lov(second).problems)).toEqual(['LOV_AMBIGUOUS']);
    expect(lov(second).match).toMatchObject({ lovId: null, lovsFound: 2 });
    const elsewhere = lov({ ...second, sessionGuid: 'SG-21' });
    expect(elsewhere.match).toMatchObject({ lovId: 73, lovsFound: 2 });
    expect(codes(elsewhere.problems)).toEqual(['REGISTRATION_NOT_FOUND']);
    expect(codes(lov({ lovCode: 'L-4' }).problems)).toEqual(['LOV_NOT_IN_TRAINING']);
  });

  it('code and GUID designate one LOV, exactly', () => {
    expect(lov({ lovCode: 'L-2', lovGuid: 'LG-72' }).outcome).toBe('CREATED');
    for (const row of [{ lovCode: 'L-1', lovGuid: 'LG-72' }, { lovCode: 'l-1' }, { lovGuid: 'lg-71' }]) {
      expect(codes(lov(row).problems)).toEqual(['LOV_NOT_FOUND']);
    }
  });

  it('two kinds of LOV are guarded', () => {
    expect(codes(lov({ lovCode: 'L-5' }).problems)).toEqual(['LOV_PROVIDED_BY_CROSSKNOWLEDGE']);
    expect(codes(lov({ lovGuid: 'LG-76' }).problems)).toEqual(['LOV_IS_EASYQUIZZ']);
  });
});

describe('check 7', () => {
  const whose = (row: ImportRow) => one({ candidateLogin: undefined, progression: 1, ...row });

  it('login and e-mail match without regard to case, every other reference exactly', () => {
    expect(whose({ candidateLogin: 'BOB' }).match.learnerId).toBe(3);
    expect(whose({ candidateLogin: 'kim' }).match.learnerId).toBe(8);
    expect(whose({ candidateEmail: 'ADA@EXAMPLE.org' }).match.learnerId).toBe(1);
    const wrong: ImportRow[] = [
      { candidateRefNumber: 'r-1' },
      { candidateLogin: 'bob', sessionGuid: 'sg-11' },
      { candidateLogin: 'bob', sessionGuid: null, sessionTitle: 'spring', trainingPathCode: 'T-1' },
      { candidateLogin: 'bob', trainingPathCode: 't-1' },
    ];
    for (const row of wrong) expect(codes(whose(row).problems)).toEqual(['REGISTRATION_NOT_FOUND']);
  });

  it('all references designate the same learner, session and training', () => {
    expect(codes(whose({ candidateLogin: 'bob', candidateRefNumber: 'R-1' }).problems)).toEqual([
      'REGISTRATION_NOT_FOUND',
    ]);
    expect(codes(whose({ candidateLogin: 'bob', sessionId: 12 }).problems)).toEqual([
      'REGISTRATION_NOT_FOUND',
    ]);
    expect(codes(whose({ candidateLogin: 'bob', sessionId: 11, trainingId: 2 }).problems)).toEqual([
      'REGISTRATION_NOT_FOUND',
    ]);
  });

  it('accounts written as sent go first, registered or not', () => {
    expect(whose({ candidateLogin: 'Ada' }).match).toMatchObject({ learnerId: 2, learnersFound: 2 });
    expect(whose({ candidateLogin: 'ada' })).toMatchObject({ match: { learnerId: 1 }, problems: [] });
    expect(whose({ candidateEmail: 'Shared@example.org' })).toMatchObject({
      match: { learnerId: 3 },
      problems: [],
    });
    const unregistered = whose({ candidateLogin: 'Eve' });
    expect(codes(unregistered.problems)).toEqual(['REGISTRATION_NOT_FOUND']);
    expect(unregistered.match).toMatchObject({ learnerId: 4, sessionId: 11, learnersFound: 2 });
  });

  it('then the one that is registered, then the oldest, with a warning', () => {
    expect(whose({ candidateLogin: 'EVE' })).toMatchObject({ match: { learnerId: 5 }, problems: [] });
    const oldest = whose({ candidateLogin: 'ADA' });
    expect(oldest).toMatchObject({ outcome: 'CREATED', match: { learnerId: 1, learnersFound: 2 } });
    expect(codes(oldest.problems)).toEqual(['LEARNER_AMBIGUOUS']);
  });

  it('of several sessions with the title it is the one the learner is registered in', () => {
    expect(whose({ ...TITLE, candidateLogin: 'bob' }).match).toMatchObject({
      sessionId: 11,
      sessionsFound: 2,
    });
    expect(codes(whose({ ...TITLE, candidateRefNumber: 'R-2' }).problems)).toEqual(['SESSION_AMBIGUOUS']);
  });

  it('learner and title together may be ambiguous', () => {
    // The oldest, zoe, is registered in one of the sessions only.
    const pair = whose({ ...TITLE, candidateEmail: 'pair@example.org' });
    expect(pair.match).toMatchObject({ learnerId: 6, sessionId: 11, learnersFound: 2, sessionsFound: 2 });
    expect(codes(pair.problems)).toEqual(['LEARNER_AMBIGUOUS']);
    // The oldest of these, Ada, is registered in both.
    const shared = whose({ ...TITLE, candidateEmail: 'SHARED@example.org' });
    expect(codes(shared.problems)).toEqual(['SESSION_AMBIGUOUS']);
  });

  it('hints name what did not match, and how to name one of several', () => {
    const namesOf = (row: ImportRow) => whose(row).problems[0]?.names;
    expect(namesOf({ candidateLogin: 'nobody', candidateRefNumber: 'R-2', sessionId: 99 })).toEqual([
      'candidateLogin',
      'sessionId',
    ]);
    expect(namesOf({ candidateLogin: 'bob', trainingPathCode: 'none' })).toEqual(['trainingPathCode']);
    expect(namesOf({ candidateLogin: 'bob', candidateRefNumber: 'R-1' })).toEqual([
      'candidateLogin',
      'candidateRefNumber',
    ]);
    expect(namesOf({ candidateLogin: 'bob', trainingPathCode: 't-1' })).toEqual([
      'sessionGuid',
      'trainingPathCode',
    ]);
    expect(namesOf({ candidateLogin: 'bob', sessionGuid: 'SG-12' })).toEqual([]);
    expect(namesOf({ candidateLogin: 'Eve' })).toEqual(['case']);
    expect(namesOf({ candidateLogin: 'ADA' })).toEqual(['candidateRefNumber']);
    expect(namesOf({ ...TITLE, candidateEmail: 'pair@example.org' })).toEqual(['candidateLogin', '11']);
  });

  it('an unknown learner, session or training is the same to the caller', () => {
    expect(whose({ candidateLogin: 'nobody' })).toMatchObject({
      problems: [{ code: 'REGISTRATION_NOT_FOUND' }],
      match: { learnerId: null, sessionId: 11, lovId: 71, learnersFound: 0, sessionsFound: 1, lovsFound: 1 },
    });
  });
});

describe('check 8', () => {
  const DATE = { firstCompletionDate: '2024-01-01' };

  it('a completion date needs completion', () => {
    for (const trackingStatus of ['incomplete', 'failed', 'browsed']) {
      expect(problemsOf({ ...DATE, trackingStatus })).toEqual(['COMPLETION_DATE_WITHOUT_COMPLETION']);
    }
    expect(problemsOf({ ...DATE, progression: 99 })).toEqual(['COMPLETION_DATE_WITHOUT_COMPLETION']);
    for (const row of [{ trackingStatus: 'completed' }, { trackingStatus: 'passed' }, { progression: 100 }]) {
      expect(problemsOf({ ...DATE, ...row })).toEqual([]);
    }
    expect(problemsOf({ ...DATE, trackingStatus: 'incomplete', progression: 'n/a' })).toEqual([
      'NUMBER_INVALID',
      'COMPLETION_DATE_WITHOUT_COMPLETION',
    ]);
    expect(problemsOf({ ...DATE, progression: 'n/a' })).toEqual(['NUMBER_INVALID']);
  });

  it('a complete row without one gets the clock, with a warning', () => {
    expect(one({ progression: 100 })).toMatchObject({
      tracking: { firstCompletionDate: CLOCK, status: 'COMPLETED' },
      problems: [{ code: 'COMPLETION_DATE_DEFAULTED' }],
    });
  });

  it('a re-import moves no date, and is UNCHANGED without a warning', () => {
    for (const extra of [{}, MERGE]) {
      const again = one({ progression: 100 }, extra, stored({ progression: 100 }));
      expect(again).toMatchObject({ outcome: 'UNCHANGED', changes: [], problems: [] });
      expect(again.tracking).toMatchObject({ firstCompletionDate: CLOCK - 1000, updatedAt: CLOCK - 1000 });
    }
  });

  it('null is as absent in REPLACE, and has no effect on a complete row in MERGE', () => {
    const complete = stored({ ...DATE, progression: 100 });
    const kept = { firstCompletionDate: instant('2024-01-01') };
    const row = { progression: 100, firstCompletionDate: null };
    expect(one(row, {}, complete)).toMatchObject({ tracking: kept, problems: [] });
    expect(one(row, MERGE, complete)).toMatchObject({
      tracking: kept,
      problems: [{ code: 'VALUES_IGNORED' }],
    });
  });
});

describe('checks 9 and 10', () => {
  it('dates in odd order or in the future are stored as sent, with a warning', () => {
    const row = {
      firstAccessDate: '2024-03-03',
      firstCompletionDate: '2024-02-02',
      lastAccessDate: '2024-01-01',
    };
    const odd = one({ ...row, progression: 100 });
    expect(codes(odd.problems)).toEqual(['DATES_OUT_OF_ORDER', 'DATES_OUT_OF_ORDER', 'DATES_OUT_OF_ORDER']);
    expect(odd.tracking?.lastAccessDate).toBe(instant('2024-01-01'));
    expect(problemsOf({ lastAccessDate: '2026-01-15 12:00:01' })).toEqual(['DATE_IN_FUTURE']);
    expect(problemsOf({ lastAccessDate: '2026-01-15 12:00:00' })).toEqual([]);
    // The clock was not sent.
    expect(problemsOf({ lastAccessDate: '2024-01-01', progression: 100 })).toEqual([
      'COMPLETION_DATE_DEFAULTED',
    ]);
  });

  it.each([
    [{ progression: 100 }, 'COMPLETED', 100],
    [{ progression: 40 }, 'INCOMPLETE', 40],
    [{ score: null, timeSpent: 5 }, 'INCOMPLETE', null],
    [{ trackingStatus: 'passed' }, 'PASSED', 100],
    [{ trackingStatus: 'completed', progression: '' }, 'COMPLETED', 100],
    [{ trackingStatus: 'failed' }, 'FAILED', null],
  ])('%j is %s with %d', (row, status, progression) => {
    expect(trackingOf(row)).toMatchObject({ status, progression });
  });

  it.each([
    ['completed', 40, true],
    ['incomplete', 100, true],
    ['browsed', 100, true],
    ['passed', 40, false],
    ['failed', 100, false],
    ['completed', 100, false],
  ])('%s with %d contradict each other: %s', (trackingStatus, progression, contradicts) => {
    const row = one({ trackingStatus, progression, firstCompletionDate: null });
    expect(row.tracking).toMatchObject({ progression, status: trackingStatus.toUpperCase() });
    expect(codes(row.problems).includes('STATUS_CONTRADICTS_PROGRESSION')).toBe(contradicts);
  });
});
