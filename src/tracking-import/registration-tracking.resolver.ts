import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ReadApart } from '../bulk/marks';
import { childPageOf, childPagesBy } from '../contract/child-pages';
import { connectionType, PageArgs } from '../contract/connection';
import { Registration } from '../contract/registration.type';
import { findTrackingOfRegistrations, TRACKING_OF_REGISTRATIONS } from '../data/tracking-query.repository';
import { ConsolidatedTracking, trackingOf } from './consolidated-tracking.type';

const trackingOfRegistrations = childPagesBy(TRACKING_OF_REGISTRATIONS, findTrackingOfRegistrations);

const RegistrationTrackingConnection = connectionType(
  ConsolidatedTracking,
  'A page of the tracking of a registration, as Relay has it.',
  'RegistrationTracking',
);

@Resolver(() => Registration)
export class RegistrationTrackingResolver {
  @FieldResolver(() => RegistrationTrackingConnection, {
    nullable: true,
    description:
      'What is stored of the registration, in the order of the ids of LOVs. Null, with the error FORBIDDEN, without the scope `tracking:read`.',
  })
  @NeedsScope('tracking:read')
  @ReadApart()
  tracking(
    @Root() { registrationId }: Registration,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ofRegistration = childPageOf(
      trackingOfRegistrations(context, info),
      registrationId,
      ({ stored }) => stored.lovId,
    );
    return RegistrationTrackingConnection.read(page, { ...ofRegistration, toNode: trackingOf });
  }
}
