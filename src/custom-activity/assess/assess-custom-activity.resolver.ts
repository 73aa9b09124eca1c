import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { bulkInput } from '../../bulk/marks';
import { assessCustomActivity } from './assess-custom-activity';
import { AssessCustomActivityInput } from './assess-custom-activity.input';
import {
  type AssessCustomActivityOutcome,
  AssessCustomActivityResult,
  toAssessCustomActivityResult,
} from './assess-custom-activity.outcome';

@Resolver()
export class AssessCustomActivityResolver {
  @Mutation(() => AssessCustomActivityResult, {
    description:
      'Stores what participants of a course achieved in a custom activity: status, grade or score, and how they meet its learning objectives. Every check runs before anything is written. Anything unexpected is a GraphQL error with the code ASSESS_FAILED, trouble with the database one with a code of its own.',
  })
  @NeedsScope('activity:update')
  async assessCustomActivity(
    @Arg('input', () => bulkInput(AssessCustomActivityInput), {
      description: 'Which activity, who assesses it, and the results.',
    })
    input: AssessCustomActivityInput,
    @Ctx() context: RequestContext,
  ): Promise<AssessCustomActivityOutcome> {
    const report = await assessCustomActivity(context, input);
    context.observer.answered('assessCustomActivity', report.kind);
    return toAssessCustomActivityResult(report);
  }
}
