import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../access/request-context';
import { OperationFailed } from '../contract/operation-failed';
import { findElementsBy, lockElement } from '../data/course-reference.repository';
import {
  addCourseObjectives,
  findActivities,
  findAssessedParts,
  findCourseObjectives,
  type LinkedObjective,
  replaceElementObjectives,
  rewriteActivity,
  type StoredActivity,
} from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import { recordNotifications } from '../data/notification.repository';
import { type Decision, decideUpdate, judgeTexts, type StoredState } from './decide-update';
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
import { answerUnderKey } from './under-key';
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
    throw updateFailed(context, error);
  }
}

/** Whatever goes wrong besides the checks has one text, which is the vendor's. */
export function updateFailed({ requestId }: RequestContext, cause: unknown): OperationFailed {
  const text = 'Could not create/update element Custom Activity.';
  return new OperationFailed('UPDATE_FAILED', text, requestId, cause);
}

async function checkAndRun(
  context: RequestContext,
  input: UpdateCustomActivityInput,
  loaded: References | undefined,
): Promise<UpdateReport> {
  const refuse = (problems: UpdateReport['problems']) => reportError(problems, input.dryRun);
  const description = readDescription(input.description);
  const read = readRequest(input);
  if ('problems' in read) return refuse([...read.problems, ...problemsOfTexts(input, description)]);
  const { request } = read;
  return context.database.transaction((tx) => {
    const answer = async () => {
      const references = loaded ?? (await loadReferences(tx, context.siteId, [request]));
      return runUpdate(tx, context, request, description, references);
    };
    return answerUnderKey(tx, context, 'updateCustomActivity', input, answer, refuse);
  });
}

/** The part of the checks that needs nothing stored. */
function problemsOfTexts(input: UpdateCustomActivityInput, description: ReadDescription | null) {
  return Object.values(judgeTexts(input, description, null)).flatMap(({ problems }) => problems);
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
  const state = await loadState(tx, siteId, request, references);
  const decision = decideUpdate(request, description, references, state);
  if (decision.kind === 'refused') return reportError(decision.problems, dryRun);

  const { before, after, problems } = decision;
  const course = await courseObjectivesAfter(tx, siteId, decision);
  const changes = [...changesBetween(before, after), ...courseChange(course.before, course.added)];
  if (changes.length === 0) return reportUpdate(before, changes, problems, dryRun);
  const written = { ...after, updatedAt: context.clock().getTime() };
  if (!dryRun) {
    await rewriteActivity(tx, siteId, written);
    if (after.learningObjectives !== before.learningObjectives) {
      await addCourseObjectives(tx, siteId, after.courseId, idsOf(course.added));
      await replaceElementObjectives(tx, siteId, after.elementId, idsOf(after.learningObjectives));
    }
    if (request.input.sendUpdateNotification === true) await notify(tx, siteId, written, changes);
  }
  return reportUpdate(written, changes, problems, dryRun);
}

/** A dry run needs no lock: it writes nothing that another update could get in between of. */
async function loadState(
  tx: Tx,
  siteId: number,
  request: UpdateRequest,
  references: References,
): Promise<StoredState> {
  const nothing: StoredState = {
    element: undefined,
    activity: null,
    assessed: { activity: false, objectives: false },
  };
  const id = references.elementOf(request)?.id;
  if (id === undefined) return nothing;
  const element = request.input.dryRun
    ? (await findElementsBy(tx, siteId, 'id', [id]))[0]
    : await lockElement(tx, siteId, id);
  if (element?.kind !== 'CUSTOM_ACTIVITY') return { ...nothing, element };
  const [activity] = await findActivities(tx, siteId, [id]);
  if (activity === undefined) throw new Error(`Element ${id} is a custom activity without its own row`);
  return { element, activity, assessed: await findAssessedParts(tx, siteId, id) };
}

/** The course's learning objectives, and those of the activity that it does not have yet. */
async function courseObjectivesAfter(
  tx: Tx,
  siteId: number,
  { before, after }: Extract<Decision, { kind: 'accepted' }>,
): Promise<{ readonly before: readonly LinkedObjective[]; readonly added: readonly LinkedObjective[] }> {
  const wanted = after.learningObjectives;
  if (wanted === before.learningObjectives || wanted.length === 0) return { before: [], added: [] };
  const stored = await findCourseObjectives(tx, siteId, after.courseId);
  const there = new Set(idsOf(stored));
  return { before: stored, added: wanted.filter(({ id }) => !there.has(id)) };
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

function idsOf(objectives: readonly LinkedObjective[]): number[] {
  return objectives.map(({ id }) => id);
}
