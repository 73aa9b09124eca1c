import { IsNotEmpty } from 'class-validator';
import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { MAX_ELEMENT_SYNC_KEY, MAX_SYNC_KEY, MAX_TEXT } from '../../data/entities/columns';
import { isUsableKey } from '../../kernel/idempotency-key';
import {
  LEARNING_OBJECTIVE_ASSESSMENTS,
  type LearningObjectiveAssessment,
} from '../../kernel/learning-objective-assessment';
import { hasAtMost, isBlank, isWellFormedText } from '../../kernel/text';
import { all, coded, rule } from '../../kernel/validation';

const MAX_VENDOR_ID = 36;

export const LearningObjectiveAssessmentEnum = Object.fromEntries(
  LEARNING_OBJECTIVE_ASSESSMENTS.map((name) => [name, name]),
) as { readonly [Name in LearningObjectiveAssessment]: Name };

registerEnumType(LearningObjectiveAssessmentEnum, {
  name: 'LearningObjectiveAssessment',
  description: 'What kind of assessment an activity uses with its learning objectives.',
  valuesConfig: {
    DO_NOT_USE: { description: 'None; the only one for an activity without learning objectives.' },
    OUTCOME_STATUS: { description: 'A status per objective, from not assessed to exceeds.' },
    ASSESSMENT_CRITERIA: { description: 'Criteria and achievement levels of a rubric.' },
  },
});

const isStorable = (value: unknown) => typeof value === 'string' && isWellFormedText(value);
const isTextUpTo = (max: number) => (value: unknown) => typeof value === 'string' && hasAtMost(max, value);

function TextUpTo(max: number): PropertyDecorator {
  return all(
    rule('INVALID_FORMAT', { fault: 'it holds U+0000 or half of a character' }, isStorable),
    rule('INVALID_FORMAT', { fault: `it is longer than ${max} characters` }, isTextUpTo(max)),
  );
}

function GivenTextUpTo(max: number): PropertyDecorator {
  const isGiven = (value: unknown) => !isBlank(String(value));
  return all(TextUpTo(max), rule('INVALID_FORMAT', { fault: 'it is empty or blank' }, isGiven));
}

/** A key as the platform keeps it: given, and no longer than any stored one. */
export function SyncKey(max: number): PropertyDecorator {
  return GivenTextUpTo(max);
}

/** Why somebody does something, in words. */
export function Reason(): PropertyDecorator {
  return GivenTextUpTo(MAX_TEXT);
}

/** Empty, it names the root of the course. */
export function ParentSyncKey(): PropertyDecorator {
  return TextUpTo(MAX_ELEMENT_SYNC_KEY);
}

export function VendorId(): PropertyDecorator {
  return all(TextUpTo(MAX_VENDOR_ID), IsNotEmpty(coded('INVALID_FORMAT', { fault: 'it is empty' })));
}

const MAX_OBJECTIVES = 1_000;

/** Far more than an activity has; a bound, so that neither checks nor answers grow without one. */
export function FewObjectives(): PropertyDecorator {
  const fault = `it names more than ${MAX_OBJECTIVES} different learning objectives`;
  return rule('INVALID_FORMAT', { fault }, (value) => {
    if (!Array.isArray(value)) return false;
    if (value.length <= MAX_OBJECTIVES) return true;
    const sent: readonly { readonly learningObjectiveId: string }[] = value;
    return new Set(sent.map(({ learningObjectiveId }) => learningObjectiveId)).size <= MAX_OBJECTIVES;
  });
}

export function IdempotencyKey(): PropertyDecorator {
  return rule('IDEMPOTENCY_KEY_INVALID', {}, (value) => isUsableKey(String(value)));
}

@InputType({ description: 'A learning objective of the repository.' })
export class LearningObjectiveInput {
  @Field(() => String, {
    description: 'Its unique id in the repository, compared exactly. At most 255 characters.',
  })
  learningObjectiveId: string;
}

/** What every command of a user on a course says; not a type of the schema by itself. */
@InputType()
export abstract class CourseCommandInput {
  @Field(() => Int, {
    nullable: true,
    description: "When given, it must be the caller's own site; for any other the course does not exist.",
  })
  siteId?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Label of the vendor, 1 to 36 characters. Checked, and without further effect.',
  })
  @VendorId()
  vendorId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Id of the course. Exactly one of courseId and courseSyncKey.',
  })
  courseId?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the course, compared exactly. At most 255 characters.',
  })
  @SyncKey(MAX_SYNC_KEY)
  courseSyncKey?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Id of the user who does it. Exactly one of userId and userSyncKey.',
  })
  userId?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the user who does it, compared exactly. At most 128 characters.',
  })
  @SyncKey(MAX_ELEMENT_SYNC_KEY)
  userSyncKey?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Answer exactly what would happen, and write nothing. Null means false.',
  })
  dryRun?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      '1 to 255 characters. The same key with the same input answers the first result again, for 24 hours; with another input it is refused. Only Success and Warning use a key up.',
  })
  @IdempotencyKey()
  idempotencyKey?: string | null;
}

/** A command about an activity that is there already; not a type of the schema by itself. */
@InputType()
export abstract class ElementCommandInput extends CourseCommandInput {
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
}

/** What can be said of a custom activity, whether it is there already or not; not a type of the schema by itself. */
@InputType()
export abstract class ActivityInput extends CourseCommandInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Rich text: a well-formed HTML fragment of at most 65535 bytes, stored sanitised. Text in which nothing shows clears it, such as an empty one or <p><br></p>.',
  })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Date and time in ISO-8601 with Z or an offset, such as 2030-08-28T18:50:01+04:00; stored in UTC. Past ones are accepted.',
  })
  deadline?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True makes the activity mandatory.' })
  mandatory?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Id of an assessment scale of the site or of this course; it takes the place of maxScore. Any other id, 0 included, is skipped with a warning. At most one of assessmentId and maxScore.',
  })
  assessmentId?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Highest score, any number from 0.01 to 99999.99, stored as sent; it takes the place of assessmentId. Skipped with a warning where it is out of range, or where the site does not use scores.',
  })
  maxScore?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'True lets participants see how they were assessed.' })
  assessmentVisible?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True closes the activity to editing in the user interface. This API still updates it.',
  })
  locked?: boolean | null;

  @Field(() => LearningObjectiveAssessmentEnum, {
    nullable: true,
    description:
      'What kind of assessment to use with learning objectives. An activity without objectives gets DO_NOT_USE, with a warning.',
  })
  learningObjectiveAssessment?: LearningObjectiveAssessment | null;
}
