import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../access/request-context';
import { chargeRows, isDryRun } from '../../contract/answer-under-key';
import { findElementsBy } from '../../data/course-reference.repository';
import { insertActivity } from '../../data/custom-activity.repository';
import type { Tx } from '../../data/database';
import type { Problem } from '../../kernel/problem';
import { changesFromNothing, courseChanges } from '../editing/activity-report';
import { courseObjectivesWith, writeActivityObjectives } from '../editing/course-objectives';
import type { CourseReferences } from '../editing/course-references';
import { failed } from '../editing/failed';
import { judgeTexts } from '../editing/judge-edit';
import { runCommand } from '../editing/run-command';
import { type ReadDescription, readDescription } from '../rules/description';
import type { CreateCustomActivityInput } from './create-custom-activity.input';
import {
  type CreationReport,
  reportCreated,
  reportDryCreation,
  reportRefusedCreation,
} from './creation-report';
import { decideCreation, syncKeyTaken } from './decide-creation';
import { type CreateRequest, readCreation } from './read-creation';

/**
 * Creates one custom activity: read, load, decide, write, report, as updateCustomActivity does and by its rules. Every
 * check runs before the first write, but for one: that nobody takes the sync key at the same moment.
 */
export async function createCustomActivity(
  context: RequestContext,
  input: CreateCustomActivityInput,
): Promise<CreationReport> {
  try {
    const refuse = (problems: readonly Problem[]) => reportRefusedCreation(problems, isDryRun(input));
    const charge = await chargeRows(context, input, 1);
    const description = await readDescription(input.description);
    const read = readCreation(input);
    if ('problems' in read) {
      const texts = judgeTexts(input, description, null);
      return refuse([...read.problems, ...texts.problems]);
    }
    const { request } = read;
    return await runCommand(context, {
      operation: 'createCustomActivity',
      request,
      run: async (tx, references) => {
        await charge();
        return create(tx, context, request, description, references);
      },
      refuse,
      toAudit: ({ element, changes }) => ({
        elementId: element?.elementId,
        changedFields: changes.map(({ field }) => field),
      }),
    });
  } catch (error) {
    throw failed('CREATE_FAILED', context, error);
  }
}

async function create(
  tx: Tx,
  { siteId, clock }: RequestContext,
  request: CreateRequest,
  description: ReadDescription | null,
  references: CourseReferences,
): Promise<CreationReport> {
  const dryRun = isDryRun(request.input);
  const sentKey = request.input.syncKey ?? null;
  const isTaken = sentKey !== null && (await isSyncKeyTaken(tx, siteId, sentKey));
  const decision = decideCreation(request, description, references, isTaken);
  if (decision.kind === 'refused') return reportRefusedCreation(decision.problems, dryRun);

  const { activity, problems } = decision;
  const course = await courseObjectivesWith(tx, siteId, activity.courseId, activity.learningObjectives);
  const changes = [...changesFromNothing(activity), ...courseChanges(course)];
  if (dryRun) return reportDryCreation(sentKey, changes, problems);

  const created = { ...activity, syncKey: sentKey ?? randomUUID(), updatedAt: clock().getTime() };
  const elementId = await insertActivity(tx, siteId, created);
  // Somebody else has just taken it; nothing has been written.
  if (elementId === null) return reportRefusedCreation([syncKeyTaken()], dryRun);
  const written = { ...created, elementId };
  await writeActivityObjectives(tx, siteId, written, course);
  return reportCreated(written, changes, problems);
}

/** By an element of any kind, deleted ones included. */
async function isSyncKeyTaken(tx: Tx, siteId: number, syncKey: string): Promise<boolean> {
  return (await findElementsBy(tx, siteId, 'sync_key', [syncKey])).length > 0;
}
