import { randomUUID } from 'node:crypto';
import { answerUnderKey } from '../access/answer-under-key';
import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import {
  deleteTracking,
  type StoredTracking,
  type TrackingKey,
  type WrittenBy,
  writeTracking,
} from '../data/consolidated-tracking.repository';
import type { Tx } from '../data/database';
import { insertImportRun } from '../data/import-run.repository';
import { Pipeline } from '../data/pipeline';
import type { Problem } from '../kernel/problem';
import { inSlices, inTurns, mapInTurns } from '../kernel/turns';
import { decide, type RowDecision, TRACKING_FIELDS } from './decide';
import type { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import { type BegunRow, beginRow, type ReadRow, readRow } from './read-row';
import { References } from './references';
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
  /** Told what will be answered if all goes well, while the database writes; again when that has to be tried again. */
  onDecided: (report: ImportReport) => void,
): Promise<ImportReport> {
  const startedAt = context.clock().getTime();
  const checked = readSettings(input);
  if ('problems' in checked) return reportRefusal(checked.problems, input.dryRun);
  const { settings } = checked;
  await context.takeRows(input.rows.length);
  const run: ImportRun = {
    context,
    input,
    settings,
    onDecided,
    startedAt,
    importId: randomUUID(),
  };
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
  readonly onDecided: (report: ImportReport) => void;
  readonly startedAt: number;
  readonly importId: string;
}

async function runOnce(tx: Tx, run: ImportRun): Promise<ImportReport> {
  const { context, input, settings, importId } = run;
  const { siteId } = context;
  const references = new References(tx, siteId, input.rows);
  const parts: { readonly rows: readonly ReadRow[]; readonly answered: Promise<void> }[] = [];
  await inSlices(input.rows, async (slice, start) => {
    const begun: BegunRow[] = [];
    await inTurns(slice, (row) => begun.push(beginRow(row, start + begun.length)));
    const answered = references.ask(begun);
    // While the database looks up what they name, the rest of them is read.
    parts.push({ rows: await mapInTurns(begun, (row) => readRow(row, settings)), answered });
  });
  for (const { rows, answered } of parts) {
    await answered;
    await references.match(rows);
  }
  const early = new Array<ResolvedRow | undefined>(input.rows.length);
  await references.load({ lock: !input.dryRun }, (row) => {
    early[row.index] = resolveRow(row, references);
  });
  const rows = parts.flatMap((part) => part.rows);
  const resolved = await mapInTurns(rows, (row) => early[row.index] ?? resolveRow(row, references));
  // Not before the locks are there: who asks for what was changed since another import must not miss this one.
  const now = context.clock().getTime();
  const rejectEverything = input.errorPolicy === 'REJECT_EVERYTHING';
  const decisions = await decide({ rows: resolved, settings, rejectEverything, importId, now });
  const writing = new Pipeline<void>();
  if (!input.dryRun) writing.add(writeRows(tx, siteId, decisions, { updatedAt: now, importId }));
  const report = reportDecisions(decisions, importId, input.dryRun);
  run.onDecided(report);
  await writing.answers();
  if (!input.dryRun) await record(tx, run, decisions, report);
  return report;
}

async function writeRows(
  tx: Tx,
  siteId: number,
  decisions: readonly RowDecision[],
  by: WrittenBy,
): Promise<void> {
  await writeTracking(tx, siteId, writtenBy(decisions), by);
  await deleteTracking(tx, siteId, deletedBy(decisions));
}

/** The record of the import, and the entry in the audit log. */
async function record(
  tx: Tx,
  run: ImportRun,
  decisions: readonly RowDecision[],
  report: ImportReport,
): Promise<void> {
  const { context, input, settings, startedAt, importId } = run;
  const { siteId, caller } = context;
  const recorded = new Pipeline<void>();
  const imported = insertImportRun(tx, siteId, {
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
