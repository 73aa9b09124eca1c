import type { Tx } from '../../data/database';
import { AT_START, type ImportJobRecord, type JobProgress, saveJob } from '../../data/import-job.repository';
import { type KeptProblem, keepRunDetails } from '../../data/import-run-detail.repository';
import type { JobLease } from '../../data/job-lease.repository';
import { type Problem, problem } from '../../kernel/problem';
import type { RowDecision } from '../../tracking-import/decide';
import type { ImportSummary } from '../../tracking-import/report';
import type { ImportSettings } from '../../tracking-import/settings';
import type { FileLayout } from '../csv/file-layout';
import { FileUnreadable } from '../csv/file-unreadable';
import { readLayout } from '../csv/read-layout';
import { type OrderedImport, settingsOf } from '../ordered';
import { beginAnew } from './begin-anew';
import { EarlierKeys } from './earlier-keys';
import { endOf } from './end-job';
import { FileWindows } from './file-windows';
import { importWindow } from './import-window';
import { bytesOfJob } from './job-bytes';
import type { JobContext, JobDeps } from './job-deps';
import { ended, type Step, stepOf, WINDOW_ROWS } from './job-step';

/**
 * Judges the rows of a file, or writes them, window by window.
 * Source: docs/rules/files.md, "Windows", "Judged before it is written".
 */
export async function runRows(
  deps: JobDeps,
  lease: JobLease,
  job: ImportJobRecord,
  ordered: OrderedImport,
  isStopping: () => boolean,
): Promise<Step> {
  const settings = settingsOf(ordered);
  const isCheck = job.phase === 'CHECK';
  // What is judged only begins anew, wherever it was: which keys came before is known to nobody else.
  const from = isCheck ? AT_START : job.progress;
  let { layout } = ordered;
  if (from.windows === 0 || layout === null) {
    const begun = await begin(deps, lease, job, ordered);
    if (typeof begun === 'string') return begun;
    layout = begun;
  }
  const earlier = isCheck ? new EarlierKeys() : undefined;
  const windows = new FileWindows(deps.database, job, layout, from, deps.windowRows ?? WINDOW_ROWS);
  try {
    let step: Step = 'more';
    while (step === 'more' && !isStopping()) {
      const window = await windows.next();
      let decisions: readonly RowDecision[] = [];
      let summary: ImportSummary | undefined;
      step = await stepOf(deps, lease, async (tx, context, held) => {
        if (held.phase !== job.phase) return 'next-phase';
        if (held.progress.windows > window.number) return 'more';
        let { progress } = held;
        if (window.rows.length > 0) {
          const rowSettings = isCheck ? oneByOne(settings) : settings;
          const imported = { job: held, settings: rowSettings, window, earlier };
          ({ progress, decisions, summary } = await importWindow(tx, context, imported));
        }
        if (!isCheck && ordered.errorPolicy === 'REJECT_EVERYTHING' && progress.counts.rejected > 0) {
          return goOnIn(tx, held, {
            phase: 'TAKE_BACK',
            progress: { ...progress, windows: window.number },
          });
        }
        if (window.failure !== undefined) {
          return ended(tx, context, held, { state: 'FAILED', failure: window.failure, progress });
        }
        return window.isLast ? atEnd(tx, context, held, ordered, progress) : 'more';
      });
      if (earlier !== undefined) for (const { subject } of decisions) earlier.add(subject?.tracking);
      else if (summary !== undefined) deps.observer.imported(summary);
    }
    return step;
  } finally {
    await windows.close();
  }
}

/** Each row is judged for itself: what becomes of the others is known at the end. */
function oneByOne(settings: ImportSettings): ImportSettings {
  return { ...settings, errorPolicy: 'REJECT_FAILED_ROWS' };
}

/** Reads how the file is written. */
async function begin(
  deps: JobDeps,
  lease: JobLease,
  job: ImportJobRecord,
  ordered: OrderedImport,
): Promise<FileLayout | Step> {
  const begun = await beginAnew(deps, lease, job);
  if (begun !== 'more') return begun;
  const read = await layoutOf(deps, job, ordered);
  const step = await stepOf(deps, lease, async (tx, context, held) => {
    if (held.phase !== job.phase) return 'next-phase';
    if ('problems' in read) {
      await keepRunDetails(tx, held.siteId, held.id, { changes: [], problems: numbered(read.problems) });
      const [failure] = read.problems;
      return ended(tx, context, held, { state: 'FAILED', ...(failure === undefined ? {} : { failure }) });
    }
    await saveJob(tx, held, { ordered: { ...ordered, layout: read.layout } });
    return 'more';
  });
  return step === 'more' && 'layout' in read ? read.layout : step;
}

type LayoutOrProblems = { readonly layout: FileLayout } | { readonly problems: readonly Problem[] };

async function layoutOf(
  { database }: JobDeps,
  job: ImportJobRecord,
  { layout, configuration }: OrderedImport,
): Promise<LayoutOrProblems> {
  if (layout !== null) return { layout };
  try {
    return await readLayout(bytesOfJob(database, job, 0), configuration);
  } catch (error) {
    if (error instanceof FileUnreadable) return { problems: [error.problem] };
    throw error;
  }
}

function numbered(problems: readonly Problem[]): KeptProblem[] {
  return problems.map((problem, index) => ({ number: index + 1, learnerId: null, problem }));
}

async function goOnIn(
  tx: Tx,
  job: ImportJobRecord,
  next: { readonly phase: ImportJobRecord['phase']; readonly progress: JobProgress },
): Promise<'next-phase'> {
  await saveJob(tx, job, next);
  return 'next-phase';
}

async function atEnd(
  tx: Tx,
  context: JobContext,
  job: ImportJobRecord,
  ordered: OrderedImport,
  progress: JobProgress,
): Promise<Step> {
  const { received, rejected } = progress.counts;
  const fail = (failure: ReturnType<typeof problem>) =>
    ended(tx, context, job, { state: 'FAILED', failure, progress });
  if (received === 0) return fail(problem('FILE_EMPTY', {}, { path: [] }));
  if (job.phase === 'WRITE') return ended(tx, context, job, endOf(progress));
  // Of the others it is known when they are written, behind those that they depend on.
  const surelyRejected = rejected - (ordered.dryRun ? 0 : progress.maybeRejected);
  if (ordered.errorPolicy === 'REJECT_EVERYTHING' && surelyRejected > 0) {
    return fail(problem('ROWS_REJECTED', { rejected }, { path: [] }));
  }
  const { changeThreshold: percent } = ordered;
  if (percent !== null && progress.losses * 100 > percent * received) {
    const figures = { losses: progress.losses, rows: received, percent };
    return fail(problem('CHANGE_THRESHOLD_EXCEEDED', figures, { path: [] }));
  }
  if (ordered.dryRun) return ended(tx, context, job, endOf(progress));
  return goOnIn(tx, job, { phase: 'WRITE', progress: AT_START });
}
