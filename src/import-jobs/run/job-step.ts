import { findApiKeyOfSite } from '../../data/api-key.repository';
import type { Tx } from '../../data/database';
import type { ImportJobRecord } from '../../data/import-job.repository';
import { extendLease, type JobLease, lockHeldJob } from '../../data/job-lease.repository';
import { problem } from '../../kernel/problem';
import { endJob, type JobEnd } from './end-job';
import { type JobContext, type JobDeps, jobContext } from './job-deps';

/**
 * What came of a step: there is more to do, the job goes on in another phase, it is at its end, or it is somebody
 * else's now.
 */
export type Step = 'more' | 'next-phase' | 'ended' | 'lost';

/** A server that dies leaves its job to the others after this time. */
export const LEASE_SECONDS = 6;

/** Rows of a window: what is committed together, and what a kill loses at most. */
export const WINDOW_ROWS = 5_000;

type Work = (tx: Tx, context: JobContext, job: ImportJobRecord) => Promise<Step>;

/** Does one step of a job in a transaction, while nobody else can, unless the job is not to go on. */
export function stepOf(deps: JobDeps, lease: JobLease, work: Work): Promise<Step> {
  return deps.database.transaction(
    async (tx) => {
      const job = await lockHeldJob(tx, lease);
      if (job === undefined) return 'lost';
      const context = jobContext(deps, job);
      if (job.isCancelAsked) return ended(tx, context, job, { state: 'CANCELLED' });
      if (job.keyId !== null && !(await isGoodKey(tx, context, job.keyId))) {
        const failure = problem('CREDENTIAL_ENDED', {}, { path: [] });
        return ended(tx, context, job, { state: 'FAILED', failure });
      }
      const step = await work(tx, context, job);
      // A window may take longer than a lease.
      if (step === 'more') await extendLease(tx, lease, LEASE_SECONDS);
      return step;
    },
    // The job itself tells whether a step whose COMMIT was not answered is stored.
    { rows: WINDOW_ROWS, isRepeatable: true, owner: { siteId: lease.siteId, id: `job:${lease.id}` } },
  );
}

export async function ended(
  tx: Tx,
  context: JobContext,
  job: ImportJobRecord,
  end: JobEnd,
): Promise<'ended'> {
  await endJob(tx, context, job, end);
  return 'ended';
}

async function isGoodKey(tx: Tx, { siteId, clock }: JobContext, keyId: string): Promise<boolean> {
  const key = await findApiKeyOfSite(tx, siteId, keyId);
  if (key === undefined || key.revokedAt !== null || !key.scopes.includes('tracking:import')) return false;
  return key.expiresAt === null || key.expiresAt > clock().getTime();
}

/** Ends a job that this program cannot run: what is wrong stands in its log. */
export async function giveUpJob(deps: JobDeps, lease: JobLease): Promise<void> {
  const failure = problem('JOB_BROKEN', {}, { path: [] });
  await stepOf(deps, lease, (tx, context, job) => ended(tx, context, job, { state: 'FAILED', failure }));
}
