import {
  BY_IDS,
  EARLIER,
  elementAfter,
  NOW,
  problemsOf,
  stored,
  update,
  world,
} from '../../models/activity/example';
import { modelUpdate, orderIn } from '../../models/activity/model-update';
import type { UpdateInput } from '../../models/activity/world';

/**
 * The oracle of updateCustomActivity against plain examples from the rules, so that a property test may trust it. The
 * titles say which rule an example is of.
 */

const EMPTY = { is: 'EMPTY', isStripped: false } as const;

const key = (length: number) => 'x'.repeat(length);

describe('Outcome', () => {
  it('says Success, Warning or Error', () => {
    expect(update({ title: 'Lab' }).answer.typename).toBe('Success');
    expect(update({ title: 'Lab', assessmentId: 0 }).answer.typename).toBe('Warning');
    expect(update({ assessmentId: 0 }).answer).toMatchObject({ typename: 'Warning', changes: [] });
    const refused = update({ title: '', assessmentId: 0 });
    expect(refused).toMatchObject({ stored, notifications: [] });
    expect(refused.answer).toMatchObject({
      typename: 'Error',
      elementId: null,
      syncKey: null,
      element: null,
    });
    expect(refused.answer.problems).toHaveLength(2);
  });

  it('writes nothing where nothing changes, and moves updatedAt where something does', () => {
    expect(update({ title: ' Element 100 ' }).stored).toEqual(stored);
    expect(elementAfter({ title: 'Lab' }).updatedAt).toBe(NOW);
    expect(elementAfter({ title: 'Lab' }, { clock: EARLIER - 5 }).updatedAt).toBe(EARLIER + 1);
  });

  it('answers a dry run as the update, and stores nothing', () => {
    const dry = update({ title: 'Lab', sendUpdateNotification: true, dryRun: true });
    const real = update({ title: 'Lab', sendUpdateNotification: true });
    expect(dry.answer).toEqual({ ...real.answer, dryRun: true });
    expect(dry).toMatchObject({ stored, notifications: [] });
    expect(update({ dryRun: null }).answer.dryRun).toBe(false);
  });

  it('gives the first answer again under its key, and sends no second notification', () => {
    const input = { title: 'Lab', sendUpdateNotification: true, idempotencyKey: 'once' };
    const first = update(input);
    const again = update(input, { stored: first.stored, clock: NOW + 1000 });
    expect(again).toEqual({
      answer: { ...first.answer, replayed: true },
      stored: first.stored,
      notifications: [],
    });
    expect(problemsOf({ ...input, title: 'Exam' }, { stored: first.stored })).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
  });
});

describe('input, user, course, organisation, parent, element', () => {
  const rows: readonly [UpdateInput, ...string[]][] = [
    [{ courseId: null }, 'INVALID_FORMAT courseId'],
    [{ courseSyncKey: 'course' }, 'INVALID_FORMAT courseSyncKey'],
    [{ courseId: null, courseSyncKey: '' }, 'INVALID_FORMAT courseSyncKey'],
    [{ courseId: null, courseSyncKey: key(256) }, 'INVALID_FORMAT courseSyncKey'],
    [{ courseId: null, courseSyncKey: key(255) }, 'COURSE_NOT_FOUND courseSyncKey'],
    [{ elementId: null }, 'INVALID_FORMAT elementId'],
    [{ elementSyncKey: 'element-100' }, 'INVALID_FORMAT elementSyncKey'],
    [{ elementId: null, elementSyncKey: key(129) }, 'INVALID_FORMAT elementSyncKey'],
    [{ elementId: null, elementSyncKey: key(128) }, 'ELEMENT_NOT_FOUND elementSyncKey'],
    [{ userId: null, userSyncKey: '' }, 'INVALID_FORMAT userSyncKey'],
    [{ parentSyncKey: key(129) }, 'INVALID_FORMAT parentSyncKey'],
    [{ assessmentId: 1, maxScore: 1 }, 'INVALID_FORMAT maxScore'],
    [{ vendorId: '' }, 'INVALID_FORMAT vendorId'],
    [{ vendorId: key(37) }, 'INVALID_FORMAT vendorId'],
    [{ vendorId: key(36) }],
    [{ siteId: 1 }],
    [{ siteId: 2 }, 'COURSE_NOT_FOUND courseId'],
    [{ idempotencyKey: '' }, 'IDEMPOTENCY_KEY_INVALID idempotencyKey'],
    // Hints per path: each path that is wrong is told.
    [{ userId: null, vendorId: '' }, 'INVALID_FORMAT vendorId', 'INVALID_FORMAT userId'],
    // Step 1 stops everything that needs the database.
    [
      { userId: null, courseId: 999, title: '', deadline: 'soon', maxScore: 0 },
      ...['INVALID_FORMAT userId', 'TITLE_INVALID title', 'DEADLINE_INVALID deadline'],
    ],
    [{ userId: 999 }, 'USER_NOT_VALID userId'],
    [{ userId: 3 }, 'USER_EXTERNAL userId'],
    [{ userId: null, userSyncKey: 'deleted' }, 'USER_DELETED userSyncKey'],
    [{ userId: null, userSyncKey: 'Editor' }, 'USER_NOT_VALID userSyncKey'],
    [{ courseId: 999 }, 'COURSE_NOT_FOUND courseId'],
    [{ courseId: 2 }, 'COURSE_EXTERNAL courseId', 'ELEMENT_NOT_IN_COURSE elementId'],
    [{ courseId: 3 }, 'COURSE_DELETED courseId', 'ELEMENT_NOT_IN_COURSE elementId'],
    [{ courseId: 4 }, 'COURSE_ARCHIVED courseId', 'ELEMENT_NOT_IN_COURSE elementId'],
    [{ userId: 5 }, 'ORGANISATION_ACCESS_DENIED userId'],
    [{ userId: 6 }],
    [{ courseId: 6 }, ...['ORGANISATION_ACCESS_DENIED userId', 'ELEMENT_NOT_IN_COURSE elementId']],
    [{ parentId: 0 }, 'PARENT_ID_INVALID parentId'],
    [{ parentSyncKey: 'nothing' }, 'PARENT_SYNC_KEY_UNKNOWN parentSyncKey'],
    [{ parentId: 999 }, 'PARENT_NOT_IN_COURSE parentId'],
    [{ parentId: 13 }, 'PARENT_NOT_IN_COURSE parentId'],
    [{ parentSyncKey: 'element-14' }, 'PARENT_NOT_FOLDER parentSyncKey'],
    [{ parentId: 11 }, 'PARENT_DELETED parentId'],
    [{ elementId: 999 }, 'ELEMENT_NOT_FOUND elementId'],
    [{ elementId: 102 }, 'ELEMENT_DELETED elementId'],
    [{ elementId: 104 }, 'ELEMENT_NOT_IN_COURSE elementId'],
    [{ elementId: 10 }, 'ELEMENT_NOT_CUSTOM_ACTIVITY elementId'],
    // What is unresolved stops what needs it, but for a parent.
    [
      { userId: 999, courseId: 999, parentId: 0, elementId: 999, title: '' },
      ...['USER_NOT_VALID userId', 'COURSE_NOT_FOUND courseId', 'PARENT_ID_INVALID parentId'],
      ...['ELEMENT_NOT_FOUND elementId', 'TITLE_INVALID title'],
    ],
    [{ parentId: 999, assessmentId: 0 }, 'PARENT_NOT_IN_COURSE parentId', 'ASSESSMENT_UNKNOWN assessmentId'],
    // Deleted folders above.
    [{ parentId: 12 }, 'PARENT_DELETED parentId'],
    [{ elementId: 103 }, 'ELEMENT_DELETED elementId'],
    // Parent given twice.
    [{ parentId: 10, parentSyncKey: 'element-10' }],
    [{ parentId: 10, parentSyncKey: 'element-12' }, 'INVALID_FORMAT parentSyncKey'],
    [{ parentId: 10, parentSyncKey: '' }, 'INVALID_FORMAT parentSyncKey'],
  ];

  it.each(rows)('%j', (input, ...expected) => {
    expect(problemsOf(input)).toEqual(expected);
  });

  it('takes 1,000 different objectives at most', () => {
    const ids = Array.from({ length: 1001 }, (_, index) => ({ learningObjectiveId: `x${index}` }));
    expect(problemsOf({ learningObjectives: ids })).toEqual(['INVALID_FORMAT learningObjectives']);
    const twice = [...ids.slice(1), ...ids.slice(1)];
    expect(problemsOf({ learningObjectives: twice })).toHaveLength(1000);
  });

  it('puts an element that moves last in its new folder, or in the root', () => {
    const into = update({ parentId: 10 });
    expect(orderIn(into.stored.elements, 1, 10)).toEqual([101, 100]);
    expect(into.answer.changes).toEqual([{ field: 'parentId', before: null, after: '10' }]);
    expect(orderIn(update({ elementId: 101, parentSyncKey: '' }).stored.elements, 1, null).at(-1)).toBe(101);
    // Where it is already, it stays.
    expect(update({ elementId: 101, parentSyncKey: 'element-10' }).stored).toEqual(stored);
    expect(update({ parentSyncKey: '' }).stored).toEqual(stored);
  });
});

describe('title, description, deadline', () => {
  const titles: readonly [string, string | null][] = [
    ['  Lab ', 'Lab'],
    ['Chapter 1 > Part 2', 'Chapter 1 > Part 2'],
    ['x < 5', 'x < 5'],
    [key(255), key(255)],
    ...['', ' ', key(256), '\u200b', '\u2800', '\u3164', '<b>Lab</b>', 'a <b', 'a </', 'a <!', 'a <?'].map(
      (title): [string, null] => [title, null],
    ),
    ...['a\u0007b', 'a\u2028b', 'a\u202eb', 'a\ufdd0b'].map((title): [string, null] => [title, null]),
  ];

  it.each(titles)('title %j', (title, expected) => {
    expect(problemsOf({ title })).toEqual(expected === null ? ['TITLE_INVALID title'] : []);
    expect(elementAfter({ title }).title).toBe(expected ?? 'Element 100');
  });

  it('takes the stored title again, whatever it is', () => {
    expect(problemsOf({ elementId: 105, title: ' a <b> title' })).toEqual([]);
  });

  it('stores, keeps, clears and refuses a description', () => {
    const description = '<p>Read</p>';
    const given = {
      content: { is: 'CONTENT', stored: description, isStripped: false },
    } as const;
    const read = update({ description }, given);
    expect(read.answer.changes).toEqual([{ field: 'description', before: null, after: description }]);
    expect(elementAfter({ description: null }, read).activity?.description).toBe(description);
    expect(elementAfter({ description: '' }, read).activity?.description).toBeNull();
    // Emptied editors clear.
    expect(
      elementAfter({ description: '<p><br></p>' }, { ...read, content: EMPTY }).activity?.description,
    ).toBeNull();
    const stripped = { ...EMPTY, isStripped: true };
    expect(problemsOf({ description: '<p class="x"></p>' }, { content: stripped })).toEqual([
      'RICH_CONTENT_STRIPPED description',
    ]);
    expect(problemsOf({ description: '<td>x</td>' }, { content: { is: 'INVALID' } })).toEqual([
      'RICH_CONTENT_INVALID description',
    ]);
    expect(problemsOf({ description: key(65_536) }, { content: { is: 'TOO_LONG' } })).toEqual([
      'RICH_CONTENT_TOO_LONG description',
    ]);
  });

  it('stores a deadline in UTC, and refuses what has no zone or is no date', () => {
    const at = (deadline: string) => elementAfter({ deadline }).activity?.deadline;
    expect(at('2013-08-28T18:50:01+04:00')).toBe(Date.UTC(2013, 7, 28, 14, 50, 1));
    expect(at('2024-02-29T00:00:00.25Z')).toBe(Date.UTC(2024, 1, 29, 0, 0, 0, 250));
    for (const deadline of ['2030-08-28T18:50:01', '2030-08-28', '2023-02-29T00:00:00Z', '', 'soon']) {
      expect(problemsOf({ deadline })).toEqual(['DEADLINE_INVALID deadline']);
    }
    expect(update({ elementId: 112, deadline: '2025-01-01T02:00:00+02:00' }).answer.changes).toEqual([]);
  });
});

describe('assessmentId, maxScore, scale lock, clearAssessment, clearDeadline', () => {
  const rows: readonly [UpdateInput, readonly string[], readonly [number | null, number | null]][] = [
    [{ assessmentId: 1 }, [], [1, null]],
    [{ assessmentId: 2 }, [], [2, null]],
    [{ assessmentId: 3 }, ['ASSESSMENT_UNKNOWN assessmentId'], [null, null]],
    [{ assessmentId: 0 }, ['ASSESSMENT_UNKNOWN assessmentId'], [null, null]],
    [{ maxScore: 0.01 }, [], [null, 0.01]],
    [{ maxScore: 99_999.99 }, [], [null, 99_999.99]],
    // maxScore as sent.
    [{ maxScore: 33.333 }, [], [null, 33.333]],
    [{ maxScore: 0.0099 }, ['MAX_SCORE_OUT_OF_RANGE maxScore'], [null, null]],
    [{ maxScore: 99_999.991 }, ['MAX_SCORE_OUT_OF_RANGE maxScore'], [null, null]],
    // Setting one of the two clears the other.
    [{ elementId: 112, assessmentId: 1 }, [], [1, null]],
    [{ elementId: 112, clearAssessment: true }, [], [null, null]],
    [
      { elementId: 112, clearAssessment: true, maxScore: 7.5 },
      ['INVALID_FORMAT clearAssessment'],
      [null, 7.5],
    ],
    // A grade or a score locks, a status does not; the stored value and a skipped field trip no lock.
    [{ elementId: 110, maxScore: 5 }, ['ASSESSMENT_SCALE_LOCKED maxScore'], [1, null]],
    [{ elementId: 111, maxScore: 5 }, ['ASSESSMENT_SCALE_LOCKED maxScore'], [null, 10]],
    [{ elementId: 110, clearAssessment: true }, ['ASSESSMENT_SCALE_LOCKED clearAssessment'], [1, null]],
    [{ elementId: 110, assessmentId: 1 }, [], [1, null]],
    [{ elementId: 110, assessmentId: 9 }, ['ASSESSMENT_UNKNOWN assessmentId'], [1, null]],
  ];

  it.each(rows)('%j', (input, expected, [assessmentId, maxScore]) => {
    expect(problemsOf(input)).toEqual(expected);
    expect(elementAfter(input).activity).toMatchObject({ assessmentId, maxScore });
  });

  it('tells both of a score that is not allowed and out of range, and nothing of the stored one', () => {
    const given = { world: { ...world, useScore: false } };
    expect(problemsOf({ maxScore: 0 }, given)).toEqual([
      'MAX_SCORE_OUT_OF_RANGE maxScore',
      'SCORE_NOT_ALLOWED maxScore',
    ]);
    expect(problemsOf({ elementId: 111, maxScore: 10 }, given)).toEqual([]);
    expect(problemsOf({ elementId: 110, maxScore: 10 }, given)).toEqual(['SCORE_NOT_ALLOWED maxScore']);
  });

  it('clears a deadline', () => {
    expect(elementAfter({ elementId: 112, clearDeadline: true }).activity?.deadline).toBeNull();
    expect(problemsOf({ clearDeadline: true, deadline: '2030-01-01T00:00:00Z' })).toEqual([
      'INVALID_FORMAT clearDeadline',
    ]);
  });
});

describe('learningObjectives, learningObjectiveAssessment', () => {
  const ids = (...those: string[]) => those.map((learningObjectiveId) => ({ learningObjectiveId }));
  const path = (index: number) => `learningObjectives.${index}.learningObjectiveId`;

  it('replaces the set, counts duplicates once, and adds to the course', () => {
    const learningObjectives = ids('LO-2', 'LO-1', 'LO-2');
    expect(update({ learningObjectives }).answer.changes).toEqual([
      { field: 'learningObjectives', before: '[]', after: '["LO-2","LO-1"]' },
      { field: 'courseLearningObjectives', before: '["DRAFT","LO-1"]', after: '["DRAFT","LO-1","LO-2"]' },
    ]);
    const connected = update({ learningObjectives });
    expect(elementAfter({}, connected).activity?.learningObjectives).toEqual(['LO-2', 'LO-1']);
    expect(elementAfter({ learningObjectives: [] }, connected).activity?.learningObjectives).toEqual([]);
  });

  it('takes published leaves, and what is on the element already', () => {
    expect(problemsOf({ learningObjectives: ids('LO-1', 'none', 'DRAFT', 'SUBJECT') })).toEqual([
      `OBJECTIVE_NOT_IN_REPOSITORY ${path(1)}`,
      `OBJECTIVE_NOT_IN_REPOSITORY ${path(2)}`,
      `OBJECTIVE_NOT_LEAF ${path(3)}`,
    ]);
    expect(problemsOf({ elementId: 113, learningObjectives: ids('DRAFT', 'LO-1') })).toEqual([]);
    const inPlain = { courseId: 5, elementId: 104 };
    expect(problemsOf({ ...inPlain, learningObjectives: [] })).toEqual([]);
    expect(problemsOf({ ...inPlain, learningObjectives: ids('LO-1') })).toEqual([
      'COURSE_HAS_NO_OBJECTIVES learningObjectives',
    ]);
  });

  it('locks both once an objective was assessed', () => {
    const elementId = 113;
    expect(problemsOf({ elementId, learningObjectives: ids('LO-1') })).toEqual([
      'OBJECTIVES_LOCKED learningObjectives',
    ]);
    expect(problemsOf({ elementId, learningObjectiveAssessment: 'DO_NOT_USE' })).toEqual([
      'OBJECTIVE_ASSESSMENT_LOCKED learningObjectiveAssessment',
    ]);
    expect(problemsOf({ elementId, learningObjectiveAssessment: 'OUTCOME_STATUS' })).toEqual([]);
  });

  it('does not use an assessment without an objective', () => {
    const mode = { learningObjectiveAssessment: 'OUTCOME_STATUS' } as const;
    expect(problemsOf(mode)).toEqual(['NO_OBJECTIVES_CONNECTED learningObjectiveAssessment']);
    expect(elementAfter(mode).activity?.learningObjectiveAssessment).toBe('DO_NOT_USE');
    const both = update({ ...mode, learningObjectives: ids('LO-1') });
    expect(both.answer.typename).toBe('Success');
    expect(problemsOf({ learningObjectives: [] }, both)).toEqual([
      'NO_OBJECTIVES_CONNECTED learningObjectives',
    ]);
    expect(elementAfter({ learningObjectives: [] }, both).activity?.learningObjectiveAssessment).toBe(
      'DO_NOT_USE',
    );
  });
});

describe('allowStudentsSetCompletion', () => {
  it('takes absent for not allowed, and null for keep', () => {
    const { allowStudentsSetCompletion: _, ...silent } = { ...BY_IDS, elementId: 105 };
    const reset = modelUpdate(world, stored, silent, NOW);
    expect(reset.answer.problems).toEqual([
      { code: 'COMPLETION_RESET', severity: 'WARNING', path: ['allowStudentsSetCompletion'] },
    ]);
    expect(reset.answer.changes).toEqual([
      { field: 'allowStudentsSetCompletion', before: 'true', after: 'false' },
    ]);
    expect(modelUpdate(world, reset.stored, silent, NOW).answer.typename).toBe('Success');
    expect(elementAfter({ elementId: 105, allowStudentsSetCompletion: null }).updatedAt).toBe(EARLIER);
  });

  it('is stored without effect beside a scale or score', () => {
    const input = { elementId: 112, allowStudentsSetCompletion: true };
    expect(problemsOf(input)).toEqual(['COMPLETION_NOT_USED allowStudentsSetCompletion']);
    expect(elementAfter(input).activity?.allowStudentsSetCompletion).toBe(true);
    expect(problemsOf({ ...input, clearAssessment: true })).toEqual([]);
  });
});

it('sets active, mandatory, assessmentVisible and locked, and edits what is locked', () => {
  const set = update({ active: false, mandatory: true, assessmentVisible: true, locked: true });
  expect(set.answer.changes.map(({ field, after: value }) => `${field} ${value}`)).toEqual([
    ...['active false', 'mandatory true', 'assessmentVisible true', 'locked true'],
  ]);
  expect(update({ title: 'Lab', mandatory: null }, set).answer).toMatchObject({
    typename: 'Success',
    element: { mandatory: true, locked: true, title: 'Lab' },
  });
});

describe('sendUpdateNotification', () => {
  const sendUpdateNotification = true;

  it('tells the learners of sessions that have not ended, each once', () => {
    const told = update({ title: 'Lab', sendUpdateNotification });
    expect(told.notifications).toEqual([1, 2, 3].map((learnerId) => ({ elementId: 100, learnerId })));
    expect(told.answer.notifiedParticipants).toBe(3);
    // Session 2 has ended by then.
    expect(update({ title: 'Lab', sendUpdateNotification }, { clock: NOW + 1 }).notifications).toHaveLength(
      2,
    );
  });

  it('tells nobody where nothing changed, on an error, or of an activity that is not active', () => {
    expect(update({ sendUpdateNotification }).answer).toMatchObject({
      typename: 'Success',
      notifiedParticipants: 0,
    });
    expect(update({ title: '', mandatory: true, sendUpdateNotification }).notifications).toEqual([]);
    const notSent = ['NOTIFICATION_NOT_SENT sendUpdateNotification'];
    expect(problemsOf({ active: false, sendUpdateNotification })).toEqual(notSent);
    expect(problemsOf({ elementId: 105, title: 'Lab', sendUpdateNotification })).toEqual(notSent);
    expect(problemsOf({ elementId: 105, sendUpdateNotification })).toEqual([]);
    expect(update({ active: true, elementId: 105, sendUpdateNotification }).notifications).toHaveLength(3);
  });
});

describe('expectedUpdatedAt', () => {
  it('refuses a change of what was changed since, and lets a retry succeed', () => {
    const expectedUpdatedAt = '2025-01-01T01:00:00+01:00';
    const first = update({ title: 'Lab', expectedUpdatedAt });
    expect(first.answer.typename).toBe('Success');
    expect(update({ title: 'Lab', expectedUpdatedAt }, first).answer.typename).toBe('Success');
    expect(problemsOf({ title: 'Exam', expectedUpdatedAt }, first)).toEqual([
      'ELEMENT_CHANGED expectedUpdatedAt',
    ]);
  });
});
