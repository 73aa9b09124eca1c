import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../contract/date-time.scalar';
import type { StoredActivity } from '../../data/custom-activity.repository';
import type { LearningObjectiveAssessment } from '../../kernel/learning-objective-assessment';
import { LearningObjectiveAssessmentEnum } from './activity.input';

@ObjectType({ description: 'A learning objective of the repository.' })
export class LearningObjective {
  @Field(() => String, { description: 'Its unique id in the repository.' })
  learningObjectiveId: string;

  @Field(() => String, { description: 'Its title.' })
  title: string;
}

@ObjectType({
  description:
    'An activity of a course that happens outside the platform, such as homework or an offline lab.',
})
export class CustomActivity {
  @Field(() => Int, { description: 'Id of the element.' })
  elementId: number;

  @Field(() => String, { nullable: true, description: 'Sync key of the element.' })
  syncKey: string | null;

  @Field(() => Int, { description: 'The course it belongs to; the training of the same id.' })
  courseId: number;

  @Field(() => String, { nullable: true, description: 'Sync key of the course.' })
  courseSyncKey: string | null;

  @Field(() => Int, { nullable: true, description: "The folder it is in; null means the course's root." })
  parentId: number | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the folder it is in.' })
  parentSyncKey: string | null;

  @Field(() => Boolean, { description: 'True when participants can see it.' })
  active: boolean;

  @Field(() => String, { description: 'Title, as plain text.' })
  title: string;

  @Field(() => String, { nullable: true, description: 'Sanitised HTML.' })
  description: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when it is to be done.' })
  deadline: number | null;

  @Field(() => Boolean, { description: 'True when it is mandatory.' })
  mandatory: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'The assessment scale; null when score or nothing is used.',
  })
  assessmentId: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The highest score; null when a scale or nothing is used.',
  })
  maxScore: number | null;

  @Field(() => Boolean, { description: 'True lets participants see how they were assessed.' })
  assessmentVisible: boolean;

  @Field(() => Boolean, { description: 'True when it is closed to editing in the user interface.' })
  locked: boolean;

  @Field(() => LearningObjectiveAssessmentEnum, {
    description: 'What kind of assessment is used with its learning objectives.',
  })
  learningObjectiveAssessment: LearningObjectiveAssessment;

  @Field(() => Boolean, {
    description: 'True when participants may set their completion. Used only with neither scale nor score.',
  })
  allowStudentsSetCompletion: boolean;

  @Field(() => [LearningObjective], { description: 'The learning objectives it works towards.' })
  learningObjectives: LearningObjective[];

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  updatedAt: number;
}

export function toCustomActivity({ learningObjectives, ...activity }: StoredActivity): CustomActivity {
  return {
    ...activity,
    learningObjectives: learningObjectives.map(({ learningObjectiveId, title }) => ({
      learningObjectiveId,
      title,
    })),
  };
}
