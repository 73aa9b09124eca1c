import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { StoredNotification } from '../data/notification.repository';
import { formatInstant } from '../kernel/dates/instants';
import { guardedLookup, type IsAllowedAddress, refuseLiteral } from './receiver-addresses';

/** Where webhooks go, and the keys that sign them. */
export interface WebhookTarget {
  readonly url: string;
  readonly key: Uint8Array;
  /** Those that the key has replaced a short while ago. */
  readonly formerKeys?: readonly Uint8Array[];
  /** Of a receiver that a caller has named. That of the operator is reached wherever it is. */
  readonly isAllowedAddress?: IsAllowedAddress;
}

export interface Refusal {
  /** What went wrong, such as HTTP_500 or TIMEOUT. */
  readonly code: string;
  /** After how long the receiver wants to be asked again; null where it does not say. */
  readonly retryAfterSeconds: number | null;
}

/** Null when it was delivered. */
export type Delivery = Refusal | null;

/** What is posted. */
interface Message {
  /** The same in every attempt, so that receivers can drop copies. */
  readonly id: string;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;
const USER_AGENT = 'coursetrack';

export function postNotification(
  target: WebhookTarget,
  notification: StoredNotification,
  sentAt: number,
  timeoutMs?: number,
): Promise<Delivery> {
  return post(target, { id: notification.id, body: bodyOf(notification) }, sentAt, timeoutMs);
}

/** Of nothing that happened: by it a receiver can see that it understands what is posted, signatures included. */
export function postTest(
  target: WebhookTarget,
  siteId: number,
  id: string,
  sentAt: number,
): Promise<Delivery> {
  const body = JSON.stringify({ type: 'webhook.test', timestamp: formatInstant(sentAt), data: { siteId } });
  return post(target, { id, body }, sentAt);
}

/**
 * Posts a message the way Standard Webhooks 1.0 has it: the headers webhook-id, webhook-timestamp and
 * webhook-signature, for each key `v1,` and the base64 of HMAC-SHA256 over "id.timestamp.body", blanks between them.
 * Any status but 2xx is a failure, redirects included; of what the receiver says besides only Retry-After is read.
 */
async function post(
  target: WebhookTarget,
  { id, body }: Message,
  sentAt: number,
  timeoutMs = TIMEOUT_MS,
): Promise<Delivery> {
  const timestamp = String(Math.floor(sentAt / 1_000));
  const keys = [target.key, ...(target.formerKeys ?? [])];
  const headers = {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => signature(key, `${id}.${timestamp}.${body}`)).join(' '),
  };
  try {
    const { status, retryAfter } = await answerTo(target, headers, body, timeoutMs);
    if (status >= 200 && status < 300) return null;
    return { code: `HTTP_${status}`, retryAfterSeconds: secondsOf(retryAfter, sentAt) };
  } catch (error) {
    return { code: failureCode(error), retryAfterSeconds: null };
  }
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
}

function answerTo(
  { url, isAllowedAddress }: WebhookTarget,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<Answer> {
  const to = new URL(url);
  if (isAllowedAddress !== undefined) refuseLiteral(to, isAllowedAddress);
  return new Promise((resolve, reject) => {
    const request = (to.protocol === 'https:' ? https : http).request(to, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeoutMs),
      // Each connection is judged for itself: none is kept.
      ...(isAllowedAddress && { agent: false, lookup: guardedLookup(isAllowedAddress) }),
    });
    request.once('response', (response) => {
      // Nothing of it is read, however long it is.
      response.destroy();
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? null });
    });
    request.on('error', reject);
    request.end(body);
  });
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
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly name?: unknown } };
  if (cause?.name === 'TimeoutError') return 'TIMEOUT';
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'NETWORK_ERROR';
}
