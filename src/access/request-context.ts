import { type Database, type DatabaseAccess, type Tx, withinRequest } from '../data/database';
import type { ImportCounts } from '../data/import-run.repository';
import type { Caller } from './caller';
import type { Limit } from './limits';
import { type RateLimits, rateLimited } from './rate-limits';
import { STRICT_WEBHOOKS, type WebhookSettings } from './webhook-settings';

/** What an operation knows of the request it serves; there is no other way to the site, the clock or the database. */
export interface RequestContext {
  readonly caller: Caller;
  /** The caller's site. */
  readonly siteId: number;
  readonly requestId: string;
  readonly database: DatabaseAccess;
  readonly clock: () => Date;
  /** The instant of what a transaction writes; to be asked for once all its locks are there. */
  readonly stamp: (tx: Tx) => Promise<number>;
  /** How long deletions of tracking are kept. */
  readonly deletionKeepDays: number;
  readonly jobs: JobSettings;
  readonly observer: OperationObserver;
  /** Whether notifications that are recorded now are to be posted, also where the site has no webhook of its own. */
  readonly hasWebhook: boolean;
  readonly webhooks: WebhookSettings;
  /**
   * Counts what a list holds to be written; throws where the caller has to wait before it may write so many rows.
   * `writtenBefore` is that of `rateLimited`.
   */
  readonly takeRows: (rows: number, writtenBefore?: number) => Promise<void>;
}

/** The context of a request of the endpoint. */
interface ServedContext extends RequestContext {
  /** Whether anything that the request asked for has been carried out by now. */
  readonly hasCommitted: () => boolean;
}

/** Told what operations come to. Nothing that a caller or a learner chose reaches it. */
export interface OperationObserver {
  /** One input was answered; a list of inputs is told one by one, a dry run like any other answer. */
  answered(operation: string, outcome: Outcome): void;
  /** An import is committed. A dry run and the repeated answer to a retry import nothing. */
  imported(counts: ImportCounts): void;
  rejectedByLimit(limit: Limit): void;
}

/** How an operation judged one input: the member of its union. */
export type Outcome = 'success' | 'warning' | 'error';

/** Where nobody watches. */
export const NO_OBSERVER: OperationObserver = {
  answered: () => {},
  imported: () => {},
  rejectedByLimit: () => {},
};

/** How long deletions of tracking are kept where nothing else is set. */
export const DELETION_KEEP_DAYS = 90;

export interface JobSettings {
  /** How many import jobs a caller may have that have not ended. */
  readonly ofCaller: number;
  /** For how long their files are kept behind their end, and what tells of their rows. */
  readonly uploadKeepDays: number;
  readonly resultsKeepDays: number;
}

/** What holds where nothing else is set. */
export const DEFAULT_JOB_SETTINGS: JobSettings = { ofCaller: 10, uploadKeepDays: 7, resultsKeepDays: 30 };

export function requestContext(
  caller: Caller,
  requestId: string,
  deps: {
    readonly database: Database;
    readonly limits: Pick<RateLimits, 'takeRows'>;
    readonly clock: () => Date;
    readonly observer: OperationObserver;
    readonly hasWebhook?: boolean;
    readonly webhooks?: WebhookSettings;
    readonly deletionKeepDays?: number;
    readonly jobs?: JobSettings;
  },
): ServedContext {
  const {
    database,
    limits,
    clock,
    observer,
    hasWebhook = false,
    webhooks = STRICT_WEBHOOKS,
    deletionKeepDays = DELETION_KEEP_DAYS,
    jobs = DEFAULT_JOB_SETTINGS,
  } = deps;
  let isCommitted = false;
  return {
    caller,
    siteId: caller.siteId,
    requestId,
    database: withinRequest(database, caller, () => {
      isCommitted = true;
    }),
    clock,
    stamp: (tx) => tx.stamp(),
    deletionKeepDays,
    jobs,
    observer,
    hasWebhook,
    webhooks,
    takeRows: async (rows, writtenBefore) => {
      const quota = await limits.takeRows(caller, rows);
      if (!quota.isExceeded) return;
      observer.rejectedByLimit('rows_per_minute');
      throw rateLimited('ROWS_PER_MINUTE', quota, writtenBefore);
    },
    hasCommitted: () => isCommitted,
  };
}
