import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';

/**
 * What names records of each kind. A look-up takes one of the references; a filter takes them, and more, together. Its
 * fields are the names of the references in `data/record-kinds.ts`.
 */

const FILTER = 'All given conditions must hold; none may be null. An unknown reference finds nothing.';
const LOOSELY = 'in a filter without regard to case, in a look-up exactly as it is stored';

function searchText(texts: string): string {
  return `How one of these begins: ${texts}. Blanks around it do not count; a blank text is refused (BAD_USER_INPUT).`;
}

@ArgsType()
@InputType()
export class LearnerReference {
  @Field(() => ID, { nullable: true, description: 'Id of the learner.' })
  learnerId?: string | null;

  @Field(() => String, { nullable: true, description: `Login, ${LOOSELY}.` })
  login?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number.' })
  refNumber?: string | null;

  @Field(() => String, { nullable: true, description: `E-mail address, ${LOOSELY}.` })
  email?: string | null;
}

@InputType({ description: FILTER })
export class LearnerFilter extends LearnerReference {
  @Field(() => ID, { nullable: true, description: 'Id of the organisation that they belong to.' })
  organisationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the organisation that they belong to.' })
  organisationSyncKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: searchText(
      'login, e-mail address (both without regard to case), reference number (as it is written)',
    ),
  })
  search?: string | null;
}

@InputType({ description: FILTER })
export class OrganisationFilter {
  @Field(() => ID, { nullable: true, description: 'Id of the organisation.' })
  organisationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the organisation.' })
  syncKey?: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the organisation directly above.' })
  parentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the organisation directly above.' })
  parentSyncKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: searchText('name (without regard to case), sync key (as it is written)'),
  })
  search?: string | null;
}

@ArgsType()
@InputType()
export class TrainingReference {
  @Field(() => Int, { nullable: true, description: 'Id of the training.' })
  trainingId?: number | null;

  @Field(() => String, { nullable: true, description: 'GUID of the training.' })
  guid?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number (path code) of the training.' })
  pathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the training as a course.' })
  syncKey?: string | null;
}

@InputType({ description: FILTER })
export class TrainingFilter extends TrainingReference {
  @Field(() => ID, { nullable: true, description: 'Id of the organisation that they belong to.' })
  organisationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the organisation that they belong to.' })
  organisationSyncKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: searchText('title (without regard to case), path code, sync key (both as they are written)'),
  })
  search?: string | null;
}

@ArgsType()
@InputType()
export class SessionReference {
  @Field(() => Int, { nullable: true, description: 'Id of the session.' })
  sessionId?: number | null;

  @Field(() => String, { nullable: true, description: 'GUID of the session.' })
  guid?: string | null;
}

@InputType({ description: FILTER })
export class SessionFilter extends SessionReference {
  @Field(() => Int, { nullable: true, description: 'Id of the training.' })
  trainingId?: number | null;

  @Field(() => String, { nullable: true, description: 'GUID of the training.' })
  trainingGuid?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number (path code) of the training.' })
  trainingPathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the training as a course.' })
  trainingSyncKey?: string | null;

  @Field(() => String, { nullable: true, description: searchText('title (without regard to case)') })
  search?: string | null;
}

@ArgsType()
@InputType()
export class RegistrationReference {
  @Field(() => ID, { nullable: true, description: 'Id of the registration.' })
  registrationId?: string | null;
}

@InputType({
  description: `${FILTER} A registration has no text of its own: search for learners or sessions.`,
})
export class RegistrationFilter extends RegistrationReference {
  @Field(() => ID, { nullable: true, description: 'Id of the learner.' })
  learnerId?: string | null;

  @Field(() => String, { nullable: true, description: "The learner's login, without regard to case." })
  candidateLogin?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The learner's e-mail address, without regard to case.",
  })
  candidateEmail?: string | null;

  @Field(() => String, { nullable: true, description: "The learner's reference number." })
  candidateRefNumber?: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the session.' })
  sessionId?: number | null;

  @Field(() => String, { nullable: true, description: 'GUID of the session.' })
  sessionGuid?: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the training that the session runs.' })
  trainingId?: number | null;

  @Field(() => String, { nullable: true, description: 'GUID of the training.' })
  trainingGuid?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number (path code) of the training.' })
  trainingPathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the training as a course.' })
  trainingSyncKey?: string | null;
}

@ArgsType()
@InputType()
export class LearningObjectVersionReference {
  @Field(() => ID, { nullable: true, description: 'Id of the learning object version.' })
  lovId?: string | null;

  @Field(() => String, { nullable: true, description: 'GUID of the learning object version.' })
  guid?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number, which several may share.' })
  code?: string | null;
}

@InputType({ description: FILTER })
export class LearningObjectVersionFilter extends LearningObjectVersionReference {
  @Field(() => Int, { nullable: true, description: 'Id of a training that they are part of.' })
  trainingId?: number | null;

  @Field(() => String, {
    nullable: true,
    description: searchText('title (without regard to case), reference number (as it is written)'),
  })
  search?: string | null;
}

@InputType({ description: FILTER })
export class UserFilter {
  @Field(() => Int, { nullable: true, description: 'Id of the user.' })
  userId?: number | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the user.' })
  syncKey?: string | null;

  @Field(() => String, { nullable: true, description: searchText('sync key (as it is written)') })
  search?: string | null;
}
