import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A learner: whoever has a history on learning objects.' })
export class Learner {
  @Field(() => ID, { description: 'Number of the learner within the site.' })
  learnerId: number;

  @Field(() => String, { nullable: true, description: 'As stored; null where it may not be told.' })
  login: string | null;

  @Field(() => String, { nullable: true, description: 'As stored; null where it may not be told.' })
  refNumber: string | null;

  @Field(() => String, { nullable: true, description: 'As stored; null where it may not be told.' })
  email: string | null;
}
