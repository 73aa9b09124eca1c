import { Entity, Index, Unique } from 'typeorm';
import {
  Column,
  instant,
  integer,
  longText,
  MAX_CALLER,
  nullableInstant,
  nullableInteger,
  PrimaryColumn,
  text,
} from './columns';

/**
 * The key of a script. Its id alone finds it, as a request tells its site only by its key. There may be a key before
 * its site has any data.
 */
@Entity('api_key')
@Unique('uq_api_key_slot', ['siteId', 'name', 'slot'])
@Index('ix_api_key_created', ['siteId', 'createdAt', 'id'])
export class ApiKeyEntity {
  /** The public part of the key. */
  @PrimaryColumn(text('id', 16))
  id: string;

  @Column(integer('site_id'))
  siteId: number;

  /** Who uses it. Two live keys may share a name, so that one can replace the other. */
  @Column(text('name', 50))
  name: string;

  /** SHA-256 of the secret part, in hexadecimal digits. */
  @Column(text('secret_hash', 64))
  secretHash: string;

  /** Separated by blanks. */
  @Column(text('scopes'))
  scopes: string;

  /** In whose name it may edit: ids of users, separated by blanks, or `*` for every user of the site. */
  @Column(longText('acts_for'))
  actsFor: string;

  /** 1 or 2 while it is live; null afterwards. */
  @Column(nullableInteger('slot'))
  slot: number | null;

  @Column(instant('created_at'))
  createdAt: Date;

  /** The caller that made it. */
  @Column(text('created_by', MAX_CALLER))
  createdBy: string;

  @Column(nullableInstant('expires_at'))
  expiresAt: Date | null;

  @Column(nullableInstant('revoked_at'))
  revokedAt: Date | null;

  /** To the minute. */
  @Column(nullableInstant('last_used_at'))
  lastUsedAt: Date | null;
}
