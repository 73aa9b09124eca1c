import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Learner } from './learner.type';
import { RecordOf } from './record-fields';
import { Session } from './session.type';

@ObjectType({ description: 'A registration: one learner in one session.' })
export class Registration {
  @Field(() => ID, { description: 'Number of the registration within the site.' })
  registrationId: number;

  @Field(() => ID, { description: 'The learner.' })
  learnerId: number;

  @Field(() => Int, { description: 'The session.' })
  sessionId: number;

  @Field(() => Learner, {
    description: 'The learner; with the id only where the caller does not have the scope `reference:read`.',
  })
  @RecordOf('learners', 'learnerId')
  learner?: Learner;

  @Field(() => Session, { description: 'The session.' })
  @RecordOf('sessions', 'sessionId')
  session?: Session;
}
