import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { AssessmentScaleEntity } from './assessment-scale.entity';
import { Column, GeneratedId, integer, text, withinSite } from './columns';

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

  @ManyToOne(() => AssessmentScaleEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('scale_id', 'fk_assessment_grade_scale'))
  scale: Relation<AssessmentScaleEntity>;
}
