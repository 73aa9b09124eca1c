import { Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import {
  booleanWithDefault,
  Column,
  integer,
  nullableDouble,
  nullableInteger,
  PrimaryColumn,
} from './columns';
import { LearningObjectVersionEntity } from './learning-object-version.entity';
import { TrainingEntity } from './training.entity';

/** A learning object version is part of a training. */
@Entity('training_lov')
@Index('ix_training_lov_lov', ['siteId', 'lovId'])
export class TrainingLovEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('training_id'))
  trainingId: number;

  @PrimaryColumn(integer('lov_id'))
  lovId: number;

  /** Is the training complete only with it? */
  @Column(booleanWithDefault('mandatory', true))
  mandatory: boolean;

  /** Order within the training. */
  @Column(nullableInteger('position'))
  position: number | null;

  /** What it weighs in the training's progression. */
  @Column(nullableDouble('points'))
  points: number | null;

  @ManyToOne(() => TrainingEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_training_lov_training' },
    { name: 'training_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_training_lov_training' },
  ])
  training: Relation<TrainingEntity>;

  @ManyToOne(() => LearningObjectVersionEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_training_lov_lov' },
    { name: 'lov_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_training_lov_lov' },
  ])
  lov: Relation<LearningObjectVersionEntity>;
}
