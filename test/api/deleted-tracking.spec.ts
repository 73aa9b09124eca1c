/** Source: docs/rules/import.md, "Reading back". */

import { deleteTracking, recordDeletions } from '../../src/data/deleted-tracking.repository';
import { instantFromSql } from '../../src/kernel/dates/instants';
import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_AID, ADA_FIRE, BOB_FIRE, importRows, stored, worldWith } from '../support/import-cases';
import { storedTracking, storeWorld } from '../support/world';

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

    it('of whatever else deletes tracking, of learners and LOVs that may be gone', async () => {
      const gone = { registrationId: 7, learnerId: 8, sessionId: 9, lovId: 10 };
      await test.database.transaction(async (tx) => {
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
});
