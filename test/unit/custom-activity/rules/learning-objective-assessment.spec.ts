import {
  judgeLearningObjectiveAssessment,
  type ModeFacts,
} from '../../../../src/custom-activity/rules/learning-objective-assessment';
import type { LearningObjectiveAssessment } from '../../../../src/kernel/learning-objective-assessment';

const FACTS: ModeFacts = { hasObjectives: true, objectivesSent: false, isAssessed: false };
const NONE = { hasObjectives: false };

function judge(
  sent: LearningObjectiveAssessment | null | undefined,
  before: LearningObjectiveAssessment,
  facts: Partial<ModeFacts> = {},
) {
  const { value, problems } = judgeLearningObjectiveAssessment(sent, before, { ...FACTS, ...facts });
  return [value, ...problems.map(({ code, path }) => [code, ...path])];
}

const UNCONNECTED = 'NO_OBJECTIVES_CONNECTED';
const LOCKED = ['OBJECTIVE_ASSESSMENT_LOCKED', 'learningObjectiveAssessment'];

describe('judgeLearningObjectiveAssessment', () => {
  it('keeps, sets, and keeps what is sent again under the lock', () => {
    expect(judge(undefined, 'OUTCOME_STATUS')).toEqual(['OUTCOME_STATUS']);
    expect(judge(null, 'OUTCOME_STATUS')).toEqual(['OUTCOME_STATUS']);
    expect(judge('ASSESSMENT_CRITERIA', 'OUTCOME_STATUS')).toEqual(['ASSESSMENT_CRITERIA']);
    expect(judge('OUTCOME_STATUS', 'OUTCOME_STATUS', { isAssessed: true })).toEqual(['OUTCOME_STATUS']);
  });

  it('locks every change', () => {
    expect(judge('ASSESSMENT_CRITERIA', 'OUTCOME_STATUS', { isAssessed: true })[1]).toEqual(LOCKED);
    expect(judge('DO_NOT_USE', 'OUTCOME_STATUS', { isAssessed: true })[1]).toEqual(LOCKED);
    expect(judge('OUTCOME_STATUS', 'DO_NOT_USE', { isAssessed: true })[1]).toEqual(LOCKED);
  });

  it('becomes DO_NOT_USE without objectives, and says which field brought it there', () => {
    expect(judge('OUTCOME_STATUS', 'DO_NOT_USE', NONE)).toEqual([
      'DO_NOT_USE',
      [UNCONNECTED, 'learningObjectiveAssessment'],
    ]);
    expect(judge(null, 'OUTCOME_STATUS', { ...NONE, objectivesSent: true })).toEqual([
      'DO_NOT_USE',
      [UNCONNECTED, 'learningObjectives'],
    ]);
    expect(judge(undefined, 'OUTCOME_STATUS', NONE)).toEqual(['DO_NOT_USE', [UNCONNECTED]]);
    expect(judge('DO_NOT_USE', 'DO_NOT_USE', NONE)).toEqual(['DO_NOT_USE']);
  });

  it('is no change, and so not locked, where what is sent comes to what is stored', () => {
    expect(judge('OUTCOME_STATUS', 'DO_NOT_USE', { ...NONE, isAssessed: true })).toEqual([
      'DO_NOT_USE',
      [UNCONNECTED, 'learningObjectiveAssessment'],
    ]);
  });

  it('is not locked as a consequence of other fields', () => {
    expect(judge(undefined, 'OUTCOME_STATUS', { ...NONE, objectivesSent: true, isAssessed: true })).toEqual([
      'DO_NOT_USE',
      [UNCONNECTED, 'learningObjectives'],
    ]);
    expect(judge('OUTCOME_STATUS', 'OUTCOME_STATUS', { ...NONE, isAssessed: true })).toEqual([
      'DO_NOT_USE',
      [UNCONNECTED, 'learningObjectiveAssessment'],
    ]);
  });
});
