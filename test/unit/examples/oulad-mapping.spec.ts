import type { OuladFiles } from '../../../examples/oulad-files';
import { ouladReferenceRows, ouladSubmissionRows } from '../../../examples/oulad-mapping';

const FILES: OuladFiles = {
  'courses.csv': [
    { code_module: 'AAA', code_presentation: '2013J', module_presentation_length: '268' },
    { code_module: 'AAA', code_presentation: '2012B', module_presentation_length: '29' },
  ],
  'assessments.csv': [
    { code_module: 'AAA', code_presentation: '2013J', id_assessment: '1' },
    { code_module: 'AAA', code_presentation: '2012B', id_assessment: '2' },
  ],
  'vle.csv': [
    { id_site: '7', code_module: 'AAA' },
    { id_site: '7', code_module: 'BBB' },
  ],
  'studentRegistration.csv': [
    { code_module: 'AAA', code_presentation: '2013J', id_student: '11' },
    { code_module: 'AAA', code_presentation: '2012B', id_student: '11' },
  ],
  'studentAssessment.csv': [],
};

function submissionOf(id_assessment: string, date_submitted: string, score: string) {
  const submission = { id_assessment, id_student: '11', date_submitted, score };
  return ouladSubmissionRows({ ...FILES, 'studentAssessment.csv': [submission] })[0];
}

describe('OULAD as reference data', () => {
  it('maps each kind of record', () => {
    expect(ouladReferenceRows(FILES)).toEqual({
      trainings: [{ guid: 'AAA', pathCode: 'AAA', title: 'AAA' }],
      sessions: [
        {
          guid: 'AAA-2013J',
          title: 'AAA 2013J',
          trainingPathCode: 'AAA',
          // Midnight in London, in summer time.
          startsAt: new Date('2013-09-30T23:00:00Z'),
          endsAt: new Date('2014-06-25T23:00:00Z'),
        },
        {
          guid: 'AAA-2012B',
          title: 'AAA 2012B',
          trainingPathCode: 'AAA',
          startsAt: new Date('2012-02-01T00:00:00Z'),
          endsAt: new Date('2012-03-01T00:00:00Z'),
        },
      ],
      lovs: [
        { code: 'vle-7', guid: 'vle-7-v1', trainingPathCodes: ['AAA', 'BBB'] },
        { code: 'assessment-1', guid: 'assessment-1-v1', trainingPathCodes: ['AAA'] },
        { code: 'assessment-2', guid: 'assessment-2-v1', trainingPathCodes: ['AAA'] },
      ],
      learners: [{ login: 's11', refNumber: '11', email: 's11@students.example' }],
      registrations: [
        { learnerRefNumber: '11', sessionGuid: 'AAA-2013J' },
        { learnerRefNumber: '11', sessionGuid: 'AAA-2012B' },
      ],
    });
  });
});

describe('OULAD submissions', () => {
  it('pass from 40 up, with all three dates', () => {
    expect(submissionOf('1', '18', '40')).toEqual({
      candidateRefNumber: '11',
      sessionTitle: 'AAA 2013J',
      trainingPathCode: 'AAA',
      lovCode: 'assessment-1',
      firstAccessDate: '2013-10-19',
      firstCompletionDate: '2013-10-19',
      lastAccessDate: '2013-10-19',
      score: 40,
      scoreMax: 100,
      trackingStatus: 'passed',
    });
  });

  it('fail below 40, 0 included, without a completion date', () => {
    for (const [text, score] of [
      ['39', 39],
      ['0', 0],
    ] as const) {
      const row = submissionOf('1', '18', text);
      expect(row).toMatchObject({ score, trackingStatus: 'failed' });
      expect(row).not.toHaveProperty('firstCompletionDate');
    }
  });

  it.each(['', '?'])('are incomplete with the score "%s"', (text) => {
    const row = submissionOf('1', '18', text);
    expect(row).toMatchObject({ trackingStatus: 'incomplete', scoreMax: 100 });
    expect(row).not.toHaveProperty('firstCompletionDate');
    expect(row).not.toHaveProperty('score');
  });

  it.each([
    ['1', '0', '2013-10-01'],
    ['1', '-1', '2013-09-30'],
    // The clocks go back on 27 October.
    ['1', '26', '2013-10-27'],
    ['1', '27', '2013-10-28'],
    ['1', '365', '2014-10-01'],
    ['2', '28', '2012-02-29'],
    ['2', '29', '2012-03-01'],
  ])('of assessment %s on day %s are dated %s', (assessment, day, date) => {
    expect(submissionOf(assessment, day, '50')).toMatchObject({
      firstAccessDate: date,
      lastAccessDate: date,
    });
  });
});
