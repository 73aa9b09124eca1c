import { Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { integer, PrimaryColumn, withinSite } from './columns';
import { LearningObjectiveEntity } from './learning-objective.entity';
import { TrainingEntity } from './training.entity';

/** A learning objective of the repository that was added to a course. */
@Entity('course_objective')
@Index('ix_course_objective_objective', ['siteId', 'objectiveId'])
export class CourseObjectiveEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('course_id'))
  courseId: number;

  @PrimaryColumn(integer('objective_id'))
  objectiveId: number;

  @ManyToOne(() => TrainingEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('course_id', 'fk_course_objective_course'))
  course: Relation<TrainingEntity>;

  @ManyToOne(() => LearningObjectiveEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('objective_id', 'fk_course_objective_objective'))
  objective: Relation<LearningObjectiveEntity>;
}
