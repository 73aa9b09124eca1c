import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { restoreCustomActivity } from './restore-custom-activity';
import { RestoreCustomActivityInput } from './restore-custom-activity.input';
import {
  type RestoreCustomActivityOutcome,
  RestoreCustomActivityResult,
  toRestoreCustomActivityResult,
} from './restore-custom-activity.outcome';

@Resolver()
export class RestoreCustomActivityResolver {
  @Mutation(() => RestoreCustomActivityResult, {
    description:
      'Brings a deleted custom activity back, with the results of its participants. One that is not deleted stays as it is. Where its folder is deleted the folder has to come back first (PARENT_DELETED). Anything unexpected is a GraphQL error with the code RESTORE_FAILED, trouble with the database one with a code of its own.',
  })
  @NeedsScope('activity:update')
  async restoreCustomActivity(
    @Arg('input', () => RestoreCustomActivityInput, { description: 'Which activity, and who restores it.' })
    input: RestoreCustomActivityInput,
    @Ctx() context: RequestContext,
  ): Promise<RestoreCustomActivityOutcome> {
    const report = await restoreCustomActivity(context, input);
    context.observer.answered('restoreCustomActivity', report.kind);
    return toRestoreCustomActivityResult(report);
  }
}
