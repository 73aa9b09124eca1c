/** What is told of import jobs beside their own answers: by runs, metrics, and the erasure of a learner. */
import { setTimeout as pause } from 'node:timers/promises';
import { NO_OBSERVER } from '../../src/access/request-context';
import { loadOfJobs } from '../../src/import-jobs/job-load';
import { runJobs } from '../../src/import-jobs/run/job-runner';
import { createMetrics } from '../../src/metrics/metrics';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { csvOf, goOn, importFile, order, runAll, runSome, takeUp } from '../support/import-jobs';
import { present } from '../support/present';
import { storeWorld } from '../support/world';

const LEARNERS = 20;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Learners in an order that is not that of their registrations, so that windows overlap in them. */
const scattered = Array.from({ length: LEARNERS }, (_, place) => ((place * 7) % LEARNERS) + 1);

const fileOf = (learners: readonly number[], cells: object = { progression: 50 }) =>
  csvOf(learners.map((learner) => ({ ...classRow(learner), ...cells })));

describe.each(DATABASE_KINDS)('import jobs are told of on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, classWorld({ learners: LEARNERS }));
  });
  afterAll(() => test.drop());

  describe('by their runs', () => {
    interface Run {
      readonly finishedAt: string | null;
      readonly summary: { readonly created: number };
      readonly registrations: {
        readonly totalCount: number;
        readonly nodes: readonly { readonly registrationId: string }[];
        readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
      };
    }
    const runOf = async (importId: string, page = 'first: 200') =>
      (
        await api.run<{ importRun: Run | null }>(
          `query ($importId: ID!) { importRun(importId: $importId) { finishedAt summary { created }
            registrations(${page}) { totalCount nodes { registrationId } pageInfo { endCursor hasNextPage } } } }`,
          { importId },
        )
      ).importRun;

    it('which are there from the first window on, and are not finished before the job is', async () => {
      const id = await order(test, fileOf(scattered));
      expect(await runOf(id)).toBeNull();
      await runSome(test, 2);
      expect(await runOf(id)).toMatchObject({ finishedAt: null, summary: { created: 6 } });
      await runAll(test);
      expect(await runOf(id)).toMatchObject({
        finishedAt: expect.any(String),
        summary: { created: LEARNERS },
      });
    });

    it('with the registrations that they changed, in the order of ids, each once, page by page', async () => {
      const id = await importFile(test, fileOf([...scattered, 3, 5, 3], { progression: 50 }));
      const seen: number[] = [];
      for (let page = 'first: 7'; ; ) {
        const { registrations } = present(await runOf(id, page));
        expect(registrations.totalCount).toBe(LEARNERS);
        seen.push(...registrations.nodes.map(({ registrationId }) => Number(registrationId)));
        if (!registrations.pageInfo.hasNextPage) break;
        page = `first: 7, after: "${registrations.pageInfo.endCursor}"`;
      }
      expect(seen).toEqual(Array.from({ length: LEARNERS }, (_, place) => place + 1));
    });
  });

  it('with their pace while they run', async () => {
    const id = await order(test, fileOf(scattered));
    const lease = await takeUp(test);
    await goOn(test, lease, { windows: 2 });
    const { startedAt } = present(
      (
        await api.run<{ importJob: { startedAt: string } | null }>(
          'query ($id: ID!) { importJob(jobId: $id) { startedAt } }',
          { id },
        )
      ).importJob,
    );
    const later = api.as({ clock: () => new Date(Date.parse(startedAt) + 3_000) });
    const pace = 'query ($id: ID!) { importJob(jobId: $id) { rowsPerSecond secondsLeft } }';
    const { importJob } = await later.run<{ importJob: { rowsPerSecond: number; secondsLeft: number } }>(
      pace,
      { id },
    );
    expect(importJob.rowsPerSecond).toBe(2);
    // 14 of 20 rows are left, which are as long as the others.
    expect(importJob.secondsLeft).toBeGreaterThanOrEqual(6);
    expect(importJob.secondsLeft).toBeLessThanOrEqual(8);
    await runAll(test);
    expect(await later.run(pace, { id })).toMatchObject({ importJob: { secondsLeft: null } });
  });

  it('as broken, where this program cannot run them, and not for ever', async () => {
    const id = await order(test, fileOf([1]));
    await test.query(`UPDATE import_job_file SET content = '"bm90IHBhY2tlZA=="'`);
    const errors: unknown[] = [];
    const deps = { database: test.database, clock: () => new Date(), observer: NO_OBSERVER };
    const jobs = runJobs(deps, { onError: (error) => errors.push(error) });
    const state = async () =>
      (
        await api.run<{ importJob: { state: string; failure: { code: string } | null } }>(
          'query ($id: ID!) { importJob(jobId: $id) { state failure { code } } }',
          { id },
        )
      ).importJob;
    for (let tries = 0; tries < 300 && (await state()).state !== 'FAILED'; tries++) await pause(100);
    await jobs.stop();
    expect(await state()).toEqual({ state: 'FAILED', failure: { code: 'JOB_BROKEN' } });
    expect(errors).toHaveLength(3);
  });

  it('by metrics, as long as they have not ended', async () => {
    const metrics = createMetrics('test');
    const now = Date.now();
    metrics.watchJobs(() => loadOfJobs(test.database, () => new Date(now + 60_000)));
    const told = async () =>
      (await metrics.registry.metrics())
        .split('\n')
        .filter((line) => line.startsWith('coursetrack_import_jobs'));
    await order(test, fileOf([1, 2]));
    await order(test, fileOf([3]));
    await runSome(test, 0);
    const lines = await told();
    expect(lines).toContain('coursetrack_import_jobs{state="queued"} 1');
    expect(lines).toContain('coursetrack_import_jobs{state="running"} 1');
    const oldest = lines.find((line) => line.includes('oldest_queued_seconds'));
    expect(Number(oldest?.split(' ')[1])).toBeGreaterThanOrEqual(50);
    await test.query('UPDATE import_job SET lease_until = NULL');
    await runAll(test);
    expect(await told()).toContain('coursetrack_import_jobs{state="queued"} 0');
  });

  describe('by the erasure of a learner', () => {
    interface Erased {
      readonly eraseLearner: {
        readonly learnerId: string | null;
        readonly files: readonly {
          readonly jobId: string;
          readonly kind: string;
          readonly removedAt: string | null;
        }[];
      };
    }
    const erase = async (learnerId: number, more: object = {}) =>
      (
        await api.run<Erased>(
          `mutation ($input: EraseLearnerInput!) { eraseLearner(input: $input) {
            ... on EraseLearnerOutcome { learnerId files { jobId kind removedAt } } } }`,
          { input: { learnerId: String(learnerId), ...more } },
        )
      ).eraseLearner;
    const finishedAt = async (id: string) =>
      Date.parse(
        (
          await api.run<{ importJob: { finishedAt: string } }>(
            'query ($id: ID!) { importJob(jobId: $id) { finishedAt } }',
            { id },
          )
        ).importJob.finishedAt,
      );
    const parts = () =>
      test.query<{ jobId: string; kind: string }>(
        'SELECT DISTINCT job_id AS jobId, kind FROM import_job_file ORDER BY kind',
      );

    it('which tells the files in which they may stand, and when these are removed', async () => {
      const id = await importFile(test, fileOf([1, 2], { progression: 'half' }));
      const waiting = await order(test, fileOf([1]));
      const [end, { files }] = [await finishedAt(id), await erase(1, { dryRun: true })];
      expect(files).toHaveLength(3);
      expect(files).toEqual(
        expect.arrayContaining([
          { jobId: id, kind: 'UPLOAD', removedAt: new Date(end + 7 * DAY_MS).toISOString() },
          { jobId: id, kind: 'REJECTED', removedAt: new Date(end + 30 * DAY_MS).toISOString() },
          { jobId: waiting, kind: 'UPLOAD', removedAt: null },
        ]),
      );
      expect(await parts()).toHaveLength(3);
      expect((await erase(1)).files).toEqual(files);
    });

    it('which removes them where that is wanted, but for those of jobs that have not ended', async () => {
      const id = await importFile(test, fileOf([1, 2], { progression: 'half' }));
      const waiting = await order(test, fileOf([2]));
      expect((await erase(1, { dryRun: true, removeFiles: true })).files).toHaveLength(3);
      expect(await parts()).toHaveLength(3);
      expect(await erase(1, { removeFiles: true })).toEqual({
        learnerId: '1',
        files: [{ jobId: waiting, kind: 'UPLOAD', removedAt: null }],
      });
      expect(await parts()).toEqual([{ jobId: waiting, kind: 'UPLOAD' }]);
      const job = await api.run('query ($id: ID!) { importJob(jobId: $id) { fileKept } }', { id });
      expect(job).toEqual({ importJob: { fileKept: false } });
    });
  });
});
