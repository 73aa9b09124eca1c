/** What kind of assessment an activity uses with its learning objectives. */
export const LEARNING_OBJECTIVE_ASSESSMENTS = [
  'DO_NOT_USE',
  'OUTCOME_STATUS',
  'ASSESSMENT_CRITERIA',
] as const;

export type LearningObjectiveAssessment = (typeof LEARNING_OBJECTIVE_ASSESSMENTS)[number];
