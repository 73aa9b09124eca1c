/**
 * A caller sees its own site only: whatever can be called with whatever can name something, what belongs to another
 * site is neither read nor written, and answered exactly as what nobody has, so that nobody learns of it.
 *
 * Neither does the time tell: both take the same SQL statements, with as many values. What statements do not show, and
 * no caller could tell from the noise of a network, is the work inside one: where the database finds a row by its id
 * alone and drops it as another site's, it has read one row more, from memory or at worst from disk.
 */
import { buildApiSchema } from '../../src/api-schema';
import type { Tx } from '../../src/data/database';
import { type Api, apiOn } from '../support/api';
import { CALLS, type Variables } from '../support/calls';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { type RootField, rootFields, type Settable } from '../support/every-operation';
import { oneReadAtATime } from '../support/one-read-at-a-time';
import { present } from '../support/present';
import { withSession } from '../support/session';
import {
  changesBetween,
  type Row,
  type Snapshot,
  type TableChange,
  takeSnapshot,
  undo,
} from '../support/snapshot';
import { FIRST_NEW_ID, FOREIGN, type Names, storeTwoSites, type TwoSites } from '../support/two-sites';

/** What names something of a site, and as what. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {
  'Query.apiKeys': { after: 'keyCursor' },
  'Query.assessmentScales': { courseId: 'courseId', courseSyncKey: 'courseSyncKey' },
  'Query.auditLog': { after: 'auditCursor' },
  AuditFilter: { caller: 'caller', userId: 'userId', targetId: ['changedElementId', 'importId', 'keyId'] },
  'Query.consolidatedTracking': { after: 'trackingCursor' },
  ConsolidatedTrackingFilter: {
    candidateEmail: 'candidateEmail',
    candidateLogin: 'candidateLogin',
    candidateRefNumber: 'candidateRefNumber',
    importId: 'importId',
    lovCode: 'lovCode',
    lovGuid: 'lovGuid',
    sessionGuid: 'sessionGuid',
    sessionId: 'sessionId',
    trainingId: 'trainingId',
    trainingPathCode: 'trainingPathCode',
  },
  'Query.courseElements': { courseId: 'courseId', courseSyncKey: 'courseSyncKey' },
  'Query.customActivity': { elementId: 'elementId', elementSyncKey: 'elementSyncKey' },
  'Query.deletedTracking': { after: 'deletionCursor' },
  'Mutation.cancelImportJob': { jobId: 'queuedJobId' },
  'Mutation.retryImportJob': { jobId: 'cancelledJobId' },
  'Mutation.undoImportJob': { jobId: 'jobId' },
  'Query.importJob': { jobId: 'jobId' },
  'Query.importJobs': { after: 'jobCursor' },
  ImportJobFilter: { caller: 'caller' },
  'Query.importRun': { importId: 'importId' },
  'Query.importRuns': { after: 'runCursor' },
  ImportRunFilter: { caller: 'caller' },
  'Query.learner': {
    learnerId: 'learnerId',
    login: 'candidateLogin',
    refNumber: 'candidateRefNumber',
    email: 'candidateEmail',
  },
  'Query.learners': { after: 'learnerCursor' },
  LearnerFilter: {
    learnerId: 'learnerId',
    login: 'candidateLogin',
    refNumber: 'candidateRefNumber',
    email: 'candidateEmail',
    organisationId: 'organisationId',
    organisationSyncKey: 'organisationSyncKey',
    search: 'candidateLogin',
  },
  'Query.learningObjectVersion': { lovId: 'lovId', guid: 'lovGuid', code: 'lovCode' },
  'Query.learningObjectVersions': { after: 'lovCursor' },
  LearningObjectVersionFilter: {
    lovId: 'lovId',
    guid: 'lovGuid',
    code: 'lovCode',
    trainingId: 'trainingId',
    search: 'lovCode',
  },
  'Query.organisations': { after: 'organisationCursor' },
  OrganisationFilter: {
    organisationId: 'organisationId',
    syncKey: 'organisationSyncKey',
    parentId: 'upperOrganisationId',
    parentSyncKey: 'upperOrganisationSyncKey',
    search: 'organisationSyncKey',
  },
  'Query.registration': { registrationId: 'registrationId' },
  'Query.registrations': { after: 'registrationCursor' },
  RegistrationFilter: {
    registrationId: 'registrationId',
    learnerId: 'learnerId',
    candidateLogin: 'candidateLogin',
    candidateEmail: 'candidateEmail',
    candidateRefNumber: 'candidateRefNumber',
    sessionId: 'sessionId',
    sessionGuid: 'sessionGuid',
    trainingId: 'trainingId',
    trainingGuid: 'trainingGuid',
    trainingPathCode: 'trainingPathCode',
    trainingSyncKey: 'courseSyncKey',
  },
  'Query.session': { sessionId: 'sessionId', guid: 'sessionGuid' },
  'Query.sessions': { after: 'sessionCursor' },
  SessionFilter: {
    sessionId: 'sessionId',
    guid: 'sessionGuid',
    trainingId: 'trainingId',
    trainingGuid: 'trainingGuid',
    trainingPathCode: 'trainingPathCode',
    trainingSyncKey: 'courseSyncKey',
    search: 'sessionTitle',
  },
  'Query.training': {
    trainingId: 'trainingId',
    guid: 'trainingGuid',
    pathCode: 'trainingPathCode',
    syncKey: 'courseSyncKey',
  },
  'Query.trainings': { after: 'trainingCursor' },
  TrainingFilter: {
    trainingId: 'trainingId',
    guid: 'trainingGuid',
    pathCode: 'trainingPathCode',
    syncKey: 'courseSyncKey',
    organisationId: 'organisationId',
    organisationSyncKey: 'organisationSyncKey',
    search: 'trainingPathCode',
  },
  'Query.users': { after: 'userCursor' },
  UserFilter: { userId: 'userId', syncKey: 'userSyncKey', search: 'userSyncKey' },
  'Query.learningObjectives': { after: 'objectiveCursor', search: 'search' },
  'Query.notifications': { after: 'notificationCursor' },
  NotificationFilter: { elementId: 'changedElementId', learnerId: 'participantId' },
  AssessCustomActivityInput: {
    siteId: 'siteId',
    courseId: 'courseId',
    courseSyncKey: 'courseSyncKey',
    elementId: 'elementId',
    elementSyncKey: 'elementSyncKey',
    userId: 'userId',
    userSyncKey: 'userSyncKey',
    idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'],
  },
  ParticipantResultInput: {
    learnerId: 'participantId',
    learnerLogin: 'participantLogin',
    gradeId: 'gradeId',
  },
  ObjectiveResultInput: { learningObjectiveId: 'assessedObjectiveId' },
  CreateApiKeyInput: { name: 'keyName', userIds: 'userId', userSyncKeys: 'userSyncKey' },
  CreateCustomActivityInput: {
    siteId: 'siteId',
    courseId: 'courseId',
    courseSyncKey: 'courseSyncKey',
    parentId: 'folderId',
    parentSyncKey: 'folderSyncKey',
    userId: 'userId',
    userSyncKey: 'userSyncKey',
    assessmentId: 'scaleId',
    // It names what is to be new; what is there already is not.
    syncKey: 'elementSyncKey',
    idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'],
  },
  DeleteCustomActivityInput: {
    siteId: 'siteId',
    courseId: 'courseId',
    courseSyncKey: 'courseSyncKey',
    elementId: 'elementId',
    elementSyncKey: 'elementSyncKey',
    userId: 'userId',
    userSyncKey: 'userSyncKey',
    idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'],
  },
  RestoreCustomActivityInput: {
    siteId: 'siteId',
    courseId: 'courseId',
    courseSyncKey: 'courseSyncKey',
    elementId: 'deletedElementId',
    elementSyncKey: 'deletedElementSyncKey',
    userId: 'userId',
    userSyncKey: 'userSyncKey',
    idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'],
  },
  UpdateCustomActivityInput: {
    siteId: 'siteId',
    courseId: 'courseId',
    courseSyncKey: 'courseSyncKey',
    elementId: 'elementId',
    elementSyncKey: 'elementSyncKey',
    parentId: 'folderId',
    parentSyncKey: 'folderSyncKey',
    userId: 'userId',
    userSyncKey: 'userSyncKey',
    assessmentId: 'scaleId',
    idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'],
  },
  LearningObjectiveInput: { learningObjectiveId: 'newObjectiveId' },
  ImportConsolidatedTrackingInput: { idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'] },
  UndoImportInput: { importId: 'importId', idempotencyKey: ['idempotencyKey', 'othersIdempotencyKey'] },
  ConsolidatedTrackingRowInput: {
    candidateEmail: 'candidateEmail',
    candidateLogin: 'candidateLogin',
    candidateRefNumber: 'candidateRefNumber',
    lovCode: 'lovCode',
    lovGuid: 'lovGuid',
    sessionGuid: 'sessionGuid',
    sessionId: 'sessionId',
    sessionTitle: 'sessionTitle',
    trainingGuid: 'trainingGuid',
    trainingId: 'trainingId',
    trainingPathCode: 'trainingPathCode',
  },
  EraseLearnerInput: {
    learnerId: 'participantId',
    candidateLogin: 'candidateLogin',
    candidateRefNumber: 'candidateRefNumber',
    candidateEmail: 'candidateEmail',
  },
  // Keys of records name what is to be there afterwards; what another site has is not there.
  OrganisationInput: { syncKey: 'organisationSyncKey', parentSyncKey: 'organisationSyncKey' },
  LearnerInput: {
    login: 'candidateLogin',
    refNumber: 'otherRefNumber',
    organisationSyncKey: 'organisationSyncKey',
  },
  TrainingInput: {
    guid: 'courseGuid',
    pathCode: 'trainingPathCode',
    syncKey: 'otherCourseSyncKey',
    organisationSyncKey: 'organisationSyncKey',
    learningObjectiveIds: 'newObjectiveId',
  },
  UserInput: { syncKey: 'userSyncKey', organisationSyncKeys: 'organisationSyncKey' },
  LearningObjectiveRowInput: { uniqueId: 'newObjectiveId', parentUniqueId: 'upperObjectiveId' },
  MembershipInput: {
    trainingGuid: 'trainingGuid',
    trainingPathCode: 'trainingPathCode',
    lovGuid: 'lovGuid',
  },
  ScaleInput: {
    syncKey: 'scaleSyncKey',
    title: 'scaleTitle',
    courseGuid: 'courseGuid',
    courseSyncKey: 'courseSyncKey',
  },
  CourseElementInput: {
    syncKey: 'folderSyncKey',
    courseGuid: 'courseGuid',
    courseSyncKey: 'courseSyncKey',
    parentSyncKey: 'otherFolderSyncKey',
  },
  SessionInput: { guid: 'sessionGuid', trainingGuid: 'trainingGuid', trainingPathCode: 'trainingPathCode' },
  LovInput: {
    guid: 'lovGuid',
    code: 'lovCode',
    trainingGuids: 'trainingGuid',
    trainingPathCodes: 'trainingPathCode',
  },
  RegistrationInput: {
    learnerLogin: 'candidateLogin',
    learnerRefNumber: 'candidateRefNumber',
    sessionGuid: 'sessionGuid',
  },
  'Mutation.revokeApiKey': { id: 'keyId' },
};

const ACTIVITY_VALUES =
  'vendorId dryRun active allowStudentsSetCompletion assessmentVisible deadline description learningObjectiveAssessment locked mandatory maxScore title';

/** What holds values, and names nothing of a site. */
const VALUES: Readonly<Record<string, string>> = {
  'Query.apiKeys': 'first',
  'Query.auditLog': 'first',
  AuditFilter: 'operation targetType since until',
  'Query.consolidatedTracking': 'first orderBy',
  'Query.deletedTracking': 'first deletedSince',
  ConsolidatedTrackingFilter: 'status changedSince',
  'Mutation.undoImportJob': 'dryRun',
  'Query.importJobs': 'first',
  ImportJobFilter: 'state since until',
  'Query.importRuns': 'first',
  ImportRunFilter: 'since until',
  'Query.learners': 'first',
  'Query.learningObjectVersions': 'first',
  'Query.organisations': 'first',
  'Query.registrations': 'first',
  'Query.sessions': 'first',
  'Query.trainings': 'first',
  'Query.users': 'first',
  'Query.learningObjectives': 'first leaf',
  'Query.notifications': 'first',
  NotificationFilter: 'undelivered',
  AssessCustomActivityInput: 'vendorId dryRun',
  ParticipantResultInput: 'comment status score',
  ObjectiveResultInput: 'outcome',
  CreateApiKeyInput: 'scopes expiresAt anyUser',
  // A new site, and a key on it: nothing of any site that is there.
  'Mutation.createSite': 'name',
  SetWebhookInput: 'url rotate',
  FirstKeyInput: 'name scopes expiresAt anyUser',
  CreateCustomActivityInput: ACTIVITY_VALUES,
  UpdateCustomActivityInput: `${ACTIVITY_VALUES} clearAssessment clearDeadline expectedUpdatedAt sendUpdateNotification`,
  DeleteCustomActivityInput: 'vendorId dryRun reason',
  RestoreCustomActivityInput: 'vendorId dryRun reason',
  EraseLearnerInput: 'dryRun removeFiles',
  ImportConsolidatedTrackingInput: 'dryRun errorPolicy writeMode',
  UndoImportInput: 'dryRun',
  ImportOptionsInput: 'defaultScoreMax olderRows',
  ImportParametersInput: 'dateTimeFormat defaultTime timeSpentFormat timeZone',
  TrackingStatusAliasInput: 'alias status',
  SiteInput: 'name useScore',
  OrganisationInput: 'name action',
  UserInput: 'isExternal isDeleted action',
  LearnerInput: 'email createdAt action',
  LearningObjectiveRowInput: 'title isPublished action',
  TrainingInput: 'title isExternal isDeleted isArchived objectivesEnabled action',
  SessionInput: 'title startsAt endsAt action',
  LovInput: 'title provider kind action',
  MembershipInput: 'mandatory position points action',
  RegistrationInput: 'removeTracking action',
  ScaleInput: 'action',
  GradeInput: 'title minPercent maxPercent',
  CourseElementInput: 'kind title position active isDeleted action',
  LoadReferenceDataInput: 'dryRun',
  ConsolidatedTrackingRowInput:
    'firstAccessDate firstCompletionDate lastAccessDate ignoredColumn progression score scoreMax timeSpent trackingStatus',
};

/** Of these at most one may be sent. */
const ALTERNATIVES: readonly (readonly string[])[] = [
  ['courseId', 'courseSyncKey'],
  ['elementId', 'elementSyncKey'],
  ['parentId', 'parentSyncKey'],
  ['userId', 'userSyncKey'],
  ['learnerId', 'learnerLogin', 'learnerRefNumber'],
];

/** Each takes one reference. */
const LOOK_UPS = ['learner', 'learningObjectVersion', 'registration', 'session', 'training'];

/** The same, of one input alone: rows of an import name a learner by several. */
const ALTERNATIVES_OF: Readonly<Record<string, readonly string[]>> = {
  EraseLearnerInput: ['learnerId', 'candidateLogin', 'candidateRefNumber', 'candidateEmail'],
};

interface Case {
  readonly field: RootField;
  readonly settable: Settable;
  /** What it names. */
  readonly kind: string;
  readonly dryRun: boolean;
}

const FIELDS = rootFields(buildApiSchema());
const known = FIELDS.filter(({ name }) => CALLS[name] !== undefined);
const CASES = known.flatMap((field) =>
  field.settable.flatMap((settable) =>
    kindsOf(settable).flatMap((kind) =>
      dryRunsOf(field).map((dryRun) => ({ field, settable, kind, dryRun }) satisfies Case),
    ),
  ),
);

function partsOf({ coordinate }: Settable): [type: string, field: string] {
  const dot = coordinate.lastIndexOf('.');
  return [coordinate.slice(0, dot), coordinate.slice(dot + 1)];
}

function kindsOf(settable: Settable): readonly string[] {
  const [type, field] = partsOf(settable);
  return [NAMES[type]?.[field] ?? []].flat();
}

function isValue(settable: Settable): boolean {
  const [type, field] = partsOf(settable);
  return VALUES[type]?.split(' ').includes(field) === true;
}

function dryRunsOf({ settable }: RootField): readonly boolean[] {
  return settable.some(({ path }) => path.at(-1) === 'dryRun') ? [false, true] : [false];
}

/** The same variables with one value in its place, instead of what means the same. */
function withValue(variables: Variables, settable: Settable, value: unknown): Variables {
  const { path } = settable;
  const [type] = partsOf(settable);
  const copy = structuredClone(variables);
  const last = path.at(-1) as string | number;
  let at = copy as Record<string | number, unknown>;
  for (const [index, step] of path.slice(0, -1).entries()) {
    at[step] ??= typeof path[index + 1] === 'number' ? [] : {};
    at = at[step] as Record<string | number, unknown>;
  }
  const alternatives =
    ALTERNATIVES_OF[type] ?? ALTERNATIVES.find((fields) => fields.includes(String(last))) ?? [];
  for (const other of alternatives) delete at[other];
  at[last] = value;
  return copy;
}

function call({ field, settable, kind, dryRun }: Case, others: Names, named: Names): Variables {
  const variables = LOOK_UPS.includes(field.name) ? {} : present(CALLS[field.name])(others);
  return withDryRun(withValue(variables, settable, named[kind]), dryRun);
}

function withDryRun(variables: Variables, dryRun: boolean): Variables {
  const input = (each: object) => ({ ...each, dryRun });
  if (!dryRun) return variables;
  if ('jobId' in variables) return { ...variables, dryRun };
  if (Array.isArray(variables.inputs)) return { inputs: variables.inputs.map(input) };
  return { input: input(variables.input as object) };
}

describe('this test knows', () => {
  it('every operation of the schema', () => {
    expect(FIELDS.map(({ name }) => name).sort()).toEqual(Object.keys(CALLS).sort());
  });

  it('everything that can be sent, and whether it names something', () => {
    const settable = new Map(
      FIELDS.flatMap((field) => field.settable.map((each) => [each.coordinate, each])),
    );
    const sorted = (coordinates: readonly string[]) => [...new Set(coordinates)].sort();
    const named = [...settable.values()].filter((each) => kindsOf(each).length > 0);
    const values = [...settable.values()].filter(isValue);
    expect(sorted([...named, ...values].map(({ coordinate }) => coordinate))).toEqual(
      sorted([...settable.keys()]),
    );
    expect(named.filter(isValue)).toEqual([]);
    const listed = [
      ...Object.entries(NAMES).flatMap(([type, fields]) =>
        Object.keys(fields).map((field) => `${type}.${field}`),
      ),
      ...Object.entries(VALUES).flatMap(([type, fields]) =>
        fields.split(' ').map((field) => `${type}.${field}`),
      ),
    ];
    expect(listed.filter((coordinate) => !settable.has(coordinate))).toEqual([]);
  });
});

describe.each(DATABASE_KINDS)('every operation on $kind', (kind) => {
  let test: TestDatabase;
  let own: Api;
  let foreign: Api;
  let sites: TwoSites;
  let before: Snapshot;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    own = apiOn(test, { database: oneReadAtATime(test.database) });
    foreign = own.as({ siteId: FOREIGN });
    sites = await storeTwoSites(test);
    before = await takeSnapshot(test);
  });
  afterAll(() => test.drop());

  /** What a call came to; afterwards the sites are as they were. */
  async function outcomeOf(api: Api, { type, name, documentFor }: RootField, variables: Variables) {
    const watched = test.watch();
    const result = await api.execute(documentFor(variables), variables);
    // What a query asks for side by side is looked up in any order.
    const statements = type === 'Query' ? [...watched].sort() : [...watched];
    const changes = changesBetween(before, await takeSnapshot(test));
    await undo(test, changes);
    const texts = (rows: readonly Row[]) => rows.map(comparable).sort();
    return {
      answer: comparable({ data: result.data?.[name], errors: result.errors }),
      statements,
      audited: texts(changes.filter(isAudit).flatMap(({ added }) => added)),
      stored: changes
        .filter((change) => !isAudit(change))
        .map(({ table, removed, added }) => ({ table, removed: texts(removed), added: texts(added) })),
      changes,
    };
  }

  /** As JSON, without what is made up anew each time. */
  function comparable(value: unknown): string {
    const sent = new Set<unknown>(Object.values(sites).flatMap((names) => Object.values(names)));
    return (
      JSON.stringify(value, null, 1)
        .replace(/"ct_[^"]*"/g, '"<key>"')
        .replace(/whsec_[\w+/]*=/g, '<secret>')
        .replace(/"(secret_hash|key_hash|fingerprint|answer)": ".*"/g, '"$1": "<made>"')
        // By the clock of the database, which does not stand still.
        .replace(/"(next_attempt_at|given_up_at|expires_at|syncedThrough)": "[^"]*"/g, '"$1": "<made>"')
        .replace(/(?<=")(?:[\da-f]{16}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?=")/g, (id) =>
          sent.has(id) ? id : '<made>',
        )
        .replace(/\b\d+\b/g, (id) => (Number(id) >= FIRST_NEW_ID && id.length === 8 ? '<made>' : id))
    );
  }

  /** The foreign names in a text as nothing has them. */
  function asOfNothing(text: string): string {
    const names = Object.entries(sites.foreign)
      // No answer repeats it, and it cannot be told from any other number.
      .filter(([name]) => name !== 'siteId')
      .sort(([, a], [, b]) => String(b).length - String(a).length);
    const folded = (value: unknown) => String(value).toLowerCase();
    return names.reduce((told, [name, value]) => {
      const ofNothing = sites.nothing[name];
      return told.replace(asWord(value), String(ofNothing)).replace(asWord(folded(value)), folded(ofNothing));
    }, text);
  }

  /** Names of the foreign site in a text. */
  function foreignIn(text: string): string[] {
    return Object.entries(sites.foreign).flatMap(([name, value]) =>
      name !== 'siteId' && asWord(value).test(text) ? [`${name} ${value}`] : [],
    );
  }

  async function expectNothingOfIt(field: RootField, foreignCall: Variables, nothingCall: Variables) {
    const found = await outcomeOf(own, field, foreignCall);
    const missed = await outcomeOf(own, field, nothingCall);
    expect(asOfNothing(found.answer)).toEqual(missed.answer);
    expect(found.statements).toEqual(missed.statements);
    expect(foreignRows(found.changes)).toEqual([]);
    expect(JSON.parse(asOfNothing(JSON.stringify(found.stored)))).toEqual(missed.stored);
    expect(found.audited).toEqual(missed.audited);
    expect(foreignIn(found.audited.join())).toEqual([]);
  }

  const plainCall = (field: RootField) => outcomeOf(own, field, present(CALLS[field.name])(sites.own));

  it.each(known)('$name works, and shows and changes nothing of another site', async (field) => {
    const done = await plainCall(field);
    expect(done.answer).not.toMatch(/"errors"|"__typename": "\w+Error"|"data": null/);
    expect(foreignIn(done.answer)).toEqual([]);
    expect(done.answer).not.toContain('foreign-');
    expect(foreignRows(done.changes)).toEqual([]);
    expect(done.stored.length > 0).toBe(field.type === 'Mutation');
  });

  describe('while the other site holds nothing', () => {
    const beside = new Map<string, Awaited<ReturnType<typeof plainCall>>>();
    let all: TableChange[];

    beforeAll(async () => {
      for (const field of known) beside.set(field.name, await plainCall(field));
      all = [...before].map(([table, rows]) => ({
        table,
        removed: [],
        added: rows.filter(isForeign(table)),
      }));
      await undo(test, all);
      before = await takeSnapshot(test);
    });
    afterAll(async () => {
      await undo(
        test,
        all.map(({ table, added }) => ({ table, removed: added, added: [] })),
      );
      before = await takeSnapshot(test);
    });

    it.each(known)(
      '$name answers and does what it does beside it: no total counts its rows',
      async (field) => {
        const { changes: _, ...alone } = await plainCall(field);
        expect(beside.get(field.name)).toMatchObject(alone);
      },
    );
  });

  // The embedded database has one writer at a time, whatever it writes.
  if (kind.kind !== 'sqlite')
    it('none waits for what the other site is writing', async () => {
      const impatient = own.as({ database: withSession(test.database, 'SET innodb_lock_wait_timeout = 1') });
      const answersOf = async () => {
        const answers: string[] = [];
        for (const field of known) {
          for (const names of [sites.own, sites.foreign]) {
            answers.push((await outcomeOf(impatient, field, present(CALLS[field.name])(names))).answer);
          }
        }
        return answers;
      };
      const expected = await answersOf();
      const lockTheOther = async ({ manager }: Tx) => {
        for (const table of before.keys()) {
          // It belongs to no site, and holds nothing of any.
          if (table === 'write_check') continue;
          const site = table === 'site' ? 'id' : 'site_id';
          await manager.query(`SELECT * FROM ${table} WHERE ${site} = ? FOR UPDATE`, [FOREIGN]);
        }
        expect(await answersOf()).toEqual(expected);
      };
      // All operations take longer than a request may.
      await test.database.transaction(lockTheOther, { deadline: performance.now() + 600_000 });
    });

  describe.each(
    CASES.map((each) => ({
      ...each,
      name: `${each.field.name}${each.dryRun ? ', dry run' : ''}: ${each.settable.coordinate} as ${each.kind}`,
    })),
  )('$name', (each) => {
    const { field, kind: name } = each;

    it('of another site, among own names, is what nothing has', async () => {
      await expectNothingOfIt(
        field,
        call(each, sites.own, sites.foreign),
        call(each, sites.own, sites.nothing),
      );
    });

    it('of the own site, among those of another one, finds nothing else there', async () => {
      await expectNothingOfIt(
        field,
        call(each, sites.foreign, sites.own),
        call(each, sites.nothing, sites.own),
      );
    });

    // A place that no row has is a place as well; another caller's key is not this one's; a dry run uses none.
    if (/Cursor$|^others/.test(name) || (each.dryRun && name === 'idempotencyKey')) return;
    it('names something there', async () => {
      const there = await outcomeOf(foreign, field, call(each, sites.foreign, sites.foreign));
      const nowhere = await outcomeOf(foreign, field, call(each, sites.foreign, sites.nothing));
      expect(asOfNothing(there.answer)).not.toEqual(asOfNothing(nowhere.answer));
    });
  });

  it.each(known.flatMap((field) => dryRunsOf(field).map((dryRun) => ({ name: field.name, field, dryRun }))))(
    '$name, dry run $dryRun: a call of another site finds nothing',
    async ({ field, dryRun }) => {
      const [there, nowhere] = [sites.foreign, sites.nothing].map((names) =>
        withDryRun(present(CALLS[field.name])(names), dryRun),
      );
      await expectNothingOfIt(field, present(there), present(nowhere));
    },
  );
});

function isAudit({ table }: TableChange): boolean {
  return table === 'audit_entry';
}

function isForeign(table: string): (row: Row) => boolean {
  return (row) => (table === 'site' ? row.id : row.site_id) === FOREIGN;
}

function foreignRows(changes: readonly TableChange[]): Row[] {
  return changes.flatMap(({ table, removed, added }) => [...removed, ...added].filter(isForeign(table)));
}

function asWord(value: string | number): RegExp {
  const escaped = String(value).replace(/[.+*?^$()[\]{}|\\]/g, '\\$&');
  return new RegExp(`(?<![\\w])${escaped}(?![\\w])`, 'g');
}
