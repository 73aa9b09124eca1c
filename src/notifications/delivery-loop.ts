import type { Database } from '../data/database';
import { findDueSites } from '../data/notification.repository';
import { type DeliveryDeps, type DeliveryRound, deliverDue } from './deliver-notifications';
import type { SiteReceiver } from './site-receivers';

export interface DeliveryLoopDeps extends Pick<DeliveryDeps, 'clock'> {
  readonly database: Database;
  /** Who gets the notifications of a site; undefined where this server posts them to nobody. */
  readonly receiverOf: (siteId: number) => Promise<SiteReceiver | undefined>;
  /** Whether that is so for none of the sites that have no webhook of their own. */
  readonly onlyOwnWebhooks: boolean;
}

/** Told of every round in which something was sent, and of what went wrong on this side. */
export interface DeliveryObserver {
  onRound(siteId: number, round: DeliveryRound): void;
  onError(error: unknown): void;
}

export interface RunningDelivery {
  /** Begins no further round, and waits for the running ones. */
  stop(): Promise<void>;
}

const POLL_MS = 1_000;
/** Rounds of different sites that run at a time: of sites whose receivers are well, of others, and together. */
const WELL_AT_ONCE = 4;
const TROUBLED_AT_ONCE = 4;
const AT_ONCE = 12;
/** A receiver whose round takes longer is in trouble. */
const SLOW_MS = 1_000;
/** After a round in which all failed: what fails at once is not to keep the database busy. */
const REST_MS = 1_000;
const LOOK_AT = 100;

/**
 * Delivers what is due of every site, in the background, until it is stopped; looks every second. Sites take turns,
 * a batch each. Those whose receivers failed or were slow share turns of their own, so that however many they are,
 * the others do not wait for them.
 */
export function startDelivery(deps: DeliveryLoopDeps, observer: DeliveryObserver): RunningDelivery {
  const { database, clock, receiverOf, onlyOwnWebhooks } = deps;
  const running = new Map<number, { readonly startedAt: number; readonly ended: Promise<void> }>();
  /** Sites in trouble, and until when they rest. */
  const troubled = new Map<number, number>();
  const bell = createBell();
  let isStopping = false;
  /** The site whose turn was the last. */
  let lastSite = 0;
  let mayOthersWait = false;

  const countOfTroubled = () => {
    const slowSince = performance.now() - SLOW_MS;
    return [...running].filter(([site, { startedAt }]) => troubled.has(site) || startedAt < slowSince).length;
  };

  async function deliverTo(siteId: number): Promise<void> {
    const startedAt = performance.now();
    try {
      const receiver = await receiverOf(siteId);
      if (receiver === undefined) return;
      const round = await deliverDue({ database, siteId, clock, send: receiver.send });
      const { delivered, failures } = round;
      if (delivered + failures.length > 0) {
        observer.onRound(siteId, round);
        await receiver.settled(round);
      }
      const now = performance.now();
      if (failures.length > 0 || now - startedAt > SLOW_MS)
        troubled.set(siteId, delivered > 0 ? now : now + REST_MS);
      else troubled.delete(siteId);
      // As long as the receiver takes them there is no reason to wait.
      if (delivered > 0) bell.ring();
    } catch (error) {
      // Whatever it is (the database may be away for a while), a later round tries again.
      observer.onError(error);
    } finally {
      running.delete(siteId);
      if (mayOthersWait) bell.ring();
    }
  }

  function isResting(siteId: number): boolean {
    const until = troubled.get(siteId);
    return until !== undefined && performance.now() < until;
  }

  /** Whether there is a turn for a site now. */
  function hasTurn(siteId: number): boolean {
    const inTrouble = countOfTroubled();
    if (running.size >= AT_ONCE) return false;
    return troubled.has(siteId) ? inTrouble < TROUBLED_AT_ONCE : running.size - inTrouble < WELL_AT_ONCE;
  }

  async function beginRounds(): Promise<void> {
    const due = await database.read((tx) => findDueSites(tx, lastSite, LOOK_AT, onlyOwnWebhooks));
    mayOthersWait = false;
    for (const siteId of due) {
      if (isStopping || running.has(siteId) || isResting(siteId)) continue;
      if (hasTurn(siteId)) {
        running.set(siteId, { startedAt: performance.now(), ended: deliverTo(siteId) });
        lastSite = siteId;
      } else mayOthersWait = true;
    }
    // Behind so many that have to wait there may be one that has not.
    const last = due.at(-1);
    if (mayOthersWait && last !== undefined && due.length === LOOK_AT) lastSite = last;
  }

  const loop = (async () => {
    while (!isStopping) {
      await beginRounds().catch((error: unknown) => observer.onError(error));
      await bell.rings(POLL_MS);
    }
    await Promise.all([...running.values()].map(({ ended }) => ended));
  })();
  return {
    stop: () => {
      isStopping = true;
      bell.ring();
      return loop;
    },
  };
}

interface Bell {
  ring(): void;
  /** Resolves when it rings, at once where it has rung since the last time, and after so long. */
  rings(withinMs: number): Promise<void>;
}

function createBell(): Bell {
  let hasRung = false;
  let wake = () => {};
  return {
    ring: () => {
      hasRung = true;
      wake();
    },
    rings: async (withinMs) => {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, withinMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      hasRung = false;
    },
  };
}
