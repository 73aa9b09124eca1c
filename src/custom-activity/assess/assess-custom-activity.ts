import type { RequestContext } from '../../access/request-context';
import { chargeRows, isDryRun, usesKey } from '../../contract/answer-under-key';
import { findGrades } from '../../data/assessment-scale.repository';
import type { Tx } from '../../data/database';
import { isError, type Problem } from '../../kernel/problem';
import type { CourseReferences } from '../editing/course-references';
import { failed } from '../editing/failed';
import { judgeEditor } from '../editing/judge-edit';
import { loadElement } from '../editing/load-element';
import { runCommand } from '../editing/run-command';
import { judgeElement } from '../rules/element';
import type { AssessCustomActivityInput } from './assess-custom-activity.input';
import {
  type AssessmentReport,
  reportAcceptedAssessment,
  reportRefusedAssessment,
  reportResult,
} from './assessment-report';
import { decideResults } from './decide-results';
import { holdParticipants, loadParticipants } from './load-participants';
import { loadStoredResults } from './load-results';
import { type AssessRequest, readAssessment } from './read-assessment';
import { writeNewResults } from './write-results';

/**
 * Assesses participants of a custom activity: read, load, decide, write, report. Every check runs before the first
 * write. The element is locked as by updateCustomActivity, so that its scale and its learning objectives stay what the
 * results were judged by.
 */
export async function assessCustomActivity(
  context: RequestContext,
  input: AssessCustomActivityInput,
): Promise<AssessmentReport> {
  const charge = await chargeRows(context, input, input.results.length);
  try {
    const refuse = (problems: readonly Problem[]) => reportRefusedAssessment(problems, isDryRun(input));
    const read = readAssessment(input);
    if ('problems' in read) return refuse(read.problems);
    const { request } = read;
    return await runCommand(context, {
      operation: 'assessCustomActivity',
      request,
      run: async (tx, references) => {
        await charge();
        return assess(tx, context, request, references);
      },
      refuse,
      toAudit: ({ results }, references) => {
        const changed = results.filter(({ changes }) => changes.length > 0);
        return {
          elementId: references.elementOf(request)?.id,
          learnerIds: changed.map(({ learnerId }) => learnerId),
          changedFields: [...new Set(changed.flatMap(({ changes }) => changes.map(({ field }) => field)))],
        };
      },
    });
  } catch (error) {
    throw failed('ASSESS_FAILED', context, error);
  }
}

async function assess(
  tx: Tx,
  { siteId, clock }: RequestContext,
  request: AssessRequest,
  references: CourseReferences,
): Promise<AssessmentReport> {
  const dryRun = isDryRun(request.input);
  const { element, activity } = await loadElement(tx, siteId, request, references);
  const course = references.courseOf(request);
  const ofReferences = [
    ...judgeEditor(request, references),
    ...judgeElement(request.element, element, course),
  ];
  // Participants are those of the course, and results are judged by the activity.
  if (course === undefined || activity === null) return reportRefusedAssessment(ofReferences, dryRun);

  const { elementId, assessmentId } = activity;
  const load = usesKey(request.input) ? holdParticipants : loadParticipants;
  const participants = await load(tx, siteId, course.id, request.results);
  const stored = await loadStoredResults(tx, siteId, elementId, participants.ids);
  const grades = assessmentId === null ? [] : await findGrades(tx, siteId, [assessmentId]);
  const gradeIds = new Set(grades.map(({ id }) => id));
  const decision = decideResults(request.results, participants, stored, { activity, gradeIds });
  const problems = [...ofReferences, ...decision.problems];
  if (problems.some(isError)) return reportRefusedAssessment(problems, dryRun);

  const now = clock().getTime();
  if (!dryRun) await writeNewResults(tx, siteId, elementId, decision.results, now);
  const results = decision.results.map((each) => reportResult(each, activity, grades, now));
  return reportAcceptedAssessment(activity, results, problems, dryRun);
}
