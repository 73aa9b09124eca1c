import { Args, ArgsType, Ctx, Field, ID, InputType, Int, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../contract/connection';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { isUnmatchable } from '../data/sql';
import {
  countTracking,
  findTrackingPage,
  type TrackingConditions,
  type TrackingDetails,
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

@ArgsType()
class ConsolidatedTrackingArgs extends PageArgs {
  @Field(() => ConsolidatedTrackingFilter, { nullable: true, description: 'Which rows; without it, all.' })
  filter?: ConsolidatedTrackingFilter | null;
}

const ConsolidatedTrackingConnection = connectionType(
  ConsolidatedTracking,
  'A page of stored tracking, as Relay has it, newest change first.',
);

const CURSOR: CursorFormat<TrackingDetails, TrackingPosition> = {
  write: ({ stored: { updatedAt, registrationId, lovId } }) => `${updatedAt}:${registrationId}:${lovId}`,
  pattern: /^(\d{1,15}):(\d{1,10}):(\d{1,10})$/,
  read: (updatedAt, registrationId, lovId) => ({
    updatedAt: nearestStorableInstant(Number(updatedAt)),
    registrationId: Number(registrationId),
    lovId: Number(lovId),
  }),
};

@Resolver()
export class ConsolidatedTrackingResolver {
  @Query(() => ConsolidatedTrackingConnection, {
    description: 'Stored tracking, as a Relay connection, newest change first.',
  })
  @NeedsScope('tracking:read')
  consolidatedTracking(
    @Args(() => ConsolidatedTrackingArgs) { filter, ...page }: ConsolidatedTrackingArgs,
    @Ctx() { database, siteId }: RequestContext,
  ) {
    const conditions = conditionsOf(filter ?? {});
    return ConsolidatedTrackingConnection.read(page, {
      find: (limit, after) => database.read((tx) => findTrackingPage(tx, siteId, conditions, limit, after)),
      count: () => database.read((tx) => countTracking(tx, siteId, conditions)),
      toNode: trackingOf,
      cursor: CURSOR,
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
