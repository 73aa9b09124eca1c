import { Entity, Index, JoinColumn, ManyToOne, type Relation, Unique } from 'typeorm';
import {
  Column,
  instant,
  integer,
  jsonText,
  nullableInstant,
  nullableText,
  PrimaryColumn,
  text,
  withinSite,
} from './columns';
import { CourseElementEntity } from './course-element.entity';
import { LearnerEntity } from './learner.entity';

/** What is told of an update, as it was when it was made. */
export interface NoticePayload {
  readonly elementId: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly courseSyncKey: string | null;
  readonly title: string;
  /** Names of fields of the answer. */
  readonly changedFields: readonly string[];
}

/** The last instant that is stored: no delivery is ever due then. */
export const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The outbox: a participant is to be told of an update. Recorded in the update's transaction, delivered after it,
 * at least once, always under the same id.
 */
@Entity('notification')
@Unique('uq_notification_update', ['siteId', 'updateId', 'learnerId'])
@Index('ix_notification_due', ['siteId', 'deliveredAt', 'nextAttemptAt'])
@Index('ix_notification_undelivered', ['siteId', 'deliveredAt', 'createdAt', 'id'])
@Index('ix_notification_created', ['siteId', 'createdAt'])
@Index('ix_notification_learner', ['siteId', 'learnerId', 'createdAt'])
@Index('ix_notification_element', ['siteId', 'elementId', 'createdAt'])
export class NotificationEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  /** UUID: what receivers tell copies by. */
  @PrimaryColumn(text('id', 36))
  id: string;

  /** UUID of the update it tells of: one notification per participant and update. */
  @Column(text('update_id', 36))
  updateId: string;

  @Column(integer('element_id'))
  elementId: number;

  /** The participant. */
  @Column(integer('learner_id'))
  learnerId: number;

  @Column(instant('created_at'))
  createdAt: Date;

  @Column(jsonText<NoticePayload>('payload'))
  payload: NoticePayload;

  @Column(nullableInstant('delivered_at'))
  deliveredAt: Date | null;

  /** Deliveries begun so far. */
  @Column(integer('attempts'))
  attempts: number;

  /**
   * Not before then; while a process delivers it, the end of that process's lease. `NEVER` where it was given up, or
   * recorded without a webhook.
   */
  @Column(instant('next_attempt_at'))
  nextAttemptAt: Date;

  /** Until when it is tried, or when it was given up; null where it was recorded without a webhook. */
  @Column(nullableInstant('given_up_at'))
  givenUpAt: Date | null;

  /** UUID of the lease: only its holder may say what came of the delivery. Null where nobody delivers it. */
  @Column(nullableText('lease_id', 36))
  leaseId: string | null;

  /** A code such as HTTP_500; what receivers say is not kept. */
  @Column(nullableText('last_error'))
  lastError: string | null;

  @ManyToOne(() => CourseElementEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('element_id', 'fk_notification_element'))
  element: Relation<CourseElementEntity>;

  @ManyToOne(() => LearnerEntity, { onUpdate: 'NO ACTION', nullable: false })
  @JoinColumn(withinSite('learner_id', 'fk_notification_learner'))
  learner: Relation<LearnerEntity>;
}
