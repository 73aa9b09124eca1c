import type { RequestContext } from '../../access/request-context';
import type { ActivityReport } from '../editing/activity-report';
import { judgeElement } from '../rules/element';
import { judgeStoredParent } from '../rules/parent';
import { flagActivity } from './flag-activity';
import { RestoreCustomActivityInput } from './restore-custom-activity.input';

/** Takes the flag of one custom activity back. Where a folder above it is deleted nobody would see it: check 5. */
export function restoreCustomActivity(
  context: RequestContext,
  input: RestoreCustomActivityInput,
): Promise<ActivityReport> {
  return flagActivity(context, RestoreCustomActivityInput, input, {
    operation: 'restoreCustomActivity',
    failure: 'RESTORE_FAILED',
    isDeleted: false,
    judge: (reference, { element, isInDeletedFolder }, course) => [
      ...judgeStoredParent(reference, isInDeletedFolder),
      ...judgeElement(reference, element && { ...element, isDeleted: false }, course),
    ],
  });
}
