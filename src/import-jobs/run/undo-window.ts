import type { Tx } from '../../data/database';
import { type ImportJobRecord, type JobProgress, saveJob } from '../../data/import-job.repository';
import { NO_COUNTS } from '../../data/import-run.repository';
import { summaryOf } from '../../tracking-import/report';
import { keepDetails } from '../../tracking-import/runs/keep-details';
import { matchOfUndone } from '../../tracking-import/undo/decide-undo';
import { UNDO_SETTINGS } from '../../tracking-import/undo/undo-import';
import { type DecidedUndo, undoRows } from '../../tracking-import/undo/undo-rows';
import { recordWindow } from '../../tracking-import/write-import';
import type { OrderedUndo } from '../ordered';
import type { EarlierKeys } from './earlier-keys';
import { earlierWindow } from './import-window';
import type { JobContext } from './job-deps';
import { progressAfter } from './progress';

export interface Undone extends Pick<DecidedUndo, 'decisions'> {
  readonly progress: JobProgress;
}

/** Takes back a window of another job, from the last one to the first, as a window of this one. */
export async function undoWindow(
  tx: Tx,
  context: JobContext,
  job: ImportJobRecord,
  { windows, dryRun }: OrderedUndo,
  /** Of a dry run, the keys of the windows that were judged before. */
  earlier?: EarlierKeys,
): Promise<Undone> {
  const { id: importId, undoOf, progress: before } = job;
  if (undoOf === null) throw new Error('An undo takes another job back');
  const window = before.windows;
  const work = { undone: undoOf, undoneWindow: windows - 1 - window, importId, window, dryRun };
  const { decisions: decided, writtenAt } = await undoRows(tx, context, work, () => {});
  const decisions = decided.map((decision) => {
    const { row, problems } = decision;
    return earlier?.has(row.change) ? { ...decision, problems: [...problems, earlierWindow(row)] } : decision;
  });
  if (dryRun) await keepProblems(tx, job, decisions, window);
  const progress = progressAfter(before, {
    summary: summaryOf(decisions),
    end: { byte: before.byte, line: before.line },
  });
  const startedAt = job.startedAt ?? writtenAt;
  if (!dryRun) {
    const run = { context, settings: UNDO_SETTINGS, importId, startedAt, isFirst: window === 0, undoOf };
    await recordWindow(tx, run, progress);
  }
  await saveJob(tx, job, { progress, startedAt });
  return { progress, decisions };
}

/**
 * Takes back a window that this job has written itself: a later one was rejected, and the whole file with it. What
 * cannot be taken back is told like any other problem.
 */
export async function takeBackWindow(
  tx: Tx,
  context: JobContext,
  job: ImportJobRecord,
): Promise<JobProgress> {
  const { id: importId, progress: before } = job;
  const undoneWindow = before.windows - 1 - before.takenBack;
  const work = { undone: importId, undoneWindow, importId, window: null, dryRun: false };
  const { decisions } = await undoRows(tx, context, work, () => {});
  // Behind the window that was rejected, of which problems are told as well.
  await keepProblems(tx, job, decisions, before.windows + 1 + before.takenBack);
  const { rejected, problemCounts } = summaryOf(decisions);
  const progress: JobProgress = {
    ...progressAfter(before, {
      summary: { ...NO_COUNTS, problemCounts },
      end: { byte: before.byte, line: before.line },
    }),
    windows: before.windows,
    takenBack: before.takenBack + 1,
    notTakenBack: before.notTakenBack + rejected,
  };
  await saveJob(tx, job, { progress });
  return progress;
}

function keepProblems(
  tx: Tx,
  { siteId, id }: ImportJobRecord,
  decisions: DecidedUndo['decisions'],
  window: number,
): Promise<void> {
  // What they changed is not to be taken back by anybody.
  const told = decisions.map((decision) => ({ ...decision, outcome: 'UNCHANGED' as const }));
  return keepDetails(tx, siteId, id, told, matchOfUndone, window);
}
