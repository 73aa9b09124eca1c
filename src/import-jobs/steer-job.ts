import { randomUUID } from 'node:crypto';
import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import type { Tx } from '../data/database';
import {
  AT_START,
  countUnfinishedJobs,
  findJob,
  findUndoUnderWay,
  type ImportJobRecord,
  insertUploadingJob,
  queueJob,
  requeueJob,
  saveJob,
} from '../data/import-job.repository';
import { findImportRun } from '../data/import-run.repository';
import { lockJob } from '../data/job-lease.repository';
import { type Problem, problem } from '../kernel/problem';
import { isCheckedFirst, orderedOf } from './ordered';
import { endJob } from './run/end-job';

/** What became of a job that somebody wanted to go another way. */
export type Steered =
  | { readonly kind: 'success'; readonly job: ImportJobRecord }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

const PATH = { path: ['jobId'] } as const;

type Steer = (tx: Tx, job: ImportJobRecord) => Promise<readonly Problem[]>;

/**
 * Ends a job behind the window that is under way; one that waits ends at once.
 * Source: docs/rules/files.md, "Cancel and retry".
 */
export function cancelJob(context: RequestContext, jobId: string): Promise<Steered> {
  return steer(context, 'cancelImportJob', jobId, async (tx, job) => {
    if (job.finishedAt !== null) return [problem('JOB_ENDED', { state: job.state }, PATH)];
    if (job.state === 'QUEUED') await endJob(tx, context, job, { state: 'CANCELLED' });
    else await saveJob(tx, job, { isCancelAsked: true });
    return [];
  });
}

/** Has a job that failed or was cancelled go on behind its last committed window, under the key of this caller. */
export function retryJob(context: RequestContext, jobId: string): Promise<Steered> {
  return steer(context, 'retryImportJob', jobId, async (tx, job) => {
    const isStopped = job.state === 'FAILED' || job.state === 'CANCELLED';
    if (!isStopped) return [problem('JOB_NOT_STOPPED', { state: job.state }, PATH)];
    const ordered = orderedOf(job);
    const undone = await undoneBy(tx, job);
    if (undone !== undefined) return [undone];
    if (ordered.kind === 'IMPORT' && !job.isFileKept) return [problem('JOB_FILE_GONE', {}, PATH)];
    const tooMany = await tooManyJobs(tx, context);
    if (tooMany.length > 0) return tooMany;
    // What was only judged, or was taken back in whole, begins anew.
    const isTakenBack = job.phase === 'TAKE_BACK' && job.progress.takenBack === job.progress.windows;
    const isAnew = ordered.kind === 'IMPORT' && (job.phase === 'CHECK' || isTakenBack);
    const phase = ordered.kind === 'IMPORT' && isCheckedFirst(ordered) ? 'CHECK' : 'WRITE';
    await requeueJob(tx, job, {
      keyId: context.caller.keyId,
      ...(isAnew ? { phase, progress: AT_START } : {}),
    });
    return [];
  });
}

async function steer(
  context: RequestContext,
  operation: string,
  jobId: string,
  work: Steer,
): Promise<Steered> {
  const { database, siteId, caller } = context;
  return database.transaction(async (tx): Promise<Steered> => {
    const job = await lockJob(tx, siteId, jobId);
    if (job === undefined || job.caller !== caller.id) {
      return { kind: 'error', problems: [problem('JOB_NOT_FOUND', {}, PATH)] };
    }
    const problems = await work(tx, job);
    const kind = problems.length > 0 ? 'error' : 'success';
    await recordAudit(tx, context, {
      operation,
      targetType: 'IMPORT_RUN',
      targetId: jobId,
      changedFields: [],
      kind,
    });
    const after = await findJob(tx, siteId, jobId);
    if (problems.length > 0 || after === undefined) return { kind: 'error', problems };
    return { kind: 'success', job: after };
  });
}

/** Orders a job that takes back what another one wrote. Source: docs/rules/files.md, "Undo of a job". */
export function undoJob(context: RequestContext, jobId: string, dryRun: boolean): Promise<Steered> {
  const { database, siteId, caller, clock } = context;
  return database.transaction(async (tx): Promise<Steered> => {
    const refuse = (...problems: readonly Problem[]): Steered => ({ kind: 'error', problems });
    const job = await lockJob(tx, siteId, jobId);
    if (job === undefined || job.caller !== caller.id) return refuse(problem('JOB_NOT_FOUND', {}, PATH));
    if (job.finishedAt === null) return refuse(problem('IMPORT_RUNNING', {}, PATH));
    const run = await findImportRun(tx, siteId, jobId);
    const windows = run?.windows ?? 0;
    if (run === undefined || windows === 0) return refuse(problem('JOB_WROTE_NOTHING', {}, PATH));
    if (run.undoneBy !== null) {
      return refuse(problem('IMPORT_ALREADY_UNDONE', { undoneBy: run.undoneBy }, PATH));
    }
    if (!run.areDetailsKept) return refuse(problem('IMPORT_TOO_OLD', {}, PATH));
    const undoJobId = await findUndoUnderWay(tx, siteId, jobId);
    if (undoJobId !== undefined) return refuse(problem('JOB_BEING_UNDONE', { undoJobId }, PATH));
    const tooMany = await tooManyJobs(tx, context);
    if (tooMany.length > 0) return refuse(...tooMany);
    const id = randomUUID();
    const createdAt = clock().getTime();
    const ordered = { kind: 'UNDO', dryRun, windows } as const;
    const shared = {
      digest: '',
      ordered,
      fileBytes: 0,
      fileName: job.fileName,
      idempotencyKey: null,
      createdAt,
    };
    const who = { id, caller: caller.id, keyId: caller.keyId };
    await insertUploadingJob(tx, siteId, { ...shared, ...who, isFileKept: false, undoOf: jobId });
    await queueJob(tx, siteId, id, { ...shared, phase: 'WRITE' });
    await recordAudit(tx, context, {
      operation: 'undoImportJob',
      targetType: 'IMPORT_RUN',
      targetId: jobId,
      changedFields: [],
      kind: 'success',
    });
    const ordering = await findJob(tx, siteId, id);
    if (ordering === undefined) throw new Error('A job that is ordered is there');
    return { kind: 'success', job: ordering };
  });
}

/** What stands in the way of going on: what the job wrote is taken back by another one, or was. */
async function undoneBy(tx: Tx, { siteId, id }: ImportJobRecord): Promise<Problem | undefined> {
  const undoJobId = await findUndoUnderWay(tx, siteId, id);
  if (undoJobId !== undefined) return problem('JOB_BEING_UNDONE', { undoJobId }, PATH);
  const undoneBy = (await findImportRun(tx, siteId, id))?.undoneBy ?? null;
  return undoneBy === null || undoneBy === id
    ? undefined
    : problem('IMPORT_ALREADY_UNDONE', { undoneBy }, PATH);
}

async function tooManyJobs(
  tx: Tx,
  { siteId, caller, jobs: { ofCaller: max } }: RequestContext,
): Promise<readonly Problem[]> {
  const count = await countUnfinishedJobs(tx, siteId, caller.id);
  return count < max ? [] : [problem('JOBS_TOO_MANY', { count, max }, { path: [] })];
}
