import type { Columns } from './cells';
import type { Tx } from './database';
import { LearnerEntity } from './entities/learner.entity';
import { LearningObjectVersionEntity } from './entities/learning-object-version.entity';
import { SessionEntity } from './entities/session.entity';
import { TrainingEntity } from './entities/training.entity';
import { findByKeys } from './find-by';
import { LEARNERS, LOVS, MEMBERSHIPS, REGISTRATIONS, SESSIONS, TRAININGS } from './reference-data.repository';
import { columnsOf, type Row, type RowOf } from './table';

/**
 * Look-ups of references, set-wise: one statement per kind of reference and chunk. Databases may answer more than
 * was asked (MariaDB ignores trailing blanks), so callers compare what they get with what they sent.
 */

const LOV = columnsOf(LearningObjectVersionEntity, 'id', 'code', 'guid', 'provider', 'kind');
const TRAINING = columnsOf(TrainingEntity, 'id', 'guid', 'pathCode');
const SESSION = columnsOf(SessionEntity, 'id', 'guid', 'title', 'trainingId');

export type LovRecord = RowOf<typeof LOV>;
export type TrainingRecord = RowOf<typeof TRAINING>;
export type SessionRecord = RowOf<typeof SESSION>;

/** Holds what it was asked with. */
export type LearnerRecord = Row<LearnerEntity, 'id'> &
  Partial<Row<LearnerEntity, 'loginFolded' | 'emailFolded' | 'refNumber'>>;

export type LovKey = 'code' | 'guid';
export type LearnerKey = 'login_folded' | 'email_folded' | 'ref_number';
export type TrainingKey = 'id' | 'guid' | 'path_code';
export type SessionKey = 'id' | 'guid';

export function findLovsBy(tx: Tx, siteId: number, column: LovKey, values: readonly string[]) {
  return findByValues(tx, LOVS.name, LOV, siteId, column, values);
}

export function findLovsById(tx: Tx, siteId: number, ids: readonly number[]) {
  return findByValues(tx, LOVS.name, LOV, siteId, 'id', ids);
}

const ID = columnsOf(LearnerEntity, 'id');
const LEARNER: { readonly [Key in LearnerKey]: Partial<Columns<LearnerRecord>> } = {
  login_folded: columnsOf(LearnerEntity, 'loginFolded'),
  email_folded: columnsOf(LearnerEntity, 'emailFolded'),
  ref_number: columnsOf(LearnerEntity, 'refNumber'),
};

/** Of the learners no more than these columns: an index has one of them, and the row need not be read. */
export function findLearnersBy(
  tx: Tx,
  siteId: number,
  column: LearnerKey,
  values: readonly string[],
  columns: readonly LearnerKey[],
) {
  const asked: Columns<LearnerRecord> = Object.assign({}, ID, ...columns.map((name) => LEARNER[name]));
  return findByValues(tx, LEARNERS.name, asked, siteId, column, values);
}

/** Sorted by `createdAt`, the oldest account is the first. */
const AGE = columnsOf(LearnerEntity, 'id', 'createdAt');

export function findLearnerAges(tx: Tx, siteId: number, ids: readonly number[]) {
  return findByValues(tx, LEARNERS.name, AGE, siteId, 'id', ids);
}

/** What learners are named by, as it is written. */
const NAMES = columnsOf(LearnerEntity, 'id', 'login', 'email', 'refNumber');
export type LearnerNames = RowOf<typeof NAMES>;

export function findLearnerNames(tx: Tx, siteId: number, ids: readonly number[]) {
  return findByValues(tx, LEARNERS.name, NAMES, siteId, 'id', ids);
}

export function findTrainingsBy(
  tx: Tx,
  siteId: number,
  column: TrainingKey,
  values: readonly (string | number)[],
) {
  return findByValues(tx, TRAININGS.name, TRAINING, siteId, column, values);
}

export function findSessionsBy(
  tx: Tx,
  siteId: number,
  column: SessionKey,
  values: readonly (string | number)[],
) {
  return findByValues(tx, SESSIONS.name, SESSION, siteId, column, values);
}

/** The sessions with these titles in these trainings. */
export function findSessionsByTitle(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, title: string])[],
) {
  const columns = { training_id: 'integer', title: 'text' } as const;
  return findByKeys(tx, SESSIONS.name, SESSION, siteId, columns, pairs);
}

/** The registrations of these learners in these sessions. */
export function findRegistrations(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [learnerId: number, sessionId: number])[],
) {
  const columns = { learner_id: 'integer', session_id: 'integer' } as const;
  return findByKeys(tx, REGISTRATIONS.name, REGISTRATIONS.columns, siteId, columns, pairs);
}

/** All registrations of these learners. */
export function findRegistrationsOf(tx: Tx, siteId: number, learnerIds: readonly number[]) {
  const keys = learnerIds.map((id) => [id]);
  const columns = { learner_id: 'integer' } as const;
  return findByKeys(tx, REGISTRATIONS.name, REGISTRATIONS.columns, siteId, columns, keys);
}

/** Which of these learning object versions are part of which of these trainings. */
export function findTrainingLovs(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, lovId: number])[],
) {
  const columns = { training_id: 'integer', lov_id: 'integer' } as const;
  return findByKeys(tx, MEMBERSHIPS.name, MEMBERSHIPS.columns, siteId, columns, pairs);
}

/** All trainings of these learning object versions. */
export function findTrainingsOf(tx: Tx, siteId: number, lovIds: readonly number[]) {
  const keys = lovIds.map((id) => [id]);
  return findByKeys(tx, MEMBERSHIPS.name, MEMBERSHIPS.columns, siteId, { lov_id: 'integer' }, keys);
}

function findByValues<Row extends object>(
  tx: Tx,
  table: string,
  columns: Columns<Row>,
  siteId: number,
  column: string,
  values: readonly (string | number)[],
): Promise<Row[]> {
  const key = { [column]: column === 'id' ? 'integer' : 'text' } as const;
  return findByKeys(
    tx,
    table,
    columns,
    siteId,
    key,
    values.map((value) => [value]),
  );
}
