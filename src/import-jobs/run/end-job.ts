import { recordAudit } from '../../access/audit';
import type { Tx } from '../../data/database';
import {
  type ImportJobRecord,
  type JobProgress,
  type JobState,
  saveJob,
} from '../../data/import-job.repository';
import { endImportRun, markUndone } from '../../data/import-run.repository';
import type { Problem } from '../../kernel/problem';
import { orderedOf } from '../ordered';
import type { JobContext } from './job-deps';

/** How a job ends. */
export interface JobEnd {
  readonly state: Extract<JobState, 'FINISHED' | 'FINISHED_WITH_PROBLEMS' | 'FAILED' | 'CANCELLED'>;
  readonly failure?: Problem;
  readonly progress?: JobProgress;
}

/** Ends a job that is locked, and the run that it made; both are told in the audit log. */
export async function endJob(
  tx: Tx,
  context: JobContext,
  job: ImportJobRecord,
  { state, failure, progress = job.progress }: JobEnd,
): Promise<void> {
  const ordered = orderedOf(job);
  const finishedAt = context.clock().getTime();
  await saveJob(tx, job, { state, failure: failure ?? null, finishedAt, progress });
  await endImportRun(tx, job.siteId, job.id, finishedAt);
  const hasTakenBack =
    ordered.kind === 'UNDO' && !ordered.dryRun && progress.counts.received > progress.counts.rejected;
  if (hasTakenBack && job.undoOf !== null) await markUndone(tx, job.siteId, job.undoOf, job.id);
  await recordAudit(tx, context, {
    operation: ordered.kind === 'UNDO' ? 'undoImportJob' : 'importJob',
    targetType: 'IMPORT_RUN',
    targetId: job.id,
    changedFields: [],
    kind: KINDS[state],
  });
}

const KINDS = {
  FINISHED: 'success',
  FINISHED_WITH_PROBLEMS: 'warning',
  FAILED: 'error',
  CANCELLED: 'error',
} as const;

/** Of a job that did all it was to do. */
export function endOf(progress: JobProgress): JobEnd {
  const state = progress.problemCounts.length === 0 ? 'FINISHED' : 'FINISHED_WITH_PROBLEMS';
  return { state, progress };
}
