import { Field, InputType } from 'type-graphql';
import { CourseElementInput, LearningObjectiveRowInput, ScaleInput, UserInput } from './course-rows.input';
import {
  LearnerInput,
  LovInput,
  MembershipInput,
  OrganisationInput,
  RegistrationInput,
  SessionInput,
  TrainingInput,
} from './learning-rows.input';

@InputType({ description: 'The site of the caller.' })
export class SiteInput {
  @Field(() => String, { nullable: true, description: 'Its name.' })
  name?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Activities may be assessed by a score instead of a scale. By default true.',
  })
  useScore?: boolean | null;
}

@InputType({
  description:
    'What the operations refer to. Each row is found by its key, and created where there is none; on a stored record absent keeps, null clears, a value sets. References name a record of the site or of the same input.',
})
export class LoadReferenceDataInput {
  @Field(() => SiteInput, { nullable: true, description: 'The site itself.' })
  site?: SiteInput;

  @Field(() => [OrganisationInput], { nullable: true, description: 'Organisations.' })
  organisations?: OrganisationInput[];

  @Field(() => [UserInput], { nullable: true, description: 'Who edits courses.' })
  users?: UserInput[];

  @Field(() => [LearnerInput], { nullable: true, description: 'Learners.' })
  learners?: LearnerInput[];

  @Field(() => [LearningObjectiveRowInput], { nullable: true, description: 'Learning objectives.' })
  learningObjectives?: LearningObjectiveRowInput[];

  @Field(() => [TrainingInput], { nullable: true, description: 'Trainings.' })
  trainings?: TrainingInput[];

  @Field(() => [SessionInput], { nullable: true, description: 'Sessions.' })
  sessions?: SessionInput[];

  @Field(() => [LovInput], { nullable: true, description: 'Learning object versions.' })
  lovs?: LovInput[];

  @Field(() => [MembershipInput], {
    nullable: true,
    description: 'Learning object versions as parts of trainings.',
  })
  memberships?: MembershipInput[];

  @Field(() => [RegistrationInput], { nullable: true, description: 'Registrations.' })
  registrations?: RegistrationInput[];

  @Field(() => [ScaleInput], { nullable: true, description: 'Assessment scales.' })
  scales?: ScaleInput[];

  @Field(() => [CourseElementInput], {
    nullable: true,
    description: 'Folders, and elements that are no custom activity.',
  })
  courseElements?: CourseElementInput[];

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Answer exactly what would happen, and write nothing.',
  })
  dryRun: boolean;
}
