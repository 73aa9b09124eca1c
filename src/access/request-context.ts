import type { Database } from '../data/database';
import type { Caller } from './caller';
import type { OperationObserver } from './operation-observer';
import { type RateLimits, rateLimited } from './rate-limits';

/** What an operation knows of the request it serves; there is no other way to the site, the clock or the database. */
export interface RequestContext {
  readonly caller: Caller;
  /** The caller's site. */
  readonly siteId: number;
  readonly requestId: string;
  readonly database: Database;
  readonly clock: () => Date;
  readonly observer: OperationObserver;
  /** Counts what a list holds to be written; throws where the caller has to wait before it may write so many rows. */
  readonly takeRows: (rows: number) => Promise<void>;
}

export function requestContext(
  caller: Caller,
  requestId: string,
  deps: {
    readonly database: Database;
    readonly limits: Pick<RateLimits, 'takeRows'>;
    readonly clock: () => Date;
    readonly observer: OperationObserver;
  },
): RequestContext {
  const { database, limits, clock, observer } = deps;
  return {
    caller,
    siteId: caller.siteId,
    requestId,
    database,
    clock,
    observer,
    takeRows: async (rows) => {
      const quota = await limits.takeRows(caller, rows);
      if (!quota.isExceeded) return;
      observer.rejectedByLimit('rows_per_minute');
      throw rateLimited('ROWS_PER_MINUTE', quota);
    },
  };
}
