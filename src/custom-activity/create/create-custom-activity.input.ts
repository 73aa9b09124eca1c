import { Field, InputType, Int } from 'type-graphql';
import { MAX_ELEMENT_SYNC_KEY } from '../../data/entities/columns';
import { all, rule } from '../../kernel/validation';
import {
  ActivityInput,
  FewObjectives,
  LearningObjectiveInput,
  ParentSyncKey,
  SyncKey,
} from '../editing/activity.input';

/** Databases disagree on whether blanks at the end of a text count, so keys that are stored carry none. */
function NewSyncKey(): PropertyDecorator {
  return all(
    SyncKey(MAX_ELEMENT_SYNC_KEY),
    rule(
      'INVALID_FORMAT',
      { fault: 'it begins or ends with a blank' },
      (value) => String(value).trim() === value || String(value).trim() === '',
    ),
  );
}

@InputType({
  description:
    'The custom activity to create, in which course, and who creates it. Course and user are named by exactly one of id and sync key each. A field that is absent or null is null, false or DO_NOT_USE afterwards; exceptions say so.',
})
export class CreateCustomActivityInput extends ActivityInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Sync key of the new activity, at most 128 characters without blanks around them; no element of the site may have it, deleted ones included. Absent or null: one is made, a UUID.',
  })
  @NewSyncKey()
  syncKey?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Id of the folder to put the activity into, within the same course. Given together with parentSyncKey, both must name the same folder; with neither it is put at the root.',
  })
  parentId?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Sync key of the folder to put the activity into, compared exactly; empty means the root of the course. At most 128 characters.',
  })
  @ParentSyncKey()
  parentSyncKey?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True lets participants see the activity. Absent and null mean true.',
  })
  active?: boolean | null;

  @Field(() => String, {
    description:
      'Title as plain text, stored trimmed: 1 to 255 characters, at least one that shows, none that is a control character, and nothing that looks like markup (< before a letter, /, ! or ?).',
  })
  title: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True lets participants set their completion themselves. Used only with neither scale nor score.',
  })
  allowStudentsSetCompletion?: boolean | null;

  @Field(() => [LearningObjectiveInput], {
    nullable: true,
    description:
      'The learning objectives it works towards, duplicates counted once, at most 1000 different ones. One that the course does not have yet is added to the course.',
  })
  @FewObjectives()
  learningObjectives?: LearningObjectiveInput[] | null;
}
