import { judgeCourse } from '../../../../src/custom-activity/rules/course';
import { judgeElement } from '../../../../src/custom-activity/rules/element';
import { judgeOrganisation } from '../../../../src/custom-activity/rules/organisation';
import { judgeParent, judgeStoredParent, parentOf } from '../../../../src/custom-activity/rules/parent';
import { judgeUser } from '../../../../src/custom-activity/rules/user';
import type { CourseRecord, ElementRecord } from '../../../../src/data/course-reference.repository';
import type { Problem } from '../../../../src/kernel/problem';

const COURSE: CourseRecord = {
  id: 1,
  syncKey: null,
  organisationId: null,
  isExternal: false,
  isDeleted: false,
  isArchived: false,
  objectivesEnabled: false,
};
const FOLDER: ElementRecord = {
  id: 10,
  syncKey: 'folder',
  courseId: 1,
  parentId: null,
  kind: 'FOLDER',
  isDeleted: false,
};
const byId = (value: number) => ({ field: 'theId', value });
const byKey = (value: string) => ({ field: 'theKey', value });
const told = (problems: readonly Problem[]) => problems.map(({ code, path }) => [code, ...path].join(' '));

describe('judgeUser and judgeCourse', () => {
  it('tell everything that is wrong at once', () => {
    expect(told(judgeUser(byId(1), undefined))).toEqual(['USER_NOT_VALID theId']);
    const user = { id: 1, syncKey: null, isExternal: true, isDeleted: true };
    expect(told(judgeUser(byId(1), user))).toEqual(['USER_EXTERNAL theId', 'USER_DELETED theId']);
    expect(told(judgeUser(byId(1), { ...user, isExternal: false, isDeleted: false }))).toEqual([]);
    expect(told(judgeCourse(byKey('c'), undefined))).toEqual(['COURSE_NOT_FOUND theKey']);
    expect(told(judgeCourse(byKey('c'), COURSE))).toEqual([]);
    const closed = { ...COURSE, isExternal: true, isDeleted: true, isArchived: true };
    expect(told(judgeCourse(byKey('c'), closed))).toEqual([
      'COURSE_EXTERNAL theKey',
      'COURSE_DELETED theKey',
      'COURSE_ARCHIVED theKey',
    ]);
  });
});

describe('judgeOrganisation', () => {
  it('needs a right on the organisation or one above it', () => {
    const hierarchy = { name: 'School', organisationIds: [2, 1] };
    expect(judgeOrganisation(byId(1), hierarchy, (id) => id === 2)).toEqual([]);
    expect(judgeOrganisation(byId(1), hierarchy, (id) => id === 1)).toEqual([]);
    const [denied] = judgeOrganisation(byId(1), hierarchy, (id) => id === 3);
    expect(denied).toMatchObject({ code: 'ORGANISATION_ACCESS_DENIED', path: ['theId'] });
    expect(denied?.message).toContain('access to School organization');
    expect(judgeOrganisation(byId(1), { ...hierarchy, organisationIds: [] }, () => true)).toHaveLength(1);
  });
});

describe('judgeElement', () => {
  it('tells everything that is wrong at once; without a course, nothing about it', () => {
    const page: ElementRecord = { ...FOLDER, courseId: 2, kind: 'OTHER', isDeleted: true };
    expect(told(judgeElement(byId(10), { ...FOLDER, kind: 'CUSTOM_ACTIVITY' }, COURSE))).toEqual([]);
    expect(told(judgeElement(byId(10), undefined, COURSE))).toEqual(['ELEMENT_NOT_FOUND theId']);
    expect(told(judgeElement(byId(10), page, COURSE))).toEqual([
      'ELEMENT_DELETED theId',
      'ELEMENT_NOT_IN_COURSE theId',
      'ELEMENT_NOT_CUSTOM_ACTIVITY theId',
    ]);
    expect(told(judgeElement(byId(10), page, undefined))).toEqual([
      'ELEMENT_DELETED theId',
      'ELEMENT_NOT_CUSTOM_ACTIVITY theId',
    ]);
  });
});

describe('judgeParent', () => {
  const judge = (
    reference: Parameters<typeof judgeParent>[0],
    parent: ElementRecord | undefined,
    { before = null as number | null, course = COURSE as CourseRecord | null } = {},
  ) => {
    const { value, problems } = judgeParent(reference, before, { parent, course: course ?? undefined });
    return [value, ...told(problems)];
  };

  it('keeps, moves to the root, moves into a folder', () => {
    expect(judge(null, undefined, { before: 5 })).toEqual([5]);
    expect(judge(byKey(''), undefined, { before: 5 })).toEqual([null]);
    expect(judge(byId(10), FOLDER, { before: 5 })).toEqual([10]);
    expect(judge(byKey('folder'), FOLDER)).toEqual([10]);
  });

  it('tells what names nothing', () => {
    expect(judge(byId(0), undefined).slice(1)).toEqual(['PARENT_ID_INVALID theId']);
    expect(judge(byId(-7), undefined).slice(1)).toEqual(['PARENT_ID_INVALID theId']);
    expect(judge(byId(7), undefined).slice(1)).toEqual(['PARENT_NOT_IN_COURSE theId']);
    expect(judge(byKey('x'), undefined).slice(1)).toEqual(['PARENT_SYNC_KEY_UNKNOWN theKey']);
    expect(judge(byKey('-7'), undefined).slice(1)).toEqual(['PARENT_SYNC_KEY_UNKNOWN theKey']);
    expect(judge(byId(7), undefined, { course: null }).slice(1)).toEqual([]);
  });

  it('tells everything that is wrong at once; without a course, nothing about it', () => {
    const page: ElementRecord = { ...FOLDER, courseId: 2, kind: 'OTHER', isDeleted: true };
    expect(judge(byId(10), page).slice(1)).toEqual([
      'PARENT_NOT_IN_COURSE theId',
      'PARENT_NOT_FOLDER theId',
      'PARENT_DELETED theId',
    ]);
    expect(judge(byId(10), page, { course: null }).slice(1)).toEqual([
      'PARENT_NOT_FOLDER theId',
      'PARENT_DELETED theId',
    ]);
  });

  it('takes id and sync key of one folder together', () => {
    expect(judge({ ...byId(10), alsoSyncKey: 'folder' }, FOLDER)).toEqual([10]);
    for (const [alsoSyncKey, parent] of [
      ['', FOLDER],
      ['other', FOLDER],
      ['folder', undefined],
      ['folder', { ...FOLDER, syncKey: null }],
    ] as const) {
      expect(judge({ ...byId(10), alsoSyncKey }, parent, { before: 5 })).toEqual([
        5,
        'INVALID_FORMAT parentSyncKey',
      ]);
    }
    const [problem] = judgeParent({ ...byId(10), alsoSyncKey: 'other' }, null, {
      parent: FOLDER,
      course: COURSE,
    }).problems;
    expect(problem?.hint).toContain('it does not name the folder that parentId names; send one of the two');
  });

  it.each([
    [{}, null],
    [{ parentId: null, parentSyncKey: null }, null],
    [{ parentSyncKey: '' }, { field: 'parentSyncKey', value: '' }],
    [
      { parentId: null, parentSyncKey: 'folder' },
      { field: 'parentSyncKey', value: 'folder' },
    ],
    [{ parentId: 10 }, { field: 'parentId', value: 10 }],
    [
      { parentId: 10, parentSyncKey: null },
      { field: 'parentId', value: 10 },
    ],
    [
      { parentId: 10, parentSyncKey: '' },
      { field: 'parentId', value: 10, alsoSyncKey: '' },
    ],
  ])('is named by %j', (sent, reference) => {
    expect(parentOf(sent)).toStrictEqual(reference);
  });

  it('takes back what lies in a folder that is there', () => {
    expect(judgeStoredParent(byId(10), false)).toEqual([]);
    expect(told(judgeStoredParent(byId(10), true))).toEqual(['PARENT_DELETED theId']);
  });

  it('never refuses where the element lies already', () => {
    expect(judge(byId(10), { ...FOLDER, isDeleted: true, courseId: 2 }, { before: 10 })).toEqual([10]);
  });
});
