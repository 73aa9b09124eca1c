import { isIPv6 } from 'node:net';
import { GraphQLError } from 'graphql';
import type { Redis } from 'ioredis';
import { createBreaker } from './breaker';
import type { Caller } from './caller';
import { memoryCounter, redisCounter, type WindowCounter } from './window-counter';

/** How much is allowed within a minute. */
export interface RateLimitSettings {
  readonly requestsPerCaller: number;
  readonly requestsPerSite: number;
  readonly rowsPerCaller: number;
  readonly rowsPerSite: number;
  /** Credentials that turn out bad, per address. */
  readonly badSignInsPerAddress: number;
}

export type LimitName = 'REQUESTS_PER_MINUTE' | 'ROWS_PER_MINUTE' | 'BAD_SIGN_INS_PER_MINUTE';

/** What is left of the nearest limit; `isExceeded`: this was too much. */
export interface Quota {
  readonly isExceeded: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until it begins anew; at least 1. */
  readonly resetSeconds: number;
}

export interface RateLimits {
  takeRequest(caller: Caller): Promise<Quota>;
  takeRows(caller: Caller, rows: number): Promise<Quota>;
  /** Where the address has used up its tries, how long it has to wait. */
  signInPauseSeconds(address: string): Promise<number | undefined>;
  signInFailed(address: string): Promise<void>;
}

const MINUTE_SECONDS = 60;
/** How long a Redis that has not answered is left alone. */
const REDIS_REST_MS = 10_000;

/** Where processes count together. */
export interface SharedStore {
  readonly redis: Redis;
  readonly onAway?: (error: unknown) => void;
  readonly onBack?: () => void;
  /** A clock that only runs forward, in milliseconds. */
  readonly now?: () => number;
}

/** A number of points that each key may take a minute. */
interface Limit {
  readonly perMinute: number;
  readonly counter: WindowCounter;
}

/**
 * Counts per caller and per site, in windows of a minute that begin with the first use: in this process, or for all
 * processes in Redis where one is given. When it does not answer, each process counts for itself, for ten seconds
 * without asking; then one request asks again.
 */
export function createRateLimits(settings: RateLimitSettings, store?: SharedStore): RateLimits {
  const counted = counters(store);
  const limit = (name: string, perMinute: number): Limit => ({ perMinute, counter: counted(name) });
  const requestsOfCaller = limit('requests:caller', settings.requestsPerCaller);
  const requestsOfSite = limit('requests:site', settings.requestsPerSite);
  const rowsOfCaller = limit('rows:caller', settings.rowsPerCaller);
  const rowsOfSite = limit('rows:site', settings.rowsPerSite);
  const badSignIns = limit('sign-ins', settings.badSignInsPerAddress);

  const both = (caller: Caller, points: number, ofCaller: Limit, ofSite: Limit) =>
    take(points, [
      [ofCaller, `${caller.siteId}:${caller.id}`],
      [ofSite, String(caller.siteId)],
    ]);
  return {
    takeRequest: (caller) => both(caller, 1, requestsOfCaller, requestsOfSite),
    takeRows: (caller, rows) => both(caller, rows, rowsOfCaller, rowsOfSite),
    signInPauseSeconds: async (address) => {
      const taken = await badSignIns.counter.look(networkOf(address));
      return taken !== undefined && taken.points >= badSignIns.perMinute
        ? secondsOf(taken.msBeforeNext)
        : undefined;
    },
    signInFailed: async (address) => {
      await take(1, [[badSignIns, networkOf(address)]]);
    },
  };
}

function counters(store: SharedStore | undefined): (name: string) => WindowCounter {
  const inMemory = () => memoryCounter(MINUTE_SECONDS * 1_000);
  if (store === undefined) return inMemory;
  const breaker = createBreaker({
    restMs: REDIS_REST_MS,
    onAway: store.onAway ?? (() => {}),
    onBack: store.onBack ?? (() => {}),
    now: store.now ?? (() => performance.now()),
  });
  return (name) => {
    const shared = redisCounter(store.redis, name, MINUTE_SECONDS);
    const own = inMemory();
    const either = <Result>(ask: (counter: WindowCounter) => Promise<Result>) =>
      breaker.run(
        () => ask(shared),
        () => ask(own),
      );
    return {
      take: (key, points) => either((counter) => counter.take(key, points)),
      giveBack: (key, points) => either((counter) => counter.giveBack(key, points)),
      look: (key) => either((counter) => counter.look(key)),
    };
  };
}

/** Whoever has one IPv6 address has the 2^64 that share its first half. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  const all = [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':').filter(Boolean)];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Takes from all or, where one has not enough left, from none. */
async function take(
  points: number,
  limits: readonly (readonly [limit: Limit, key: string])[],
): Promise<Quota> {
  const quotas: Quota[] = [];
  for (const [index, [{ perMinute, counter }, key]] of limits.entries()) {
    const taken = await counter.take(key, points);
    const quota = {
      isExceeded: taken.points > perMinute,
      limit: perMinute,
      remaining: Math.max(0, perMinute - taken.points),
      resetSeconds: secondsOf(taken.msBeforeNext),
    };
    if (quota.isExceeded) {
      for (const [before, keyBefore] of limits.slice(0, index + 1)) {
        await before.counter.giveBack(keyBefore, points);
      }
      return quota;
    }
    quotas.push(quota);
  }
  return quotas.reduce((least, each) => (each.remaining < least.remaining ? each : least));
}

function secondsOf(msBeforeNext: number): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}

/**
 * What a GraphQL operation answers that would go beyond a limit. `writtenBefore`: how many of its inputs were written
 * before under their idempotency keys; undefined where none has a key.
 */
export function rateLimited(
  limit: LimitName,
  { limit: perMinute, resetSeconds }: Quota,
  writtenBefore?: number,
): GraphQLError {
  const written =
    writtenBefore === undefined
      ? 'Nothing was written'
      : writtenBefore === 0
        ? 'Nothing was written, nor was it before under the same idempotency key'
        : `Nothing was written now; ${writtenBefore} of the inputs were before, under their idempotency keys`;
  return new GraphQLError(
    `The limit of ${perMinute} rows a minute is used up. ${written}. Send the same again in ${resetSeconds} s.`,
    {
      extensions: {
        code: 'RATE_LIMITED',
        limit,
        perMinute,
        retryAfterSeconds: resetSeconds,
        ...(writtenBefore === undefined ? {} : { writtenBefore }),
      },
    },
  );
}
