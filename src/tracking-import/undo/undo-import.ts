import { randomUUID } from 'node:crypto';
import { recordAudit } from '../../access/audit';
import type { RequestContext } from '../../access/request-context';
import { answerUnderKey, chargeRows, isDryRun, transactUnderKey } from '../../contract/answer-under-key';
import type { Tx } from '../../data/database';
import {
  findImportRun,
  type ImportRunRecord,
  lockImportRun,
  markUndone,
} from '../../data/import-run.repository';
import { isUsableKey } from '../../kernel/idempotency-key';
import { type Problem, problem } from '../../kernel/problem';
import { DEFAULT_PARAMETERS } from '../import-consolidated-tracking.input';
import { type ImportReport, reportRefusedImport, reportRows } from '../report';
import { type AcceptedRun, recordRun } from '../write-import';
import { matchOfUndone } from './decide-undo';
import type { UndoImportInput } from './undo-import.input';
import { undoRows } from './undo-rows';

const OPERATION = 'undoImport';

/** An undo writes whole rows, each for itself, and reads no cells. */
export const UNDO_SETTINGS: AcceptedRun['settings'] = {
  ...DEFAULT_PARAMETERS,
  writeMode: 'REPLACE',
  errorPolicy: 'REJECT_FAILED_ROWS',
  defaultScoreMax: null,
};

interface AcceptedUndo extends AcceptedRun {
  readonly input: UndoImportInput;
}

/**
 * Takes one run back, row by row, where nobody has changed the row since: load, decide, write, report. One transaction
 * holds the rows, the undo's own record and the idempotency entry. Source: docs/rules/import.md, "Undo".
 */
export async function undoImport(
  context: RequestContext,
  input: UndoImportInput,
  onDecided: (report: ImportReport) => void,
): Promise<ImportReport> {
  const startedAt = context.clock().getTime();
  const refuse = (problems: readonly Problem[]) => reportRefusedImport(problems, isDryRun(input));
  const { idempotencyKey } = input;
  if (idempotencyKey !== undefined && idempotencyKey !== null && !isUsableKey(idempotencyKey)) {
    return refuse([problem('IDEMPOTENCY_KEY_INVALID', {}, { path: ['idempotencyKey'] })]);
  }
  const rows = await countRows(context, input.importId);
  const charge = await chargeRows(context, input, rows);
  const accepted = { context, input, settings: UNDO_SETTINGS, startedAt, importId: randomUUID() };
  const undoUnderKey = (tx: Tx) => {
    const undoRows = async () => {
      await charge();
      return undoOnce(tx, accepted, refuse, onDecided);
    };
    return answerUnderKey(tx, context, OPERATION, input, undoRows, refuse);
  };
  return transactUnderKey(context, input, undoUnderKey, rows);
}

/** How many rows there are to take back. */
async function countRows({ database, siteId }: RequestContext, importId: string): Promise<number> {
  const run = await database.read((tx) => findImportRun(tx, siteId, importId));
  return run === undefined ? 0 : run.created + run.replaced + run.deleted;
}

async function undoOnce(
  tx: Tx,
  accepted: AcceptedUndo,
  refuse: (problems: readonly Problem[]) => ImportReport,
  onDecided: (report: ImportReport) => void,
): Promise<ImportReport> {
  const { context, input, importId } = accepted;
  const { siteId } = context;
  const dryRun = isDryRun(input);
  const run = await (dryRun ? findImportRun : lockImportRun)(tx, siteId, input.importId);
  const audited = { operation: OPERATION, targetId: run?.id ?? null };
  const refusals = refusalsOf(run);
  if (run === undefined || refusals.length > 0) {
    const refused = { ...audited, targetType: 'IMPORT_RUN', changedFields: [], kind: 'error' } as const;
    if (!dryRun) await recordAudit(tx, context, refused);
    return refuse(refusals);
  }
  let report: ImportReport | undefined;
  const work = { undone: run.id, importId, dryRun };
  const { decisions, writtenAt } = await undoRows(tx, context, work, (decided) => {
    report = reportRows(decided.decisions, matchOfUndone, importId, dryRun);
    onDecided(report);
  });
  if (report === undefined) throw new Error('Rows that are decided are reported');
  if (dryRun) return report;
  await recordRun(tx, accepted, decisions, report, { writtenAt, undoOf: run.id, audited });
  // One that took nothing back may be tried again, once what stands in its way is gone.
  if (report.kind !== 'error') await markUndone(tx, siteId, run.id, importId);
  return report;
}

function refusalsOf(run: ImportRunRecord | undefined): readonly Problem[] {
  const place = { path: ['importId'] };
  if (run === undefined) return [problem('IMPORT_NOT_FOUND', {}, place)];
  if (run.undoneBy !== null) return [problem('IMPORT_ALREADY_UNDONE', { undoneBy: run.undoneBy }, place)];
  if (run.isRunning) return [problem('IMPORT_RUNNING', {}, place)];
  if (run.windows !== null) return [problem('IMPORT_IS_A_JOB', {}, place)];
  if (!run.areDetailsKept) return [problem('IMPORT_TOO_OLD', {}, place)];
  return [];
}
