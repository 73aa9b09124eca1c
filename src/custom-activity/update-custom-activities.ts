import type { RequestContext } from '../access/request-context';
import { badUserInput } from '../contract/bad-user-input';
import { OperationFailed } from '../contract/operation-failed';
import { failed } from './failed';
import { readRequest } from './read-request';
import { loadReferences } from './references';
import type { UpdateReport } from './report';
import { updateCustomActivity } from './update-custom-activity';
import type { UpdateCustomActivityInput } from './update-custom-activity.input';

export const MAX_UPDATES = 500;

/**
 * Updates many custom activities, one after the other, each in its own transaction: what is wrong with one stops
 * nothing, not even a failure, which stands in the place of its report. What the inputs refer to is loaded once for
 * all of them.
 */
export async function updateCustomActivities(
  context: RequestContext,
  inputs: readonly UpdateCustomActivityInput[],
): Promise<(UpdateReport | OperationFailed)[]> {
  if (inputs.length === 0 || inputs.length > MAX_UPDATES) {
    throw badUserInput(`inputs must hold from 1 to ${MAX_UPDATES} updates.`);
  }
  await context.takeRows(inputs.length);
  const references = await loadReferencesOf(context, inputs);
  const results: (UpdateReport | OperationFailed)[] = [];
  for (const input of inputs) results.push(await updateOrFailure(context, input, references));
  return results;
}

async function loadReferencesOf(context: RequestContext, inputs: readonly UpdateCustomActivityInput[]) {
  const requests = inputs.flatMap((input) => {
    const read = readRequest(input);
    return 'request' in read ? [read.request] : [];
  });
  try {
    return await context.database.read((tx) => loadReferences(tx, context, requests));
  } catch (error) {
    throw failed('UPDATE_FAILED', context, error);
  }
}

async function updateOrFailure(
  ...update: Parameters<typeof updateCustomActivity>
): Promise<UpdateReport | OperationFailed> {
  try {
    return await updateCustomActivity(...update);
  } catch (error) {
    if (error instanceof OperationFailed) return error;
    throw error;
  }
}
