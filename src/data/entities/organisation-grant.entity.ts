import { Entity, Index, JoinColumn, ManyToOne, type Relation } from 'typeorm';
import { integer, PrimaryColumn, withinSite } from './columns';
import { OrganisationEntity } from './organisation.entity';
import { UserEntity } from './user.entity';

/** A user may edit the courses of an organisation and of all organisations below it. */
@Entity('organisation_grant')
@Index('ix_organisation_grant_organisation', ['siteId', 'organisationId'])
export class OrganisationGrantEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('user_id'))
  userId: number;

  @PrimaryColumn(integer('organisation_id'))
  organisationId: number;

  @ManyToOne(() => UserEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('user_id', 'fk_organisation_grant_user'))
  user: Relation<UserEntity>;

  @ManyToOne(() => OrganisationEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('organisation_id', 'fk_organisation_grant_organisation'))
  organisation: Relation<OrganisationEntity>;
}
