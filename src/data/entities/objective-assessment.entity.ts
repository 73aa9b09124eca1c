import { Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { Column, instant, integer, PrimaryColumn, text, withinSite } from './columns';
import { CourseElementEntity } from './course-element.entity';
import { LearnerEntity } from './learner.entity';
import { LearningObjectiveEntity } from './learning-objective.entity';

/**
 * How a participant was assessed on a learning objective of an element; there is no row where nobody was. Whoever
 * writes one locks the element first, so that no update of the element's objectives slips in between.
 */
@Entity('objective_assessment')
@Index('ix_objective_assessment_objective', ['siteId', 'objectiveId'])
@Index('ix_objective_assessment_learner', ['siteId', 'learnerId'])
export class ObjectiveAssessmentEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('element_id'))
  elementId: number;

  @PrimaryColumn(integer('objective_id'))
  objectiveId: number;

  @PrimaryColumn(integer('learner_id'))
  learnerId: number;

  /** An outcome status or an achievement level, as the element's learningObjectiveAssessment has it. */
  @Column(text('outcome', 50))
  outcome: string;

  @Column(instant('updated_at'))
  updatedAt: Date;

  @ManyToOne(() => CourseElementEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('element_id', 'fk_objective_assessment_element'))
  element: Relation<CourseElementEntity>;

  @ManyToOne(() => LearningObjectiveEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('objective_id', 'fk_objective_assessment_objective'))
  objective: Relation<LearningObjectiveEntity>;

  @ManyToOne(() => LearnerEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('learner_id', 'fk_objective_assessment_learner'))
  learner: Relation<LearnerEntity>;
}
