import type { RequestContext } from '../../access/request-context';
import { chargeRows, isDryRun } from '../../contract/answer-under-key';
import { flagDeleted } from '../../data/course-element.repository';
import type { CourseRecord } from '../../data/course-reference.repository';
import type { Tx } from '../../data/database';
import { isError, type Problem } from '../../kernel/problem';
import { trimmed } from '../../kernel/text';
import {
  type ActivityChange,
  type ActivityReport,
  reportAcceptedEdit,
  reportRefusedEdit,
} from '../editing/activity-report';
import { contradictionsIn, formatProblems, type Pair, referenceOf } from '../editing/contradictions';
import type { CourseReferences, CourseRequest } from '../editing/course-references';
import { type CommandFailure, failed } from '../editing/failed';
import { judgeEditor } from '../editing/judge-edit';
import { loadElement, type StoredElement } from '../editing/load-element';
import { runCommand } from '../editing/run-command';
import type { SentReference } from '../rules/sent-reference';
import type { DeleteCustomActivityInput } from './delete-custom-activity.input';
import type { RestoreCustomActivityInput } from './restore-custom-activity.input';

type FlagInput = DeleteCustomActivityInput | RestoreCustomActivityInput;

/** What a deletion and a restoration differ in. */
interface Flag {
  readonly operation: 'deleteCustomActivity' | 'restoreCustomActivity';
  readonly failure: CommandFailure;
  /** What is stored afterwards. */
  readonly isDeleted: boolean;
  /** Checks 5 and 6, as far as they concern it. */
  readonly judge: (
    reference: SentReference,
    stored: StoredElement,
    course: CourseRecord | undefined,
  ) => readonly Problem[];
}

/** An input that passed check 1: every reference stands for exactly one thing. */
interface FlagRequest extends CourseRequest {
  readonly element: SentReference;
}

const COURSE: Pair<FlagInput> = ['courseId', 'courseSyncKey'];
const ELEMENT: Pair<FlagInput> = ['elementId', 'elementSyncKey'];
const USER: Pair<FlagInput> = ['userId', 'userSyncKey'];

/**
 * Sets the flag of a custom activity: read, load, decide, write, report, as updateCustomActivity does and by its rules.
 * Every check runs before the first write.
 */
export async function flagActivity<Input extends FlagInput>(
  context: RequestContext,
  of: new () => Input,
  input: Input,
  flag: Flag,
): Promise<ActivityReport> {
  try {
    const refuse = (problems: readonly Problem[]) => reportRefusedEdit(problems, isDryRun(input));
    const charge = await chargeRows(context, input, 1);
    const read = readFlag(of, input);
    if ('problems' in read) return refuse(read.problems);
    const { request } = read;
    return await runCommand(context, {
      operation: flag.operation,
      request,
      run: async (tx, references) => {
        await charge();
        return setFlag(tx, context, request, references, flag);
      },
      refuse,
      toAudit: ({ changes }, references) => ({
        elementId: references.elementOf(request)?.id,
        changedFields: changes.map(({ field }) => field),
        reason: typeof input.reason === 'string' ? trimmed(input.reason) : null,
      }),
    });
  } catch (error) {
    throw failed(flag.failure, context, error);
  }
}

/** Check 1, all of it: what is wrong with an input whatever is stored. */
function readFlag<Input extends FlagInput>(
  of: new () => Input,
  input: Input,
): { readonly request: FlagRequest } | { readonly problems: readonly Problem[] } {
  const pairs = { exactlyOne: [COURSE, ELEMENT, USER], atMostOne: [] };
  const problems = formatProblems(of, input, contradictionsIn<FlagInput>(input, pairs));
  const [course, element, user] = pairs.exactlyOne.map((fields) => referenceOf<FlagInput>(input, fields));
  if (problems.length > 0 || !course || !element || !user) return { problems };
  return { request: { input, course, element, user, parent: null } };
}

async function setFlag(
  tx: Tx,
  { siteId, clock }: RequestContext,
  request: FlagRequest,
  references: CourseReferences,
  { isDeleted, judge }: Flag,
): Promise<ActivityReport> {
  const dryRun = isDryRun(request.input);
  const stored = await loadElement(tx, siteId, request, references);
  const problems = [
    ...judgeEditor(request, references),
    ...judge(request.element, stored, references.courseOf(request)),
  ];
  const { element, activity } = stored;
  if (problems.some(isError) || element === undefined || activity === null) {
    return reportRefusedEdit(problems, dryRun);
  }
  if (element.isDeleted === isDeleted) return reportAcceptedEdit(activity, [], [], dryRun);

  // Clocks differ and stand still; who read the element before has to see that it is another.
  const updatedAt = Math.max(clock().getTime(), activity.updatedAt + 1);
  if (!dryRun) await flagDeleted(tx, siteId, element.id, isDeleted, updatedAt);
  const change: ActivityChange = {
    field: 'isDeleted',
    before: String(element.isDeleted),
    after: String(isDeleted),
  };
  return reportAcceptedEdit({ ...activity, updatedAt }, [change], [], dryRun);
}
