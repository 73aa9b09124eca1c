import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import { isDryRun } from '../contract/answer-under-key';
import type { Tx } from '../data/database';
import { type DeletedBy, deleteTracking } from '../data/deleted-tracking.repository';
import { type ErasedDetails, eraseFromRunDetails } from '../data/import-run-detail.repository';
import { eraseAnswers, findAnswersNaming, type KeptAnswers } from '../data/kept-answer.repository';
import {
  countOfLearner,
  findFormerRegistrationIdsOf,
  findRegistrationIdsOf,
  lockLearner,
  removeLearner,
  someTrackingOf,
} from '../data/learner-erasure.repository';
import { lockSite } from '../data/reference-data.repository';
import { findKeptJobFiles, removeKeptJobFiles } from '../data/remove-job-files';
import type { EraseLearnerInput } from './erase-learner.input';
import {
  type ErasureReport,
  type RemovedRecords,
  reportErasure,
  reportRefusedErasure,
} from './erasure-report';
import { findLearner, type LearnerReference, referenceIn } from './find-learner';

/** The operations whose answers, kept under idempotency keys, name learners. */
const NAMING_OPERATIONS = ['importConsolidatedTracking', 'undoImport', 'assessCustomActivity'] as const;

/**
 * Erases a learner: read, find, look through what is kept, remove, report. One transaction removes everything, the
 * entry in the audit log included. Kept answers are packed, and to look through those of a day takes long: it is done
 * before, and the transaction looks at those that have come since.
 */
export async function eraseLearner(
  context: RequestContext,
  input: EraseLearnerInput,
): Promise<ErasureReport> {
  const { database, siteId } = context;
  const reference = referenceIn(input);
  const dryRun = isDryRun(input);
  await context.takeRows(1);
  const named = await database.read((tx) => findLearner(tx, siteId, reference));
  if ('id' in named && !dryRun && input.removeFiles === true) await removeFiles(context);
  const kept =
    'id' in named
      ? await findAnswersNaming((work) => database.read(work), siteId, named.id, NAMING_OPERATIONS)
      : undefined;
  const report = await database.transaction(
    (tx) => (dryRun ? foresee : erase)(tx, context, reference, kept),
    {
      writesNothing: dryRun,
    },
  );
  if (report.kind === 'error') return report;
  return { ...report, files: await findKeptJobFiles(database, siteId, context.jobs) };
}

/** Before anybody is erased: who sends the same again after an answer that did not come finds nobody, and no files. */
async function removeFiles({ database, siteId, jobs }: RequestContext): Promise<void> {
  await removeKeptJobFiles(database, siteId, await findKeptJobFiles(database, siteId, jobs));
}

async function foresee(
  tx: Tx,
  { siteId }: RequestContext,
  reference: LearnerReference,
  kept: KeptAnswers | undefined,
): Promise<ErasureReport> {
  const learner = await findLearner(tx, siteId, reference);
  if ('problem' in learner) return reportRefusedErasure(learner.problem, true);
  const registrationIds = await findRegistrationIdsOf(tx, siteId, learner.id, { lock: false });
  const details = await eraseDetails(tx, siteId, learner.id, registrationIds, true);
  return reportErasure(learner.id, await countAll(tx, siteId, learner.id, details, kept), true);
}

async function erase(
  tx: Tx,
  context: RequestContext,
  reference: LearnerReference,
  kept: KeptAnswers | undefined,
): Promise<ErasureReport> {
  const { siteId } = context;
  // Nobody registers or renames a learner meanwhile.
  await lockSite(tx, siteId);
  const learner = await findLearner(tx, siteId, reference);
  if ('problem' in learner) {
    const refused = reportRefusedErasure(learner.problem, false);
    await audit(tx, context, refused);
    return refused;
  }
  // As every writer of tracking does; then nobody assesses or notifies the learner any more.
  const registrationIds = await findRegistrationIdsOf(tx, siteId, learner.id, { lock: true });
  await lockLearner(tx, siteId, learner.id);
  const answers = await findAnswersNaming((work) => work(tx), siteId, learner.id, NAMING_OPERATIONS, kept);
  const details = await eraseDetails(tx, siteId, learner.id, registrationIds, false);
  const removed = await countAll(tx, siteId, learner.id, details, answers);
  // Not before the locks are there, as imports do.
  const by: DeletedBy = { deletedAt: await context.stamp(tx), reason: 'ERASED', importId: null };
  await eraseAnswers(tx, siteId, answers.naming);
  await removeTracking(tx, siteId, learner.id, by);
  await removeLearner(tx, siteId, learner.id);
  const report = reportErasure(learner.id, removed, false);
  await audit(tx, context, report);
  return report;
}

/** Of registrations that were removed before, too: what imports did to them is still kept. */
async function eraseDetails(
  tx: Tx,
  siteId: number,
  learnerId: number,
  registrationIds: readonly number[],
  dryRun: boolean,
): Promise<ErasedDetails> {
  const former = await findFormerRegistrationIdsOf(tx, siteId, learnerId);
  const ids = [...new Set([...registrationIds, ...former])];
  return eraseFromRunDetails(tx, siteId, learnerId, ids, dryRun);
}

async function countAll(
  tx: Tx,
  siteId: number,
  learnerId: number,
  { changes, problems }: ErasedDetails,
  answers: KeptAnswers | undefined,
): Promise<RemovedRecords> {
  return {
    ...(await countOfLearner(tx, siteId, learnerId)),
    keptAnswers: answers?.naming.length ?? 0,
    importChanges: changes,
    importProblems: problems,
  };
}

/** Part by part, however much there is. */
async function removeTracking(tx: Tx, siteId: number, learnerId: number, by: DeletedBy): Promise<void> {
  for (;;) {
    const some = await someTrackingOf(tx, siteId, learnerId);
    if (some.length === 0) return;
    await deleteTracking(tx, siteId, some, by);
  }
}

async function audit(
  tx: Tx,
  context: RequestContext,
  { kind, learnerId, removed }: ErasureReport,
): Promise<void> {
  await recordAudit(tx, context, {
    operation: 'eraseLearner',
    targetType: 'LEARNER',
    targetId: learnerId === null ? null : String(learnerId),
    changedFields: Object.entries(removed).flatMap(([kindOfRecord, count]) =>
      count > 0 ? [kindOfRecord] : [],
    ),
    kind,
  });
}
