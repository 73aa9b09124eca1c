import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { AssessmentScaleEntity } from './assessment-scale.entity';
import { Column, GeneratedId, integer, nullableDouble, text, withinSite } from './columns';

/** One grade of a scale. */
@Entity('assessment_grade')
@Unique('uq_assessment_grade_id', ['siteId', 'id'])
@Index('ix_assessment_grade_scale', ['siteId', 'scaleId', 'position'])
export class AssessmentGradeEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(integer('scale_id'))
  scaleId: number;

  @Column(text('title'))
  title: string;

  /** Order within the scale, the best grade first. */
  @Column(integer('position'))
  position: number;

  /** The least percentage that earns it; itself included. */
  @Column(nullableDouble('min_percent'))
  minPercent: number | null;

  /** Where the range of the next better grade begins; itself excluded, but 100. */
  @Column(nullableDouble('max_percent'))
  maxPercent: number | null;

  @ManyToOne(() => AssessmentScaleEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('scale_id', 'fk_assessment_grade_scale'))
  scale: Relation<AssessmentScaleEntity>;
}
