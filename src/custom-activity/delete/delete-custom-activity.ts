import type { RequestContext } from '../../access/request-context';
import type { ActivityReport } from '../editing/activity-report';
import { judgeElement } from '../rules/element';
import { DeleteCustomActivityInput } from './delete-custom-activity.input';
import { flagActivity } from './flag-activity';

/** Flags one custom activity as deleted; its results stay. One that is deleted already is refused, as by check 6. */
export function deleteCustomActivity(
  context: RequestContext,
  input: DeleteCustomActivityInput,
): Promise<ActivityReport> {
  return flagActivity(context, DeleteCustomActivityInput, input, {
    operation: 'deleteCustomActivity',
    failure: 'DELETE_FAILED',
    isDeleted: true,
    judge: (reference, { element }, course) => judgeElement(reference, element, course),
  });
}
