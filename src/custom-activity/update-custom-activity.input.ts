import { Field, InputType, Int } from 'type-graphql';
import { MAX_ELEMENT_SYNC_KEY } from '../data/entities/columns';
import {
  ActivityInput,
  FewObjectives,
  LearningObjectiveInput,
  ParentSyncKey,
  SyncKey,
} from './activity.input';

@InputType({
  description:
    'Which custom activity to update, who updates it, and the new values. Course, element and user are named by exactly one of id and sync key each. A field that is absent or null keeps what is stored; exceptions say so.',
})
export class UpdateCustomActivityInput extends ActivityInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'Id of the folder to move the activity into, within the same course. At most one of parentId and parentSyncKey.',
  })
  parentId?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Sync key of the folder to move the activity into, compared exactly; empty moves it to the root of the course. At most 128 characters.',
  })
  @ParentSyncKey()
  parentSyncKey?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Id of the activity. Exactly one of elementId and elementSyncKey.',
  })
  elementId?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the activity, compared exactly. At most 128 characters.',
  })
  @SyncKey(MAX_ELEMENT_SYNC_KEY)
  elementSyncKey?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Can participants see the activity?' })
  active?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Title, stored trimmed: 1 to 255 characters without control characters, < and >.',
  })
  title?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: when the update changes something, every participant of the course is notified, once. Absent and null mean false.',
  })
  sendUpdateNotification?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'May participants set their completion themselves? Used only with neither scale nor score. Absent means not allowed (the vendor rule); null keeps.',
  })
  allowStudentsSetCompletion?: boolean | null;

  @Field(() => [LearningObjectiveInput], {
    nullable: true,
    description:
      'Absent or null keeps; an empty list removes all; a list replaces the set. One that the course does not have yet is added to the course.',
  })
  @FewObjectives()
  learningObjectives?: LearningObjectiveInput[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True removes scale and maximum score; not together with assessmentId or maxScore.',
  })
  clearAssessment?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True removes the deadline; not together with deadline.',
  })
  clearDeadline?: boolean | null;
}
