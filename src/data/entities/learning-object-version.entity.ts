import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { Column, foldedText, GeneratedId, integer, MAX_GUID, text, word } from './columns';
import { SiteEntity } from './site.entity';

/** Who provides a learning object version: the reports of CrossKnowledge's own content are closed to imports. */
export const LOV_PROVIDERS = ['PARTNER', 'CROSSKNOWLEDGE'] as const;

export type LovProvider = (typeof LOV_PROVIDERS)[number];

/** What a learning object version is: the reports of EasyQuizz content are closed to imports. */
export const LOV_KINDS = ['CONTENT', 'EASYQUIZZ'] as const;

export type LovKind = (typeof LOV_KINDS)[number];

/** One locale or revision of a learning object (LOV). Its code is not unique, its GUID is. */
@Entity('learning_object_version')
@Unique('uq_lov_id', ['siteId', 'id'])
@Unique('uq_lov_guid', ['siteId', 'guid'])
@Index('ix_lov_code', ['siteId', 'code'])
@Index('ix_lov_title_folded', ['siteId', 'titleFolded', 'id'])
export class LearningObjectVersionEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(text('code'))
  code: string;

  @Column(text('guid', MAX_GUID))
  guid: string;

  @Column(text('title'))
  title: string;

  /** The title as searches compare it. */
  @Column(foldedText('title_folded'))
  titleFolded: string;

  @Column(word('provider', LOV_PROVIDERS))
  provider: LovProvider;

  @Column(word('kind', LOV_KINDS))
  kind: LovKind;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_lov_site' })
  site: Relation<SiteEntity>;
}
