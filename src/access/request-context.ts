import type { Database } from '../data/database';
import type { OperationObserver } from './operation-observer';

/** What an operation knows of the request it serves; there is no other way to the site, the clock or the database. */
export interface RequestContext {
  readonly siteId: number;
  /** Who is calling; until callers are told apart it is one name for all. */
  readonly caller: string;
  readonly requestId: string;
  readonly database: Database;
  readonly clock: () => Date;
  readonly observer: OperationObserver;
}
