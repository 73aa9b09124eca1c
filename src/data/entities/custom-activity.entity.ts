import { Entity, Index, JoinColumn, ManyToOne, OneToOne, type Relation } from 'typeorm';
import {
  LEARNING_OBJECTIVE_ASSESSMENTS,
  type LearningObjectiveAssessment,
} from '../../kernel/learning-objective-assessment';
import { AssessmentScaleEntity } from './assessment-scale.entity';
import {
  boolean,
  Column,
  integer,
  nullableDouble,
  nullableInstant,
  nullableInteger,
  nullableLongText,
  PrimaryColumn,
  withinSite,
  word,
} from './columns';
import { CourseElementEntity } from './course-element.entity';

/** What an element of the kind CUSTOM_ACTIVITY has besides: an activity that happens outside the platform. */
@Entity('custom_activity')
@Index('ix_custom_activity_scale', ['siteId', 'assessmentId'])
export class CustomActivityEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('element_id'))
  elementId: number;

  /** Sanitised HTML, at most 65,535 bytes. */
  @Column(nullableLongText('description'))
  description: string | null;

  @Column(nullableInstant('deadline'))
  deadline: Date | null;

  @Column(boolean('mandatory'))
  mandatory: boolean;

  /** The scale it is assessed by; never together with a maximum score. */
  @Column(nullableInteger('assessment_id'))
  assessmentId: number | null;

  @Column(nullableDouble('max_score'))
  maxScore: number | null;

  /** May participants see how they were assessed? */
  @Column(boolean('assessment_visible'))
  assessmentVisible: boolean;

  /** Closed to editing in the user interface. */
  @Column(boolean('locked'))
  locked: boolean;

  @Column(word('learning_objective_assessment', LEARNING_OBJECTIVE_ASSESSMENTS))
  learningObjectiveAssessment: LearningObjectiveAssessment;

  @Column(boolean('allow_students_set_completion'))
  allowStudentsSetCompletion: boolean;

  @OneToOne(() => CourseElementEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('element_id', 'fk_custom_activity_element'))
  element: Relation<CourseElementEntity>;

  @ManyToOne(() => AssessmentScaleEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn(withinSite('assessment_id', 'fk_custom_activity_scale'))
  scale: Relation<AssessmentScaleEntity> | null;
}
