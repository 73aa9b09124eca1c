import { findActivities } from '../../src/data/custom-activity.repository';
import type { CourseRows } from '../../src/reference-data/course-rows';
import { loadCourseData } from '../../src/reference-data/load-course-data';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import { apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';
import { sendUpdate } from '../support/update-activity';

const NOW = new Date('2025-06-01T00:00:00.000Z');

const ROWS: CourseRows = {
  users: [
    { syncKey: 'editor', organisationSyncKeys: ['school'] },
    { syncKey: 'gone', isDeleted: true },
  ],
  courses: [{ syncKey: 'course', objectivesEnabled: true, learningObjectiveIds: ['LO-2'] }],
  scales: [
    { title: 'Pass or fail', grades: ['Pass', 'Fail'] },
    { title: 'Stars', courseSyncKey: 'course', grades: ['***', '**', '*'] },
  ],
  learningObjectives: [
    { uniqueId: 'LO-1', title: 'First', parentUniqueId: 'LO' },
    { uniqueId: 'LO-2', title: 'Second', parentUniqueId: 'LO' },
    { uniqueId: 'LO-3', title: 'Draft', parentUniqueId: 'LO', isPublished: false },
    { uniqueId: 'LO', title: 'Subject' },
  ],
  elements: [
    {
      syncKey: 'homework',
      courseSyncKey: 'course',
      kind: 'CUSTOM_ACTIVITY',
      title: 'Homework',
      parentSyncKey: 'week-1',
      activity: {
        description: '<p>Read</p>',
        deadline: new Date('2030-01-02T03:04:05.678Z'),
        scaleTitle: 'Stars',
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        learningObjectiveIds: ['LO-2', 'LO-1'],
      },
    },
    {
      syncKey: 'lab',
      courseSyncKey: 'course',
      kind: 'CUSTOM_ACTIVITY',
      title: 'Lab',
      activity: { maxScore: 10.5 },
    },
    { syncKey: 'week-1', courseSyncKey: 'course', kind: 'FOLDER', title: 'Week 1' },
  ],
  activityAssessments: [
    { elementSyncKey: 'homework', learnerLogin: 'ada', status: 'COMPLETED', grade: '**' },
    { elementSyncKey: 'lab', learnerLogin: 'ada', status: 'COMPLETED', score: 9 },
  ],
  objectiveAssessments: [
    { elementSyncKey: 'homework', learningObjectiveId: 'LO-1', learnerLogin: 'ada', outcome: 'MEETS' },
  ],
};

describe.each(DATABASE_KINDS)('loadCourseData on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.clear();
    const { problems } = await test.database.transaction((tx) =>
      loadReferenceData(tx, 1, {
        organisations: [
          { syncKey: 'region', name: 'Region' },
          { syncKey: 'school', name: 'School', parentSyncKey: 'region' },
        ],
        learners: [{ login: 'ada' }],
        trainings: [{ guid: 'course', syncKey: 'course', title: 'Course', organisationSyncKey: 'school' }],
      }),
    );
    expect(problems).toEqual([]);
  });

  const load = (rows: CourseRows, now = NOW) =>
    test.database.transaction((tx) => loadCourseData(tx, 1, rows, now));

  /** Every table of a course, without ids that databases give. */
  const TABLES = [
    'user',
    'organisation_grant',
    'training',
    'assessment_scale',
    'assessment_grade',
    'learning_objective',
    'course_objective',
    'course_element',
    'custom_activity',
    'element_objective',
    'activity_assessment',
    'objective_assessment',
  ];

  async function everything(): Promise<unknown> {
    const tables = new Map<string, unknown>();
    for (const table of TABLES) {
      const rows = await test.query(`SELECT * FROM ${table}`);
      tables.set(table, rows.map((row) => JSON.stringify(row)).sort());
    }
    return Object.fromEntries(tables);
  }

  async function activity(syncKey: string) {
    const [row] = await test.query<{ id: number }>(
      `SELECT id FROM course_element WHERE sync_key = '${syncKey}'`,
    );
    const found = await test.database.read((tx) => findActivities(tx, 1, [present(row).id]));
    return found[0];
  }

  it('stores what the rows say, so that the mutation finds it', async () => {
    await load(ROWS);
    expect(await activity('homework')).toMatchObject({
      parentSyncKey: 'week-1',
      courseSyncKey: 'course',
      active: true,
      title: 'Homework',
      description: '<p>Read</p>',
      deadline: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
      maxScore: null,
      learningObjectiveAssessment: 'OUTCOME_STATUS',
      learningObjectives: [{ learningObjectiveId: 'LO-2' }, { learningObjectiveId: 'LO-1' }],
      updatedAt: NOW.getTime(),
    });
    expect(await activity('lab')).toMatchObject({ parentId: null, maxScore: 10.5, assessmentId: null });
    expect(
      await test.query('SELECT unique_id, is_leaf FROM learning_objective WHERE is_leaf = 0'),
    ).toHaveLength(1);

    const names = { courseSyncKey: 'course', userSyncKey: 'editor', elementSyncKey: 'homework' };
    const answer = await sendUpdate(apiOn(test), {
      ...names,
      parentSyncKey: '',
      clearAssessment: true,
      learningObjectives: [],
      learningObjectiveAssessment: 'DO_NOT_USE',
    });
    expect(answer.problems.map(({ code }) => code)).toEqual([
      'ASSESSMENT_SCALE_LOCKED',
      'OBJECTIVES_LOCKED',
      'OBJECTIVE_ASSESSMENT_LOCKED',
    ]);
  });

  it('stores the same again, and keeps what rows leave out', async () => {
    await load(ROWS);
    const before = await everything();
    await load(ROWS);
    expect(await everything()).toEqual(before);
    await load({
      elements: [
        {
          syncKey: 'homework',
          courseSyncKey: 'course',
          kind: 'CUSTOM_ACTIVITY',
          title: 'Homework',
          activity: {},
        },
      ],
    });
    expect(await everything()).toEqual(before);
  });

  it('changes what rows say', async () => {
    await load(ROWS);
    await load({
      site: { useScore: false },
      users: [{ syncKey: 'gone', isDeleted: false, organisationSyncKeys: ['region'] }],
      courses: [{ syncKey: 'course', isArchived: true }],
      scales: [{ title: 'Pass or fail', grades: ['Excellent', 'Pass', 'Fail'] }],
      elements: [
        {
          syncKey: 'homework',
          courseSyncKey: 'course',
          kind: 'CUSTOM_ACTIVITY',
          title: 'Renamed',
          parentSyncKey: null,
          activity: { scaleTitle: null, description: null, learningObjectiveIds: [] },
        },
      ],
    });
    expect(await activity('homework')).toMatchObject({
      title: 'Renamed',
      parentId: null,
      assessmentId: null,
      description: null,
      deadline: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
      learningObjectives: [],
    });
    expect(await test.query('SELECT use_score AS flag FROM site')).toEqual([{ flag: 0 }]);
    expect(
      await test.query('SELECT is_archived AS archived, objectives_enabled AS enabled FROM training'),
    ).toEqual([{ archived: 1, enabled: 1 }]);
    expect(
      await test.query(
        "SELECT g.title FROM assessment_grade g JOIN assessment_scale s ON s.id = g.scale_id WHERE s.title = 'Pass or fail' ORDER BY g.position",
      ),
    ).toEqual([{ title: 'Excellent' }, { title: 'Pass' }, { title: 'Fail' }]);
    expect(await test.query('SELECT * FROM organisation_grant')).toHaveLength(2);
  });

  it.each<[string, CourseRows]>([
    ['organisation', { users: [{ syncKey: 'editor', organisationSyncKeys: ['nothing'] }] }],
    ['course', { courses: [{ syncKey: 'nothing' }] }],
    ['parent', { learningObjectives: [{ uniqueId: 'LO-9', title: 'x', parentUniqueId: 'nothing' }] }],
    [
      'grade',
      {
        ...ROWS,
        activityAssessments: [
          { elementSyncKey: 'homework', learnerLogin: 'ada', status: 'COMPLETED', grade: 'Pass' },
        ],
      },
    ],
    [
      'activity',
      { elements: [{ syncKey: 'x', courseSyncKey: 'course', kind: 'CUSTOM_ACTIVITY', title: 'x' }] },
    ],
  ])('refuses rows that name no %s, and stores nothing', async (_, rows) => {
    await expect(load(rows)).rejects.toThrow(/There is no|do not fit/);
    expect(await test.query('SELECT * FROM user')).toEqual([]);
    expect(await test.query('SELECT * FROM course_element')).toEqual([]);
  });

  it('gives an element the id that its row asks for, only when it is created', async () => {
    const [homework, lab, ...others] = ROWS.elements ?? [];
    if (homework === undefined || lab === undefined) throw new Error('The rows lack their activities');
    const rows = { ...ROWS, elements: [{ ...homework, id: 11939 }, lab, ...others] };
    const ids = async () =>
      new Map(
        (
          await test.query<{ id: number; sync_key: string; parent_id: number | null }>(
            'SELECT id, sync_key, parent_id FROM course_element',
          )
        ).map((row) => [row.sync_key, row]),
      );
    await load(rows);
    const first = await ids();
    expect(first.get('homework')).toEqual({
      id: 11939,
      sync_key: 'homework',
      parent_id: first.get('week-1')?.id,
    });
    expect(first.size).toBe(3);

    await load({ ...rows, elements: [{ ...homework, id: 12000 }] });
    expect(await ids()).toEqual(first);

    const taken = {
      syncKey: 'other',
      id: 11939,
      courseSyncKey: 'course',
      kind: 'OTHER',
      title: 'x',
    } as const;
    await expect(load({ elements: [taken] })).rejects.toThrow();
    expect(await ids()).toEqual(first);
  });

  it('takes a number of statements that does not grow with the rows', async () => {
    const count = async (rows: CourseRows) => {
      const statements = test.watch();
      await load(rows);
      return statements.length;
    };
    const many = (size: number, name: string): CourseRows => ({
      ...ROWS,
      users: Array.from({ length: size }, (_, index) => ({
        syncKey: `${name}-${index}`,
        organisationSyncKeys: ['school'],
      })),
      elements: [
        ...(ROWS.elements ?? []),
        ...Array.from({ length: size }, (_, index) => ({
          syncKey: `${name}-${index}`,
          courseSyncKey: 'course',
          kind: 'CUSTOM_ACTIVITY' as const,
          title: 'x',
          parentSyncKey: 'week-1',
          activity: { learningObjectiveIds: ['LO-1'], scaleTitle: 'Pass or fail' },
        })),
      ],
    });
    await load(ROWS);
    expect(await count(many(300, 'b'))).toBe(await count(many(3, 'a')));
  });
});
