import { findJob, type ImportJobRecord } from '../../data/import-job.repository';
import { markUndone, NO_COUNTS } from '../../data/import-run.repository';
import type { JobLease } from '../../data/job-lease.repository';
import { problem } from '../../kernel/problem';
import { type OrderedUndo, orderedOf } from '../ordered';
import { beginAnew } from './begin-anew';
import { EarlierKeys } from './earlier-keys';
import { endOf } from './end-job';
import type { JobDeps } from './job-deps';
import { ended, type Step, stepOf } from './job-step';
import { runRows } from './run-rows';
import { takeBackWindow, type Undone, undoWindow } from './undo-window';

/** Runs a job that was taken up, window by window, to its end, or until this process is to stop. */
export async function runJob(deps: JobDeps, lease: JobLease, isStopping: () => boolean): Promise<void> {
  let step: Step = 'more';
  while ((step === 'more' || step === 'next-phase') && !isStopping()) {
    const job = await deps.database.read((tx) => findJob(tx, lease.siteId, lease.id));
    if (job === undefined || job.fence !== lease.fence || job.state !== 'RUNNING') return;
    step = await runPhase(deps, lease, job, isStopping);
  }
}

function runPhase(
  deps: JobDeps,
  lease: JobLease,
  job: ImportJobRecord,
  isStopping: () => boolean,
): Promise<Step> {
  const ordered = orderedOf(job);
  if (ordered.kind === 'UNDO') return undoWindows(deps, lease, job, ordered, isStopping);
  if (job.phase === 'TAKE_BACK') return takeBackNext(deps, lease);
  return runRows(deps, lease, job, ordered, isStopping);
}

async function undoWindows(
  deps: JobDeps,
  lease: JobLease,
  job: ImportJobRecord,
  ordered: OrderedUndo,
  isStopping: () => boolean,
): Promise<Step> {
  // As with a file that is judged: which keys came before is known to nobody else.
  const earlier = ordered.dryRun ? new EarlierKeys() : undefined;
  let step: Step = earlier === undefined ? 'more' : await beginAnew(deps, lease, job);
  while (step === 'more' && !isStopping()) {
    let decisions: Undone['decisions'] = [];
    step = await stepOf(deps, lease, async (tx, context, held) => {
      const undone = await undoWindow(tx, context, held, ordered, earlier);
      decisions = undone.decisions;
      if (undone.progress.windows < ordered.windows) return 'more';
      return ended(tx, context, held, endOf(undone.progress));
    });
    for (const { row } of decisions) earlier?.add(row.change);
  }
  return step;
}

function takeBackNext(deps: JobDeps, lease: JobLease): Promise<Step> {
  return stepOf(deps, lease, async (tx, context, job) => {
    const { takenBack, windows } = job.progress;
    const takenSoFar = takenBack < windows ? await takeBackWindow(tx, context, job) : job.progress;
    if (takenSoFar.takenBack < windows) return 'more';
    await markUndone(tx, job.siteId, job.id, job.id);
    const { received, rejected } = takenSoFar.counts;
    const progress = { ...takenSoFar, counts: { ...NO_COUNTS, received, rejected } };
    const failure = problem('ROWS_REJECTED', { rejected }, { path: [] });
    return ended(tx, context, job, { state: 'FAILED', failure, progress });
  });
}
