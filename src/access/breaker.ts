/** Asks something that may be away, without making everybody wait for it. */
export interface Breaker {
  /** What `ask` answers; what `instead` does where it fails, and without asking for a while after that. */
  run<Result>(ask: () => Promise<Result>, instead: () => Promise<Result>): Promise<Result>;
}

export interface BreakerSettings {
  /** After how long one request asks again. */
  readonly restMs: number;
  readonly onAway: (error: unknown) => void;
  readonly onBack: () => void;
  /** A clock that nobody can put forward or back, in milliseconds. */
  readonly now: () => number;
}

export function createBreaker({ restMs, onAway, onBack, now }: BreakerSettings): Breaker {
  let isAway = false;
  let askAgainAt = 0;
  return {
    run: async (ask, instead) => {
      if (isAway) {
        if (now() < askAgainAt) return instead();
        // Nobody else asks while this one waits for the answer.
        askAgainAt = now() + restMs;
      }
      try {
        const result = await ask();
        if (isAway) onBack();
        isAway = false;
        return result;
      } catch (error) {
        if (!isAway) onAway(error);
        isAway = true;
        askAgainAt = now() + restMs;
        return instead();
      }
    },
  };
}
