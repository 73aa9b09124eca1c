/** What courses hold, who edits them, and what a membership is: through loadReferenceData, read back as rows. */
import type { ProblemCode } from '../../src/kernel/messages';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import type { ReferenceReport, ReferenceRows } from '../../src/reference-data/reference-rows';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const NOW = new Date('2025-06-01T00:00:00.000Z');
const LATER = new Date('2025-06-02T00:00:00.000Z');

const SCHOOL: ReferenceRows = {
  site: { name: 'School', useScore: false },
  organisations: [
    { syncKey: 'region', name: 'Region' },
    { syncKey: 'school', name: 'School', parentSyncKey: 'region' },
    { syncKey: 'other', name: 'Other' },
  ],
  users: [
    { syncKey: 'editor', organisationSyncKeys: ['school', 'other'] },
    { syncKey: 'gone', isDeleted: true },
  ],
  learners: [{ login: 'ada' }],
  learningObjectives: [
    { uniqueId: 'LO-1', title: 'First', parentUniqueId: 'LO' },
    { uniqueId: 'LO-2', title: 'Second', parentUniqueId: 'LO' },
    { uniqueId: 'LO-3', title: 'Draft', parentUniqueId: 'LO', isPublished: false },
    { uniqueId: 'LO', title: 'Subject' },
  ],
  trainings: [
    {
      guid: 't-1',
      pathCode: 'P-1',
      syncKey: 'course-1',
      title: 'Course',
      organisationSyncKey: 'school',
      objectivesEnabled: true,
      learningObjectiveIds: ['LO-1', 'LO-2', 'LO-1'],
    },
    { guid: 't-2', syncKey: 'course-2', title: 'Other course' },
  ],
  sessions: [{ guid: 's-1', trainingGuid: 't-1', title: 'Spring' }],
  lovs: [
    { guid: 'l-1', code: 'L1', trainingGuids: ['t-1', 't-2'] },
    { guid: 'l-2', code: 'L2' },
  ],
  memberships: [
    { trainingGuid: 't-1', lovGuid: 'l-1', mandatory: false, position: 2, points: 1.5 },
    { trainingPathCode: 'P-1', lovGuid: 'l-2' },
  ],
  registrations: [{ learnerLogin: 'ada', sessionGuid: 's-1' }],
  scales: [
    {
      syncKey: 'pass',
      title: 'Pass or fail',
      grades: [
        { title: 'Pass', minPercent: 50, maxPercent: 100 },
        { title: 'Fail', minPercent: 0, maxPercent: 50 },
      ],
    },
    { title: 'Stars', courseSyncKey: 'course-1', grades: [{ title: '**' }, { title: '*' }] },
    { title: 'Stars', grades: [{ title: '*****' }] },
  ],
  courseElements: [
    { syncKey: 'page', kind: 'OTHER', courseGuid: 't-1', parentSyncKey: 'week-1', title: 'Page' },
    { syncKey: 'week-1', kind: 'FOLDER', courseSyncKey: 'course-1', title: 'Week 1' },
    { syncKey: 'week-2', kind: 'FOLDER', courseGuid: 't-1', courseSyncKey: 'course-1', title: 'Week 2' },
    {
      syncKey: 'day',
      kind: 'FOLDER',
      courseGuid: 't-1',
      parentSyncKey: 'week-1',
      title: 'Day',
      active: false,
    },
    { syncKey: 'elsewhere', kind: 'FOLDER', courseGuid: 't-2', title: 'Elsewhere', position: 7 },
  ],
};

describe.each(DATABASE_KINDS)('kinds of reference data on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(() => loaded(SCHOOL));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const load = (rows: ReferenceRows, now = LATER): Promise<ReferenceReport> =>
    test.database.transaction((tx) => loadReferenceData(tx, 1, rows, now));

  async function loaded(rows: ReferenceRows, now = NOW): Promise<ReferenceReport> {
    const report = await load(rows, now);
    expect(report.problems).toEqual([]);
    return report;
  }

  const codes = ({ problems }: ReferenceReport): [ProblemCode, string][] =>
    problems.map(({ code, path }) => [code, path.join('.')]);

  /** The counts that are not 0: created, updated, unchanged, removed. */
  const told = ({ counts }: ReferenceReport) =>
    Object.fromEntries(
      Object.entries(counts)
        .map(([name, of]) => [name, [of.created, of.updated, of.unchanged, of.removed]] as const)
        .filter(([, of]) => of.some((count) => count > 0)),
    );

  async function refused(rows: ReferenceRows, expected: [ProblemCode, string][]): Promise<void> {
    const before = await everything();
    expect(codes(await load(rows))).toEqual(expected);
    expect(await everything()).toEqual(before);
  }

  const TABLES = [
    'site',
    'user',
    'organisation_grant',
    'training',
    'training_lov',
    'assessment_scale',
    'assessment_grade',
    'learning_objective',
    'course_objective',
    'course_element',
  ];

  async function everything(): Promise<unknown> {
    const tables = new Map<string, unknown>();
    for (const table of TABLES) {
      const rows = await test.query(`SELECT * FROM ${table}`);
      tables.set(table, rows.map((row) => JSON.stringify(row)).sort());
    }
    return Object.fromEntries(tables);
  }

  const grants = () =>
    test.query(
      `SELECT u.sync_key AS user, o.sync_key AS organisation FROM organisation_grant g
       JOIN user u ON u.id = g.user_id JOIN organisation o ON o.id = g.organisation_id ORDER BY 1, 2`,
    );
  const objectivesOfCourses = () =>
    test.query(
      `SELECT t.guid AS course, o.unique_id AS objective FROM course_objective c
       JOIN training t ON t.id = c.course_id JOIN learning_objective o ON o.id = c.objective_id ORDER BY 1, 2`,
    );
  const leaves = async () =>
    (
      await test.query<{ id: string }>(
        'SELECT unique_id AS id FROM learning_objective WHERE is_leaf = 1 ORDER BY unique_id',
      )
    ).map(({ id }) => id);
  const memberships = () =>
    test.query(
      `SELECT t.guid AS training, l.guid AS lov, mandatory, position, points FROM training_lov m
       JOIN training t ON t.id = m.training_id JOIN learning_object_version l ON l.id = m.lov_id ORDER BY 1, 2`,
    );
  const scales = () =>
    test.query(
      `SELECT s.sync_key AS syncKey, s.title AS scale, t.guid AS course, g.title AS grade, min_percent AS min,
         max_percent AS max
       FROM assessment_scale s LEFT JOIN training t ON t.id = s.course_id
       JOIN assessment_grade g ON g.scale_id = s.id ORDER BY s.id, g.position`,
    );
  const elements = () =>
    test.query<Record<string, unknown>>(
      `SELECT e.sync_key AS syncKey, e.kind, t.guid AS course, p.sync_key AS parent, e.title, e.position,
         e.active, e.is_deleted AS isDeleted, CAST(e.updated_at AS CHAR) AS updatedAt
       FROM course_element e JOIN training t ON t.id = e.course_id
       LEFT JOIN course_element p ON p.id = e.parent_id ORDER BY e.sync_key`,
    );
  const elementOf = async (syncKey: string) =>
    present((await elements()).find((each) => each.syncKey === syncKey));

  it('counts what was created, and finds it all unchanged the second time', async () => {
    await test.clear();
    expect(told(await loaded(SCHOOL))).toMatchObject({
      users: [2, 0, 0, 0],
      learningObjectives: [4, 0, 0, 0],
      memberships: [3, 0, 0, 0],
      scales: [3, 0, 0, 0],
      courseElements: [5, 0, 0, 0],
    });
    const before = await everything();
    const statements = test.watch();
    const again = await loaded(SCHOOL, LATER);
    expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql))).toEqual([]);
    expect(
      Object.values(again.counts).flatMap(({ created, updated, removed }) => created + updated + removed),
    ).toEqual(Array(12).fill(0));
    expect(await everything()).toEqual(before);
  });

  it('sets whether activities may be assessed by a score', async () => {
    const site = () => test.query('SELECT name, use_score FROM site');
    expect(await site()).toEqual([{ name: 'School', use_score: 0 }]);
    await loaded({ site: { name: 'School' } });
    expect(await site()).toEqual([{ name: 'School', use_score: 0 }]);
    expect(told(await loaded({ site: { useScore: true } }))).toEqual({ site: [0, 1, 0, 0] });
    expect(await site()).toEqual([{ name: 'School', use_score: 1 }]);
    await refused({ site: { useScore: null } }, [['VALUE_MISSING', 'site.useScore']]);
  });

  describe('users', () => {
    it('may edit the organisations of the list, which replaces the set; null keeps', async () => {
      expect(await grants()).toEqual([
        { user: 'editor', organisation: 'other' },
        { user: 'editor', organisation: 'school' },
      ]);
      await loaded({ users: [{ syncKey: 'editor', organisationSyncKeys: null }] });
      expect(await grants()).toHaveLength(2);
      const report = await loaded({
        users: [
          { syncKey: 'editor', organisationSyncKeys: ['region', 'school', 'region'] },
          { syncKey: 'new', isExternal: true, organisationSyncKeys: ['school'] },
          { syncKey: 'gone', organisationSyncKeys: [] },
        ],
      });
      expect(told(report)).toMatchObject({ users: [1, 1, 1, 0] });
      expect(await grants()).toEqual([
        { user: 'editor', organisation: 'region' },
        { user: 'editor', organisation: 'school' },
        { user: 'new', organisation: 'school' },
      ]);
      await loaded({ users: [{ syncKey: 'editor', organisationSyncKeys: [] }] });
      expect(await grants()).toEqual([{ user: 'new', organisation: 'school' }]);
    });

    it('are flagged as deleted, and come back', async () => {
      const flags = () =>
        test.query('SELECT sync_key AS k, is_deleted AS d, is_external AS e FROM user ORDER BY sync_key');
      expect(
        told(await loaded({ users: [{ syncKey: 'editor', action: 'REMOVE', isExternal: true }] })),
      ).toMatchObject({
        users: [0, 0, 0, 1],
      });
      const removed = [
        { k: 'editor', d: 1, e: 0 },
        { k: 'gone', d: 1, e: 0 },
      ];
      expect(await flags()).toEqual(removed);
      const again = await loaded({
        users: [
          { syncKey: 'editor', action: 'REMOVE' },
          { syncKey: 'nobody', action: 'REMOVE' },
        ],
      });
      expect(told(again)).toMatchObject({ users: [0, 0, 2, 0] });
      expect(await flags()).toEqual(removed);
      await loaded({ users: [{ syncKey: 'editor', isDeleted: false }] });
      expect(await flags()).toEqual([{ k: 'editor', d: 0, e: 0 }, removed[1]]);
    });

    it('name organisations that are there', () =>
      refused(
        {
          users: [
            { syncKey: 'editor', organisationSyncKeys: ['school', 'nothing'] },
            { syncKey: 'x'.repeat(129) },
            { syncKey: 'y', isExternal: null, organisationSyncKeys: Array(1_001).fill('school') },
          ],
        },
        [
          ['ORGANISATION_NOT_FOUND', 'users.0.organisationSyncKeys.1'],
          ['TEXT_TOO_LONG', 'users.1.syncKey'],
          ['VALUE_MISSING', 'users.2.isExternal'],
          ['ITEMS_TOO_MANY', 'users.2.organisationSyncKeys'],
        ],
      ));
  });

  describe('trainings as courses', () => {
    it('keep their flags, and change them one by one', async () => {
      const flags = () =>
        test.query(
          `SELECT is_external AS isExternal, is_deleted AS isDeleted, is_archived AS isArchived,
             objectives_enabled AS objectives FROM training ORDER BY guid`,
        );
      const none = { isExternal: 0, isDeleted: 0, isArchived: 0, objectives: 0 };
      expect(await flags()).toEqual([{ ...none, objectives: 1 }, none]);
      await loaded({
        trainings: [
          { guid: 't-1', isArchived: true },
          { guid: 't-2', isExternal: true, isDeleted: true },
        ],
      });
      expect(await flags()).toEqual([
        { ...none, objectives: 1, isArchived: 1 },
        { ...none, isExternal: 1, isDeleted: 1 },
      ]);
      expect(told(await loaded({ trainings: [{ guid: 't-1', action: 'REMOVE' }] }))).toMatchObject({
        trainings: [0, 0, 0, 1],
      });
      expect((await flags())[0]).toEqual({ ...none, objectives: 1, isArchived: 1, isDeleted: 1 });
    });

    it('have the learning objectives of the list; null keeps', async () => {
      const both = [
        { course: 't-1', objective: 'LO-1' },
        { course: 't-1', objective: 'LO-2' },
      ];
      expect(await objectivesOfCourses()).toEqual(both);
      await loaded({ trainings: [{ guid: 't-1', learningObjectiveIds: null }] });
      expect(await objectivesOfCourses()).toEqual(both);
      const report = await loaded({
        trainings: [
          { guid: 't-1', learningObjectiveIds: ['LO-3', 'LO-2'] },
          { guid: 't-2', learningObjectiveIds: ['LO-1'] },
        ],
      });
      expect(told(report)).toMatchObject({ trainings: [0, 2, 0, 0] });
      expect(await objectivesOfCourses()).toEqual([
        { course: 't-1', objective: 'LO-2' },
        { course: 't-1', objective: 'LO-3' },
        { course: 't-2', objective: 'LO-1' },
      ]);
      await refused({ trainings: [{ guid: 't-1', learningObjectiveIds: ['lo-1'] }] }, [
        ['OBJECTIVE_NOT_FOUND', 'trainings.0.learningObjectiveIds.0'],
      ]);
    });
  });

  describe('memberships', () => {
    it('hold whether they are mandatory, their position and their points', async () => {
      const plain = { mandatory: 1, position: null, points: null };
      expect(await memberships()).toEqual([
        { training: 't-1', lov: 'l-1', mandatory: 0, position: 2, points: 1.5 },
        { training: 't-1', lov: 'l-2', ...plain },
        { training: 't-2', lov: 'l-1', ...plain },
      ]);
      const report = await loaded({
        lovs: [{ guid: 'l-1', trainingPathCodes: ['P-1'] }],
        memberships: [
          { trainingGuid: 't-1', lovGuid: 'l-1', position: null },
          { trainingGuid: 't-1', lovGuid: 'l-2' },
          { trainingGuid: 't-2', lovGuid: 'l-2', points: 0 },
        ],
      });
      expect(told(report)).toMatchObject({ memberships: [1, 1, 1, 0] });
      expect(await memberships()).toEqual([
        { training: 't-1', lov: 'l-1', mandatory: 0, position: null, points: 1.5 },
        { training: 't-1', lov: 'l-2', ...plain },
        { training: 't-2', lov: 'l-1', ...plain },
        { training: 't-2', lov: 'l-2', ...plain, points: 0 },
      ]);
    });

    it('stand in a request once, and name what is there', () =>
      refused(
        {
          lovs: [{ guid: 'l-2', trainingGuids: ['t-2'] }],
          memberships: [
            { trainingGuid: 't-1', lovGuid: 'l-1' },
            { trainingPathCode: 'P-1', lovGuid: 'l-1' },
            { trainingGuid: 't-2', lovGuid: 'l-2', action: 'REMOVE' },
            { lovGuid: 'l-9' },
            { trainingGuid: 't-2', trainingPathCode: 'P-1', lovGuid: 'l-1' },
            { trainingGuid: 't-1', lovGuid: 'l-2', mandatory: null, position: -1, points: -0.5 },
          ],
        },
        [
          ['KEY_DUPLICATED', 'memberships.1.lovGuid'],
          ['KEY_DUPLICATED', 'memberships.2.lovGuid'],
          ['VALUE_MISSING', 'memberships.3.trainingGuid'],
          ['LOV_NOT_FOUND', 'memberships.3.lovGuid'],
          ['REFERENCES_DISAGREE', 'memberships.4.trainingPathCode'],
          ['VALUE_MISSING', 'memberships.5.mandatory'],
          ['NUMBER_OUT_OF_RANGE', 'memberships.5.position'],
          ['NUMBER_OUT_OF_RANGE', 'memberships.5.points'],
        ],
      ));
  });

  describe('scales', () => {
    const star = { syncKey: null, scale: 'Stars', min: null, max: null };

    it('have their grades, the best first', async () => {
      expect(await scales()).toEqual([
        { syncKey: 'pass', scale: 'Pass or fail', course: null, grade: 'Pass', min: 50, max: 100 },
        { syncKey: 'pass', scale: 'Pass or fail', course: null, grade: 'Fail', min: 0, max: 50 },
        { ...star, course: 't-1', grade: '**' },
        { ...star, course: 't-1', grade: '*' },
        { ...star, course: null, grade: '*****' },
      ]);
    });

    it('are found by sync key, else by title within site or course; grades by title', async () => {
      const ids = () => test.query('SELECT id, title FROM assessment_grade ORDER BY id');
      const before = await ids();
      const report = await loaded({
        scales: [
          {
            syncKey: 'pass',
            title: 'Passed?',
            grades: [{ title: 'Fail' }, { title: 'Pass', minPercent: null, maxPercent: null }],
          },
          { syncKey: 'stars', title: 'Stars', courseGuid: 't-1' },
          { title: 'Stars', grades: [{ title: '******' }, { title: '*****' }] },
        ],
      });
      expect(told(report)).toMatchObject({ scales: [0, 3, 0, 0] });
      expect(await scales()).toEqual([
        { syncKey: 'pass', scale: 'Passed?', course: null, grade: 'Fail', min: 0, max: 50 },
        { syncKey: 'pass', scale: 'Passed?', course: null, grade: 'Pass', min: null, max: null },
        { ...star, syncKey: 'stars', course: 't-1', grade: '**' },
        { ...star, syncKey: 'stars', course: 't-1', grade: '*' },
        { ...star, course: null, grade: '******' },
        { ...star, course: null, grade: '*****' },
      ]);
      expect((await ids()).slice(0, before.length)).toEqual(before);
      await loaded({ scales: [{ title: 'Stars', grades: [{ title: '*****' }] }] });
      expect(
        (await scales()).filter(({ course, scale }) => course === null && scale === 'Stars'),
      ).toHaveLength(1);
    });

    it('are refused with grades that do not fit, and under names of others', () =>
      refused(
        {
          scales: [
            {},
            { syncKey: 'new' },
            { syncKey: 'other', title: 'Pass or fail', grades: [{ title: 'A' }] },
            { syncKey: 'pass', courseGuid: 't-1' },
            {
              title: 'Percent',
              grades: [
                { title: 'A', minPercent: 80, maxPercent: 101 },
                { title: 'B', minPercent: 50 },
                { title: 'C', minPercent: 40, maxPercent: 30 },
                { title: 'D', minPercent: 20, maxPercent: 40 },
                { title: 'E', minPercent: 0, maxPercent: 30 },
                { title: 'E' },
                { title: ' ' },
              ],
            },
            { title: 'Empty', grades: [] },
            { title: 'Twice', grades: [{ title: 'A' }] },
            { title: 'Twice', grades: [{ title: 'B' }] },
            { title: 'Long', grades: Array.from({ length: 101 }, (_, index) => ({ title: `G${index}` })) },
          ],
        },
        [
          ['VALUE_MISSING', 'scales.0.title'],
          ['VALUE_MISSING', 'scales.1.title'],
          ['VALUE_MISSING', 'scales.1.grades'],
          ['VALUE_TAKEN', 'scales.2.title'],
          ['VALUE_FIXED', 'scales.3.courseGuid'],
          ['NUMBER_OUT_OF_RANGE', 'scales.4.grades.0.maxPercent'],
          ['VALUE_MISSING', 'scales.4.grades.6.title'],
          ['VALUE_MISSING', 'scales.4.grades.1.maxPercent'],
          ['GRADE_RANGES_OVERLAP', 'scales.4.grades.2.maxPercent'],
          ['GRADE_RANGES_OVERLAP', 'scales.4.grades.4.maxPercent'],
          ['KEY_DUPLICATED', 'scales.4.grades.5.title'],
          ['VALUE_MISSING', 'scales.5.grades'],
          ['KEY_DUPLICATED', 'scales.7.title'],
          ['ITEMS_TOO_MANY', 'scales.8.grades'],
        ],
      ));
  });

  describe('learning objectives', () => {
    it('are leaves while none is below them', async () => {
      expect(await leaves()).toEqual(['LO-1', 'LO-2', 'LO-3']);
      await loaded({
        learningObjectives: [
          { uniqueId: 'LO-1', parentUniqueId: 'LO-2' },
          { uniqueId: 'LO-4', title: 'Fourth', parentUniqueId: 'LO-1' },
        ],
      });
      expect(await leaves()).toEqual(['LO-3', 'LO-4']);
      await loaded({ learningObjectives: [{ uniqueId: 'LO-1', parentUniqueId: null }] });
      expect(await leaves()).toEqual(['LO-2', 'LO-3', 'LO-4']);
    });

    it('are a tree, and no part of themselves', () =>
      refused(
        {
          learningObjectives: [
            { uniqueId: 'LO', parentUniqueId: 'LO-1' },
            { uniqueId: 'LO-9', parentUniqueId: 'nothing' },
          ],
        },
        [
          ['OBJECTIVE_CYCLE', 'learningObjectives.0.parentUniqueId'],
          ['VALUE_MISSING', 'learningObjectives.1.title'],
          ['OBJECTIVE_NOT_FOUND', 'learningObjectives.1.parentUniqueId'],
        ],
      ));
  });

  describe('elements of courses', () => {
    const plain = { active: 1, isDeleted: 0, updatedAt: '2025-06-01 00:00:00.000' };

    it('lie in folders of their course, in the order of their rows', async () => {
      expect(await elements()).toEqual([
        {
          syncKey: 'day',
          kind: 'FOLDER',
          course: 't-1',
          parent: 'week-1',
          title: 'Day',
          position: 1,
          ...plain,
          active: 0,
        },
        {
          syncKey: 'elsewhere',
          kind: 'FOLDER',
          course: 't-2',
          parent: null,
          title: 'Elsewhere',
          position: 7,
          ...plain,
        },
        {
          syncKey: 'page',
          kind: 'OTHER',
          course: 't-1',
          parent: 'week-1',
          title: 'Page',
          position: 0,
          ...plain,
        },
        {
          syncKey: 'week-1',
          kind: 'FOLDER',
          course: 't-1',
          parent: null,
          title: 'Week 1',
          position: 0,
          ...plain,
        },
        {
          syncKey: 'week-2',
          kind: 'FOLDER',
          course: 't-1',
          parent: null,
          title: 'Week 2',
          position: 1,
          ...plain,
        },
      ]);
    });

    it('are put last where they are made or moved, unless they say where', async () => {
      await loaded(
        {
          courseElements: [
            { syncKey: 'new', kind: 'OTHER', courseGuid: 't-1', title: 'New', parentSyncKey: 'week-1' },
            { syncKey: 'week-2', parentSyncKey: 'week-1' },
            { syncKey: 'day', parentSyncKey: 'week-1' },
            { syncKey: 'page', parentSyncKey: null, position: 0 },
            { syncKey: 'root', kind: 'OTHER', courseGuid: 't-1', title: 'Root' },
            { syncKey: 'elsewhere-2', kind: 'OTHER', courseGuid: 't-2', title: 'Elsewhere 2' },
          ],
        },
        LATER,
      );
      const placed = (await elements()).map(({ syncKey, parent, position, updatedAt }) => [
        syncKey,
        parent,
        position,
        String(updatedAt).slice(0, 10),
      ]);
      const [before, after] = ['2025-06-01', '2025-06-02'];
      expect(placed).toEqual([
        ['day', 'week-1', 1, before],
        ['elsewhere', null, 7, before],
        ['elsewhere-2', null, 8, after],
        ['new', 'week-1', 2, after],
        ['page', null, 0, after],
        ['root', null, 2, after],
        ['week-1', null, 0, before],
        ['week-2', 'week-1', 3, after],
      ]);
    });

    it('move their instant forward whenever they change, even under an older clock', async () => {
      await loaded(
        { courseElements: [{ syncKey: 'page', title: 'Page 2' }] },
        new Date('2025-01-01T00:00:00Z'),
      );
      expect(await elementOf('page')).toMatchObject({
        title: 'Page 2',
        updatedAt: '2025-06-01 00:00:00.001',
      });
    });

    it('are flagged as deleted, and come back', async () => {
      expect(told(await loaded({ courseElements: [{ syncKey: 'week-1', action: 'REMOVE' }] }))).toMatchObject(
        {
          courseElements: [0, 0, 0, 1],
        },
      );
      expect(await elementOf('week-1')).toMatchObject({ isDeleted: 1, title: 'Week 1' });
      await refused(
        {
          courseElements: [
            { syncKey: 'new', kind: 'OTHER', courseGuid: 't-1', title: 'New', parentSyncKey: 'day' },
            { syncKey: 'week-2', parentSyncKey: 'week-1' },
            { syncKey: 'page', parentSyncKey: 'week-1' },
          ],
        },
        [
          ['PARENT_DELETED', 'courseElements.0.parentSyncKey'],
          ['PARENT_DELETED', 'courseElements.1.parentSyncKey'],
        ],
      );
      await loaded({
        courseElements: [
          { syncKey: 'week-1', isDeleted: false },
          { syncKey: 'week-2', parentSyncKey: 'day' },
        ],
      });
      expect(await elementOf('week-1')).toMatchObject({ isDeleted: 0 });
    });

    it('keep kind, course and key, and lie in no circle', async () => {
      const [course] = await test.query<{ id: number }>("SELECT id FROM training WHERE guid = 't-1'");
      await test.query(
        `INSERT INTO course_element (site_id, course_id, kind, sync_key, title, active, position, is_deleted, updated_at)
         VALUES (1, ${present(course).id}, 'CUSTOM_ACTIVITY', 'activity', 'Homework', 1, 9, 0, '2025-01-01 00:00:00.000')`,
      );
      await refused(
        {
          courseElements: [
            { syncKey: 'page', kind: 'FOLDER', courseGuid: 't-2' },
            { syncKey: 'activity', title: 'Taken' },
            { syncKey: 'week-1', parentSyncKey: 'day' },
            { syncKey: 'day', parentSyncKey: 'week-1', position: -1 },
            { syncKey: 'week-2', parentSyncKey: 'elsewhere' },
            { syncKey: 'new' },
            { syncKey: 'new-2', kind: 'OTHER', courseGuid: 't-1', title: 'N', parentSyncKey: 'page' },
            { syncKey: 'new-3', kind: 'OTHER', courseGuid: 't-1', title: 'N', parentSyncKey: 'nothing' },
            { syncKey: 'new-4', kind: 'OTHER', courseGuid: 't-1', title: 'N', parentSyncKey: 'activity' },
            { syncKey: 'new-5', kind: 'CUSTOM_ACTIVITY' as never, courseGuid: 't-9', title: 'N' },
          ],
        },
        [
          ['VALUE_FIXED', 'courseElements.0.kind'],
          ['VALUE_FIXED', 'courseElements.0.courseGuid'],
          ['VALUE_TAKEN', 'courseElements.1.syncKey'],
          ['ELEMENT_CYCLE', 'courseElements.2.parentSyncKey'],
          ['NUMBER_OUT_OF_RANGE', 'courseElements.3.position'],
          ['ELEMENT_CYCLE', 'courseElements.3.parentSyncKey'],
          ['PARENT_NOT_IN_COURSE', 'courseElements.4.parentSyncKey'],
          ['VALUE_MISSING', 'courseElements.5.kind'],
          ['VALUE_MISSING', 'courseElements.5.title'],
          ['VALUE_MISSING', 'courseElements.5.courseGuid'],
          ['PARENT_NOT_FOLDER', 'courseElements.6.parentSyncKey'],
          ['PARENT_SYNC_KEY_UNKNOWN', 'courseElements.7.parentSyncKey'],
          ['PARENT_NOT_FOLDER', 'courseElements.8.parentSyncKey'],
          ['VALUE_UNKNOWN', 'courseElements.9.kind'],
          ['TRAINING_NOT_FOUND', 'courseElements.9.courseGuid'],
        ],
      );
    });
  });

  it('warns of a new login that differs from another only in case', async () => {
    const report = await load({
      learners: [{ login: 'Ada' }, { login: 'bob' }, { login: 'BOB' }, { login: 'ada' }],
    });
    expect(codes(report)).toEqual([
      ['LOGIN_DIFFERS_IN_CASE', 'learners.0.login'],
      ['LOGIN_DIFFERS_IN_CASE', 'learners.2.login'],
    ]);
    expect(told(report)).toMatchObject({ learners: [3, 0, 1, 0] });
    await loaded({ learners: [{ login: 'Ada' }, { login: 'BOB' }] });
    await loaded({
      learners: [
        { login: 'Ada', action: 'REMOVE' },
        { login: 'ada', action: 'CREATE_OR_UPDATE' },
        { login: 'bob', action: 'REMOVE' },
        { login: 'BOB', action: 'REMOVE' },
        { login: 'Bob' },
      ],
    });
  });

  it('takes a number of statements that does not grow with the rows, up to a chunk', async () => {
    const many = (size: number, name: string): ReferenceRows => {
      const each = <Row>(row: (index: number) => Row) =>
        Array.from({ length: size }, (_, index) => row(index));
      return {
        users: each((index) => ({ syncKey: `${name}${index}`, organisationSyncKeys: ['school'] })),
        learningObjectives: each((index) => ({
          uniqueId: `${name}${index}`,
          title: 'x',
          parentUniqueId: index === 0 ? null : `${name}${Math.floor((index - 1) / 2)}`,
        })),
        trainings: each((index) => ({
          guid: `${name}${index}`,
          title: 'x',
          learningObjectiveIds: [`${name}${index}`],
        })),
        lovs: each((index) => ({ guid: `${name}${index}`, code: 'x' })),
        memberships: each((index) => ({
          trainingGuid: `${name}${index}`,
          lovGuid: `${name}${index}`,
          points: 1,
        })),
        scales: each((index) => ({
          syncKey: `${name}${index}`,
          title: `${name}${index}`,
          grades: [{ title: 'A' }],
        })),
        courseElements: each((index) => ({
          syncKey: `${name}${index}`,
          kind: 'FOLDER',
          courseGuid: 't-1',
          title: 'x',
          parentSyncKey: index === 0 ? 'week-1' : `${name}${Math.floor((index - 1) / 2)}`,
        })),
      };
    };
    const count = async (size: number, name: string) => {
      const statements = test.watch();
      await loaded(many(size, name));
      return statements.length;
    };
    expect(await count(300, 'b')).toBe(await count(3, 'a'));
  });
});
