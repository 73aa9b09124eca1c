import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import {
  type RegisteredTracking,
  type StoredTracking,
  type WrittenBy,
  writeTracking,
} from '../data/consolidated-tracking.repository';
import type { Tx } from '../data/database';
import { deleteTracking } from '../data/deleted-tracking.repository';
import { insertImportRun } from '../data/import-run.repository';
import { Pipeline } from '../data/pipeline';
import type { RowDecision } from './decide';
import { TRACKING_FIELDS } from './fields';
import type { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import type { ImportReport } from './report';
import type { ImportSettings } from './settings';

/** An import that was not refused as a whole. */
export interface AcceptedImport {
  readonly context: RequestContext;
  readonly input: ImportConsolidatedTrackingInput;
  readonly settings: ImportSettings;
  readonly startedAt: number;
  readonly importId: string;
}

export async function writeRows(
  tx: Tx,
  siteId: number,
  decisions: readonly RowDecision[],
  by: WrittenBy,
): Promise<void> {
  await writeTracking(tx, siteId, writtenBy(decisions), by);
  const { updatedAt: deletedAt, importId } = by;
  await deleteTracking(tx, siteId, wipedBy(decisions), { deletedAt, reason: 'WIPED', importId });
}

/** Writes the record of the import, and the entry in the audit log. */
export async function recordImport(
  tx: Tx,
  { context, settings, startedAt, importId }: AcceptedImport,
  decisions: readonly RowDecision[],
  report: ImportReport,
  writtenAt: number,
): Promise<void> {
  const { siteId, caller } = context;
  const recorded = new Pipeline<void>();
  const imported = insertImportRun(tx, siteId, {
    ...report.summary,
    id: importId,
    caller: caller.id,
    startedAt,
    finishedAt: context.clock().getTime(),
    writtenAt,
    writeMode: settings.writeMode,
    errorPolicy: settings.errorPolicy,
    dateTimeFormat: settings.dateTimeFormat,
    timeZone: settings.timeZone,
    defaultTime: settings.defaultTime,
    timeSpentFormat: settings.timeSpentFormat,
    defaultScoreMax: settings.defaultScoreMax,
  });
  const audited = recordAudit(tx, context, {
    operation: 'importConsolidatedTracking',
    targetType: 'IMPORT_RUN',
    targetId: importId,
    changedFields: changedFields(decisions),
    kind: report.kind,
  });
  recorded.add(imported);
  recorded.add(audited);
  await recorded.answers();
}

function writtenBy(decisions: readonly RowDecision[]): StoredTracking[] {
  return decisions.flatMap(({ outcome, after }) =>
    (outcome === 'CREATED' || outcome === 'REPLACED') && after !== null ? [after] : [],
  );
}

function wipedBy(decisions: readonly RowDecision[]): RegisteredTracking[] {
  return decisions.flatMap(({ outcome, subject }) =>
    outcome === 'DELETED' && subject !== null ? [subject.tracking] : [],
  );
}

/** The fields that any row changed. */
function changedFields(decisions: readonly RowDecision[]): string[] {
  const changed = TRACKING_FIELDS.filter(({ field }) =>
    decisions.some(({ before, after }) => (before?.values[field] ?? null) !== (after?.values[field] ?? null)),
  );
  return changed.map(({ field }) => field);
}
