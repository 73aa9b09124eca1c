import { Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { Column, integer, PrimaryColumn, withinSite } from './columns';
import { CourseElementEntity } from './course-element.entity';
import { LearningObjectiveEntity } from './learning-objective.entity';

/** A learning objective that an element works towards. */
@Entity('element_objective')
@Index('ix_element_objective_objective', ['siteId', 'objectiveId'])
export class ElementObjectiveEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('element_id'))
  elementId: number;

  @PrimaryColumn(integer('objective_id'))
  objectiveId: number;

  /** Order within the element, from 0. */
  @Column(integer('position'))
  position: number;

  @ManyToOne(() => CourseElementEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('element_id', 'fk_element_objective_element'))
  element: Relation<CourseElementEntity>;

  @ManyToOne(() => LearningObjectiveEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('objective_id', 'fk_element_objective_objective'))
  objective: Relation<LearningObjectiveEntity>;
}
