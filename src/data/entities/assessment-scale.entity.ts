import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import {
  Column,
  GeneratedId,
  integer,
  MAX_ELEMENT_SYNC_KEY,
  nullableInteger,
  nullableText,
  text,
  withinSite,
} from './columns';
import { SiteEntity } from './site.entity';
import { TrainingEntity } from './training.entity';

/** A named list of grades, of the whole site or of one course. */
@Entity('assessment_scale')
@Unique('uq_assessment_scale_id', ['siteId', 'id'])
@Index('uq_assessment_scale_sync_key', ['siteId', 'syncKey'], { unique: true })
@Index('ix_assessment_scale_course', ['siteId', 'courseId'])
@Index('ix_assessment_scale_title', ['siteId', 'title'])
export class AssessmentScaleEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  /** The one course that may use it; null: every course of the site. */
  @Column(nullableInteger('course_id'))
  courseId: number | null;

  @Column(nullableText('sync_key', MAX_ELEMENT_SYNC_KEY))
  syncKey: string | null;

  @Column(text('title'))
  title: string;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_assessment_scale_site' })
  site: Relation<SiteEntity>;

  @ManyToOne(() => TrainingEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn(withinSite('course_id', 'fk_assessment_scale_course'))
  course: Relation<TrainingEntity> | null;
}
