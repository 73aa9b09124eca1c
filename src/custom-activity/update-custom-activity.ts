import { randomUUID } from 'node:crypto';
import { answerUnderKey } from '../access/answer-under-key';
import type { RequestContext } from '../access/request-context';
import { rewriteActivity, type StoredActivity } from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import { recordNotifications } from '../data/notification.repository';
import { auditCommand } from './audit-command';
import { courseObjectivesWith, writeObjectives } from './course-objectives';
import { decideUpdate } from './decide-update';
import { failed } from './failed';
import { assessmentsThatLock, judgeTexts } from './judge-edit';
import { loadState } from './load-state';
import { readRequest, type UpdateRequest } from './read-request';
import { loadReferences, type References } from './references';
import {
  type Change,
  changesBetween,
  courseChange,
  reportError,
  reportUpdate,
  type UpdateReport,
} from './report';
import { type ReadDescription, readDescription } from './rules/description';
import type { UpdateCustomActivityInput } from './update-custom-activity.input';

/**
 * Updates one custom activity: read, resolve, lock, decide, write, report. Every check runs before the first write,
 * and one transaction holds the element, its notifications and the idempotency entry. Source: the rules of
 * updateCustomActivity.
 */
export async function updateCustomActivity(
  context: RequestContext,
  input: UpdateCustomActivityInput,
  /** Of a whole list of inputs, loaded before; by default those of this one, within its transaction. */
  loaded?: References,
): Promise<UpdateReport> {
  try {
    return await checkAndRun(context, input, loaded);
  } catch (error) {
    throw failed('UPDATE_FAILED', context, error);
  }
}

async function checkAndRun(
  context: RequestContext,
  input: UpdateCustomActivityInput,
  loaded: References | undefined,
): Promise<UpdateReport> {
  const refuse = (problems: UpdateReport['problems']) => reportError(problems, input.dryRun);
  const description = readDescription(input.description);
  const read = readRequest(input);
  if ('problems' in read) return refuse([...read.problems, ...judgeTexts(input, description, null).problems]);
  const { request } = read;
  return context.database.transaction(async (tx) => {
    const references = loaded ?? (await loadReferences(tx, context, [request]));
    const answer = async () => {
      const report = await runUpdate(tx, context, request, description, references);
      await auditCommand(tx, context, request, references, {
        operation: 'updateCustomActivity',
        kind: report.kind,
        elementId: references.elementOf(request)?.id,
        changedFields: report.changes.map(({ field }) => field),
      });
      return report;
    };
    // An answer that a caller got for a user is none to those of the same name who may not act for that user.
    if (references.userOf(request) === undefined) return answer();
    return answerUnderKey(tx, context, 'updateCustomActivity', input, answer, refuse);
  });
}

async function runUpdate(
  tx: Tx,
  context: RequestContext,
  request: UpdateRequest,
  description: ReadDescription | null,
  references: References,
): Promise<UpdateReport> {
  const { siteId } = context;
  const { dryRun } = request.input;
  const asked = assessmentsThatLock(request.input);
  const state = await loadState(tx, siteId, request, references, dryRun, asked);
  const decision = decideUpdate(request, description, references, state);
  if (decision.kind === 'refused') return reportError(decision.problems, dryRun);

  const { before, after, problems } = decision;
  const hasNewObjectives = after.learningObjectives !== before.learningObjectives;
  const wanted = hasNewObjectives ? after.learningObjectives : [];
  const course = await courseObjectivesWith(tx, siteId, after.courseId, wanted);
  const changes = [...changesBetween(before, after), ...courseChange(course.before, course.added)];
  if (changes.length === 0) return reportUpdate(before, changes, problems, dryRun);
  const written = { ...after, updatedAt: context.clock().getTime() };
  if (!dryRun) {
    await rewriteActivity(tx, siteId, written);
    if (hasNewObjectives) await writeObjectives(tx, siteId, written, course);
    if (request.input.sendUpdateNotification === true) await notify(tx, siteId, written, changes);
  }
  return reportUpdate(written, changes, problems, dryRun);
}

async function notify(
  tx: Tx,
  siteId: number,
  activity: StoredActivity,
  changes: readonly Change[],
): Promise<void> {
  const { elementId, syncKey, courseId, courseSyncKey, title, updatedAt } = activity;
  const changedFields = changes.map((change) => change.field);
  await recordNotifications(tx, siteId, {
    updateId: randomUUID(),
    elementId,
    courseId,
    createdAt: updatedAt,
    payload: { elementId, syncKey, courseId, courseSyncKey, title, changedFields },
  });
}
