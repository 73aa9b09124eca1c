import { createSignIn } from '../../src/access/sign-in';
import { migrate, migrateDown } from '../../src/data/migrate';
import { MIGRATIONS } from '../../src/data/migrations/all';
import { loggableError } from '../../src/http/error-answers';
import { apiOn } from '../support/api';
import { wideLimits } from '../support/caller';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { fixtureFacts, loadFixture } from '../support/fixture';
import { testLogger } from '../support/logs';
import { type StoredRow, storedRows, storedSchema } from '../support/stored';

const RELEASED = ['Initial1700000000000', 'CustomActivity1700000001000', 'Access1700000002000'];

describe.each(DATABASE_KINDS)('a database of commit 0f434f1 on $kind', (kind) => {
  const { key, imports } = fixtureFacts(kind.kind);
  let test: TestDatabase;
  let before: Map<string, StoredRow[]>;

  beforeAll(async () => {
    test = await openTestDatabase(kind, async (target) => {
      await loadFixture(kind.kind, target);
      before = await storedRows(target);
    });
  });
  afterAll(() => test.drop());

  it('had rows in every table', () => {
    expect([...before].filter(([, rows]) => rows.length < 2).map(([table]) => table)).toEqual([]);
    expect(before.get('migrations')?.map(({ name }) => name)).toEqual(RELEASED);
  });

  it('has the schema of a new one after it was migrated', async () => {
    const { target, drop } = await kind.create();
    await migrate(target);
    expect(await storedSchema(test.target)).toEqual(await storedSchema(target));
    await drop();
  });

  it('has all its rows, and what they held', async () => {
    const after = await storedRows(test.target);
    expect([...after.keys()]).toEqual(expect.arrayContaining([...before.keys()]));
    for (const [table, rows] of before) {
      if (table === 'migrations') continue;
      expect([table, shown(after.get(table), rows)]).toEqual([table, shown(rows, rows)]);
    }
  });

  /** The columns that were there before. JSON is compared by what it says: an engine may write it its own way. */
  function shown(rows: readonly StoredRow[] | undefined, old: readonly StoredRow[]): string[] {
    const columns = Object.keys(old[0] ?? {});
    const cell = (column: string, value: unknown) =>
      column === 'answer' && typeof value === 'string' && value.startsWith('"') ? JSON.parse(value) : value;
    return (rows ?? [])
      .map((row) => JSON.stringify(columns.map((column) => cell(column, row[column]))))
      .sort();
  }

  it('shows what it has, and changes it', async () => {
    const api = apiOn(test);
    const ofSite = (table: string) => before.get(table)?.filter((row) => row.site_id === 1).length;
    const shown = await api.run<Record<string, { totalCount: number }>>(`{
      consolidatedTracking { totalCount }
      notifications { totalCount }
      auditLog { totalCount }
      apiKeys { totalCount }
    }`);
    expect(Object.values(shown).map(({ totalCount }) => totalCount)).toEqual(
      ['consolidated_tracking', 'notification', 'audit_entry', 'api_key'].map(ofSite),
    );
    const { updateCustomActivity } = await api.run<{ updateCustomActivity: unknown }>(
      `mutation ($input: UpdateCustomActivityInput!) {
        updateCustomActivity(input: $input) {
          __typename ... on UpdateCustomActivityOutcome { changes { field before } problems { code } }
        }
      }`,
      {
        input: {
          courseSyncKey: 'course-1',
          elementSyncKey: 'activity-1',
          userSyncKey: 'user-1',
          title: 'Changed again',
        },
      },
    );
    expect(updateCustomActivity).toEqual({
      __typename: 'UpdateCustomActivitySuccess',
      changes: [{ field: 'title', before: 'Activity 1, changed' }],
      problems: [],
    });
  });

  it('answers an import of the rows that it has as UNCHANGED', async () => {
    const api = apiOn(test);
    for (const { idempotencyKey: _, ...input } of imports) {
      const { importConsolidatedTracking: answer } = await api.run<{
        importConsolidatedTracking: { summary: { received: number; unchanged: number } };
      }>(
        `mutation ($input: ImportConsolidatedTrackingInput!) {
          importConsolidatedTracking(input: $input) {
            ... on ImportConsolidatedTrackingOutcome { summary { received unchanged } }
          }
        }`,
        { input },
      );
      expect(answer.summary).toEqual({ received: input.rows.length, unchanged: input.rows.length });
    }
  });

  it('replays the answers under its idempotency keys', async () => {
    await test.query("UPDATE idempotency_entry SET expires_at = '2999-01-01 00:00:00.000'");
    const api = apiOn(test, { caller: 'key:local' });
    const ids = new Set(before.get('import_run')?.map(({ id }) => id));
    for (const input of imports) {
      const { importConsolidatedTracking: answer } = await api.run<{
        importConsolidatedTracking: { importId: string; summary: { created: number } };
      }>(
        `mutation ($input: ImportConsolidatedTrackingInput!) {
          importConsolidatedTracking(input: $input) {
            ... on ImportConsolidatedTrackingOutcome { importId summary { created } }
          }
        }`,
        { input },
      );
      expect([ids.has(answer.importId), answer.summary.created]).toEqual([true, input.rows.length]);
    }
  });

  it('lets its keys in', async () => {
    const signIn = createSignIn({
      database: test.database,
      limits: wideLimits(),
      clock: () => new Date(),
      onError: (error) => testLogger().error({ err: loggableError(error) }),
    });
    expect(await signIn(`Bearer ${key}`, '127.0.0.1')).toMatchObject({
      kind: 'caller',
      caller: { id: 'key:partner-1', siteId: 1 },
    });
  });

  it('can be migrated down to what it was and up again', async () => {
    const { target, drop } = await kind.create();
    await loadFixture(kind.kind, target);
    const old = await storedSchema(target);
    await migrate(target);
    const whole = await storedSchema(target);
    const undone = await migrateDown(target, RELEASED.at(-1));
    expect(undone).toHaveLength(MIGRATIONS.length - RELEASED.length);
    expect(await storedSchema(target)).toEqual(old);
    await migrate(target);
    expect(await storedSchema(target)).toEqual(whole);
    await drop();
  });
});
