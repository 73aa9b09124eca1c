import type { RequestContext } from '../../access/request-context';
import { usesKey } from '../../contract/answer-under-key';
import { badUserInput } from '../../contract/bad-user-input';
import { OperationFailed } from '../../contract/operation-failed';
import type { Tx } from '../../data/database';
import { DatabaseError } from '../../data/database-errors';
import { findKeptKeys } from '../../data/idempotency.repository';
import { mapInTurns, nextTurn } from '../../event-loop/turns';
import type { ActivityReport } from '../editing/activity-report';
import { loadCourseReferences } from '../editing/course-references';
import { failed } from '../editing/failed';
import { readUpdate } from './read-update';
import { updateCustomActivity } from './update-custom-activity';
import type { UpdateCustomActivityInput } from './update-custom-activity.input';

export const MAX_UPDATES = 500;

/** What stands in the place of a report. */
export type UpdateFailure = OperationFailed | DatabaseError;

/**
 * Updates many custom activities, one after the other, each in its own transaction: what is wrong with one stops
 * nothing, not even a failure, which stands in the place of its report. Only a database that cannot be used ends it:
 * each of the rest would wait for it in vain. What the inputs refer to is loaded once for all of them.
 */
export async function updateCustomActivities(
  context: RequestContext,
  inputs: readonly UpdateCustomActivityInput[],
): Promise<(ActivityReport | UpdateFailure)[]> {
  if (inputs.length === 0 || inputs.length > MAX_UPDATES) {
    throw badUserInput(`inputs must hold from 1 to ${MAX_UPDATES} updates.`);
  }
  await takeRowsOf(context, inputs);
  const references = await loadReferencesOf(context, inputs);
  const results: (ActivityReport | UpdateFailure)[] = [];
  let unavailable: DatabaseError | undefined;
  for (const input of inputs) {
    // One that is refused may wait for nothing by itself.
    await nextTurn();
    const result = unavailable ?? (await updateOrFailure(context, input, references));
    if (result instanceof DatabaseError && result.code === 'DATABASE_UNAVAILABLE') unavailable = result;
    results.push(result);
  }
  return results;
}

/** A retry under a key is charged nothing. */
async function takeRowsOf(
  context: RequestContext,
  inputs: readonly UpdateCustomActivityInput[],
): Promise<void> {
  const keys = new Set(inputs.filter(usesKey).flatMap(({ idempotencyKey }) => idempotencyKey ?? []));
  if (keys.size === 0) return context.takeRows(inputs.length);
  const scope = {
    siteId: context.siteId,
    caller: context.caller.id,
    operation: 'updateCustomActivity',
  };
  const kept = new Set(await readOrFail(context, (tx) => findKeptKeys(tx, scope, [...keys])));
  const written = inputs.filter((input) => usesKey(input) && kept.has(input.idempotencyKey ?? '')).length;
  if (written < inputs.length) await context.takeRows(inputs.length - written, written);
}

async function loadReferencesOf(context: RequestContext, inputs: readonly UpdateCustomActivityInput[]) {
  const read = await mapInTurns(inputs, readUpdate);
  const requests = read.flatMap((each) => ('request' in each ? [each.request] : []));
  return readOrFail(context, (tx) => loadCourseReferences(tx, context, requests));
}

async function readOrFail<Result>(
  context: RequestContext,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  try {
    return await context.database.read(work);
  } catch (error) {
    throw failed('UPDATE_FAILED', context, error);
  }
}

async function updateOrFailure(
  ...update: Parameters<typeof updateCustomActivity>
): Promise<ActivityReport | UpdateFailure> {
  try {
    return await updateCustomActivity(...update);
  } catch (error) {
    if (error instanceof OperationFailed || error instanceof DatabaseError) return error;
    throw error;
  }
}
