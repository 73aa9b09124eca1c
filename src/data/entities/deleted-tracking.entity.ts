import { Entity, Index } from 'typeorm';
import { Column, instant, integer, MAX_IMPORT_ID, nullableText, PrimaryColumn, word } from './columns';

/** WIPED by a row that says "not attempted", UNDONE with its import, ERASED or REMOVED with what it hung on. */
export const DELETION_REASONS = ['WIPED', 'UNDONE', 'ERASED', 'REMOVED'] as const;
export type DeletionReason = (typeof DELETION_REASONS)[number];

/**
 * The last deletion of a key of tracking, by ids only. It stays where the key is stored again, and may outlive its
 * learner, session and LOV: there are no foreign keys.
 */
@Entity('deleted_tracking')
@Index('ix_deleted_tracking_page', ['siteId', 'deletedAt', 'registrationId', 'lovId'])
@Index('ix_deleted_tracking_age', ['deletedAt'])
export class DeletedTrackingEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(integer('registration_id'))
  registrationId: number;

  @PrimaryColumn(integer('lov_id'))
  lovId: number;

  @Column(integer('learner_id'))
  learnerId: number;

  @Column(integer('session_id'))
  sessionId: number;

  @Column(instant('deleted_at'))
  deletedAt: Date;

  @Column(word('reason', DELETION_REASONS))
  reason: DeletionReason;

  /** The import or undo that deleted it; null where it was none. */
  @Column(nullableText('import_id', MAX_IMPORT_ID))
  importId: string | null;
}
