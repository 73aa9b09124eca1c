import type { RequestContext } from '../../access/request-context';
import { chargeRows, isDryRun } from '../../contract/answer-under-key';
import { rewriteActivity, type StoredActivity } from '../../data/custom-activity.repository';
import type { Tx } from '../../data/database';
import { findParticipantsToTell } from '../../data/notification.repository';
import {
  type ActivityReport,
  courseChanges,
  reportAcceptedEdit,
  reportRefusedEdit,
} from '../editing/activity-report';
import { courseObjectivesWith, writeActivityObjectives } from '../editing/course-objectives';
import type { CourseReferences } from '../editing/course-references';
import { failed } from '../editing/failed';
import { assessmentsThatLock, judgeTexts } from '../editing/judge-edit';
import { loadElement } from '../editing/load-element';
import { runCommand } from '../editing/run-command';
import { type ReadDescription, readDescription } from '../rules/description';
import { decideUpdate } from './decide-update';
import { notifyParticipants } from './notify-participants';
import { readUpdate, type UpdateRequest } from './read-update';
import type { UpdateCustomActivityInput } from './update-custom-activity.input';

/**
 * Updates one custom activity: read, load, decide, write, report. Every check runs before the first write, and one
 * transaction holds the element, its notifications and the idempotency entry.
 * Source: docs/rules/custom-activity.md.
 */
export async function updateCustomActivity(
  context: RequestContext,
  input: UpdateCustomActivityInput,
  /** Of a whole list of inputs, loaded and charged before; by default those of this one, within its transaction. */
  loaded?: CourseReferences,
): Promise<ActivityReport> {
  try {
    const refuse = (problems: ActivityReport['problems']) => reportRefusedEdit(problems, isDryRun(input));
    const charge = loaded === undefined ? await chargeRows(context, input, 1) : undefined;
    const description = await readDescription(input.description);
    const read = readUpdate(input);
    if ('problems' in read) {
      const texts = judgeTexts(input, description, null);
      return refuse([...read.problems, ...texts.problems]);
    }
    const { request } = read;
    return await runCommand(context, {
      operation: 'updateCustomActivity',
      request,
      loaded,
      run: async (tx, references) => {
        await charge?.();
        return update(tx, context, request, description, references);
      },
      refuse,
      toAudit: ({ changes }, references) => ({
        elementId: references.elementOf(request)?.id,
        changedFields: changes.map(({ field }) => field),
      }),
    });
  } catch (error) {
    throw failed('UPDATE_FAILED', context, error);
  }
}

async function update(
  tx: Tx,
  context: RequestContext,
  request: UpdateRequest,
  description: ReadDescription | null,
  references: CourseReferences,
): Promise<ActivityReport> {
  const { siteId } = context;
  const dryRun = isDryRun(request.input);
  const stored = await loadElement(tx, siteId, request, references, assessmentsThatLock(request.input));
  const decision = decideUpdate(request, description, references, stored);
  if (decision.kind === 'refused') return reportRefusedEdit(decision.problems, dryRun);

  const { before, after, problems, tells } = decision;
  const hasNewObjectives = after.learningObjectives !== before.learningObjectives;
  const wanted = hasNewObjectives ? after.learningObjectives : [];
  const course = await courseObjectivesWith(tx, siteId, after.courseId, wanted);
  const changes = [...decision.changes, ...courseChanges(course)];
  if (changes.length === 0) return reportAcceptedEdit(before, changes, problems, dryRun);

  const now = context.clock().getTime();
  const told = tells ? await findParticipantsToTell(tx, siteId, after.courseId, now) : [];
  // Clocks differ and stand still; who read the element before has to see that it is another.
  const written: StoredActivity = { ...after, updatedAt: Math.max(now, before.updatedAt + 1) };
  if (!dryRun) {
    await rewriteActivity(tx, siteId, written, after.parentId !== before.parentId);
    if (hasNewObjectives) await writeActivityObjectives(tx, siteId, written, course);
    if (told.length > 0) await notifyParticipants(tx, context, told, written, changes);
  }
  return {
    ...reportAcceptedEdit(written, changes, problems, dryRun),
    notifiedParticipants: told.length,
  };
}
