import 'reflect-metadata';
import { resolveRow } from '../../../src/tracking-import/lookup/resolve-row';
import { type ReadRow, readRow, type Subject, subjectOf } from '../../support/tracking-rows';

type Lookup = Parameters<typeof resolveRow>[1];
type Candidates = ReturnType<Lookup['candidatesOf']>;
type Resolution = ReturnType<Lookup['resolutionOf']>;

const { session: SESSION, lov: LOV, tracking: TRACKING }: Subject = subjectOf(7, 1);
const OTHER_LOV = { ...LOV, id: 2, guid: 'lov-2' };
const LEARNER = { id: 7 };

const ROW = readRow(
  { progression: 40 },
  {
    index: 3,
    lov: { lovCode: 'LOV-1', lovGuid: null },
    learner: { candidateEmail: 'ada@example.org', candidateLogin: null, candidateRefNumber: 'R-1' },
    context: {
      sessionGuid: 'session-100',
      sessionId: null,
      sessionTitle: null,
      trainingGuid: null,
      trainingId: 10,
      trainingPathCode: null,
    },
  },
);

const FOUND: Resolution = {
  lovs: [LOV],
  registered: { learner: LEARNER, session: SESSION },
  isAnyRegistered: true,
  isLearnerAmbiguous: false,
  isAnotherRegistered: false,
};
const NOT_REGISTERED = { registered: null, isAnyRegistered: false };

interface Known {
  readonly candidates?: Partial<Candidates>;
  readonly resolution?: Partial<Resolution>;
  readonly unmatched?: readonly string[];
  readonly isLoaded?: boolean;
}

/** What a look-up found, without any. */
function resolve(row: ReadRow, { candidates, resolution, unmatched = [], isLoaded = true }: Known = {}) {
  const lookup = {
    candidatesOf: () => ({ lovs: [LOV], learners: [LEARNER], sessions: [SESSION], ...candidates }),
    resolutionOf: () => ({ ...FOUND, ...resolution }),
    unmatched: () => unmatched,
    trackingOf: (learner: unknown, session: unknown, lov: Subject['lov']) =>
      isLoaded && learner === LEARNER && session === SESSION && lov.id === LOV.id ? TRACKING : undefined,
  };
  return resolveRow(row, lookup as unknown as Lookup);
}

function refused(row: ReadRow, known: Known) {
  const { subject, referenceProblems } = resolve(row, known);
  return {
    subject,
    told: referenceProblems.map(({ code, path, row: at }) => `${at}: ${[code, ...path].join(' ')}`),
  };
}

it('a row whose references are found keeps what was read of it', () => {
  const row = readRow(
    {},
    { ...ROW, unreadable: new Set(['score']), wipes: true, ignored: ['score'], problems: [] },
  );
  expect(resolve(row)).toEqual({
    ...row,
    subject: { session: SESSION, lov: LOV, tracking: TRACKING },
    referenceProblems: [],
    candidates: { lovs: [LOV], learners: [LEARNER], sessions: [SESSION] },
    resolution: FOUND,
  });
});

it('what a row is about has to be loaded', () => {
  expect(() => resolve(ROW, { isLoaded: false })).toThrow('What a row is about was not loaded');
});

describe('checks 5 and 6', () => {
  const BY_GUID = { ...ROW, lov: { lovCode: null, lovGuid: 'lov-1' } };
  const BY_BOTH = { ...ROW, lov: { lovCode: 'LOV-1', lovGuid: 'lov-1' } };

  it.each<[string, Known, string[]]>([
    ['unknown', { candidates: { lovs: [] } }, ['LOV_NOT_FOUND']],
    ['of another training', { resolution: { lovs: [] } }, ['LOV_NOT_IN_TRAINING']],
    ['one of several', { resolution: { lovs: [LOV, OTHER_LOV] } }, ['LOV_AMBIGUOUS']],
  ])('an LOV that is %s', (_, known, expected) => {
    const at = (cell: string) => expected.map((code) => `4: ${code} rows 3 ${cell}`);
    expect(refused(ROW, known)).toEqual({ subject: null, told: at('lovCode') });
    expect(refused(BY_GUID, known)).toEqual({ subject: null, told: at('lovGuid') });
    expect(refused(BY_BOTH, known)).toEqual({ subject: null, told: at('lovCode') });
  });

  it.each<[string, Partial<Subject['lov']>, string[]]>([
    ['provided by CrossKnowledge', { provider: 'CROSSKNOWLEDGE' }, ['LOV_PROVIDED_BY_CROSSKNOWLEDGE']],
    ['an EasyQuizz', { kind: 'EASYQUIZZ' }, ['LOV_IS_EASYQUIZZ']],
    [
      'both',
      { provider: 'CROSSKNOWLEDGE', kind: 'EASYQUIZZ' },
      ['LOV_PROVIDED_BY_CROSSKNOWLEDGE', 'LOV_IS_EASYQUIZZ'],
    ],
  ])('a guarded LOV is known: %s', (_, guards, expected) => {
    const lov = { ...LOV, ...guards };
    const known = { resolution: { lovs: [lov] } };
    const subject = { session: SESSION, lov, tracking: TRACKING };
    const at = (cell: string) => expected.map((code) => `4: ${code} rows 3 ${cell}`);
    expect(refused(ROW, known)).toEqual({ subject, told: at('lovCode') });
    expect(refused(BY_GUID, known)).toEqual({ subject, told: at('lovGuid') });
    expect(refused(BY_BOTH, known)).toEqual({ subject, told: at('lovCode') });
  });

  it('one of several is no problem of its own where no session is known', () => {
    const known = {
      candidates: { sessions: [] },
      resolution: { ...NOT_REGISTERED, lovs: [LOV, OTHER_LOV] },
    };
    expect(refused(ROW, known)).toEqual({ subject: null, told: ['4: REGISTRATION_NOT_FOUND rows 3'] });
  });

  it('are not judged where the reference could not be read', () => {
    const known = { candidates: { lovs: [] }, resolution: { lovs: [] } };
    expect(refused({ ...ROW, lov: null }, known)).toEqual({ subject: null, told: [] });
  });
});

describe('check 7', () => {
  it.each<[string, Partial<ReadRow>]>([
    ['the learner', { learner: null }],
    ['the context', { context: null }],
  ])('is not judged where %s could not be read', (_, unread) => {
    expect(refused({ ...ROW, ...unread }, { resolution: NOT_REGISTERED })).toEqual({
      subject: null,
      told: [],
    });
  });

  const hintOf = ({ resolution, ...known }: Known) => {
    const unregistered = { ...resolution, ...NOT_REGISTERED };
    const problems = resolve(ROW, { ...known, resolution: unregistered }).referenceProblems;
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['REGISTRATION_NOT_FOUND', ['rows', '3']],
    ]);
    return problems[0]?.hint;
  };

  it('names the cells that match nothing', () => {
    const unmatched = ['candidateEmail', 'trainingId'];
    expect(hintOf({ unmatched, candidates: { learners: [], sessions: [] } })).toBe(
      'Nothing matches candidateEmail and trainingId.',
    );
    expect(hintOf({ unmatched: ['trainingId'] })).toBe('Nothing matches trainingId.');
  });

  it('names the references that disagree, or says that there is no registration', () => {
    expect(hintOf({ candidates: { learners: [], sessions: [] } })).toBe(
      'The learner references name different learners: candidateEmail, candidateRefNumber.',
    );
    expect(hintOf({ candidates: { sessions: [] } })).toBe(
      'The session and training references do not name one session: sessionGuid, trainingId.',
    );
    expect(hintOf({})).toBe(
      'Learner and session are known, but the learner is not registered in the session.',
    );
  });

  it('says before anything else that an account is registered that differs in case', () => {
    expect(hintOf({ unmatched: ['trainingId'], resolution: { isAnotherRegistered: true } })).toBe(
      'No account whose login or e-mail is written as sent is registered in the session, but one that differs only in case is.',
    );
  });

  describe('where the learner is ambiguous', () => {
    const ALL = { candidateEmail: 'ada@example.org', candidateLogin: 'ada', candidateRefNumber: 'R-1' };

    const hintFor = (
      learner: Partial<NonNullable<ReadRow['learner']>>,
      candidates: Known['candidates'] = {},
    ) => {
      const row = { ...ROW, learner: { ...ALL, ...learner } };
      const { referenceProblems } = resolve(row, { candidates, resolution: { isLearnerAmbiguous: true } });
      return referenceProblems.map(({ hint }) => hint);
    };

    it.each([
      [{ candidateLogin: null }, 'candidateLogin'],
      [{ candidateRefNumber: null }, 'candidateRefNumber'],
      [{ candidateEmail: null }, 'candidateEmail'],
      [{ candidateLogin: null, candidateRefNumber: null }, 'candidateLogin'],
      [{ candidateRefNumber: null, candidateEmail: null }, 'candidateRefNumber'],
    ])('of %j a cell is named that was not sent', (learner, cell) => {
      expect(hintFor(learner)).toEqual([`Send ${cell} to name one account.`]);
    });

    it('nothing can be sent besides where everything was', () => {
      expect(hintFor({})).toEqual(['Give the accounts different reference numbers.']);
    });

    it('the session that is taken is told where the title meant several', () => {
      const sessions = [{ ...SESSION, id: 99 }, SESSION];
      expect(hintFor({ candidateEmail: null }, { sessions })).toEqual([
        'Send candidateEmail to name one account. The session taken is 100.',
      ]);
      expect(hintFor({}, { sessions })).toEqual([
        'Give the accounts different reference numbers. The session taken is 100.',
      ]);
    });
  });

  it('warns where other accounts are registered as well', () => {
    const { subject, referenceProblems } = resolve(ROW, { resolution: { isLearnerAmbiguous: true } });
    expect(subject).toEqual({ session: SESSION, lov: LOV, tracking: TRACKING });
    expect(referenceProblems.map(({ code, path, row }) => [code, path, row])).toEqual([
      ['LEARNER_AMBIGUOUS', ['rows', '3'], 4],
    ]);
    expect(referenceProblems[0]?.message).toContain('the oldest account is used');
  });

  it.each([false, true])('refuses several sessions, with several learners: %s', (isLearnerAmbiguous) => {
    const resolution = { registered: null, isLearnerAmbiguous };
    const told = ['4: SESSION_AMBIGUOUS rows 3 sessionTitle'];
    expect(refused(ROW, { resolution })).toEqual({ subject: null, told });
  });

  it('is told after the LOV', () => {
    const known = { candidates: { lovs: [] }, resolution: NOT_REGISTERED };
    expect(refused(ROW, known)).toEqual({
      subject: null,
      told: ['4: LOV_NOT_FOUND rows 3 lovCode', '4: REGISTRATION_NOT_FOUND rows 3'],
    });
  });
});
