import { isComplete } from '../../kernel/tracking-status';
import type { RowDecision } from '../../tracking-import/decide';
import { TRACKING_FIELDS } from '../../tracking-import/fields';
import type { ConsolidatedTrackingRowInput } from '../../tracking-import/import-consolidated-tracking.input';

/** What somebody who sent the wrong file would want to know before it is written. */
export interface Losses {
  /** Values that are reset because the cell of the file is empty. */
  readonly resetByEmpty: number;
  /** Rows that delete what is stored, or reset its progress, completion or score. */
  readonly rows: number;
}

/** @param sent the rows in the order of the decisions */
export function lossesOf(
  decisions: readonly RowDecision[],
  sent: readonly ConsolidatedTrackingRowInput[],
): Losses {
  let [resetByEmpty, rows] = [0, 0];
  for (const [place, { outcome, before, after }] of decisions.entries()) {
    if (outcome === 'DELETED') rows += 1;
    if (outcome !== 'REPLACED' || before === null || after === null) continue;
    const row = sent[place];
    for (const { field, cell } of TRACKING_FIELDS) {
      const isReset = before.values[field] !== null && after.values[field] === null;
      if (isReset && row?.[cell] === null) resetByEmpty += 1;
    }
    const [was, is] = [before.values, after.values];
    const losesProgress = was.progression !== null && is.progression === null;
    const losesScore = was.score !== null && is.score === null;
    const losesCompletion =
      (was.firstCompletionDate !== null && is.firstCompletionDate === null) ||
      (isComplete(was.status) && !isComplete(is.status));
    if (losesProgress || losesScore || losesCompletion) rows += 1;
  }
  return { resetByEmpty, rows };
}
