import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PartOf } from './record-fields';

@ObjectType({ description: 'A training; a course is a training.' })
export class Training {
  @Field(() => Int, { description: 'Number of the training within the site.' })
  trainingId: number;

  @Field(() => String, { description: 'GUID of the training.' })
  @PartOf('trainings', 'trainingId')
  guid?: string;

  @Field(() => String, { nullable: true, description: 'Reference number (path code) of the training.' })
  @PartOf('trainings', 'trainingId')
  pathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the training as a course.' })
  @PartOf('trainings', 'trainingId')
  syncKey?: string | null;

  @Field(() => String, { description: 'Title of the training.' })
  @PartOf('trainings', 'trainingId')
  title?: string;

  @Field(() => Boolean, { description: 'True: made for content of another platform, and not edited here.' })
  @PartOf('trainings', 'trainingId')
  isExternal?: boolean;

  @Field(() => Boolean, { description: 'True: flagged as deleted; as a course it is not there.' })
  @PartOf('trainings', 'trainingId')
  isDeleted?: boolean;

  @Field(() => Boolean, { description: 'True: archived.' })
  @PartOf('trainings', 'trainingId')
  isArchived?: boolean;

  @Field(() => Boolean, { description: 'True: elements of the course may have learning objectives.' })
  @PartOf('trainings', 'trainingId')
  objectivesEnabled?: boolean;

  @Field(() => ID, { nullable: true, description: 'The organisation that the training belongs to.' })
  @PartOf('trainings', 'trainingId')
  organisationId?: number | null;
}
