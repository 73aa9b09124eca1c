import type { TrackingKey } from '../../data/consolidated-tracking.repository';
import type { Tx } from '../../data/database';
import { type ImportJobRecord, type JobProgress, saveJob } from '../../data/import-job.repository';
import { packPart, writeJobFilePart } from '../../data/import-job-file.repository';
import { isError, type Problem, problem } from '../../kernel/problem';
import type { RowDecision } from '../../tracking-import/decide';
import { type DecidedRows, importRows } from '../../tracking-import/import-rows';
import { placeOf } from '../../tracking-import/place-of';
import { type ImportSummary, type NumberedRow, summaryOf } from '../../tracking-import/report';
import type { ResolvedRow } from '../../tracking-import/resolved-row';
import { matchOf } from '../../tracking-import/row-match';
import { keepDetails } from '../../tracking-import/runs/keep-details';
import type { ImportSettings } from '../../tracking-import/settings';
import { recordWindow } from '../../tracking-import/write-import';
import { packRejected, type RejectedRow } from '../results/rejected-rows';
import type { EarlierKeys } from './earlier-keys';
import type { FileWindow } from './file-windows';
import type { JobContext } from './job-deps';
import { lossesOf } from './losses';
import { progressAfter } from './progress';

export interface ImportedWindow {
  readonly job: ImportJobRecord;
  readonly settings: ImportSettings;
  readonly window: FileWindow;
  /** Those of the windows that were judged before, where rows are judged and not written. */
  readonly earlier: EarlierKeys | undefined;
}

/**
 * Imports a window of a job that is locked, or only judges its rows: they, what is told of them, and how far the job is
 * are stored together, or none of it.
 */
export async function importWindow(
  tx: Tx,
  context: JobContext,
  { job, settings, window, earlier }: ImportedWindow,
): Promise<{
  readonly progress: JobProgress;
  readonly decisions: readonly RowDecision[];
  readonly summary: ImportSummary;
}> {
  const { siteId, id: importId } = job;
  const number = job.progress.windows;
  const rows = window.rows.map(({ row }) => row);
  const work = {
    importId,
    rows,
    settings,
    dryRun: earlier !== undefined,
    window: {
      number,
      rowNumbers: window.rows.map(({ line }) => line - 1),
      found: window.found,
      clock: job.startedAt,
    },
  };
  const { decisions: decided, writtenAt } = await importRows(tx, context, work, async () => {});
  const decisions = earlier === undefined ? decided : withEarlier(decided, earlier);
  if (earlier !== undefined) {
    const problemsOnly = decisions.map((decision) => ({ ...decision, outcome: 'UNCHANGED' as const }));
    await keepDetails(tx, siteId, importId, problemsOnly, matchOf, number);
  }
  await keepRejected(tx, job, window, decisions);
  const summary = summaryOf(decisions);
  const progress = progressAfter(job.progress, {
    summary,
    losses: lossesOf(decisions, rows),
    maybeRejected: decisions.filter(({ outcome, row }) => outcome === 'REJECTED' && earlier?.has(keyOf(row)))
      .length,
    end: window.end,
  });
  const startedAt = job.startedAt ?? writtenAt;
  if (earlier === undefined) {
    await recordWindow(tx, { context, settings, importId, startedAt, isFirst: number === 0 }, progress);
  }
  await saveJob(tx, job, { progress, startedAt });
  return { progress, decisions, summary };
}

/** Of rows that are judged only: what those before them would have changed is not there. */
function withEarlier(decisions: DecidedRows['decisions'], earlier: EarlierKeys): RowDecision[] {
  return decisions.map((decision) => {
    if (!earlier.has(keyOf(decision.row))) return decision;
    return { ...decision, problems: [...decision.problems, earlierWindow(decision.row)] };
  });
}

/** Of a row that is rejected as well. */
function keyOf({ subject }: ResolvedRow): TrackingKey | undefined {
  return subject?.tracking;
}

/** What becomes of the row depends on what a window that was judged before would have written. */
export function earlierWindow({ index }: NumberedRow): Problem {
  return problem('EARLIER_WINDOW', {}, placeOf(index));
}

async function keepRejected(
  tx: Tx,
  { siteId, id, progress }: ImportJobRecord,
  { rows }: FileWindow,
  decisions: readonly RowDecision[],
): Promise<void> {
  const rejected = decisions.flatMap(({ outcome, problems }, place): RejectedRow[] => {
    const row = rows[place];
    if (outcome !== 'REJECTED' || row === undefined) return [];
    const errors = problems.filter(isError);
    return [{ line: row.line, cells: row.cells, problems: errors.length > 0 ? errors : problems }];
  });
  if (rejected.length === 0) return;
  const content = await packPart(packRejected(rejected));
  await writeJobFilePart(tx, siteId, id, 'REJECTED', {
    part: progress.windows,
    length: rejected.length,
    content,
  });
}
