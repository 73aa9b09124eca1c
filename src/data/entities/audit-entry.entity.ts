import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import {
  instant,
  integer,
  longText,
  MAX_CALLER,
  nullableInteger,
  nullableLongText,
  nullableText,
  text,
} from './columns';

/** One thing that a caller did. Appended in the transaction it describes, and never changed. */
@Entity('audit_entry')
@Index('ix_audit_site', ['siteId', 'id'])
@Index('ix_audit_target', ['siteId', 'targetType', 'targetId', 'id'])
export class AuditEntryEntity {
  @PrimaryGeneratedColumn({ type: 'integer', name: 'id' })
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

  @Column(text('target_type', 20))
  targetType: string;

  /** Null where what the caller named is not there. */
  @Column(nullableText('target_id', 36))
  targetId: string | null;

  /** Whose results it changed, as a JSON list of ids; null for all but assessments. */
  @Column(nullableLongText('learner_ids'))
  learnerIds: string | null;

  /** JSON list of names. */
  @Column(longText('changed_fields'))
  changedFields: string;

  @Column(text('outcome', 10))
  outcome: string;

  @Column(text('request_id', 36))
  requestId: string;
}
