import { Field, InputType } from 'type-graphql';
import { ElementCommandInput, Reason } from '../editing/activity.input';

@InputType({
  description:
    'Which activity comes back, and who restores it. Course, element and user are named by exactly one of id and sync key each.',
})
export class RestoreCustomActivityInput extends ElementCommandInput {
  @Field(() => String, {
    nullable: true,
    description: 'Why, 1 to 255 characters, for the audit log. Name no people in it.',
  })
  @Reason()
  reason?: string | null;
}
