import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { integer, MAX_GUID, text } from './columns';
import { SiteEntity } from './site.entity';

/** Who provides a learning object version: the reports of CrossKnowledge's own content are closed to imports. */
export type LovProvider = 'PARTNER' | 'CROSSKNOWLEDGE';

/** What a learning object version is: the reports of EasyQuizz content are closed to imports. */
export type LovKind = 'CONTENT' | 'EASYQUIZZ';

/** One locale or revision of a learning object (LOV). Its code is not unique, its GUID is. */
@Entity('learning_object_version')
@Unique('uq_lov_id', ['siteId', 'id'])
@Unique('uq_lov_guid', ['siteId', 'guid'])
@Index('ix_lov_code', ['siteId', 'code'])
export class LearningObjectVersionEntity {
  @PrimaryGeneratedColumn({ type: 'integer', name: 'id' })
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(text('code'))
  code: string;

  @Column(text('guid', MAX_GUID))
  guid: string;

  @Column(text('title'))
  title: string;

  @Column(text('provider', 20))
  provider: LovProvider;

  @Column(text('kind', 20))
  kind: LovKind;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_lov_site' })
  site: Relation<SiteEntity>;
}
