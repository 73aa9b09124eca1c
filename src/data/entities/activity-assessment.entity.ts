import { Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { AssessmentGradeEntity } from './assessment-grade.entity';
import {
  Column,
  instant,
  integer,
  nullableDouble,
  nullableInteger,
  nullableLongText,
  PrimaryColumn,
  withinSite,
  word,
} from './columns';
import { CourseElementEntity } from './course-element.entity';
import { LearnerEntity } from './learner.entity';

/** How far a participant is with an activity. */
export const COMPLETION_STATUSES = ['NOT_STARTED', 'COMPLETED'] as const;

export type CompletionStatus = (typeof COMPLETION_STATUSES)[number];

/**
 * A participant's status, grade or score on an activity, with a comment. Whoever writes one locks the element first, so that no
 * update of the element's scale slips in between.
 */
@Entity('activity_assessment')
@Index('ix_activity_assessment_learner', ['siteId', 'learnerId'])
@Index('ix_activity_assessment_grade', ['siteId', 'gradeId'])
export class ActivityAssessmentEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('element_id'))
  elementId: number;

  @PrimaryColumn(integer('learner_id'))
  learnerId: number;

  @Column(word('status', COMPLETION_STATUSES))
  status: CompletionStatus;

  /** A grade of the activity's scale; never together with a score. */
  @Column(nullableInteger('grade_id'))
  gradeId: number | null;

  @Column(nullableDouble('score'))
  score: number | null;

  /** What the assessor says of it, as plain text. */
  @Column(nullableLongText('comment'))
  comment: string | null;

  @Column(instant('updated_at'))
  updatedAt: Date;

  @ManyToOne(() => CourseElementEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('element_id', 'fk_activity_assessment_element'))
  element: Relation<CourseElementEntity>;

  @ManyToOne(() => LearnerEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('learner_id', 'fk_activity_assessment_learner'))
  learner: Relation<LearnerEntity>;

  @ManyToOne(() => AssessmentGradeEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn(withinSite('grade_id', 'fk_activity_assessment_grade'))
  grade: Relation<AssessmentGradeEntity> | null;
}
