import { appendAuditEntry, type NewAuditEntry } from '../data/audit.repository';
import type { Tx } from '../data/database';
import type { RequestContext } from './request-context';

/** What an operation did, as the use case knows it. */
export type Audited = Pick<
  NewAuditEntry,
  'operation' | 'targetType' | 'targetId' | 'changedFields' | 'outcome'
> &
  Partial<Pick<NewAuditEntry, 'userId' | 'learnerIds'>>;

/** Appends to the audit log, within the transaction that did it: both are stored, or neither. */
export async function recordAudit(tx: Tx, context: RequestContext, audited: Audited): Promise<void> {
  const { caller, siteId, requestId, clock } = context;
  await appendAuditEntry(tx, siteId, {
    userId: null,
    learnerIds: null,
    ...audited,
    at: clock().getTime(),
    caller: caller.id,
    requestId,
  });
}
