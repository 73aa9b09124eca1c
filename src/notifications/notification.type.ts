import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { NEVER } from '../data/entities/notification.entity';
import type { StoredNotification } from '../data/notification.repository';

const NotificationStatus = {
  PENDING: 'PENDING',
  DELIVERED: 'DELIVERED',
  FAILED: 'FAILED',
  KEPT: 'KEPT',
} as const;

registerEnumType(NotificationStatus, {
  name: 'NotificationStatus',
  description: 'What became of a notification.',
  valuesConfig: {
    PENDING: { description: 'It is to be posted to the webhook, for the first time or again.' },
    DELIVERED: { description: 'The webhook took it.' },
    FAILED: {
      description: 'It was given up: the webhook refused it for three days, answered 410, or was ended.',
    },
    KEPT: { description: 'No webhook was configured when it was recorded: it is here only.' },
  },
});

@ObjectType({
  description:
    'A participant of a course is to be told that an activity was updated: one for each participant and update that asks for it. What it tells is as it was at the update.',
})
export class Notification {
  @Field(() => ID, { description: 'UUID, the webhook-id of every delivery of it.' })
  notificationId: string;

  @Field(() => ID, { description: 'The participant.' })
  learnerId: number;

  @Field(() => String, { description: 'Login of the participant.' })
  learnerLogin: string;

  @Field(() => Int, { description: 'Id of the updated element.' })
  elementId: number;

  @Field(() => String, { nullable: true, description: 'Sync key of the element.' })
  elementSyncKey: string | null;

  @Field(() => Int, { description: 'Id of its course.' })
  courseId: number;

  @Field(() => String, { nullable: true, description: 'Sync key of its course.' })
  courseSyncKey: string | null;

  @Field(() => String, { description: 'Title of the element.' })
  title: string;

  @Field(() => [String], { description: 'The fields that the update changed, as its changes name them.' })
  changedFields: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When the update was made.' })
  createdAt: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the webhook took it; null before, and always where no webhook is configured.',
  })
  deliveredAt: number | null;

  @Field(() => NotificationStatus, { description: 'What became of it.' })
  status: keyof typeof NotificationStatus;

  @Field(() => Int, { description: 'How many deliveries were begun.' })
  attempts: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it is due, or due again; null unless it is pending.',
  })
  nextAttemptAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the last delivery failed, as a code such as HTTP_500, TIMEOUT or ECONNREFUSED.',
  })
  lastError: string | null;
}

export function toNotification(stored: StoredNotification): Notification {
  const { elementId, syncKey, courseId, courseSyncKey, title, changedFields } = stored.payload;
  const status = statusOf(stored);
  return {
    notificationId: stored.id,
    learnerId: stored.learnerId,
    learnerLogin: stored.learnerLogin,
    elementId,
    elementSyncKey: syncKey,
    courseId,
    courseSyncKey,
    title,
    changedFields,
    createdAt: stored.createdAt,
    deliveredAt: stored.deliveredAt,
    attempts: stored.attempts,
    status,
    nextAttemptAt: status === 'PENDING' ? stored.nextAttemptAt : null,
    lastError: stored.lastError,
  };
}

function statusOf({ deliveredAt, nextAttemptAt, givenUpAt }: StoredNotification): Notification['status'] {
  if (deliveredAt !== null) return 'DELIVERED';
  if (nextAttemptAt < NEVER) return 'PENDING';
  return givenUpAt === null ? 'KEPT' : 'FAILED';
}
