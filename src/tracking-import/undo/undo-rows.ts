import type { RequestContext } from '../../access/request-context';
import type { Tx } from '../../data/database';
import { Pipeline } from '../../data/pipeline';
import { mapInTurns } from '../../event-loop/turns';
import type { RowDecision } from '../decide';
import { keepDetails } from '../runs/keep-details';
import { writeRows } from '../write-import';
import { decideUndo, matchOfUndone, type UndoneRow } from './decide-undo';
import { loadChanges } from './load-changes';

/** What a run changed, or a window of it, and the run that takes it back. */
export interface TakenBack {
  readonly undone: string;
  readonly undoneWindow?: number;
  readonly importId: string;
  /** Of the run that takes it back; null where that keeps nothing of it. */
  readonly window?: number | null;
  /** Nothing is locked or written. */
  readonly dryRun: boolean;
}

export interface DecidedUndo {
  readonly decisions: readonly RowDecision<UndoneRow>[];
  readonly writtenAt: number;
}

/** Loads, decides and writes. `meanwhile` runs while the database writes. */
export async function undoRows(
  tx: Tx,
  { siteId, stamp }: Pick<RequestContext, 'siteId' | 'stamp'>,
  { undone, undoneWindow, importId, window, dryRun }: TakenBack,
  meanwhile: (decided: DecidedUndo) => void,
): Promise<DecidedUndo> {
  const rows = await loadChanges(tx, siteId, undone, { lock: !dryRun }, undoneWindow);
  // Not before the locks are there: who asks for what was changed since another import must not miss this one.
  const writtenAt = await stamp(tx);
  const decisions = await mapInTurns(rows, (row) => decideUndo(row, { importId, now: writtenAt }));
  const decided = { decisions, writtenAt };
  const writing = new Pipeline<void>();
  if (!dryRun) {
    writing.add(writeRows(tx, siteId, decisions, { updatedAt: writtenAt, importId }, 'UNDONE'));
    if (window !== null) writing.add(keepDetails(tx, siteId, importId, decisions, matchOfUndone, window));
  }
  meanwhile(decided);
  await writing.answers();
  return decided;
}
