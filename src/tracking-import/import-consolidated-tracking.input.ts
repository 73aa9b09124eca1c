import { Field, InputType, Int, registerEnumType } from 'type-graphql';
import { TRACKING_STATUSES, type TrackingStatus } from '../kernel/tracking-status';
import {
  IgnoredCellScalar,
  NumberCellScalar,
  type SentCell,
  TextCellScalar,
  TimeSpentScalar,
} from './cell.scalars';
import { TIME_SPENT_FORMATS, type TimeSpentFormat } from './time-spent';

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
export const OlderRows = named(['OVERWRITE', 'SKIP']);
export type OlderRows = keyof typeof OlderRows;
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
    RAW_MINUTES: { description: '85.25; like all formats rounded to whole seconds, half up.' },
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
registerEnumType(OlderRows, {
  name: 'OlderRows',
  description: 'What becomes of rows whose lastAccessDate lies before the stored one.',
  valuesConfig: {
    OVERWRITE: { description: 'They are stored like any other, with a warning.' },
    SKIP: { description: 'They act on nothing: UNCHANGED, with a warning.' },
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

@InputType({
  description:
    'The whole history of one learner on one learning object version in one session. A cell is absent (not sent), null (null or blank text) or a value; 0 is a value.',
})
export class ConsolidatedTrackingRowInput {
  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      "The learner's e-mail address, compared without regard to case. At least one of candidateLogin, candidateRefNumber and candidateEmail is needed. At most 255 characters.",
  })
  candidateEmail?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description: "The learner's login, compared without regard to case. At most 255 characters.",
  })
  candidateLogin?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description: "The learner's reference number, compared exactly. At most 255 characters.",
  })
  candidateRefNumber?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      'When the content was launched for the first time: local time in parameters.dateTimeFormat and timeZone, or ISO-8601 with an offset or Z.',
  })
  firstAccessDate?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      "When the content was completed for the first time; only on a complete row. A complete row that has none keeps the stored date, or gets the import's clock with a warning.",
  })
  firstCompletionDate?: SentCell;

  @Field(() => IgnoredCellScalar, { nullable: true, description: 'A column of the source that is not read.' })
  ignoredColumn?: null;

  @Field(() => TextCellScalar, {
    nullable: true,
    description: 'When the content was accessed for the last time; formats as for firstAccessDate.',
  })
  lastAccessDate?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      'Reference number of the learning object version, compared exactly. At least one of lovCode and lovGuid is needed. At most 255 characters.',
  })
  lovCode?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description: 'GUID of the learning object version, compared exactly. At most 40 characters.',
  })
  lovGuid?: SentCell;

  @Field(() => NumberCellScalar, { nullable: true, description: 'Progress in percent, 0 to 100.' })
  progression?: SentCell;

  @Field(() => NumberCellScalar, { nullable: true, description: 'The score reached, from 0 to scoreMax.' })
  score?: SentCell;

  @Field(() => NumberCellScalar, {
    nullable: true,
    description:
      'The highest score that can be reached, from 0. A whole number. Absent: options.defaultScoreMax, else 100 when a score is given. Null: options.defaultScoreMax, else no maximum.',
  })
  scoreMax?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      'GUID of the session, compared exactly. At most 40 characters. Needed: sessionGuid, or sessionId, or sessionTitle with a training reference.',
  })
  sessionGuid?: SentCell;

  @Field(() => NumberCellScalar, { nullable: true, description: 'Id of the session.' })
  sessionId?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      'Title of the session, compared exactly. At most 255 characters. Without sessionGuid or sessionId it needs trainingPathCode, trainingId or trainingGuid.',
  })
  sessionTitle?: SentCell;

  @Field(() => TimeSpentScalar, {
    nullable: true,
    description:
      'The time spent on the content, in seconds or in parameters.timeSpentFormat; fractions of seconds are rounded half up.',
  })
  timeSpent?: unknown;

  @Field(() => TextCellScalar, {
    nullable: true,
    description:
      'Completion status: notAttempted (wipes the stored row), incomplete, completed, passed, failed, browsed, or the words of parameters.trackingStatus.',
  })
  trackingStatus?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description: 'GUID of the training, compared exactly. At most 40 characters.',
  })
  trainingGuid?: SentCell;

  @Field(() => NumberCellScalar, { nullable: true, description: 'Id of the training.' })
  trainingId?: SentCell;

  @Field(() => TextCellScalar, {
    nullable: true,
    description: 'Reference number (path code) of the training, compared exactly. At most 255 characters.',
  })
  trainingPathCode?: SentCell;
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
      'Maximum score of rows that send none or null, from 0. Without it 100 is assumed when a score is given and scoreMax is absent.',
  })
  defaultScoreMax?: number | null;

  @Field(() => OlderRows, {
    nullable: true,
    defaultValue: 'OVERWRITE',
    description:
      'What becomes of rows whose lastAccessDate lies before the stored one; rows that send none are never older.',
  })
  olderRows?: OlderRows | null;
}

@InputType({ description: 'How the cells of the rows are written.' })
export class ImportParametersInput {
  @Field(() => String, {
    nullable: true,
    defaultValue: DEFAULT_PARAMETERS.dateTimeFormat,
    description:
      'Format of local dates: YYYY, MM and DD once each, then hh, ii (minutes), ss as far as wanted; any case; one or two separators out of space / _ . : ; , - or T, or none. Day, month, hour, minute and second may have one digit where separators stand around them. A cell may stop after the date. ISO-8601 with an offset or Z is understood whatever the format.',
  })
  dateTimeFormat?: string | null;

  @Field(() => String, {
    nullable: true,
    defaultValue: DEFAULT_PARAMETERS.timeZone,
    description:
      'IANA zone of the local dates in the rows. A time that does not exist moves forward by the gap, one that exists twice takes the earlier instant, both with a warning.',
  })
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    defaultValue: DEFAULT_PARAMETERS.defaultTime,
    description: 'Time of day (hh:ii:ss) of cells that hold a date only.',
  })
  defaultTime?: string | null;

  @Field(() => TimeSpentFormatEnum, {
    nullable: true,
    defaultValue: DEFAULT_PARAMETERS.timeSpentFormat,
    description: 'Format of text in the timeSpent cells.',
  })
  timeSpentFormat?: TimeSpentFormat | null;

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
    nullable: true,
    defaultValue: 'REPLACE',
    description: 'What happens to a stored value whose cell the row does not send.',
  })
  writeMode?: WriteMode | null;

  @Field(() => ErrorPolicy, {
    nullable: true,
    defaultValue: 'REJECT_FAILED_ROWS',
    description: 'What one rejected row means for the others.',
  })
  errorPolicy?: ErrorPolicy | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Answer exactly what would happen, and write nothing.',
  })
  dryRun?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      '1 to 255 characters. The same key with the same input answers the first result again, for 24 hours; with another input it is refused. Only Success and Warning use a key up.',
  })
  idempotencyKey?: string | null;
}
