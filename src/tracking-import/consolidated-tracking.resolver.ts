import type { GraphQLResolveInfo } from 'graphql';
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Int,
  Query,
  Resolver,
  registerEnumType,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { selects } from '../bulk/marks';
import { type CursorFormat, PageArgs, syncedConnectionType } from '../contract/connection';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { isUnmatchable } from '../data/sql';
import {
  countTracking,
  findTrackingPage,
  type TrackingConditions,
  type TrackingDetails,
  type TrackingOrderName,
  type TrackingPosition,
} from '../data/tracking-query.repository';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { fold } from '../kernel/fold';
import type { TrackingStatus } from '../kernel/tracking-status';
import { ConsolidatedTracking, trackingOf } from './consolidated-tracking.type';
import { TrackingStatusEnum } from './import-consolidated-tracking.input';

@InputType({
  description: 'All given conditions must hold; none may be null. An unknown reference finds nothing.',
})
class ConsolidatedTrackingFilter {
  @Field(() => String, { nullable: true, description: "The learner's login, without regard to case." })
  candidateLogin?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The learner's e-mail address, without regard to case.",
  })
  candidateEmail?: string | null;

  @Field(() => String, { nullable: true, description: "The learner's reference number." })
  candidateRefNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'GUID of the session.' })
  sessionGuid?: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the session.' })
  sessionId?: number | null;

  @Field(() => Int, { nullable: true, description: 'Id of the training.' })
  trainingId?: number | null;

  @Field(() => String, { nullable: true, description: 'Reference number (path code) of the training.' })
  trainingPathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number of the learning object version.' })
  lovCode?: string | null;

  @Field(() => String, { nullable: true, description: 'GUID of the learning object version.' })
  lovGuid?: string | null;

  @Field(() => [TrackingStatusEnum], { nullable: true, description: 'One of these statuses.' })
  status?: TrackingStatus[] | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Changed at this instant or later: updatedAt is not before it.',
  })
  changedSince?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Rows this import created or replaced, and that no later one has replaced.',
  })
  importId?: string | null;
}

const TrackingOrder: { readonly [Name in TrackingOrderName]: Name } = {
  NEWEST_FIRST: 'NEWEST_FIRST',
  OLDEST_FIRST: 'OLDEST_FIRST',
  KEY: 'KEY',
};

registerEnumType(TrackingOrder, {
  name: 'TrackingOrder',
  description: 'The order of stored tracking.',
  valuesConfig: {
    NEWEST_FIRST: { description: 'Newest change first.' },
    OLDEST_FIRST: { description: 'Oldest change first: for keeping a copy in step.' },
    KEY: {
      description:
        'By registration and learning object version: for an export. No row is skipped, and none comes twice, while others write.',
    },
  },
});

@ArgsType()
class ConsolidatedTrackingArgs extends PageArgs {
  @Field(() => ConsolidatedTrackingFilter, { nullable: true, description: 'Which rows; without it, all.' })
  filter?: ConsolidatedTrackingFilter | null;

  @Field(() => TrackingOrder, {
    defaultValue: 'NEWEST_FIRST',
    description:
      'The order of the rows. A cursor is of one order; another order refuses it (BAD_USER_INPUT).',
  })
  orderBy: TrackingOrderName;
}

const ConsolidatedTrackingConnection = syncedConnectionType(
  ConsolidatedTracking,
  'A page of stored tracking, as Relay has it.',
);

type Cursor = CursorFormat<TrackingDetails, TrackingPosition>;

function cursorOfChanges(prefix: '' | 'oldest:'): Cursor {
  return {
    write: ({ stored: { updatedAt, registrationId, lovId } }) =>
      `${prefix}${updatedAt}:${registrationId}:${lovId}`,
    pattern: new RegExp(`^${prefix}(\\d{1,15}):(\\d{1,10}):(\\d{1,10})$`),
    read: (updatedAt, registrationId, lovId) => ({
      updatedAt: nearestStorableInstant(Number(updatedAt)),
      registrationId: Number(registrationId),
      lovId: Number(lovId),
    }),
  };
}

/** A cursor tells which order it is of. */
const CURSORS: { readonly [Name in TrackingOrderName]: Cursor } = {
  NEWEST_FIRST: cursorOfChanges(''),
  OLDEST_FIRST: cursorOfChanges('oldest:'),
  KEY: {
    write: ({ stored: { registrationId, lovId } }) => `key:${registrationId}:${lovId}`,
    pattern: /^key:(\d{1,10}):(\d{1,10})$/,
    read: (registrationId, lovId) => ({
      updatedAt: 0,
      registrationId: Number(registrationId),
      lovId: Number(lovId),
    }),
  },
};

@Resolver()
export class ConsolidatedTrackingResolver {
  @Query(() => ConsolidatedTrackingConnection, {
    description:
      'Stored tracking, as a Relay connection, newest change first unless `orderBy` says otherwise.',
  })
  @NeedsScope('tracking:read')
  consolidatedTracking(
    @Args(() => ConsolidatedTrackingArgs) { filter, orderBy, ...page }: ConsolidatedTrackingArgs,
    @Ctx() { database, siteId }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const conditions = conditionsOf(filter ?? {});
    // Whoever keeps a copy is not to be told of an older state than before, on whatever page.
    const isSynced = orderBy === 'OLDEST_FIRST' || selects(info, ['syncedThrough']);
    return database.read(async (tx) => {
      const syncedThrough = isSynced ? await tx.syncedThrough() : undefined;
      const connection = await ConsolidatedTrackingConnection.read(page, {
        find: (limit, after) => findTrackingPage(tx, siteId, conditions, orderBy, limit, after),
        count: () => database.read((each) => countTracking(each, siteId, conditions)),
        toNode: trackingOf,
        cursor: CURSORS[orderBy],
      });
      return Object.assign(connection, { syncedThrough });
    });
  }
}

function conditionsOf(filter: ConsolidatedTrackingFilter): TrackingConditions {
  const text = (value: string | null | undefined) => (value === null ? undefined : value);
  // What is too long to be stored finds nothing, and is not worth the time.
  const folded = (value: string | null | undefined) =>
    value === undefined || value === null ? undefined : isUnmatchable(value) ? value : fold(value);
  return {
    loginFolded: folded(filter.candidateLogin),
    emailFolded: folded(filter.candidateEmail),
    refNumber: text(filter.candidateRefNumber),
    sessionGuid: text(filter.sessionGuid),
    sessionId: filter.sessionId ?? undefined,
    trainingId: filter.trainingId ?? undefined,
    trainingPathCode: text(filter.trainingPathCode),
    lovCode: text(filter.lovCode),
    lovGuid: text(filter.lovGuid),
    statuses: filter.status ?? undefined,
    changedSince: filter.changedSince ? nearestStorableInstant(filter.changedSince.getTime()) : undefined,
    importId: text(filter.importId),
  };
}
