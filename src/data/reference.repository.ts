import type { Tx } from './database';
import type { LovKind, LovProvider } from './entities/learning-object-version.entity';
import { findBy, findByTuples } from './find-by';

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

export interface RegistrationRecord {
  readonly id: number;
  readonly learnerId: number;
  readonly sessionId: number;
}

const LOV = 'SELECT id, code, guid, provider, kind FROM learning_object_version';
const LEARNER =
  'SELECT id, login_folded AS loginFolded, email_folded AS emailFolded, ref_number AS refNumber, ' +
  'CAST(created_at AS CHAR) AS createdAt FROM learner';
const TRAINING = 'SELECT id, guid, path_code AS pathCode FROM training';
const SESSION = 'SELECT id, guid, title, training_id AS trainingId FROM session';

export function findLovsBy(tx: Tx, siteId: number, column: 'code' | 'guid', values: Iterable<string>) {
  return findBy<LovRecord>(tx, LOV, siteId, column, values);
}

export function findLearnersBy(
  tx: Tx,
  siteId: number,
  column: 'login_folded' | 'email_folded' | 'ref_number',
  values: Iterable<string>,
) {
  return findBy<LearnerRecord>(tx, LEARNER, siteId, column, values);
}

export function findTrainingsBy(
  tx: Tx,
  siteId: number,
  column: 'id' | 'guid' | 'path_code',
  values: Iterable<string | number>,
) {
  return findBy<TrainingRecord>(tx, TRAINING, siteId, column, values);
}

export function findSessionsBy(
  tx: Tx,
  siteId: number,
  column: 'id' | 'guid',
  values: Iterable<string | number>,
) {
  return findBy<SessionRecord>(tx, SESSION, siteId, column, values);
}

/** The sessions with these titles in these trainings. */
export function findSessionsByTitle(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, title: string])[],
) {
  return findByTuples<SessionRecord>(tx, SESSION, siteId, ['training_id', 'title'], pairs);
}

/** The registrations of these learners in these sessions. */
export function findRegistrations(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [learnerId: number, sessionId: number])[],
) {
  return findByTuples<RegistrationRecord>(
    tx,
    'SELECT id, learner_id AS learnerId, session_id AS sessionId FROM registration',
    siteId,
    ['learner_id', 'session_id'],
    pairs,
  );
}

/** Which of these learning object versions are part of which of these trainings. */
export function findTrainingLovs(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [trainingId: number, lovId: number])[],
) {
  return findByTuples<{ readonly trainingId: number; readonly lovId: number }>(
    tx,
    'SELECT training_id AS trainingId, lov_id AS lovId FROM training_lov',
    siteId,
    ['training_id', 'lov_id'],
    pairs,
  );
}
