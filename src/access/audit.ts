import { type AuditOutcome, appendAuditEntry, type NewAuditEntry } from '../data/audit.repository';
import type { Tx } from '../data/database';
import type { RequestContext } from './request-context';

/** What an operation did, as the use case knows it. */
export interface Audited
  extends Pick<NewAuditEntry, 'operation' | 'targetType' | 'targetId' | 'changedFields'>,
    Partial<Pick<NewAuditEntry, 'userId' | 'learnerIds' | 'reason'>> {
  /** The member of its union that it answers. */
  readonly kind: 'success' | 'warning' | 'error';
}

const OUTCOMES: Readonly<Record<Audited['kind'], AuditOutcome>> = {
  success: 'SUCCESS',
  warning: 'WARNING',
  error: 'ERROR',
};

/** Appends to the audit log, within the transaction that did it: both are stored, or neither. */
export async function recordAudit(
  tx: Tx,
  context: Pick<RequestContext, 'caller' | 'siteId' | 'requestId' | 'clock'>,
  audited: Audited,
): Promise<void> {
  const { caller, siteId, requestId, clock } = context;
  const { kind, ...entry } = audited;
  await appendAuditEntry(tx, siteId, {
    userId: null,
    learnerIds: null,
    reason: null,
    ...entry,
    outcome: OUTCOMES[kind],
    at: clock().getTime(),
    caller: caller.id,
    keyId: caller.keyId,
    requestId,
  });
}
