import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../access/request-context';
import { answerUnderKey, chargeRows, isDryRun, transactUnderKey } from '../contract/answer-under-key';
import type { Tx } from '../data/database';
import { Pipeline } from '../data/pipeline';
import type { Problem } from '../kernel/problem';
import { decide } from './decide';
import type { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import type { LearnersTold } from './learners-told';
import { resolveAll } from './lookup/resolve-all';
import { completed, type ImportReport, reportImport, reportRefusedImport } from './report';
import { matchOf } from './row-match';
import { keepDetails } from './runs/keep-details';
import { countedInput, formerlyCounted, readSettings } from './settings';
import { type AcceptedImport, recordImport, writeRows } from './write-import';

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
  const { siteId } = context;
  const dryRun = isDryRun(input);
  const rows = await resolveAll(tx, siteId, input.rows, settings, { lock: !dryRun });
  // Not before the locks are there: who asks for what was changed since another import must not miss this one.
  const now = context.clock().getTime();
  const rejectEverything = settings.errorPolicy === 'REJECT_EVERYTHING';
  const decisions = await decide({ rows, settings, rejectEverything, importId, now });
  const writing = new Pipeline<void>();
  if (!dryRun) {
    writing.add(writeRows(tx, siteId, decisions, { updatedAt: now, importId }, 'WIPED'));
    writing.add(keepDetails(tx, siteId, importId, decisions, matchOf));
  }
  const report = reportImport(decisions, importId, dryRun);
  await learners.load(tx, siteId, report);
  onDecided(report);
  await writing.answers();
  if (!dryRun) await recordImport(tx, accepted, decisions, report, now);
  return report;
}
