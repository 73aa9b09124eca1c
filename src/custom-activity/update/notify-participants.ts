import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../access/request-context';
import type { StoredActivity } from '../../data/custom-activity.repository';
import type { Tx } from '../../data/database';
import { recordNotifications } from '../../data/notification.repository';
import { hasOwnWebhook } from '../../data/webhook.repository';
import type { ActivityChange } from '../editing/activity-report';

/** Records, for each of these learners, that the activity was updated. */
export async function notifyParticipants(
  tx: Tx,
  { siteId, hasWebhook }: RequestContext,
  learnerIds: readonly number[],
  activity: StoredActivity,
  changes: readonly ActivityChange[],
): Promise<void> {
  const { elementId, syncKey, courseId, courseSyncKey, title, updatedAt } = activity;
  const changedFields = changes.map(({ field }) => field);
  await recordNotifications(
    tx,
    siteId,
    learnerIds,
    {
      updateId: randomUUID(),
      elementId,
      createdAt: updatedAt,
      payload: { elementId, syncKey, courseId, courseSyncKey, title, changedFields },
    },
    hasWebhook || (await hasOwnWebhook(tx, siteId)),
  );
}
