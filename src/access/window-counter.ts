import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';

/** What has been taken of a window that began with its first use. */
export interface Taken {
  readonly points: number;
  readonly msBeforeNext: number;
}

/** Counts what is taken under a key, in windows of a fixed length. */
export interface WindowCounter {
  take(key: string, points: number): Promise<Taken>;
  giveBack(key: string, points: number): Promise<void>;
  /** Without taking any. */
  look(key: string): Promise<Taken | undefined>;
}

/** In this process. Its windows go by a clock that nobody can put forward or back. */
export function memoryCounter(windowMs: number): WindowCounter {
  const windows = new LRUCache<string, { points: number }>({
    ttl: windowMs,
    ttlAutopurge: true,
    ttlResolution: 0,
  });
  const taken = (key: string, { points }: { readonly points: number }): Taken => ({
    points,
    msBeforeNext: windows.getRemainingTTL(key),
  });
  return {
    take: async (key, points) => {
      const window = windows.get(key);
      if (window !== undefined) {
        window.points += points;
        return taken(key, window);
      }
      windows.set(key, { points });
      return { points, msBeforeNext: windowMs };
    },
    giveBack: async (key, points) => {
      const window = windows.get(key);
      if (window !== undefined) window.points = Math.max(0, window.points - points);
    },
    look: async (key) => {
      const window = windows.get(key);
      return window && taken(key, window);
    },
  };
}

/** For all processes that share this Redis. */
export function redisCounter(redis: Redis, name: string, windowSeconds: number): WindowCounter {
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    rejectIfRedisNotReady: true,
    keyPrefix: `coursetrack:${name}`,
    // Who has taken too much is told by whoever asks: `penalty` refuses nobody.
    points: 1,
    duration: windowSeconds,
  });
  const taken = ({ consumedPoints, msBeforeNext }: RateLimiterRes): Taken => ({
    points: consumedPoints,
    msBeforeNext,
  });
  return {
    take: async (key, points) => taken(await limiter.penalty(key, points)),
    giveBack: async (key, points) => {
      await limiter.reward(key, points);
    },
    look: async (key) => {
      const found = await limiter.get(key);
      return found === null ? undefined : taken(found);
    },
  };
}
