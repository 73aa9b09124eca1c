import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { Column, foldedText, GeneratedId, integer, MAX_GUID, nullableInstant, text } from './columns';
import { TrainingEntity } from './training.entity';

/** A run of one training. Its title is not unique, not even within the training. */
@Entity('session')
@Unique('uq_session_id', ['siteId', 'id'])
@Unique('uq_session_guid', ['siteId', 'guid'])
@Index('ix_session_title', ['siteId', 'trainingId', 'title'])
@Index('ix_session_training', ['siteId', 'trainingId', 'id'])
@Index('ix_session_title_folded', ['siteId', 'titleFolded', 'id'])
export class SessionEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(integer('training_id'))
  trainingId: number;

  @Column(text('guid', MAX_GUID))
  guid: string;

  @Column(text('title'))
  title: string;

  /** The title as searches compare it. */
  @Column(foldedText('title_folded'))
  titleFolded: string;

  @Column(nullableInstant('starts_at'))
  startsAt: Date | null;

  @Column(nullableInstant('ends_at'))
  endsAt: Date | null;

  @ManyToOne(() => TrainingEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_session_training' },
    { name: 'training_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_session_training' },
  ])
  training: Relation<TrainingEntity>;
}
