import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { createCustomActivity } from './create-custom-activity';
import { CreateCustomActivityInput } from './create-custom-activity.input';
import {
  type CreateCustomActivityOutcome,
  CreateCustomActivityResult,
  toCreateCustomActivityResult,
} from './create-custom-activity.outcome';

@Resolver()
export class CreateCustomActivityResolver {
  @Mutation(() => CreateCustomActivityResult, {
    description:
      'Creates a custom activity in a course, at the end of its folder, by the rules of updateCustomActivity. Anything unexpected is a GraphQL error with the code CREATE_FAILED, trouble with the database one with a code of its own.',
  })
  @NeedsScope('activity:update')
  async createCustomActivity(
    @Arg('input', () => CreateCustomActivityInput, {
      description: 'Which activity, where, and who creates it.',
    })
    input: CreateCustomActivityInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateCustomActivityOutcome> {
    const report = await createCustomActivity(context, input);
    context.observer.answered('createCustomActivity', report.kind);
    return toCreateCustomActivityResult(report);
  }
}
