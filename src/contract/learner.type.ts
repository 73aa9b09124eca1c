import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from './date-time.scalar';
import { PartOf } from './record-fields';

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

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the account was opened; null where it may not be told.',
  })
  @PartOf('learners', 'learnerId')
  createdAt?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The organisation that the learner belongs to; null where there is none, or it may not be told.',
  })
  @PartOf('learners', 'learnerId')
  organisationId?: number | null;
}
