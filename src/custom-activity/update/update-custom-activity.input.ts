import { Field, InputType, Int } from 'type-graphql';
import { DateTimeScalar } from '../../contract/date-time.scalar';
import { MAX_ELEMENT_SYNC_KEY } from '../../data/entities/columns';
import {
  ActivityInput,
  FewObjectives,
  LearningObjectiveInput,
  ParentSyncKey,
  SyncKey,
} from '../editing/activity.input';

@InputType({
  description:
    'Which custom activity to update, who updates it, and the new values. Course, element and user are named by exactly one of id and sync key each. A field that is absent or null keeps what is stored; exceptions say so.',
})
export class UpdateCustomActivityInput extends ActivityInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'Id of the folder to move the activity into, within the same course; the activity is put last in it. Given together with parentSyncKey, both must name the same folder.',
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

  @Field(() => Boolean, { nullable: true, description: 'True lets participants see the activity.' })
  active?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Title as plain text, stored trimmed: 1 to 255 characters, at least one that shows, none that is a control character, and nothing that looks like markup (< before a letter, /, ! or ?).',
  })
  title?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: when the update changes something and the activity is active after it, the learners registered in sessions of the course that have not ended are notified, each once. Absent and null mean false.',
  })
  sendUpdateNotification?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True lets participants set their completion themselves. Used only with neither scale nor score. Absent means not allowed (the vendor rule); null keeps.',
  })
  allowStudentsSetCompletion?: boolean | null;

  @Field(() => [LearningObjectiveInput], {
    nullable: true,
    description:
      'Absent or null keeps; an empty list removes all; a list replaces the set. At most 1000 different ones. One that the course does not have yet is added to the course.',
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

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Refuse with ELEMENT_CHANGED when the stored updatedAt is another. It says nothing where the update would change nothing, so that a retry succeeds.',
  })
  expectedUpdatedAt?: Date | null;
}
