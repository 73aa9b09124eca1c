import { Entity, Index } from 'typeorm';
import {
  Column,
  GeneratedId,
  instant,
  integer,
  jsonText,
  MAX_CALLER,
  nullableInteger,
  nullableJsonText,
  nullableLongText,
  nullableText,
  text,
  word,
} from './columns';

/** What an entry can be about. */
export const AUDIT_TARGET_TYPES = ['IMPORT_RUN', 'COURSE_ELEMENT', 'API_KEY', 'SITE', 'LEARNER'] as const;
export type AuditTargetType = (typeof AUDIT_TARGET_TYPES)[number];

/** How what it tells of ended. */
export const AUDIT_OUTCOMES = ['SUCCESS', 'WARNING', 'ERROR'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/**
 * One thing that a caller did. Appended in the transaction it describes, and never changed. Ids only: no names,
 * addresses or texts of people, but for the reason that a caller gives.
 */
@Entity('audit_entry')
@Index('ix_audit_at', ['siteId', 'at', 'id'])
@Index('ix_audit_caller', ['siteId', 'caller', 'at', 'id'])
@Index('ix_audit_user', ['siteId', 'userId', 'at', 'id'])
@Index('ix_audit_operation', ['siteId', 'operation', 'at', 'id'])
@Index('ix_audit_target_type', ['siteId', 'targetType', 'at', 'id'])
@Index('ix_audit_target_id', ['siteId', 'targetId', 'at', 'id'])
@Index('ix_audit_kept', ['at'])
export class AuditEntryEntity {
  @GeneratedId()
  id: number;

  @Column(integer('site_id'))
  siteId: number;

  @Column(instant('at'))
  at: Date;

  @Column(text('caller', MAX_CALLER))
  caller: string;

  /** Which of the keys of that name; null where it was none. */
  @Column(nullableText('key_id', 16))
  keyId: string | null;

  /** In whose name; null where the operation names nobody, or nobody that it may. */
  @Column(nullableInteger('user_id'))
  userId: number | null;

  @Column(text('operation', 50))
  operation: string;

  @Column(word('target_type', AUDIT_TARGET_TYPES))
  targetType: AuditTargetType;

  /** Null where what the caller named is not there. */
  @Column(nullableText('target_id', 36))
  targetId: string | null;

  /** Whose results it changed: ids of learners; null for all but assessments. */
  @Column(nullableJsonText<readonly number[]>('learner_ids'))
  learnerIds: readonly number[] | null;

  @Column(jsonText<readonly string[]>('changed_fields'))
  changedFields: readonly string[];

  @Column(word('outcome', AUDIT_OUTCOMES, 10))
  outcome: AuditOutcome;

  @Column(text('request_id', 36))
  requestId: string;

  /** What the caller gave as the reason; null for all operations that take none. */
  @Column(nullableLongText('reason'))
  reason: string | null;
}
