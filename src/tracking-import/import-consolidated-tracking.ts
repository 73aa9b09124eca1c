import { randomUUID } from 'node:crypto';
import { answerUnderKey } from '../access/answer-under-key';
import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import {
  deleteTracking,
  findTracking,
  lockRegistrations,
  type StoredTracking,
  type TrackingKey,
  writeTracking,
} from '../data/consolidated-tracking.repository';
import type { Tx } from '../data/database';
import { insertImportRun } from '../data/import-run.repository';
import type { Problem } from '../kernel/problem';
import { decide, type RowDecision, TRACKING_FIELDS } from './decide';
import type { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import { type ReadRow, readRow } from './read-row';
import { loadReferences } from './references';
import { type ImportReport, reportDecisions, reportRefusal } from './report';
import { type ResolvedRow, resolveRow } from './resolve-row';
import { type ImportSettings, readSettings } from './settings';

/**
 * Imports learners' history, each row judged on its own: validate, resolve, decide, write, report. One transaction
 * holds the rows, the import's record and the idempotency entry. Source: the rules of importConsolidatedTracking.
 */
export async function importConsolidatedTracking(
  context: RequestContext,
  input: ImportConsolidatedTrackingInput,
): Promise<ImportReport> {
  const startedAt = context.clock().getTime();
  const checked = readSettings(input);
  if ('problems' in checked) return reportRefusal(checked.problems, input.dryRun);
  const { settings } = checked;
  await context.takeRows(input.rows.length);
  const rows = input.rows.map((row, index) => readRow(row, index, settings));
  const run: ImportRun = { context, input, settings, rows, startedAt, importId: randomUUID() };
  const refuse = (problems: readonly Problem[]) => reportRefusal(problems, input.dryRun);
  const report = await context.database.transaction((tx) =>
    answerUnderKey(tx, context, 'importConsolidatedTracking', input, () => runOnce(tx, run), refuse),
  );
  // The id is another one when a retry got the first answer again, and null on a dry run.
  if (report.importId === run.importId) context.observer.imported(report.summary);
  return report;
}

interface ImportRun {
  readonly context: RequestContext;
  readonly input: ImportConsolidatedTrackingInput;
  readonly settings: ImportSettings;
  readonly rows: readonly ReadRow[];
  readonly startedAt: number;
  readonly importId: string;
}

async function runOnce(tx: Tx, run: ImportRun): Promise<ImportReport> {
  const { context, input, settings, rows, importId } = run;
  const { siteId } = context;
  const references = await loadReferences(tx, siteId, rows);
  const resolved = rows.map((row) => resolveRow(row, references));
  const keys = keysOf(resolved);
  const registrationIds = keys.map((key) => key.registrationId);
  if (!input.dryRun) await lockRegistrations(tx, siteId, registrationIds);
  const stored = await findTracking(tx, siteId, keys);
  const now = context.clock().getTime();
  const rejectEverything = input.errorPolicy === 'REJECT_EVERYTHING';
  const decisions = decide({ rows: resolved, stored, settings, rejectEverything, importId, now });
  const report = reportDecisions(decisions, importId, input.dryRun);
  if (!input.dryRun) await write(tx, run, decisions, report);
  return report;
}

async function write(
  tx: Tx,
  run: ImportRun,
  decisions: readonly RowDecision[],
  report: ImportReport,
): Promise<void> {
  const { context, input, settings, startedAt, importId } = run;
  const { siteId, caller } = context;
  await writeTracking(tx, siteId, writtenBy(decisions));
  await deleteTracking(tx, siteId, deletedBy(decisions));
  await insertImportRun(tx, siteId, {
    ...report.summary,
    id: importId,
    caller: caller.id,
    startedAt,
    finishedAt: context.clock().getTime(),
    writeMode: input.writeMode,
    errorPolicy: input.errorPolicy,
    dateTimeFormat: settings.dateTimeFormat,
    timeZone: settings.timeZone,
    defaultTime: settings.defaultTime,
    timeSpentFormat: settings.timeSpentFormat,
    defaultScoreMax: settings.defaultScoreMax,
  });
  await recordAudit(tx, context, {
    operation: 'importConsolidatedTracking',
    targetType: 'IMPORT_RUN',
    targetId: importId,
    changedFields: changedFields(decisions),
    kind: report.kind,
  });
}

/** The distinct keys of the rows that name a stored row. */
function keysOf(rows: readonly ResolvedRow[]): TrackingKey[] {
  const keys = new Map<string, TrackingKey>();
  for (const { subject } of rows) {
    if (subject === null) continue;
    const key = { registrationId: subject.registration.id, lovId: subject.lov.id };
    keys.set(`${key.registrationId}:${key.lovId}`, key);
  }
  return [...keys.values()];
}

function writtenBy(decisions: readonly RowDecision[]): StoredTracking[] {
  return decisions.flatMap(({ outcome, after }) =>
    (outcome === 'CREATED' || outcome === 'REPLACED') && after !== null ? [after] : [],
  );
}

function deletedBy(decisions: readonly RowDecision[]): TrackingKey[] {
  return decisions.flatMap(({ outcome, before }) =>
    outcome === 'DELETED' && before !== null ? [before] : [],
  );
}

/** The fields that any row changed. */
function changedFields(decisions: readonly RowDecision[]): string[] {
  return TRACKING_FIELDS.filter((field) =>
    decisions.some(({ before, after }) => (before?.[field] ?? null) !== (after?.[field] ?? null)),
  );
}
