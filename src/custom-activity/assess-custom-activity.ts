import { answerUnderKey } from '../access/answer-under-key';
import type { RequestContext } from '../access/request-context';
import { findGrades } from '../data/assessment-scale.repository';
import type { Tx } from '../data/database';
import { isError, type Problem } from '../kernel/problem';
import type { AssessCustomActivityInput } from './assess-custom-activity.input';
import { type AssessmentReport, reportAssessment, reportRefusal, reportResult } from './assessment-report';
import { auditCommand } from './audit-command';
import { decideResults } from './decide-results';
import { failed } from './failed';
import { judgeEditor } from './judge-edit';
import { loadState } from './load-state';
import { loadParticipants } from './participants';
import { type AssessRequest, readAssessment } from './read-assessment';
import { loadReferences, type References } from './references';
import { judgeElement } from './rules/element';
import { loadStoredResults, writeChanges } from './stored-results';

/**
 * Assesses participants of a custom activity: read, resolve, lock, decide, write, report. Every check runs before the
 * first write. The element is locked as by updateCustomActivity, so that its scale and its learning objectives stay
 * what the results were judged by.
 */
export async function assessCustomActivity(
  context: RequestContext,
  input: AssessCustomActivityInput,
): Promise<AssessmentReport> {
  await context.takeRows(input.results.length);
  try {
    return await checkAndRun(context, input);
  } catch (error) {
    throw failed('ASSESS_FAILED', context, error);
  }
}

async function checkAndRun(
  context: RequestContext,
  input: AssessCustomActivityInput,
): Promise<AssessmentReport> {
  const refuse = (problems: readonly Problem[]) => reportRefusal(problems, input.dryRun);
  const read = readAssessment(input);
  if ('problems' in read) return refuse(read.problems);
  const { request } = read;
  return context.database.transaction(async (tx) => {
    const references = await loadReferences(tx, context, [request]);
    const answer = async () => {
      const report = await runAssessment(tx, context, request, references);
      const changed = report.results.filter(({ changes }) => changes.length > 0);
      await auditCommand(tx, context, request, references, {
        operation: 'assessCustomActivity',
        kind: report.kind,
        elementId: references.elementOf(request)?.id,
        learnerIds: changed.map(({ learnerId }) => learnerId),
        changedFields: [...new Set(changed.flatMap(({ changes }) => changes.map(({ field }) => field)))],
      });
      return report;
    };
    // An answer that a caller got for a user is none to those of the same name who may not act for that user.
    if (references.userOf(request) === undefined) return answer();
    return answerUnderKey(tx, context, 'assessCustomActivity', input, answer, refuse);
  });
}

async function runAssessment(
  tx: Tx,
  context: RequestContext,
  request: AssessRequest,
  references: References,
): Promise<AssessmentReport> {
  const { siteId, clock } = context;
  const { dryRun } = request.input;
  const { element, activity } = await loadState(tx, siteId, request, references, dryRun);
  const course = references.courseOf(request);
  const place = [...judgeEditor(request, references), ...judgeElement(request.element, element, course)];
  // Participants are those of the course, and results are judged by the activity.
  if (course === undefined || activity === null) return reportRefusal(place, dryRun);

  const { elementId, assessmentId } = activity;
  const participants = await loadParticipants(tx, siteId, course.id, request.results);
  const stored = await loadStoredResults(tx, siteId, elementId, participants.ids);
  const grades = assessmentId === null ? [] : await findGrades(tx, siteId, [assessmentId]);
  const gradeIds = new Set(grades.map(({ id }) => id));
  const decision = decideResults(request.results, participants, stored, { activity, gradeIds });
  const problems = [...place, ...decision.problems];
  if (problems.some(isError)) return reportRefusal(problems, dryRun);

  const now = clock().getTime();
  if (!dryRun) await writeChanges(tx, siteId, elementId, decision.results, now);
  const results = decision.results.map((each) => reportResult(each, activity, grades, now));
  return reportAssessment(activity, results, problems, dryRun);
}
