import type { WebhookSettings } from '../access/webhook-settings';
import type { Database } from '../data/database';
import { findWebhook, noteDelivery, type WebhookRecord } from '../data/webhook.repository';
import { type DeliveryDeps, type DeliveryRound, WEBHOOK_ENDED } from './deliver-notifications';
import { allowedAddresses } from './receiver-addresses';
import { postNotification, type WebhookTarget } from './webhook';
import { openAll } from './webhook-secrets';

/** Who gets the notifications of a site. */
export interface SiteReceiver {
  readonly send: DeliveryDeps['send'];
  /** Notes what a round came to. */
  settled(round: DeliveryRound): Promise<void>;
}

export interface SiteReceiversDeps {
  readonly database: Database;
  readonly clock: () => Date;
  readonly settings: WebhookSettings;
  /** For sites that have none of their own. */
  readonly byDefault: WebhookTarget | undefined;
}

/** The key that the secret was sealed with is not among those of this server. */
export const SECRET_UNREADABLE = 'SECRET_UNREADABLE';

/** Answers who gets the notifications of a site; undefined where this server posts them to nobody. */
export function siteReceivers({ database, clock, settings, byDefault }: SiteReceiversDeps) {
  const noNote = async () => {};
  const refusing = (code: string) => async () => ({ code, retryAfterSeconds: null });
  return async (siteId: number): Promise<SiteReceiver | undefined> => {
    const webhook = await database.read((tx) => findWebhook(tx, siteId));
    if (webhook === undefined || webhook.url === null) {
      if (byDefault !== undefined) {
        return { send: (...notification) => postNotification(byDefault, ...notification), settled: noNote };
      }
      return webhook && { send: refusing(WEBHOOK_ENDED), settled: noNote };
    }
    const target = await targetOf(webhook, settings, clock().getTime());
    return {
      send:
        target === undefined
          ? refusing(SECRET_UNREADABLE)
          : (...notification) => postNotification(target, ...notification),
      settled: ({ failures }) =>
        database.transaction((tx) => noteDelivery(tx, webhook, clock().getTime(), failures.at(-1) ?? null), {
          isRepeatable: true,
        }),
    };
  };
}

/** Undefined where it has no url, or a secret that cannot be read. */
export async function targetOf(
  { url, secrets }: WebhookRecord,
  { allowedAddresses: others, sealingKeys }: WebhookSettings,
  now: number,
): Promise<WebhookTarget | undefined> {
  const [key, ...formerKeys] = (await openAll(secrets, sealingKeys, now)) ?? [];
  if (url === null || key === undefined) return undefined;
  return { url, key, formerKeys, isAllowedAddress: allowedAddresses(others) };
}
