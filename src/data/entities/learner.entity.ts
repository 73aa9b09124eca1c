import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import {
  Column,
  GeneratedId,
  instant,
  integer,
  MAX_FOLDED_TEXT,
  nullableInteger,
  nullableText,
  text,
} from './columns';
import { OrganisationEntity } from './organisation.entity';
import { SiteEntity } from './site.entity';

/** A learner's account (the vendor's candidate). */
@Entity('learner')
@Unique('uq_learner_id', ['siteId', 'id'])
@Unique('uq_learner_login', ['siteId', 'login'])
@Unique('uq_learner_ref_number', ['siteId', 'refNumber'])
@Index('ix_learner_login_folded', ['siteId', 'loginFolded'])
@Index('ix_learner_email_folded', ['siteId', 'emailFolded'])
@Index('ix_learner_organisation', ['siteId', 'organisationId'])
export class LearnerEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(nullableInteger('organisation_id'))
  organisationId: number | null;

  @Column(text('login'))
  login: string;

  /** The login as it is compared: without regard to case. */
  @Column(text('login_folded', MAX_FOLDED_TEXT))
  loginFolded: string;

  @Column(nullableText('ref_number'))
  refNumber: string | null;

  /** Not unique: colleagues may share an address. */
  @Column(nullableText('email'))
  email: string | null;

  @Column(nullableText('email_folded', MAX_FOLDED_TEXT))
  emailFolded: string | null;

  /** When the account was opened: where several match, the oldest is meant. */
  @Column(instant('created_at'))
  createdAt: Date;

  @ManyToOne(() => SiteEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'site_id', foreignKeyConstraintName: 'fk_learner_site' })
  site: Relation<SiteEntity>;

  @ManyToOne(() => OrganisationEntity, { onUpdate: 'NO ACTION' })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_learner_organisation' },
    {
      name: 'organisation_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_learner_organisation',
    },
  ])
  organisation: Relation<OrganisationEntity> | null;
}
