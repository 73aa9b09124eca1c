import type { GradeRecord } from '../../data/assessment-scale.repository';
import type { LinkedObjective } from '../../data/linked-objective.repository';
import type { ParticipantState } from '../rules/result';
import type { ObjectiveResult, ParticipantMarks } from './participant-marks.type';

/** What a participant has of an activity, and when its values were last changed. */
export interface StoredParticipantState extends ParticipantState {
  /** Of all but the outcomes; null where none of them was ever stored. */
  readonly updatedAt: number | null;
}

export const NOTHING_STORED: StoredParticipantState = {
  status: 'NOT_STARTED',
  gradeId: null,
  score: null,
  comment: null,
  outcomes: new Map(),
  updatedAt: null,
};

/** As it is told of the participant; outcomes in the order of the activity's learning objectives. */
export function marksOf(
  { status, gradeId, score, comment, updatedAt, ...state }: StoredParticipantState,
  objectives: readonly LinkedObjective[],
  grades: readonly GradeRecord[],
): ParticipantMarks {
  return {
    status,
    gradeId,
    gradeTitle: grades.find(({ id }) => id === gradeId)?.title ?? null,
    score,
    comment,
    objectives: outcomesOf(state, objectives),
    updatedAt,
  };
}

export function outcomesOf(
  { outcomes }: Pick<ParticipantState, 'outcomes'>,
  objectives: readonly LinkedObjective[],
): ObjectiveResult[] {
  return objectives.flatMap(({ id, learningObjectiveId, title }) => {
    const outcome = outcomes.get(id);
    return outcome === undefined ? [] : [{ learningObjectiveId, title, outcome }];
  });
}
