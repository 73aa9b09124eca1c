import { isIPv6 } from 'node:net';
import { GraphQLError } from 'graphql';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Caller } from './caller';

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

/**
 * Counts per caller and per site, in windows of a minute that begin with the first use: in this process, or for all
 * processes in Redis where one is given. While Redis does not answer, each process counts for itself.
 */
export function createRateLimits(settings: RateLimitSettings, redis?: Redis): RateLimits {
  const counter = (name: string, points: number): RateLimiterAbstract => {
    const options = { keyPrefix: `coursetrack:${name}`, points, duration: MINUTE_SECONDS };
    const inMemory = new RateLimiterMemory(options);
    if (redis === undefined) return inMemory;
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: inMemory,
    });
  };
  const requestsOfCaller = counter('requests:caller', settings.requestsPerCaller);
  const requestsOfSite = counter('requests:site', settings.requestsPerSite);
  const rowsOfCaller = counter('rows:caller', settings.rowsPerCaller);
  const rowsOfSite = counter('rows:site', settings.rowsPerSite);
  const badSignIns = counter('sign-ins', settings.badSignInsPerAddress);

  const both = (caller: Caller, points: number, ofCaller: RateLimiterAbstract, ofSite: RateLimiterAbstract) =>
    take(points, [
      [ofCaller, `${caller.siteId}:${caller.id}`],
      [ofSite, String(caller.siteId)],
    ]);
  return {
    takeRequest: (caller) => both(caller, 1, requestsOfCaller, requestsOfSite),
    takeRows: (caller, rows) => both(caller, rows, rowsOfCaller, rowsOfSite),
    signInPauseSeconds: async (address) => {
      const found = await badSignIns.get(networkOf(address));
      return found !== null && found.consumedPoints >= badSignIns.points ? secondsOf(found) : undefined;
    },
    signInFailed: async (address) => {
      await take(1, [[badSignIns, networkOf(address)]]);
    },
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

/** Takes from all counters or, where one has not enough left, from none. */
async function take(
  points: number,
  counters: readonly (readonly [counter: RateLimiterAbstract, key: string])[],
): Promise<Quota> {
  const taken: Quota[] = [];
  for (const [index, [counter, key]] of counters.entries()) {
    const { isExceeded, result } = await consume(counter, key, points);
    const quota = {
      isExceeded,
      limit: counter.points,
      remaining: result.remainingPoints,
      resetSeconds: secondsOf(result),
    };
    if (isExceeded) {
      for (const [before, keyBefore] of counters.slice(0, index + 1)) await before.reward(keyBefore, points);
      return quota;
    }
    taken.push(quota);
  }
  return taken.reduce((least, each) => (each.remaining < least.remaining ? each : least));
}

/** The library rejects with the result where there is not enough left. */
async function consume(
  counter: RateLimiterAbstract,
  key: string,
  points: number,
): Promise<{ readonly isExceeded: boolean; readonly result: RateLimiterRes }> {
  try {
    return { isExceeded: false, result: await counter.consume(key, points) };
  } catch (rejected) {
    if (!(rejected instanceof RateLimiterRes)) throw rejected;
    return { isExceeded: true, result: rejected };
  }
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1_000));
}

/** What a GraphQL operation answers that would go beyond a limit. */
export function rateLimited(limit: LimitName, { limit: perMinute, resetSeconds }: Quota): GraphQLError {
  return new GraphQLError(
    `The limit of ${perMinute} rows a minute is used up. Nothing was written; send the same again in ${resetSeconds} s.`,
    { extensions: { code: 'RATE_LIMITED', limit, perMinute, retryAfterSeconds: resetSeconds } },
  );
}
