/** Source: docs/rules/import.md, "Reading back". */

import { deleteTracking, recordDeletions } from '../../src/data/deleted-tracking.repository';
import { forgetOldDeletions } from '../../src/data/deletion-query.repository';
import { instantFromSql } from '../../src/kernel/dates/instants';
import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, databaseNow, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_AID, ADA_FIRE, BOB_FIRE, importRows, stored, worldWith } from '../support/import-cases';
import { storedTracking, storeWorld } from '../support/world';

const DAY = 24 * 60 * 60 * 1_000;
const WIPE = { trackingStatus: 'notAttempted' };
const ADA = { registrationId: 1001, learnerId: 1, sessionId: 100 };
const BOB = { registrationId: 1002, learnerId: 2, sessionId: 100 };

describe.each(DATABASE_KINDS)('deleted tracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, worldWith({ stored: [stored(), stored({ lovId: 2 })] }));
  });
  afterAll(() => test.drop());

  async function storedDeletions() {
    const rows = await test.query<Record<string, unknown>>(
      'SELECT * FROM deleted_tracking ORDER BY site_id, registration_id, lov_id',
    );
    return rows.map((row) => ({
      registrationId: row.registration_id,
      lovId: row.lov_id,
      learnerId: row.learner_id,
      sessionId: row.session_id,
      deletedAt: instantFromSql(row.deleted_at as string | Date),
      reason: row.reason,
      importId: row.import_id,
    }));
  }

  describe('is noted', () => {
    it('where a row wipes what was stored, with the import, and not where nothing was', async () => {
      const { importId } = await importRows(api, [
        { ...ADA_FIRE, ...WIPE },
        { ...BOB_FIRE, ...WIPE },
      ]);
      expect(await storedDeletions()).toEqual([
        { ...ADA, lovId: 1, deletedAt: NOW, reason: 'WIPED', importId },
      ]);
    });

    it('not by a dry run, nor by an import that is refused', async () => {
      const rows = [{ ...ADA_FIRE, ...WIPE }];
      await importRows(api, rows, { dryRun: true });
      await importRows(api, [...rows, { ...BOB_FIRE, progression: 101 }], {
        errorPolicy: 'REJECT_EVERYTHING',
      });
      expect(await storedDeletions()).toEqual([]);
    });

    it('once for each key, and the last time counts', async () => {
      await importRows(api, [{ ...ADA_FIRE, ...WIPE }]);
      await importRows(api, [{ ...ADA_FIRE, score: 1 }]);
      const later = api.as({ clock: () => new Date(NOW + 1_000) });
      const { importId } = await importRows(later, [{ ...ADA_FIRE, ...WIPE }]);
      expect(await storedDeletions()).toEqual([
        { ...ADA, lovId: 1, deletedAt: NOW + 1_000, reason: 'WIPED', importId },
      ]);
    });

    it('for the last row of a key alone', async () => {
      await importRows(api, [
        { ...ADA_FIRE, ...WIPE },
        { ...ADA_FIRE, score: 1 },
        { ...ADA_AID, score: 1 },
        { ...ADA_AID, ...WIPE },
      ]);
      expect(await storedDeletions()).toMatchObject([{ ...ADA, lovId: 2 }]);
    });

    it('never by what has no instant from its transaction', async () => {
      const unstamped = test.database.transaction((tx) =>
        recordDeletions(tx, 1, [{ ...BOB, lovId: 1 }], { deletedAt: NOW, reason: 'ERASED', importId: null }),
      );
      await expect(unstamped).rejects.toThrow('tx.stamp()');
    });

    it('of whatever else deletes tracking, of learners and LOVs that may be gone', async () => {
      const gone = { registrationId: 7, learnerId: 8, sessionId: 9, lovId: 10 };
      await test.database.transaction(async (tx) => {
        await tx.stamp();
        await deleteTracking(tx, 1, [{ ...ADA, lovId: 2 }], {
          deletedAt: NOW,
          reason: 'UNDONE',
          importId: 'undo',
        });
        await recordDeletions(tx, 1, [gone], { deletedAt: NOW, reason: 'ERASED', importId: null });
        await recordDeletions(tx, 1, [{ ...BOB, lovId: 1 }], {
          deletedAt: NOW,
          reason: 'REMOVED',
          importId: null,
        });
      });
      expect(await storedDeletions()).toMatchObject([
        { ...gone, reason: 'ERASED', importId: null },
        { ...ADA, lovId: 2, reason: 'UNDONE', importId: 'undo' },
        { ...BOB, lovId: 1, reason: 'REMOVED', importId: null },
      ]);
      expect(await storedTracking(test)).toMatchObject([{ registrationId: 1001, lovId: 1 }]);
    });
  });

  describe('is listed', () => {
    const QUERY = /* GraphQL */ `
      query ($first: Int! = 50, $after: String) {
        deletedTracking(DELETED_SINCE first: $first, after: $after) {
          syncedThrough
          totalCount
          nodes { id registrationId learnerId sessionId lovId deletedAt reason importId }
          pageInfo { hasNextPage endCursor }
        }
      }
    `;
    const at = (minute: number) => NOW + minute * 60_000;
    const by = (minute: number) => api.as({ clock: () => new Date(at(minute)) });

    interface Page {
      readonly syncedThrough: string;
      readonly totalCount: number;
      readonly nodes: readonly { readonly registrationId: string; readonly lovId: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    }

    async function page(since: number | null, variables: object = {}, on: Api = api): Promise<Page> {
      const argument = since === null ? '' : `deletedSince: "${new Date(since).toISOString()}",`;
      const data = await on.run<{ deletedTracking: Page }>(QUERY.replace('DELETED_SINCE', argument), {
        ...variables,
      });
      return data.deletedTracking;
    }
    const keys = ({ nodes }: Page) => nodes.map(({ registrationId, lovId }) => `${registrationId}/${lovId}`);

    it('with its key, when, why and by which import, as the tracking was called', async () => {
      const before = await api.run<{ consolidatedTracking: { nodes: { id: string; lovId: string }[] } }>(
        '{ consolidatedTracking { nodes { id lovId } } }',
      );
      const { importId } = await importRows(api, [{ ...ADA_FIRE, ...WIPE }]);
      const { nodes, totalCount } = await page(null);
      expect(nodes).toEqual([
        {
          id: before.consolidatedTracking.nodes.find(({ lovId }) => lovId === '1')?.id,
          registrationId: '1001',
          learnerId: '1',
          sessionId: 100,
          lovId: '1',
          deletedAt: new Date(NOW).toISOString(),
          reason: 'WIPED',
          importId,
        },
      ]);
      expect(totalCount).toBe(1);
    });

    it('while nothing is stored under the key', async () => {
      await importRows(api, [
        { ...ADA_FIRE, ...WIPE },
        { ...ADA_AID, ...WIPE },
      ]);
      expect(keys(await page(null))).toEqual(['1001/1', '1001/2']);
      await importRows(api, [{ ...ADA_FIRE, score: 1 }]);
      expect(await page(null)).toMatchObject({ totalCount: 1, nodes: [{ lovId: '2' }] });
      await importRows(by(1), [{ ...ADA_FIRE, ...WIPE }]);
      expect(keys(await page(null))).toEqual(['1001/2', '1001/1']);
    });

    it('since an instant, oldest first, page by page', async () => {
      await importRows(by(1), [{ ...ADA_AID, ...WIPE }]);
      await importRows(by(2), [{ ...ADA_FIRE, ...WIPE }]);
      await importRows(by(2), [{ ...BOB_FIRE, score: 1 }]);
      await importRows(by(3), [{ ...BOB_FIRE, ...WIPE }]);
      expect(keys(await page(at(2)))).toEqual(['1001/1', '1002/1']);
      expect(keys(await page(at(4)))).toEqual([]);
      const found: string[] = [];
      for (let after: string | null = null; ; ) {
        const read: Page = await page(null, { first: 1, after });
        found.push(...keys(read));
        after = read.pageInfo.endCursor;
        if (!read.pageInfo.hasNextPage) break;
      }
      expect(found).toEqual(['1001/2', '1001/1', '1002/1']);
    });

    it('however many there are', async () => {
      const many = Array.from({ length: 4_500 }, (_, index) => ({ ...ADA, lovId: 10 + index }));
      await test.database.transaction(async (tx) => {
        await tx.stamp();
        await recordDeletions(tx, 1, many, { deletedAt: NOW, reason: 'WIPED', importId: null });
        await recordDeletions(tx, 1, [{ ...BOB, lovId: 1 }], {
          deletedAt: at(1),
          reason: 'WIPED',
          importId: null,
        });
      });
      expect(await page(null, { first: 2 })).toMatchObject({ totalCount: 4_501 });
      expect(keys(await page(at(1)))).toEqual(['1002/1']);
    });

    it('not where it is of another site', async () => {
      await importRows(api, [{ ...ADA_FIRE, ...WIPE }]);
      expect(await page(null, {}, api.as({ siteId: 2 }))).toMatchObject({ totalCount: 0, nodes: [] });
    });

    it('for as long as deletions are kept: an instant before is refused, and so is null', async () => {
      const codesOf = async (argument: string) => {
        const { errors } = await api.execute(`{ deletedTracking(${argument}) { totalCount } }`);
        return errors?.map(({ extensions }) => extensions.code);
      };
      const now = await databaseNow(test);
      const sinceDays = (days: number) => `deletedSince: "${new Date(now - days * DAY).toISOString()}"`;
      expect(await codesOf(sinceDays(3_649))).toBeUndefined();
      expect(await codesOf(sinceDays(3_651))).toEqual(['SYNC_TOO_OLD']);
      expect(await codesOf('deletedSince: null')).toEqual(['BAD_USER_INPUT']);
    });

    it('and is removed after that, in steps', async () => {
      const now = await databaseNow(test);
      const many = Array.from({ length: 1_200 }, (_, index) => ({ ...ADA, lovId: 10 + index }));
      await test.database.transaction(async (tx) => {
        await tx.stamp();
        const old = { deletedAt: now - 91 * DAY, reason: 'WIPED', importId: null } as const;
        await recordDeletions(tx, 1, many, old);
        await recordDeletions(tx, 2, [{ ...BOB, lovId: 1 }], old);
        await recordDeletions(tx, 1, [{ ...BOB, lovId: 1 }], { ...old, deletedAt: now - 89 * DAY });
      });
      const step = () => test.database.transaction((tx) => forgetOldDeletions(tx, 90));
      expect([await step(), await step(), await step()]).toEqual([true, true, false]);
      expect(await storedDeletions()).toMatchObject([{ ...BOB, lovId: 1 }]);
    });
  });
});
