import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { deleteCustomActivity } from './delete-custom-activity';
import { DeleteCustomActivityInput } from './delete-custom-activity.input';
import {
  type DeleteCustomActivityOutcome,
  DeleteCustomActivityResult,
  toDeleteCustomActivityResult,
} from './delete-custom-activity.outcome';

@Resolver()
export class DeleteCustomActivityResolver {
  @Mutation(() => DeleteCustomActivityResult, {
    description:
      'Deletes a custom activity of a course: it is flagged, and nothing of it is lost. Nobody is notified. restoreCustomActivity brings it back. Anything unexpected is a GraphQL error with the code DELETE_FAILED, trouble with the database one with a code of its own.',
  })
  @NeedsScope('activity:update')
  async deleteCustomActivity(
    @Arg('input', () => DeleteCustomActivityInput, {
      description: 'Which activity, who deletes it, and why.',
    })
    input: DeleteCustomActivityInput,
    @Ctx() context: RequestContext,
  ): Promise<DeleteCustomActivityOutcome> {
    const report = await deleteCustomActivity(context, input);
    context.observer.answered('deleteCustomActivity', report.kind);
    return toDeleteCustomActivityResult(report);
  }
}
