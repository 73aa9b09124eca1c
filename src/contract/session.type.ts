import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A training; a course is a training.' })
export class Training {
  @Field(() => Int, { description: 'Number of the training within the site.' })
  trainingId: number;
}

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
}
