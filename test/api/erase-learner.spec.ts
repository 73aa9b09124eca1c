/** Erasing a learner, and what is left: docs/operating.md. */
import type { Api } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import {
  ASSESS,
  addLearner,
  assessmentOf,
  ERASABLE,
  IDS_OF_ERASABLE,
  IMPORT,
  NAMES_OF_ERASABLE,
  REGISTRATION_IDS,
  rowsOf,
  storeErasable,
} from '../support/erasable';
import { waits } from '../support/lock-waits';
import { changesBetween, takeSnapshot } from '../support/snapshot';
import { tracesOf } from '../support/traces';
import type { TwoSites } from '../support/two-sites';

const ERASE = `mutation ($input: EraseLearnerInput!) {
  eraseLearner(input: $input) {
    __typename
    ... on EraseLearnerOutcome {
      dryRun learnerId
      removed { registrations tracking activityAssessments objectiveAssessments notifications keptAnswers importChanges importProblems }
      problems { code severity path hint }
    }
  }
}`;

interface Answer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly learnerId: string | null;
  readonly removed: Readonly<Record<string, number>>;
  readonly problems: readonly { code: string; severity: string; path: string[]; hint: string }[];
}

const REMOVED = {
  registrations: 2,
  tracking: 2,
  activityAssessments: 1,
  objectiveAssessments: 1,
  notifications: 1,
  keptAnswers: 2,
  importChanges: 3,
  importProblems: 2,
};
const NOTHING = Object.fromEntries(Object.keys(REMOVED).map((kind) => [kind, 0]));

describe.each(DATABASE_KINDS)('eraseLearner on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let sites: TwoSites;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    ({ api, sites } = await storeErasable(test));
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const erase = async (input: object, on = api) =>
    (await on.run<{ eraseLearner: Answer }>(ERASE, { input })).eraseLearner;

  async function changedBy(work: () => Promise<unknown>) {
    const before = await takeSnapshot(test);
    await work();
    return changesBetween(before, await takeSnapshot(test));
  }

  const REFERENCES = {
    learnerId: String(ERASABLE.id),
    candidateLogin: ERASABLE.login,
    candidateRefNumber: ERASABLE.refNumber,
    candidateEmail: ERASABLE.email,
  };

  it.each(Object.keys(REFERENCES) as (keyof typeof REFERENCES)[])(
    'by %s, names stay nowhere, and ids in the audit log and among the deleted tracking only',
    async (field) => {
      const held = await tracesOf(test, [...NAMES_OF_ERASABLE, ...IDS_OF_ERASABLE]);
      expect(held).toEqual(
        expect.arrayContaining([
          'activity_assessment.learner_id',
          'consolidated_tracking.registration_id',
          'idempotency_entry.answer',
          'import_run_detail.content',
          'import_run_detail.ids',
          'learner.email_folded',
          'notification.learner_id',
          'objective_assessment.learner_id',
          'registration.id',
        ]),
      );
      expect(await erase({ [field]: REFERENCES[field] })).toEqual({
        __typename: 'EraseLearnerSuccess',
        dryRun: false,
        learnerId: String(ERASABLE.id),
        removed: REMOVED,
        problems: [],
      });
      expect(await tracesOf(test, NAMES_OF_ERASABLE)).toEqual([]);
      expect(await tracesOf(test, IDS_OF_ERASABLE)).toEqual([
        'audit_entry.learner_ids',
        'audit_entry.target_id',
        'deleted_tracking.learner_id',
        'deleted_tracking.registration_id',
      ]);
    },
  );

  it('removes nothing of anybody else', async () => {
    const changes = await changedBy(() => erase({ candidateLogin: ERASABLE.login }));
    const counts = changes.map(({ table, removed, added }) => [table, removed.length, added.length]);
    expect(Object.fromEntries(counts.map(([table, ...each]) => [table, each]))).toEqual({
      activity_assessment: [1, 0],
      audit_entry: [0, 1],
      consolidated_tracking: [2, 0],
      deleted_tracking: [0, 2],
      // They stay, with another answer.
      idempotency_entry: [2, 2],
      // One import was about the learner alone, the other one also about somebody else.
      import_run_detail: [4, 2],
      learner: [1, 0],
      notification: [1, 0],
      objective_assessment: [1, 0],
      registration: [2, 0],
    });
    const gone = changes.find(({ table }) => table === 'deleted_tracking')?.added ?? [];
    expect(gone.map(({ registration_id, lov_id, reason }) => [registration_id, lov_id, reason])).toEqual([
      [REGISTRATION_IDS[0], 1, 'ERASED'],
      [REGISTRATION_IDS[0], 2, 'ERASED'],
    ]);
  });

  it('a dry run tells the same and writes nothing', async () => {
    const changes = await changedBy(async () => {
      expect(await erase({ candidateLogin: ERASABLE.login, dryRun: true })).toMatchObject({
        __typename: 'EraseLearnerSuccess',
        dryRun: true,
        learnerId: String(ERASABLE.id),
        removed: REMOVED,
      });
    });
    expect(changes).toEqual([]);
  });

  it('dryRun null is false, and who is gone is not found', async () => {
    expect(await erase({ candidateLogin: ERASABLE.login, dryRun: null })).toMatchObject({ dryRun: false });
    const again = await erase({ candidateLogin: ERASABLE.login });
    expect(again).toMatchObject({ __typename: 'EraseLearnerError', learnerId: null, removed: NOTHING });
    expect(again.problems.map(({ code, severity, path }) => [code, severity, path])).toEqual([
      ['LEARNER_NOT_FOUND', 'ERROR', ['input', 'candidateLogin']],
    ]);
  });

  it('login and e-mail must be written exactly as stored; the hint says so where one is similar', async () => {
    const hintOf = async (input: object) => {
      const { problems, removed } = await erase(input);
      expect(removed).toEqual(NOTHING);
      expect(problems.map(({ code }) => code)).toEqual(['LEARNER_NOT_FOUND']);
      return problems[0]?.hint;
    };
    const unknown = await hintOf({ candidateLogin: 'nobody' });
    const similar = await hintOf({ candidateLogin: ERASABLE.login.toLowerCase() });
    expect(similar).not.toBe(unknown);
    expect(await hintOf({ candidateEmail: ERASABLE.email.toUpperCase() })).toBe(similar);
    expect(await hintOf({ candidateLogin: `${ERASABLE.login} ` })).toBe(unknown);
    expect(await hintOf({ candidateRefNumber: ERASABLE.refNumber.toLowerCase() })).toBe(unknown);
    for (const learnerId of ['0', '-1', 'x', `${ERASABLE.id}.0`, `0${ERASABLE.id}`]) {
      expect(await hintOf({ learnerId })).toBe(unknown);
    }
  });

  it('of logins that differ in case, the one that is written so is erased', async () => {
    const other = { ...ERASABLE, id: ERASABLE.id + 1, login: ERASABLE.login.toUpperCase(), refNumber: 'X' };
    await addLearner(test, other);
    expect(await erase({ candidateLogin: other.login })).toMatchObject({ learnerId: String(other.id) });
    expect(await erase({ candidateLogin: ERASABLE.login })).toMatchObject({ learnerId: String(ERASABLE.id) });
  });

  it('several with one e-mail address are LEARNER_AMBIGUOUS, and nobody is erased', async () => {
    await addLearner(test, { ...ERASABLE, id: ERASABLE.id + 1, login: 'another', refNumber: 'X' });
    const changes = await changedBy(async () => {
      const { __typename, problems } = await erase({ candidateEmail: ERASABLE.email });
      expect([__typename, ...problems.map(({ code, severity }) => [code, severity])]).toEqual([
        'EraseLearnerError',
        ['LEARNER_AMBIGUOUS', 'ERROR'],
      ]);
    });
    expect(changes.map(({ table }) => table)).toEqual(['audit_entry']);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['two references', { candidateLogin: ERASABLE.login, candidateRefNumber: ERASABLE.refNumber }],
    ['null', { candidateLogin: null }],
    ['null beside a reference', { candidateLogin: ERASABLE.login, learnerId: null }],
  ])('%s is BAD_USER_INPUT', async (_, input) => {
    const changes = await changedBy(async () => {
      const { data, errors } = await api.execute(ERASE, { input });
      expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([null, ['BAD_USER_INPUT']]);
    });
    expect(changes).toEqual([]);
  });

  it('keys that named the learner answer ANSWER_ERASED, others their first answer', async () => {
    await erase({ candidateLogin: ERASABLE.login });
    const erased = { problems: [{ code: 'ANSWER_ERASED', path: ['idempotencyKey'] }] };
    const importRows = (login: string, idempotencyKey: string) =>
      api.run<{ done: object }>(IMPORT, { input: { rows: rowsOf(login), idempotencyKey } });
    for (let times = 0; times < 2; times++) {
      expect((await importRows(ERASABLE.login, 'first-import')).done).toMatchObject({
        __typename: 'ImportConsolidatedTrackingError',
        ...erased,
      });
    }
    expect((await importRows('learner-3', 'first-import')).done).toMatchObject({
      problems: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    const assessed = await api.run<{ done: object }>(ASSESS, {
      input: { ...assessmentOf(sites, ERASABLE.id), idempotencyKey: 'first-assessment' },
    });
    expect(assessed.done).toMatchObject({ __typename: 'AssessCustomActivityError', ...erased });
    expect((await importRows('learner-3', 'import-of-another')).done).toMatchObject({ replayed: true });
  });

  it('an undo is erased as an import is, its answer too', async () => {
    const rows = rowsOf(ERASABLE.login).map((row) => ({ ...row, score: 80 }));
    const { done } = await api.run<{ done: { importId: string } }>(
      'mutation ($input: ImportConsolidatedTrackingInput!) { done: importConsolidatedTracking(input: $input) { ... on ImportConsolidatedTrackingOutcome { importId } } }',
      { input: { rows } },
    );
    const undo = () =>
      api.run(
        'mutation ($input: UndoImportInput!) { undoImport(input: $input) { ... on ImportConsolidatedTrackingOutcome { summary { replaced } problems { code path } } } }',
        { input: { importId: done.importId, idempotencyKey: 'undo' } },
      );
    expect(await undo()).toMatchObject({ undoImport: { summary: { replaced: 2 } } });
    expect(await erase({ candidateLogin: ERASABLE.login })).toMatchObject({
      removed: { keptAnswers: 3, importChanges: 3 + 2 + 2 },
    });
    expect(await undo()).toMatchObject({
      undoImport: { problems: [{ code: 'ANSWER_ERASED', path: ['idempotencyKey'] }] },
    });
    const left = await tracesOf(test, [...NAMES_OF_ERASABLE, ...IDS_OF_ERASABLE]);
    expect(left.filter((place) => !/^(?:audit_entry|deleted_tracking)\./.test(place))).toEqual([]);
  });

  it('what imports did to a registration that was removed before is erased as well', async () => {
    const [registration] = REGISTRATION_IDS;
    await test.query(`DELETE FROM consolidated_tracking WHERE registration_id = ${registration}`);
    await test.query(`DELETE FROM registration WHERE id = ${registration}`);
    await test.query(
      `INSERT INTO deleted_tracking (site_id, registration_id, lov_id, learner_id, session_id, deleted_at, reason)
       VALUES (1, ${registration}, 1, ${ERASABLE.id}, 1, '2026-01-15 12:00:00.000', 'REMOVED')`,
    );
    expect(await erase({ candidateLogin: ERASABLE.login })).toMatchObject({
      removed: { registrations: 1, tracking: 0, importChanges: 3 },
    });
    const left = await tracesOf(test, IDS_OF_ERASABLE);
    expect(left.filter((place) => !/^(?:audit_entry|deleted_tracking)\./.test(place))).toEqual([]);
  });

  it('an id that begins or ends another one is another one', async () => {
    const other = { ...ERASABLE, id: 7_712_345, login: 'another', refNumber: 'X', email: 'x@example.org' };
    await addLearner(test, other);
    expect(await erase({ learnerId: String(other.id) })).toMatchObject({
      __typename: 'EraseLearnerSuccess',
      removed: NOTHING,
    });
  });

  it('the learner can be registered and imported anew', async () => {
    await erase({ candidateLogin: ERASABLE.login });
    await addLearner(test, { ...ERASABLE, id: ERASABLE.id + 1 }, [
      [REGISTRATION_IDS[0] + 1_000, Number(sites.own.sessionId)],
    ]);
    const { done } = await api.run<{ done: object }>(IMPORT, { input: { rows: rowsOf(ERASABLE.login) } });
    expect(done).toMatchObject({ rows: [{ outcome: 'CREATED' }, { outcome: 'CREATED' }] });
  });

  // The embedded database has one writer at a time.
  if (kind.kind !== 'sqlite') {
    describe('beside an assessment that changes nothing', () => {
      /** Its transaction stays open, with all done but COMMIT, until it is let go. */
      function held() {
        let letGo = (): void => {};
        let reach = (): void => {};
        const gate = new Promise<void>((resolve) => {
          letGo = resolve;
        });
        const reached = new Promise<void>((resolve) => {
          reach = resolve;
        });
        const database = overriding(test.database, {
          transaction: (work, options) =>
            test.database.transaction(async (tx) => {
              const result = await work(tx);
              reach();
              await gate;
              return result;
            }, options),
        });
        return { database, reached, letGo };
      }

      const assess = async (on: Api) => {
        const { done } = await on.run<{ done: { problems: { code: string }[] } }>(ASSESS, {
          input: { ...assessmentOf(sites, ERASABLE.id), idempotencyKey: 'unchanged' },
        });
        return done.problems.map(({ code }) => code);
      };
      const left = async () =>
        (await tracesOf(test, IDS_OF_ERASABLE)).filter((place) => place.startsWith('idempotency_entry'));

      it('its answer, which names the learner, is erased: the erasure waits for it', async () => {
        const { database, reached, letGo } = held();
        const assessing = assess(api.as({ database }));
        await reached;
        const erasing = erase({ candidateLogin: ERASABLE.login });
        const hasWaited = await waits(test, erasing);
        letGo();
        expect(await assessing).toEqual([]);
        expect((await erasing).removed.keptAnswers).toBe(3);
        expect(hasWaited).toBe(true);
        expect(await left()).toEqual([]);
      });

      it('it waits for an erasure that is under way, and does not find the learner', async () => {
        const { database, reached, letGo } = held();
        const erasing = erase({ candidateLogin: ERASABLE.login }, api.as({ database }));
        await reached;
        const assessing = assess(api);
        const hasWaited = await waits(test, assessing);
        letGo();
        expect((await erasing).__typename).toBe('EraseLearnerSuccess');
        expect(await assessing).toEqual(['PARTICIPANT_NOT_FOUND']);
        expect(hasWaited).toBe(true);
        expect(await left()).toEqual([]);
      });
    });
  }

  it('stands in the audit log by ids alone, done or refused', async () => {
    await erase({ candidateLogin: 'nobody' });
    await erase({ candidateLogin: ERASABLE.login, dryRun: true });
    await erase({ candidateLogin: ERASABLE.login });
    const { auditLog } = await api.run<{ auditLog: { nodes: object[] } }>(
      '{ auditLog(filter: { operation: "eraseLearner" }) { nodes { targetType targetId outcome changedFields } } }',
    );
    expect(auditLog.nodes).toEqual([
      {
        targetType: 'LEARNER',
        targetId: String(ERASABLE.id),
        outcome: 'SUCCESS',
        changedFields: [
          'tracking',
          'activityAssessments',
          'objectiveAssessments',
          'notifications',
          'registrations',
          'keptAnswers',
          'importChanges',
          'importProblems',
        ],
      },
      { targetType: 'LEARNER', targetId: null, outcome: 'ERROR', changedFields: [] },
    ]);
  });
});
