import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import {
  booleanWithDefault,
  Column,
  foldedText,
  GeneratedId,
  integer,
  MAX_GUID,
  MAX_SYNC_KEY,
  nullableInteger,
  nullableText,
  text,
} from './columns';
import { OrganisationEntity } from './organisation.entity';
import { SiteEntity } from './site.entity';

/** A training, also called course: one record serves both names. */
@Entity('training')
@Unique('uq_training_id', ['siteId', 'id'])
@Unique('uq_training_guid', ['siteId', 'guid'])
@Unique('uq_training_path_code', ['siteId', 'pathCode'])
@Unique('uq_training_sync_key', ['siteId', 'syncKey'])
@Index('ix_training_organisation', ['siteId', 'organisationId'])
@Index('ix_training_title_folded', ['siteId', 'titleFolded', 'id'])
export class TrainingEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(nullableInteger('organisation_id'))
  organisationId: number | null;

  @Column(text('guid', MAX_GUID))
  guid: string;

  @Column(nullableText('path_code'))
  pathCode: string | null;

  @Column(nullableText('sync_key', MAX_SYNC_KEY))
  syncKey: string | null;

  @Column(text('title'))
  title: string;

  /** The title as searches compare it. */
  @Column(foldedText('title_folded'))
  titleFolded: string;

  /** Made for content of another platform; it is not edited here. */
  @Column(booleanWithDefault('is_external', false))
  isExternal: boolean;

  @Column(booleanWithDefault('is_deleted', false))
  isDeleted: boolean;

  @Column(booleanWithDefault('is_archived', false))
  isArchived: boolean;

  /** May elements of the course have learning objectives? */
  @Column(booleanWithDefault('objectives_enabled', false))
  objectivesEnabled: boolean;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_training_site' })
  site: Relation<SiteEntity>;

  @ManyToOne(() => OrganisationEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_training_organisation' },
    {
      name: 'organisation_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_training_organisation',
    },
  ])
  organisation: Relation<OrganisationEntity> | null;
}
