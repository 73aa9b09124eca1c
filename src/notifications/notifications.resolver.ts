import { Args, ArgsType, Ctx, Field, ID, InputType, Int, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../contract/connection';
import { idNumber } from '../contract/id-number';
import {
  countNotifications,
  findNotificationPage,
  type NotificationConditions,
  type NotificationPosition,
} from '../data/notification.repository';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { Notification, toNotification } from './notification.type';

@InputType({
  description: 'All given conditions must hold; none may be null. An unknown reference finds nothing.',
})
class NotificationFilter {
  @Field(() => Int, { nullable: true, description: 'About this element.' })
  elementId?: number | null;

  @Field(() => ID, { nullable: true, description: 'For this participant.' })
  learnerId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only those that no webhook has taken yet; false: only those that one has.',
  })
  undelivered?: boolean | null;
}

@ArgsType()
class NotificationArgs extends PageArgs {
  @Field(() => NotificationFilter, { nullable: true, description: 'Which ones; without it, all.' })
  filter?: NotificationFilter | null;
}

const NotificationConnection = connectionType(
  Notification,
  'A page of notifications, as Relay has it, newest first.',
);

const CURSOR: CursorFormat<NotificationPosition, NotificationPosition> = {
  write: ({ createdAt, id }) => `${createdAt}:${id}`,
  pattern: /^(\d{1,15}):([\da-f-]{36})$/,
  read: (createdAt, id) => ({ createdAt: nearestStorableInstant(Number(createdAt)), id: String(id) }),
};

@Resolver()
export class NotificationsResolver {
  @Query(() => NotificationConnection, {
    description:
      'What participants are told of updates, as a Relay connection, newest first. Where a webhook is configured they are delivered to it too.',
  })
  @NeedsScope('activity:read')
  notifications(
    @Args(() => NotificationArgs) { filter, ...page }: NotificationArgs,
    @Ctx() { database, siteId }: RequestContext,
  ) {
    const conditions = conditionsOf(filter ?? {});
    return NotificationConnection.read(page, {
      find: (limit, after) =>
        database.read((tx) => findNotificationPage(tx, siteId, conditions, limit, after)),
      count: () => database.read((tx) => countNotifications(tx, siteId, conditions)),
      toNode: toNotification,
      cursor: CURSOR,
    });
  }
}

function conditionsOf({ elementId, learnerId, undelivered }: NotificationFilter): NotificationConditions {
  return {
    elementId: elementId ?? undefined,
    learnerId: learnerId === undefined || learnerId === null ? undefined : idNumber(learnerId),
    isDelivered: undelivered === undefined || undelivered === null ? undefined : !undelivered,
  };
}
