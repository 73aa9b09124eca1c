import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { TrackingStatus } from '../../kernel/tracking-status';
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
