import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import {
  boolean,
  Column,
  GeneratedId,
  integer,
  MAX_FOLDED_TEXT,
  nullableInteger,
  text,
  withinSite,
} from './columns';
import { SiteEntity } from './site.entity';

/** A node of the site's repository of learning objectives, a tree. */
@Entity('learning_objective')
@Unique('uq_learning_objective_id', ['siteId', 'id'])
@Unique('uq_learning_objective_unique_id', ['siteId', 'uniqueId'])
@Index('ix_learning_objective_parent', ['siteId', 'parentId'])
@Index('ix_learning_objective_title', ['siteId', 'titleFolded'])
export class LearningObjectiveEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(nullableInteger('parent_id'))
  parentId: number | null;

  /** The name under which callers know it (learningObjectiveId). */
  @Column(text('unique_id'))
  uniqueId: string;

  /** The unique id as it is searched: without regard to case. */
  @Column(text('unique_id_folded', MAX_FOLDED_TEXT))
  uniqueIdFolded: string;

  @Column(text('title'))
  title: string;

  /** The title as it is searched and sorted: without regard to case. */
  @Column(text('title_folded', MAX_FOLDED_TEXT))
  titleFolded: string;

  /** An objective that is not published is, for callers, not in the repository. */
  @Column(boolean('is_published'))
  isPublished: boolean;

  /** Only the most granular objectives are assigned to elements. */
  @Column(boolean('is_leaf'))
  isLeaf: boolean;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_learning_objective_site' })
  site: Relation<SiteEntity>;

  @ManyToOne(() => LearningObjectiveEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn(withinSite('parent_id', 'fk_learning_objective_parent'))
  parent: Relation<LearningObjectiveEntity> | null;
}
