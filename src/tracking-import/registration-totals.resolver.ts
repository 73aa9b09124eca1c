import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ReadApart } from '../bulk/marks';
import { Registration } from '../contract/registration.type';
import { RegistrationTotalsType } from '../contract/registration-totals.type';
import type { RegistrationTotals } from '../kernel/registration-totals';
import { registrationTotalsOf } from './registration-totals';

@Resolver(() => Registration)
export class RegistrationTotalsResolver {
  @FieldResolver(() => RegistrationTotalsType, {
    nullable: true,
    description:
      'What the tracking of the registration comes to. Null, with the error FORBIDDEN, without the scope `tracking:read`.',
  })
  @NeedsScope('tracking:read')
  @ReadApart()
  totals(
    @Root() registration: Registration,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RegistrationTotals | null> {
    return registrationTotalsOf(context, info).load(registration);
  }
}
