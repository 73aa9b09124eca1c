import { Entity, Index } from 'typeorm';
import { Column, instant, integer, MAX_CALLER, nullableJson, PrimaryColumn, text } from './columns';

/** The first answer to a request that carried an idempotency key. */
@Entity('idempotency_entry')
@Index('ix_idempotency_expires', ['expiresAt'])
export class IdempotencyEntryEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(text('operation', 50))
  operation: string;

  @PrimaryColumn(text('caller', MAX_CALLER))
  caller: string;

  /** SHA-256 of the key: exact on every database, whatever characters and blanks the key holds. */
  @PrimaryColumn(text('key_hash', 64))
  keyHash: string;

  /** SHA-256 of the input the key belongs to. */
  @Column(text('fingerprint', 64))
  fingerprint: string;

  /** The answer, compressed; null while the first request is still running. */
  @Column(nullableJson('answer'))
  answer: string | null;

  @Column(instant('expires_at'))
  expiresAt: Date;
}
