import { Entity, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { boolean, Column, GeneratedId, integer, MAX_ELEMENT_SYNC_KEY, nullableText } from './columns';
import { SiteEntity } from './site.entity';

/** Who edits courses. Learners have accounts of their own. */
@Entity('user')
@Unique('uq_user_id', ['siteId', 'id'])
@Unique('uq_user_sync_key', ['siteId', 'syncKey'])
export class UserEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(nullableText('sync_key', MAX_ELEMENT_SYNC_KEY))
  syncKey: string | null;

  /** Comes from another platform; may not edit here. */
  @Column(boolean('is_external'))
  isExternal: boolean;

  @Column(boolean('is_deleted'))
  isDeleted: boolean;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_user_site' })
  site: Relation<SiteEntity>;
}
