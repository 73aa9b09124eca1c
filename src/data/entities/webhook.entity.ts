import { Entity } from 'typeorm';
import {
  Column,
  instant,
  integer,
  jsonText,
  nullableInstant,
  nullableLongText,
  nullableText,
  PrimaryColumn,
} from './columns';

/** A signing secret as it is kept: sealed where the server has a key for that. */
export interface KeptSecret {
  readonly secret: string;
  /** Of one that was replaced: the instant until which it signs too, in epoch milliseconds. Null for the newest. */
  readonly until: number | null;
}

/**
 * Where the notifications of a site are posted. One that was ended stays as a row without a url, so that every server
 * learns that there is nobody to post to. There may be one before its site has any data.
 */
@Entity('webhook')
export class WebhookEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @Column(nullableLongText('url'))
  url: string | null;

  /** The newest first. */
  @Column(jsonText<readonly KeptSecret[]>('secrets'))
  secrets: readonly KeptSecret[];

  /** Since when the url is posted to, or is not any more. */
  @Column(instant('since'))
  since: Date;

  /** Of the last batch or test. */
  @Column(nullableInstant('last_delivery_at'))
  lastDeliveryAt: Date | null;

  /** A code such as HTTP_500; null where the receiver took everything. */
  @Column(nullableText('last_error'))
  lastError: string | null;
}
