import type { Database } from '../data/database';
import { findOldJobs, markForgotten, removeJob } from '../data/import-job.repository';
import { markDetailsGone } from '../data/import-run.repository';
import { removeFile, removeSomeResults } from '../data/remove-job-files';

type Job = Awaited<ReturnType<typeof findOldJobs>>[number];

/** Removes something of some jobs; answers whether there may be more. */
async function forgetSome(
  database: Database,
  what: Parameters<typeof findOldJobs>[1],
  days: number,
  forget: (job: Job) => Promise<void>,
): Promise<boolean> {
  const jobs = await database.read((tx) => findOldJobs(tx, what, days));
  for (const job of jobs) await forget(job);
  return jobs.length > 0;
}

function mark(database: Database, { siteId, id }: Job, what: Parameters<typeof markForgotten>[3]) {
  return database.transaction((tx) => markForgotten(tx, siteId, id, what), { isRepeatable: true });
}

function remove(database: Database, { siteId, id }: Job) {
  return database.transaction((tx) => removeJob(tx, siteId, id), { isRepeatable: true });
}

/** Those that broke off with the end of their server. */
export function forgetOldUploads(database: Database): Promise<boolean> {
  return forgetSome(database, 'uploads', 0, async (job) => {
    await removeFile(database, job, 'UPLOAD');
    await remove(database, job);
  });
}

/** From then on their jobs cannot be retried. */
export function forgetOldFiles(database: Database, days: number): Promise<boolean> {
  return forgetSome(database, 'files', days, async (job) => {
    await removeFile(database, job, 'UPLOAD');
    await mark(database, job, 'isFileKept');
  });
}

export function forgetOldResults(database: Database, days: number): Promise<boolean> {
  return forgetSome(database, 'results', days, async (job) => {
    // Before, so that nobody undoes a job of which a part is gone.
    await database.transaction((tx) => markDetailsGone(tx, job.siteId, job.id), { isRepeatable: true });
    while (await database.transaction((tx) => removeSomeResults(tx, job), { isRepeatable: true }));
    await mark(database, job, 'areResultsKept');
  });
}

export function forgetOldJobs(database: Database, days: number): Promise<boolean> {
  return forgetSome(database, 'jobs', days, (job) => remove(database, job));
}
