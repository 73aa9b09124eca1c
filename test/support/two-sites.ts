/**
 * Two sites that hold a class, courses and everything that calls leave behind, and the names of it all. On the foreign
 * site everything has another name, and whatever is newer there.
 */
import { AssessmentScaleEntity } from '../../src/data/entities/assessment-scale.entity';
import { LearnerEntity } from '../../src/data/entities/learner.entity';
import { type Api, apiOn, NOW } from './api';
import { classWorld, renamed } from './class-world';
import { type CourseWorld, onSite, storeCourseWorld, theCourseWorld } from './course-world';
import type { TestDatabase } from './databases';
import { storeJobs } from './site-jobs';
import { storeWorld } from './world';

export const OWN = 1;
export const FOREIGN = 2;

const HOUR = 3_600_000;
const CLASS = { learners: 3, lovs: 2 };
/** Ids of the class on the foreign site begin here; those of the courses are 100,000 for each site and more. */
const FOREIGN_CLASS_ID = 1_000_001;
/** No id is as high. */
const NOBODYS_IDS = 7_000_000;
const NOBODYS_UUID = '00000000-0000-4000-8000-000000000000';

/** What calls create after that gets an id from here on. */
export const FIRST_NEW_ID = 50_000_000;

/** What the names of a site's things are. */
export type Names = Readonly<Record<string, string | number>>;

export interface TwoSites {
  readonly own: Names;
  readonly foreign: Names;
  /** What nothing has: the foreign names, each a bit different. */
  readonly nothing: Names;
}

/** Stores both sites, and what calls leave there: imports, updates, assessments, keys, under idempotency keys. */
export async function storeTwoSites(test: TestDatabase): Promise<TwoSites> {
  await storeWorld(test, classWorld({ ...CLASS, siteId: OWN }));
  await storeWorld(test, renamed(classWorld({ ...CLASS, siteId: FOREIGN })));
  await storeCourseWorld(test, onSite(theCourseWorld, OWN));
  await storeCourseWorld(test, foreignCourses());

  await test.database.transaction(async ({ manager }) => {
    for (const siteId of [OWN, FOREIGN]) {
      const { scaleSyncKey: syncKey, scaleTitle: title } = namesOf(siteId, siteId === OWN ? '' : 'foreign-');
      await manager.update(AssessmentScaleEntity, { siteId, title }, { syncKey });
      const { candidateLogin: login, organisationId } = namesOf(siteId, siteId === OWN ? '' : 'foreign-');
      await manager.update(LearnerEntity, { siteId, login }, { organisationId: Number(organisationId) });
    }
  });

  const clock = (hoursAgo: number) => () => new Date(NOW - hoursAgo * HOUR);
  const own = apiOn(test, { clock: clock(2) });
  const foreign = own.as({ siteId: FOREIGN, clock: clock(1) });
  const [ownNames, foreignNames] = [namesOf(OWN, ''), namesOf(FOREIGN, 'foreign-')];
  const [ownJobs, foreignJobs] = await storeJobs(test, [
    { ...jobsOf(ownNames), clock: clock(2), api: own },
    { ...jobsOf(foreignNames), clock: clock(1), api: foreign },
  ]);
  await leaveTraces(own.as({ caller: 'others' }), ownNames, 'others-idempotency-key');
  const ownTraces = await leaveTraces(own.as({ caller: 'own-caller' }), ownNames, 'own-idempotency-key');
  const foreignTraces = await leaveTraces(foreign, foreignNames, 'foreign-idempotency-key');
  await leaveTraces(foreign.as({ caller: 'foreign-caller' }), foreignNames, null);

  await skipIds(test);

  const site = {
    own: { ...ownNames, ...ownJobs, ...ownTraces, othersIdempotencyKey: 'own-idempotency-key' },
    foreign: {
      ...foreignNames,
      ...foreignJobs,
      ...foreignTraces,
      othersIdempotencyKey: 'others-idempotency-key',
    },
  };
  return { ...site, nothing: namesOfNothing(site.foreign) };
}

/** Rows of a learner whom no other call imports. */
function jobsOf({ siteId, caller, candidateLogin, sessionGuid, lovGuid }: ReturnType<typeof namesOf>) {
  const last = (name: string, number: number) => name.replace(/\d+$/, String(number));
  return {
    siteId,
    caller: 'test',
    otherCaller: caller,
    candidateLogin: last(candidateLogin, 3),
    sessionGuid,
    lovGuids: [lovGuid, last(lovGuid, 2)] as const,
  };
}

/** So that ids of what is made later, which differ from call to call, are no other number. */
async function skipIds({ database }: TestDatabase): Promise<void> {
  const tables = await database.read(async ({ manager }) =>
    manager.connection.entityMetadatas.filter((each) => each.generatedColumns.length > 0),
  );
  await database.transaction(async ({ dialect, manager }) => {
    for (const { tableName } of tables) {
      await (dialect.kind === 'sqlite'
        ? manager.query('UPDATE sqlite_sequence SET seq = ? WHERE name = ?', [FIRST_NEW_ID, tableName])
        : manager.query(`ALTER TABLE ${tableName} AUTO_INCREMENT = ${FIRST_NEW_ID}`));
    }
  });
}

function foreignCourses(): CourseWorld {
  const name = (text: string) => `foreign-${text}`;
  const nullableName = (text: string | null) => (text === null ? null : name(text));
  const world = onSite(theCourseWorld, FOREIGN);
  return {
    ...world,
    siteName: name(world.siteName),
    organisations: world.organisations.map((each) => ({
      ...each,
      syncKey: name(each.syncKey),
      name: name(each.name),
    })),
    users: world.users.map((each) => ({ ...each, syncKey: nullableName(each.syncKey) })),
    courses: world.courses.map((each) => ({
      ...each,
      syncKey: nullableName(each.syncKey),
      objectives: each.objectives.map(name),
    })),
    elements: world.elements.map((each) => ({
      ...each,
      syncKey: nullableName(each.syncKey),
      title: name(each.title),
      activity:
        each.activity === null
          ? null
          : { ...each.activity, learningObjectives: each.activity.learningObjectives.map(name) },
    })),
    objectives: world.objectives.map((each) => ({ ...each, uniqueId: name(each.uniqueId) })),
  };
}

/** What is known of a site before anybody has called. */
function namesOf(siteId: number, prefix: string) {
  const idIn = (id: number) => siteId * 100_000 + id;
  const firstOfClass = siteId === OWN ? 1 : FOREIGN_CLASS_ID;
  return {
    siteId,
    courseId: idIn(1),
    courseGuid: `course-${idIn(1)}`,
    courseSyncKey: `${prefix}course`,
    otherCourseSyncKey: `${prefix}plain`,
    elementId: idIn(11_939),
    elementSyncKey: `${prefix}activity`,
    deletedElementId: idIn(11_940),
    deletedElementSyncKey: `${prefix}deleted-activity`,
    folderId: idIn(11),
    folderSyncKey: `${prefix}other-folder`,
    otherFolderSyncKey: `${prefix}folder`,
    userId: idIn(2),
    userSyncKey: `${prefix}editor`,
    scaleId: idIn(2),
    /** Of a scale of the course. */
    scaleSyncKey: `${prefix}scale`,
    scaleTitle: `Scale ${idIn(3)}`,
    gradeId: idIn(1),
    newObjectiveId: `${prefix}CustomActivityLO2`,
    upperObjectiveId: `${prefix}LO-SUBJECT`,
    assessedObjectiveId: `${prefix}CustomActivityLO1`,
    participantId: String(idIn(1)),
    participantLogin: `learner-${siteId}-${idIn(1)}`,
    /** The element that calls have changed, and whose participants were told. */
    changedElementId: idIn(11_949),
    idempotencyKey: `${prefix || 'own-'}idempotency-key`,
    search: `${prefix}CustomActivityLO`,
    caller: `${prefix || 'own-'}caller`,
    keyName: `${prefix || 'own-'}partner`,
    candidateEmail: `${prefix}learner-1@example.org`,
    candidateLogin: `${prefix}learner-1`,
    candidateRefNumber: `${prefix}R-1`,
    otherRefNumber: `${prefix}R-2`,
    learnerId: String(firstOfClass),
    registrationId: String(firstOfClass),
    lovId: String(firstOfClass),
    organisationId: String(idIn(2)),
    lovCode: `${prefix}L-1`,
    lovGuid: `${prefix}lov-1`,
    sessionGuid: `${prefix}session-1`,
    sessionId: firstOfClass,
    sessionTitle: `${prefix}Session`,
    trainingGuid: `${prefix}training-1`,
    trainingId: firstOfClass,
    trainingPathCode: `${prefix}T-1`,
    organisationSyncKey: `${prefix}school`,
    upperOrganisationId: String(idIn(1)),
    upperOrganisationSyncKey: `${prefix}region`,
  };
}

const IMPORT = `mutation ($input: ImportConsolidatedTrackingInput!) {
  done: importConsolidatedTracking(input: $input) { ... on ImportConsolidatedTrackingOutcome { importId } }
}`;

/** So that each call changes something. */
let traces = 0;

/** A bit of everything that is stored through the API, and the names that it got. */
async function leaveTraces(api: Api, names: ReturnType<typeof namesOf>, idempotencyKey: string | null) {
  const { courseId, changedElementId: elementId, userId, participantId, keyName } = names;
  const call = ++traces;
  const prefix = names.siteId === FOREIGN ? 'foreign-' : '';
  const place = { courseId, userId, idempotencyKey };
  const syncKey = `${prefix}made-by-call-${call}`;
  const rows = [1, 2].map((lov) => ({
    candidateLogin: names.candidateLogin,
    sessionGuid: names.sessionGuid,
    lovGuid: `${prefix}lov-${lov}`,
    score: 50,
  }));
  const { done: toUndo } = await api.run<{ done: { importId: string } }>(IMPORT, {
    input: { rows: [{ ...rows[0], score: call }] },
  });
  await api.run('mutation ($input: UndoImportInput!) { undoImport(input: $input) { __typename } }', {
    input: { importId: toUndo.importId, idempotencyKey },
  });
  const { done } = await api.run<{ done: { importId: string } }>(IMPORT, { input: { rows, idempotencyKey } });
  const gone = {
    candidateRefNumber: names.otherRefNumber,
    sessionGuid: names.sessionGuid,
    lovGuid: names.lovGuid,
  };
  for (const trackingStatus of ['incomplete', 'notAttempted']) {
    await api.run(
      'mutation ($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) { __typename } }',
      { input: { rows: [{ ...gone, trackingStatus }] } },
    );
  }
  await api.run(
    `mutation ($update: UpdateCustomActivityInput!, $creation: CreateCustomActivityInput!, $assessment: AssessCustomActivityInput!, $deletion: DeleteCustomActivityInput!, $restoration: RestoreCustomActivityInput!) {
      updateCustomActivity(input: $update) { __typename }
      createCustomActivity(input: $creation) { __typename }
      assessCustomActivity(input: $assessment) { __typename }
      deleteCustomActivity(input: $deletion) { __typename }
      restoreCustomActivity(input: $restoration) { __typename }
    }`,
    {
      update: {
        ...place,
        elementId,
        title: `${prefix}Changed by call ${call}`,
        sendUpdateNotification: true,
      },
      creation: { ...place, syncKey, title: `${prefix}Made by call ${call}` },
      assessment: { ...place, elementId, results: [{ learnerId: participantId, score: 5 }] },
      deletion: { ...place, elementSyncKey: syncKey, reason: `${prefix}Given up` },
      restoration: { ...place, elementSyncKey: syncKey },
    },
  );
  const { createApiKey: creation } = await api.run<{ createApiKey: { apiKey: { id: string } } }>(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { ... on CreateApiKeyOutcome { apiKey { id } } } }',
    { input: { name: keyName, scopes: ['ACTIVITY_UPDATE'], userIds: [userId] } },
  );
  // Nobody listens there.
  await api.run('mutation ($url: String) { setWebhook(input: { url: $url }) { __typename } }', {
    url: `http://127.0.0.1:9/${prefix}hook`,
  });
  type Page = { readonly pageInfo: { readonly startCursor: string } };
  const cursors = await api.run<Record<string, Page>>(`{
    keyCursor: apiKeys(first: 1) { pageInfo { startCursor } }
    auditCursor: auditLog(first: 1) { pageInfo { startCursor } }
    jobCursor: importJobs(first: 1) { pageInfo { startCursor } }
    runCursor: importRuns(first: 1) { pageInfo { startCursor } }
    deletionCursor: deletedTracking(first: 1) { pageInfo { startCursor } }
    trackingCursor: consolidatedTracking(first: 1) { pageInfo { startCursor } }
    objectiveCursor: learningObjectives(first: 1) { pageInfo { startCursor } }
    notificationCursor: notifications(first: 1) { pageInfo { startCursor } }
    learnerCursor: learners(first: 200) { pageInfo { startCursor: endCursor } }
    organisationCursor: organisations(first: 200) { pageInfo { startCursor: endCursor } }
    trainingCursor: trainings(first: 200) { pageInfo { startCursor: endCursor } }
    sessionCursor: sessions(first: 200) { pageInfo { startCursor: endCursor } }
    registrationCursor: registrations(first: 200) { pageInfo { startCursor: endCursor } }
    lovCursor: learningObjectVersions(first: 200) { pageInfo { startCursor: endCursor } }
    userCursor: users(first: 200) { pageInfo { startCursor: endCursor } }
  }`);
  return {
    ...Object.fromEntries(Object.entries(cursors).map(([name, page]) => [name, page.pageInfo.startCursor])),
    importId: done.importId,
    keyId: creation.apiKey.id,
  };
}

function namesOfNothing(foreign: Names): Names {
  const ofNothing = (name: string, value: string | number): string | number => {
    if (name === 'keyId') return '0'.repeat(16);
    if (name.endsWith('Cursor')) return cursorOfNothing(String(value));
    if (name === 'importId' || /jobId$/i.test(name)) return NOBODYS_UUID;
    if (typeof value === 'number') return value + NOBODYS_IDS;
    return value
      .replace(/^(?:foreign|others)-/, 'unknown-')
      .replace(/\d{6,}$/, (id) => String(Number(id) + NOBODYS_IDS));
  };
  return Object.fromEntries(Object.entries(foreign).map(([name, value]) => [name, ofNothing(name, value)]));
}

/** The same place among the rows of any site, at which no row is. */
function cursorOfNothing(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url')
    .toString()
    .split(':')
    .map((part) => {
      if (/^[\da-f-]{36}$/.test(part)) return NOBODYS_UUID;
      if (/^[\da-f]{16}$/.test(part)) return '0'.repeat(16);
      // Instants, which have more digits, and titles are the place itself; ids tell rows apart that share it.
      return /^\d{1,10}$/.test(part) ? String(Number(part) + NOBODYS_IDS) : part;
    });
  return Buffer.from(place.join(':')).toString('base64url');
}
