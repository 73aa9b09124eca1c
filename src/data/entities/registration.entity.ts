import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import { Column, GeneratedId, integer, lockCount } from './columns';
import { LearnerEntity } from './learner.entity';
import { SessionEntity } from './session.entity';

/** One learner in one session. */
@Entity('registration')
@Unique('uq_registration_id', ['siteId', 'id'])
@Unique('uq_registration_learner_session', ['siteId', 'learnerId', 'sessionId'])
@Index('ix_registration_session', ['siteId', 'sessionId'])
@Index('ix_registration_session_learner', ['siteId', 'sessionId', 'learnerId'])
export class RegistrationEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(integer('learner_id'))
  learnerId: number;

  @Column(integer('session_id'))
  sessionId: number;

  @Column(lockCount())
  lockCount: number;

  @ManyToOne(() => LearnerEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_registration_learner' },
    { name: 'learner_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_registration_learner' },
  ])
  learner: Relation<LearnerEntity>;

  @ManyToOne(() => SessionEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn([
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName: 'fk_registration_session' },
    { name: 'session_id', referencedColumnName: 'id', foreignKeyConstraintName: 'fk_registration_session' },
  ])
  session: Relation<SessionEntity>;
}
