import type { Columns } from './cells';
import { LearnerEntity } from './entities/learner.entity';
import { LearningObjectVersionEntity } from './entities/learning-object-version.entity';
import { OrganisationEntity } from './entities/organisation.entity';
import { RegistrationEntity } from './entities/registration.entity';
import { SessionEntity } from './entities/session.entity';
import { TrainingEntity } from './entities/training.entity';
import { UserEntity } from './entities/user.entity';
import { columnsOf, type RowOf, tableOf } from './table';

/** The kinds of records that can be read, each described once: its table, what names it, and what searches find. */

/** What a filter asks of the records of a kind. */
export interface Reference {
  readonly sql: string;
  /** Whether it takes the site before the value. */
  readonly takesSite: boolean;
  /** Where it is compared without regard to case, the column with what is stored; null where it is compared exactly. */
  readonly loose: { readonly exact: string | null } | null;
}

/** A text that searches find by how it begins. */
export interface Searched {
  readonly column: string;
  readonly index: string;
  readonly isFolded: boolean;
  /** No two records of a site have the same. */
  readonly isUnique: boolean;
}

export interface Identified {
  readonly id: number;
}

export interface RecordKind<Row extends Identified, Named extends string = string> {
  readonly table: string;
  /** The unique key of site and id. */
  readonly key: string;
  readonly columns: Columns<Row>;
  readonly references: { readonly [Name in Named]: Reference };
  readonly searched: readonly Searched[];
}

function own(column: string): Reference {
  return { sql: `t.${column} = ?`, takesSite: false, loose: null };
}

/** A column that refers to another record, by what names that one. */
function through(column: string, table: string, by: string, id = 'id'): Reference {
  const sql = `t.${column} IN (SELECT ${id} FROM ${table} WHERE site_id = ? AND ${by} = ?)`;
  return { sql, takesSite: true, loose: null };
}

/** A column that refers to a session, by what names the training that the session runs. */
function ofTraining(by: string): Reference {
  const sql = `t.session_id IN (SELECT s.id FROM training n JOIN session s ON s.site_id = n.site_id AND s.training_id = n.id
    WHERE n.site_id = ? AND n.${by} = ?)`;
  return { sql, takesSite: true, loose: null };
}

/** Compared without regard to case; the column with what is stored is of the same table. */
function folded(reference: Reference, exact: string | null = null): Reference {
  return { ...reference, loose: { exact } };
}

/** A code or key of which the site has one. */
function unique(column: string, index: string): Searched {
  return { column, index, isFolded: false, isUnique: true };
}

function loose(column: string, index: string): Searched {
  return { column, index, isFolded: true, isUnique: false };
}

const LEARNER_COLUMNS = columnsOf(
  LearnerEntity,
  'id',
  'organisationId',
  'login',
  'refNumber',
  'email',
  'createdAt',
);
export type LearnerRecord = RowOf<typeof LEARNER_COLUMNS>;

export const LEARNER = {
  table: tableOf(LearnerEntity).name,
  key: 'uq_learner_id',
  columns: LEARNER_COLUMNS,
  references: {
    learnerId: own('id'),
    login: folded(own('login_folded'), 'login'),
    email: folded(own('email_folded'), 'email'),
    refNumber: own('ref_number'),
    organisationId: own('organisation_id'),
    organisationSyncKey: through('organisation_id', 'organisation', 'sync_key'),
  },
  searched: [
    loose('login_folded', 'ix_learner_login_folded'),
    loose('email_folded', 'ix_learner_email_folded'),
    unique('ref_number', 'uq_learner_ref_number'),
  ],
} satisfies RecordKind<LearnerRecord>;

const ORGANISATION_COLUMNS = columnsOf(OrganisationEntity, 'id', 'parentId', 'syncKey', 'name');
export type OrganisationRecord = RowOf<typeof ORGANISATION_COLUMNS>;

export const ORGANISATION = {
  table: tableOf(OrganisationEntity).name,
  key: 'uq_organisation_id',
  columns: ORGANISATION_COLUMNS,
  references: {
    organisationId: own('id'),
    syncKey: own('sync_key'),
    parentId: own('parent_id'),
    parentSyncKey: through('parent_id', 'organisation', 'sync_key'),
  },
  searched: [
    loose('name_folded', 'ix_organisation_name_folded'),
    unique('sync_key', 'uq_organisation_sync_key'),
  ],
} satisfies RecordKind<OrganisationRecord>;

const TRAINING_COLUMNS = columnsOf(
  TrainingEntity,
  'id',
  'organisationId',
  'guid',
  'pathCode',
  'syncKey',
  'title',
  'isExternal',
  'isDeleted',
  'isArchived',
  'objectivesEnabled',
);
export type TrainingRecord = RowOf<typeof TRAINING_COLUMNS>;

export const TRAINING = {
  table: tableOf(TrainingEntity).name,
  key: 'uq_training_id',
  columns: TRAINING_COLUMNS,
  references: {
    trainingId: own('id'),
    guid: own('guid'),
    pathCode: own('path_code'),
    syncKey: own('sync_key'),
    organisationId: own('organisation_id'),
    organisationSyncKey: through('organisation_id', 'organisation', 'sync_key'),
  },
  searched: [
    loose('title_folded', 'ix_training_title_folded'),
    unique('path_code', 'uq_training_path_code'),
    unique('sync_key', 'uq_training_sync_key'),
  ],
} satisfies RecordKind<TrainingRecord>;

const SESSION_COLUMNS = columnsOf(SessionEntity, 'id', 'trainingId', 'guid', 'title', 'startsAt', 'endsAt');
export type SessionRecord = RowOf<typeof SESSION_COLUMNS>;

export const SESSION = {
  table: tableOf(SessionEntity).name,
  key: 'uq_session_id',
  columns: SESSION_COLUMNS,
  references: {
    sessionId: own('id'),
    guid: own('guid'),
    trainingId: own('training_id'),
    trainingGuid: through('training_id', 'training', 'guid'),
    trainingPathCode: through('training_id', 'training', 'path_code'),
    trainingSyncKey: through('training_id', 'training', 'sync_key'),
  },
  searched: [loose('title_folded', 'ix_session_title_folded')],
} satisfies RecordKind<SessionRecord>;

const REGISTRATION_COLUMNS = columnsOf(RegistrationEntity, 'id', 'learnerId', 'sessionId');
export type RegistrationRecord = RowOf<typeof REGISTRATION_COLUMNS>;

export const REGISTRATION = {
  table: tableOf(RegistrationEntity).name,
  key: 'uq_registration_id',
  columns: REGISTRATION_COLUMNS,
  references: {
    registrationId: own('id'),
    learnerId: own('learner_id'),
    candidateLogin: folded(through('learner_id', 'learner', 'login_folded')),
    candidateEmail: folded(through('learner_id', 'learner', 'email_folded')),
    candidateRefNumber: through('learner_id', 'learner', 'ref_number'),
    sessionId: own('session_id'),
    sessionGuid: through('session_id', 'session', 'guid'),
    trainingId: through('session_id', 'session', 'training_id'),
    trainingGuid: ofTraining('guid'),
    trainingPathCode: ofTraining('path_code'),
    trainingSyncKey: ofTraining('sync_key'),
  },
  searched: [],
} satisfies RecordKind<RegistrationRecord>;

const LOV_COLUMNS = columnsOf(LearningObjectVersionEntity, 'id', 'code', 'guid', 'title', 'provider', 'kind');
export type LovRecord = RowOf<typeof LOV_COLUMNS>;

export const LOV = {
  table: tableOf(LearningObjectVersionEntity).name,
  key: 'uq_lov_id',
  columns: LOV_COLUMNS,
  references: {
    lovId: own('id'),
    code: own('code'),
    guid: own('guid'),
    trainingId: through('id', 'training_lov', 'training_id', 'lov_id'),
  },
  searched: [
    loose('title_folded', 'ix_lov_title_folded'),
    { column: 'code', index: 'ix_lov_code', isFolded: false, isUnique: false },
  ],
} satisfies RecordKind<LovRecord>;

const USER_COLUMNS = columnsOf(UserEntity, 'id', 'syncKey', 'isExternal', 'isDeleted');
export type UserRecord = RowOf<typeof USER_COLUMNS>;

export const USER = {
  table: tableOf(UserEntity).name,
  key: 'uq_user_id',
  columns: USER_COLUMNS,
  references: { userId: own('id'), syncKey: own('sync_key') },
  searched: [unique('sync_key', 'uq_user_sync_key')],
} satisfies RecordKind<UserRecord>;
