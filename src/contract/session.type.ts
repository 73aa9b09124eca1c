import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from './date-time.scalar';
import { PartOf } from './record-fields';
import { Training } from './training.type';

@ObjectType({ description: 'A session: one run of a training, in which learners are registered.' })
export class Session {
  @Field(() => Int, { description: 'Number of the session within the site.' })
  sessionId: number;

  @Field(() => String, { description: 'GUID of the session.' })
  guid: string;

  @Field(() => String, { description: 'Title of the session; several sessions of a training may share it.' })
  title: string;

  @Field(() => Training, { description: 'The training that the session runs.' })
  training: Training;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the session begins.' })
  @PartOf('sessions', 'sessionId')
  startsAt?: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the session ends.' })
  @PartOf('sessions', 'sessionId')
  endsAt?: number | null;
}
