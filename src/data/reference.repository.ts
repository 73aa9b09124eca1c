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

export interface LearnerRecord {
  readonly id: number;
  readonly loginFolded: string;
  readonly emailFolded: string | null;
  readonly refNumber: string | null;
  /** Sorts by age: the oldest account first. */
  readonly createdAt: string;
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
const SELECT_LEARNER =
  't.id, t.login_folded AS loginFolded, t.email_folded AS emailFolded, t.ref_number AS refNumber, ' +
  'CAST(t.created_at AS CHAR) AS createdAt';
const SELECT_TRAINING = 't.id, t.guid, t.path_code AS pathCode';
const SELECT_SESSION = 't.id, t.guid, t.title, t.training_id AS trainingId';

export type LovKey = 'code' | 'guid';
export type LearnerKey = 'login_folded' | 'email_folded' | 'ref_number';
export type TrainingKey = 'id' | 'guid' | 'path_code';
export type SessionKey = 'id' | 'guid';

export function findLovsBy(tx: Tx, siteId: number, column: LovKey, values: readonly string[]) {
  return findByValues<LovRecord>(tx, SELECT_LOV, LOVS.name, siteId, column, values);
}

export function findLearnersBy(tx: Tx, siteId: number, column: LearnerKey, values: readonly string[]) {
  return findByValues<LearnerRecord>(tx, SELECT_LEARNER, LEARNERS.name, siteId, column, values);
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
  const select = 't.learner_id AS learnerId, t.session_id AS sessionId';
  return findByKeys<RegistrationValues>(tx, select, REGISTRATIONS.name, siteId, columns, pairs);
}

/** Which of these learning object versions are part of which of these trainings. */
export function findTrainingLovs(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, lovId: number])[],
) {
  const columns = { training_id: 'integer', lov_id: 'integer' } as const;
  const select = 't.training_id AS trainingId, t.lov_id AS lovId';
  return findByKeys<MembershipValues>(tx, select, MEMBERSHIPS.name, siteId, columns, pairs);
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
