import { type DocumentNode, Kind, parse } from 'graphql';
import { exampleFile } from '../../examples/import-file';
import { loadAcademy } from '../../examples/reference-data/load-academy';
import { readOperations } from '../../src/http/operations';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importFile } from '../support/import-jobs';
import { present } from '../support/present';
import { startReceiver } from '../support/receiver';

const OPERATIONS = new Map(readOperations().map((operation) => [operation.name, operation]));

describe('the documented operations', () => {
  it.each([...OPERATIONS.values()])(
    '$name is one operation of its own name, told about first',
    ({ name, query }) => {
      const [comment] = present(/^(#.*\n)+/.exec(query));
      expect(comment.trimEnd().split('\n').length).toBeGreaterThanOrEqual(1);
      expect(comment.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
      const pascalCase = name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());
      expect(operationNames(parse(query))).toEqual([pascalCase]);
    },
  );
});

function operationNames({ definitions }: DocumentNode): (string | undefined)[] {
  return definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? definition.name?.value : definition.kind,
  );
}

interface Answer {
  readonly importConsolidatedTracking: {
    readonly __typename: string;
    readonly importId: string | null;
    readonly rows: readonly {
      readonly outcome: string;
      readonly problems: readonly { readonly code: string }[];
      readonly changes?: readonly { readonly field: string }[];
    }[];
  };
}

interface ActivityAnswer {
  readonly __typename: string;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly problems: readonly { readonly code: string }[];
}

async function runOperation<Data>(
  api: Api,
  name: string,
  variables?: Record<string, unknown>,
): Promise<Data> {
  const operation = OPERATIONS.get(name);
  if (operation === undefined) throw new Error(`There is no operation ${name}`);
  return api.run<Data>(operation.query, variables ?? JSON.parse(operation.variables ?? '{}'));
}

/** What a mutation of one activity came to. */
async function runOnActivity(api: Api, name: string) {
  const [answer] = Object.values(await runOperation<Record<string, ActivityAnswer>>(api, name));
  if (answer === undefined) throw new Error(`${name} answers nothing`);
  return brief(answer);
}

function brief({ __typename, changes, problems }: ActivityAnswer) {
  return {
    type: __typename.replace(/^.*CustomActivity/, ''),
    changed: changes.map(({ field }) => field),
    codes: problems.map(({ code }) => code),
  };
}

describe.each(DATABASE_KINDS)('the documented operations on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    const { problems } = await test.database.transaction((tx) => loadAcademy(tx, 1));
    expect(problems).toEqual([]);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const run = <Data>(name: string, variables?: Record<string, unknown>) =>
    runOperation<Data>(api, name, variables);

  const runActivity = (name: string) => runOnActivity(api, name);

  /** What can be read of the activities that the operations write. */
  async function storedActivity(elementSyncKey: string): Promise<Record<string, unknown>> {
    const { customActivity } = await run<{ customActivity: Record<string, unknown> }>('custom-activity', {
      elementSyncKey,
    });
    return customActivity;
  }

  async function runImport(name: string) {
    const { importConsolidatedTracking: answer } = await run<Answer>(name);
    return {
      importId: answer.importId,
      type: answer.__typename.replace('ImportConsolidatedTracking', ''),
      outcomes: answer.rows.map(({ outcome }) => outcome),
      codes: answer.rows.map(({ problems }) => problems.map(({ code }) => code)),
      changed: answer.rows.map(({ changes }) => changes?.map(({ field }) => field)),
    };
  }

  it('import-success is accepted without a problem, and unchanged the second time', async () => {
    expect(await runImport('import-success')).toMatchObject({
      type: 'Success',
      outcomes: Array(5).fill('CREATED'),
    });
    expect(await runImport('import-success')).toMatchObject({
      type: 'Success',
      outcomes: Array(5).fill('UNCHANGED'),
    });
  });

  it('import-warning has a clean row, two with warnings and a rejected one', async () => {
    expect(await runImport('import-warning')).toMatchObject({
      type: 'Warning',
      outcomes: ['CREATED', 'CREATED', 'CREATED', 'REJECTED'],
      codes: [
        [],
        ['LEARNER_AMBIGUOUS'],
        ['DATES_OUT_OF_ORDER', 'STATUS_CONTRADICTS_PROGRESSION'],
        ['REGISTRATION_NOT_FOUND'],
      ],
    });
  });

  it('import-error has no accepted row', async () => {
    expect(await runImport('import-error')).toMatchObject({
      type: 'Error',
      outcomes: Array(4).fill('REJECTED'),
      codes: [
        ['LOV_PROVIDED_BY_CROSSKNOWLEDGE'],
        ['LOV_IS_EASYQUIZZ'],
        ['COMPLETION_DATE_WITHOUT_COMPLETION'],
        ['LEARNER_REFERENCE_MISSING', 'DATE_INVALID', 'PROGRESSION_OUT_OF_RANGE', 'TRACKING_STATUS_UNKNOWN'],
      ],
    });
  });

  it('registration-totals shows what import-merge does to a registration', async () => {
    await runImport('import-success');
    const totals = async () => {
      const { registrations } = await run<{ registrations: { nodes: { totals: object }[] } }>(
        'registration-totals',
      );
      return registrations.nodes.map((node) => node.totals);
    };
    expect(await totals()).toMatchObject([{ timeSpentSeconds: 5_100 }]);
    await runImport('import-merge');
    expect(await totals()).toMatchObject([{ timeSpentSeconds: 5_400, progression: expect.any(Number) }]);
  });

  it('import-dry-run shows what would be reset, and import-merge keeps it', async () => {
    await runImport('import-success');
    expect(await runImport('import-dry-run')).toMatchObject({
      type: 'Warning',
      importId: null,
      outcomes: ['REPLACED'],
      codes: [['VALUE_RESET']],
      changed: [['firstAccessDate', 'lastAccessDate', 'timeSpentSeconds']],
    });
    expect(await runImport('import-merge')).toMatchObject({
      type: 'Success',
      outcomes: ['REPLACED'],
      changed: [['lastAccessDate', 'timeSpentSeconds']],
    });
  });

  it('consolidated-tracking finds what import-success wrote', async () => {
    await runImport('import-success');
    const { consolidatedTracking } = await run<{ consolidatedTracking: { nodes: { status: string }[] } }>(
      'consolidated-tracking',
    );
    expect(consolidatedTracking.nodes.map(({ status }) => status).sort()).toEqual([
      'COMPLETED',
      'COMPLETED',
      'PASSED',
    ]);
  });

  it('import-run answers null until it is given the id of an import', async () => {
    expect(await run('import-run')).toEqual({ importRun: null });
    const { importId } = await runImport('import-success');
    expect(await run('import-run', { importId })).toMatchObject({
      importRun: { importId, writeMode: 'REPLACE', summary: { created: 5 } },
    });
  });

  it('import-run tells the problems of its rows', async () => {
    const { importId } = await runImport('import-warning');
    expect(await run('import-run', { importId })).toMatchObject({
      importRun: { undoneBy: null, problems: { totalCount: 4, pageInfo: { hasNextPage: false } } },
    });
  });

  it('undo-import refuses until it is given the id of an import, and takes that back', async () => {
    const { undoImport: refused } = await run<{ undoImport: object }>('undo-import');
    expect(refused).toMatchObject({ problems: [{ code: 'IMPORT_NOT_FOUND', path: ['importId'] }] });
    const { importId } = await runImport('import-success');
    expect(await run('undo-import', { input: { importId } })).toMatchObject({
      undoImport: {
        __typename: 'ImportConsolidatedTrackingSuccess',
        summary: { received: 5, deleted: 5 },
        problems: [],
      },
    });
  });

  it('the operations on import jobs refuse until they are given the id of one', async () => {
    expect(await run('import-job')).toEqual({ importJob: null });
    for (const name of ['cancel-import-job', 'retry-import-job', 'undo-import-job']) {
      const [answer] = Object.values(await run<Record<string, object>>(name));
      expect(answer).toMatchObject({ __typename: 'ImportJobError', problems: [{ code: 'JOB_NOT_FOUND' }] });
    }
    expect(await run('import-jobs')).toMatchObject({ importJobs: { totalCount: 0, nodes: [] } });
  });

  it('import-job and import-jobs tell what became of a file, and the others steer its job', async () => {
    const sent = { configuration: exampleFile('partner.xml'), fileName: 'partner.csv' };
    const jobId = await importFile(test, exampleFile('partner.csv'), sent);
    expect(await run('import-job', { jobId })).toMatchObject({
      importJob: {
        state: 'FINISHED_WITH_PROBLEMS',
        fileName: 'partner.csv',
        summary: { received: 3, created: 2, rejected: 1 },
        problems: { totalCount: 2 },
      },
    });
    expect(await run('import-jobs', {})).toMatchObject({ importJobs: { totalCount: 1, nodes: [{ jobId }] } });
    expect(await run('cancel-import-job', { jobId })).toMatchObject({
      cancelImportJob: { problems: [{ code: 'JOB_ENDED' }] },
    });
    expect(await run('retry-import-job', { jobId })).toMatchObject({
      retryImportJob: { problems: [{ code: 'JOB_NOT_STOPPED' }] },
    });
    expect(await run('undo-import-job', { jobId, dryRun: true })).toMatchObject({
      undoImportJob: {
        __typename: 'ImportJobSuccess',
        job: { state: 'QUEUED', undoOf: jobId },
        problems: [],
      },
    });
  });

  it('the pages of records find what the academy has', async () => {
    const pages = await Promise.all(
      [
        'learners',
        'organisations',
        'trainings',
        'sessions',
        'registrations',
        'learning-object-versions',
        'users',
      ].map((name) => run<Record<string, { totalCount: number; nodes: unknown[] }>>(name)),
    );
    const counts = pages.flatMap((page) =>
      Object.entries(page).map(([name, { totalCount }]) => [name, totalCount]),
    );
    expect(counts).toEqual([
      ['learners', 1],
      ['organisations', 3],
      ['trainings', 1],
      ['sessions', 2],
      ['registrations', 7],
      ['learningObjectVersions', 2],
      ['users', expect.any(Number)],
    ]);
    expect(pages[2]).toMatchObject({
      trainings: {
        nodes: [{ lovs: { nodes: [{ mandatory: true }, {}, {}] }, sessions: { nodes: [{}, {}] } }],
      },
    });
    expect(pages[4]).toMatchObject({
      registrations: {
        nodes: expect.arrayContaining([expect.objectContaining({ session: { title: 'Spring 2025' } })]),
      },
    });
  });

  it('one record is found by one of its references', async () => {
    expect(await run('learner')).toMatchObject({ learner: { refNumber: 'E-1001' } });
    expect(await run('training')).toMatchObject({ training: { syncKey: 'hr-course-17' } });
    expect(await run('session')).toMatchObject({ session: { training: { title: 'First aid at work' } } });
    expect(await run('learning-object-version')).toMatchObject({ learningObjectVersion: { code: 'FA-CPR' } });
    const { registrations } = await run<{ registrations: { nodes: { registrationId: string }[] } }>(
      'registrations',
    );
    const { registrationId } = present(registrations.nodes[0]);
    expect(await run('registration', { registrationId })).toMatchObject({ registration: { registrationId } });
  });

  it('message-catalogue lists the codes', async () => {
    const { messageCatalogue } = await run<{ messageCatalogue: { code: string }[] }>('message-catalogue');
    expect(messageCatalogue.map(({ code }) => code)).toContain('VALUE_RESET');
  });

  it('update-custom-activity-success is stored, and changes nothing the second time', async () => {
    expect(await runActivity('update-custom-activity-success')).toEqual({
      type: 'Success',
      changed: [
        'parentId',
        'title',
        'description',
        'deadline',
        'mandatory',
        'learningObjectiveAssessment',
        'learningObjectives',
        'courseLearningObjectives',
      ],
      codes: [],
    });
    const stored = await storedActivity('first-aid-manikin');
    expect(stored).toMatchObject({
      parentSyncKey: 'first-aid-practice',
      title: 'Resuscitation on the manikin',
      deadline: '2025-06-25T16:00:00.000Z',
      mandatory: true,
      learningObjectives: [
        { learningObjectiveId: 'FirstAidCompressions' },
        { learningObjectiveId: 'CustomActivityLO2' },
      ],
    });
    expect(await runActivity('update-custom-activity-success')).toEqual({
      type: 'Success',
      changed: [],
      codes: [],
    });
    expect(await storedActivity('first-aid-manikin')).toEqual(stored);
  });

  it('update-custom-activity-warning skips the score and stores the rest', async () => {
    expect(await runActivity('update-custom-activity-warning')).toEqual({
      type: 'Warning',
      changed: ['title', 'mandatory'],
      codes: ['SCORE_NOT_ALLOWED'],
    });
    expect(await storedActivity('first-aid-kit')).toMatchObject({
      title: 'Check of the first-aid kit',
      mandatory: true,
      assessmentId: expect.any(Number),
      maxScore: null,
    });
  });

  it('update-custom-activity-error tells all faults and stores nothing', async () => {
    const stored = await storedActivity('first-aid-practical-test');
    expect(await runActivity('update-custom-activity-error')).toEqual({
      type: 'Error',
      changed: [],
      codes: ['TITLE_INVALID', 'DEADLINE_INVALID', 'ASSESSMENT_SCALE_LOCKED', 'OBJECTIVE_NOT_LEAF'],
    });
    expect(await storedActivity('first-aid-practical-test')).toEqual(stored);
  });

  it('update-custom-activities stores the good ones', async () => {
    const { updateCustomActivities } = await run<{
      updateCustomActivities: { results: ActivityAnswer[] };
    }>('update-custom-activities');
    expect(updateCustomActivities.results.map(brief)).toEqual([
      { type: 'Success', changed: ['deadline', 'mandatory'], codes: [] },
      { type: 'Success', changed: ['deadline'], codes: [] },
      { type: 'Error', changed: [], codes: ['ELEMENT_NOT_IN_COURSE'] },
    ]);
    expect(await storedActivity('first-aid-dressing')).toMatchObject({ mandatory: true });
    expect(await storedActivity('data-protection-desk')).toMatchObject({
      deadline: '2025-12-19T16:00:00.000Z',
    });
    expect(await storedActivity('first-aid-kit')).toMatchObject({ mandatory: false });
  });

  it('create-custom-activity creates one activity however often it is sent', async () => {
    const first = await run('create-custom-activity');
    expect(first).toMatchObject({
      createCustomActivity: {
        __typename: 'CreateCustomActivitySuccess',
        elementId: expect.any(Number),
        syncKey: 'first-aid-drill',
        problems: [],
      },
    });
    expect(await run('create-custom-activity')).toEqual(first);
    expect(await storedActivity('first-aid-drill')).toMatchObject({
      parentSyncKey: 'first-aid-practice',
      title: 'Evacuation drill',
      active: true,
    });
  });

  it('delete-custom-activity deletes an activity, and restore-custom-activity brings it back', async () => {
    const stored = await storedActivity('first-aid-kit');
    expect(await runActivity('restore-custom-activity')).toEqual({ type: 'Success', changed: [], codes: [] });
    const changed = { type: 'Success', changed: ['isDeleted'], codes: [] };
    expect(await runActivity('delete-custom-activity')).toEqual(changed);
    expect(await storedActivity('first-aid-kit')).toBeNull();
    expect(await runActivity('restore-custom-activity')).toEqual(changed);
    expect(await storedActivity('first-aid-kit')).toEqual({ ...stored, updatedAt: expect.any(String) });
  });

  it('erase-learner tells who would be erased, and erases nobody', async () => {
    const told = { eraseLearner: { __typename: 'EraseLearnerSuccess', removed: { registrations: 2 } } };
    const [first, second] = [await run('erase-learner'), await run('erase-learner')];
    expect(first).toMatchObject(told);
    expect(second).toEqual(first);
  });

  it('assess-custom-activity stores results, which lock the learning objectives', async () => {
    expect(await run('assess-custom-activity')).toMatchObject({
      assessCustomActivity: {
        __typename: 'AssessCustomActivitySuccess',
        results: [
          { learnerLogin: 'yuki.tanaka', status: 'COMPLETED', objectives: [{ outcome: 'MEETS' }] },
          { learnerLogin: 'fatou.diallo', status: 'COMPLETED', objectives: [{ outcome: 'PARTIALLY_MEETS' }] },
        ],
        problems: [],
      },
    });
    const { updateCustomActivity: locked } = await run<{ updateCustomActivity: ActivityAnswer }>(
      'update-custom-activity-success',
      {
        input: {
          courseSyncKey: 'hr-course-17',
          elementSyncKey: 'first-aid-dressing',
          userSyncKey: 'academy.planner',
          learningObjectives: [{ learningObjectiveId: 'CustomActivityLO1' }],
        },
      },
    );
    expect(brief(locked)).toEqual({ type: 'Error', changed: [], codes: ['OBJECTIVES_LOCKED'] });
  });

  it('custom-activity reads one activity', async () => {
    expect(await run('custom-activity')).toMatchObject({
      customActivity: {
        syncKey: 'first-aid-practical-test',
        courseSyncKey: 'hr-course-17',
        title: 'Practical test',
        deadline: '2025-06-27T15:00:00.000Z',
        learningObjectives: [
          { learningObjectiveId: 'CustomActivityLO1' },
          { learningObjectiveId: 'FirstAidCompressions' },
        ],
      },
    });
  });

  it('participants lists those of an activity, and what they have of it', async () => {
    const { customActivity } = await run<{
      customActivity: { participants: { totalCount: number; nodes: { gradeTitle: string | null }[] } };
    }>('participants');
    const { totalCount, nodes } = customActivity.participants;
    expect(nodes).toHaveLength(totalCount);
    expect(nodes.filter(({ gradeTitle }) => gradeTitle !== null)).toEqual([
      expect.objectContaining({ status: 'COMPLETED', gradeTitle: expect.any(String), score: null }),
    ]);
  });

  it('course-elements shows the course as a tree', async () => {
    const { courseElements } = await run<{
      courseElements: { syncKey: string; kind: string; children: { syncKey: string }[] }[];
    }>('course-elements');
    expect(courseElements.map(({ syncKey, kind }) => [syncKey, kind])).toEqual([
      ['first-aid-practice', 'FOLDER'],
      ['first-aid-manikin', 'CUSTOM_ACTIVITY'],
      ['first-aid-offline-assessment', 'CUSTOM_ACTIVITY'],
    ]);
    expect(courseElements[0]?.children.map(({ syncKey }) => syncKey)).toEqual([
      'first-aid-handout',
      'first-aid-kit',
      'first-aid-dressing',
      'first-aid-practical-test',
    ]);
  });

  it('assessment-scales lists the scales with their grades', async () => {
    const { assessmentScales } = await run<{
      assessmentScales: { title: string; grades: { title: string }[] }[];
    }>('assessment-scales');
    expect(
      assessmentScales.map(({ title, grades }) => [title, ...grades.map((grade) => grade.title)]),
    ).toEqual([
      ['Pass or fail', 'Pass', 'Fail'],
      ['Practice grades', 'Excellent', 'Good', 'Sufficient', 'Insufficient'],
    ]);
  });

  it('learning-objectives finds the leaves with a text', async () => {
    expect(await run('learning-objectives')).toMatchObject({
      learningObjectives: {
        totalCount: 1,
        nodes: [{ learningObjectiveId: 'CustomActivityLO1', leaf: true, parentId: 'FirstAidScene' }],
      },
    });
  });

  it('notifications has one for each participant, once the update asked for it', async () => {
    expect(await run('notifications')).toMatchObject({ notifications: { totalCount: 0, nodes: [] } });
    await runActivity('update-custom-activity-success');
    await runActivity('update-custom-activity-success');
    const { notifications } = await run<{
      notifications: { totalCount: number; nodes: { learnerLogin: string; elementSyncKey: string }[] };
    }>('notifications');
    expect(notifications.totalCount).toBe(8);
    expect(new Set(notifications.nodes.map(({ learnerLogin }) => learnerLogin)).size).toBe(8);
    expect(new Set(notifications.nodes.map(({ elementSyncKey }) => elementSyncKey))).toEqual(
      new Set(['first-aid-manikin']),
    );
  });

  it('create-api-key makes one that api-keys lists and revoke-api-key ends', async () => {
    type Outcome = {
      __typename: string;
      key?: string;
      apiKey: { id: string; revokedAt: string | null } | null;
    };
    const { createApiKey } = await run<{ createApiKey: Outcome }>('create-api-key');
    expect(createApiKey).toMatchObject({ __typename: 'CreateApiKeySuccess', problems: [] });
    const list = async () =>
      (await run<{ apiKeys: { nodes: Outcome['apiKey'][] } }>('api-keys')).apiKeys.nodes;
    expect(await list()).toMatchObject([{ name: 'campus-sync', revokedAt: null }]);
    expect(await run('revoke-api-key')).toMatchObject({
      revokeApiKey: { __typename: 'RevokeApiKeyError', problems: [{ code: 'API_KEY_NOT_FOUND' }] },
    });
    await run('revoke-api-key', { id: createApiKey.apiKey?.id });
    expect(await list()).toMatchObject([{ name: 'campus-sync', revokedAt: expect.any(String) }]);
  });

  it('create-site makes a site and its first key', async () => {
    expect(await run('create-site')).toMatchObject({
      createSite: { __typename: 'CreateSiteSuccess', apiKey: { name: 'harbour-setup' }, problems: [] },
    });
  });

  it('set-webhook, test-webhook and webhook set one, post to it and show it', async () => {
    const receiver = await startReceiver();
    const input = { url: receiver.url };
    expect(await run('set-webhook', { input })).toMatchObject({
      setWebhook: { __typename: 'SetWebhookSuccess', secret: expect.any(String), webhook: input },
    });
    expect(await run('test-webhook')).toMatchObject({ testWebhook: { delivered: true, failure: null } });
    expect(await run('webhook')).toMatchObject({ webhook: { ...input, lastDeliveryError: null } });
    await receiver.close();
    expect(await run('set-webhook')).toMatchObject({ setWebhook: { problems: [] } });
  });

  it('load-reference-data creates a learner in a session', async () => {
    expect(await run('load-reference-data')).toMatchObject({
      loadReferenceData: { __typename: 'LoadReferenceDataSuccess', problems: [] },
    });
  });

  it('import-runs lists what was imported', async () => {
    await run('import-success');
    expect(await run('import-runs')).toMatchObject({
      importRuns: { totalCount: 1, nodes: [{ caller: 'test', summary: { rejected: 0 } }] },
    });
  });

  it('deleted-tracking lists what was wiped', async () => {
    await run('import-success');
    expect(await run('deleted-tracking')).toMatchObject({
      deletedTracking: { syncedThrough: expect.any(String) },
    });
  });

  it('audit-log tells of updates', async () => {
    await runActivity('update-custom-activity-success');
    expect(await run('audit-log')).toMatchObject({
      auditLog: { totalCount: 1, nodes: [{ operation: 'updateCustomActivity', outcome: 'SUCCESS' }] },
    });
  });
});

/** Their ids are the vendor's, so each run has a database in which nothing was stored before the academy. */
describe.each(DATABASE_KINDS)("the vendor's sample requests on $kind", (kind) => {
  const SAMPLE = 'update-custom-activity-vendor-sample';
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await test.database.transaction((tx) => loadAcademy(tx, 1));
  });
  afterAll(() => test.drop());

  const stored = async () => {
    const { customActivity } = await runOperation<{ customActivity: Record<string, unknown> }>(
      api,
      'custom-activity',
      { elementSyncKey: 'first-aid-offline-assessment' },
    );
    const { updatedAt: _, parentId: __, parentSyncKey: ___, ...values } = customActivity;
    return values;
  };
  const values = {
    elementId: 11939,
    syncKey: 'first-aid-offline-assessment',
    courseId: 1,
    courseSyncKey: 'hr-course-17',
    active: true,
    title: 'My Imported offline assessment - changed',
    description: 'This offline assessment was imported. - changed',
    deadline: '2013-08-28T14:50:01.000Z',
    mandatory: true,
    assessmentId: 2,
    maxScore: null,
    assessmentVisible: true,
    locked: false,
    learningObjectiveAssessment: 'DO_NOT_USE',
    allowStudentsSetCompletion: false,
  };

  it('succeed one after the other, and do what the page says', async () => {
    expect(await runOnActivity(api, SAMPLE)).toEqual({
      type: 'Success',
      changed: [
        'title',
        'description',
        'deadline',
        'mandatory',
        'assessmentId',
        'assessmentVisible',
        'learningObjectives',
        'courseLearningObjectives',
      ],
      codes: [],
    });
    expect(await stored()).toEqual({
      ...values,
      learningObjectives: [
        { learningObjectiveId: 'CustomActivityLO1', title: 'Makes the scene safe' },
        { learningObjectiveId: 'CustomActivityLO2', title: 'Calls for help and says where and what' },
      ],
    });

    expect(await runOnActivity(api, `${SAMPLE}-empty-objectives`)).toEqual({
      type: 'Success',
      changed: ['learningObjectives'],
      codes: [],
    });
    expect(await stored()).toEqual({ ...values, learningObjectives: [] });
  });
});
