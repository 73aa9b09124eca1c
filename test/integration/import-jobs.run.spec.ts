/** What an import job does with its rows, window by window. */

import { NO_OBSERVER } from '../../src/access/request-context';
import { findJob } from '../../src/data/import-job.repository';
import { runJobs } from '../../src/import-jobs/run/job-runner';
import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import {
  csvOf,
  goOn,
  importFile,
  type JobAnswer,
  jobOf,
  order,
  problemsOf,
  resultFile,
  runAll,
  runSome,
  takeUp,
} from '../support/import-jobs';
import { present } from '../support/present';
import { changesBetween, takeSnapshot } from '../support/snapshot';
import { storedTracking, storeWorld } from '../support/world';

const RUN = `query ($importId: ID!) { importRun(importId: $importId) {
  importId caller startedAt finishedAt undoOf undoneBy
  summary { received created replaced rejected } } }`;

/** One row for each learner, who are numbered from 1. */
function rowsOf(count: number, more: (learner: number) => ImportRow = () => ({})): ImportRow[] {
  return Array.from({ length: count }, (_, place) => ({ ...classRow(place + 1), ...more(place + 1) }));
}

/** Learners whose progression is as said, in the order of their numbers. */
async function progressions(test: TestDatabase): Promise<(number | null)[]> {
  return (await storedTracking(test)).map(({ progression }) => progression);
}

const codesOf = (job: JobAnswer) => job.summary.problemCounts.map(({ code, rows }) => [code, rows]);

describe.each(DATABASE_KINDS)('import jobs on $kind', (kind) => {
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

  /** The tables that differ, but for those of jobs. */
  async function tablesChanged(work: () => Promise<unknown>): Promise<string[]> {
    const before = await takeSnapshot(test);
    await work();
    const jobs = ['import_job', 'import_job_file', 'import_run_detail', 'audit_entry'];
    return changesBetween(before, await takeSnapshot(test))
      .map(({ table }) => table)
      .filter((table) => !jobs.includes(table));
  }

  const runOf = async (importId: string) =>
    (await api.run<{ importRun: Record<string, unknown> | null }>(RUN, { importId })).importRun;

  describe('windows', () => {
    it('go from QUEUED over RUNNING to FINISHED, with a summary that is never ahead of what is stored', async () => {
      const id = await order(test, csvOf(rowsOf(7, () => ({ progression: 50 }))), { fileName: 'spring.csv' });
      const queued = await jobOf(api, id);
      expect(queued).toMatchObject({
        state: 'QUEUED',
        dryRun: false,
        caller: 'test',
        fileName: 'spring.csv',
        bytesRead: 0,
        startedAt: null,
        finishedAt: null,
        summary: { received: 0 },
        failure: null,
        fileKept: true,
        resultsKept: true,
      });
      expect(await runOf(id)).toBeNull();
      for (const windows of [1, 2]) {
        await runSome(test, 1);
        const running = await jobOf(api, id);
        expect(running).toMatchObject({
          state: 'RUNNING',
          finishedAt: null,
          summary: { received: 3 * windows, created: 3 * windows },
        });
        expect(await progressions(test)).toHaveLength(3 * windows);
        expect(running.bytesRead).toBeGreaterThan(0);
        expect(running.bytesRead).toBeLessThan(queued.fileBytes);
        expect(await runOf(id)).toMatchObject({
          importId: id,
          caller: 'test',
          startedAt: running.startedAt,
          finishedAt: null,
          summary: { received: 3 * windows, created: 3 * windows },
        });
      }
      await runSome(test, 1);
      const done = await jobOf(api, id);
      expect(done).toMatchObject({
        state: 'FINISHED',
        finishedAt: expect.any(String),
        bytesRead: queued.fileBytes,
        summary: { received: 7, created: 7, problemCounts: [] },
      });
      expect(await runOf(id)).toMatchObject({
        finishedAt: done.finishedAt,
        summary: { received: 7, created: 7 },
      });
      expect(await problemsOf(api, id)).toEqual([]);
      const written = await test.query('SELECT DISTINCT import_id FROM consolidated_tracking');
      expect(written).toEqual([{ import_id: id }]);
    });

    it.each([1, 2, 3, 4, 6, 7])('of %i rows hold every row once', async (windowRows) => {
      const id = await importFile(test, csvOf(rowsOf(6, (learner) => ({ progression: learner }))), {
        windowRows,
      });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { received: 6, created: 6 } });
      expect(await progressions(test)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('supersede rows of one key within one, and replace them across', async () => {
      const values = [10, 20, 30, 40];
      const rows = values.map((progression) => ({ ...classRow(1), progression }));
      const id = await importFile(test, csvOf(rows), { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FINISHED_WITH_PROBLEMS',
        summary: { received: 4, created: 1, replaced: 1, superseded: 2 },
      });
      expect(await progressions(test)).toEqual([40]);
      expect(await problemsOf(api, id)).toMatchObject([
        { code: 'ROW_SUPERSEDED', row: 2, message: expect.stringContaining('3') },
        { code: 'ROW_SUPERSEDED', row: 4, message: expect.stringContaining('5') },
      ]);
    });

    it('go on behind the last committed one, with the clock of the first', async () => {
      const status = () => ({ trackingStatus: 'completed' });
      const id = await order(test, csvOf(rowsOf(5, status)));
      await runSome(test, 1);
      const { startedAt } = await jobOf(api, id);
      // A later window has a later instant of its own.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await runAll(test);
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FINISHED_WITH_PROBLEMS',
        startedAt,
        summary: { created: 5, problemCounts: [{ code: 'COMPLETION_DATE_DEFAULTED', rows: 5 }] },
      });
      const rows = await storedTracking(test);
      const clock = Date.parse(present(startedAt));
      expect(rows.map(({ firstCompletionDate }) => firstCompletionDate)).toEqual(
        [...Array(5)].map(() => clock),
      );
      expect(rows.filter(({ updatedAt }) => updatedAt > clock)).toHaveLength(2);
    });

    it('call a date "in the future" by that clock, too', async () => {
      const id = await order(test, csvOf(rowsOf(4, () => ({ lastAccessDate: '2021-01-01T00:00:00Z' }))));
      await runSome(test, 1);
      await test.query(`UPDATE import_job SET started_at = '2020-06-01 00:00:00.000' WHERE id = '${id}'`);
      await runAll(test);
      expect(await problemsOf(api, id)).toMatchObject([
        { code: 'DATE_IN_FUTURE', row: 5, path: ['rows', '4', 'lastAccessDate'] },
      ]);
    });

    it('are as many bytes at most, however long their rows are', async () => {
      const title = 'x'.repeat(900_000);
      const rows = rowsOf(12, () => ({ ignoredColumn: title, progression: 1 }));
      const id = await order(test, csvOf(rows));
      await runSome(test, 1, { windowRows: 5_000 });
      const { summary } = await jobOf(api, id);
      expect(summary.received).toBeGreaterThan(0);
      expect(summary.received).toBeLessThan(12);
      await runAll(test, { windowRows: 5_000 });
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FINISHED',
        summary: { received: 12, created: 12 },
      });
    });
  });

  describe('lines', () => {
    it('are those of the file, of problems, and of rows that are superseded', async () => {
      const lines = [
        'candidateRefNumber,sessionGuid,lovGuid,progression,sessionTitle',
        'R-1,session-1,lov-1,10,',
        '',
        '"R-2",session-1,lov-1,20,"a title',
        'of two lines"',
        'nobody,session-1,lov-1,30,',
        'R-3,session-1',
        'R-1,session-1,lov-1,40,',
      ];
      const id = await importFile(test, `${lines.join('\r\n')}\r\n`, { windowRows: 100 });
      const problems = await problemsOf(api, id);
      expect(problems.map(({ code, row }) => [code, row])).toEqual(
        expect.arrayContaining([
          ['ROW_SUPERSEDED', 2],
          ['REGISTRATION_NOT_FOUND', 6],
          ['COLUMNS_MISMATCH', 7],
        ]),
      );
      for (const { row } of problems) expect([2, 4, 6, 7]).toContain(row);
    });
  });

  describe('dryRun', () => {
    it('writes nothing but the job, and tells what would happen', async () => {
      await importRows(api, [{ ...classRow(1), progression: 5 }]);
      const rows = [...rowsOf(5, () => ({ progression: 50 })), { ...classRow(99), progression: 1 }];
      let id = '';
      const changed = await tablesChanged(async () => {
        id = await importFile(test, csvOf(rows), { options: { dryRun: 'true' }, windowRows: 2 });
      });
      expect(changed).toEqual([]);
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FINISHED_WITH_PROBLEMS',
        dryRun: true,
        summary: { received: 6, created: 4, replaced: 1, rejected: 1 },
      });
      expect(await runOf(id)).toBeNull();
      expect(await problemsOf(api, id)).toMatchObject([{ code: 'REGISTRATION_NOT_FOUND', row: 7 }]);
    });

    it('marks rows whose key stands in an earlier window', async () => {
      const rows = [1, 2, 1, 3, 2, 1].map((learner) => ({ ...classRow(learner), progression: 5 }));
      const id = await importFile(test, csvOf(rows), { options: { dryRun: 'true' }, windowRows: 2 });
      expect((await problemsOf(api, id)).map(({ code, row }) => [code, row])).toEqual([
        ['EARLIER_WINDOW', 4],
        ['EARLIER_WINDOW', 6],
        ['EARLIER_WINDOW', 7],
      ]);
    });

    it('marks them after a restart in the middle as well, and counts no row twice', async () => {
      const rows = [1, 2, 1, 3, 99, 1].map((learner) => ({ ...classRow(learner), progression: 5 }));
      const id = await order(test, csvOf(rows), { options: { dryRun: 'true' } });
      await runSome(test, 2, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'RUNNING', summary: { received: 4 } });
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FINISHED_WITH_PROBLEMS',
        summary: { received: 6, created: 5, rejected: 1, superseded: 0 },
      });
      expect((await problemsOf(api, id)).map(({ code, row }) => [code, row])).toEqual([
        ['EARLIER_WINDOW', 4],
        ['REGISTRATION_NOT_FOUND', 6],
        ['EARLIER_WINDOW', 7],
      ]);
      const rejected = (await resultFile(test, id, 'rejected.csv')).toString().trim().split('\n');
      expect(rejected.length).toBe(1 + 1);
    });
  });

  describe('losses', () => {
    beforeEach(async () => {
      await importRows(
        api,
        rowsOf(10, () => ({ progression: 50, score: 5, scoreMax: 10, timeSpent: 60 })),
      );
    });

    it('resetByEmpty counts the values that empty cells reset, and none of columns that are not there', async () => {
      const rows = [
        { ...classRow(1), progression: null, score: null, scoreMax: 10, timeSpent: 60 },
        { ...classRow(2), progression: 50, score: 5, scoreMax: 10, timeSpent: null },
        { ...classRow(3), progression: 50, score: 5, scoreMax: 10, timeSpent: 60 },
      ];
      const id = await importFile(test, csvOf(rows), { options: { dryRun: 'true' }, windowRows: 2 });
      expect((await jobOf(api, id)).summary).toMatchObject({
        replaced: 2,
        unchanged: 1,
        resetByEmpty: 3,
        losses: 1,
      });
      const absent = rows.map(({ candidateRefNumber, sessionGuid, lovGuid }) => ({
        candidateRefNumber,
        sessionGuid,
        lovGuid,
        timeSpent: 60,
      }));
      const other = await importFile(test, csvOf(absent), { options: { dryRun: 'true' } });
      expect((await jobOf(api, other)).summary).toMatchObject({ replaced: 3, resetByEmpty: 0, losses: 3 });
    });

    it.each([
      ['that is exceeded ends the job before anything is written', '19', 'FAILED'],
      ['that is just reached does not', '20', 'FINISHED'],
    ])('a changeThreshold %s', async (_, changeThreshold, state) => {
      const rows = rowsOf(10, (learner) => ({
        progression: learner <= 2 ? null : 60,
        score: 5,
        scoreMax: 10,
        timeSpent: 60,
      }));
      let id = '';
      const changed = await tablesChanged(async () => {
        id = await importFile(test, csvOf(rows), { options: { changeThreshold }, windowRows: 4 });
      });
      const job = await jobOf(api, id);
      expect([job.state, job.summary.losses]).toEqual([state, 2]);
      if (state === 'FAILED') {
        expect(changed).toEqual([]);
        expect(job.failure).toMatchObject({ code: 'CHANGE_THRESHOLD_EXCEEDED' });
        for (const figure of ['2', '10', '19']) expect(job.failure?.message).toContain(figure);
      } else {
        expect(await progressions(test)).toEqual([null, null, ...Array.from({ length: 8 }, () => 60)]);
      }
    });

    it('deleted rows count as well', async () => {
      const id = await importFile(test, csvOf(rowsOf(1, () => ({ trackingStatus: 'notAttempted' }))), {
        options: { changeThreshold: '99' },
      });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', summary: { losses: 1, deleted: 1 } });
    });
  });

  describe('REJECT_EVERYTHING', () => {
    const options = { errorPolicy: 'REJECT_EVERYTHING' };

    it('writes nothing where a row of any window is rejected', async () => {
      const rows = [...rowsOf(5, () => ({ progression: 5 })), { ...classRow(99), progression: 5 }];
      let id = '';
      const changed = await tablesChanged(async () => {
        id = await importFile(test, csvOf(rows), { options, windowRows: 2 });
      });
      expect(changed).toEqual([]);
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FAILED',
        failure: { code: 'ROWS_REJECTED' },
        summary: { received: 6, rejected: 1 },
      });
      expect(await problemsOf(api, id)).toMatchObject([{ code: 'REGISTRATION_NOT_FOUND', row: 7 }]);
    });

    it('writes all where none is', async () => {
      const id = await importFile(test, csvOf(rowsOf(5, () => ({ progression: 5 }))), {
        options,
        windowRows: 2,
      });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { received: 5, created: 5 } });
      expect(await progressions(test)).toEqual([5, 5, 5, 5, 5]);
    });

    it('writes rows that only an earlier window makes right, as one request does', async () => {
      await importRows(api, [{ ...classRow(1), score: 5, scoreMax: 10 }]);
      const rows = [
        { ...classRow(1), score: null, trackingStatus: 'notAttempted' },
        { ...classRow(1), score: 40, trackingStatus: 'incomplete' },
      ];
      const sent = { options: { ...options, writeMode: 'MERGE' }, windowRows: 1 };
      const id = await importFile(test, csvOf(rows), sent);
      expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED_WITH_PROBLEMS', failure: null });
      expect(await storedTracking(test)).toMatchObject([{ score: 40, scoreMax: 100 }]);
    });

    /** A job that has judged all rows, and then written so many windows. */
    async function halfWritten(rows: readonly ImportRow[], windows: number): Promise<string> {
      const id = await order(test, csvOf(rows), { options });
      await goOn(test, await takeUp(test), { windowRows: 2, until: ({ phase }) => phase === 'WRITE' });
      const job = present(await test.database.read((tx) => findJob(tx, 1, id)));
      expect([job.phase, job.progress.windows]).toEqual(['WRITE', 0]);
      if (windows > 0) await runSome(test, windows, { windowRows: 2 });
      return id;
    }

    it('takes back what is written where a row is rejected after all', async () => {
      await importRows(api, [{ ...classRow(1), progression: 1 }]);
      const before = await storedTracking(test);
      const id = await halfWritten(
        rowsOf(6, () => ({ progression: 5 })),
        2,
      );
      expect(await progressions(test)).toHaveLength(4);
      await test.query('DELETE FROM registration WHERE id = 6');
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'ROWS_REJECTED' } });
      expect((await storedTracking(test)).map(({ progression }) => progression)).toEqual(
        before.map(({ progression }) => progression),
      );
      const problems = await problemsOf(api, id);
      expect(problems.map(({ code, row }) => [code, row])).toEqual([
        ['NOT_APPLIED', 6],
        [expect.any(String), 7],
      ]);
      expect(await runOf(id)).toMatchObject({ finishedAt: expect.any(String), undoneBy: id });
    });

    it('names rows that it cannot take back, as somebody has changed them since', async () => {
      const id = await halfWritten(
        rowsOf(6, () => ({ progression: 5 })),
        2,
      );
      await importRows(
        api,
        [2, 3].map((learner) => ({ ...classRow(learner), progression: 77 })),
      );
      await test.query('DELETE FROM registration WHERE id = 6');
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'ROWS_REJECTED' } });
      expect(await progressions(test)).toEqual([77, 77]);
      const problems = await problemsOf(api, id);
      // One in each window.
      expect(problems).toContainEqual(expect.objectContaining({ code: 'CHANGED_SINCE', row: 3 }));
      expect(problems).toContainEqual(expect.objectContaining({ code: 'CHANGED_SINCE', row: 4 }));
    });

    it('goes on taking back after a restart', async () => {
      const id = await halfWritten(
        rowsOf(8, () => ({ progression: 5 })),
        3,
      );
      await test.query('DELETE FROM registration WHERE id = 8');
      // The rejected window, and one that is taken back.
      await runSome(test, 2, { windowRows: 2 });
      const job = present(await test.database.read((tx) => findJob(tx, 1, id)));
      expect([job.phase, job.state]).toEqual(['TAKE_BACK', 'RUNNING']);
      await runAll(test, { windowRows: 2 });
      expect(await jobOf(api, id)).toMatchObject({ state: 'FAILED', failure: { code: 'ROWS_REJECTED' } });
      expect(await progressions(test)).toEqual([]);
    });
  });

  it('are run by the server itself, and left to the next one where it stops', async () => {
    const faults: unknown[] = [];
    const deps = { database: test.database, clock: () => new Date(), observer: NO_OBSERVER, windowRows: 1 };
    const observer = { onError: (error: unknown) => faults.push(error) };
    const id = await order(test, csvOf(rowsOf(20, () => ({ progression: 5 }))));
    let running = runJobs(deps, observer);
    const until = async (isSo: (job: JobAnswer) => boolean) => {
      while (!isSo(await jobOf(api, id))) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until(({ summary }) => summary.received > 0);
    await running.stop();
    const stopped = await jobOf(api, id);
    expect(await storedTracking(test)).toHaveLength(stopped.summary.received);
    running = runJobs(deps, observer);
    await until(({ finishedAt }) => finishedAt !== null);
    await running.stop();
    expect(await jobOf(api, id)).toMatchObject({ state: 'FINISHED', summary: { received: 20, created: 20 } });
    expect(faults).toEqual([]);
  });

  it('are run once each, by whichever of two servers, where they write the same rows', async () => {
    const faults: unknown[] = [];
    const deps = { database: test.database, clock: () => new Date(), observer: NO_OBSERVER, windowRows: 3 };
    const observer = { onError: (error: unknown) => faults.push(error) };
    const ids = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((progression) =>
        order(test, csvOf(rowsOf(20, () => ({ progression }))), { caller: { id: `caller-${progression}` } }),
      ),
    );
    const servers = [runJobs(deps, observer), runJobs(deps, observer)];
    const ended = async () =>
      (await Promise.all(ids.map((id) => jobOf(api, id)))).every((job) => job.finishedAt !== null);
    while (!(await ended())) await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all(servers.map((server) => server.stop()));
    expect(faults).toEqual([]);
    const jobs = await Promise.all(ids.map((id) => jobOf(api, id)));
    const sum = (count: (summary: JobAnswer['summary']) => number) =>
      jobs.reduce((total, { summary }) => total + count(summary), 0);
    expect(jobs.map(({ state, summary }) => [state, summary.received])).toEqual(
      ids.map(() => ['FINISHED', 20]),
    );
    expect([sum(({ created }) => created), sum(({ replaced }) => replaced)]).toEqual([20, 100]);
    expect(await progressions(test)).toHaveLength(20);
  });

  it('tell codes as often as rows have them', async () => {
    const rows = [...rowsOf(3), { ...classRow(98) }, { ...classRow(99) }];
    const id = await importFile(test, csvOf(rows), { windowRows: 4 });
    expect(codesOf(await jobOf(api, id))).toEqual([['REGISTRATION_NOT_FOUND', 2]]);
  });
});
