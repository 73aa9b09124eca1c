import { randomUUID } from 'node:crypto';
import type { Database } from '../data/database';
import {
  findDueNotifications,
  giveUpDelivery,
  type Lease,
  leaseNotifications,
  markDelivered,
  postponeDelivery,
  type StoredNotification,
  TRIED_SECONDS,
} from '../data/notification.repository';
import type { Delivery } from './webhook';

export interface DeliveryDeps {
  readonly database: Database;
  readonly siteId: number;
  /** Has a time limit of its own, well below the lease; never throws for what the receiver does. */
  readonly send: (notification: StoredNotification, sentAt: number) => Promise<Delivery>;
  /** Tells receivers and readers when; what is due, and until when a lease holds, the database tells. */
  readonly clock: () => Date;
}

/** What one round came to. */
export interface DeliveryRound {
  readonly delivered: number;
  /** One code for each delivery that failed. */
  readonly failures: readonly string[];
}

/** How many are sent at the same time. */
const BATCH = 10;
const LEASE_SECONDS = 60;
const FIRST_RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 60 * 60;
/** The site had a webhook when the notification was recorded, and has none now. */
export const WEBHOOK_ENDED = 'WEBHOOK_ENDED';
/** Nobody wants it any more. */
const GONE: ReadonlySet<string> = new Set(['HTTP_410', WEBHOOK_ENDED]);

/**
 * Sends a batch of the notifications of a site that are due, and writes down what came of each. At least once: what a process
 * has leased and not settled when it dies is due again at the end of the lease.
 */
export async function deliverDue({ database, siteId, send, clock }: DeliveryDeps): Promise<DeliveryRound> {
  const due = await database.read((tx) => findDueNotifications(tx, siteId, BATCH));
  if (due.length === 0) return { delivered: 0, failures: [] };
  const lease: Lease = { id: randomUUID(), seconds: LEASE_SECONDS };
  const leased = await database.transaction((tx) => leaseNotifications(tx, siteId, due, lease), {
    isRepeatable: true,
  });
  const failures: string[] = [];
  const deliveries = await Promise.allSettled(
    leased.map(async (notification) => {
      const refusal = await send(notification, clock().getTime());
      const at = clock().getTime();
      const wanted = Math.max(retrySeconds(notification), refusal?.retryAfterSeconds ?? 0);
      const seconds = Math.min(wanted, TRIED_SECONDS);
      const key = [siteId, notification.id, lease.id] as const;
      await database.transaction(
        (tx) => {
          if (refusal === null) return markDelivered(tx, ...key, at);
          if (GONE.has(refusal.code)) return giveUpDelivery(tx, ...key, refusal.code);
          return postponeDelivery(tx, ...key, seconds, refusal.code);
        },
        { isRepeatable: true },
      );
      if (refusal !== null) failures.push(refusal.code);
    }),
  );
  // Only once all of them are through, so that a round that has ended does nothing any more.
  for (const each of deliveries) if (each.status === 'rejected') throw each.reason;
  return { delivered: leased.length - failures.length, failures };
}

/** Doubles with every attempt up to an hour, less up to a half of it by chance. */
function retrySeconds({ attempts }: StoredNotification): number {
  const longest = Math.min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), LONGEST_RETRY_SECONDS);
  return Math.round(longest * (500 + Math.random() * 500)) / 1_000;
}
