/** The participants of an activity, as docs/rules/custom-activity.md has them; only tests use it. */
import { present } from '../../support/present';
import type { Stored, World } from './world';

export interface ModelParticipant {
  readonly learnerId: number;
  readonly gradeId: number | null;
  readonly score: number | null;
  /** Unique ids, in the order in which the activity has them. */
  readonly assessedObjectives: readonly string[];
}

export function modelParticipants(
  world: World,
  { elements }: Pick<Stored, 'elements'>,
  elementId: number,
): ModelParticipant[] {
  const { courseId, activity } = present(elements.find(({ id }) => id === elementId));
  const ofCourse = world.sessions.filter((session) => session.courseId === courseId);
  const learnerIds = new Set(ofCourse.flatMap((session) => session.learnerIds));
  return [...learnerIds]
    .sort((a, b) => a - b)
    .map((learnerId) => {
      const isOne = (each: { readonly elementId: number; readonly learnerId: number }) =>
        each.elementId === elementId && each.learnerId === learnerId;
      const { gradeId = null, score = null } = world.results.find(isOne) ?? {};
      const assessed = world.objectiveResults.filter(isOne).map(({ uniqueId }) => uniqueId);
      return {
        learnerId,
        gradeId,
        score,
        assessedObjectives: (activity?.learningObjectives ?? []).filter((id) => assessed.includes(id)),
      };
    });
}
