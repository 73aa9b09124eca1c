import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { Column, foldedText, GeneratedId, integer, MAX_SYNC_KEY, nullableInteger, text } from './columns';
import { SiteEntity } from './site.entity';

/** A unit of the customer's tree of organisations (the vendor's entity or hierarchy). */
@Entity('organisation')
@Unique('uq_organisation_id', ['siteId', 'id'])
@Unique('uq_organisation_sync_key', ['siteId', 'syncKey'])
@Index('ix_organisation_parent', ['siteId', 'parentId'])
@Index('ix_organisation_name_folded', ['siteId', 'nameFolded', 'id'])
export class OrganisationEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(nullableInteger('parent_id'))
  parentId: number | null;

  @Column(text('sync_key', MAX_SYNC_KEY))
  syncKey: string;

  @Column(text('name'))
  name: string;

  /** The name as searches compare it. */
  @Column(foldedText('name_folded'))
  nameFolded: string;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_organisation_site' })
  site: Relation<SiteEntity>;

  @ManyToOne(() => OrganisationEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_organisation_parent' },
    { name: 'parent_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_organisation_parent' },
  ])
  parent: Relation<OrganisationEntity> | null;
}
