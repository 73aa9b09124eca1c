/** Deleting and restoring custom activities. Source: docs/rules/custom-activity.md. */

import { STORED_AT } from '../support/activity-world';
import { type Api, apiOn, NOW } from '../support/api';
import { storeCourseWorld, storedElement, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { changesBetween, takeSnapshot } from '../support/snapshot';

const document = (
  name: 'delete' | 'restore',
  type: string,
) => `mutation ($input: ${type}CustomActivityInput!) {
  done: ${name}CustomActivity(input: $input) {
    __typename
    ... on ${type}CustomActivityOutcome {
      dryRun replayed elementId syncKey element { title updatedAt }
      changes { field before after }
      problems { code severity path hint }
    }
  }
}`;
const DOCUMENTS = { delete: document('delete', 'Delete'), restore: document('restore', 'Restore') };

interface Answer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly replayed: boolean;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly element: { readonly title: string; readonly updatedAt: string } | null;
  readonly changes: readonly object[];
  readonly problems: readonly { code: string; severity: string; path: string[]; hint: string | null }[];
}

const GRADED = 11943;
const DELETED = 11940;
const IN_DELETED_FOLDER = 11947;
const FAR_BELOW_DELETED = 11950;

describe.each(DATABASE_KINDS)('deleting custom activities on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => storeCourseWorld(test, theCourseWorld));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  /** In course 1 by its editor. */
  async function send(name: 'delete' | 'restore', fields: object = {}, on = api): Promise<Answer> {
    const reason = name === 'delete' ? { reason: 'Given up' } : {};
    const input = { courseId: 1, userId: 2, ...reason, ...fields };
    return (await on.run<{ done: Answer }>(DOCUMENTS[name], { input })).done;
  }
  const remove = (fields: object, on = api) => send('delete', fields, on);
  const restore = (fields: object, on = api) => send('restore', fields, on);

  const told = ({ __typename, problems }: Answer) => [
    __typename.replace(/^.*CustomActivity/, ''),
    ...problems.map(({ code, path }) => `${code} ${path.join('/')}`),
  ];

  async function changedBy(work: () => Promise<unknown>) {
    const before = await takeSnapshot(test);
    await work();
    return changesBetween(before, await takeSnapshot(test));
  }

  const isSeen = async (elementId: number) =>
    (await api.run(`{ customActivity(elementId: ${elementId}) { elementId } }`)).customActivity !== null;

  it('flags the element, keeps its results, moves its updatedAt on, and notifies nobody', async () => {
    const answer = { current: undefined as Answer | undefined };
    const changes = await changedBy(async () => {
      answer.current = await remove({ elementId: GRADED });
    });
    expect(answer.current).toEqual({
      __typename: 'DeleteCustomActivitySuccess',
      dryRun: false,
      replayed: false,
      elementId: GRADED,
      syncKey: 'graded',
      element: { title: `Element ${GRADED}`, updatedAt: new Date(NOW).toISOString() },
      changes: [{ field: 'isDeleted', before: 'false', after: 'true' }],
      problems: [],
    });
    expect(changes.map(({ table, removed, added }) => [table, removed.length, added.length])).toEqual([
      ['course_element', 1, 1],
      ['audit_entry', 0, 1],
    ]);
    const before = theCourseWorld.elements.find(({ id }) => id === GRADED);
    expect(await storedElement(test, theCourseWorld, GRADED)).toEqual({
      ...before,
      isDeleted: true,
      updatedAt: NOW,
    });
    expect(await isSeen(GRADED)).toBe(false);
  });

  it('comes back with everything that it had', async () => {
    await remove({ elementSyncKey: 'graded' });
    const answer = await restore({ elementSyncKey: 'graded', courseId: undefined, courseSyncKey: 'course' });
    expect(told(answer)).toEqual(['Success']);
    expect(answer.changes).toEqual([{ field: 'isDeleted', before: 'true', after: 'false' }]);
    // The clock of tests stands still.
    expect(answer.element?.updatedAt).toBe(new Date(NOW + 1).toISOString());
    const before = theCourseWorld.elements.find(({ id }) => id === GRADED);
    expect(await storedElement(test, theCourseWorld, GRADED)).toEqual({ ...before, updatedAt: NOW + 1 });
    expect(await isSeen(GRADED)).toBe(true);
  });

  it('a deleted one cannot be deleted again, nor one below a deleted folder (check 6)', async () => {
    for (const elementId of [DELETED, IN_DELETED_FOLDER, FAR_BELOW_DELETED]) {
      expect(told(await remove({ elementId }))).toEqual(['Error', 'ELEMENT_DELETED elementId']);
    }
  });

  it('one that is not deleted stays as it is when it is restored, so that a retry succeeds', async () => {
    const changes = await changedBy(async () => {
      expect(await restore({ elementId: GRADED })).toMatchObject({
        __typename: 'RestoreCustomActivitySuccess',
        element: { updatedAt: new Date(STORED_AT).toISOString() },
        changes: [],
      });
    });
    expect(changes).toEqual([]);
  });

  it('nothing comes back below a deleted folder, however deep (check 5)', async () => {
    for (const [elementId, flagged] of [
      [IN_DELETED_FOLDER, false],
      [FAR_BELOW_DELETED, false],
      [FAR_BELOW_DELETED, true],
    ] as const) {
      if (flagged) await test.query(`UPDATE course_element SET is_deleted = 1 WHERE id = ${elementId}`);
      expect(told(await restore({ elementId }))).toEqual(['Error', 'PARENT_DELETED elementId']);
    }
    await test.query('UPDATE course_element SET is_deleted = 0 WHERE id = 12');
    expect(told(await restore({ elementId: FAR_BELOW_DELETED }))).toEqual(['Success']);
    expect(await isSeen(FAR_BELOW_DELETED)).toBe(true);
  });

  it.each<[string, object, string[]]>([
    ['check 1: nothing named', { courseId: null, userId: null }, ['courseId', 'elementId', 'userId']],
    [
      'check 1: everything named twice',
      { courseSyncKey: 'course', elementId: GRADED, elementSyncKey: 'graded', userSyncKey: 'editor' },
      ['courseSyncKey', 'elementSyncKey', 'userSyncKey'],
    ],
    ['check 1: a blank reason', { elementId: GRADED, reason: ' ' }, ['reason']],
    ['check 1: a long reason', { elementId: GRADED, reason: 'x'.repeat(256) }, ['reason']],
    ['check 1: no text', { elementId: GRADED, reason: 'x\0' }, ['reason']],
  ])('%s is INVALID_FORMAT of both', async (_, fields, paths) => {
    for (const name of ['delete', 'restore'] as const) {
      expect(told(await send(name, fields))).toEqual([
        'Error',
        ...paths.map((path) => `INVALID_FORMAT ${path}`),
      ]);
    }
  });

  it('a reason has 255 characters, and a deletion has one', async () => {
    expect(told(await remove({ elementId: GRADED, reason: '😀'.repeat(255) }))).toEqual(['Success']);
    const { errors } = await api.execute(DOCUMENTS.delete, {
      input: { courseId: 1, userId: 2, elementId: GRADED },
    });
    expect(errors?.map(({ message }) => message)).toEqual([expect.stringContaining('reason')]);
  });

  it.each<[string, object, string[]]>([
    ['check 2', { userId: 3 }, ['USER_EXTERNAL userId']],
    ['check 2', { userId: 99 }, ['USER_NOT_VALID userId']],
    ['check 3', { courseId: 99 }, ['COURSE_NOT_FOUND courseId']],
    ['check 3', { siteId: 2 }, ['COURSE_NOT_FOUND courseId']],
    ['check 3', { courseId: 4, elementId: 77 }, ['COURSE_ARCHIVED courseId', 'ELEMENT_NOT_FOUND elementId']],
    ['check 4', { userId: 5 }, ['ORGANISATION_ACCESS_DENIED userId']],
    ['check 6', { elementId: 77 }, ['ELEMENT_NOT_FOUND elementId']],
    ['check 6', { elementId: 11941 }, ['ELEMENT_NOT_IN_COURSE elementId']],
    ['check 6', { elementId: 10 }, ['ELEMENT_NOT_CUSTOM_ACTIVITY elementId']],
  ])('%s of both: %j', async (_, fields, problems) => {
    for (const name of ['delete', 'restore'] as const) {
      const changes = await changedBy(async () => {
        expect(told(await send(name, { elementId: GRADED, ...fields }))).toEqual(['Error', ...problems]);
      });
      expect(changes.map(({ table }) => table)).toEqual(['audit_entry']);
    }
  });

  it('a dry run answers the same and writes nothing', async () => {
    const changes = await changedBy(async () => {
      const dry = await remove({ elementId: GRADED, dryRun: true });
      expect(told(dry)).toEqual(['Success']);
      expect(dry).toMatchObject({ dryRun: true, changes: [{ field: 'isDeleted' }] });
      expect(told(await restore({ elementId: DELETED, dryRun: true }))).toEqual(['Success']);
    });
    expect(changes).toEqual([]);
  });

  it('a key answers the first result again', async () => {
    const first = await remove({ elementId: GRADED, idempotencyKey: 'once' });
    const changes = await changedBy(async () => {
      expect(await remove({ elementId: GRADED, idempotencyKey: 'once' })).toEqual({
        ...first,
        replayed: true,
      });
      const other = await remove({ elementId: GRADED, reason: 'Another', idempotencyKey: 'once' });
      expect(told(other)).toEqual(['Error', 'IDEMPOTENCY_KEY_REUSED idempotencyKey']);
    });
    expect(changes).toEqual([]);
  });

  it('both stand in the audit log, with the reason', async () => {
    await remove({ elementId: GRADED, reason: ' Given up ' });
    await restore({ elementId: GRADED, reason: 'Wanted after all' });
    await restore({ elementId: DELETED });
    const { auditLog } = await api.run<{ auditLog: { nodes: object[] } }>(
      '{ auditLog { nodes { operation targetType targetId userId changedFields outcome reason } } }',
    );
    const entry = (operation: string, targetId: number, reason: string | null) => ({
      ...{ operation, targetType: 'COURSE_ELEMENT', targetId: String(targetId), userId: 2, reason },
      ...{ changedFields: ['isDeleted'], outcome: 'SUCCESS' },
    });
    expect(auditLog.nodes).toEqual([
      entry('restoreCustomActivity', DELETED, null),
      entry('restoreCustomActivity', GRADED, 'Wanted after all'),
      entry('deleteCustomActivity', GRADED, 'Given up'),
    ]);
  });

  it('of two at the same moment, one deletes', async () => {
    const answers = await Promise.all([remove({ elementId: GRADED }), remove({ elementId: GRADED })]);
    expect(answers.map((each) => told(each).join()).sort()).toEqual([
      'Error,ELEMENT_DELETED elementId',
      'Success',
    ]);
  });
});
