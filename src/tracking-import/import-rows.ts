import type { RequestContext } from '../access/request-context';
import type { Tx } from '../data/database';
import { Pipeline } from '../data/pipeline';
import { decide, type RowDecision } from './decide';
import type { ConsolidatedTrackingRowInput } from './import-consolidated-tracking.input';
import { type RowsOfFile, resolveAll } from './lookup/resolve-all';
import type { ResolvedRow } from './resolved-row';
import { matchOf } from './row-match';
import { keepDetails } from './runs/keep-details';
import type { ImportSettings } from './settings';
import { writeRows } from './write-import';

/** Rows of an import: all of a request, or a window of a file. */
export interface ImportedRows {
  readonly importId: string;
  readonly rows: readonly ConsolidatedTrackingRowInput[];
  readonly settings: ImportSettings;
  /** Nothing is locked or written. */
  readonly dryRun: boolean;
  /** Of a file: which window of it they are. */
  readonly window?: RowsOfFile & {
    readonly number: number;
    /** The clock that rows are judged by; null: the instant of what is written. */
    readonly clock: number | null;
  };
}

export interface DecidedRows {
  readonly decisions: readonly RowDecision[];
  readonly writtenAt: number;
}

/** Reads, resolves, decides and writes rows. `meanwhile` runs while the database writes. */
export async function importRows(
  tx: Tx,
  { siteId, stamp }: Pick<RequestContext, 'siteId' | 'stamp'>,
  { importId, rows: sent, settings, dryRun, window }: ImportedRows,
  meanwhile: (decided: DecidedRows) => Promise<void>,
): Promise<DecidedRows> {
  const rows = await resolveAll(tx, siteId, sent, settings, { lock: !dryRun }, window);
  // Not before the locks are there: who asks for what was changed since another import must not miss this one.
  const writtenAt = notBefore(rows, await stamp(tx));
  const rejectEverything = settings.errorPolicy === 'REJECT_EVERYTHING';
  const now = window?.clock ?? writtenAt;
  const decisions = await decide({ rows, settings, rejectEverything, importId, now, writtenAt });
  const decided = { decisions, writtenAt };
  const writing = new Pipeline<void>();
  if (!dryRun) {
    writing.add(writeRows(tx, siteId, decisions, { updatedAt: writtenAt, importId }, 'WIPED'));
    writing.add(keepDetails(tx, siteId, importId, decisions, matchOf, window?.number));
  }
  await meanwhile(decided);
  await writing.answers();
  return decided;
}

/** Where the database's clock was set back, `updatedAt` of a row does not follow. */
function notBefore(rows: readonly ResolvedRow[], now: number): number {
  return rows.reduce(
    (latest, { subject }) => Math.max(latest, subject?.tracking.stored?.updatedAt ?? now),
    now,
  );
}
