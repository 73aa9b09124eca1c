/** Erasing a learner of whom much is stored, and while others write about the same learner. */
import { type Api, apiOn } from '../support/api';
import { classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ASSESS,
  assessmentOf,
  ERASABLE,
  IDS_OF_ERASABLE,
  IMPORT,
  NAMES_OF_ERASABLE,
  rowsOf,
  storeErasable,
} from '../support/erasable';
import { tracesOf } from '../support/traces';
import { storeWorld } from '../support/world';

const ERASE = `mutation ($input: EraseLearnerInput!) {
  done: eraseLearner(input: $input) {
    __typename ... on EraseLearnerOutcome { removed { tracking keptAnswers } }
  }
}`;

const erase = (api: Api, candidateLogin: string) => api.run(ERASE, { input: { candidateLogin } });

describe.each(DATABASE_KINDS)('eraseLearner on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  /** With so many rows of tracking, each from an import under a key of its own where that is asked for. */
  async function statementsFor(lovs: number) {
    await test.clear();
    await storeWorld(test, classWorld({ learners: 2, lovs }));
    const api = apiOn(test);
    const rows = Array.from({ length: lovs }, (_, index) => ({
      ...{ candidateLogin: 'learner-1', sessionGuid: 'session-1' },
      ...{ lovGuid: `lov-${index + 1}`, timeSpent: 1 },
    }));
    await api.run(IMPORT, { input: { rows, idempotencyKey: 'all' } });
    const watched = test.watch();
    expect(await erase(api, 'learner-1')).toMatchObject({
      done: { __typename: 'EraseLearnerSuccess', removed: { tracking: lovs, keptAnswers: 1 } },
    });
    const statements = [...watched];
    expect(await test.query('SELECT * FROM consolidated_tracking')).toEqual([]);
    expect(await test.query('SELECT * FROM deleted_tracking')).toHaveLength(lovs);
    return statements.length;
  }

  it('takes statements by the thousand rows, not by the row', async () => {
    const few = await statementsFor(10);
    const many = await statementsFor(2_500);
    // Two thousand rows more are two parts more.
    expect(many - few).toBeLessThanOrEqual(2 * 3);
  });

  it.each([1, 2, 3])(
    'while others import, assess and notify, nothing of the learner is left (round %i)',
    async () => {
      const { api, sites } = await storeErasable(test);
      const { courseId, userId, changedElementId: elementId } = sites.own;
      const importRows = async (score: number) => {
        const rows = rowsOf(ERASABLE.login).map((row) => ({ ...row, score }));
        const input = { rows, idempotencyKey: `import-${score}` };
        const { done } = await api.run<{ done: { rows: { outcome: string }[] } }>(IMPORT, { input });
        return done.rows.map(({ outcome }) => outcome).join();
      };
      const others = [
        ...[11, 12, 13].map(importRows),
        ...[1, 2].map(async (number) => {
          const input = { ...assessmentOf(sites, ERASABLE.id), idempotencyKey: `assessment-${number}` };
          await api.run(ASSESS, { input });
        }),
        api.run(
          'mutation ($input: UpdateCustomActivityInput!) { updateCustomActivity(input: $input) { __typename } }',
          { input: { courseId, elementId, userId, title: 'Told again', sendUpdateNotification: true } },
        ),
      ];
      const [erased, ...rest] = await Promise.all([erase(api, ERASABLE.login), ...others]);
      expect(erased).toMatchObject({ done: { __typename: 'EraseLearnerSuccess' } });
      for (const outcomes of rest.slice(0, 3)) {
        expect(outcomes).toMatch(/^(?:(?:REPLACED|UNCHANGED),?){2}$|^REJECTED,REJECTED$/);
      }
      expect(await tracesOf(test, NAMES_OF_ERASABLE)).toEqual([]);
      expect(await tracesOf(test, IDS_OF_ERASABLE)).toEqual([
        'audit_entry.learner_ids',
        'audit_entry.target_id',
        'deleted_tracking.learner_id',
        'deleted_tracking.registration_id',
      ]);
    },
  );
});
