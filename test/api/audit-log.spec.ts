import { type Api, apiOn, NOW } from '../support/api';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { IMPORT } from '../support/import-cases';

const LOG = `query ($filter: AuditFilter = {}, $first: Int! = 50, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id at caller keyId userId operation targetType targetId learnerIds changedFields outcome requestId }
  }
}`;

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly caller: string;
  readonly keyId: string | null;
  readonly userId: number | null;
  readonly operation: string;
  readonly targetType: string;
  readonly targetId: string | null;
  readonly learnerIds: readonly string[] | null;
  readonly changedFields: readonly string[];
  readonly outcome: string;
  readonly requestId: string;
}

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Entry[];
}

const update = (input: object) => ({
  operation: `mutation ($input: UpdateCustomActivityInput!) {
    updateCustomActivity(input: $input) { __typename ... on UpdateCustomActivityOutcome { problems { code } } }
  }`,
  variables: {
    input: { courseId: 1, elementId: 11939, userId: 2, allowStudentsSetCompletion: null, ...input },
  },
});
const updates = (...inputs: object[]) => ({
  operation: `mutation ($inputs: [UpdateCustomActivityInput!]!) {
    updateCustomActivities(inputs: $inputs) { results { __typename } }
  }`,
  variables: { inputs: inputs.map((input) => update(input).variables.input) },
});
const create = (input: object) => ({
  operation: `mutation ($input: CreateCustomActivityInput!) {
    createCustomActivity(input: $input) { ... on CreateCustomActivityOutcome { elementId } }
  }`,
  variables: { input: { courseId: 1, userId: 2, title: 'New', ...input } },
});
const assess = (input: object) => ({
  operation: `mutation ($input: AssessCustomActivityInput!) {
    assessCustomActivity(input: $input) { __typename }
  }`,
  variables: { input: { courseId: 1, elementId: 11939, userId: 2, ...input } },
});

describe.each(DATABASE_KINDS)('the audit log on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => storeCourseWorld(test, theCourseWorld));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const run = <Data = Record<string, unknown>>(
    { operation, variables }: { operation: string; variables: Record<string, unknown> },
    as = api,
  ) => as.run<Data>(operation, variables);

  async function log(filter: object = {}, as = api, page: object = {}): Promise<Page> {
    return (await as.run<{ auditLog: Page }>(LOG, { filter, ...page })).auditLog;
  }

  /** Without what is the same for all. */
  async function entries(as = api) {
    return (await log({}, as)).nodes.map(({ id: _, at, requestId, ...rest }) => {
      expect([at, requestId]).toEqual([new Date(NOW).toISOString(), 'test-request']);
      return rest;
    });
  }

  const ofElement = (changes: Partial<Entry>) => ({
    caller: 'test',
    keyId: null,
    userId: 2,
    operation: 'updateCustomActivity',
    targetType: 'COURSE_ELEMENT',
    targetId: '11939',
    learnerIds: null,
    changedFields: [],
    outcome: 'SUCCESS',
    ...changes,
  });

  describe('of activities', () => {
    it('tells of an update which fields it changed, by keys as by ids', async () => {
      await run(update({ title: 'Other', mandatory: true }));
      await run(
        update({
          courseId: undefined,
          courseSyncKey: 'course',
          elementId: undefined,
          elementSyncKey: 'activity',
          userId: undefined,
          userSyncKey: 'editor',
          maxScore: 100_000,
          title: 'Another',
        }),
      );
      expect(await entries()).toEqual([
        ofElement({ changedFields: ['title'], outcome: 'WARNING' }),
        ofElement({ changedFields: ['title', 'mandatory'] }),
      ]);
    });

    it('tells of what was refused, and of what is not there', async () => {
      await run(update({ title: 'x', deadline: 'never' }));
      await run(update({ elementId: 77, userId: 99, title: 'x' }));
      await run(update({ userId: 5, title: 'x' }));
      expect(await entries()).toEqual([
        ofElement({ userId: 5, outcome: 'ERROR' }),
        ofElement({ userId: null, targetId: null, outcome: 'ERROR' }),
        ofElement({ outcome: 'ERROR' }),
      ]);
    });

    it('tells nothing of a dry run, of what changed nothing, of a replay, and of a malformed input', async () => {
      await run(update({ title: 'x', dryRun: true }));
      await run(update({ title: 'x', deadline: 'never', dryRun: true }));
      await run(update({ title: 'Homework' }));
      await run(update({ elementSyncKey: 'activity' }));
      expect(await entries()).toEqual([]);
      const key = { title: 'x', idempotencyKey: 'key' };
      await run(update(key));
      await run(update(key));
      await run(update({ ...key, title: 'y' }));
      expect(await entries()).toHaveLength(1);
    });

    it('tells of each update of a list', async () => {
      await run(updates({ title: 'x' }, { elementId: 77 }, { title: 'y' }));
      expect((await entries()).map(({ outcome, targetId }) => [outcome, targetId])).toEqual([
        ['SUCCESS', '11939'],
        ['ERROR', null],
        ['SUCCESS', '11939'],
      ]);
    });

    it('tells of a creation what it gave the new element', async () => {
      const { createCustomActivity } = await run<{ createCustomActivity: { elementId: number } }>(create({}));
      await run(create({ title: '' }));
      await run(create({ dryRun: true }));
      expect(await entries()).toEqual([
        ofElement({ operation: 'createCustomActivity', targetId: null, outcome: 'ERROR' }),
        ofElement({
          operation: 'createCustomActivity',
          targetId: String(createCustomActivity.elementId),
          changedFields: expect.arrayContaining(['title', 'active']),
        }),
      ]);
    });

    it('tells of an assessment whose results it changed', async () => {
      await run(
        assess({
          results: [
            { learnerId: '1', status: 'COMPLETED' },
            { learnerId: '2' },
            { learnerId: '3', gradeId: 1 },
          ],
        }),
      );
      expect(await entries()).toEqual([
        ofElement({
          operation: 'assessCustomActivity',
          learnerIds: ['1', '3'],
          changedFields: ['status', 'gradeId'],
          outcome: expect.stringMatching(/SUCCESS|WARNING/),
        }),
      ]);
    });

    it('names no user that the caller may not act for', async () => {
      const own = api.as({ caller: { id: 'key:own', actsFor: new Set([6]) } });
      await run(update({ title: 'x' }), own);
      expect(await entries()).toEqual([ofElement({ caller: 'key:own', userId: null, outcome: 'ERROR' })]);
    });

    it('tells which of the keys of one name it was', async () => {
      const keyId = '0123456789abcdef';
      await run(update({ title: 'x' }), api.as({ caller: { id: 'key:acme', keyId } }));
      expect(await entries()).toEqual([ofElement({ caller: 'key:acme', keyId, changedFields: ['title'] })]);
    });

    it('holds no text of anybody', async () => {
      const secrets = {
        title: 'Ada’s homework',
        description: '<p>ada@example.org</p>',
        idempotencyKey: 'hush',
      };
      await run(update(secrets));
      await run(update({ ...secrets, idempotencyKey: 'hush 2', deadline: 'ada' }));
      const rows = JSON.stringify(await test.query('SELECT * FROM audit_entry'));
      expect(rows).not.toMatch(/ada|homework|hush/i);
    });

    it('is written with what it describes, or not at all', async () => {
      const broken = overriding(test.database, {
        transaction: (work: Parameters<typeof test.database.transaction>[0]) =>
          test.database.transaction(async (tx) => {
            await work(tx);
            throw new Error('the connection broke before COMMIT');
          }),
      }) as typeof test.database;
      const { operation, variables } = update({ title: 'x' });
      const { errors } = await api.as({ database: broken }).execute(operation, variables);
      expect(errors).toHaveLength(1);
      expect(await entries()).toEqual([]);
    });
  });

  describe('of imports', () => {
    const rows = [{ candidateLogin: 'nobody', sessionGuid: 'none', lovCode: 'none', score: 1 }];
    const send = async (input: object) =>
      (
        await api.run<{ importConsolidatedTracking: { importId: string | null } }>(IMPORT, {
          input: { rows, ...input },
        })
      ).importConsolidatedTracking.importId;

    it('names the import, and the fields that any of its rows changed', async () => {
      await test.query(
        "INSERT INTO learning_object_version (id, site_id, code, guid, title, provider, kind) VALUES (1, 1, 'L', 'l', 'L', 'PARTNER', 'CONTENT')",
      );
      await test.query('INSERT INTO training_lov (site_id, training_id, lov_id) VALUES (1, 1, 1)');
      const [known] = await test.query<{ login: string; guid: string }>(
        `SELECT l.login, s.guid FROM registration r JOIN learner l ON l.id = r.learner_id
         JOIN session s ON s.id = r.session_id WHERE s.training_id = 1 ORDER BY r.id LIMIT 1`,
      );
      const row = { candidateLogin: known?.login, sessionGuid: known?.guid, lovCode: 'L' };
      const first = await send({ rows: [{ ...row, score: 1, scoreMax: 100 }, rows[0]] });
      const second = await send({ rows: [{ ...row, score: 1, scoreMax: 100 }] });
      const third = await send({ rows: [{ ...row, trackingStatus: 'notAttempted' }] });
      const of = (targetId: string | null, changes: Partial<Entry>) => ({
        ...ofElement({ userId: null, operation: 'importConsolidatedTracking', targetType: 'IMPORT_RUN' }),
        targetId,
        ...changes,
      });
      expect(await entries()).toEqual([
        of(third, { changedFields: ['score', 'scoreMax', 'status'] }),
        of(second, {}),
        of(first, { changedFields: ['score', 'scoreMax', 'status'], outcome: 'WARNING' }),
      ]);
    });

    it('tells of one that was rejected whole, and not of one that was refused or dry', async () => {
      const rejected = await send({});
      expect(await send({ dryRun: true })).toBeNull();
      expect(await send({ rows: [] })).toBeNull();
      expect((await entries()).map(({ targetId, outcome }) => [targetId, outcome])).toEqual([
        [rejected, 'ERROR'],
      ]);
    });
  });

  describe('is read', () => {
    beforeEach(async () => {
      for (const [index, caller] of ['one', 'two', 'one'].entries()) {
        const as = api.as({ caller, clock: () => new Date(NOW + index * 1_000) });
        await run(update({ title: `Title ${index}`, userId: index === 1 ? 6 : 2 }), as);
      }
    });

    const found = async (filter: object) =>
      (await log(filter)).nodes.map(({ at }) => (Date.parse(at) - NOW) / 1_000);

    it('by any of its conditions, newest first', async () => {
      const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
      expect(await found({})).toEqual([2, 1, 0]);
      expect(await found({ caller: 'one' })).toEqual([2, 0]);
      expect(await found({ caller: 'one ' })).toEqual([]);
      expect(await found({ caller: 'One' })).toEqual([]);
      expect(await found({ userId: 6 })).toEqual([1]);
      expect(await found({ operation: 'updateCustomActivity' })).toEqual([2, 1, 0]);
      expect(await found({ operation: 'createApiKey' })).toEqual([]);
      expect(await found({ targetType: 'COURSE_ELEMENT', targetId: '11939' })).toEqual([2, 1, 0]);
      expect(await found({ targetType: 'API_KEY' })).toEqual([]);
      expect(await found({ targetId: '1193' })).toEqual([]);
      expect(await found({ since: at(1) })).toEqual([2, 1]);
      expect(await found({ until: at(1) })).toEqual([1, 0]);
      expect(await found({ since: at(1), until: at(1), caller: 'two' })).toEqual([1]);
      expect(await found({})).toEqual([2, 1, 0]);
    });

    it('page by page', async () => {
      const first = await log({}, api, { first: 2 });
      expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
      const rest = await log({}, api, { first: 2, after: first.pageInfo.endCursor });
      expect(rest).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
      const ids = [...first.nodes, ...rest.nodes].map(({ id }) => Number(id));
      expect(ids).toEqual([...ids].sort((a, b) => b - a));
      expect(new Set(ids).size).toBe(3);
    });

    it('on the own site only', async () => {
      expect((await log({}, api.as({ siteId: 2 }))).totalCount).toBe(0);
    });
  });
});
