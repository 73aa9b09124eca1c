/** The rows learningObjectives and learningObjectiveAssessment of the table. */
import { sentObjectives } from './input-form';
import {
  type Activity,
  type Course,
  isGiven,
  type Problem,
  problem,
  type UpdateInput,
  type World,
} from './world';

export interface JudgedObjectives {
  readonly value: Pick<Activity, 'learningObjectives' | 'learningObjectiveAssessment'>;
  readonly problems: readonly Problem[];
}

export function judgeObjectives(
  world: World,
  course: Course | null,
  elementId: number,
  before: Activity,
  input: UpdateInput,
): JudgedObjectives {
  const isAssessed = world.objectiveResults.some((result) => result.elementId === elementId);
  const ofList = problemsOfList(world, course, before, input, isAssessed);

  // Open: a list that is refused counts as sent where the mode and the guard are judged.
  // Open: objectives are stored in the order in which they are sent; a list that differs in order only changes nothing.
  const learningObjectives = asksForOtherSet(before, input)
    ? sentObjectives(input)
    : before.learningObjectives;

  const sent = input.learningObjectiveAssessment;
  const asked = sent ?? before.learningObjectiveAssessment;
  const isConnected = asked === 'DO_NOT_USE' || learningObjectives.length > 0;
  const mode = isConnected ? asked : 'DO_NOT_USE';
  const ofMode: Problem[] = [];
  const isChanged = isGiven(sent) && sent !== before.learningObjectiveAssessment;
  if (isChanged && mode !== before.learningObjectiveAssessment && isAssessed) {
    ofMode.push(problem('OBJECTIVE_ASSESSMENT_LOCKED', 'learningObjectiveAssessment'));
  }
  if (!isConnected) ofMode.push(problem('NO_OBJECTIVES_CONNECTED', ...causeOf(input)));
  return {
    value: { learningObjectives, learningObjectiveAssessment: mode },
    problems: [...ofList, ...ofMode],
  };
}

/** Open: what was sent that leaves a mode without objectives; nothing, where it was stored so. */
function causeOf(input: UpdateInput): string[] {
  if (isGiven(input.learningObjectiveAssessment)) return ['learningObjectiveAssessment'];
  return isGiven(input.learningObjectives) ? ['learningObjectives'] : [];
}

/**
 * Open: the problems of a list are told together, those of its ids in the order of the list, each id once.
 * Open: in a course that has objectives no longer, a smaller list is refused too; an empty or the stored one is not.
 */
function problemsOfList(
  world: World,
  course: Course | null,
  before: Activity,
  input: UpdateInput,
  isAssessed: boolean,
): Problem[] {
  if (!asksForOtherSet(before, input)) return [];
  const problems: Problem[] = [];
  const sent = sentObjectives(input);
  if (course !== null && !course.objectivesEnabled && sent.length > 0) {
    problems.push(problem('COURSE_HAS_NO_OBJECTIVES', 'learningObjectives'));
  }
  for (const id of sent) {
    if (!before.learningObjectives.includes(id)) {
      problems.push(...problemsOfObjective(world, id, pathOf(input, id)));
    }
  }
  if (isAssessed) {
    problems.push(problem('OBJECTIVES_LOCKED', 'learningObjectives'));
  }
  return problems;
}

function problemsOfObjective(world: World, id: string, path: readonly string[]): Problem[] {
  const objective = world.objectives.find((each) => each.uniqueId === id);
  if (objective === undefined || !objective.isPublished)
    return [problem('OBJECTIVE_NOT_IN_REPOSITORY', ...path)];
  return objective.isLeaf ? [] : [problem('OBJECTIVE_NOT_LEAF', ...path)];
}

/** Open: the path of an objective goes down to its id, where it comes first. */
function pathOf(input: UpdateInput, id: string): string[] {
  const index = (input.learningObjectives ?? []).findIndex((each) => each.learningObjectiveId === id);
  return ['learningObjectives', String(index), 'learningObjectiveId'];
}

function asksForOtherSet(before: Activity, input: UpdateInput): boolean {
  if (!isGiven(input.learningObjectives)) return false;
  const sent = sentObjectives(input);
  const isSame =
    sent.length === before.learningObjectives.length &&
    sent.every((id) => before.learningObjectives.includes(id));
  return !isSame;
}
