import { setTimeout as pause } from 'node:timers/promises';
import { CommitUnanswered, DatabaseError, type Fault, faultOf } from './database-errors';

/** Until when something has to be done, in milliseconds of the monotonic clock (`performance.now`). */
export type Deadline = number;

export function deadlineIn(milliseconds: number): Deadline {
  return performance.now() + milliseconds;
}

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;
/** A database that cannot be reached is waited for no longer: callers know better what to do meanwhile. */
const PATIENCE_MS = 5_000;
/** Who looks again finds the key that somebody else has just written. */
const MOST_DUPLICATES = 3;

export interface Tries {
  readonly deadline: Deadline;
  /** Whether it may be run again although an earlier run may have been committed. */
  readonly isRepeatable: boolean;
  readonly writesNothing: boolean;
  /** Whether another host may do what this one cannot. */
  readonly hasOtherHosts: boolean;
  readonly longestPauseMs?: number;
}

/**
 * Runs `attempt` again for as long as the trouble it meets may pass, until the deadline.
 * @throws DatabaseError where it does not; whatever else `attempt` throws as it is
 */
export async function tryUntil<Result>(
  attempt: () => Promise<Result>,
  { deadline, isRepeatable, writesNothing, hasOtherHosts, longestPauseMs = LONGEST_PAUSE_MS }: Tries,
): Promise<Result> {
  const startedAt = performance.now();
  let mayBeCommitted = false;
  let duplicates = 0;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const isUnanswered = error instanceof CommitUnanswered;
      const fault = isUnanswered ? 'lost' : faultOf(error);
      if (isUnanswered && !writesNothing) {
        if (!isRepeatable) throw new DatabaseError('OUTCOME_UNKNOWN', error, false);
        mayBeCommitted = true;
      }
      if (fault === 'duplicate') duplicates += 1;
      if (duplicates === MOST_DUPLICATES && !mayBeCommitted) throw error;
      const longest = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), longestPauseMs);
      const wait = longest * (0.5 + Math.random());
      const now = performance.now();
      const isOver =
        fault === undefined ||
        fault === 'late' ||
        now + wait > deadline ||
        (!hasOtherHosts && isHopeless(fault, now - startedAt));
      if (isOver) {
        if (mayBeCommitted) throw new DatabaseError('OUTCOME_UNKNOWN', error);
        if (fault === undefined) throw error;
        throw new DatabaseError(isAbout(fault), error);
      }
      await pause(wait);
    }
  }
}

/** Whether waiting longer for the one host would only keep the caller. */
function isHopeless(fault: Fault, triedMs: number): boolean {
  if (fault === 'read-only' || fault === 'broken') return true;
  return fault === 'down' && triedMs > PATIENCE_MS;
}

function isAbout(fault: Fault): 'SERVICE_BUSY' | 'DATABASE_UNAVAILABLE' {
  return fault === 'conflict' || fault === 'duplicate' || fault === 'lost' || fault === 'late'
    ? 'SERVICE_BUSY'
    : 'DATABASE_UNAVAILABLE';
}
