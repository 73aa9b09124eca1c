import { MESSAGES, type ProblemCode } from '../../src/kernel/messages';
import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA,
  ADA_FIRE,
  accepted,
  codes,
  expectRejected,
  FIRE,
  importRows,
  LOVS,
  NAMESAKES,
  OTHER_SITE,
  SPRING,
  stored,
  worldWith,
} from '../support/import-cases';
import type { World } from '../support/import-types';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const EMPTY_SITE: World = {
  siteId: 2,
  learners: [],
  trainings: [],
  sessions: [],
  lovs: [],
  registrations: [],
  stored: [],
};

describe.each(DATABASE_KINDS)('importConsolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => test.clear());
  afterAll(() => test.drop());

  function given(): Promise<void> {
    return storeWorld(test, worldWith());
  }

  describe('Check 1, LOV reference', () => {
    it('neither lovCode nor lovGuid: LOV_REFERENCE_MISSING', async () => {
      await given();
      await expectRejected(test, { ...ADA, ...SPRING }, 'LOV_REFERENCE_MISSING');
    });

    it.each<ImportRow>([{ lovCode: 'FIRE' }, { lovGuid: 'lov-1' }])('%j is enough', async (lov) => {
      await given();
      expect(await accepted(test, { ...ADA, ...SPRING, ...lov })).toEqual([]);
    });
  });

  describe('Check 2, learner reference', () => {
    it('neither candidateLogin, candidateRefNumber nor candidateEmail: LEARNER_REFERENCE_MISSING', async () => {
      await given();
      await expectRejected(test, { ...SPRING, ...FIRE }, 'LEARNER_REFERENCE_MISSING');
    });

    it.each<ImportRow>([
      { candidateLogin: 'ada' },
      { candidateRefNumber: 'R-1' },
      { candidateEmail: 'ada@example.org' },
    ])('%j is enough', async (learner) => {
      await given();
      expect(await accepted(test, { ...SPRING, ...FIRE, ...learner })).toEqual([]);
    });
  });

  describe('Check 3, context', () => {
    it.each<ImportRow>([
      {},
      { sessionTitle: 'Spring' },
      { sessionTitle: 'Spring', trainingPathCode: ' ', trainingGuid: '', trainingId: null },
      { trainingPathCode: 'SAFETY', trainingId: 10, trainingGuid: 'training-10' },
    ])('%j: CONTEXT_MISSING', async (context) => {
      await given();
      await expectRejected(test, { ...ADA, ...FIRE, ...context }, 'CONTEXT_MISSING');
    });

    it.each<ImportRow>([
      { sessionGuid: 'session-100' },
      { sessionId: 100 },
      { sessionTitle: 'Spring', trainingPathCode: 'SAFETY' },
      { sessionTitle: 'Spring', trainingId: 10 },
      { sessionTitle: 'Spring', trainingGuid: 'training-10' },
    ])('%j is enough', async (context) => {
      await given();
      expect(await accepted(test, { ...ADA, ...FIRE, ...context })).toEqual([]);
    });

    it.each<ImportRow>([{ sessionId: 0 }, { sessionTitle: 'Spring', trainingId: 0 }])(
      '%j is given (0 is a value), and unknown',
      async (context) => {
        await given();
        await expectRejected(test, { ...ADA, ...FIRE, ...context }, 'REGISTRATION_NOT_FOUND');
      },
    );
  });

  describe('Check 5, the LOV', () => {
    it.each<[ProblemCode, string, ImportRow]>([
      ['LOV_NOT_FOUND', 'lovCode', { lovCode: 'NONE' }],
      ['LOV_NOT_FOUND', 'lovGuid', { lovGuid: 'none' }],
      ['LOV_AMBIGUOUS', 'lovCode', { lovCode: 'TWIN' }],
      ['LOV_NOT_IN_TRAINING', 'lovCode', { lovCode: 'CARE-ONLY' }],
      ['LOV_NOT_IN_TRAINING', 'lovGuid', { lovGuid: 'lov-4' }],
    ])('%s, %s', async (code, cell, lov) => {
      await storeWorld(test, LOVS);
      await expectRejected(test, { ...ADA, ...SPRING, ...lov }, code, cell);
    });

    it("A code is narrowed to the session's training before it is called LOV_AMBIGUOUS", async () => {
      await storeWorld(test, LOVS);
      await importRows(api, [
        { ...ADA, sessionId: 100, lovCode: 'SHARED' },
        { ...ADA, sessionId: 200, lovCode: 'SHARED' },
      ]);
      expect(await storedTracking(test)).toMatchObject([
        { registrationId: 1001, lovId: 3 },
        { registrationId: 1003, lovId: 4 },
      ]);
    });

    it('Code and GUID of different LOVs: not found; of the same one: found', async () => {
      await storeWorld(test, LOVS);
      const answer = await importRows(api, [
        { ...ADA, ...SPRING, lovCode: 'FIRE', lovGuid: 'lov-2' },
        { ...ADA, ...SPRING, lovCode: 'TWIN', lovGuid: 'lov-6' },
      ]);
      expect(codes(answer)).toEqual(['LOV_NOT_FOUND']);
      expect(await storedTracking(test)).toMatchObject([{ registrationId: 1001, lovId: 6 }]);
    });
  });

  describe('Check 6, guards', () => {
    it.each<[string, ProblemCode[]]>([
      ['CLOSED', ['LOV_PROVIDED_BY_CROSSKNOWLEDGE']],
      ['QUIZ', ['LOV_IS_EASYQUIZZ']],
      ['BOTH', ['LOV_PROVIDED_BY_CROSSKNOWLEDGE', 'LOV_IS_EASYQUIZZ']],
    ])('%s: %j', async (lovCode, expected) => {
      await storeWorld(test, LOVS);
      const answer = await importRows(api, [{ ...ADA, ...SPRING, lovCode }]);
      expect(codes(answer)).toEqual(expected);
      expect(answer.problems[0]).toMatchObject({ severity: 'ERROR', path: ['rows', '0', 'lovCode'], row: 1 });
      expect(await storedTracking(test)).toEqual([]);
    });

    it.each(['REPLACE', 'MERGE'] as const)(
      'All problems of a row are told at once, in %s',
      async (writeMode) => {
        const closed = stored({ lovId: 8, scoreMax: 50 });
        await storeWorld(test, { ...LOVS, stored: [closed] });
        const row = { ...ADA, ...SPRING, lovCode: 'CLOSED', firstCompletionDate: '2024-05-06', score: 120 };
        const answer = await importRows(api, [row], { writeMode });
        expect(codes(answer)).toEqual([
          'SCORE_EXCEEDS_MAX',
          'LOV_PROVIDED_BY_CROSSKNOWLEDGE',
          'COMPLETION_DATE_WITHOUT_COMPLETION',
        ]);
        expect(await storedTracking(test)).toEqual([closed]);
      },
    );
  });

  describe('Check 7, the registration', () => {
    /** Which registration the row found. */
    async function found(row: ImportRow, ...warnings: ProblemCode[]): Promise<number | undefined> {
      await storeWorld(test, NAMESAKES);
      expect(await accepted(test, { ...FIRE, ...row })).toEqual(warnings);
      return (await storedTracking(test))[0]?.registrationId;
    }

    const NOT_FOUND: [string, ImportRow, string[]][] = [
      ['unknown learner', { ...SPRING, candidateLogin: 'nobody' }, ['candidateLogin']],
      ['unknown session', { ...ADA, sessionGuid: 'none' }, ['sessionGuid']],
      ['unknown training', { ...ADA, sessionTitle: 'Spring', trainingId: 77 }, ['trainingId']],
      ['unknown title', { ...ADA, sessionTitle: 'Winter', trainingId: 10 }, ['sessionTitle']],
      ['title of another training', { ...ADA, sessionTitle: 'Autumn', trainingId: 20 }, ['sessionTitle']],
      [
        'learners that disagree',
        { ...SPRING, candidateLogin: 'ada', candidateEmail: 'bob@example.org' },
        ['candidateLogin', 'candidateEmail'],
      ],
      [
        'session references that disagree',
        { ...ADA, sessionGuid: 'session-100', sessionId: 102 },
        ['sessionGuid', 'sessionId'],
      ],
      [
        "a title that is not the session's",
        { ...ADA, sessionGuid: 'session-100', sessionTitle: 'Autumn' },
        ['sessionGuid', 'sessionTitle'],
      ],
      [
        "another training than the session's",
        { ...ADA, sessionGuid: 'session-100', trainingId: 20 },
        ['sessionGuid', 'trainingId'],
      ],
      [
        'trainings that disagree',
        { ...ADA, sessionTitle: 'Spring', trainingId: 10, trainingPathCode: 'safety' },
        ['sessionTitle', 'trainingId', 'trainingPathCode'],
      ],
      ['several unknown', { candidateLogin: 'nobody', sessionId: 7 }, ['candidateLogin', 'sessionId']],
      ['known, but not registered', { ...ADA, sessionGuid: 'session-102' }, []],
    ];

    it.each(NOT_FOUND)(
      'REGISTRATION_NOT_FOUND, same text, with a hint naming which did not match: %s',
      async (_, row, named) => {
        await storeWorld(test, NAMESAKES);
        const [problem] = (await expectRejected(test, { ...FIRE, ...row }, 'REGISTRATION_NOT_FOUND'))
          .problems;
        expect(problem?.message).toBe(MESSAGES.REGISTRATION_NOT_FOUND.text);
        const cells = present(problem?.hint).match(/\b(candidate|session|training)[A-Z]\w+/g) ?? [];
        expect(new Set(cells)).toEqual(new Set(named));
        for (const value of Object.values(row)) expect(problem?.hint).not.toContain(`${value}`);
      },
    );

    it('The hint of a row does not depend on the other rows', async () => {
      await storeWorld(test, NAMESAKES);
      const rows = NOT_FOUND.map(([, row]) => ({ ...FIRE, ...row }));
      const found = [
        { ...ADA_FIRE, candidateLogin: 'zoë', sessionTitle: 'Autumn', trainingId: 10, sessionGuid: null },
        { ...ADA_FIRE, sessionTitle: 'Spring', trainingId: 10 },
      ];
      const together = await importRows(api, [...rows, ...found]);
      for (const [index, row] of rows.entries()) {
        const alone = await importRows(api, [row]);
        expect(together.rows[index]?.problems[0]?.hint).toBe(alone.problems[0]?.hint);
      }
    });

    it('All given identifiers may be sent if they designate the same learner, session and training', async () => {
      const learner = { candidateLogin: 'ada', candidateRefNumber: 'R-1', candidateEmail: 'ada@example.org' };
      const session = { sessionGuid: 'session-100', sessionId: 100, sessionTitle: 'Spring' };
      const training = { trainingGuid: 'training-10', trainingId: 10, trainingPathCode: 'SAFETY' };
      expect(await found({ ...learner, ...session, ...training })).toBe(1001);
    });

    it.each<ImportRow>([
      { candidateLogin: 'ADA' },
      { candidateEmail: 'ADA@Example.ORG' },
      { candidateLogin: 'Ada', candidateEmail: 'ada@EXAMPLE.org' },
    ])('E-mail and login match without regard to case: %j', async (learner) => {
      expect(await found({ ...SPRING, ...learner })).toBe(1001);
    });

    it.each<[string, string]>([
      ['candidateRefNumber', 'r-1'],
      ['candidateRefNumber', 'É-3'.toLowerCase()],
      ['candidateRefNumber', 'E-3'],
      ['candidateRefNumber', 'É-3'.normalize('NFD')],
      ['candidateLogin', 'àda'],
      ['sessionGuid', 'SESSION-100'],
      ['sessionTitle', 'spring'],
      ['sessionTitle', 'Sprïng'],
      ['trainingGuid', 'Training-10'],
      ['trainingPathCode', 'Safety'],
    ])('Every other reference matches exactly, case and accents included: %s %j', async (cell, value) => {
      await storeWorld(test, NAMESAKES);
      const isOfLearner = cell.startsWith('candidate');
      const context = { sessionTitle: 'Spring', trainingPathCode: 'SAFETY' };
      const row = { ...FIRE, ...(isOfLearner ? SPRING : { ...ADA, ...context }), [cell]: value };
      await expectRejected(test, row, 'REGISTRATION_NOT_FOUND');
    });

    it.each<[string, string]>([
      ['lovCode', 'fire'],
      ['lovCode', 'FÏRE'],
      ['lovGuid', 'LOV-1'],
    ])('The same for the LOV: %s %j', async (cell, value) => {
      await given();
      await expectRejected(test, { ...ADA, ...SPRING, [cell]: value }, 'LOV_NOT_FOUND', cell);
    });

    it('Several learners match (a shared e-mail): the one registered in that session', async () => {
      const family = { candidateEmail: 'FAMILY@example.org' };
      expect(await found({ ...family, sessionGuid: 'session-102' })).toBe(1005);
    });

    it('Several learners match (logins that differ in case): the one registered in that session', async () => {
      expect(await found({ candidateLogin: 'Zoë', sessionGuid: 'session-102' })).toBe(1005);
    });

    it.each<ImportRow>([{ candidateEmail: 'FAMILY@example.org' }, { candidateLogin: 'Zoë' }])(
      'If still several, the oldest account, with warning LEARNER_AMBIGUOUS: %j',
      async (learner) => {
        expect(await found({ ...SPRING, ...learner }, 'LEARNER_AMBIGUOUS')).toBe(1004);
      },
    );

    it('A further reference tells learners apart', async () => {
      const row = { ...SPRING, candidateEmail: 'family@example.org', candidateRefNumber: 'É-3' };
      expect(await found(row)).toBe(1003);
    });

    const SPRING_TITLE = { sessionTitle: 'Spring', trainingId: 10 };

    it('Several sessions of the training carry the title: the one the learner is registered in', async () => {
      expect(await found({ ...SPRING_TITLE, candidateLogin: 'zoe' })).toBe(1006);
    });

    it('If still several, SESSION_AMBIGUOUS', async () => {
      await storeWorld(test, NAMESAKES);
      await expectRejected(test, { ...FIRE, ...ADA, ...SPRING_TITLE }, 'SESSION_AMBIGUOUS', 'sessionTitle');
    });

    it('A caller only ever sees its own site', async () => {
      await given();
      await storeWorld(test, EMPTY_SITE);
      const elsewhere = api.as({ siteId: EMPTY_SITE.siteId });
      const foreign = await importRows(elsewhere, [
        ADA_FIRE,
        { candidateRefNumber: 'R-1', sessionId: 100, lovGuid: 'lov-1' },
        { ...ADA, ...FIRE, sessionTitle: 'Spring', trainingId: 10 },
      ]);
      const unknown = await importRows(elsewhere, [
        { candidateLogin: 'nobody', sessionGuid: 'none', lovCode: 'NONE' },
        { candidateRefNumber: 'none', sessionId: 7, lovGuid: 'none' },
        { candidateLogin: 'nobody', lovCode: 'NONE', sessionTitle: 'Winter', trainingId: 7 },
      ]);
      expect(foreign).toEqual({ ...unknown, importId: foreign.importId });
      const both = ['LOV_NOT_FOUND', 'REGISTRATION_NOT_FOUND'];
      expect(foreign.rows.map(codes)).toEqual([both, both, both]);
      expect(await storedTracking(test)).toEqual([]);
    });

    it('The same names on another site are others', async () => {
      await given();
      await storeWorld(test, OTHER_SITE);
      expect(await accepted(test, { ...ADA_FIRE, candidateRefNumber: 'R-1', timeSpent: 0 })).toEqual([]);
      expect(await storedTracking(test, 1)).toMatchObject([{ registrationId: 1001, lovId: 1 }]);
      expect(await storedTracking(test, 2)).toEqual([]);
    });

    describe('Exact spelling goes first', () => {
      const account = (id: number, login: string, email: string | null = null) => ({
        id,
        login,
        email,
        refNumber: null,
        createdAt: Date.UTC(2000 + id, 0, 1),
      });
      const TWINS = [
        account(11, 'ADA2'),
        account(12, 'Ada2'),
        account(13, 'KAI', 'Two@example.org'),
        account(14, '\u212aai', 'two@example.org'),
        account(15, '\u00df1'),
        account(16, '\u1e9e1'),
        account(17, 'e\u0301', 'Three@example.org'),
        account(18, '\u00e9', 'three@example.org'),
      ];
      const registration = (learnerId: number, sessionId = 100) => ({
        id: 3000 + learnerId * 10 + (sessionId % 10),
        learnerId,
        sessionId,
      });
      const world = (registrations: readonly object[] = TWINS.map(({ id }) => registration(id))) =>
        worldWith({
          learners: TWINS,
          sessions: [{ id: 101, trainingId: 10, guid: 'session-101', title: 'Spring' }],
          registrations,
        } as Parameters<typeof worldWith>[0]);
      const VALUE = { lovCode: 'FIRE', timeSpent: 1 };

      it.each(TWINS.map(({ id, login }) => [login, id] as const))(
        'login %j is that account',
        async (candidateLogin, id) => {
          await storeWorld(test, world());
          expect(await accepted(test, { ...SPRING, ...VALUE, candidateLogin })).toEqual([]);
          expect(await storedTracking(test)).toMatchObject([{ registrationId: registration(id).id }]);
        },
      );

      it('rows that name both are about both', async () => {
        await storeWorld(test, world());
        const rows = ['Ada2', 'ADA2'].map((candidateLogin) => ({ ...SPRING, ...VALUE, candidateLogin }));
        expect((await importRows(api, rows)).summary).toMatchObject({ created: 2 });
      });

      it('then the e-mail does', async () => {
        await storeWorld(test, world());
        const row = { ...SPRING, ...VALUE, candidateEmail: 'two@example.org' };
        expect(await accepted(test, row)).toEqual([]);
        expect(await storedTracking(test)).toMatchObject([{ registrationId: registration(14).id }]);
      });

      it('written as none: the oldest, and the hint of LEARNER_AMBIGUOUS names a cell that was not sent', async () => {
        await storeWorld(test, world());
        const answer = await importRows(api, [{ ...SPRING, ...VALUE, candidateLogin: 'ada2' }]);
        expect(answer.problems).toMatchObject([
          { code: 'LEARNER_AMBIGUOUS', hint: 'Send candidateRefNumber to name one account.' },
        ]);
        expect(await storedTracking(test)).toMatchObject([{ registrationId: registration(11).id }]);
      });

      it('registered or not: the hint of REGISTRATION_NOT_FOUND says that one differs only in case', async () => {
        await storeWorld(test, world([registration(11)]));
        const row = { ...SPRING, ...VALUE, candidateLogin: 'Ada2' };
        const answer = await expectRejected(test, row, 'REGISTRATION_NOT_FOUND');
        expect(answer.problems[0]?.hint).toContain('differs only in case');
      });

      it('Learner and title both ambiguous: LEARNER_AMBIGUOUS names the chosen session', async () => {
        await storeWorld(test, world([registration(11, 101), registration(12)]));
        const row = { ...VALUE, candidateLogin: 'ada2', sessionTitle: 'Spring', trainingPathCode: 'SAFETY' };
        const answer = await importRows(api, [row]);
        expect(answer.problems).toMatchObject([
          { code: 'LEARNER_AMBIGUOUS', hint: expect.stringContaining('101') },
        ]);
        expect(await storedTracking(test)).toMatchObject([{ registrationId: registration(11, 101).id }]);
      });

      it('Learner and title both ambiguous: SESSION_AMBIGUOUS when the oldest is registered in several', async () => {
        await storeWorld(test, world([registration(11, 101), registration(11), registration(12)]));
        const row = { ...VALUE, candidateLogin: 'ada2', sessionTitle: 'Spring', trainingPathCode: 'SAFETY' };
        await expectRejected(test, row, 'SESSION_AMBIGUOUS', 'sessionTitle');
      });
    });
  });
});
