import { instantToSql } from '../kernel/dates/instants';
import type { Tx } from './database';
import { WebhookEntity } from './entities/webhook.entity';
import { type Row, rowOf } from './table';

export type { KeptSecret } from './entities/webhook.entity';

/** Instants are epoch milliseconds. */
export type WebhookRecord = Row<WebhookEntity, keyof WebhookEntity>;

/** Undefined where the site never had one; without a url where it was ended. */
export async function findWebhook(tx: Tx, siteId: number): Promise<WebhookRecord | undefined> {
  const webhook = await tx.manager.findOneBy(WebhookEntity, { siteId });
  return webhook === null ? undefined : rowOf(webhook);
}

/** Whether the notifications of the site are posted to a receiver of its own. */
export async function hasOwnWebhook(tx: Tx, siteId: number): Promise<boolean> {
  const webhook = await findWebhook(tx, siteId);
  return (webhook?.url ?? null) !== null;
}

/**
 * Locks the row of a site, which is made where there is none. What is read of it before may be gone; what is read after
 * it stays as it is until the transaction ends.
 */
export async function lockWebhook(tx: Tx, siteId: number, now: number): Promise<void> {
  await tx.query(
    `INSERT INTO webhook (site_id, secrets, since) VALUES (?, '[]', ?) ${tx.dialect.ifAbsent('site_id')}`,
    [siteId, instantToSql(now)],
  );
}

/** Of a row that is locked. Another url has had no delivery yet. */
export async function updateWebhook(
  tx: Tx,
  siteId: number,
  values: Pick<WebhookRecord, 'url' | 'secrets' | 'since' | 'lastDeliveryAt' | 'lastError'>,
): Promise<void> {
  const { since, lastDeliveryAt, ...others } = values;
  await tx.manager.update(
    WebhookEntity,
    { siteId },
    {
      ...others,
      since: new Date(since),
      lastDeliveryAt: lastDeliveryAt === null ? null : new Date(lastDeliveryAt),
    },
  );
}

/** Notes what came of a batch, or of a test; nothing where the url is another one by now. */
export async function noteDelivery(
  tx: Tx,
  { siteId, since }: Pick<WebhookRecord, 'siteId' | 'since'>,
  at: number,
  lastError: string | null,
): Promise<void> {
  const isSame = { siteId, since: new Date(since) };
  await tx.manager.update(WebhookEntity, isSame, { lastDeliveryAt: new Date(at), lastError });
}
