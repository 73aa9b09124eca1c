/** What is kept of the rows of a run, how it is read, forgotten and erased. */
import { forgetOldAuditEntries } from '../../src/data/audit.repository';
import { forgetOldRunDetails, forgetOldRuns } from '../../src/data/import-run.repository';
import { eraseFromRunDetails } from '../../src/data/import-run-detail.repository';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { codes, importRows, outcomes, undoImport } from '../support/import-cases';
import { present } from '../support/present';
import { storeWorld } from '../support/world';

const LEARNERS = 2_500;
const LOVS = 1_200;

const PROBLEMS = /* GraphQL */ `
  query ($importId: ID!, $first: Int! = 200, $after: String) {
    importRun(importId: $importId) {
      problems(first: $first, after: $after) {
        totalCount
        nodes { code severity message path row hint }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly { readonly code: string; readonly row: number }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const REGISTRATIONS = /* GraphQL */ `
  query ($importId: ID!, $first: Int! = 200, $after: String) {
    importRun(importId: $importId) {
      registrations(first: $first, after: $after) {
        totalCount
        nodes { registrationId learnerId sessionId learner { login } totals { lovsStarted } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

interface RegistrationPage {
  readonly totalCount: number;
  readonly nodes: readonly {
    readonly registrationId: string;
    readonly learnerId: string;
    readonly learner: object;
    readonly totals: { readonly lovsStarted: number };
  }[];
  readonly pageInfo: Page['pageInfo'];
}

const cursor = (place: number) => Buffer.from(String(place)).toString('base64url');

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe.each(DATABASE_KINDS)('what is kept of the rows of a run on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await storeWorld(test, classWorld({ learners: LEARNERS, lovs: LOVS }));
  });
  beforeEach(async () => {
    const tables = ['consolidated_tracking', 'import_run', 'import_run_detail', 'audit_entry'];
    for (const table of tables) await test.query(`DELETE FROM ${table}`);
  });
  afterAll(() => test.drop());

  const rowsOf = (learners: readonly number[], cells: object) =>
    learners.map((learner) => ({ ...classRow(learner), ...cells }));

  async function importOf(learners: readonly number[], cells: object): Promise<string> {
    return present((await importRows(api, rowsOf(learners, cells))).importId);
  }

  async function problems(importId: string, page: object = {}): Promise<Page> {
    const data = await api.run<{ importRun: { problems: Page } }>(PROBLEMS, { importId, ...page });
    return data.importRun.problems;
  }

  async function registrations(importId: string, page: object = {}): Promise<RegistrationPage> {
    const data = await api.run<{ importRun: { registrations: RegistrationPage } }>(REGISTRATIONS, {
      importId,
      ...page,
    });
    return data.importRun.registrations;
  }

  const idsOf = ({ nodes }: RegistrationPage) => nodes.map(({ registrationId }) => Number(registrationId));

  const entriesOf = (importId: string, what: string) =>
    test.query<{ entries: number }>(
      `SELECT entries FROM import_run_detail WHERE import_id = '${importId}' AND kind = '${what}' ORDER BY part`,
    );

  describe('problems', () => {
    it('are those of the answer, in row order, page by page', async () => {
      const answer = await importRows(api, [
        ...rowsOf(range(1_100), { score: 1, lastAccessDate: 'never', progression: 120 }),
        ...rowsOf(range(300), { score: 7 }),
      ]);
      const importId = present(answer.importId);
      const found: Page['nodes'][number][] = [];
      let after: string | null = null;
      for (let hasNextPage = true; hasNextPage; ) {
        const page: Page = await problems(importId, { after });
        expect(page.totalCount).toBe(answer.problems.length);
        found.push(...page.nodes);
        after = page.pageInfo.endCursor;
        hasNextPage = page.pageInfo.hasNextPage;
      }
      expect(found).toEqual(answer.problems);
      expect(found.length).toBe(2 * 1_100 + 300);
      expect((await problems(importId, { first: 1 })).nodes).toEqual([answer.problems[0]]);
    });

    it('of a run without any are an empty page', async () => {
      const importId = await importOf([1], { trackingStatus: 'incomplete' });
      expect(await problems(importId)).toEqual({
        totalCount: 0,
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      });
    });

    it('cost as many statements wherever the page stands', async () => {
      const importId = await importOf(range(2_500), { lastAccessDate: 'never' });
      for (const after of ['0', '1000', '2300']) {
        const watched = test.watch();
        const page = await problems(importId, {
          first: 100,
          after: cursor(Number(after)),
        });
        expect(page.nodes[0]?.row).toBe(Number(after) + 1);
        expect(watched.filter((sql) => sql.includes('import_run_detail')).length).toBe(2);
      }
    });

    it('cost as many statements of many runs as of one', async () => {
      for (const learner of range(20)) await importOf([learner, learner + 1], { lastAccessDate: 'never' });
      const query = (first: number) =>
        `{ importRuns(first: ${first}) { nodes { problems(first: 1) { totalCount nodes { row path } pageInfo { hasNextPage } } } } }`;
      const read = async (first: number) => {
        const watched = test.watch();
        const { importRuns } = await api.run<{ importRuns: { nodes: { problems: Page }[] } }>(query(first));
        return { statements: watched.length, pages: importRuns.nodes.map((run) => run.problems) };
      };
      const [one, twenty] = [await read(1), await read(20)];
      expect(twenty.pages).toEqual(
        Array(20).fill({
          totalCount: 2,
          nodes: [{ row: 1, path: ['rows', '0', 'lastAccessDate'] }],
          pageInfo: { hasNextPage: true },
        }),
      );
      expect(twenty.statements).toBe(one.statements);
    });

    it('refuse a cursor of another connection', async () => {
      const importId = await importOf([1], { lastAccessDate: 'never' });
      const { errors } = await api.execute(PROBLEMS, { importId, after: 'nonsense' });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    });
  });

  describe('changes', () => {
    it('are kept of rows that were created, replaced or wiped, and of no other', async () => {
      await importOf(range(3), { score: 1 });
      const { importId, ...answer } = await importRows(api, [
        ...rowsOf([1], { score: 2 }),
        ...rowsOf([2], { score: 1 }),
        ...rowsOf([3], { trackingStatus: 'notAttempted' }),
        ...rowsOf([4], { score: 1 }),
        ...rowsOf([5], { score: 1 }),
        ...rowsOf([5], { score: 2 }),
        ...rowsOf([6], { score: -1 }),
      ]);
      expect(outcomes({ ...answer, importId })).toEqual([
        'REPLACED',
        'UNCHANGED',
        'DELETED',
        'CREATED',
        'SUPERSEDED',
        'CREATED',
        'REJECTED',
      ]);
      expect(await entriesOf(present(importId), 'CHANGES')).toEqual([{ entries: 4 }]);
      const touched = await registrations(present(importId));
      expect(idsOf(touched)).toEqual([1, 3, 4, 5]);
      expect(touched.totalCount).toBe(4);
    });

    it('are none of a dry run', async () => {
      await importRows(api, rowsOf([1, 2], { score: -1, progression: 5 }), { dryRun: true });
      await importRows(api, rowsOf([1, 2], { score: 1 }), { dryRun: true });
      expect(await test.query('SELECT * FROM import_run_detail')).toEqual([]);
    });
  });

  describe('registrations', () => {
    it('are those whose tracking it changed, each once, page by page, with their totals', async () => {
      const importId = await importOf(range(LEARNERS).reverse(), { progression: 50 });
      const found: number[] = [];
      let after: string | null = null;
      for (let hasNextPage = true; hasNextPage; ) {
        const page: RegistrationPage = await registrations(importId, { after });
        expect(page.totalCount).toBe(LEARNERS);
        found.push(...idsOf(page));
        after = page.pageInfo.endCursor;
        hasNextPage = page.pageInfo.hasNextPage;
      }
      expect(found).toEqual(range(LEARNERS));
      const { nodes } = await registrations(importId, { first: 1, after: cursor(6) });
      expect(nodes).toEqual([
        {
          registrationId: '7',
          learnerId: '7',
          sessionId: 1,
          learner: { login: 'learner-7' },
          totals: { lovsStarted: 1 },
        },
      ]);
    });

    it('are as many where each has thousands of rows', async () => {
      const importId = await importOf([1], { score: 1 });
      const rows = range(LOVS).map((lov) => ({ ...classRow(2, lov), score: 1 }));
      const many = present(
        (await importRows(api, [...rows, { ...classRow(1), score: 2 }, ...rowsOf([3], {})])).importId,
      );
      expect(idsOf(await registrations(importId))).toEqual([1]);
      for (const [after, ids] of [
        [0, [1, 2]],
        [1, [2, 3]],
        [2, [3]],
        [3, []],
      ] as const) {
        const page = await registrations(many, { first: 2, after: cursor(after) });
        expect(idsOf(page)).toEqual(ids);
        expect(page.totalCount).toBe(3);
        expect(page.pageInfo.hasNextPage).toBe(after === 0);
      }
    });

    it('of an undo are those of the rows that it took back', async () => {
      await importOf([1, 2], { score: 1 });
      const importId = await importOf([1, 2, 3], { score: 2 });
      await importOf([2], { score: 3 });
      const undo = present((await undoImport(api, importId)).importId);
      expect(idsOf(await registrations(undo))).toEqual([1, 3]);
      expect(idsOf(await registrations(importId))).toEqual([1, 2, 3]);
    });

    it('that are gone are passed over, however many there are, and not counted', async () => {
      const importId = await importOf(range(2_100), { score: 1 });
      const KEPT = [1, 2, 1_900, 2_050, 2_100];
      await test.database.transaction(async ({ query }) => {
        await query('CREATE TABLE kept_apart AS SELECT * FROM registration', []);
        await query('DELETE FROM consolidated_tracking', []);
        await query(`DELETE FROM registration WHERE id NOT IN (${KEPT.join(',')})`, []);
      });
      try {
        const page = await registrations(importId, { first: 4 });
        expect([idsOf(page), page.totalCount]).toEqual([[1, 2, 1_900, 2_050], 5]);
        expect(page.pageInfo.hasNextPage).toBe(true);
        const next = await registrations(importId, { first: 4, after: page.pageInfo.endCursor });
        expect([idsOf(next), next.pageInfo.hasNextPage]).toEqual([[2_100], false]);
      } finally {
        await test.query(
          `INSERT INTO registration SELECT * FROM kept_apart WHERE id NOT IN (${KEPT.join(',')})`,
        );
        await test.query('DROP TABLE kept_apart');
      }
    });

    async function statementsOf(read: () => Promise<unknown>): Promise<number> {
      const watched = test.watch();
      await read();
      return watched.length;
    }

    it('cost as many statements wherever the page stands', async () => {
      const importId = await importOf(range(2_500), { score: 1 });
      const page = (after: number) =>
        statementsOf(() => registrations(importId, { first: 100, after: cursor(after) }));
      const few = await page(0);
      for (const after of [950, 1_500, 2_300]) expect(await page(after)).toBe(few);
    });

    it('cost as many statements of many runs as of one', async () => {
      for (let score = 1; score <= 20; score++) await importOf([score, score + 1], { score });
      const ofRuns = (first: number) =>
        statementsOf(() =>
          api.run(
            `{ importRuns(first: ${first}) { nodes { registrations(first: 50) { totalCount nodes { learner { login } totals { status } } } } } }`,
          ),
        );
      expect(await ofRuns(20)).toBe(await ofRuns(1));
    });

    it('are told to who may read tracking, with the id of the learner only', async () => {
      const importId = await importOf([1], { score: 1 });
      const reader = api.as({ caller: { scopes: new Set(['tracking:read']) } });
      expect(await reader.run(REGISTRATIONS, { importId })).toMatchObject({
        importRun: { registrations: { nodes: [{ learnerId: '1', learner: { login: null } }] } },
      });
    });

    it.each([[{ after: 'nonsense' }], [{ first: 0 }], [{ first: 201 }]])('refuse %j', async (page) => {
      const importId = await importOf([1], { score: 1 });
      const { errors } = await api.execute(REGISTRATIONS, { importId, ...page });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    });
  });

  it('an undo of 10 rows and of 1,000 takes the same statements, of 2,500 three times those per chunk', async () => {
    const counted = async (count: number) => {
      await importOf(range(count), { score: 1 });
      const importId = await importOf(range(count), { score: 2 });
      const watched = test.watch();
      const answer = await undoImport(api, importId);
      expect(answer.summary.replaced).toBe(count);
      return watched.length;
    };
    const few = await counted(10);
    expect(await counted(1_000)).toBe(few);
    const oneMore = await counted(1_001);
    expect(await counted(2_500)).toBe(few + 2 * (oneMore - few));
    expect(oneMore - few).toBeLessThanOrEqual(2);
  });

  describe('forgetting', () => {
    const LONG_AGO = "'2001-01-01 00:00:00.000'";
    const LATER = "'2101-01-01 00:00:00.000'";

    async function forget(step: (tx: never) => Promise<boolean>): Promise<number> {
      let steps = 1;
      while (await test.database.transaction((tx) => step(tx as never))) steps += 1;
      return steps;
    }

    it('takes details of old runs in small steps: RUN_DETAILS_GONE, IMPORT_TOO_OLD', async () => {
      const old = [];
      for (let score = 1; score <= 11; score++) old.push(await importOf([1], { score }));
      await test.query(`UPDATE import_run SET started_at = ${LONG_AGO}`);
      const young = await importOf([1], { score: 12 });
      await test.query(`UPDATE import_run SET started_at = ${LATER} WHERE id = '${young}'`);

      expect(await forget((tx) => forgetOldRunDetails(tx, 30))).toBe(2);
      expect(await test.query('SELECT DISTINCT import_id FROM import_run_detail')).toEqual([
        { import_id: young },
      ]);
      for (const importId of old) {
        const { data, errors } = await api.execute(PROBLEMS, { importId });
        expect(data).toEqual({ importRun: null });
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['RUN_DETAILS_GONE']);
        const gone = await api.execute(REGISTRATIONS, { importId });
        expect(gone.data).toEqual({ importRun: { registrations: null } });
        expect(gone.errors?.map(({ extensions }) => extensions.code)).toEqual(['RUN_DETAILS_GONE']);
        expect(codes(await undoImport(api, importId))).toEqual(['IMPORT_TOO_OLD']);
      }
      expect((await problems(young)).totalCount).toBe(1);
      expect(outcomes(await undoImport(api, young))).toEqual(['REPLACED']);
    });

    it('takes old runs, once their details are gone, and old entries of the audit log', async () => {
      await importOf([1], { score: 1 });
      await test.query(`UPDATE import_run SET started_at = ${LONG_AGO}`);
      await test.query(`UPDATE audit_entry SET at = ${LONG_AGO}`);
      const young = await importOf([1], { score: 2 });
      await test.query(`UPDATE import_run SET started_at = ${LATER} WHERE id = '${young}'`);
      await test.query(`UPDATE audit_entry SET at = ${LATER} WHERE target_id = '${young}'`);

      await forget((tx) => forgetOldRuns(tx, 400));
      expect((await test.query('SELECT id FROM import_run')).length).toBe(2);
      await forget((tx) => forgetOldRunDetails(tx, 30));
      await forget((tx) => forgetOldRuns(tx, 400));
      await forget((tx) => forgetOldAuditEntries(tx, 400));
      expect(await test.query('SELECT id FROM import_run')).toEqual([{ id: young }]);
      expect(await test.query('SELECT target_id FROM audit_entry')).toEqual([{ target_id: young }]);
    });
  });

  it('erasing takes a learner out of changes and problems of all runs, and leaves the others', async () => {
    const first = await importOf(range(1_500), { score: 1 });
    const alone = await importOf([700], { score: 2 });
    const refused = await importOf([699, 700, 701], { lastAccessDate: 'never' });
    const [{ id: registration }] = (await test.query<{ id: number }>(
      'SELECT r.id FROM registration r JOIN learner l ON l.id = r.learner_id WHERE l.id = 700',
    )) as [{ id: number }];

    const erased = await test.database.transaction((tx) => eraseFromRunDetails(tx, 1, 700, [registration]));
    expect(erased).toEqual({ changes: 2, problems: 3 });
    expect(await entriesOf(alone, 'CHANGES')).toEqual([]);
    expect((await problems(refused)).nodes.map(({ row }) => row)).toEqual([1, 3]);
    expect((await problems(refused)).totalCount).toBe(2);
    expect((await registrations(first)).totalCount).toBe(1_499);
    const beside = await registrations(first, { first: 2, after: cursor(registration - 2) });
    expect(idsOf(beside)).toEqual([registration - 1, registration + 1]);
    const answer = await undoImport(api, first, { dryRun: true });
    expect(answer.summary.received).toBe(1_499);
    expect(answer.rows.some(({ row }) => row === 700)).toBe(false);
    expect(await test.database.transaction((tx) => eraseFromRunDetails(tx, 1, 700, [registration]))).toEqual({
      changes: 0,
      problems: 0,
    });
  });
});
