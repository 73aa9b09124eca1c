import { rateLimited } from '../../src/access/rate-limits';
import { type Api, apiOn } from '../support/api';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_FIRE, BOB_FIRE, IMPORT, worldWith } from '../support/import-cases';
import { UPDATE_MANY } from '../support/update-activity';
import { storeWorld } from '../support/world';

const ASSESS = `mutation ($input: AssessCustomActivityInput!) {
  assessCustomActivity(input: $input) { __typename ... on AssessCustomActivityOutcome { replayed: dryRun } }
}`;

/** What happens to `rows` in the operations that count them, under a key and without. */
interface Counted {
  readonly operation: string;
  readonly rows: number;
  readonly variables: (keyed: object) => Record<string, unknown>;
  readonly store: (test: TestDatabase) => Promise<void>;
}

const ACTIVITY = { courseId: 1, elementId: 11939, userId: 2 };

const OPERATIONS: readonly (readonly [string, Counted])[] = [
  [
    'importConsolidatedTracking',
    {
      operation: IMPORT,
      rows: 2,
      variables: (keyed) => ({
        input: { rows: [ADA_FIRE, BOB_FIRE].map((row) => ({ ...row, progression: 10 })), ...keyed },
      }),
      store: (test) => storeWorld(test, worldWith()),
    },
  ],
  [
    'assessCustomActivity',
    {
      operation: ASSESS,
      rows: 2,
      variables: (keyed) => ({
        input: {
          ...ACTIVITY,
          results: [
            { learnerId: '1', status: 'COMPLETED' },
            { learnerId: '2', status: 'COMPLETED' },
          ],
          ...keyed,
        },
      }),
      store: (test) => storeCourseWorld(test, theCourseWorld),
    },
  ],
];

describe.each(DATABASE_KINDS)('the limit of rows and retries on $kind', (kind) => {
  let test: TestDatabase;
  let taken: number[];
  let isUsedUp: boolean;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(() => {
    taken = [];
    isUsedUp = false;
    api = apiOn(test, {
      takeRows: async (rows, writtenBefore) => {
        taken.push(rows);
        const quota = { isExceeded: true, limit: 5, remaining: 0, resetSeconds: 7 };
        if (isUsedUp) throw rateLimited('ROWS_PER_MINUTE', quota, writtenBefore);
      },
    });
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const everything = async () => JSON.stringify(await Promise.all(TABLES.map((table) => rowsOf(table))));
  const rowsOf = (table: string) => test.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`);

  describe.each(OPERATIONS)('%s', (name, { operation, rows, variables, store }) => {
    beforeEach(() => store(test));

    it('a retry under a key is charged no rows, even where nothing is left', async () => {
      const keyed = variables({ idempotencyKey: 'again' });
      const first = await api.run(operation, keyed);
      expect(taken).toEqual([rows]);
      isUsedUp = true;
      const again = await api.run(operation, keyed);
      expect(taken).toEqual([rows]);
      expect(JSON.stringify(again)).toContain(`"__typename":"${typeIn(first)}"`);
    });

    it('without a key, and dry, it is charged each time', async () => {
      for (const each of [{}, {}, { dryRun: true, idempotencyKey: 'dry' }]) {
        await api.run(operation, variables(each));
      }
      expect(taken).toEqual([rows, rows, rows]);
    });

    it('a request that is refused says that nothing was written under its key, and leaves the key free', async () => {
      isUsedUp = true;
      const before = await everything();
      const keyed = variables({ idempotencyKey: 'refused' });
      const { data, errors } = await api.execute(operation, keyed);
      expect(data).toBeNull();
      expect(errors?.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
        {
          message:
            'The limit of 5 rows a minute is used up. Nothing was written, nor was it before under the same idempotency key. Send the same again in 7 s.',
          extensions: {
            code: 'RATE_LIMITED',
            limit: 'ROWS_PER_MINUTE',
            perMinute: 5,
            retryAfterSeconds: 7,
            writtenBefore: 0,
          },
        },
      ]);
      expect(await everything()).toBe(before);
      isUsedUp = false;
      expect(typeIn(await api.run(operation, keyed))).not.toMatch(/Error$/);
    });

    it('a request without a key that is refused says that nothing was written', async () => {
      isUsedUp = true;
      const { errors } = await api.execute(operation, variables({}));
      expect(errors?.map(({ message }) => message)).toEqual([
        'The limit of 5 rows a minute is used up. Nothing was written. Send the same again in 7 s.',
      ]);
      expect(errors?.[0]?.extensions).not.toHaveProperty('writtenBefore');
    });

    const typeIn = (data: Record<string, unknown>) => (data[name] as { __typename: string }).__typename;
  });

  describe('updateCustomActivities', () => {
    beforeEach(() => storeCourseWorld(test, theCourseWorld));

    const title = (text: string, idempotencyKey?: string) => ({
      ...ACTIVITY,
      allowStudentsSetCompletion: null,
      title: text,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    const send = (inputs: readonly object[]) => api.execute(UPDATE_MANY, { inputs });

    it('is charged for the inputs that no key answers', async () => {
      await send([title('One', 'a'), title('Two', 'b'), title('Three')]);
      await send([title('One', 'a'), title('Two', 'b')]);
      await send([title('One', 'a'), title('Two', 'b'), title('Three'), title('Four', 'c')]);
      expect(taken).toEqual([3, 2]);
    });

    it('a list that is refused says how many of its inputs were written before', async () => {
      await send([title('One', 'a'), title('Two', 'b')]);
      isUsedUp = true;
      const { data, errors } = await send([title('One', 'a'), title('Two', 'b'), title('Three', 'c')]);
      expect(data).toBeNull();
      expect(errors?.map(({ message, extensions }) => [message, extensions.writtenBefore])).toEqual([
        [
          'The limit of 5 rows a minute is used up. Nothing was written now; 2 of the inputs were before, under their idempotency keys. Send the same again in 7 s.',
          2,
        ],
      ]);
      expect((await send([title('One', 'a'), title('Two', 'b')])).errors).toBeUndefined();
    });
  });
});

const TABLES = [
  'consolidated_tracking',
  'activity_assessment',
  'import_run',
  'audit_entry',
  'idempotency_entry',
];
