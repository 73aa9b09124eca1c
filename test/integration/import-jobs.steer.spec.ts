/** How import jobs are steered, whose they are, and who may run them. */

import { NO_OBSERVER } from '../../src/access/request-context';
import { findJob, type ImportJobRecord } from '../../src/data/import-job.repository';
import type { JobLease } from '../../src/data/job-lease.repository';
import { type OrderedImport, orderedOf } from '../../src/import-jobs/ordered';
import { runRows } from '../../src/import-jobs/run/run-rows';
import type { UploadRefused } from '../../src/import-jobs/upload/upload-refused';
import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows, undoImport } from '../support/import-cases';
import {
  csvOf,
  findJobOf,
  goOn,
  importFile,
  jobOf,
  order,
  problemsOf,
  runAll,
  runSome,
  type SentFile,
  steer,
  takeUp,
} from '../support/import-jobs';
import { present } from '../support/present';
import { changesBetween, type Snapshot, takeSnapshot } from '../support/snapshot';
import { storedTracking, storeWorld } from '../support/world';

const SUCCESS = 'ImportJobSuccess';
const ERROR = 'ImportJobError';

/** One row for each learner, who are numbered from 1. */
function fileOf(count: number, more: (learner: number) => ImportRow = () => ({ progression: 50 })): string {
  return csvOf(Array.from({ length: count }, (_, place) => ({ ...classRow(place + 1), ...more(place + 1) })));
}

describe.each(DATABASE_KINDS)('steering import jobs on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, classWorld({ learners: 20 }));
  });
  afterAll(() => test.drop());

  /** Without what each writing changes. */
  const values = async () => (await storedTracking(test)).map(({ updatedAt: _, ...row }) => row);
  const record = async (id: string) => present(await test.database.read((tx) => findJob(tx, 1, id)));

  describe('cancelImportJob', () => {
    it('ends a job that waits at once', async () => {
      const id = await order(test, fileOf(4));
      expect(await steer(api, 'cancelImportJob', id)).toMatchObject({
        __typename: SUCCESS,
        job: { state: 'CANCELLED', finishedAt: expect.any(String), summary: { received: 0 } },
      });
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({ state: 'CANCELLED' });
      expect(await values()).toEqual([]);
      expect(await steer(api, 'cancelImportJob', id)).toMatchObject({
        __typename: ERROR,
        job: null,
        problems: [{ code: 'JOB_ENDED', path: ['jobId'] }],
      });
    });

    it('ends a running one behind its window; what was committed stays', async () => {
      const id = await order(test, fileOf(8));
      await runSome(test, 1);
      expect(await steer(api, 'cancelImportJob', id)).toMatchObject({
        __typename: SUCCESS,
        job: { state: 'RUNNING' },
      });
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({
        state: 'CANCELLED',
        summary: { created: 3 },
        failure: null,
      });
      expect(await values()).toHaveLength(3);
      const runs = await test.query('SELECT is_running FROM import_run');
      expect(runs.map(({ is_running }) => Number(is_running))).toEqual([0]);
    });

    it.each(['cancelImportJob', 'retryImportJob', 'undoImportJob'] as const)(
      '%s knows no job of others, not even of those who may see all, and none that is not there',
      async (operation) => {
        const id = await order(test, fileOf(2), { caller: { id: 'other' } });
        for (const jobId of [id, 'nobody', '', 'ø'.repeat(300)]) {
          expect(await steer(api, operation, jobId)).toMatchObject({
            __typename: ERROR,
            problems: [{ code: 'JOB_NOT_FOUND', path: ['jobId'] }],
          });
        }
        expect(await record(id)).toMatchObject({ state: 'QUEUED', isCancelAsked: false });
      },
    );
  });

  describe('retryImportJob', () => {
    it('goes on behind the last committed window', async () => {
      const id = await order(test, fileOf(8));
      await runSome(test, 1);
      await steer(api, 'cancelImportJob', id);
      await runAll(test);
      await importRows(api, [{ ...classRow(1), progression: 99 }]);
      expect(await steer(api, 'retryImportJob', id)).toMatchObject({
        __typename: SUCCESS,
        job: { state: 'QUEUED', finishedAt: null, summary: { received: 3 } },
      });
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { received: 8, created: 8 } });
      // Not written once more.
      expect((await values()).map(({ progression }) => progression)).toEqual([99, ...Array(7).fill(50)]);
    });

    it('refuses a job that has not stopped', async () => {
      const waiting = await order(test, fileOf(2));
      expect(await steer(api, 'retryImportJob', waiting)).toMatchObject({
        problems: [{ code: 'JOB_NOT_STOPPED' }],
      });
      await runAll(test);
      expect(await steer(api, 'retryImportJob', waiting)).toMatchObject({
        problems: [{ code: 'JOB_NOT_STOPPED' }],
      });
    });

    it('refuses one whose file is gone; one whose file is half gone fails and says so', async () => {
      const id = await order(test, fileOf(8));
      await steer(api, 'cancelImportJob', id);
      await test.query(`UPDATE import_job SET file_kept = 0 WHERE id = '${id}'`);
      expect(await steer(api, 'retryImportJob', id)).toMatchObject({ problems: [{ code: 'JOB_FILE_GONE' }] });
      await test.query(`UPDATE import_job SET file_kept = 1 WHERE id = '${id}'`);
      await test.query('DELETE FROM import_job_file');
      await steer(api, 'retryImportJob', id);
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'JOB_FILE_GONE' } });
    });

    it('fails where the end of the file is gone', async () => {
      const id = await order(
        test,
        fileOf(8, () => ({ progression: 50, ignoredColumn: 'x'.repeat(200_000) })),
      );
      await test.query(`DELETE FROM import_job_file WHERE part > 0`);
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'JOB_FILE_GONE' } });
    });

    it('begins anew where all was only judged, and where all was taken back', async () => {
      const options = { errorPolicy: 'REJECT_EVERYTHING' };
      const id = await order(test, fileOf(6), { options });
      await goOn(test, await takeUp(test), { windowRows: 2, until: ({ phase }) => phase === 'WRITE' });
      await runSome(test, 1, { windowRows: 2 });
      await test.query('DELETE FROM registration WHERE id = 19');
      await test.query('UPDATE registration SET learner_id = 19 WHERE id = 6');
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'ROWS_REJECTED' } });
      expect(await values()).toEqual([]);
      expect(await steer(api, 'retryImportJob', id)).toMatchObject({ __typename: SUCCESS });
      await runAll(test, { windowRows: 2 });
      // It is judged, and rejected before anything is written.
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FAILED',
        failure: { code: 'ROWS_REJECTED' },
        summary: { received: 6, created: 5, rejected: 1 },
      });
      expect(await problemsOf(api, id)).toMatchObject([{ code: 'REGISTRATION_NOT_FOUND', row: 7 }]);
      await test.query('UPDATE registration SET learner_id = 6 WHERE id = 6');
      await steer(api, 'retryImportJob', id);
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { received: 6, created: 6 } });
      expect(await values()).toHaveLength(6);
      const undo = await steer(api, 'undoImportJob', id);
      await runAll(test);
      expect(await jobOf(api, present(undo.job).jobId)).toMatchObject({
        state: 'FINISHED',
        summary: { deleted: 6 },
      });
      expect(await values()).toEqual([]);
    });

    it('goes on taking back where that was cancelled', async () => {
      const id = await order(test, fileOf(8), { options: { errorPolicy: 'REJECT_EVERYTHING' } });
      await goOn(test, await takeUp(test), { windowRows: 2, until: ({ phase }) => phase === 'WRITE' });
      await runSome(test, 3, { windowRows: 2 });
      await test.query('DELETE FROM registration WHERE id = 8');
      await goOn(test, await takeUp(test), {
        windowRows: 2,
        until: ({ progress }) => progress.takenBack === 1,
      });
      await steer(api, 'cancelImportJob', id);
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'CANCELLED' });
      expect(await values()).toHaveLength(4);
      await steer(api, 'retryImportJob', id);
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'ROWS_REJECTED' } });
      expect(await values()).toEqual([]);
    });

    it('refuses a job that is being taken back, or was', async () => {
      const id = await order(test, fileOf(8));
      await runSome(test, 2);
      await steer(api, 'cancelImportJob', id);
      await runAll(test);
      const undo = present((await steer(api, 'undoImportJob', id)).job);
      expect(await steer(api, 'retryImportJob', id)).toMatchObject({
        problems: [{ code: 'JOB_BEING_UNDONE' }],
      });
      await runAll(test);
      expect(await jobOf(api, undo.jobId)).toMatchObject({ state: 'FINISHED' });
      expect(await steer(api, 'retryImportJob', id)).toMatchObject({
        problems: [{ code: 'IMPORT_ALREADY_UNDONE' }],
      });
      expect(await values()).toEqual([]);
    });
  });

  describe('undoImportJob', () => {
    beforeEach(async () => {
      await importRows(api, [{ ...classRow(1), progression: 7, score: 3, scoreMax: 10 }]);
    });

    it('takes back the windows from the last to the first, row by row', async () => {
      const before = await values();
      // Learner 1 is in two windows: only in reverse order can both be taken back.
      const rows = [1, 2, 3, 1, 4, 5].map((learner, place) => ({
        ...classRow(learner),
        progression: 10 + place,
      }));
      const id = await importFile(test, csvOf(rows), { windowRows: 2 });
      const undo = present((await steer(api, 'undoImportJob', id)).job);
      expect(undo).toMatchObject({
        state: 'QUEUED',
        undoOf: id,
        dryRun: false,
        fileBytes: 0,
        fileKept: false,
      });
      await runSome(test, 1);
      expect((await values()).map(({ registrationId }) => registrationId)).toEqual([1, 2, 3]);
      await runAll(test);
      expect(await jobOf(api, undo.jobId)).toMatchObject({
        state: 'FINISHED',
        summary: { received: 6, deleted: 4, replaced: 2, rejected: 0 },
      });
      expect(await values()).toEqual(before);
      expect(await steer(api, 'undoImportJob', id)).toMatchObject({
        problems: [{ code: 'IMPORT_ALREADY_UNDONE' }],
      });
    });

    it('leaves rows that were changed since, and names their lines', async () => {
      const id = await importFile(test, fileOf(5), { windowRows: 2 });
      await importRows(api, [{ ...classRow(3), progression: 77 }]);
      const undo = present((await steer(api, 'undoImportJob', id)).job);
      await runAll(test);
      expect(await jobOf(api, undo.jobId)).toMatchObject({
        state: 'FINISHED_WITH_PROBLEMS',
        summary: { received: 5, deleted: 3, replaced: 1, rejected: 1 },
      });
      expect(await problemsOf(api, undo.jobId)).toMatchObject([{ code: 'CHANGED_SINCE', row: 4 }]);
      expect((await values()).map(({ progression }) => progression)).toEqual([7, 77]);
    });

    it('as a dry run writes nothing, and tells what would happen', async () => {
      const rows = [1, 2, 3, 1, 4, 5].map((learner, place) => ({
        ...classRow(learner),
        progression: 10 + place,
      }));
      const id = await importFile(test, csvOf(rows), { windowRows: 2 });
      await importRows(api, [{ ...classRow(3), progression: 77 }]);
      const before = await takeSnapshot(test);
      const undo = present((await steer(api, 'undoImportJob', id, true)).job);
      // A restart makes no difference.
      await runSome(test, 2);
      await runAll(test);
      const changed = changesBetween(before, await takeSnapshot(test)).map(({ table }) => table);
      expect(changed.sort()).toEqual(['audit_entry', 'import_job', 'import_run_detail']);
      expect(await jobOf(api, undo.jobId)).toMatchObject({ dryRun: true, state: 'FINISHED_WITH_PROBLEMS' });
      const problems = (await problemsOf(api, undo.jobId)).map(({ code, row }) => [code, row]);
      expect(problems).toContainEqual(['CHANGED_SINCE', 4]);
      // The row of learner 1 in the first window is judged as if the last one were not taken back.
      expect(problems).toContainEqual(['EARLIER_WINDOW', 2]);
      expect(problems.filter(([code]) => code === 'EARLIER_WINDOW')).toHaveLength(1);
      expect(await steer(api, 'undoImportJob', id)).toMatchObject({ __typename: SUCCESS });
    });

    it('can be undone itself', async () => {
      const id = await importFile(test, fileOf(5), { windowRows: 2 });
      const written = await values();
      const undo = present((await steer(api, 'undoImportJob', id)).job);
      await runAll(test);
      const again = present((await steer(api, 'undoImportJob', undo.jobId)).job);
      await runAll(test);
      expect(await jobOf(api, again.jobId)).toMatchObject({ state: 'FINISHED', undoOf: undo.jobId });
      expect(await values()).toEqual(written);
    });

    it('runs once at a time', async () => {
      const id = await importFile(test, fileOf(3));
      const undo = present((await steer(api, 'undoImportJob', id)).job);
      const second = await steer(api, 'undoImportJob', id);
      expect(second).toMatchObject({ __typename: ERROR, problems: [{ code: 'JOB_BEING_UNDONE' }] });
      expect(second.problems[0]?.message).toContain(undo.jobId);
    });

    it('goes on behind its last window when it was cancelled', async () => {
      const before = await values();
      const id = await importFile(test, fileOf(6), { windowRows: 2 });
      const undo = present((await steer(api, 'undoImportJob', id)).job);
      await runSome(test, 1);
      await steer(api, 'cancelImportJob', undo.jobId);
      await runAll(test);
      expect(await jobOf(api, undo.jobId)).toMatchObject({ state: 'CANCELLED', summary: { deleted: 2 } });
      await steer(api, 'retryImportJob', undo.jobId);
      await runAll(test);
      expect(await jobOf(api, undo.jobId)).toMatchObject({ state: 'FINISHED', summary: { received: 6 } });
      expect(await values()).toEqual(before);
    });

    it('refuses a job that wrote nothing, runs, or is too old', async () => {
      const dry = await importFile(test, fileOf(2), { options: { dryRun: 'true' } });
      expect(await steer(api, 'undoImportJob', dry)).toMatchObject({
        problems: [{ code: 'JOB_WROTE_NOTHING' }],
      });
      const id = await order(test, fileOf(6));
      await runSome(test, 1);
      expect(await steer(api, 'undoImportJob', id)).toMatchObject({ problems: [{ code: 'IMPORT_RUNNING' }] });
      await runAll(test);
      await test.query('UPDATE import_run SET details_kept = 0');
      expect(await steer(api, 'undoImportJob', id)).toMatchObject({ problems: [{ code: 'IMPORT_TOO_OLD' }] });
    });

    it('is what undoImport tells callers to send', async () => {
      const id = await order(test, fileOf(6));
      await runSome(test, 1);
      expect((await undoImport(api, id)).problems).toMatchObject([{ code: 'IMPORT_RUNNING' }]);
      await runAll(test);
      expect((await undoImport(api, id)).problems).toMatchObject([{ code: 'IMPORT_IS_A_JOB' }]);
    });
  });

  describe('a key', () => {
    const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
      ... on CreateApiKeyOutcome { apiKey { id } } } }`;
    const REVOKE = 'mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }';

    async function newKey(name: string): Promise<string> {
      const input = { name, scopes: ['TRACKING_IMPORT'] };
      const data = await api.run<{ createApiKey: { apiKey: { id: string } } }>(CREATE, { input });
      return data.createApiKey.apiKey.id;
    }

    it.each(['revoked', 'expired', 'without its scope'])(
      'that is %s in mid-job ends it; another one goes on with it',
      async (how) => {
        const keyId = await newKey('first');
        const id = await order(test, fileOf(8), { caller: { keyId } });
        await runSome(test, 1);
        if (how === 'revoked') await api.run(REVOKE, { id: keyId });
        const change =
          how === 'expired' ? `expires_at = '2026-01-01 00:00:00.000'` : `scopes = '["tracking:read"]'`;
        if (how !== 'revoked') await test.query(`UPDATE api_key SET ${change} WHERE id = '${keyId}'`);
        await runAll(test);
        expect(await jobOf(api, id)).toMatchObject({
          state: 'FAILED',
          failure: { code: 'CREDENTIAL_ENDED' },
          summary: { received: 3, created: 3 },
        });
        expect(await values()).toHaveLength(3);
        const other = await newKey('second');
        await steer(api.as({ caller: { keyId: other } }), 'retryImportJob', id);
        await runAll(test);
        expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { created: 8 } });
      },
    );
  });

  describe('jobs of others', () => {
    const listed = async (as: Api, filter = '') => {
      const { importJobs } = await as.run<{ importJobs: { totalCount: number; nodes: { jobId: string }[] } }>(
        `{ importJobs${filter} { totalCount nodes { jobId } } }`,
      );
      expect(importJobs.totalCount).toBe(importJobs.nodes.length);
      return importJobs.nodes.map(({ jobId }) => jobId);
    };

    it('are seen by those with jobs:read alone', async () => {
      const mine = await order(test, fileOf(2), { caller: { id: 'mine' } });
      const other = await order(test, fileOf(2), { caller: { id: 'other' } });
      const importing = api.as({ caller: { id: 'mine', scopes: new Set(['tracking:import'] as const) } });
      expect(await findJobOf(importing, mine)).not.toBeNull();
      expect(await findJobOf(importing, other)).toBeNull();
      expect(await listed(importing)).toEqual([mine]);
      expect(await listed(importing, '(filter: { caller: "other" })')).toEqual([]);
      const reading = api.as({ caller: { id: 'ops', scopes: new Set(['jobs:read'] as const) } });
      expect(await findJobOf(reading, other)).not.toBeNull();
      expect(await listed(reading)).toEqual(expect.arrayContaining([mine, other]));
      expect(await listed(reading, '(filter: { caller: "other", state: QUEUED })')).toEqual([other]);
      const elsewhere = api.as({ siteId: 2 });
      expect(await findJobOf(elsewhere, other)).toBeNull();
      expect(await listed(elsewhere)).toEqual([]);
    });
  });

  describe('an idempotency key', () => {
    const refusal = async (sent: SentFile, file = fileOf(3)) =>
      order(test, file, sent).then(
        () => 'taken',
        ({ status, problems }: UploadRefused) => [status, problems.map(({ code }) => code)],
      );

    it('answers the same job for the same bytes and options, whatever became of it', async () => {
      const sent = { idempotencyKey: 'k', options: { writeMode: 'MERGE' } };
      const id = await order(test, fileOf(3), sent);
      expect(await order(test, fileOf(3), sent)).toBe(id);
      await runAll(test);
      expect(await order(test, fileOf(3), sent)).toBe(id);
      expect(await test.query('SELECT COUNT(*) AS n FROM import_job')).toEqual([{ n: 1 }]);
      expect(await test.query('SELECT COUNT(*) AS n FROM import_job_file')).toEqual([{ n: 1 }]);
    });

    it('is refused with others, and leaves nothing of them', async () => {
      await order(test, fileOf(3), { idempotencyKey: 'k' });
      const reused = [409, ['IDEMPOTENCY_KEY_REUSED']];
      expect(await refusal({ idempotencyKey: 'k' }, fileOf(4))).toEqual(reused);
      expect(await refusal({ idempotencyKey: 'k', options: { dryRun: 'true' } })).toEqual(reused);
      expect(await test.query('SELECT COUNT(*) AS n FROM import_job')).toEqual([{ n: 1 }]);
      expect(await test.query('SELECT COUNT(*) AS n FROM import_job_file')).toEqual([{ n: 1 }]);
    });

    it('is that of one caller', async () => {
      const id = await order(test, fileOf(3), { idempotencyKey: 'k' });
      expect(await order(test, fileOf(4), { idempotencyKey: 'k', caller: { id: 'other' } })).not.toBe(id);
    });

    it('makes one job of uploads at the same time', async () => {
      const ids = await Promise.all([1, 2, 3].map(() => order(test, fileOf(3), { idempotencyKey: 'k' })));
      expect(new Set(ids).size).toBe(1);
      expect(await test.query('SELECT COUNT(*) AS n FROM import_job')).toEqual([{ n: 1 }]);
      expect(await test.query('SELECT COUNT(*) AS n FROM import_job_file')).toEqual([{ n: 1 }]);
    });

    it('answers its job to a caller who has as many jobs as may be', async () => {
      const sent = { idempotencyKey: 'k', maxJobs: 1 };
      const id = await order(test, fileOf(3), sent);
      expect(await order(test, fileOf(3), sent)).toBe(id);
      expect(await refusal({ maxJobs: 1 })).toEqual([429, ['JOBS_TOO_MANY']]);
    });
  });

  describe('the lease', () => {
    const expire = (id: string) =>
      test.query(`UPDATE import_job SET lease_until = '2020-01-01 00:00:00.000' WHERE id = '${id}'`);

    /** A holder that slept over its lease, and the one that took the job up meanwhile. */
    async function twoHolders(id: string): Promise<readonly [JobLease, JobLease]> {
      const asleep = await takeUp(test);
      await expire(id);
      const awake = await takeUp(test);
      expect(awake).toEqual({ ...asleep, fence: asleep.fence + 1 });
      return [asleep, awake];
    }

    it("is nobody else's before it ends", async () => {
      await order(test, fileOf(3));
      await takeUp(test);
      await expect(takeUp(test)).rejects.toThrow();
    });

    it.each([0, 1, 2])(
      'that has passed to another lets its holder write nothing (behind %i windows)',
      async (windows) => {
        const id = await order(test, fileOf(9));
        if (windows > 0) await runSome(test, windows);
        const [asleep, awake] = await twoHolders(id);
        const before = await takeSnapshot(test);
        await goOn(test, asleep);
        expect(changesBetween(before, await takeSnapshot(test))).toEqual([]);
        await goOn(test, awake);
        expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { created: 9 } });
      },
    );

    const isBad = (learner: number) => ({ progression: learner === 2 ? 500 : 5 });

    it('that passes between two windows lets its holder write nothing', async () => {
      const id = await order(test, fileOf(9, isBad));
      const asleep = await takeUp(test);
      let before: Snapshot | undefined;
      let awake: JobLease | undefined;
      const until = async ({ progress }: ImportJobRecord) => {
        if (awake !== undefined || progress.windows === 0) return false;
        await expire(id);
        awake = await takeUp(test);
        await goOn(test, awake, { windows: 1 });
        before = await takeSnapshot(test);
        return false;
      };
      await goOn(test, asleep, { until });
      expect(changesBetween(present(before), await takeSnapshot(test))).toEqual([]);
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({ summary: { received: 9, created: 8, rejected: 1 } });
    });

    it('that passes before the first window leaves what the next holder has told of it', async () => {
      const id = await order(test, fileOf(9, isBad));
      const [asleep, awake] = await twoHolders(id);
      // As it was when the first holder looked at it.
      const seen = { ...(await record(id)), fence: asleep.fence };
      await goOn(test, awake, { windows: 1 });
      const before = await takeSnapshot(test);
      const deps = { database: test.database, clock: () => new Date(), observer: NO_OBSERVER };
      expect(await runRows(deps, asleep, seen, orderedOf(seen) as OrderedImport, () => false)).toBe('lost');
      expect(changesBetween(before, await takeSnapshot(test))).toEqual([]);
      expect(await problemsOf(api, id)).toHaveLength(1);
    });
  });
});
