import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { bulkInput } from '../../bulk/marks';
import { type UpdateFailure, updateCustomActivities } from './update-custom-activities';
import { UpdateCustomActivityInput } from './update-custom-activity.input';
import {
  toUpdateCustomActivityResult,
  type UpdateCustomActivityOutcome,
  UpdateCustomActivityResult,
} from './update-custom-activity.outcome';

@ObjectType({ description: 'The answers to many updates.' })
class UpdateCustomActivitiesResult {
  @Field(() => [UpdateCustomActivityResult], {
    nullable: 'items',
    description:
      'One per input, in the order of the inputs; paths of problems are those within the input. Null where the update could not be made: a GraphQL error in its place tells of it, with the code UPDATE_FAILED or one of the database. After DATABASE_UNAVAILABLE the rest is not tried, and gets the same.',
  })
  results: readonly (UpdateCustomActivityOutcome | UpdateFailure)[];
}

@Resolver()
export class UpdateCustomActivitiesResolver {
  @Mutation(() => UpdateCustomActivitiesResult, {
    description:
      'Updates 1 to 500 custom activities in order, each as updateCustomActivity does, in a transaction of its own: a bad input stops nothing. Any other number is refused (BAD_USER_INPUT).',
  })
  @NeedsScope('activity:update')
  async updateCustomActivities(
    @Arg('inputs', () => [bulkInput(UpdateCustomActivityInput)], { description: '1 to 500 updates.' })
    inputs: UpdateCustomActivityInput[],
    @Ctx() context: RequestContext,
  ): Promise<UpdateCustomActivitiesResult> {
    const answers = await updateCustomActivities(context, inputs);
    return {
      // GraphQL answers null and an error at its place for an error in a list.
      results: answers.map((answer) => {
        if (answer instanceof Error) return answer;
        context.observer.answered('updateCustomActivities', answer.kind);
        return toUpdateCustomActivityResult(answer);
      }),
    };
  }
}
