import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { bulkInput } from '../../bulk/marks';
import { updateCustomActivity } from './update-custom-activity';
import { UpdateCustomActivityInput } from './update-custom-activity.input';
import {
  toUpdateCustomActivityResult,
  type UpdateCustomActivityOutcome,
  UpdateCustomActivityResult,
} from './update-custom-activity.outcome';

@Resolver()
export class UpdateCustomActivityResolver {
  @Mutation(() => UpdateCustomActivityResult, {
    description:
      'Updates a custom activity of a course. Every check runs before anything is written; results of participants are not touched. Anything unexpected is a GraphQL error with the code UPDATE_FAILED, trouble with the database one with a code of its own.',
  })
  @NeedsScope('activity:update')
  async updateCustomActivity(
    @Arg('input', () => bulkInput(UpdateCustomActivityInput), {
      description: 'Which activity, who updates it, and how.',
    })
    input: UpdateCustomActivityInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateCustomActivityOutcome> {
    const report = await updateCustomActivity(context, input);
    context.observer.answered('updateCustomActivity', report.kind);
    return toUpdateCustomActivityResult(report);
  }
}
