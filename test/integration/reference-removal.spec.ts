/** Rows with action REMOVE: what goes, what is flagged, and what is refused because something hangs on it. */
import type { ProblemCode } from '../../src/kernel/messages';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import type { ReferenceReport, ReferenceRows } from '../../src/reference-data/reference-rows';
import { apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import { present } from '../support/present';

const NOW = new Date('2025-06-01T00:00:00.000Z');

const SCHOOL: ReferenceRows = {
  organisations: [
    { syncKey: 'region', name: 'Region' },
    { syncKey: 'school', name: 'School', parentSyncKey: 'region' },
    { syncKey: 'empty', name: 'Empty' },
  ],
  users: [{ syncKey: 'editor', organisationSyncKeys: ['school'] }],
  learners: [
    { login: 'ada', refNumber: '1', organisationSyncKey: 'school' },
    { login: 'bob', organisationSyncKey: 'school' },
    { login: 'alone' },
  ],
  learningObjectives: [
    { uniqueId: 'LO', title: 'Subject' },
    { uniqueId: 'LO-1', title: 'First', parentUniqueId: 'LO' },
    { uniqueId: 'LO-2', title: 'Second', parentUniqueId: 'LO' },
  ],
  trainings: [
    {
      guid: 't-1',
      syncKey: 'course-1',
      title: 'Course',
      organisationSyncKey: 'school',
      objectivesEnabled: true,
      learningObjectiveIds: ['LO-1'],
    },
  ],
  sessions: [
    { guid: 's-1', trainingGuid: 't-1', title: 'Spring' },
    { guid: 's-2', trainingGuid: 't-1', title: 'Autumn' },
  ],
  lovs: [
    { guid: 'l-1', code: 'L1', trainingGuids: ['t-1'] },
    { guid: 'l-2', code: 'L2', trainingGuids: ['t-1'] },
    { guid: 'l-3', code: 'L3' },
  ],
  registrations: [
    { learnerLogin: 'ada', sessionGuid: 's-1' },
    { learnerLogin: 'bob', sessionGuid: 's-1' },
  ],
  scales: [
    { syncKey: 'pass', title: 'Pass or fail', grades: [{ title: 'Pass' }, { title: 'Fail' }] },
    { title: 'Stars', courseGuid: 't-1', grades: [{ title: '*' }] },
  ],
};

describe.each(DATABASE_KINDS)('removal of reference data on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(() => loaded(SCHOOL));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const load = (rows: ReferenceRows): Promise<ReferenceReport> =>
    test.database.transaction((tx) => loadReferenceData(tx, 1, rows, NOW));

  async function loaded(rows: ReferenceRows): Promise<ReferenceReport> {
    const report = await load(rows);
    expect(report.problems).toEqual([]);
    return report;
  }

  /** How many records were removed, and how many changed besides. */
  const removed = ({ counts }: ReferenceReport) =>
    Object.fromEntries(
      Object.entries(counts)
        .filter(([, of]) => of.removed > 0)
        .map(([name, of]) => [name, of.removed]),
    );

  async function count(table: string, where = '1 = 1'): Promise<number> {
    const [row] = await test.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`);
    return Number(present(row).n);
  }

  /** What hangs on each row, as the problems tell it. */
  async function refused(rows: ReferenceRows, expected: [ProblemCode, string, string?][]): Promise<void> {
    const { problems } = await load(rows);
    const references = ({ message }: { readonly message: string }) => /still (.+)\.$/.exec(message)?.[1];
    expect(problems.map((each) => [each.code, each.path.join('.'), references(each)])).toEqual(
      expected.map(([code, path, what]) => [code, path, what]),
    );
  }

  const track = (login: string, lov: string) =>
    importRows(apiOn(test), [{ candidateLogin: login, sessionGuid: 's-1', lovGuid: lov, progression: 10 }]);

  /** A custom activity of the course with this grade and objective, and what a learner came to. */
  async function assess(): Promise<void> {
    await test.query(
      `INSERT INTO course_element (id, site_id, course_id, kind, title, active, position, is_deleted, updated_at)
       SELECT 900, 1, id, 'CUSTOM_ACTIVITY', 'Homework', 1, 0, 0, '2025-01-01 00:00:00.000' FROM training`,
    );
    await test.query(
      `INSERT INTO custom_activity (site_id, element_id, mandatory, assessment_id, assessment_visible, locked,
         learning_objective_assessment, allow_students_set_completion)
       SELECT 1, 900, 0, id, 0, 0, 'DO_NOT_USE', 0 FROM assessment_scale WHERE sync_key = 'pass'`,
    );
    await test.query(
      `INSERT INTO element_objective (site_id, element_id, objective_id, position)
       SELECT 1, 900, id, 0 FROM learning_objective WHERE unique_id = 'LO-1'`,
    );
    await test.query(
      `INSERT INTO activity_assessment (site_id, element_id, learner_id, status, grade_id, updated_at)
       SELECT 1, 900, l.id, 'COMPLETED', g.id, '2025-01-01 00:00:00.000' FROM learner l JOIN assessment_grade g
       WHERE l.login = 'alone' AND g.title = 'Pass'`,
    );
  }

  it('removes what nothing hangs on, of every kind, once', async () => {
    const rows: ReferenceRows = {
      organisations: [{ syncKey: 'empty', action: 'REMOVE' }],
      learners: [{ login: 'alone', action: 'REMOVE' }],
      learningObjectives: [{ uniqueId: 'LO-2', action: 'REMOVE' }],
      sessions: [{ guid: 's-2', action: 'REMOVE' }],
      lovs: [{ guid: 'l-3', action: 'REMOVE' }],
      memberships: [{ trainingGuid: 't-1', lovGuid: 'l-2', action: 'REMOVE' }],
      registrations: [{ learnerRefNumber: '1', sessionGuid: 's-1', action: 'REMOVE' }],
      scales: [
        { syncKey: 'pass', action: 'REMOVE' },
        { title: 'Stars', courseSyncKey: 'course-1', action: 'REMOVE' },
      ],
    };
    expect(removed(await loaded(rows))).toEqual({
      organisations: 1,
      learners: 1,
      learningObjectives: 1,
      sessions: 1,
      lovs: 1,
      memberships: 1,
      registrations: 1,
      scales: 2,
    });
    const tables = ['organisation', 'learner', 'learning_objective', 'session', 'learning_object_version'];
    expect(await Promise.all(tables.map((table) => count(table)))).toEqual([2, 2, 2, 1, 2]);
    const linked = ['training_lov', 'registration', 'assessment_scale', 'assessment_grade'];
    expect(await Promise.all(linked.map((table) => count(table)))).toEqual([1, 1, 0, 0]);

    const statements = test.watch();
    const again = await loaded(rows);
    expect(removed(again)).toEqual({});
    expect(again.counts.registrations.unchanged + again.counts.memberships.unchanged).toBe(2);
    expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql))).toEqual([]);
  });

  it('names what hangs on a record, and how many of it', async () => {
    await track('ada', 'l-1');
    await assess();
    await refused(
      {
        organisations: [
          { syncKey: 'region', action: 'REMOVE' },
          { syncKey: 'school', action: 'REMOVE' },
        ],
        learners: [
          { login: 'ada', action: 'REMOVE' },
          { login: 'alone', action: 'REMOVE' },
        ],
        learningObjectives: [
          { uniqueId: 'LO', action: 'REMOVE' },
          { uniqueId: 'LO-1', action: 'REMOVE' },
        ],
        sessions: [{ guid: 's-1', action: 'REMOVE' }],
        lovs: [{ guid: 'l-1', action: 'REMOVE' }],
        registrations: [{ learnerLogin: 'ada', sessionGuid: 's-1', action: 'REMOVE' }],
        scales: [{ syncKey: 'pass', action: 'REMOVE' }],
      },
      [
        ['STILL_REFERENCED', 'organisations.1.action', 'learners: 1, trainings: 1, users: 1'],
        ['STILL_REFERENCED', 'learners.1.action', 'assessments: 1'],
        ['STILL_REFERENCED', 'learningObjectives.0.action', 'learning objectives below it: 1'],
        ['STILL_REFERENCED', 'learningObjectives.1.action', 'trainings: 1, activities: 1'],
        ['STILL_REFERENCED', 'sessions.0.action', 'registrations: 1'],
        ['STILL_REFERENCED', 'lovs.0.action', 'memberships: 1, tracking: 1'],
        ['STILL_REFERENCED', 'registrations.0.removeTracking', 'tracking: 1'],
        ['STILL_REFERENCED', 'scales.0.action', 'activities: 1'],
      ],
    );
  });

  it('takes in one request what hangs together', async () => {
    await track('ada', 'l-1');
    await track('ada', 'l-2');
    await track('bob', 'l-1');
    const report = await loaded({
      organisations: [
        { syncKey: 'region', action: 'REMOVE' },
        { syncKey: 'school', action: 'REMOVE' },
      ],
      users: [{ syncKey: 'editor', organisationSyncKeys: ['empty'] }],
      learners: [
        { login: 'ada', action: 'REMOVE' },
        { login: 'bob', organisationSyncKey: null },
      ],
      learningObjectives: [
        { uniqueId: 'LO', action: 'REMOVE' },
        { uniqueId: 'LO-1', action: 'REMOVE' },
        { uniqueId: 'LO-2', action: 'REMOVE' },
      ],
      trainings: [{ guid: 't-1', organisationSyncKey: 'empty', learningObjectiveIds: [] }],
      sessions: [{ guid: 's-1', action: 'REMOVE' }],
      lovs: [{ guid: 'l-1', action: 'REMOVE' }],
      memberships: [{ trainingGuid: 't-1', lovGuid: 'l-1', action: 'REMOVE' }],
      registrations: ['ada', 'bob'].map((learnerLogin) => ({
        learnerLogin,
        sessionGuid: 's-1',
        action: 'REMOVE',
        removeTracking: true,
      })),
    });
    expect(removed(report)).toEqual({
      organisations: 2,
      learners: 1,
      learningObjectives: 3,
      sessions: 1,
      lovs: 1,
      memberships: 1,
      registrations: 2,
    });
    expect(await count('consolidated_tracking')).toBe(0);
    expect(await test.query('SELECT DISTINCT reason, import_id FROM deleted_tracking')).toEqual([
      { reason: 'REMOVED', import_id: null },
    ]);
    expect(await count('deleted_tracking')).toBe(3);
    expect(await count('organisation')).toBe(1);
  });

  it('keeps the tracking when a membership is removed', async () => {
    await track('ada', 'l-1');
    await loaded({ memberships: [{ trainingGuid: 't-1', lovGuid: 'l-1', action: 'REMOVE' }] });
    expect(await count('consolidated_tracking')).toBe(1);
    expect(await count('deleted_tracking')).toBe(0);
  });

  it('keeps a grade that a participant has, and an objective that an element of the course has', async () => {
    await assess();
    await refused(
      {
        trainings: [{ guid: 't-1', learningObjectiveIds: ['LO-2'] }],
        scales: [{ syncKey: 'pass', grades: [{ title: 'Passed' }, { title: 'Fail' }] }],
      },
      [
        ['STILL_REFERENCED', 'trainings.0.learningObjectiveIds', 'activities: 1'],
        ['STILL_REFERENCED', 'scales.0.grades', 'assessments: 1'],
      ],
    );
    await loaded({ scales: [{ syncKey: 'pass', grades: [{ title: 'Better' }, { title: 'Pass' }] }] });
    expect(
      await test.query("SELECT title FROM assessment_grade WHERE title <> '*' ORDER BY position"),
    ).toEqual([{ title: 'Better' }, { title: 'Pass' }]);
  });

  it('makes a leaf of what lost all below it', async () => {
    const leaves = () => count('learning_objective', "is_leaf = 1 AND unique_id = 'LO'");
    await loaded({ learningObjectives: [{ uniqueId: 'LO-2', action: 'REMOVE' }] });
    expect(await leaves()).toBe(0);
    await loaded({
      trainings: [{ guid: 't-1', learningObjectiveIds: ['LO'] }],
      learningObjectives: [{ uniqueId: 'LO-1', action: 'REMOVE' }],
    });
    expect(await leaves()).toBe(1);
  });

  it('refuses what a row of the same request still refers to, or makes anew', () =>
    refused(
      {
        organisations: [{ syncKey: 'empty', action: 'REMOVE' }],
        learners: [
          { login: 'ada', organisationSyncKey: 'empty' },
          { login: 'alone', action: 'REMOVE' },
          { login: 'alone' },
        ],
        lovs: [{ guid: 'l-3', action: 'REMOVE' }],
        memberships: [{ trainingGuid: 't-1', lovGuid: 'l-3' }],
        registrations: [
          { learnerLogin: 'bob', sessionGuid: 's-1', action: 'REMOVE' },
          { learnerLogin: 'bob', sessionGuid: 's-1' },
        ],
      },
      [
        ['ORGANISATION_NOT_FOUND', 'learners.0.organisationSyncKey'],
        ['KEY_DUPLICATED', 'learners.2.login'],
        ['LOV_NOT_FOUND', 'memberships.0.lovGuid'],
        ['KEY_DUPLICATED', 'registrations.1.sessionGuid'],
      ],
    ));

  it('leaves a unique value with the record that goes until the request is done', async () => {
    await loaded({ learners: [{ login: 'gone', refNumber: '7' }] });
    const rows: ReferenceRows = {
      learners: [
        { login: 'gone', action: 'REMOVE' },
        { login: 'new', refNumber: '7' },
      ],
    };
    await refused(rows, [['VALUE_TAKEN', 'learners.1.refNumber']]);
    await loaded({ learners: [{ login: 'gone', action: 'REMOVE' }] });
    await loaded(rows);
  });

  it('reads of a row nothing but what names the record', async () => {
    const report = await loaded({
      learners: [{ login: 'alone', action: 'REMOVE', email: 'nonsense', organisationSyncKey: 'nowhere' }],
      trainings: [{ guid: 't-1', action: 'REMOVE', title: ' ', learningObjectiveIds: [] }],
    });
    expect(removed(report)).toEqual({ learners: 1, trainings: 1 });
    expect(await test.query('SELECT title, is_deleted FROM training')).toEqual([
      { title: 'Course', is_deleted: 1 },
    ]);
    expect(await count('course_objective')).toBe(1);
  });
});
