import type { Tx } from '../data/database';
import { findRegistrations, findTrainingLovs } from '../data/reference.repository';
import {
  insertRecords,
  LEARNERS,
  type LearnerValues,
  LOVS,
  type LovValues,
  MEMBERSHIPS,
  type MembershipValues,
  ORGANISATIONS,
  type OrganisationValues,
  REGISTRATIONS,
  type RegistrationValues,
  renameSite,
  SESSIONS,
  type SessionValues,
  TRAININGS,
  type TrainingValues,
} from '../data/reference-data.repository';
import { fold } from '../kernel/fold';
import type { StoredReferenceData } from './find-stored';
import type { ReferenceCounts, ReferenceRows, ReportedKind } from './reference-rows';
import type { ResolvedReferences } from './resolve-references';
import {
  count,
  type Ids,
  idsOf,
  insertMissing,
  instantOf,
  present,
  referred,
  rewriteChanged,
  sentOrKept,
  type Written,
  writeRecords,
} from './write-records';

/** What has passed every check. */
export interface CheckedLoad {
  readonly rows: ReferenceRows;
  readonly stored: StoredReferenceData;
  readonly references: ResolvedReferences;
  /** Undefined when this load made the site. */
  readonly siteName: string | undefined;
  readonly now: number;
}

/** Writes whole records, those that others refer to first. Nothing in it can answer a problem. */
export async function writeReferenceData(
  tx: Tx,
  siteId: number,
  load: CheckedLoad,
): Promise<Record<ReportedKind, ReferenceCounts>> {
  const site = await writeSite(tx, siteId, load);
  const organisations = await writeOrganisations(tx, siteId, load);
  const learners = await writeLearners(tx, siteId, load, organisations.ids);
  const trainings = await writeTrainings(tx, siteId, load, organisations.ids);
  const sessions = await writeSessions(tx, siteId, load, trainings.ids);
  const lovs = await writeLovs(tx, siteId, load);
  return {
    site,
    organisations: organisations.counts,
    learners: learners.counts,
    trainings: trainings.counts,
    sessions: sessions.counts,
    lovs: lovs.counts,
    memberships: await writeMemberships(tx, siteId, load, trainings.ids, lovs.ids),
    registrations: await writeRegistrations(tx, siteId, load, learners.ids, sessions.ids),
  };
}

async function writeSite(tx: Tx, siteId: number, { rows, siteName }: CheckedLoad): Promise<ReferenceCounts> {
  if (siteName === undefined) return { created: 1, updated: 0, unchanged: 0 };
  const name = rows.site?.name ?? siteName;
  if (name === siteName) return { created: 0, updated: 0, unchanged: 1 };
  await renameSite(tx, siteId, name);
  return { created: 0, updated: 1, unchanged: 0 };
}

async function writeOrganisations(tx: Tx, siteId: number, { rows, stored }: CheckedLoad): Promise<Written> {
  const { organisations: before } = stored;
  const complete = (ids: Ids): OrganisationValues[] =>
    (rows.organisations ?? []).map(({ syncKey, name, parentSyncKey }) => ({
      parentId: referred(parentSyncKey, ids, before.get(syncKey)?.parentId),
      syncKey,
      name: present(name ?? before.get(syncKey)?.name),
    }));
  // A parent that is new itself gets its id by being inserted; its children are told in the second pass.
  const known = await insertMissing(tx, siteId, ORGANISATIONS, 'syncKey', before, complete(idsOf(before)));
  const records = complete(idsOf(known));
  await rewriteChanged(tx, siteId, ORGANISATIONS, 'syncKey', known, records);
  return { counts: count(ORGANISATIONS, 'syncKey', before, records), ids: idsOf(known) };
}

function writeLearners(tx: Tx, siteId: number, load: CheckedLoad, organisationIds: Ids): Promise<Written> {
  const records = (load.rows.learners ?? []).map((row): LearnerValues => {
    const before = load.stored.learners.get(row.login);
    const email = sentOrKept(row.email, before?.email);
    return {
      organisationId: referred(row.organisationSyncKey, organisationIds, before?.organisationId),
      login: row.login,
      loginFolded: fold(row.login),
      refNumber: sentOrKept(row.refNumber, before?.refNumber),
      email,
      emailFolded: email === null ? null : fold(email),
      createdAt: row.createdAt?.getTime() ?? before?.createdAt ?? load.now,
    };
  });
  return writeRecords(tx, siteId, LEARNERS, 'login', load.stored.learners, records);
}

function writeTrainings(tx: Tx, siteId: number, load: CheckedLoad, organisationIds: Ids): Promise<Written> {
  const records = (load.rows.trainings ?? []).map((row): TrainingValues => {
    const before = load.stored.trainings.get(row.guid);
    return {
      organisationId: referred(row.organisationSyncKey, organisationIds, before?.organisationId),
      guid: row.guid,
      pathCode: sentOrKept(row.pathCode, before?.pathCode),
      syncKey: sentOrKept(row.syncKey, before?.syncKey),
      title: present(row.title ?? before?.title),
    };
  });
  return writeRecords(tx, siteId, TRAININGS, 'guid', load.stored.trainings, records);
}

function writeSessions(tx: Tx, siteId: number, load: CheckedLoad, trainingIds: Ids): Promise<Written> {
  const records = (load.rows.sessions ?? []).map((row, index): SessionValues => {
    const before = load.stored.sessions.get(row.guid);
    const trainingGuid = load.references.trainingOfSession[index];
    return {
      trainingId: present(trainingGuid === undefined ? before?.trainingId : trainingIds.get(trainingGuid)),
      guid: row.guid,
      title: present(row.title ?? before?.title),
      startsAt: sentOrKept(instantOf(row.startsAt), before?.startsAt),
      endsAt: sentOrKept(instantOf(row.endsAt), before?.endsAt),
    };
  });
  return writeRecords(tx, siteId, SESSIONS, 'guid', load.stored.sessions, records);
}

function writeLovs(tx: Tx, siteId: number, load: CheckedLoad): Promise<Written> {
  const records = (load.rows.lovs ?? []).map((row): LovValues => {
    const before = load.stored.lovs.get(row.guid);
    const code = present(row.code ?? before?.code);
    return {
      code,
      guid: row.guid,
      title: sentOrKept(row.title, before?.title) ?? code,
      provider: sentOrKept(row.provider, before?.provider) ?? 'PARTNER',
      kind: sentOrKept(row.kind, before?.kind) ?? 'CONTENT',
    };
  });
  return writeRecords(tx, siteId, LOVS, 'guid', load.stored.lovs, records);
}

async function writeMemberships(
  tx: Tx,
  siteId: number,
  { rows, references }: CheckedLoad,
  trainingIds: Ids,
  lovIds: Ids,
): Promise<ReferenceCounts> {
  const wanted = (rows.lovs ?? []).flatMap(({ guid }, index): MembershipValues[] =>
    [...(references.trainingsOfLov[index] ?? [])].map((trainingGuid) => ({
      trainingId: present(trainingIds.get(trainingGuid)),
      lovId: present(lovIds.get(guid)),
    })),
  );
  const pairs = wanted.map(({ trainingId, lovId }) => [trainingId, lovId] as const);
  const before = await findTrainingLovs(tx, siteId, pairs);
  const there = new Set(before.map(({ trainingId, lovId }) => `${trainingId}/${lovId}`));
  const missing = wanted.filter(({ trainingId, lovId }) => !there.has(`${trainingId}/${lovId}`));
  await insertRecords(tx, siteId, MEMBERSHIPS, missing);
  return { created: missing.length, updated: 0, unchanged: wanted.length - missing.length };
}

async function writeRegistrations(
  tx: Tx,
  siteId: number,
  { references }: CheckedLoad,
  learnerIds: Ids,
  sessionIds: Ids,
): Promise<ReferenceCounts> {
  const wanted = references.registrations.map(
    ({ login, sessionGuid }): RegistrationValues => ({
      learnerId: present(learnerIds.get(login)),
      sessionId: present(sessionIds.get(sessionGuid)),
    }),
  );
  const pairs = wanted.map(({ learnerId, sessionId }) => [learnerId, sessionId] as const);
  const before = await findRegistrations(tx, siteId, pairs);
  const there = new Set(before.map(({ learnerId, sessionId }) => `${learnerId}/${sessionId}`));
  const missing = wanted.filter(({ learnerId, sessionId }) => !there.has(`${learnerId}/${sessionId}`));
  await insertRecords(tx, siteId, REGISTRATIONS, missing);
  return { created: missing.length, updated: 0, unchanged: wanted.length - missing.length };
}
