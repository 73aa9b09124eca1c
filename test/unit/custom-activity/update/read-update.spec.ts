import 'reflect-metadata';
import { readUpdate } from '../../../../src/custom-activity/update/read-update';
import { UpdateCustomActivityInput } from '../../../../src/custom-activity/update/update-custom-activity.input';
import type { UpdateInput } from '../../../models/activity/world';

const BASE: UpdateInput = { courseId: 1, elementId: 2, userId: 3 };

function told(input: UpdateInput) {
  const read = readUpdate(Object.assign(new UpdateCustomActivityInput(), { dryRun: false }, input));
  return 'problems' in read ? read.problems.map(({ code, path }) => [code, ...path].join(' ')) : read.request;
}

describe('readUpdate', () => {
  it('takes one reference of each, by id or by key', () => {
    expect(told({ ...BASE, parentSyncKey: '' })).toMatchObject({
      course: { field: 'courseId', value: 1 },
      element: { field: 'elementId', value: 2 },
      user: { field: 'userId', value: 3 },
      parent: { field: 'parentSyncKey', value: '' },
    });
    const byKey = {
      courseSyncKey: 'c'.repeat(255),
      elementSyncKey: 'e'.repeat(128),
      userSyncKey: '👩'.repeat(128),
    };
    expect(told({ ...byKey, courseId: null, userId: null, parentId: -1 })).toMatchObject({
      course: { field: 'courseSyncKey' },
      element: { field: 'elementSyncKey' },
      user: { field: 'userSyncKey' },
      parent: { field: 'parentId', value: -1 },
    });
    expect(told({ ...BASE, parentId: null, parentSyncKey: null })).toMatchObject({ parent: null });
    expect(told({ ...BASE, elementId: 0 })).toMatchObject({ element: { value: 0 } });
  });

  it('tells all contradictions, in the order of the fields, each field once', () => {
    expect(told({})).toEqual([
      'INVALID_FORMAT courseId',
      'INVALID_FORMAT elementId',
      'INVALID_FORMAT userId',
    ]);
    expect(
      told({
        ...BASE,
        courseSyncKey: '',
        elementSyncKey: 'x',
        userSyncKey: 'x'.repeat(129),
        parentSyncKey: 'x'.repeat(129),
        assessmentId: 1,
        maxScore: 1,
        clearAssessment: true,
        clearDeadline: true,
        deadline: '',
        vendorId: '',
        idempotencyKey: '\n',
      }),
    ).toEqual([
      'INVALID_FORMAT vendorId',
      'INVALID_FORMAT courseSyncKey',
      'INVALID_FORMAT parentSyncKey',
      'INVALID_FORMAT elementSyncKey',
      'INVALID_FORMAT userSyncKey',
      'INVALID_FORMAT maxScore',
      'INVALID_FORMAT clearAssessment',
      'INVALID_FORMAT clearDeadline',
      'IDEMPOTENCY_KEY_INVALID idempotencyKey',
    ]);
  });

  it.each<[UpdateInput, string]>([
    [{ courseId: null }, 'it is missing, and so is courseSyncKey; send one of the two'],
    [{ courseSyncKey: 'x' }, 'it is given together with courseId; send one of the two'],
    [{ courseId: null, courseSyncKey: ' ' }, 'it is empty or blank'],
    [{ courseId: null, courseSyncKey: 'x'.repeat(256) }, 'it is longer than 255 characters'],
    [{ courseId: null, courseSyncKey: 'x\0' }, 'it holds U+0000 or half of a character'],
    [{ parentSyncKey: 'x'.repeat(129) }, 'it is longer than 128 characters'],
    [{ vendorId: '' }, 'it is empty'],
    [{ vendorId: 'x'.repeat(37) }, 'it is longer than 36 characters'],
    [{ assessmentId: 1, maxScore: 2 }, 'it is given together with assessmentId; send one of the two'],
    [{ clearAssessment: true, maxScore: 2 }, 'it is true, and maxScore is given; send one of the two'],
    [
      { learningObjectives: Array.from({ length: 1_001 }, (_, n) => ({ learningObjectiveId: `${n}` })) },
      'it names more than 1000 different learning objectives',
    ],
  ])('%j: the hint names what is wrong', (input, fault) => {
    const read = readUpdate(Object.assign(new UpdateCustomActivityInput(), { ...BASE, ...input }));
    expect('problems' in read && read.problems.map(({ hint }) => hint)).toEqual([
      `Correct this field: ${fault}.`,
    ]);
  });

  it('counts a learning objective that is sent twice once', () => {
    const learningObjectives = Array.from({ length: 2_000 }, (_, n) => ({
      learningObjectiveId: `${n % 1000}`,
    }));
    expect(told({ ...BASE, learningObjectives })).toHaveProperty('input');
  });

  it.each<[string, UpdateInput]>([
    ['courseSyncKey', { courseSyncKey: '' }],
    ['courseSyncKey', { courseSyncKey: 'c'.repeat(256) }],
    ['courseSyncKey', { courseSyncKey: 'a\0' }],
    ['courseSyncKey', { courseSyncKey: '\ud800' }],
  ])('refuses %s %j', (field, keys) => {
    expect(told({ ...BASE, courseId: null, ...keys })).toEqual([`INVALID_FORMAT ${field}`]);
  });

  it.each([
    { clearAssessment: true, assessmentId: null },
    { clearAssessment: false, maxScore: 1 },
    { clearDeadline: true, deadline: null },
  ])('sees no contradiction in %j', (input) => {
    expect(told({ ...BASE, ...input })).toHaveProperty('input');
  });
});
