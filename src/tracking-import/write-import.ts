import { type Audited, recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import {
  type RegisteredTracking,
  type StoredTracking,
  type WrittenBy,
  writeTracking,
} from '../data/consolidated-tracking.repository';
import type { Tx } from '../data/database';
import { type DeletionReason, deleteTracking } from '../data/deleted-tracking.repository';
import type { JobProgress } from '../data/import-job.repository';
import { insertImportRun, updateImportRun } from '../data/import-run.repository';
import { Pipeline } from '../data/pipeline';
import type { RowDecision } from './decide';
import { TRACKING_FIELDS } from './fields';
import type { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import type { ImportReport } from './report';
import type { ImportSettings } from './settings';

/** An import, or an undo, that was not refused as a whole. */
export interface AcceptedRun {
  readonly context: RequestContext;
  readonly settings: RecordedSettings;
  readonly startedAt: number;
  readonly importId: string;
}

/** Those that the record of a run tells. */
export type RecordedSettings = Pick<
  ImportSettings,
  | 'writeMode'
  | 'errorPolicy'
  | 'dateTimeFormat'
  | 'timeZone'
  | 'defaultTime'
  | 'timeSpentFormat'
  | 'defaultScoreMax'
>;

export interface AcceptedImport extends AcceptedRun {
  readonly input: ImportConsolidatedTrackingInput;
  readonly settings: ImportSettings;
}

/** A row of whatever was decided. */
type Decided = Omit<RowDecision, 'row'>;

export async function writeRows(
  tx: Tx,
  siteId: number,
  decisions: readonly Decided[],
  by: WrittenBy,
  reason: DeletionReason,
): Promise<void> {
  await writeTracking(tx, siteId, writtenBy(decisions), by);
  const { updatedAt: deletedAt, importId } = by;
  await deleteTracking(tx, siteId, deletedBy(decisions), { deletedAt, reason, importId });
}

/** Writes the record of the import, and the entry in the audit log. */
export async function recordImport(
  tx: Tx,
  accepted: AcceptedImport,
  decisions: readonly RowDecision[],
  report: ImportReport,
  writtenAt: number,
): Promise<void> {
  const audited = { operation: 'importConsolidatedTracking', targetId: accepted.importId };
  await recordRun(tx, accepted, decisions, report, { writtenAt, undoOf: null, audited });
}

/** Of a run, what its settings and its report do not tell. */
interface RunRecord {
  readonly writtenAt: number;
  readonly undoOf: string | null;
  readonly audited: Pick<Audited, 'operation' | 'targetId'>;
}

/** Of a job, of which each window is recorded with what it writes. */
export interface RecordedWindow extends Omit<AcceptedRun, 'context'> {
  readonly context: Pick<RequestContext, 'siteId' | 'caller' | 'clock'>;
  readonly isFirst: boolean;
  readonly undoOf?: string;
}

/** @param soFar what this window and those before it come to */
export async function recordWindow(
  tx: Tx,
  { context, settings, importId, startedAt, isFirst, undoOf }: RecordedWindow,
  { counts, problemCounts, windows }: Pick<JobProgress, 'counts' | 'problemCounts' | 'windows'>,
): Promise<void> {
  const { siteId, caller } = context;
  const finishedAt = context.clock().getTime();
  const soFar = { ...counts, problemCounts, windows, finishedAt, isRunning: true };
  if (!isFirst) {
    await updateImportRun(tx, siteId, importId, soFar);
    return;
  }
  await insertImportRun(tx, siteId, {
    ...soFar,
    id: importId,
    caller: caller.id,
    startedAt,
    // Each window has an instant of its own.
    writtenAt: null,
    ...recorded(settings),
    undoOf: undoOf ?? null,
    undoneBy: null,
    areDetailsKept: true,
  });
}

function recorded(settings: RecordedSettings): RecordedSettings {
  return {
    writeMode: settings.writeMode,
    errorPolicy: settings.errorPolicy,
    dateTimeFormat: settings.dateTimeFormat,
    timeZone: settings.timeZone,
    defaultTime: settings.defaultTime,
    timeSpentFormat: settings.timeSpentFormat,
    defaultScoreMax: settings.defaultScoreMax,
  };
}

export async function recordRun(
  tx: Tx,
  { context, settings, startedAt, importId }: AcceptedRun,
  decisions: readonly Decided[],
  report: ImportReport,
  { writtenAt, undoOf, audited }: RunRecord,
): Promise<void> {
  const { siteId, caller } = context;
  const written = new Pipeline<void>();
  const imported = insertImportRun(tx, siteId, {
    ...report.summary,
    id: importId,
    caller: caller.id,
    startedAt,
    finishedAt: context.clock().getTime(),
    writtenAt,
    ...recorded(settings),
    undoOf,
    undoneBy: null,
    areDetailsKept: true,
    isRunning: false,
    windows: null,
  });
  written.add(imported);
  written.add(
    recordAudit(tx, context, {
      ...audited,
      targetType: 'IMPORT_RUN',
      changedFields: changedFields(decisions),
      kind: report.kind,
    }),
  );
  await written.answers();
}

function writtenBy(decisions: readonly Decided[]): StoredTracking[] {
  return decisions.flatMap(({ outcome, after }) =>
    (outcome === 'CREATED' || outcome === 'REPLACED') && after !== null ? [after] : [],
  );
}

function deletedBy(decisions: readonly Decided[]): RegisteredTracking[] {
  return decisions.flatMap(({ outcome, subject }) =>
    outcome === 'DELETED' && subject !== null ? [subject.tracking] : [],
  );
}

/** The fields that any row changed. */
function changedFields(decisions: readonly Decided[]): string[] {
  const changed = TRACKING_FIELDS.filter(({ field }) =>
    decisions.some(({ before, after }) => (before?.values[field] ?? null) !== (after?.values[field] ?? null)),
  );
  return changed.map(({ field }) => field);
}
