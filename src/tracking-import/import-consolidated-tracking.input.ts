import { Field, Float, InputType, Int, registerEnumType } from 'type-graphql';
import { isEmailAddress } from '../kernel/email';
import { hasAtMost, isBlank, isWellFormedText } from '../kernel/text';
import { TRACKING_STATUSES, type TrackingStatus } from '../kernel/tracking-status';
import { all, rule } from '../kernel/validation';
import { TIME_SPENT_FORMATS, type TimeSpentFormat } from './time-spent';
import { TimeSpentScalar } from './time-spent.scalar';

export const MAX_ROWS = 10_000;
export const MAX_TEXT_CHARACTERS = 255;
export const MAX_GUID_CHARACTERS = 40;

/** What holds where a request sends no parameter; the SDL tells the same. */
export const DEFAULT_PARAMETERS = {
  dateTimeFormat: 'YYYY-MM-DD hh:ii:ss',
  timeZone: 'UTC',
  defaultTime: '00:00:00',
  timeSpentFormat: 'RAW_SECONDS',
} as const;

export const TrackingStatusEnum = named(TRACKING_STATUSES);
export const TimeSpentFormatEnum = named(TIME_SPENT_FORMATS);
export const WriteMode = named(['REPLACE', 'MERGE']);
export const ErrorPolicy = named(['REJECT_FAILED_ROWS', 'REJECT_EVERYTHING']);
export type WriteMode = keyof typeof WriteMode;
export type ErrorPolicy = keyof typeof ErrorPolicy;

function named<const Name extends string>(names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, name])) as { readonly [Key in Name]: Key };
}

registerEnumType(TrackingStatusEnum, {
  name: 'TrackingStatus',
  description: 'Completion status of a learner on a learning object version.',
  valuesConfig: {
    NOT_ATTEMPTED: { description: 'As input it wipes the stored row; it is never stored.' },
    INCOMPLETE: { description: 'Begun, not complete.' },
    COMPLETED: { description: 'Complete.' },
    PASSED: { description: 'Complete, with success.' },
    FAILED: { description: 'Ended without success; not complete.' },
    BROWSED: { description: 'Looked at; not complete.' },
  },
});
registerEnumType(TimeSpentFormatEnum, {
  name: 'TimeSpentFormat',
  description:
    'How text in the timeSpent cells is read; the examples are all 1 hour 25 minutes (15 seconds).',
  valuesConfig: {
    RAW_SECONDS: { description: '5115' },
    RAW_MINUTES: { description: '85.25; rounded to whole seconds, half up.' },
    ISO_8601: { description: 'PT1H25M15S' },
    PADDED: { description: '001:25 (hours and minutes)' },
    PADDED_HH: { description: '01:25 (hours and minutes)' },
  },
});
registerEnumType(WriteMode, {
  name: 'WriteMode',
  description: 'What happens to a stored value whose cell the row does not send.',
  valuesConfig: {
    REPLACE: {
      description: "The row overwrites the stored row: absent and null reset (the vendor's behaviour).",
    },
    MERGE: { description: 'Absent keeps the stored value, null resets it, a value sets it.' },
  },
});
registerEnumType(ErrorPolicy, {
  name: 'ErrorPolicy',
  description: 'What one rejected row means for the others.',
  valuesConfig: {
    REJECT_FAILED_ROWS: { description: 'Nothing: every other row is written.' },
    REJECT_EVERYTHING: { description: 'Nothing is written unless every row is accepted.' },
  },
});

const isText = (value: unknown): value is string => typeof value === 'string' && !isBlank(value);
const fits = (max: number) => (value: unknown) => !isText(value) || hasAtMost(max, value);
const isSound = (value: unknown) => !isText(value) || isWellFormedText(value);
const isFiniteNumber = (value: unknown) => typeof value !== 'number' || Number.isFinite(value);
const isNotNegative = (value: unknown) => typeof value !== 'number' || !Number.isFinite(value) || value >= 0;

/** Text that can be looked up: of bounded length, without NUL and broken surrogates. Blank text is not given. */
function TextCell(max: number): PropertyDecorator {
  return all(rule('TEXT_INVALID', {}, isSound), rule('TEXT_TOO_LONG', { max }, fits(max)));
}

/** Learners' addresses may be internal ones, so a domain needs no dot. */
function EmailShape(): PropertyDecorator {
  const hasShape = (value: unknown) =>
    !isText(value) || !isSound(value) || !fits(MAX_TEXT_CHARACTERS)(value) || isEmailAddress(value);
  return rule('EMAIL_INVALID', {}, hasShape);
}

function Percentage(): PropertyDecorator {
  const isPercentage = (value: unknown) =>
    typeof value !== 'number' || !Number.isFinite(value) || (value >= 0 && value <= 100);
  return all(
    rule('NUMBER_NOT_FINITE', {}, isFiniteNumber),
    rule('PROGRESSION_OUT_OF_RANGE', {}, isPercentage),
  );
}

function NotNegative(): PropertyDecorator {
  return all(rule('NUMBER_NOT_FINITE', {}, isFiniteNumber), rule('SCORE_NEGATIVE', {}, isNotNegative));
}

@InputType({
  description:
    'The whole history of one learner on one learning object version in one session. A cell is absent (not sent), null (null or blank text) or a value; 0 is a value.',
})
export class ConsolidatedTrackingRowInput {
  @Field(() => String, {
    nullable: true,
    description:
      "The learner's e-mail address, compared without regard to case. At least one of candidateLogin, candidateRefNumber and candidateEmail is needed. At most 255 characters.",
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  @EmailShape()
  candidateEmail?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The learner's login, compared without regard to case. At most 255 characters.",
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  candidateLogin?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The learner's reference number, compared exactly. At most 255 characters.",
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  candidateRefNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'When the content was launched for the first time: local time in parameters.dateTimeFormat and timeZone, or ISO-8601 with an offset or Z.',
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  firstAccessDate?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "When the content was completed for the first time; only on a complete row. A complete row that has none keeps the stored date, or gets the import's clock with a warning.",
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  firstCompletionDate?: string | null;

  @Field(() => String, { nullable: true, description: 'A column of the source that is not read.' })
  ignoredColumn?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'When the content was accessed for the last time; formats as for firstAccessDate.',
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  lastAccessDate?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Reference number of the learning object version, compared exactly. At least one of lovCode and lovGuid is needed. At most 255 characters.',
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  lovCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'GUID of the learning object version, compared exactly. At most 40 characters.',
  })
  @TextCell(MAX_GUID_CHARACTERS)
  lovGuid?: string | null;

  @Field(() => Float, { nullable: true, description: 'Progress in percent, 0 to 100.' })
  @Percentage()
  progression?: number | null;

  @Field(() => Float, { nullable: true, description: 'The score reached, from 0 to scoreMax.' })
  @NotNegative()
  score?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The highest score that can be reached, from 0. Absent: options.defaultScoreMax, else 100 when a score is given.',
  })
  @NotNegative()
  scoreMax?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'GUID of the session, compared exactly. At most 40 characters. Needed: sessionGuid, or sessionId, or sessionTitle with a training reference.',
  })
  @TextCell(MAX_GUID_CHARACTERS)
  sessionGuid?: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the session.' })
  sessionId?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Title of the session, compared exactly. At most 255 characters. Without sessionGuid or sessionId it needs trainingPathCode, trainingId or trainingGuid.',
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  sessionTitle?: string | null;

  @Field(() => TimeSpentScalar, {
    nullable: true,
    description: 'The time spent on the content, in whole seconds or in parameters.timeSpentFormat.',
  })
  timeSpent?: unknown;

  @Field(() => String, {
    nullable: true,
    description:
      'Completion status: notAttempted (wipes the stored row), incomplete, completed, passed, failed, browsed, or the words of parameters.trackingStatus.',
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  trackingStatus?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'GUID of the training, compared exactly. At most 40 characters.',
  })
  @TextCell(MAX_GUID_CHARACTERS)
  trainingGuid?: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the training.' })
  trainingId?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Reference number (path code) of the training, compared exactly. At most 255 characters.',
  })
  @TextCell(MAX_TEXT_CHARACTERS)
  trainingPathCode?: string | null;
}

/** The cells of a row. */
export type Cell = keyof ConsolidatedTrackingRowInput;

@InputType({ description: "The caller's own word for a status." })
export class TrackingStatusAliasInput {
  @Field(() => TrackingStatusEnum, { description: 'The status it means.' })
  status: TrackingStatus;

  @Field(() => String, {
    description:
      'The word, compared without regard to case and surrounding blanks; blank means the own name. A status with an alias no longer answers to its own name. At most 255 characters.',
  })
  alias: string;
}

@InputType({ description: 'Settings of the vendor\'s "options" block.' })
export class ImportOptionsInput {
  @Field(() => Int, {
    nullable: true,
    description:
      'Maximum score of rows that send none, from 0. Without it 100 is assumed when a score is given.',
  })
  defaultScoreMax?: number | null;
}

@InputType({ description: 'How the cells of the rows are written.' })
export class ImportParametersInput {
  @Field(() => String, {
    defaultValue: DEFAULT_PARAMETERS.dateTimeFormat,
    description:
      'Format of local dates: YYYY, MM and DD once each, then hh, ii (minutes), ss as far as wanted; any case; separators space / _ . : ; , - T or none. A cell may stop after the date. ISO-8601 with an offset or Z is understood whatever the format.',
  })
  dateTimeFormat: string;

  @Field(() => String, {
    defaultValue: DEFAULT_PARAMETERS.timeZone,
    description:
      'IANA zone of the local dates in the rows. A time that does not exist moves forward by the gap, one that exists twice takes the earlier instant, both with a warning.',
  })
  timeZone: string;

  @Field(() => String, {
    defaultValue: DEFAULT_PARAMETERS.defaultTime,
    description: 'Time of day (hh:ii:ss) of cells that hold a date only.',
  })
  defaultTime: string;

  @Field(() => TimeSpentFormatEnum, {
    defaultValue: DEFAULT_PARAMETERS.timeSpentFormat,
    description: 'Format of text in the timeSpent cells.',
  })
  timeSpentFormat: TimeSpentFormat;

  @Field(() => [TrackingStatusAliasInput], {
    nullable: true,
    description:
      "The caller's own words for the statuses; a status that is not listed is written with its own name.",
  })
  trackingStatus?: TrackingStatusAliasInput[] | null;
}

@InputType({ description: 'Learning records to import, and how.' })
export class ImportConsolidatedTrackingInput {
  @Field(() => [ConsolidatedTrackingRowInput], { description: '1 to 10000 rows, applied in order.' })
  rows: ConsolidatedTrackingRowInput[];

  @Field(() => ImportOptionsInput, { nullable: true, description: 'Defaults for what rows leave out.' })
  options?: ImportOptionsInput | null;

  @Field(() => ImportParametersInput, {
    nullable: true,
    description: 'How the cells of the rows are written.',
  })
  parameters?: ImportParametersInput | null;

  @Field(() => WriteMode, {
    defaultValue: 'REPLACE',
    description: 'What happens to a stored value whose cell the row does not send.',
  })
  writeMode: WriteMode;

  @Field(() => ErrorPolicy, {
    defaultValue: 'REJECT_FAILED_ROWS',
    description: 'What one rejected row means for the others.',
  })
  errorPolicy: ErrorPolicy;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Answer exactly what would happen, and write nothing.',
  })
  dryRun: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      '1 to 255 characters. The same key with the same input answers the first result again, for 24 hours; with another input it is refused. Only Success and Warning use a key up.',
  })
  idempotencyKey?: string | null;
}
