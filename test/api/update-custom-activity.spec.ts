import { setTimeout as pause } from 'node:timers/promises';
import { instantToSql } from '../../src/kernel/dates/instants';
import type { UpdateInput } from '../models/activity/world';
import { type Api, apiOn, NOW } from '../support/api';
import {
  onSite,
  storeCourseWorld,
  storedCourseWorld,
  storedElement,
  storedNotifications,
  theCourseWorld,
} from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { PLANTED } from '../support/markers';
import { sendUpdate, sendUpdates, UPDATE, UPDATE_MANY } from '../support/update-activity';
import { BASE, elementBefore, objectives } from '../support/update-cases';

const DEADLINE = Date.UTC(2024, 4, 5, 6, 7, 8, 900);

describe.each(DATABASE_KINDS)('updateCustomActivity on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.clear();
    await storeCourseWorld(test, theCourseWorld);
  });

  const stored = (id = 11939) => storedElement(test, theCourseWorld, id);
  const worldNow = () => storedCourseWorld(test, theCourseWorld);
  const update = (input: UpdateInput) => sendUpdate(api, { ...BASE, ...input });

  it('finds an element again when the folder above it comes back', async () => {
    await test.query('UPDATE course_element SET is_deleted = 0 WHERE id = 12');
    const answers = [
      await update({ elementId: 11950, title: 'New' }),
      await update({ elementId: 11942, parentId: 16 }),
    ];
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(2).fill('UpdateCustomActivitySuccess'));
    expect(await stored(11950)).toMatchObject({ title: 'New', isDeleted: false });
    expect(await stored(11942)).toMatchObject({ parentId: 16 });
  });

  it('puts an element that moves last in its new folder, and leaves one that stays where it is', async () => {
    const order = async (parentId: number | null) => {
      const at = parentId === null ? 'parent_id IS NULL' : `parent_id = ${parentId}`;
      const rows = await test.query<{ id: number }>(
        `SELECT id FROM course_element WHERE course_id = 1 AND ${at} ORDER BY position, id`,
      );
      return rows.map(({ id }) => id);
    };
    const root = await order(null);
    await update({ elementId: 11943, parentId: 10 });
    await update({ elementId: 11942, parentSyncKey: 'folder' });
    expect(await order(10)).toEqual([11939, 11943, 11942]);
    await update({ elementId: 11943, parentId: 10, title: 'New' });
    expect(await order(10)).toEqual([11939, 11943, 11942]);
    await update({ elementId: 11943, parentSyncKey: '' });
    expect(await order(null)).toEqual([...root.filter((id) => id !== 11943 && id !== 11942), 11943]);
  });

  it('names in the hint what is wrong at the path', async () => {
    const answer = await sendUpdate(api, {
      courseSyncKey: 'c'.repeat(256),
      elementId: 11939,
      elementSyncKey: 'activity',
      vendorId: '',
      allowStudentsSetCompletion: null,
    });
    expect(answer.problems.map(({ path, hint }) => [...path, hint])).toEqual([
      ['vendorId', 'Correct this field: it is empty.'],
      ['courseSyncKey', 'Correct this field: it is longer than 255 characters.'],
      ['elementSyncKey', 'Correct this field: it is given together with elementId; send one of the two.'],
      ['userId', 'Correct this field: it is missing, and so is userSyncKey; send one of the two.'],
    ]);
  });

  it('takes 1,000 different learning objectives, each as often as it is sent', async () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `LO${n % 2 === 0 ? n : n - 1}`);
    const answer = await update({ learningObjectives: objectives(...ids, ...ids) });
    expect(answer.problems).toHaveLength(500);
    expect(answer.problems.every(({ code }) => code === 'OBJECTIVE_NOT_IN_REPOSITORY')).toBe(true);
  });

  describe('an answer', () => {
    it('tells the element as stored, and every change', async () => {
      const answer = await update({
        courseId: null,
        courseSyncKey: 'course',
        elementId: null,
        elementSyncKey: 'activity',
        userId: 6,
        parentSyncKey: 'other-folder',
        active: false,
        title: ' Lab ',
        description: '<p>Go</p>',
        deadline: '2030-08-28T18:50:01+04:00',
        mandatory: true,
        maxScore: 12.5,
        assessmentVisible: true,
        locked: true,
        learningObjectiveAssessment: 'ASSESSMENT_CRITERIA',
        allowStudentsSetCompletion: false,
        learningObjectives: objectives('LO-3', 'CustomActivityLO2'),
      });
      expect(answer).toEqual({
        __typename: 'UpdateCustomActivitySuccess',
        dryRun: false,
        replayed: false,
        notifiedParticipants: 0,
        elementId: 11939,
        syncKey: 'activity',
        element: {
          elementId: 11939,
          syncKey: 'activity',
          courseId: 1,
          courseSyncKey: 'course',
          parentId: 11,
          parentSyncKey: 'other-folder',
          active: false,
          title: 'Lab',
          description: '<p>Go</p>',
          deadline: '2030-08-28T14:50:01.000Z',
          mandatory: true,
          assessmentId: null,
          maxScore: 12.5,
          assessmentVisible: true,
          locked: true,
          learningObjectiveAssessment: 'ASSESSMENT_CRITERIA',
          allowStudentsSetCompletion: false,
          learningObjectives: [
            { learningObjectiveId: 'LO-3', title: 'Objective LO-3' },
            { learningObjectiveId: 'CustomActivityLO2', title: 'Objective CustomActivityLO2' },
          ],
          updatedAt: new Date(NOW).toISOString(),
        },
        changes: [
          { field: 'parentId', before: '10', after: '11' },
          { field: 'active', before: 'true', after: 'false' },
          { field: 'title', before: 'Homework', after: 'Lab' },
          { field: 'description', before: '<p>Read</p>', after: '<p>Go</p>' },
          { field: 'deadline', before: new Date(DEADLINE).toISOString(), after: '2030-08-28T14:50:01.000Z' },
          { field: 'mandatory', before: 'false', after: 'true' },
          { field: 'assessmentId', before: '1', after: null },
          { field: 'maxScore', before: null, after: '12.5' },
          { field: 'assessmentVisible', before: 'false', after: 'true' },
          { field: 'locked', before: 'false', after: 'true' },
          { field: 'learningObjectiveAssessment', before: 'OUTCOME_STATUS', after: 'ASSESSMENT_CRITERIA' },
          {
            field: 'learningObjectives',
            before: '["CustomActivityLO1"]',
            after: '["LO-3","CustomActivityLO2"]',
          },
          {
            field: 'courseLearningObjectives',
            before: '["CustomActivityLO1"]',
            after: '["CustomActivityLO1","LO-3","CustomActivityLO2"]',
          },
        ],
        problems: [],
      });
      const { courses } = await worldNow();
      expect(courses.find(({ id }) => id === 1)?.objectives).toEqual([
        'CustomActivityLO1',
        'CustomActivityLO2',
        'LO-3',
      ]);
    });

    it('has no sync key where the element has none', async () => {
      expect(await update({ elementId: 11942 })).toMatchObject({ elementId: 11942, syncKey: null });
    });

    it('tells of locks only what changes: sending everything again succeeds on assessed activities', async () => {
      const graded = await update({ elementId: 11943, assessmentId: 1, title: 'Graded' });
      expect(graded).toMatchObject({ __typename: 'UpdateCustomActivitySuccess' });
      const status = await update({ elementId: 11945, assessmentId: 2 });
      expect(status.__typename).toBe('UpdateCustomActivitySuccess');
      const assessed = await update({
        elementId: 11946,
        learningObjectives: objectives('CustomActivityLO2', 'CustomActivityLO1'),
        learningObjectiveAssessment: 'OUTCOME_STATUS',
      });
      expect(assessed).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [] });
    });
  });

  describe('an update that changes nothing', () => {
    it('writes nothing', async () => {
      const statements = test.watch();
      const answer = await update({ title: 'Homework', assessmentId: 1, sendUpdateNotification: true });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [] });
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)/i.test(sql))).toEqual([]);
      expect(await worldNow()).toEqual(theCourseWorld);
      expect(await storedNotifications(test)).toEqual([]);
    });
  });

  describe('a dry run', () => {
    it('answers what would happen and writes nothing', async () => {
      const input = {
        title: 'New',
        assessmentId: 99,
        learningObjectives: objectives('LO-3'),
        sendUpdateNotification: true,
        idempotencyKey: 'k',
      };
      const statements = test.watch();
      const dry = await update({ ...input, dryRun: true });
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)|FOR UPDATE/i.test(sql))).toEqual([]);
      expect(await worldNow()).toEqual(theCourseWorld);
      expect(await storedNotifications(test)).toEqual([]);

      const real = await update(input);
      expect(dry).toEqual({ ...real, dryRun: true });
      expect(dry.__typename).toBe('UpdateCustomActivityWarning');
    });

    it('says so on an error, too', async () => {
      expect(await update({ title: '', dryRun: true })).toMatchObject({
        __typename: 'UpdateCustomActivityError',
        dryRun: true,
      });
      expect(await update({ courseId: null, dryRun: true })).toMatchObject({ dryRun: true });
    });
  });

  describe('notifications', () => {
    it('are recorded once per participant, with what they tell', async () => {
      await update({ title: 'New', mandatory: true, sendUpdateNotification: true });
      const recorded = await storedNotifications(test);
      expect(recorded.map((each) => each.learner_id)).toEqual([1, 2, 3]);
      expect(new Set(recorded.map((each) => each.update_id)).size).toBe(1);
      expect(new Set(recorded.map((each) => each.id)).size).toBe(3);
      for (const each of recorded) {
        expect(each.id).toMatch(/^[0-9a-f-]{36}$/);
        expect(each).toMatchObject({ element_id: 11939, delivered_at: null, attempts: 0, last_error: null });
        expect(JSON.parse(each.payload)).toEqual({
          elementId: 11939,
          syncKey: 'activity',
          courseId: 1,
          courseSyncKey: 'course',
          title: 'New',
          changedFields: ['title', 'mandatory'],
        });
      }
    });

    it('go to learners of sessions that have not ended, by the clock of the update', async () => {
      // Session 10 has the learners 1 and 2, session 11 the learners 1 and 3.
      await test.query(`UPDATE session SET ends_at = '${instantToSql(NOW)}' WHERE id = 10`);
      await test.query(`UPDATE session SET ends_at = '${instantToSql(NOW + 1)}' WHERE id = 11`);
      const dry = await update({ title: 'New', sendUpdateNotification: true, dryRun: true });
      expect(dry.notifiedParticipants).toBe(2);
      expect(await storedNotifications(test)).toEqual([]);
      const answer = await update({ title: 'New', sendUpdateNotification: true });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', notifiedParticipants: 2 });
      expect((await storedNotifications(test)).map((each) => each.learner_id)).toEqual([1, 3]);
      const later = sendUpdate(api.as({ clock: () => new Date(NOW + 1) }), {
        ...BASE,
        title: 'Newer',
        sendUpdateNotification: true,
      });
      expect((await later).notifiedParticipants).toBe(0);
      expect(await storedNotifications(test)).toHaveLength(2);
    });

    it('are not sent of an activity that is not active after the update, with a warning', async () => {
      const warned = ['NOTIFICATION_NOT_SENT', 'sendUpdateNotification'];
      for (const input of [
        { active: false },
        { elementId: 11942, title: 'New' },
        { elementId: 11942, title: 'Newer', dryRun: true },
      ]) {
        const answer = await update({ ...input, sendUpdateNotification: true });
        expect(answer).toMatchObject({ __typename: 'UpdateCustomActivityWarning', notifiedParticipants: 0 });
        expect(answer.problems.map(({ code, path }) => [code, ...path])).toEqual([warned]);
      }
      expect(await storedNotifications(test)).toEqual([]);
      const unchanged = await update({ elementId: 11942, sendUpdateNotification: true });
      expect(unchanged).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', problems: [] });
      const activated = await update({ elementId: 11942, active: true, sendUpdateNotification: true });
      expect(activated).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', notifiedParticipants: 3 });
    });

    it('are recorded on a Warning, and again for another update', async () => {
      await update({ title: 'New', assessmentId: 99, sendUpdateNotification: true });
      await update({ title: 'Newer', sendUpdateNotification: true });
      const recorded = await storedNotifications(test);
      expect(recorded).toHaveLength(6);
      expect(new Set(recorded.map((each) => each.update_id)).size).toBe(2);
    });

    it.each([
      ['not asked for', { title: 'New' }],
      ['asked for with false', { title: 'New', sendUpdateNotification: false }],
      ['asked for with null', { title: 'New', sendUpdateNotification: null }],
      ['asked for on an error', { title: '<b', sendUpdateNotification: true }],
      ['asked for where nothing changes', { title: 'Homework', sendUpdateNotification: true }],
      ['asked for where a warning changes nothing', { assessmentId: 99, sendUpdateNotification: true }],
    ] as const)('are not recorded when %s', async (_, input) => {
      await update(input);
      expect(await storedNotifications(test)).toEqual([]);
    });
  });

  describe('expectedUpdatedAt', () => {
    const was = new Date(elementBefore().updatedAt).toISOString();

    it('refuses what was changed since, tells the stored instant, and stores nothing', async () => {
      await update({ title: 'Theirs' });
      const answer = await update({ title: 'Mine', expectedUpdatedAt: was, sendUpdateNotification: true });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivityError', changes: [], element: null });
      expect(answer.problems).toMatchObject([
        { code: 'ELEMENT_CHANGED', message: 'The element was changed since.', path: ['expectedUpdatedAt'] },
      ]);
      expect(answer.problems[0]?.hint).toContain(new Date(NOW).toISOString());
      expect((await stored()).title).toBe('Theirs');
      expect(await storedNotifications(test)).toEqual([]);
    });

    it('lets pass what was not, in any zone, and a retry, which changes nothing', async () => {
      const expectedUpdatedAt = was.replace('00:00:00.000Z', '02:00:00+02:00');
      const first = await update({ title: 'Mine', expectedUpdatedAt });
      expect(first.__typename).toBe('UpdateCustomActivitySuccess');
      const retry = await update({ title: 'Mine', expectedUpdatedAt });
      expect(retry).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', changes: [] });
    });

    it('is told together with other errors', async () => {
      const stale = '2020-01-01T00:00:00Z';
      const answer = await update({ title: 'a<b', mandatory: true, expectedUpdatedAt: stale });
      expect(answer.problems.map(({ code }) => code)).toEqual(['TITLE_INVALID', 'ELEMENT_CHANGED']);
    });

    it.each<[lock: string, element: number, input: UpdateInput]>([
      ['ASSESSMENT_SCALE_LOCKED', 11943, { assessmentId: 2 }],
      ['OBJECTIVES_LOCKED', 11946, { learningObjectives: objectives('LO-3') }],
      ['PARENT_DELETED', 11939, { parentId: 12 }],
    ])('is told beside %s, where what was sent would change something', async (code, elementId, input) => {
      const answer = await update({ ...input, elementId, expectedUpdatedAt: '2020-01-01T00:00:00Z' });
      expect(answer.problems.map((each) => each.code)).toEqual([code, 'ELEMENT_CHANGED']);
    });

    it('is not told where nothing sent can be read', async () => {
      const unreadable = { title: 'a<b', description: '<p>', deadline: 'soon' };
      const answer = await update({ ...unreadable, expectedUpdatedAt: '2020-01-01T00:00:00Z' });
      expect(answer.problems.map(({ code }) => code)).not.toContain('ELEMENT_CHANGED');
    });
  });

  it('moves updatedAt forward by at least 1 ms, whatever the clock says', async () => {
    const at = [];
    for (const clock of [NOW, NOW, NOW - 60_000]) {
      const answer = await sendUpdate(api.as({ clock: () => new Date(clock) }), {
        ...BASE,
        title: `At ${at.length}`,
      });
      at.push(Date.parse(String(answer.element?.updatedAt)) - NOW);
      expect((await stored()).updatedAt - NOW).toBe(at.at(-1));
    }
    expect(at).toEqual([0, 1, 2]);
  });

  describe('an idempotency key', () => {
    it('answers the first result again, and neither writes nor notifies twice', async () => {
      const input = { title: 'New', assessmentId: 99, sendUpdateNotification: true, idempotencyKey: 'k' };
      const first = await update(input);
      await update({ title: 'Newest' });
      const replay = await sendUpdate(api.as({ clock: () => new Date(NOW + 60_000) }), { ...BASE, ...input });
      expect(replay).toEqual({ ...first, replayed: true });
      expect(first).toMatchObject({ replayed: false, notifiedParticipants: 3 });
      expect(first.__typename).toBe('UpdateCustomActivityWarning');
      expect((await stored()).title).toBe('Newest');
      expect(await storedNotifications(test)).toHaveLength(3);
    });

    it('is refused with another input', async () => {
      await update({ title: 'New', idempotencyKey: 'k' });
      const other = await update({ title: 'Other', idempotencyKey: 'k' });
      expect(other).toMatchObject({ __typename: 'UpdateCustomActivityError', element: null });
      expect(other.problems.map(({ code, path }) => [code, ...path])).toEqual([
        ['IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'],
      ]);
      expect((await stored()).title).toBe('New');
    });

    it('is not used up by an Error, nor read or stored by a dry run', async () => {
      expect((await update({ title: '<b', idempotencyKey: 'k' })).__typename).toBe(
        'UpdateCustomActivityError',
      );
      expect((await update({ title: 'Dry', idempotencyKey: 'k', dryRun: true })).__typename).toBe(
        'UpdateCustomActivitySuccess',
      );
      expect((await update({ title: 'New', idempotencyKey: 'k' })).__typename).toBe(
        'UpdateCustomActivitySuccess',
      );
      const dry = await update({ title: 'Dry', idempotencyKey: 'k', dryRun: true });
      expect(dry.element).toMatchObject({ title: 'Dry' });
    });

    it('tells absent from null', async () => {
      const input = { courseId: 1, userId: 2, elementId: 11945, idempotencyKey: 'k' };
      await sendUpdate(api, { ...input, allowStudentsSetCompletion: null });
      const absent = await sendUpdate(api, input);
      expect(absent.problems.map(({ code }) => code)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    });

    it('holds for concurrent copies: one effect, equal answers', async () => {
      const input = { title: 'New', sendUpdateNotification: true, idempotencyKey: 'k' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => update(input)));
      const first = answers.filter(({ replayed }) => !replayed);
      expect(first).toHaveLength(1);
      for (const answer of answers) expect({ ...answer, replayed: false }).toEqual(first[0]);
      expect(answers[0]?.changes).toHaveLength(1);
      expect(await storedNotifications(test)).toHaveLength(3);
    });
  });

  describe('concurrent updates of one element', () => {
    it('lose no field', async () => {
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all([
          update({ title: `Title ${round}` }),
          update({ description: `<p>${round}</p>` }),
          update({ mandatory: round % 2 === 0 }),
          update({ maxScore: round + 1 }),
          update({ deadline: `2030-01-0${round + 1}T00:00:00Z` }),
          update({
            learningObjectives: objectives('LO-3', ...(round % 2 === 0 ? [] : ['CustomActivityLO2'])),
          }),
          update({ parentId: 10 + (round % 2) }),
        ]);
        for (const answer of answers) expect(answer.__typename).toBe('UpdateCustomActivitySuccess');
        expect(await stored()).toMatchObject({
          title: `Title ${round}`,
          parentId: 10 + (round % 2),
          activity: {
            description: `<p>${round}</p>`,
            mandatory: round % 2 === 0,
            maxScore: round + 1,
            assessmentId: null,
            deadline: Date.UTC(2030, 0, round + 1),
            learningObjectives: round % 2 === 0 ? ['LO-3'] : ['LO-3', 'CustomActivityLO2'],
          },
        });
      }
    });

    it('tell a chain of changes, each from what the one before stored', async () => {
      const titles = Array.from({ length: 10 }, (_, index) => `Title ${index}`);
      const answers = await Promise.all(titles.map((title) => update({ title })));
      const changes = answers.flatMap((answer) => answer.changes);
      const befores = changes.map((change) => change.before);
      expect(changes).toHaveLength(10);
      expect(new Set(befores).size).toBe(10);
      const last = titles.find((title) => !befores.includes(title));
      expect((await stored()).title).toBe(last);
    });

    // The embedded database has one writer at a time, whatever it writes.
    if (kind.kind !== 'sqlite') {
      it('see what was assessed while they waited', async () => {
        let answer: ReturnType<typeof update> | undefined;
        await test.database.transaction(async ({ manager }) => {
          await manager.query('SELECT id FROM course_element WHERE id = 11939 FOR UPDATE');
          answer = update({ maxScore: 7 });
          await pause(300);
          const [learner] = await manager.query('SELECT id FROM learner LIMIT 1');
          await manager.query(
            `INSERT INTO activity_assessment (site_id, element_id, learner_id, status, score, updated_at)
             VALUES (1, 11939, ?, 'COMPLETED', 5, '2024-01-01')`,
            [learner.id],
          );
        });
        expect((await answer)?.problems.map(({ code }) => code)).toEqual(['ASSESSMENT_SCALE_LOCKED']);
      });

      it('wait for the element only, whatever else they read', async () => {
        await test.database.transaction(async ({ manager }) => {
          for (const table of ['site', 'user', 'training', 'organisation', 'assessment_scale']) {
            await manager.query(`SELECT * FROM ${table} FOR UPDATE`);
          }
          await manager.query('SELECT * FROM course_element WHERE id <> 11939 FOR UPDATE');
          const answer = await update({ title: 'New', parentId: 10, active: false });
          expect(answer.__typename).toBe('UpdateCustomActivitySuccess');
        });
      });
    }

    it('of different elements of one course add the same objectives to it', async () => {
      const learningObjectives = objectives('LO-3', 'CustomActivityLO2');
      const answers = await Promise.all([
        update({ learningObjectives }),
        update({ elementId: 11942, learningObjectives: [...learningObjectives].reverse() }),
        update({ elementId: 11945, learningObjectives }),
      ]);
      for (const answer of answers) expect(answer.__typename).toBe('UpdateCustomActivitySuccess');
      const { courses } = await worldNow();
      expect(courses[0]?.objectives).toEqual(['CustomActivityLO1', 'CustomActivityLO2', 'LO-3']);
    });
  });

  describe('sites', () => {
    const other = onSite(theCourseWorld, 2);
    beforeEach(() => storeCourseWorld(test, other));

    it('keep apart: keys name the own records, ids of another site name nothing', async () => {
      const byKey = { courseSyncKey: 'course', elementSyncKey: 'activity', userSyncKey: 'editor' };
      const answer = await sendUpdate(api.as({ siteId: 2 }), { ...byKey, siteId: 2, title: 'Theirs' });
      expect(answer).toMatchObject({ __typename: 'UpdateCustomActivitySuccess', elementId: 211939 });
      expect(await worldNow()).toEqual(theCourseWorld);
      expect((await storedElement(test, other, 211939)).title).toBe('Theirs');
      expect((await storedElement(test, other, 211939)).activity?.learningObjectives).toEqual([
        'CustomActivityLO1',
      ]);
    });

    it.each([
      ['course', { courseId: 200001 }, ['COURSE_NOT_FOUND']],
      ['element', { elementId: 211939 }, ['ELEMENT_NOT_FOUND']],
      ['user', { userId: 200002 }, ['USER_NOT_VALID']],
      ['parent', { parentId: 200010 }, ['PARENT_NOT_IN_COURSE']],
      ['scale', { assessmentId: 200002 }, ['ASSESSMENT_UNKNOWN']],
    ] as const)('do not lend their %s, which looks like one that does not exist', async (_, input, codes) => {
      const foreign = await update(input);
      expect(foreign.problems.map(({ code }) => code)).toEqual(codes);
      const [field] = Object.keys(input) as (keyof UpdateInput)[];
      const unknown = await update({ [field as string]: 999_999 });
      expect(unknown).toEqual(foreign);
      expect(await worldNow()).toEqual(theCourseWorld);
      expect(await storedCourseWorld(test, other)).toEqual(other);
    });

    it('have notifications and idempotency keys of their own', async () => {
      const byKey = {
        courseSyncKey: 'course',
        elementSyncKey: 'activity',
        userSyncKey: 'editor',
        title: 'New',
        sendUpdateNotification: true,
        idempotencyKey: 'k',
      };
      const own = await sendUpdate(api, byKey);
      const theirs = await sendUpdate(api.as({ siteId: 2 }), byKey);
      expect([own.elementId, theirs.elementId]).toEqual([11939, 211939]);
      expect((await storedNotifications(test, 1)).map((each) => each.learner_id)).toEqual([1, 2, 3]);
      expect((await storedNotifications(test, 2)).map((each) => each.learner_id)).toEqual([
        200001, 200002, 200003,
      ]);
    });
  });

  describe('many at once', () => {
    it('answers one result per input, in order; a bad one stops nothing', async () => {
      const answers = await sendUpdates(api, [
        { ...BASE, title: 'First' },
        { ...BASE, elementId: 99 },
        { ...BASE, courseId: null },
        { ...BASE, elementId: null, elementSyncKey: 'completed', title: 'Fourth' },
        { ...BASE, title: 'Fifth', assessmentId: 99 },
        { ...BASE, title: 'Sixth', dryRun: true },
      ]);
      expect(answers.map((answer) => answer.__typename.replace('UpdateCustomActivity', ''))).toEqual([
        'Success',
        'Error',
        'Error',
        'Success',
        'Warning',
        'Success',
      ]);
      expect(answers[4]?.changes).toEqual([{ field: 'title', before: 'First', after: 'Fifth' }]);
      expect(answers[2]?.problems[0]?.path).toEqual(['courseId']);
      expect((await stored()).title).toBe('Fifth');
      expect((await stored(11945)).title).toBe('Fourth');
    });

    it('shares idempotency keys with the single mutation', async () => {
      const input = { ...BASE, title: 'New', sendUpdateNotification: true, idempotencyKey: 'k' };
      const answers = await sendUpdates(api, [input, input, { ...input, title: 'Other' }]);
      expect(answers[1]).toEqual({ ...answers[0], replayed: true });
      expect(answers[2]?.problems.map(({ code }) => code)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
      expect(await sendUpdate(api, input)).toEqual({ ...answers[0], replayed: true });
      expect(await storedNotifications(test)).toHaveLength(3);
    });

    it.each([0, 501])('refuses %d inputs', async (count) => {
      const inputs = Array.from({ length: count }, () => ({ ...BASE, title: 'New' }));
      const { errors } = await api.execute(UPDATE_MANY, { inputs });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await worldNow()).toEqual(theCourseWorld);
    });

    it('takes 500 inputs, and loads what they refer to once', async () => {
      const ids = Array.from({ length: 510 }, (_, index) => 20_000 + index);
      const template = elementBefore(11942);
      await test.clear();
      await storeCourseWorld(test, {
        ...theCourseWorld,
        elements: [
          ...theCourseWorld.elements,
          ...ids.map((id) => ({ ...template, id, syncKey: `many-${id}` })),
        ],
      });
      const inputs = ids.map((id, index) => ({
        ...BASE,
        courseId: null,
        courseSyncKey: 'course',
        elementId: null,
        elementSyncKey: `many-${id}`,
        parentId: 10 + (index % 2),
        assessmentId: 1 + (index % 3),
        learningObjectives: objectives('CustomActivityLO1'),
      }));
      const few = await statementsOf(inputs.slice(500).map((input) => ({ ...input, title: 'Few' })));
      const many = await statementsOf(inputs.slice(0, 500).map((input) => ({ ...input, title: 'Many' })));
      expect(few.references).toBe(many.references);
      expect(many.others / 500).toBe(few.others / 10);
      expect(many.others / 500).toBeLessThan(14);
      const rows = await test.query("SELECT id FROM course_element WHERE title = 'Many'");
      expect(rows).toHaveLength(500);

      /** Told apart by their tables: those of users, courses, scales and the like are references. */
      async function statementsOf(those: UpdateInput[]) {
        const statements = test.watch();
        const answers = await sendUpdates(api, those);
        expect(answers.every(({ __typename }) => __typename === 'UpdateCustomActivitySuccess')).toBe(true);
        const isReference = (sql: string) =>
          /^SELECT [^(]* FROM (user|training|assessment_scale|site|organisation_grant) |^WITH RECURSIVE|FROM learning_objective WHERE|FROM course_element WHERE site_id = \? AND (id|sync_key) IN/s.test(
            sql.trim(),
          );
        const references = statements.filter(isReference).length;
        return { references, others: statements.length - references };
      }
    });

    it('serves 50 aliased mutations in one document', async () => {
      const aliases = Array.from({ length: 50 }, (_, index) => index);
      const document = `mutation ($inputs: UpdateCustomActivityInput!) { ${aliases
        .map(
          (index) =>
            `u${index}: updateCustomActivity(input: $inputs) { ... on UpdateCustomActivityOutcome { elementId } }`,
        )
        .join('\n')} }`;
      const data = await api.run(document, { inputs: { ...BASE, title: 'New' } });
      expect(Object.keys(data)).toHaveLength(50);
    });
  });

  it('takes a number of statements that does not depend on the sizes', async () => {
    const count = async (input: UpdateInput) => {
      const statements = test.watch();
      expect((await update(input)).__typename).not.toBe('UpdateCustomActivityError');
      return statements.length;
    };
    const one = await count({
      title: 'New',
      learningObjectives: objectives('LO-3'),
      sendUpdateNotification: true,
    });
    const two = await count({
      title: 'Newer',
      learningObjectives: objectives('LO-3', 'CustomActivityLO1', 'CustomActivityLO2'),
      sendUpdateNotification: true,
    });
    expect(one).toBe(two);
    expect(one).toBeLessThanOrEqual(23);
  });

  describe('an unexpected failure', () => {
    it('is one error with a code of its own and no detail; the list goes on', async () => {
      const broken = api.as({
        database: overriding(test.database, { transaction: () => Promise.reject(new Error(PLANTED)) }),
      });
      const { data, errors } = await broken.execute(UPDATE, { input: BASE });
      expect(data).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.message).toBe('Could not create/update element Custom Activity.');
      expect(errors?.[0]?.extensions).toEqual({ code: 'UPDATE_FAILED', requestId: 'test-request' });

      let calls = 0;
      const flaky = api.as({
        database: overriding(test.database, {
          transaction: (work) => {
            calls += 1;
            return calls === 2 ? Promise.reject(new Error(PLANTED)) : test.database.transaction(work);
          },
        }),
      });
      const inputs = [1, 2, 3].map((number) => ({ ...BASE, title: `Title ${number}` }));
      const many = await flaky.execute(UPDATE_MANY, { inputs });
      expect(many.data).toMatchObject({
        updateCustomActivities: { results: [{ dryRun: false }, null, { dryRun: false }] },
      });
      expect(many.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['updateCustomActivities', 'results', 1], 'UPDATE_FAILED'],
      ]);
      expect((await stored()).title).toBe('Title 3');
    });
  });
});
