import { type Audited, recordAudit } from '../../access/audit';
import type { RequestContext } from '../../access/request-context';
import { answerUnderKey, isDryRun, transactUnderKey } from '../../contract/answer-under-key';
import type { Tx } from '../../data/database';
import type { Problem } from '../../kernel/problem';
import { type CourseReferences, type CourseRequest, loadCourseReferences } from './course-references';

type CommandName =
  | 'updateCustomActivity'
  | 'createCustomActivity'
  | 'assessCustomActivity'
  | 'deleteCustomActivity'
  | 'restoreCustomActivity';

/** A command of a user on a course that passed check 1, and what it does. */
interface CourseCommand<Report> {
  readonly operation: CommandName;
  readonly request: CourseRequest;
  /** What it refers to, where that was loaded before; otherwise it is loaded within the transaction. */
  readonly loaded?: CourseReferences | undefined;
  /** Loads what is stored, decides, writes and reports. */
  readonly run: (tx: Tx, references: CourseReferences) => Promise<Report>;
  readonly refuse: (problems: readonly Problem[]) => Report;
  /** What the audit log tells of it. */
  readonly toAudit: (report: Report, references: CourseReferences) => AuditedEdit;
}

interface AuditedEdit extends Pick<Audited, 'changedFields' | 'learnerIds' | 'reason'> {
  /** Undefined where there is no such element. */
  readonly elementId: number | undefined;
}

/** Runs a command in one transaction, together with its idempotency key and its entry in the audit log. */
export function runCommand<Report extends Pick<Audited, 'kind'>>(
  context: RequestContext,
  command: CourseCommand<Report>,
): Promise<Report> {
  const { operation, request, loaded, run, refuse } = command;
  return transactUnderKey(context, request.input, async (tx) => {
    const references = loaded ?? (await loadCourseReferences(tx, context, [request]));
    const answer = async () => {
      const report = await run(tx, references);
      await audit(tx, context, command, report, references);
      return report;
    };
    // An answer that a caller got for a user is none to those of the same name who may not act for that user.
    if (references.userOf(request) === undefined) return answer();
    return answerUnderKey(tx, context, operation, request.input, answer, refuse);
  });
}

/** What changed something and what was refused; a dry run and what changes nothing write nothing, here as elsewhere. */
async function audit<Report extends Pick<Audited, 'kind'>>(
  tx: Tx,
  context: RequestContext,
  { operation, request, toAudit }: CourseCommand<Report>,
  report: Report,
  references: CourseReferences,
): Promise<void> {
  if (isDryRun(request.input)) return;
  const { elementId, ...audited } = toAudit(report, references);
  if (report.kind !== 'error' && audited.changedFields.length === 0) return;
  await recordAudit(tx, context, {
    ...audited,
    operation,
    kind: report.kind,
    userId: references.userOf(request)?.id ?? null,
    targetType: 'COURSE_ELEMENT',
    targetId: elementId === undefined ? null : String(elementId),
  });
}
