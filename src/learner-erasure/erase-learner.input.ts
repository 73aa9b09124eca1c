import { Field, ID, InputType } from 'type-graphql';

@InputType({
  description:
    'Who is erased, by exactly one reference: none, several, a reference that is null, and a variable that is declared and not sent are refused (BAD_USER_INPUT).',
})
export class EraseLearnerInput {
  @Field(() => ID, { nullable: true, description: 'Id of the learner.' })
  learnerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Login, written exactly as it is stored, case included.',
  })
  candidateLogin?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number, compared exactly.' })
  candidateRefNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'E-mail address, written exactly as it is stored, case included. Where several learners have it, nobody is erased.',
  })
  candidateEmail?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Tell who is found and how much would be removed, and write nothing. Null means false.',
  })
  dryRun?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'Remove now what is kept of the files of import jobs that have ended, of whomever they tell. Null means false.',
  })
  removeFiles?: boolean | null;
}
