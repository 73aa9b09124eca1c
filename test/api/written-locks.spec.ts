/**
 * Where several nodes write, each transaction also writes the rows that it locks, once, and only then.
 */
import { UNREAD } from '../../src/data/cells';
import type { Database } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, SERVER_KINDS, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import { sendUpdate } from '../support/update-activity';
import { storeWorld } from '../support/world';

const CLASS_SITE = 2;
const LEARNERS = 1_200;
const ELEMENT = 11939;

const LOAD = `mutation ($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) { __typename } }`;
const ASSESS = `mutation ($input: AssessCustomActivityInput!) { assessCustomActivity(input: $input) { __typename } }`;

async function openWorlds(kind: (typeof DATABASE_KINDS)[number], learners: number): Promise<TestDatabase> {
  const test = await openTestDatabase(kind);
  await storeCourseWorld(test, theCourseWorld);
  await storeWorld(test, classWorld({ learners, lovs: 2, siteId: CLASS_SITE }));
  return test;
}

/** How often the rows of a table were written for their locks. */
async function lockCounts(test: TestDatabase, table: string): Promise<ReadonlyMap<number, number>> {
  const rows = await test.query<{ id: number; lock_count: number }>(
    `SELECT id, lock_count FROM ${table} WHERE lock_count <> 0`,
  );
  return new Map(rows.map(({ id, lock_count }) => [id, lock_count]));
}

const NONE: ReadonlyMap<number, number> = new Map();
const idsOfClass = (count: number) => Array.from({ length: count }, (_, index) => 1_000_000 + index + 1);

async function assess(api: Api, fields: object = {}): Promise<void> {
  const results = [{ learnerId: '1', status: 'COMPLETED' }];
  await api.run(ASSESS, { input: { courseId: 1, elementId: ELEMENT, userId: 2, results, ...fields } });
}

const UPDATE = { courseId: 1, elementId: ELEMENT, userId: 2, allowStudentsSetCompletion: null } as const;

if (SERVER_KINDS.length > 0) {
  describe.each(SERVER_KINDS)('where several nodes of $kind write', (kind) => {
    let test: TestDatabase;
    let several: Database;
    let statements: string[] = [];
    let api: Api;

    beforeAll(async () => {
      test = await openWorlds(kind, LEARNERS);
      several = await openDatabase(test.target, {
        multiWriter: true,
        onStatement: (sql) => statements.push(sql),
      });
      api = apiOn(test, { database: several });
    });
    beforeEach(async () => {
      for (const table of ['registration', 'course_element', 'site']) {
        await test.query(`UPDATE ${table} SET lock_count = 0`);
      }
      await test.query('DELETE FROM consolidated_tracking');
      statements = [];
    });
    afterAll(async () => {
      await several.close();
      await test.drop();
    });

    it('an import writes the registrations of its new rows, set-wise, and none of stored ones', async () => {
      const rows = idsOfClass(LEARNERS).flatMap((_, index) => [classRow(index + 1, 2), classRow(index + 1)]);
      const { summary } = await importRows(api.as({ siteId: CLASS_SITE }), rows);
      expect(summary.created).toBe(2 * LEARNERS);
      const written = [...(await lockCounts(test, 'registration'))];
      expect(written.map(([id]) => id).sort((a, b) => a - b)).toEqual(idsOfClass(LEARNERS));
      const writes = statements.filter((sql) => /^UPDATE\b/.test(sql));
      // 2,400 keys are three chunks, and a registration whose rows are in two of them is locked in both.
      expect(writes).toHaveLength(3);
      expect(written.filter(([, count]) => count !== 1).length).toBeLessThanOrEqual(2);
      expect(await lockCounts(test, 'site')).toEqual(NONE);

      await test.query('UPDATE registration SET lock_count = 0');
      const again = await importRows(
        api.as({ siteId: CLASS_SITE }),
        rows.map((row, index) => ({ ...row, timeSpent: 10 + (index % 3) })),
      );
      expect(again.summary).toMatchObject({ replaced: 2 * LEARNERS });
      expect(await lockCounts(test, 'registration')).toEqual(NONE);
    });

    it('a row that is refused for its LOV writes nothing', async () => {
      const { summary } = await importRows(api.as({ siteId: CLASS_SITE }), [
        { ...classRow(1), lovGuid: 'none' },
      ]);
      expect(summary.rejected).toBe(1);
      expect(await lockCounts(test, 'registration')).toEqual(NONE);
    });

    it('finds the registrations by their key', async () => {
      await importRows(api.as({ siteId: CLASS_SITE }), [classRow(1)]);
      const [write = ''] = statements.filter((sql) => /^UPDATE\b/.test(sql));
      const explain = kind.kind === 'mysql' ? 'EXPLAIN FORMAT=TRADITIONAL' : 'EXPLAIN';
      const steps = await several.transaction(({ query }) =>
        query(`${explain} ${write}`, ['[[1000001]]'], UNREAD),
      );
      expect(steps.filter(({ table }) => table === 'r').map(({ key }) => key)).toEqual(['PRIMARY']);
    });

    it('a dry run of an import writes nothing', async () => {
      await importRows(api.as({ siteId: CLASS_SITE }), [classRow(1)], { dryRun: true });
      expect(await lockCounts(test, 'registration')).toEqual(NONE);
    });

    it('an update and an assessment write the element, dry runs do not', async () => {
      await sendUpdate(api, { ...UPDATE, title: 'Dry', dryRun: true });
      await assess(api, { dryRun: true });
      expect(await lockCounts(test, 'course_element')).toEqual(NONE);
      await sendUpdate(api, { ...UPDATE, title: 'Changed' });
      expect(await lockCounts(test, 'course_element')).toEqual(new Map([[ELEMENT, 1]]));
      await assess(api);
      expect(await lockCounts(test, 'course_element')).toEqual(new Map([[ELEMENT, 2]]));
    });

    it('an assessment whose answer is kept writes the registrations of its participants, and no other', async () => {
      await assess(api);
      expect(await lockCounts(test, 'registration')).toEqual(NONE);
      await assess(api, { idempotencyKey: 'kept' });
      const ids = await test.query<{ id: number }>('SELECT id FROM registration WHERE learner_id = 1');
      expect(ids.length).toBeGreaterThan(0);
      expect(await lockCounts(test, 'registration')).toEqual(new Map(ids.map(({ id }) => [id, 1])));
    });

    it('a load of reference data writes its site, an import on it does not', async () => {
      await api.as({ siteId: CLASS_SITE }).run(LOAD, { input: { learners: [{ login: 'one-more' }] } });
      expect(await lockCounts(test, 'site')).toEqual(new Map([[CLASS_SITE, 1]]));
      await api.as({ siteId: 77 }).run(LOAD, { input: { learners: [{ login: 'first' }] } });
      expect([...(await lockCounts(test, 'site')).keys()]).toEqual([CLASS_SITE, 77]);
    });
  });
}

describe.each(DATABASE_KINDS)('where one writes, on $kind', (kind) => {
  it('no lock is written', async () => {
    const test = await openWorlds(kind, 2);
    const api = apiOn(test);
    await importRows(api.as({ siteId: CLASS_SITE }), [classRow(1), classRow(2)]);
    await sendUpdate(api, { ...UPDATE, title: 'Changed' });
    await assess(api);
    await api.as({ siteId: CLASS_SITE }).run(LOAD, { input: { learners: [{ login: 'one-more' }] } });
    for (const table of ['registration', 'course_element', 'site']) {
      expect([table, await lockCounts(test, table)]).toEqual([table, NONE]);
    }
    await test.drop();
  });
});
