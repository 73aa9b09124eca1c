import { Field, Float, InputType, Int } from 'type-graphql';
import { DateTimeScalar } from '../../contract/date-time.scalar';
import { LovKindEnum, LovProviderEnum } from '../../contract/learning-object-version.type';
import type { LovKind, LovProvider } from '../../data/entities/learning-object-version.entity';
import { RowInput } from './row-action';

@InputType({
  description:
    'An organisation of the site, found by its sync key. REMOVE needs that nothing refers to it any more.',
})
export class OrganisationInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 255 characters.' })
  syncKey: string;

  @Field(() => String, { nullable: true, description: 'Its name; needed to create it.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The organisation it is part of; null: at the top.' })
  parentSyncKey?: string | null;
}

@InputType({
  description:
    "A learner's account, found by its login, case included. REMOVE needs that nothing refers to it any more.",
})
export class LearnerInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 255 characters.' })
  login: string;

  @Field(() => String, { nullable: true, description: 'Its reference number, unique on the site.' })
  refNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Its e-mail address; several learners may share one.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'The organisation it belongs to.' })
  organisationSyncKey?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the account was opened; by default, when it is created here.',
  })
  createdAt?: Date | null;
}

@InputType({
  description: 'A training, also called course, found by its GUID. REMOVE sets isDeleted.',
})
export class TrainingInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 40 characters.' })
  guid: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its reference number (path code), unique on the site.',
  })
  pathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Its sync key as a course, unique on the site.' })
  syncKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Its title; needed to create it.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'The organisation it belongs to.' })
  organisationSyncKey?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Its content is made on another platform, and not edited here. By default false.',
  })
  isExternal?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'It is deleted; false brings it back. By default false.',
  })
  isDeleted?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'It is archived. By default false.' })
  isArchived?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Elements of the course may have learning objectives. By default false.',
  })
  objectivesEnabled?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The learning objectives of the course, by their unique ids. The list replaces those it has; null keeps them. One that an element of the course has cannot be left out. At most 1000.',
  })
  learningObjectiveIds?: string[] | null;
}

@InputType({
  description:
    'A session of a training, found by its GUID. REMOVE needs that it has no registration any more.',
})
export class SessionInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 40 characters.' })
  guid: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its training; needed to create it, or trainingPathCode.',
  })
  trainingGuid?: string | null;

  @Field(() => String, { nullable: true, description: 'Its training, by path code.' })
  trainingPathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Its title; needed to create it.' })
  title?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it begins.' })
  startsAt?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ends.' })
  endsAt?: Date | null;
}

@InputType({
  description:
    'A learning object version, found by its GUID. REMOVE needs that it has no membership and no tracking any more.',
})
export class LovInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 40 characters.' })
  guid: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its reference number, not unique; needed to create it.',
  })
  code?: string | null;

  @Field(() => String, { nullable: true, description: 'Its title; null: its code.' })
  title?: string | null;

  @Field(() => LovProviderEnum, { nullable: true, description: 'Who provides it; null: PARTNER.' })
  provider?: LovProvider | null;

  @Field(() => LovKindEnum, { nullable: true, description: 'What it is; null: CONTENT.' })
  kind?: LovKind | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Trainings that it becomes part of, besides those it is part of already. At most 1000. See memberships.',
  })
  trainingGuids?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Likewise, by path code.' })
  trainingPathCodes?: string[] | null;
}

@InputType({
  description:
    'A learning object version as part of a training; the two are the key. REMOVE keeps the tracking.',
})
export class MembershipInput extends RowInput {
  @Field(() => String, { nullable: true, description: 'The training, or trainingPathCode.' })
  trainingGuid?: string | null;

  @Field(() => String, { nullable: true, description: 'The training, by path code.' })
  trainingPathCode?: string | null;

  @Field(() => String, { description: 'The learning object version.' })
  lovGuid: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'The training is complete only with it. By default true.',
  })
  mandatory?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Its place within the training, from 0.' })
  position?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "What it weighs in the training's progression, from 0 to 1000000000.",
  })
  points?: number | null;
}

@InputType({
  description:
    'One learner in one session; the two are the key. The learner is named by login or reference number. REMOVE of one with tracking needs removeTracking.',
})
export class RegistrationInput extends RowInput {
  @Field(() => String, { nullable: true, description: 'Login of the learner, case included.' })
  learnerLogin?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number of the learner.' })
  learnerRefNumber?: string | null;

  @Field(() => String, { description: 'The session.' })
  sessionGuid: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'With REMOVE: its tracking is removed as well. By default false.',
  })
  removeTracking?: boolean | null;
}
