import type { AssessedParts, StoredActivity } from '../../data/custom-activity.repository';
import type { Problem } from '../../kernel/problem';
import { judgeAssessment, usesAssessment } from '../rules/assessment';
import { judgeCompletion } from '../rules/completion';
import { judgeCourse } from '../rules/course';
import { judgeDeadline, type SentDeadline } from '../rules/deadline';
import { judgeDescription, type ReadDescription } from '../rules/description';
import type { Judged } from '../rules/judged';
import { judgeLearningObjectiveAssessment } from '../rules/learning-objective-assessment';
import { judgeLearningObjectives } from '../rules/learning-objectives';
import { judgeOrganisation } from '../rules/organisation';
import { judgeTitle } from '../rules/title';
import { judgeUser } from '../rules/user';
import type { ActivityInput } from './activity.input';
import { hasValue } from './contradictions';
import type { CourseReferences, CourseRequest } from './course-references';

/** Checks 2 to 4: who wants to work on which course, and may they? */
export function judgeEditor(request: CourseRequest, references: CourseReferences): Problem[] {
  const user = references.userOf(request);
  const course = references.courseOf(request);
  const problems = [...judgeUser(request.user, user), ...judgeCourse(request.course, course)];
  if (user === undefined || course === undefined) return problems;
  const mayEdit = (organisationId: number) => references.mayEdit(user, organisationId);
  return [...problems, ...judgeOrganisation(request.user, references.hierarchyOf(course), mayEdit)];
}

export interface SentTexts extends SentDeadline {
  readonly title?: string | null;
}

/** The part of check 7 that needs nothing stored: judged even where references are not known. */
export function judgeTexts(
  sent: SentTexts,
  readDescription: ReadDescription | null,
  before: Pick<StoredActivity, 'title' | 'description' | 'deadline'> | null,
) {
  const title = judgeTitle(sent.title, before?.title ?? null);
  const description = judgeDescription(readDescription, before?.description ?? null);
  const deadline = judgeDeadline(sent, before?.deadline ?? null);
  return {
    title: title.value,
    description: description.value,
    deadline: deadline.value,
    problems: [title, description, deadline].flatMap(({ problems }) => problems),
  };
}

/** How participants are assessed on an activity; its parts depend on each other. */
export type AssessmentPlan = Pick<
  StoredActivity,
  | 'assessmentId'
  | 'maxScore'
  | 'learningObjectives'
  | 'learningObjectiveAssessment'
  | 'allowStudentsSetCompletion'
>;

/** As far as inputs have them. */
export type SentPlan = Pick<ActivityInput, 'assessmentId' | 'maxScore' | 'learningObjectiveAssessment'> & {
  readonly learningObjectives?: readonly { readonly learningObjectiveId: string }[] | null;
  readonly allowStudentsSetCompletion?: boolean | null;
  readonly clearAssessment?: boolean | null;
};

/** Which assessments of participants can matter to `judgePlan`. */
export function assessmentsThatLock(sent: SentPlan): AssessedParts {
  return {
    activity: hasValue(sent.assessmentId) || hasValue(sent.maxScore) || hasValue(sent.clearAssessment),
    objectives: hasValue(sent.learningObjectives) || hasValue(sent.learningObjectiveAssessment),
  };
}

/** The part of check 7 that is judged against what is stored. */
export function judgePlan(
  request: CourseRequest & { readonly input: SentPlan },
  before: AssessmentPlan,
  references: CourseReferences,
  assessed: AssessedParts,
): Judged<AssessmentPlan> {
  const { input } = request;
  const course = references.courseOf(request);
  const assessment = judgeAssessment(input, before, {
    scale: references.scaleOf(request),
    course,
    mayUseScore: references.mayUseScore,
    isAssessed: assessed.activity,
  });
  const objectives = judgeLearningObjectives(input.learningObjectives, before.learningObjectives, {
    course,
    repository: references.objectives,
    isAssessed: assessed.objectives,
  });
  const mode = judgeLearningObjectiveAssessment(
    input.learningObjectiveAssessment,
    before.learningObjectiveAssessment,
    {
      hasObjectives: (input.learningObjectives ?? before.learningObjectives).length > 0,
      objectivesSent: Array.isArray(input.learningObjectives),
      isAssessed: assessed.objectives,
    },
  );
  const completion = judgeCompletion(
    input.allowStudentsSetCompletion,
    before.allowStudentsSetCompletion,
    usesAssessment(assessment.value),
  );
  return {
    value: {
      assessmentId: assessment.value.assessmentId,
      maxScore: assessment.value.maxScore,
      learningObjectives: objectives.value,
      learningObjectiveAssessment: mode.value,
      allowStudentsSetCompletion: completion.value,
    },
    problems: [assessment, objectives, mode, completion].flatMap(({ problems }) => problems),
  };
}
