import type { Caller } from '../access/caller';
import type { Tx } from '../data/database';
import { findJob, type ImportJobRecord } from '../data/import-job.repository';

/** Or only those that it ordered itself. */
export function seesAllJobs({ scopes }: Caller): boolean {
  return scopes.has('jobs:read');
}

export function maySee(caller: Caller, job: ImportJobRecord): boolean {
  return seesAllJobs(caller) || job.caller === caller.id;
}

/** The job, where this caller may see it. */
export async function findJobFor(tx: Tx, caller: Caller, id: string): Promise<ImportJobRecord | undefined> {
  const job = await findJob(tx, caller.siteId, id);
  return job !== undefined && maySee(caller, job) ? job : undefined;
}
