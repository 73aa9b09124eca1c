import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../../contract/date-time.scalar';
import type { CompletionStatus } from '../../data/entities/activity-assessment.entity';

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

@ObjectType({ description: 'How a participant meets a learning objective of an activity.' })
export class ObjectiveResult {
  @Field(() => String, { description: 'Unique id of the learning objective.' })
  learningObjectiveId: string;

  @Field(() => String, { description: 'Its title.' })
  title: string;

  @Field(() => String, { description: 'An outcome status, or the name of an achievement level.' })
  outcome: string;
}

/** What a participant has of an activity, wherever it is told; not a type of the schema by itself. */
@ObjectType()
export abstract class ParticipantMarks {
  @Field(() => CompletionStatusEnum, { description: 'How far the participant is.' })
  status: CompletionStatus;

  @Field(() => Int, { nullable: true, description: "The grade of the activity's scale." })
  gradeId: number | null;

  @Field(() => String, { nullable: true, description: 'Name of the grade.' })
  gradeTitle: string | null;

  @Field(() => Float, { nullable: true, description: "The score, of the activity's maxScore." })
  score: number | null;

  @Field(() => String, { nullable: true, description: 'What the assessor says of it, as plain text.' })
  comment: string | null;

  @Field(() => [ObjectiveResult], {
    description: 'The learning objectives that were assessed, in the order in which the activity has them.',
  })
  objectives: readonly ObjectiveResult[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When status, grade, score or comment was last changed; null where none of them was ever stored.',
  })
  updatedAt: number | null;
}
