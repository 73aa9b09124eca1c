import type { Tx } from './database';
import type { LovKind, LovProvider } from './entities/learning-object-version.entity';
import { findByKeys } from './find-by';
import {
  LEARNERS,
  LOVS,
  MEMBERSHIPS,
  type MembershipValues,
  REGISTRATIONS,
  type RegistrationValues,
  SESSIONS,
  TRAININGS,
} from './reference-data.repository';

/**
 * Look-ups of references, set-wise: one statement per kind of reference and chunk. Databases may answer more than
 * was asked (MariaDB ignores trailing blanks), so callers compare what they get with what they sent.
 */

export interface LovRecord {
  readonly id: number;
  readonly code: string;
  readonly guid: string;
  readonly provider: LovProvider;
  readonly kind: LovKind;
}

/** Holds what it was asked with. */
export interface LearnerRecord {
  readonly id: number;
  readonly loginFolded?: string;
  readonly emailFolded?: string | null;
  readonly refNumber?: string | null;
}

export interface TrainingRecord {
  readonly id: number;
  readonly guid: string;
  readonly pathCode: string | null;
}

export interface SessionRecord {
  readonly id: number;
  readonly guid: string;
  readonly title: string;
  readonly trainingId: number;
}

const SELECT_LOV = 't.id, t.code, t.guid, t.provider, t.kind';
const SELECT_TRAINING = 't.id, t.guid, t.path_code AS pathCode';
const SELECT_SESSION = 't.id, t.guid, t.title, t.training_id AS trainingId';
const SELECT_REGISTRATION = 't.learner_id AS learnerId, t.session_id AS sessionId';
const SELECT_MEMBERSHIP = 't.training_id AS trainingId, t.lov_id AS lovId';

export type LovKey = 'code' | 'guid';
export type LearnerKey = 'login_folded' | 'email_folded' | 'ref_number';
export type TrainingKey = 'id' | 'guid' | 'path_code';
export type SessionKey = 'id' | 'guid';

export function findLovsBy(tx: Tx, siteId: number, column: LovKey, values: readonly string[]) {
  return findByValues<LovRecord>(tx, SELECT_LOV, LOVS.name, siteId, column, values);
}

const LEARNER_ALIASES: Readonly<Record<LearnerKey, keyof LearnerRecord>> = {
  login_folded: 'loginFolded',
  email_folded: 'emailFolded',
  ref_number: 'refNumber',
};

/** Of the learners no more than these columns: an index has one of them, and the row need not be read. */
export function findLearnersBy(
  tx: Tx,
  siteId: number,
  column: LearnerKey,
  values: readonly string[],
  columns: readonly LearnerKey[],
) {
  const select = ['t.id', ...columns.map((name) => `t.${name} AS ${LEARNER_ALIASES[name]}`)];
  return findByValues<LearnerRecord>(tx, select.join(', '), LEARNERS.name, siteId, column, values);
}

export interface LearnerAge {
  readonly id: number;
  /** Sorts by age: the oldest account first. */
  readonly createdAt: string;
}

export function findLearnerAges(tx: Tx, siteId: number, ids: readonly number[]) {
  const select = 't.id, CAST(t.created_at AS CHAR) AS createdAt';
  return findByValues<LearnerAge>(tx, select, LEARNERS.name, siteId, 'id', ids);
}

export function findTrainingsBy(
  tx: Tx,
  siteId: number,
  column: TrainingKey,
  values: readonly (string | number)[],
) {
  return findByValues<TrainingRecord>(tx, SELECT_TRAINING, TRAININGS.name, siteId, column, values);
}

export function findSessionsBy(
  tx: Tx,
  siteId: number,
  column: SessionKey,
  values: readonly (string | number)[],
) {
  return findByValues<SessionRecord>(tx, SELECT_SESSION, SESSIONS.name, siteId, column, values);
}

/** The sessions with these titles in these trainings. */
export function findSessionsByTitle(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, title: string])[],
) {
  const columns = { training_id: 'integer', title: 'text' } as const;
  return findByKeys<SessionRecord>(tx, SELECT_SESSION, SESSIONS.name, siteId, columns, pairs);
}

/** The registrations of these learners in these sessions. */
export function findRegistrations(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [learnerId: number, sessionId: number])[],
) {
  const columns = { learner_id: 'integer', session_id: 'integer' } as const;
  return findByKeys<RegistrationValues>(tx, SELECT_REGISTRATION, REGISTRATIONS.name, siteId, columns, pairs);
}

/** All registrations of these learners. */
export function findRegistrationsOf(tx: Tx, siteId: number, learnerIds: readonly number[]) {
  const keys = learnerIds.map((id) => [id]);
  const columns = { learner_id: 'integer' } as const;
  return findByKeys<RegistrationValues>(tx, SELECT_REGISTRATION, REGISTRATIONS.name, siteId, columns, keys);
}

/** Which of these learning object versions are part of which of these trainings. */
export function findTrainingLovs(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, lovId: number])[],
) {
  const columns = { training_id: 'integer', lov_id: 'integer' } as const;
  return findByKeys<MembershipValues>(tx, SELECT_MEMBERSHIP, MEMBERSHIPS.name, siteId, columns, pairs);
}

/** All trainings of these learning object versions. */
export function findTrainingsOf(tx: Tx, siteId: number, lovIds: readonly number[]) {
  const keys = lovIds.map((id) => [id]);
  return findByKeys<MembershipValues>(
    tx,
    SELECT_MEMBERSHIP,
    MEMBERSHIPS.name,
    siteId,
    { lov_id: 'integer' },
    keys,
  );
}

function findByValues<Row>(
  tx: Tx,
  select: string,
  table: string,
  siteId: number,
  column: string,
  values: readonly (string | number)[],
): Promise<Row[]> {
  const columns = { [column]: column === 'id' ? 'integer' : 'text' } as const;
  return findByKeys(
    tx,
    select,
    table,
    siteId,
    columns,
    values.map((value) => [value]),
  );
}
