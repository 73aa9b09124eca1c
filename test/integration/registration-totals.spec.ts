/** Source: docs/rules/registration-totals.md. */
import fc from 'fast-check';
import type { Tx } from '../../src/data/database';
import { TrainingLovEntity } from '../../src/data/entities/training-lov.entity';
import { findRegistrationTotals } from '../../src/data/registration-totals.repository';
import type { TrackingStatus } from '../models/import/types';
import { type ModelMembership, type ModelTracking, modelTotals } from '../models/totals/registration-totals';
import { classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { memberships, tracking } from '../support/totals-arbitraries';
import { insertAll, storeWorld } from '../support/world';

/** Rows that one statement reads. */
const SLICE = 2_000;
const UPDATED_AT = Date.UTC(2025, 0, 1);

interface Registered {
  readonly trainingId: number;
  readonly tracking: readonly ModelTracking[];
}

/** Registrations are numbered from 1. */
interface Site {
  /** By the ids of their trainings, from 1. */
  readonly trainings: readonly (readonly ModelMembership[])[];
  readonly registrations: readonly Registered[];
}

describe.each(DATABASE_KINDS)('totals of registrations on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  async function store({ trainings, registrations }: Site, lovs: number): Promise<void> {
    const world = classWorld({ learners: registrations.length, lovs });
    const training = (id: number) => ({
      id,
      guid: `training-${id}`,
      pathCode: null,
      title: `Training ${id}`,
    });
    await storeWorld(test, {
      ...world,
      lovs: world.lovs.map((lov) => ({ ...lov, trainingIds: [] })),
      trainings: trainings.map((_, index) => training(index + 1)),
      sessions: trainings.map((_, index) => ({
        ...{ id: index + 1, trainingId: index + 1, guid: `session-${index + 1}`, title: 'Session' },
      })),
      registrations: registrations.map(({ trainingId }, index) => ({
        ...{ id: index + 1, learnerId: index + 1, sessionId: trainingId },
      })),
      stored: registrations.flatMap(({ tracking: rows }, index) =>
        rows.map((row) => ({
          ...row,
          status: row.status as TrackingStatus,
          registrationId: index + 1,
          firstCompletionDate: null,
          score: null,
          scoreMax: null,
          updatedAt: UPDATED_AT,
        })),
      ),
    });
    const members = trainings.flatMap((each, index) =>
      each.map((membership) => ({ ...membership, siteId: 1, trainingId: index + 1 })),
    );
    await test.database.transaction(({ manager }) => insertAll(manager, TrainingLovEntity, members));
  }

  const idsOf = ({ registrations }: Site) =>
    registrations.map(({ trainingId }, index) => ({ registrationId: index + 1, trainingId }));

  const modelled = ({ trainings, registrations }: Site) =>
    new Map(
      registrations.map(({ trainingId, tracking: rows }, index) => [
        index + 1,
        modelTotals(trainings[trainingId - 1] ?? [], rows),
      ]),
    );

  const found = async (site: Site) => {
    const totals = await test.database.read((tx) => findRegistrationTotals(tx, 1, idsOf(site)));
    return new Map([...totals].sort(([a], [b]) => a - b));
  };

  /** To the ninth decimal, as the model adds in another way. */
  const rounded = (totals: ReadonlyMap<number, object>) =>
    [...totals].map(([id, each]) => [
      id,
      Object.fromEntries(
        Object.entries(each).map(([name, value]) => [
          name,
          name.startsWith('progression') && value !== null ? Math.round(value * 1e9) / 1e9 : value,
        ]),
      ),
    ]);

  it('are those of the model', async () => {
    const sites: fc.Arbitrary<Site> = fc
      .array(memberships, { minLength: 1, maxLength: 4 })
      .chain((trainings) =>
        fc.record({
          trainings: fc.constant(trainings),
          registrations: fc.array(
            fc.record({ trainingId: fc.integer({ min: 1, max: trainings.length }), tracking }),
            { minLength: 1, maxLength: 6 },
          ),
        }),
      );
    await fc.assert(
      fc.asyncProperty(sites, async (site) => {
        await test.clear();
        await store(site, 12);
        expect(rounded(await found(site))).toEqual(rounded(modelled(site)));
      }),
      { numRuns: 40 },
    );
  });

  const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const member = (lovId: number): ModelMembership => ({
    lovId,
    mandatory: lovId % 3 > 0,
    points: lovId % 5 === 0 ? null : (lovId % 7) / 3,
  });
  const row = (lovId: number): ModelTracking => ({
    lovId,
    status: lovId % 4 > 0 ? 'COMPLETED' : 'INCOMPLETE',
    progression: lovId % 11 === 0 ? null : (lovId * 37) % 101,
    timeSpentSeconds: lovId,
    firstAccessDate: UPDATED_AT + lovId,
    lastAccessDate: UPDATED_AT + 2 * lovId,
  });

  /** Slices end within an owner, with one, and with its last row; owners without rows stand in between. */
  const LARGE: Site = {
    trainings: [range(2_100), [], range(SLICE), range(3)].map((ids) => ids.map(member)),
    registrations: [
      { trainingId: 1, tracking: range(2_100).map(row) },
      { trainingId: 2, tracking: [] },
      { trainingId: 3, tracking: range(1_300).map(row) },
      { trainingId: 1, tracking: [] },
      { trainingId: 4, tracking: range(1).map(row) },
      { trainingId: 3, tracking: range(SLICE).map(row) },
      { trainingId: 2, tracking: range(5).map(row) },
      { trainingId: 4, tracking: [] },
    ],
  };

  it('take two statements for a page, and one more for each slice of rows', async () => {
    const page: Site = {
      trainings: range(5).map(() => range(4).map(member)),
      registrations: range(200).map((id) => ({ trainingId: (id % 5) + 1, tracking: range(4).map(row) })),
    };
    await test.clear();
    await store(page, 4);
    const count = async (registrations: Site['registrations']) => {
      const watched = test.watch();
      await found({ ...page, registrations });
      return watched.filter((sql) => /FROM (training_lov|consolidated_tracking)/.test(sql)).length;
    };
    expect(await count(page.registrations)).toBe(2);
    expect(await count(page.registrations.slice(0, 1))).toBe(2);
    expect(await count([])).toBe(0);
  });

  describe('of thousands of LOVs', () => {
    beforeAll(async () => {
      await test.clear();
      await store(LARGE, 2_100);
    });

    it('are the same where they are read in many slices', async () => {
      expect(rounded(await found(LARGE))).toEqual(rounded(modelled(LARGE)));
    });

    it('read of each slice no more than it holds, by the key', async () => {
      const statements: { readonly sql: string; readonly values: readonly unknown[] }[] = [];
      await test.database.read(async (tx) => {
        const query = async (...given: Parameters<Tx['query']>) => {
          statements.push({ sql: given[0], values: given[1] ?? [] });
          return tx.query(...given);
        };
        await findRegistrationTotals({ ...tx, query: query as Tx['query'] }, 1, idsOf(LARGE));
      });
      for (const { sql, values } of statements) {
        const explained = kind.kind === 'sqlite' ? `EXPLAIN QUERY PLAN ${sql}` : `EXPLAIN ${sql}`;
        const plan = await test.database.read((tx) => tx.query(explained, [...values], {}));
        expect(JSON.stringify(plan)).not.toMatch(
          /TEMP B-TREE|SCAN t|(Table|Index) scan|Sort:|filesort|temporary/,
        );
      }
    });

    if (kind.kind === 'sqlite')
      it('let others read between their slices', async () => {
        const done: string[] = [];
        const totals = found(LARGE).then(() => done.push('totals'));
        for (let reads = 0; reads < 3; reads++) {
          await test.database.read((tx) => tx.query('SELECT 1 AS one FROM site', [], {}));
          done.push('read');
        }
        await totals;
        expect(done).toEqual(['read', 'read', 'read', 'totals']);
      });
  });
});
