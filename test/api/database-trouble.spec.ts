import { createRateLimits } from '../../src/access/rate-limits';
import { createSignIn } from '../../src/access/sign-in';
import { buildApiSchema } from '../../src/api-schema';
import type { Database } from '../../src/data/database';
import { DatabaseError, type DatabaseErrorCode } from '../../src/data/database-errors';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import { CALLS } from '../support/calls';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { rootFields } from '../support/every-operation';
import { type HttpApi, serveApi } from '../support/http-api';
import { post, rig } from '../support/http-rig';
import { measured } from '../support/measured';
import { present } from '../support/present';
import { storeTwoSites, type TwoSites } from '../support/two-sites';
import { UPDATE, UPDATE_MANY } from '../support/update-activity';

const SECRET = 'zoe@example.org';
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'] as const;

const TROUBLE: readonly [code: DatabaseErrorCode, retryable: boolean, seconds: number][] = [
  ['SERVICE_BUSY', true, 2],
  ['OUTCOME_UNKNOWN', false, 5],
  ['DATABASE_UNAVAILABLE', true, 5],
];

/** What a driver says: the message may hold anything. */
function driverError(): Error {
  return Object.assign(new Error(`Duplicate entry '${SECRET}'`), { code: 'ER_OPTION_PREVENTS_STATEMENT' });
}

const troubled = ([code, retryable]: (typeof TROUBLE)[number]) =>
  new DatabaseError(code, driverError(), retryable);

/** Fails in every read and transaction, as the database does when it is away. */
function failing(database: Database, error: () => Error): Database {
  const fail = () => Promise.reject(error());
  return overriding(database, { read: fail, transaction: fail });
}

const [embedded] = DATABASE_KINDS;
if (embedded === undefined) throw new Error('There is always the embedded database.');

describe('what callers are told when the database does not do what was asked', () => {
  let test: TestDatabase;
  let sites: TwoSites;
  /** What the one server works on at this moment: to build a schema for each test takes longer than the test. */
  let current: Database;
  let served: HttpApi;
  const log: string[] = [];

  beforeAll(async () => {
    test = await openTestDatabase(embedded);
    sites = await storeTwoSites(test);
    served = await serveApi(
      overriding(test.database, {
        read: (work) => current.read(work),
        transaction: (work, options) => current.transaction(work, options),
      }),
      // What asks for everything there is costs more than callers may spend.
      { limits: { ...DEFAULT_LIMITS, queryCost: 10_000_000 } },
      log,
    );
  });
  beforeEach(() => {
    log.length = 0;
  });
  afterAll(async () => {
    await served.stop();
    await test.drop();
  });

  const lines = () => log.map((line) => JSON.parse(line) as Record<string, unknown>);
  const troubles = () => lines().filter(({ msg }) => msg === 'the database did not do what was asked');

  const OPERATIONS = rootFields(buildApiSchema()).filter(({ name }) => name !== 'messageCatalogue');

  it.each(
    TROUBLE.flatMap((trouble) =>
      OPERATIONS.map((operation) => [trouble[0], operation.name, trouble, operation] as const),
    ),
  )('%s from %s', async (code, name, trouble, { documentFor }) => {
    current = failing(test.database, () => troubled(trouble));
    for (const accept of MEDIA_TYPES) {
      log.length = 0;
      const response = await post(
        served.url,
        { query: documentFor(present(CALLS[name])(sites.own)), variables: CALLS[name]?.(sites.own) },
        { accept },
      );
      const requestId = response.headers.get('x-request-id');
      const [, retryable, retryAfterSeconds] = trouble;
      expect([response.status, response.headers.get('content-type')]).toEqual([
        503,
        `${accept}; charset=utf-8`,
      ]);
      // Whoever repeats what may be stored already does harm.
      expect(response.headers.get('retry-after')).toBe(retryable ? String(retryAfterSeconds) : null);
      const body = (await response.json()) as Awaited<ReturnType<HttpApi['post']>>['body'];
      expect(body.data?.[name] ?? null).toBeNull();
      expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
        { code, retryable, retryAfterSeconds, requestId },
      ]);
      expect(troubles()).toMatchObject([
        {
          level: code === 'SERVICE_BUSY' ? 40 : 50,
          requestId,
          operation: name,
          err: { type: 'DatabaseError', code, cause: { code: 'ER_OPTION_PREVENTS_STATEMENT' } },
        },
      ]);
      expect(log.join('')).not.toContain('zoe');
    }
  });

  it('an outcome that is unknown may be asked for again under an idempotency key', async () => {
    current = overriding(test.database, {
      transaction: (_, options) =>
        Promise.reject(new DatabaseError('OUTCOME_UNKNOWN', driverError(), options?.isRepeatable)),
    });
    for (const name of [
      'importConsolidatedTracking',
      'updateCustomActivity',
      'createCustomActivity',
      'assessCustomActivity',
      'deleteCustomActivity',
      'restoreCustomActivity',
    ]) {
      const { documentFor } = present(OPERATIONS.find((operation) => operation.name === name));
      const { input } = present(CALLS[name])(sites.own) as { input: object };
      for (const [more, retryable] of [
        [{}, false],
        [{ idempotencyKey: 'once' }, true],
      ] as const) {
        const { body } = await served.post({
          query: documentFor({ input }),
          variables: { input: { ...input, ...more } },
        });
        expect([name, more, body.errors?.map(({ extensions }) => extensions)]).toMatchObject([
          name,
          more,
          [{ code: 'OUTCOME_UNKNOWN', retryable }],
        ]);
      }
    }
  });

  describe('beside other answers', () => {
    const BASE = { courseId: 1, elementId: 11939, userId: 2, allowStudentsSetCompletion: null };

    beforeEach(async () => {
      await test.clear();
      await storeCourseWorld(test, theCourseWorld);
    });

    /** The nth transaction fails. */
    function failingAt(places: readonly number[], trouble: (typeof TROUBLE)[number]): Database {
      let calls = 0;
      return overriding(test.database, {
        transaction: (work) => {
          calls += 1;
          return places.includes(calls) ? Promise.reject(troubled(trouble)) : test.database.transaction(work);
        },
      });
    }

    const updates = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...BASE, title: `Title ${index + 1}` }));

    it.each(TROUBLE.slice(0, 2))(
      '%s in a list stands in its place, and the rest goes on',
      async (...trouble) => {
        const [code] = trouble;
        current = failingAt([2, 4], trouble);
        const { status, body, requestId } = await served.post({
          query: UPDATE_MANY,
          variables: { inputs: updates(5) },
        });
        expect(status).toBe(200);
        expect(body.data).toMatchObject({
          updateCustomActivities: { results: [{ dryRun: false }, null, { dryRun: false }, null, {}] },
        });
        expect(
          body.errors?.map(({ path, extensions }) => [path, extensions.code, extensions.requestId]),
        ).toEqual([
          [['updateCustomActivities', 'results', 1], code, requestId],
          [['updateCustomActivities', 'results', 3], code, requestId],
        ]);
        expect(troubles()).toHaveLength(1);
      },
    );

    it('DATABASE_UNAVAILABLE in a list ends it: the rest is not tried', async () => {
      current = failingAt([2], TROUBLE[2] as (typeof TROUBLE)[number]);
      const { status, body } = await served.post({ query: UPDATE_MANY, variables: { inputs: updates(4) } });
      expect(status).toBe(200);
      expect(body.data).toMatchObject({
        updateCustomActivities: { results: [{ dryRun: false }, null, null, null] },
      });
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual([
        'DATABASE_UNAVAILABLE',
        'DATABASE_UNAVAILABLE',
        'DATABASE_UNAVAILABLE',
      ]);
      expect(await test.query('SELECT title FROM course_element WHERE id = 11939')).toEqual([
        { title: 'Title 1' },
      ]);
      expect(troubles()).toHaveLength(1);
    });

    it('a list of which nothing was done is 503', async () => {
      current = failingAt([1], TROUBLE[2] as (typeof TROUBLE)[number]);
      const response = await post(served.url, { query: UPDATE_MANY, variables: { inputs: updates(3) } });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    });

    it('an answer with data is 200, with the error of the part that failed', async () => {
      current = failingAt([1], TROUBLE[0] as (typeof TROUBLE)[number]);
      const query = `mutation ($input: UpdateCustomActivityInput!) {
        key: revokeApiKey(id: "none") { __typename }
        update: updateCustomActivity(input: $input) { __typename }
      }`;
      const answer = await served.post({ query, variables: { input: BASE } });
      // The root of a mutation may not be null: all of it is lost, and nothing else is in the answer.
      expect(answer.status).toBe(503);

      let calls = 0;
      current = overriding(test.database, {
        read: (work) => {
          calls += 1;
          return calls === 1
            ? Promise.reject(troubled(TROUBLE[2] as (typeof TROUBLE)[number]))
            : test.database.read(work);
        },
      });
      const some = await served.post({
        query: '{ gone: importRun(importId: "x") { importId } messageCatalogue { code } }',
      });
      expect([some.status, some.body.data.gone, some.body.errors?.[0]?.extensions.code]).toEqual([
        200,
        null,
        'DATABASE_UNAVAILABLE',
      ]);
    });

    it('another error beside it is 200: the request cannot succeed by being sent again', async () => {
      current = failing(test.database, () => troubled(TROUBLE[0] as (typeof TROUBLE)[number]));
      const both = await served.post({
        query: '{ importRun(importId: "x") { importId } customActivity { elementId } }',
      });
      expect([both.status, both.body.errors?.map(({ extensions }) => extensions.code).sort()]).toEqual([
        200,
        ['BAD_USER_INPUT', 'SERVICE_BUSY'],
      ]);
    });

    it('an update alone is 503 and leaves everything as it was', async () => {
      const before = await test.query('SELECT * FROM course_element ORDER BY id');
      current = failingAt([1], TROUBLE[0] as (typeof TROUBLE)[number]);
      const { status } = await served.post({
        query: UPDATE,
        variables: { input: { ...BASE, title: 'New' } },
      });
      expect(status).toBe(503);
      expect(await test.query('SELECT * FROM course_element ORDER BY id')).toEqual(before);
    });
  });

  it.each(TROUBLE)('%s at the sign-in is 503 with the same body, neither 401 nor 500', async (...trouble) => {
    const [code, retryable, retryAfterSeconds] = trouble;
    const limits = createRateLimits({
      requestsPerCaller: 9,
      requestsPerSite: 9,
      rowsPerCaller: 9,
      rowsPerSite: 9,
      badSignInsPerAddress: 1,
    });
    const rigged = await rig({
      signIn: createSignIn({
        database: failing(test.database, () => troubled(trouble)),
        limits,
        clock: () => new Date(),
        onError: () => {},
      }),
    });
    // Often enough to be paused, were they counted as bad credentials.
    for (let time = 0; time < 3; time++) {
      const key = `ct_${'0'.repeat(16)}_${'a'.repeat(43)}`;
      const response = await post(rigged.url, { query: '{ hello }' }, { authorization: `Bearer ${key}` });
      expect([response.status, response.headers.get('retry-after')]).toEqual([
        503,
        retryable ? String(retryAfterSeconds) : null,
      ]);
      expect(await response.json()).toEqual({
        errors: [
          {
            message: expect.any(String),
            extensions: {
              code,
              retryable,
              retryAfterSeconds,
              requestId: response.headers.get('x-request-id'),
            },
          },
        ],
      });
    }
    expect(rigged.log().filter(({ msg }) => msg === 'the database did not do what was asked')).toHaveLength(
      3,
    );
    expect(rigged.logText()).not.toContain('zoe');
  });

  it('is counted by code, once a request', async () => {
    const trouble = TROUBLE[2] as (typeof TROUBLE)[number];
    const api = await serveApi(failing(test.database, () => troubled(trouble)));
    await api.post({
      query: '{ a: importRun(importId: "x") { importId } b: importRun(importId: "y") { importId } }',
    });
    await api.post({ query: '{ consolidatedTracking { totalCount } }' });
    // A request is counted once its answer is out, hence after the client has it.
    let found: Record<string, number> = {};
    while ((found['code=DATABASE_UNAVAILABLE'] ?? 0) < 2) {
      await new Promise((resolve) => setImmediate(resolve));
      found = await measured(api.metrics, 'coursetrack_database_failures_total');
    }
    expect(found).toEqual({ 'code=DATABASE_UNAVAILABLE': 2 });
    expect(await measured(api.metrics, 'coursetrack_graphql_errors_total')).toEqual({
      'operation=importRun,code=DATABASE_UNAVAILABLE': 1,
      'operation=consolidatedTracking,code=DATABASE_UNAVAILABLE': 1,
    });
    await api.stop();
  });
});
