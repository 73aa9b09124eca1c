/** Loads that fast-check draws, one after the other: what holds of every one of them, whatever it says. */
import fc from 'fast-check';
import { isError } from '../../src/kernel/problem';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import type { ReferenceReport, ReferenceRows } from '../../src/reference-data/reference-rows';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const RUNS = 25;

/** A few keys of each kind, so that rows meet each other. */
const key = (name: string) => fc.constantFrom(...[1, 2, 3].map((index) => `${name}-${index}`));

/** A cell that is absent, null (where that clears it), or has a value. */
function cell<Value>(value: fc.Arbitrary<Value>, isClearable = true) {
  return fc.option(isClearable ? fc.option(value, { freq: 4 }) : value, { nil: undefined, freq: 2 });
}

const title = fc.constantFrom('A', 'B', 'C');
const flag = cell(fc.boolean(), false);
const instant = fc.constantFrom(new Date('2025-01-01T00:00:00Z'), new Date('2025-02-01T00:00:00.5Z'));
const action = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  'CREATE_OR_UPDATE' as const,
  'REMOVE' as const,
);

function rowsOf<Row extends object>(cells: { [Field in keyof Row]: fc.Arbitrary<Row[Field]> }) {
  const some = fc.array(fc.record(cells), { minLength: 1, maxLength: 3 });
  // Where every kind has rows, hardly a load is without an error.
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some });
}

const LOAD = fc.record({
  site: fc.record({ name: cell(title, false), useScore: flag }),
  organisations: rowsOf({ syncKey: key('o'), name: title, parentSyncKey: cell(key('o')), action }),
  users: rowsOf({
    syncKey: key('u'),
    isExternal: flag,
    isDeleted: flag,
    organisationSyncKeys: cell(fc.array(key('o'), { maxLength: 3 })),
    action,
  }),
  learners: rowsOf({
    login: fc.oneof(key('l'), fc.constant('L-1')),
    refNumber: cell(key('r')),
    email: cell(fc.constantFrom('a@example.org', 'B@example.org')),
    organisationSyncKey: cell(key('o')),
    createdAt: cell(instant, false),
    action,
  }),
  learningObjectives: rowsOf({
    uniqueId: key('lo'),
    title,
    parentUniqueId: cell(key('lo')),
    isPublished: flag,
    action,
  }),
  trainings: rowsOf({
    guid: key('t'),
    pathCode: cell(key('p')),
    syncKey: cell(key('c')),
    title,
    organisationSyncKey: cell(key('o')),
    isDeleted: flag,
    isArchived: flag,
    objectivesEnabled: flag,
    learningObjectiveIds: cell(fc.array(key('lo'), { maxLength: 2 })),
    action,
  }),
  sessions: rowsOf({
    guid: key('s'),
    trainingGuid: key('t'),
    title,
    startsAt: cell(instant),
    endsAt: cell(instant),
    action,
  }),
  lovs: rowsOf({
    guid: key('v'),
    code: title,
    title: cell(title),
    kind: cell(fc.constantFrom('CONTENT' as const, 'EASYQUIZZ' as const)),
    trainingGuids: cell(fc.array(key('t'), { maxLength: 2 })),
    action,
  }),
  memberships: rowsOf({
    trainingGuid: key('t'),
    lovGuid: key('v'),
    mandatory: flag,
    position: cell(fc.nat(3)),
    points: cell(fc.double({ min: 0, max: 10, noNaN: true })),
    action,
  }),
  registrations: rowsOf({ learnerLogin: key('l'), sessionGuid: key('s'), action }),
  scales: rowsOf({
    syncKey: cell(key('k')),
    title,
    courseGuid: cell(key('t')),
    grades: cell(
      fc.uniqueArray(fc.record({ title }), { minLength: 1, maxLength: 3, selector: (grade) => grade.title }),
    ),
    action,
  }),
  courseElements: rowsOf({
    syncKey: key('e'),
    kind: fc.constantFrom('FOLDER' as const, 'FOLDER' as const, 'OTHER' as const),
    courseGuid: key('t'),
    parentSyncKey: cell(key('e')),
    title,
    position: cell(fc.nat(3), false),
    active: flag,
    isDeleted: flag,
    action,
  }),
});

/** What most loads refer to. */
const BASE: ReferenceRows = {
  organisations: [1, 2].map((index) => ({ syncKey: `o-${index}`, name: 'O' })),
  learners: [1, 2].map((index) => ({ login: `l-${index}` })),
  learningObjectives: [1, 2].map((index) => ({ uniqueId: `lo-${index}`, title: 'LO' })),
  trainings: [1, 2].map((index) => ({ guid: `t-${index}`, title: 'T' })),
  sessions: [1, 2].map((index) => ({ guid: `s-${index}`, title: 'S', trainingGuid: 't-1' })),
  lovs: [1, 2].map((index) => ({ guid: `v-${index}`, code: 'V' })),
};

describe.each(DATABASE_KINDS)('any load of reference data on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  const load = (rows: ReferenceRows, at: number): Promise<ReferenceReport> =>
    test.database.transaction((tx) => loadReferenceData(tx, 1, rows, new Date(Date.UTC(2025, 5, 1) + at)));

  const TABLES = [
    'site',
    'organisation',
    'user',
    'organisation_grant',
    'learner',
    'learning_objective',
    'training',
    'course_objective',
    'session',
    'learning_object_version',
    'training_lov',
    'registration',
    'assessment_scale',
    'assessment_grade',
    'course_element',
  ];

  async function everything(): Promise<Record<string, string[]>> {
    const tables: [string, string[]][] = [];
    for (const table of TABLES) {
      const rows = await test.query<{ lock_count?: number }>(`SELECT * FROM ${table}`);
      // A lock may count where several servers write.
      tables.push([table, rows.map(({ lock_count: _, ...row }) => JSON.stringify(row)).sort()]);
    }
    return Object.fromEntries(tables);
  }

  it('is written whole or not at all, and changes nothing the second time', async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(LOAD, { minLength: 1, maxLength: 4 }), async (loads) => {
        await test.clear();
        await load(BASE, 0);
        for (const [index, rows] of loads.entries()) {
          const before = await everything();
          const report = await load(rows as ReferenceRows, index + 1);
          const after = await everything();
          if (report.problems.some(isError)) {
            expect(after).toEqual(before);
            continue;
          }
          written += 1;
          const again = await load(rows as ReferenceRows, index + 100);
          expect(again.problems).toEqual([]);
          expect(
            Object.entries(again.counts).filter(([, of]) => of.created + of.updated + of.removed > 0),
          ).toEqual([]);
          expect(await everything()).toEqual(after);
          expectCounted(before, after, report);
          await expectSoundTrees();
        }
      }),
      { numRuns: RUNS },
    );
    // Else it would be the refusals that were tried.
    expect(written).toBeGreaterThan(0);
  });

  /** What was counted as created and removed is what there is more or less of. */
  function expectCounted(
    before: Record<string, string[]>,
    after: Record<string, string[]>,
    { counts }: ReferenceReport,
  ): void {
    const tables = {
      organisations: 'organisation',
      learners: 'learner',
      learningObjectives: 'learning_objective',
      sessions: 'session',
      lovs: 'learning_object_version',
      memberships: 'training_lov',
      registrations: 'registration',
      scales: 'assessment_scale',
    } as const;
    for (const [name, table] of Object.entries(tables)) {
      const of = counts[name as keyof typeof tables];
      const grown = (after[table]?.length ?? 0) - (before[table]?.length ?? 0);
      expect([name, of.created - of.removed]).toEqual([name, grown]);
    }
  }

  /** Leaves are those that have none below them; every element lies in a folder of its course. */
  async function expectSoundTrees(): Promise<void> {
    expect(
      await test.query(
        `SELECT o.unique_id FROM learning_objective o WHERE o.is_leaf = (EXISTS (
           SELECT 1 FROM learning_objective c WHERE c.parent_id = o.id))`,
      ),
    ).toEqual([]);
    expect(
      await test.query(
        `SELECT e.sync_key FROM course_element e JOIN course_element p ON p.id = e.parent_id
         WHERE p.course_id <> e.course_id OR p.kind <> 'FOLDER'`,
      ),
    ).toEqual([]);
  }
});
