import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../access/request-context';
import { answerUnderKey, chargeRows, isDryRun, transactUnderKey } from '../contract/answer-under-key';
import type { Tx } from '../data/database';
import type { Problem } from '../kernel/problem';
import type { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import { importRows } from './import-rows';
import type { LearnersTold } from './learners-told';
import { completed, type ImportReport, reportImport, reportRefusedImport } from './report';
import { countedInput, formerlyCounted, readSettings } from './settings';
import { type AcceptedImport, recordImport } from './write-import';

/** Told what will be answered if all goes well, while the database writes; again when that has to be tried again. */
type OnDecided = (report: ImportReport) => void;

/**
 * Imports learners' history, each row judged on its own: read, resolve, decide, write, report. One transaction holds
 * the rows, the import's record and the idempotency entry. Source: docs/rules/import.md.
 */
export async function importConsolidatedTracking(
  context: RequestContext,
  input: ImportConsolidatedTrackingInput,
  learners: LearnersTold,
  onDecided: OnDecided,
): Promise<ImportReport> {
  const startedAt = context.clock().getTime();
  const refuse = (problems: readonly Problem[]) => reportRefusedImport(problems, isDryRun(input));
  const checked = readSettings(input);
  if ('problems' in checked) return refuse(checked.problems);
  const charge = await chargeRows(context, input, input.rows.length);
  const { dryRun, idempotencyKey } = input;
  const isKeyed = (idempotencyKey ?? null) !== null;
  const keyed = { dryRun, idempotencyKey, ...(isKeyed ? countedInput(input, checked.settings) : {}) };
  const accepted = { context, input, settings: checked.settings, startedAt, importId: randomUUID() };
  const importUnderKey = async (tx: Tx) => {
    const importRows = async () => {
      await charge();
      return importOnce(tx, accepted, learners, onDecided);
    };
    const answered = await answerUnderKey(
      tx,
      context,
      'importConsolidatedTracking',
      keyed,
      importRows,
      refuse,
      formerlyCounted(input),
    );
    if (!answered.replayed) return answered;
    const replayed = completed(answered);
    await learners.load(tx, context.siteId, replayed);
    return replayed;
  };
  const report = await transactUnderKey(context, input, importUnderKey, input.rows.length);
  // The id is another one when a retry got the first answer again, and null on a dry run.
  if (report.importId === accepted.importId) context.observer.imported(report.summary);
  return report;
}

async function importOnce(
  tx: Tx,
  accepted: AcceptedImport,
  learners: LearnersTold,
  onDecided: OnDecided,
): Promise<ImportReport> {
  const { context, input, settings, importId } = accepted;
  const dryRun = isDryRun(input);
  let report: ImportReport | undefined;
  const work = { importId, rows: input.rows, settings, dryRun };
  const { decisions, writtenAt } = await importRows(tx, context, work, async (decided) => {
    report = reportImport(decided.decisions, importId, dryRun);
    await learners.load(tx, context.siteId, report);
    onDecided(report);
  });
  if (report === undefined) throw new Error('Rows that are decided are reported');
  if (!dryRun) await recordImport(tx, accepted, decisions, report, writtenAt);
  return report;
}
