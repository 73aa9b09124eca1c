import { Field, InputType } from 'type-graphql';
import { ElementCommandInput, Reason } from '../editing/activity.input';

@InputType({
  description:
    'Which activity is deleted, by whom and why. Course, element and user are named by exactly one of id and sync key each.',
})
export class DeleteCustomActivityInput extends ElementCommandInput {
  @Field(() => String, {
    description:
      'Why, 1 to 255 characters. It is kept in the audit log, and stays there when a learner is erased: name no people in it.',
  })
  @Reason()
  reason: string;
}
