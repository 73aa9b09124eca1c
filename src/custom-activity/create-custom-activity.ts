import { randomUUID } from 'node:crypto';
import { answerUnderKey } from '../access/answer-under-key';
import type { RequestContext } from '../access/request-context';
import { findElementsBy } from '../data/course-reference.repository';
import { insertActivity } from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import type { Problem } from '../kernel/problem';
import { auditCommand } from './audit-command';
import { contradictingFields, formatProblems, type Pair, referenceOf } from './contradictions';
import { courseObjectivesWith, writeObjectives } from './course-objectives';
import { CreateCustomActivityInput } from './create-custom-activity.input';
import { type CreateRequest, decideCreation, syncKeyTaken } from './decide-creation';
import { failed } from './failed';
import { judgeTexts } from './judge-edit';
import { loadReferences, type References } from './references';
import { changesFromNothing, courseChange, reportError, reportUpdate, type UpdateReport } from './report';
import { type ReadDescription, readDescription } from './rules/description';

/**
 * Creates one custom activity: read, resolve, decide, write, report, as updateCustomActivity does and by its rules.
 * Every check runs before the first write, but for one: that nobody takes the sync key at the same moment.
 */
export async function createCustomActivity(
  context: RequestContext,
  input: CreateCustomActivityInput,
): Promise<CreationReport> {
  try {
    return await checkAndRun(context, input);
  } catch (error) {
    throw failed('CREATE_FAILED', context, error);
  }
}

/** A dry run tells of an element that is not there: the report has its changes, and no element. */
export interface CreationReport extends UpdateReport {
  /** Null on error, and on a dry run that would make one. */
  readonly syncKey: string | null;
}

async function checkAndRun(
  context: RequestContext,
  input: CreateCustomActivityInput,
): Promise<CreationReport> {
  const refuse = (problems: readonly Problem[]) => ({
    ...reportError(problems, input.dryRun),
    syncKey: null,
  });
  const description = readDescription(input.description);
  const read = readCreateRequest(input);
  if ('problems' in read) return refuse([...read.problems, ...judgeTexts(input, description, null).problems]);
  const { request } = read;
  return context.database.transaction(async (tx) => {
    const references = await loadReferences(tx, context, [request]);
    const answer = async () => {
      const report = await runCreation(tx, context, request, description, references, refuse);
      await auditCommand(tx, context, request, references, {
        operation: 'createCustomActivity',
        kind: report.kind,
        elementId: report.element?.elementId,
        changedFields: report.changes.map(({ field }) => field),
      });
      return report;
    };
    // An answer that a caller got for a user is none to those of the same name who may not act for that user.
    if (references.userOf(request) === undefined) return answer();
    return answerUnderKey(tx, context, 'createCustomActivity', input, answer, refuse);
  });
}

const COURSE: Pair<CreateCustomActivityInput> = ['courseId', 'courseSyncKey'];
const USER: Pair<CreateCustomActivityInput> = ['userId', 'userSyncKey'];
const PARENT: Pair<CreateCustomActivityInput> = ['parentId', 'parentSyncKey'];
const ASSESSMENT: Pair<CreateCustomActivityInput> = ['assessmentId', 'maxScore'];

/** Check 1. */
function readCreateRequest(
  input: CreateCustomActivityInput,
): { readonly request: CreateRequest } | { readonly problems: readonly Problem[] } {
  const pairs = { exactlyOne: [COURSE, USER], atMostOne: [PARENT, ASSESSMENT] };
  const problems = formatProblems(CreateCustomActivityInput, input, contradictingFields(input, pairs));
  const [course, user] = pairs.exactlyOne.map((fields) => referenceOf(input, fields));
  if (problems.length > 0 || !course || !user) return { problems };
  return { request: { input, course, user, element: null, parent: referenceOf(input, PARENT) } };
}

async function runCreation(
  tx: Tx,
  context: RequestContext,
  request: CreateRequest,
  description: ReadDescription | null,
  references: References,
  refuse: (problems: readonly Problem[]) => CreationReport,
): Promise<CreationReport> {
  const { siteId } = context;
  const { dryRun } = request.input;
  const sentKey = request.input.syncKey ?? null;
  const isTaken = sentKey !== null && (await isSyncKeyTaken(tx, siteId, sentKey));
  const decision = decideCreation(request, description, references, isTaken);
  if (decision.kind === 'refused') return refuse(decision.problems);

  const { activity, problems } = decision;
  const course = await courseObjectivesWith(tx, siteId, activity.courseId, activity.learningObjectives);
  const changes = [...changesFromNothing(activity), ...courseChange(course.before, course.added)];
  if (dryRun) return { ...reportUpdate(null, changes, problems, dryRun), syncKey: sentKey };
  const created = { ...activity, syncKey: sentKey ?? randomUUID(), updatedAt: context.clock().getTime() };
  const elementId = await insertActivity(tx, siteId, created);
  // Somebody else has just taken it; nothing has been written.
  if (elementId === null) return refuse([syncKeyTaken()]);
  const written = { ...created, elementId };
  await writeObjectives(tx, siteId, written, course);
  return { ...reportUpdate(written, changes, problems, dryRun), syncKey: written.syncKey };
}

/** By an element of any kind, deleted ones included. */
async function isSyncKeyTaken(tx: Tx, siteId: number, syncKey: string): Promise<boolean> {
  return (await findElementsBy(tx, siteId, 'sync_key', [syncKey])).length > 0;
}
