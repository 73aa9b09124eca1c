import 'reflect-metadata';
import { readRequest } from '../../../src/custom-activity/read-request';
import { UpdateCustomActivityInput } from '../../../src/custom-activity/update-custom-activity.input';
import type { UpdateInput } from '../../support/custom-activity-model';

const BASE: UpdateInput = { courseId: 1, elementId: 2, userId: 3 };

function told(input: UpdateInput) {
  const read = readRequest(Object.assign(new UpdateCustomActivityInput(), { dryRun: false }, input));
  return 'problems' in read ? read.problems.map(({ code, path }) => [code, ...path].join(' ')) : read.request;
}

describe('readRequest', () => {
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
        parentId: 1,
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
