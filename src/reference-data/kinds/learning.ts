import { GRANTS } from '../../data/course-data.repository';
import { LOV_KINDS, LOV_PROVIDERS } from '../../data/entities/learning-object-version.entity';
import {
  LEARNERS,
  LOVS,
  MEMBERSHIPS,
  ORGANISATIONS,
  REGISTRATIONS,
  SESSIONS,
  TRAININGS,
} from '../../data/reference-data.repository';
import { TRACKING_REFERENCES } from '../../data/referrers.repository';
import { fold } from '../../kernel/fold';
import {
  action,
  clearable,
  email,
  flag,
  foldable,
  guid,
  instant,
  kept,
  key,
  line,
  listOf,
  needed,
  oneOf,
  syncKey,
} from '../cells';
import type {
  LearnerInput,
  LovInput,
  OrganisationInput,
  SessionInput,
  TrainingInput,
} from '../input/learning-rows.input';
import { recordKind } from '../record-kind';
import { flagOrKept, instantOf, present, sentOrKept } from '../sent-or-kept';
import { hangsOn, OF_PARTICIPANTS } from './hanging';

export const ORGANISATION = recordKind({
  table: ORGANISATIONS,
  key: 'syncKey',
  cells: { syncKey: key(syncKey), name: needed(line), parentSyncKey: clearable(syncKey), action },
  references: { parentId: { to: 'organisations', by: { parentSyncKey: 'syncKey' } } },
  hanging: [
    hangsOn('organisations below it', ORGANISATIONS, 'parentId'),
    hangsOn('learners', LEARNERS, 'organisationId'),
    hangsOn('trainings', TRAININGS, 'organisationId'),
    hangsOn('users', GRANTS, 'organisationId'),
  ],
  values: (row: OrganisationInput, before) => ({
    syncKey: row.syncKey,
    name: present(row.name ?? before?.name),
  }),
});

const OF_ORGANISATION = { to: 'organisations', by: { organisationSyncKey: 'syncKey' } } as const;

export const LEARNER = recordKind({
  table: LEARNERS,
  key: 'login',
  cells: {
    login: key(foldable),
    refNumber: clearable(line),
    email: clearable(email),
    organisationSyncKey: clearable(syncKey),
    createdAt: kept(instant),
    action,
  },
  unique: ['refNumber'],
  references: { organisationId: OF_ORGANISATION },
  hanging: [hangsOn('registrations', REGISTRATIONS, 'learnerId'), ...OF_PARTICIPANTS],
  values: (row: LearnerInput, before, now) => {
    const address = sentOrKept(row.email, before?.email);
    return {
      login: row.login,
      loginFolded: fold(row.login),
      refNumber: sentOrKept(row.refNumber, before?.refNumber),
      email: address,
      emailFolded: address === null ? null : fold(address),
      createdAt: row.createdAt?.getTime() ?? before?.createdAt ?? now,
    };
  },
});

export const TRAINING = recordKind({
  table: TRAININGS,
  key: 'guid',
  cells: {
    guid: key(guid),
    pathCode: clearable(line),
    syncKey: clearable(syncKey),
    title: needed(line),
    organisationSyncKey: clearable(syncKey),
    isExternal: kept(flag),
    isDeleted: kept(flag),
    isArchived: kept(flag),
    objectivesEnabled: kept(flag),
    learningObjectiveIds: clearable(listOf(line)),
    action,
  },
  unique: ['pathCode', 'syncKey'],
  references: { organisationId: OF_ORGANISATION },
  lists: { objectives: { to: 'learningObjectives', by: { learningObjectiveIds: 'uniqueId' } } },
  values: (row: TrainingInput, before) => ({
    guid: row.guid,
    pathCode: sentOrKept(row.pathCode, before?.pathCode),
    syncKey: sentOrKept(row.syncKey, before?.syncKey),
    title: present(row.title ?? before?.title),
    isExternal: flagOrKept(row.isExternal, before?.isExternal),
    isDeleted: flagOrKept(row.isDeleted, before?.isDeleted),
    isArchived: flagOrKept(row.isArchived, before?.isArchived),
    objectivesEnabled: flagOrKept(row.objectivesEnabled, before?.objectivesEnabled),
  }),
});

export const SESSION = recordKind({
  table: SESSIONS,
  key: 'guid',
  cells: {
    guid: key(guid),
    trainingGuid: clearable(guid),
    trainingPathCode: clearable(line),
    title: needed(line),
    startsAt: clearable(instant),
    endsAt: clearable(instant),
    action,
  },
  references: {
    trainingId: {
      to: 'trainings',
      by: { trainingGuid: 'guid', trainingPathCode: 'pathCode' },
      isNeeded: true,
    },
  },
  hanging: [hangsOn('registrations', REGISTRATIONS, 'sessionId')],
  values: (row: SessionInput, before) => ({
    guid: row.guid,
    title: present(row.title ?? before?.title),
    startsAt: sentOrKept(instantOf(row.startsAt), before?.startsAt),
    endsAt: sentOrKept(instantOf(row.endsAt), before?.endsAt),
  }),
});

export const LOV = recordKind({
  table: LOVS,
  key: 'guid',
  cells: {
    guid: key(guid),
    code: needed(line),
    title: clearable(line),
    provider: clearable(oneOf(...LOV_PROVIDERS)),
    kind: clearable(oneOf(...LOV_KINDS)),
    trainingGuids: clearable(listOf(guid)),
    trainingPathCodes: clearable(listOf(line)),
    action,
  },
  references: {},
  lists: {
    trainings: { to: 'trainings', by: { trainingGuids: 'guid', trainingPathCodes: 'pathCode' } },
  },
  hanging: [hangsOn('memberships', MEMBERSHIPS, 'lovId'), hangsOn('tracking', TRACKING_REFERENCES, 'lovId')],
  values: (row: LovInput, before) => {
    const code = present(row.code ?? before?.code);
    return {
      code,
      guid: row.guid,
      title: sentOrKept(row.title, before?.title) ?? code,
      provider: sentOrKept(row.provider, before?.provider) ?? 'PARTNER',
      kind: sentOrKept(row.kind, before?.kind) ?? 'CONTENT',
    };
  },
});
