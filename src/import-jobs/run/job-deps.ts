import type { OperationObserver, RequestContext } from '../../access/request-context';
import type { Database } from '../../data/database';
import type { ImportJobRecord } from '../../data/import-job.repository';

/** What running jobs needs of this server. */
export interface JobDeps {
  readonly database: Database;
  readonly clock: () => Date;
  readonly observer: OperationObserver;
  /** Rows of a window, where they are not as many as usual: tests take few. */
  readonly windowRows?: number;
}

/** What the steps of a job know of whoever ordered it. */
export type JobContext = Pick<RequestContext, 'siteId' | 'caller' | 'requestId' | 'clock' | 'stamp'>;

export function jobContext(
  { clock }: Pick<JobDeps, 'clock'>,
  { siteId, id, caller, keyId }: Pick<ImportJobRecord, 'siteId' | 'id' | 'caller' | 'keyId'>,
): JobContext {
  return {
    siteId,
    caller: { id: caller, keyId, siteId, scopes: new Set(['tracking:import']), actsFor: new Set() },
    requestId: id,
    clock,
    stamp: (tx) => tx.stamp(),
  };
}
