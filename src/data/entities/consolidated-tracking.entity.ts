import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { instantToSql } from '../../kernel/dates/instants';
import { TRACKING_STATUSES, type TrackingStatus } from '../../kernel/tracking-status';
import { double, instant as instantCell, nullable, wholeNumber, word } from '../cells';
import type { JsonType } from '../dialect';
import {
  instant,
  integer,
  MAX_IMPORT_ID,
  nullableDouble,
  nullableInstant,
  nullableInteger,
  text,
} from './columns';
import { LearningObjectVersionEntity } from './learning-object-version.entity';
import { RegistrationEntity } from './registration.entity';

/** The history of one learner on one learning object version in one session, as one row. */
@Entity('consolidated_tracking')
@Index('ix_tracking_lov', ['siteId', 'lovId'])
@Index('ix_tracking_updated', ['siteId', 'updatedAt', 'registrationId', 'lovId'])
export class ConsolidatedTrackingEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('registration_id'))
  registrationId: number;

  @PrimaryColumn(integer('lov_id'))
  lovId: number;

  @Column(nullableInstant('first_access_date'))
  firstAccessDate: Date | null;

  @Column(nullableInstant('first_completion_date'))
  firstCompletionDate: Date | null;

  @Column(nullableInstant('last_access_date'))
  lastAccessDate: Date | null;

  /** Percent. */
  @Column(nullableDouble('progression'))
  progression: number | null;

  @Column(nullableDouble('score'))
  score: number | null;

  @Column(nullableInteger('score_max'))
  scoreMax: number | null;

  @Column(nullableInteger('time_spent_seconds'))
  timeSpentSeconds: number | null;

  @Column(text('status', 20))
  status: TrackingStatus;

  @Column(instant('updated_at'))
  updatedAt: Date;

  /** The import that wrote the row last. */
  @Column(text('import_id', MAX_IMPORT_ID))
  importId: string;

  @ManyToOne(() => RegistrationEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_tracking_registration' },
    {
      name: 'registration_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_tracking_registration',
    },
  ])
  registration: Relation<RegistrationEntity>;

  @ManyToOne(() => LearningObjectVersionEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_tracking_lov' },
    { name: 'lov_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_tracking_lov' },
  ])
  lov: Relation<LearningObjectVersionEntity>;
}

type KeyOfRow = 'siteId' | 'registrationId' | 'lovId';
type StampOfRow = 'updatedAt' | 'importId';
type ReferenceOfRow = 'registration' | 'lov';

/** What a row tells of the learner's history; instants are milliseconds since 1970 in UTC. */
export type TrackingValues = {
  readonly [Value in Exclude<keyof ConsolidatedTrackingEntity, KeyOfRow | StampOfRow | ReferenceOfRow>]:
    | Exclude<ConsolidatedTrackingEntity[Value], Date>
    | (Date extends ConsolidatedTrackingEntity[Value] ? number : never);
};

/** The types of the values in a statement, in the order in which `writtenCells` has them. */
export const VALUE_TYPES = {
  firstAccessDate: 'instant',
  firstCompletionDate: 'instant',
  lastAccessDate: 'instant',
  progression: 'double',
  score: 'double',
  scoreMax: 'integer',
  timeSpentSeconds: 'integer',
  status: 'word',
} as const satisfies Readonly<Record<keyof TrackingValues, JsonType>>;

// Imports read and write thousands of rows. So values are named one by one: a loop over them takes twice as long.

/** The values of a row as a statement answers them, by their properties. */
export function readValues(row: Readonly<Record<string, unknown>>): TrackingValues {
  return {
    firstAccessDate: readInstant(row.firstAccessDate),
    firstCompletionDate: readInstant(row.firstCompletionDate),
    lastAccessDate: readInstant(row.lastAccessDate),
    progression: readDouble(row.progression),
    score: readDouble(row.score),
    scoreMax: readInteger(row.scoreMax),
    timeSpentSeconds: readInteger(row.timeSpentSeconds),
    status: readStatus(row.status),
  };
}

const readInstant = nullable(instantCell);
const readDouble = nullable(double);
const readInteger = nullable(wholeNumber);
const readStatus = word(TRACKING_STATUSES);

/** The cells of a row as they are written: those that tell it from others of the site, then its values. */
export function writtenCells({ registrationId, lovId, values }: WrittenRow): (string | number | null)[] {
  return [
    registrationId,
    lovId,
    writtenInstant(values.firstAccessDate),
    writtenInstant(values.firstCompletionDate),
    writtenInstant(values.lastAccessDate),
    values.progression,
    values.score,
    values.scoreMax,
    values.timeSpentSeconds,
    values.status,
  ];
}

interface WrittenRow {
  readonly registrationId: number;
  readonly lovId: number;
  readonly values: TrackingValues;
}

function writtenInstant(value: number | null): string | null {
  return value === null ? null : instantToSql(value);
}
