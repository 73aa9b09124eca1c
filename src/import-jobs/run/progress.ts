import type { JobProgress } from '../../data/import-job.repository';
import type { ImportCounts, ProblemCount } from '../../data/import-run.repository';
import type { ImportSummary } from '../../tracking-import/report';
import type { Losses } from './losses';

/** What a window adds. */
export interface WindowResult {
  readonly summary: ImportSummary;
  readonly losses?: Losses;
  readonly maybeRejected?: number;
  /** Where the next one begins. */
  readonly end: Pick<JobProgress, 'byte' | 'line'>;
}

export function progressAfter(
  before: JobProgress,
  { summary, losses, maybeRejected = 0, end }: WindowResult,
): JobProgress {
  return {
    ...before,
    ...end,
    windows: before.windows + 1,
    counts: added(before.counts, summary),
    problemCounts: together(before.problemCounts, summary.problemCounts),
    resetByEmpty: before.resetByEmpty + (losses?.resetByEmpty ?? 0),
    losses: before.losses + (losses?.rows ?? 0),
    maybeRejected: before.maybeRejected + maybeRejected,
  };
}

function added(a: ImportCounts, b: ImportCounts): ImportCounts {
  return {
    received: a.received + b.received,
    created: a.created + b.created,
    replaced: a.replaced + b.replaced,
    unchanged: a.unchanged + b.unchanged,
    deleted: a.deleted + b.deleted,
    superseded: a.superseded + b.superseded,
    rejected: a.rejected + b.rejected,
    withWarnings: a.withWarnings + b.withWarnings,
  };
}

/** Most frequent first. */
function together(a: readonly ProblemCount[], b: readonly ProblemCount[]): ProblemCount[] {
  const rowsByCode = new Map<string, number>();
  for (const { code, rows } of [...a, ...b]) rowsByCode.set(code, (rowsByCode.get(code) ?? 0) + rows);
  const counts = [...rowsByCode].map(([code, rows]) => ({ code, rows }));
  return counts.sort((x, y) => y.rows - x.rows || (x.code < y.code ? -1 : 1));
}
