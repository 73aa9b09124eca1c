/**
 * Two readers keep copies in step while sixteen imports run, by two servers where the database is one of its own: what
 * they have in the end is what is stored. `SYNC_ROUNDS` says how often, `SYNC_SEED` which imports.
 * Source: docs/rules/import.md, "Reading back".
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseAccess } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import { Random } from '../faults/random';
import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import { storedTracking, storeWorld } from '../support/world';

const ROUNDS = Number(process.env.SYNC_ROUNDS ?? 1);
const SEED = Number(process.env.SYNC_SEED ?? 1);
const IMPORTS = 16;
const LEARNERS = 30;
const LOVS = 4;
/** More than two seconds: whoever only takes those off misses what is written so slowly. */
const SLOW_COMMIT_MS = 2_500;

interface Page {
  readonly syncedThrough: string;
  readonly nodes: readonly { readonly id: string; readonly score: number | null }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type Ask = (first: number, after: string | null, since: string | null) => Promise<Page>;

/** A copy of what is stored, as whoever calls the API can keep it. */
class Copy {
  readonly rows = new Map<string, number | null>();
  readonly #ask: Readonly<Record<'rows' | 'deletions', Ask>>;
  readonly #size: number;
  #since: Record<'rows' | 'deletions', string | null> = { rows: null, deletions: null };

  constructor(api: Api, size: number) {
    this.#size = size;
    const page = 'syncedThrough nodes { id FIELD } pageInfo { hasNextPage endCursor }';
    this.#ask = {
      rows: async (first, after, since) => {
        const filter = since === null ? {} : { filter: { changedSince: since } };
        const { answer } = await api.run<{ answer: Page }>(
          `query ($filter: ConsolidatedTrackingFilter = {}, $first: Int!, $after: String) {
            answer: consolidatedTracking(filter: $filter, orderBy: OLDEST_FIRST, first: $first, after: $after) {
              ${page.replace('FIELD', 'score')}
            }
          }`,
          { ...filter, first, after },
        );
        return answer;
      },
      deletions: async (first, after, since) => {
        const argument = since === null ? '' : `deletedSince: "${since}", `;
        const { answer } = await api.run<{ answer: Page }>(
          `query ($first: Int!, $after: String) {
            answer: deletedTracking(${argument}first: $first, after: $after) { ${page.replace('FIELD', '')} }
          }`,
          { first, after },
        );
        return answer;
      },
    };
  }

  async follow(): Promise<void> {
    await this.#read('rows', ({ id, score }) => this.rows.set(id, score));
    await this.#read('deletions', ({ id }) => this.rows.delete(id));
  }

  async #read(what: 'rows' | 'deletions', apply: (node: Page['nodes'][number]) => void): Promise<void> {
    let through: string | null = null;
    for (let after: string | null = null; ; ) {
      const page: Page = await this.#ask[what](this.#size, after, this.#since[what]);
      through ??= page.syncedThrough;
      page.nodes.forEach(apply);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    this.#since[what] = through;
  }
}

describe.each(DATABASE_KINDS)('copies of tracking on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: LEARNERS, lovs: LOVS }));
  });
  afterAll(() => test.drop());

  it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
    'are in step: seed %d',
    async (seed) => {
      const random = new Random(seed, kind.kind);
      const other = kind.kind === 'sqlite' ? test.database : await openDatabase(test.target);
      const realTime = { stamp: (tx: { stamp(): Promise<number> }) => tx.stamp(), clock: () => new Date() };
      const api = apiOn(test, realTime);
      const copies = [new Copy(api, 7), new Copy(apiOn(test, { ...realTime, database: other }), 50)];
      let isOver = false;
      const following = copies.map(async (copy) => {
        while (!isOver) {
          await copy.follow();
          await pause(5);
        }
      });
      const imports = Array.from({ length: IMPORTS }, async (_, place) => {
        const rows = drawnRows(random);
        const isSlow = place % 8 === 3;
        const late = random.between(0, 400);
        const database = slowly(random.pick([test.database, other]), isSlow ? SLOW_COMMIT_MS : 0);
        await pause(late);
        const { summary } = await importRows(apiOn(test, { ...realTime, database }), rows);
        expect(summary.rejected).toBe(0);
      });
      await Promise.all(imports);
      isOver = true;
      await Promise.all(following);
      for (const copy of copies) await copy.follow();
      if (other !== test.database) await other.close();

      const expected = (await storedTracking(test)).map(({ registrationId, lovId, score }) => [
        Buffer.from(`${registrationId}:${lovId}`).toString('base64url'),
        score,
      ]);
      for (const copy of copies) expect([...copy.rows].sort()).toEqual(expected.sort());
    },
  );
});

/** Any size, wipes among them, the same keys again and again. */
function drawnRows(random: Random): ImportRow[] {
  const size = random.pick([1, 2, 10, LEARNERS * LOVS]);
  const wipes = random.pick([0, 0.2, 0.9]);
  return Array.from({ length: size }, () => ({
    ...classRow(random.between(1, LEARNERS), random.between(1, LOVS)),
    ...(random.next() < wipes
      ? { trackingStatus: 'notAttempted', timeSpent: null }
      : { score: random.between(0, 1_000), scoreMax: 1_000 }),
  }));
}

/** The database, where it takes as long to commit. */
function slowly(database: DatabaseAccess, ms: number): DatabaseAccess {
  return {
    dialect: database.dialect,
    read: (work, options) => database.read(work, options),
    transaction: (work, options) =>
      database.transaction(async (tx) => {
        const result = await work(tx);
        await pause(ms);
        return result;
      }, options),
  };
}
