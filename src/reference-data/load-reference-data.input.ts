import { Field, InputType } from 'type-graphql';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { LovKindEnum, LovProviderEnum } from '../contract/learning-object-version.type';
import type { LovKind, LovProvider } from '../data/entities/learning-object-version.entity';
import type {
  LearnerRow,
  LovRow,
  OrganisationRow,
  ReferenceRows,
  RegistrationRow,
  SessionRow,
  SiteRow,
  TrainingRow,
} from './reference-rows';

@InputType({ description: 'The site of the caller.' })
class SiteInput implements SiteRow {
  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string | null;
}

@InputType({ description: 'An organisation of the site, found by its sync key.' })
class OrganisationInput implements OrganisationRow {
  @Field(() => String, { description: 'Its key. At most 255 characters.' })
  syncKey: string;

  @Field(() => String, { nullable: true, description: 'Its name; needed to create it.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The organisation it is part of; null: at the top.' })
  parentSyncKey?: string | null;
}

@InputType({ description: "A learner's account, found by its login, case included." })
class LearnerInput implements LearnerRow {
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

@InputType({ description: 'A training, also called course, found by its GUID.' })
class TrainingInput implements TrainingRow {
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
}

@InputType({ description: 'A session of a training, found by its GUID.' })
class SessionInput implements SessionRow {
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

@InputType({ description: 'A learning object version, found by its GUID.' })
class LovInput implements LovRow {
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
    description: 'Trainings that it becomes part of, besides those it is part of already.',
  })
  trainingGuids?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Likewise, by path code.' })
  trainingPathCodes?: string[] | null;
}

@InputType({ description: 'One learner in one session. The learner is named by login or reference number.' })
class RegistrationInput implements RegistrationRow {
  @Field(() => String, { nullable: true, description: 'Login of the learner, case included.' })
  learnerLogin?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number of the learner.' })
  learnerRefNumber?: string | null;

  @Field(() => String, { description: 'The session.' })
  sessionGuid: string;
}

@InputType({
  description:
    'What the operations refer to. Each row is found by its key, and created where there is none; on a stored record absent keeps, null clears, a value sets. References name a record of the site or of the same input.',
})
export class LoadReferenceDataInput implements ReferenceRows {
  @Field(() => SiteInput, { nullable: true, description: 'The site itself.' })
  site?: SiteInput;

  @Field(() => [OrganisationInput], { nullable: true, description: 'Organisations.' })
  organisations?: OrganisationInput[];

  @Field(() => [LearnerInput], { nullable: true, description: 'Learners.' })
  learners?: LearnerInput[];

  @Field(() => [TrainingInput], { nullable: true, description: 'Trainings.' })
  trainings?: TrainingInput[];

  @Field(() => [SessionInput], { nullable: true, description: 'Sessions.' })
  sessions?: SessionInput[];

  @Field(() => [LovInput], { nullable: true, description: 'Learning object versions.' })
  lovs?: LovInput[];

  @Field(() => [RegistrationInput], { nullable: true, description: 'Registrations.' })
  registrations?: RegistrationInput[];

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Answer exactly what would happen, and write nothing.',
  })
  dryRun: boolean;
}
