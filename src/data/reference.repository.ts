import type { Tx } from './database';
import type { LovKind, LovProvider } from './entities/learning-object-version.entity';
import { chunks, placeholders, tupleIn } from './sql';

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

async function findBy<Row>(
  tx: Tx,
  select: string,
  siteId: number,
  column: string,
  values: Iterable<string | number>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const chunk of chunks([...values])) {
    const where = `WHERE site_id = ? AND ${column} IN ${placeholders(chunk.length)}`;
    found.push(...(await tx.manager.query<Row[]>(`${select} ${where}`, [siteId, ...chunk])));
  }
  return found;
}

async function findByTuples<Row>(
  tx: Tx,
  select: string,
  siteId: number,
  columns: readonly string[],
  tuples: readonly (readonly (string | number)[])[],
): Promise<Row[]> {
  const found: Row[] = [];
  for (const chunk of chunks(tuples)) {
    const where = `WHERE ${tupleIn(tx.kind, ['site_id', ...columns], chunk.length)}`;
    const values = chunk.flatMap((tuple) => [siteId, ...tuple]);
    found.push(...(await tx.manager.query<Row[]>(`${select} ${where}`, values)));
  }
  return found;
}
