import { type Audited, recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import type { Tx } from '../data/database';
import type { CourseRequest, References } from './references';

interface Command extends Pick<Audited, 'kind' | 'changedFields' | 'learnerIds'> {
  readonly operation: 'updateCustomActivity' | 'createCustomActivity' | 'assessCustomActivity';
  /** Undefined where there is no such element. */
  readonly elementId: number | undefined;
}

/**
 * Puts a command of a user on a course into the audit log: what changed something, and what was refused. A dry run and
 * what changes nothing write nothing, here as elsewhere.
 */
export async function auditCommand(
  tx: Tx,
  context: RequestContext,
  request: CourseRequest & { readonly input: { readonly dryRun: boolean } },
  references: References,
  { elementId, ...audited }: Command,
): Promise<void> {
  if (request.input.dryRun) return;
  if (audited.kind !== 'error' && audited.changedFields.length === 0) return;
  await recordAudit(tx, context, {
    ...audited,
    userId: references.userOf(request)?.id ?? null,
    targetType: 'COURSE_ELEMENT',
    targetId: elementId === undefined ? null : String(elementId),
  });
}
