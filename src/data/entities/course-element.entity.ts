import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import {
  boolean,
  Column,
  GeneratedId,
  instant,
  integer,
  lockCount,
  MAX_ELEMENT_SYNC_KEY,
  nullableInteger,
  nullableText,
  text,
  withinSite,
  word,
} from './columns';
import { TrainingEntity } from './training.entity';

/** What an element of a course is; OTHER stands for all that this server does not edit. */
export const ELEMENT_KINDS = ['FOLDER', 'CUSTOM_ACTIVITY', 'OTHER'] as const;

export type ElementKind = (typeof ELEMENT_KINDS)[number];

/** A folder, activity or other content within a course. */
@Entity('course_element')
@Unique('uq_course_element_id', ['siteId', 'id'])
@Unique('uq_course_element_sync_key', ['siteId', 'syncKey'])
@Index('ix_course_element_course', ['siteId', 'courseId', 'parentId', 'position'])
@Index('ix_course_element_parent', ['siteId', 'parentId'])
export class CourseElementEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(integer('course_id'))
  courseId: number;

  /** The folder it is in; null is the course's root. */
  @Column(nullableInteger('parent_id'))
  parentId: number | null;

  @Column(word('kind', ELEMENT_KINDS))
  kind: ElementKind;

  @Column(nullableText('sync_key', MAX_ELEMENT_SYNC_KEY))
  syncKey: string | null;

  @Column(text('title'))
  title: string;

  /** Visible to participants. */
  @Column(boolean('active'))
  active: boolean;

  /** Order among the elements of one folder; equal positions are in the order of ids. */
  @Column(integer('position'))
  position: number;

  @Column(boolean('is_deleted'))
  isDeleted: boolean;

  @Column(instant('updated_at'))
  updatedAt: Date;

  @Column(lockCount())
  lockCount: number;

  @ManyToOne(() => TrainingEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('course_id', 'fk_course_element_course'))
  course: Relation<TrainingEntity>;

  @ManyToOne(() => CourseElementEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn(withinSite('parent_id', 'fk_course_element_parent'))
  parent: Relation<CourseElementEntity> | null;
}
