import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { RowInput } from './row-action';

/** What an element is that this operation makes. */
export const LOADED_ELEMENT_KINDS = ['FOLDER', 'OTHER'] as const;

export type LoadedElementKind = (typeof LOADED_ELEMENT_KINDS)[number];

const LoadedElementKindEnum: { readonly [Name in LoadedElementKind]: Name } = {
  FOLDER: 'FOLDER',
  OTHER: 'OTHER',
};

registerEnumType(LoadedElementKindEnum, {
  name: 'LoadedElementKind',
  description: 'What an element of a course is that is no custom activity.',
  valuesConfig: {
    FOLDER: { description: 'It holds other elements.' },
    OTHER: { description: 'Anything else.' },
  },
});

@InputType({ description: 'Who edits courses, found by its sync key. REMOVE sets isDeleted.' })
export class UserInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 128 characters.' })
  syncKey: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'It comes from another platform, and may not edit here. By default false.',
  })
  isExternal?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'It is deleted; false brings it back. By default false.',
  })
  isDeleted?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The organisations whose courses it may edit, with all below them. The list replaces those it has; null keeps them. At most 1000.',
  })
  organisationSyncKeys?: string[] | null;
}

@InputType({ description: 'A grade of a scale, found by its title.' })
export class GradeInput {
  @Field(() => String, { description: 'Its key within the scale. At most 255 characters.' })
  title: string;

  @Field(() => Float, {
    nullable: true,
    description: 'The least percentage that earns it, itself included. From 0 to 100, with maxPercent.',
  })
  minPercent?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The percentage up to which it is earned, itself excluded (but 100). With minPercent.',
  })
  maxPercent?: number | null;
}

@InputType({
  description:
    'An assessment scale, of the site or of one course. It is found by its sync key, else by its title within the site or course. REMOVE needs that no activity uses it any more.',
})
export class ScaleInput extends RowInput {
  @Field(() => String, {
    nullable: true,
    description: 'Its key. At most 128 characters. A scale that is found by its title gets it.',
  })
  syncKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its title, unique within the site or course; needed to create it.',
  })
  title?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The course that may use it; absent: every course. It cannot be changed.',
  })
  courseGuid?: string | null;

  @Field(() => String, { nullable: true, description: 'The course, by sync key.' })
  courseSyncKey?: string | null;

  @Field(() => [GradeInput], {
    nullable: true,
    description:
      'Its grades, the best first; needed to create it. The list replaces those it has; null keeps them. One that a participant has cannot be left out. At most 100.',
  })
  grades?: GradeInput[] | null;
}

@InputType({
  description:
    'A learning objective of the repository, found by its unique id. REMOVE needs that nothing refers to it any more.',
})
export class LearningObjectiveRowInput extends RowInput {
  @Field(() => String, { description: 'Its key (learningObjectiveId). At most 255 characters.' })
  uniqueId: string;

  @Field(() => String, { nullable: true, description: 'Its title; needed to create it.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'The objective it is part of; null: at the top.' })
  parentUniqueId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Others may find it and use it. By default true.',
  })
  isPublished?: boolean | null;
}

@InputType({
  description:
    'A folder, or an element of a course that is no custom activity, found by its sync key. REMOVE sets isDeleted.',
})
export class CourseElementInput extends RowInput {
  @Field(() => String, { description: 'Its key. At most 128 characters.' })
  syncKey: string;

  @Field(() => LoadedElementKindEnum, {
    nullable: true,
    description: 'What it is; needed to create it. It cannot be changed.',
  })
  kind?: LoadedElementKind | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its course; needed to create it, or courseSyncKey. It cannot be changed.',
  })
  courseGuid?: string | null;

  @Field(() => String, { nullable: true, description: 'Its course, by sync key.' })
  courseSyncKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The folder of the course that it is in; null: the root of the course.',
  })
  parentSyncKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Its title; needed to create it.' })
  title?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Its place in its folder, from 0. By default it is put last when it is created or moved.',
  })
  position?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Participants see it. By default true.' })
  active?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'It is deleted, with all that is in it; false brings it back. By default false.',
  })
  isDeleted?: boolean | null;
}
