import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import type { CompletionStatus } from '../../data/entities/activity-assessment.entity';
import { MAX_TEXT } from '../../data/entities/columns';
import { ElementCommandInput, FewObjectives, SyncKey } from '../editing/activity.input';

export const CompletionStatusEnum: { readonly [Status in CompletionStatus]: Status } = {
  NOT_STARTED: 'NOT_STARTED',
  COMPLETED: 'COMPLETED',
};

registerEnumType(CompletionStatusEnum, {
  name: 'CompletionStatus',
  description: 'How far a participant is with an activity.',
  valuesConfig: {
    NOT_STARTED: { description: 'Has not completed it; where nothing is stored.' },
    COMPLETED: { description: 'Has completed it.' },
  },
});

@InputType({ description: 'How a participant meets a learning objective of the activity.' })
export class ObjectiveResultInput {
  @Field(() => String, {
    description: 'Unique id of a learning objective of the activity, compared exactly; each at most once.',
  })
  learningObjectiveId: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Where the activity's learningObjectiveAssessment is OUTCOME_STATUS: DOESNT_MEET, PARTIALLY_MEETS, ALMOST_MEETS, MEETS or EXCEEDS. Where it is ASSESSMENT_CRITERIA: the name of an achievement level, at most 50 characters. Null removes; absent keeps.",
  })
  outcome?: string | null;
}

@InputType({
  description:
    'What a participant gets. A field that is absent keeps what is stored; null, where it says so, removes it.',
})
export class ParticipantResultInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'Id of the learner, who must be registered in a session of the course. Exactly one of learnerId and learnerLogin.',
  })
  learnerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Login of the learner, without regard to case; where several participants differ in case only, the one written exactly so.',
  })
  @SyncKey(MAX_TEXT)
  learnerLogin?: string | null;

  @Field(() => CompletionStatusEnum, { nullable: true, description: 'Absent and null keep.' })
  status?: CompletionStatus | null;

  @Field(() => Int, {
    nullable: true,
    description: "A grade of the activity's scale. Null removes it. Not together with a score.",
  })
  gradeId?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'From 0 to the maxScore of the activity. Null removes it. Not together with a grade.',
  })
  score?: number | null;

  @Field(() => [ObjectiveResultInput], {
    nullable: true,
    description: 'Learning objectives to assess; those not named stay as they are. Absent and null keep all.',
  })
  @FewObjectives()
  objectives?: ObjectiveResultInput[] | null;
}

@InputType({
  description:
    'Which activity is assessed, by whom, and the results. Course, element and user are named by exactly one of id and sync key each.',
})
export class AssessCustomActivityInput extends ElementCommandInput {
  @Field(() => [ParticipantResultInput], {
    description: '1 to 500 results, one for each participant. All of them are stored, or none.',
  })
  results: ParticipantResultInput[];
}
