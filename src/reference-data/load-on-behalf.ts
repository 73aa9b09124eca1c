import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import type { Tx } from '../data/database';
import { problem } from '../kernel/problem';
import { loadReferenceData, refusal } from './load-reference-data';
import { outcomeOf } from './load-reference-data.outcome';
import type { ReferenceReport, ReferenceRows } from './reference-rows';

export const MAX_REFERENCE_ROWS = 10_000;

/** Loads reference data into the site of a caller, in one transaction; a dry run is the same one, rolled back. */
export async function loadOnBehalf(
  context: RequestContext,
  rows: ReferenceRows,
  dryRun: boolean,
): Promise<ReferenceReport> {
  const count = Object.values(rows).reduce((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
  if (count > MAX_REFERENCE_ROWS) {
    return refusal([problem('ROWS_TOO_MANY', { count, max: MAX_REFERENCE_ROWS }, { path: [] })]);
  }
  await context.takeRows(count);
  try {
    const load = async (tx: Tx) => {
      const report = await loadReferenceData(tx, context.siteId, rows, context.clock());
      if (dryRun) throw new RolledBack(report);
      const changed = Object.entries(report.counts).filter(
        ([, { created, updated, removed }]) => created + updated + removed > 0,
      );
      const kind = outcomeOf(report);
      if (kind === 'error' || changed.length > 0) {
        await recordAudit(tx, context, {
          operation: 'loadReferenceData',
          targetType: 'SITE',
          targetId: String(context.siteId),
          changedFields: changed.map(([name]) => name),
          kind,
        });
      }
      return report;
    };
    return await context.database.transaction(load, { rows: count });
  } catch (error) {
    if (error instanceof RolledBack) return error.report;
    throw error;
  }
}

/** Ends a transaction that was only to tell what it would do. */
class RolledBack extends Error {
  readonly report: ReferenceReport;

  constructor(report: ReferenceReport) {
    super('A dry run');
    this.report = report;
  }
}
