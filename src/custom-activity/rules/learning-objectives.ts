import type { CourseRecord, ObjectiveRecord } from '../../data/course-reference.repository';
import { MAX_TEXT } from '../../data/entities/columns';
import type { LinkedObjective } from '../../data/linked-objective.repository';
import { type Problem, problem } from '../../kernel/problem';
import { fine, type Judged } from './judged';

export interface ObjectiveFacts {
  /** Undefined where the course is not known: what depends on it is not judged. */
  readonly course: CourseRecord | undefined;
  /** The objectives of the site that the request names, by unique id. */
  readonly repository: ReadonlyMap<string, ObjectiveRecord>;
  /** A participant was assessed on an objective of the element. */
  readonly isAssessed: boolean;
}

export type SentObjectives = readonly { readonly learningObjectiveId: string }[] | null | undefined;

/** The element's learning objectives, a set: absent and null keep it, a list replaces it, whatever its order. */
export function judgeLearningObjectives(
  sent: SentObjectives,
  before: readonly LinkedObjective[],
  facts: ObjectiveFacts,
): Judged<readonly LinkedObjective[]> {
  if (sent === undefined || sent === null) return fine(before);
  const wanted = firstPlaces(sent);
  const linked = new Map(before.map((objective) => [objective.learningObjectiveId, objective]));
  if (wanted.size === linked.size && [...wanted.keys()].every((id) => linked.has(id))) return fine(before);

  const place = { path: ['learningObjectives'] };
  const problems: Problem[] = [];
  if (facts.course?.objectivesEnabled === false && wanted.size > 0) {
    problems.push(problem('COURSE_HAS_NO_OBJECTIVES', {}, place));
  }
  const after: LinkedObjective[] = [];
  for (const [id, index] of wanted) {
    const objective = linked.get(id) ?? found(id, facts.repository.get(id), index);
    if ('code' in objective) problems.push(objective);
    else after.push(objective);
  }
  if (facts.isAssessed) problems.push(problem('OBJECTIVES_LOCKED', {}, place));
  return { value: after, problems };
}

/** The ids sent, each with the place where it stands first. */
function firstPlaces(sent: NonNullable<SentObjectives>): Map<string, number> {
  const places = new Map<string, number>();
  for (const [index, { learningObjectiveId }] of sent.entries()) {
    if (!places.has(learningObjectiveId)) places.set(learningObjectiveId, index);
  }
  return places;
}

function found(id: string, objective: ObjectiveRecord | undefined, index: number): LinkedObjective | Problem {
  const place = { path: ['learningObjectives', String(index), 'learningObjectiveId'] };
  if (objective === undefined || !objective.isPublished) {
    // No stored id is longer; what is sent may be.
    const learningObjectiveId = [...id.slice(0, 2 * MAX_TEXT)].slice(0, MAX_TEXT).join('');
    return problem('OBJECTIVE_NOT_IN_REPOSITORY', { learningObjectiveId }, place);
  }
  if (!objective.isLeaf) return problem('OBJECTIVE_NOT_LEAF', {}, place);
  return { id: objective.id, learningObjectiveId: objective.uniqueId, title: objective.title };
}
