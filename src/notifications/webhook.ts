import { createHmac } from 'node:crypto';
import type { StoredNotification } from '../data/notification.repository';
import { formatInstant } from '../kernel/dates/instants';

/** Where webhooks go, and the key that signs them. */
export interface WebhookTarget {
  readonly url: string;
  readonly key: Uint8Array;
}

export interface Refusal {
  /** What went wrong, such as HTTP_500 or TIMEOUT. */
  readonly code: string;
  /** After how long the receiver wants to be asked again; null where it does not say. */
  readonly retryAfterSeconds: number | null;
}

/** Null when it was delivered. */
export type Delivery = Refusal | null;

const TIMEOUT_MS = 10_000;
const USER_AGENT = 'coursetrack';

/**
 * Posts a notification the way Standard Webhooks 1.0 has it: the headers webhook-id, webhook-timestamp and
 * webhook-signature, `v1,` and the base64 of HMAC-SHA256 over "id.timestamp.body". The id is the notification's in
 * every attempt, so that receivers can drop copies. Any status but 2xx is a failure, redirects included; of what the
 * receiver says besides only Retry-After is read.
 */
export async function postNotification(
  target: WebhookTarget,
  notification: StoredNotification,
  sentAt: number,
  timeoutMs = TIMEOUT_MS,
): Promise<Delivery> {
  const body = bodyOf(notification);
  const timestamp = String(Math.floor(sentAt / 1_000));
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        'webhook-id': notification.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(target.key, `${notification.id}.${timestamp}.${body}`),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return null;
    const retryAfter = response.headers.get('retry-after');
    return { code: `HTTP_${response.status}`, retryAfterSeconds: secondsOf(retryAfter, sentAt) };
  } catch (error) {
    return { code: failureCode(error), retryAfterSeconds: null };
  }
}

/** Retry-After is a number of seconds, or a date. */
function secondsOf(retryAfter: string | null, sentAt: number): number | null {
  if (retryAfter === null) return null;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - sentAt) / 1_000));
}

/** The fields have the names that they have in the query `notifications`; `siteId` besides, as a receiver may have several. */
function bodyOf(notification: StoredNotification): string {
  const { siteId, id: notificationId, learnerLogin, createdAt, payload } = notification;
  const { syncKey: elementSyncKey, ...others } = payload;
  const learnerId = String(notification.learnerId);
  return JSON.stringify({
    type: 'custom_activity.updated',
    timestamp: formatInstant(createdAt),
    data: { siteId, notificationId, learnerId, learnerLogin, elementSyncKey, ...others },
  });
}

function signature(key: Uint8Array, signed: string): string {
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** Messages of network errors hold addresses; codes do not. */
function failureCode(error: unknown): string {
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: { readonly code?: unknown } };
  if (name === 'TimeoutError') return 'TIMEOUT';
  const code = cause?.code;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'NETWORK_ERROR';
}
