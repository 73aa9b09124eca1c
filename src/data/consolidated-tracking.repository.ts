import { instantFromSql, instantToSql } from '../kernel/dates';
import type { TrackingStatus } from '../kernel/tracking-status';
import type { Tx } from './database';
import { chunks, isUnmatchable, keysTable, placeholders, rowPlaceholders, tupleIn } from './sql';

/** Instants are milliseconds since 1970 in UTC. */
export interface TrackingValues {
  readonly firstAccessDate: number | null;
  readonly firstCompletionDate: number | null;
  readonly lastAccessDate: number | null;
  /** Percent. */
  readonly progression: number | null;
  readonly score: number | null;
  readonly scoreMax: number | null;
  readonly timeSpentSeconds: number | null;
  readonly status: TrackingStatus;
}

export interface TrackingKey {
  readonly registrationId: number;
  readonly lovId: number;
}

export interface StoredTracking extends TrackingKey, TrackingValues {
  readonly updatedAt: number;
  readonly importId: string;
}

/** The table's columns, in the order in which rows are written. */
const COLUMNS = [
  'site_id',
  'registration_id',
  'lov_id',
  'first_access_date',
  'first_completion_date',
  'last_access_date',
  'progression',
  'score',
  'score_max',
  'time_spent_seconds',
  'status',
  'updated_at',
  'import_id',
] as const;

const KEY_COLUMNS = ['site_id', 'registration_id', 'lov_id'] as const;

const SELECT = `SELECT ${COLUMNS.slice(1).join(', ')} FROM consolidated_tracking`;

export interface TrackingRecord {
  readonly registration_id: number;
  readonly lov_id: number;
  readonly first_access_date: string | Date | null;
  readonly first_completion_date: string | Date | null;
  readonly last_access_date: string | Date | null;
  readonly progression: number | null;
  readonly score: number | null;
  readonly score_max: number | null;
  readonly time_spent_seconds: number | null;
  readonly status: TrackingStatus;
  readonly updated_at: string | Date;
  readonly import_id: string;
}

export function trackingFromRecord(record: TrackingRecord): StoredTracking {
  return {
    registrationId: record.registration_id,
    lovId: record.lov_id,
    firstAccessDate: nullable(record.first_access_date, instantFromSql),
    firstCompletionDate: nullable(record.first_completion_date, instantFromSql),
    lastAccessDate: nullable(record.last_access_date, instantFromSql),
    progression: record.progression,
    score: record.score,
    scoreMax: record.score_max,
    timeSpentSeconds: record.time_spent_seconds,
    status: record.status,
    updatedAt: instantFromSql(record.updated_at),
    importId: record.import_id,
  };
}

/**
 * Every writer of tracking locks the registrations it writes for, in ascending order: registrations exist before
 * their tracking does, so that two imports of one new row wait for each other instead of both creating it.
 * The embedded database has one writer at a time and needs no lock.
 */
export async function lockRegistrations(
  tx: Tx,
  siteId: number,
  registrationIds: Iterable<number>,
): Promise<void> {
  if (tx.kind === 'sqlite') return;
  for (const chunk of chunks([...new Set(registrationIds)].sort((a, b) => a - b))) {
    await tx.query(
      `SELECT r.id FROM ${keysTable(['id'])} k STRAIGHT_JOIN registration r FORCE INDEX (PRIMARY)
         ON r.site_id = ? AND r.id = k.id FOR UPDATE`,
      [JSON.stringify(chunk.map((id) => [id])), siteId],
    );
  }
}

export async function findTracking(
  tx: Tx,
  siteId: number,
  keys: readonly TrackingKey[],
): Promise<StoredTracking[]> {
  const found: StoredTracking[] = [];
  for (const chunk of chunks(keys)) {
    const records = await tx.query<TrackingRecord>(
      `${SELECT} WHERE ${tupleIn(tx.kind, KEY_COLUMNS, chunk.length)}`,
      chunk.flatMap((key) => [siteId, key.registrationId, key.lovId]),
    );
    for (const record of records) found.push(trackingFromRecord(record));
  }
  return found;
}

/** Writes complete rows, new or not; what a row does not hold is null afterwards. */
export async function writeTracking(tx: Tx, siteId: number, rows: readonly StoredTracking[]): Promise<void> {
  const values = COLUMNS.slice(KEY_COLUMNS.length);
  const overwrite =
    tx.kind === 'sqlite'
      ? `ON CONFLICT (${KEY_COLUMNS.join(', ')}) DO UPDATE SET ${values.map((name) => `${name} = excluded.${name}`).join(', ')}`
      : `ON DUPLICATE KEY UPDATE ${values.map((name) => `${name} = VALUES(${name})`).join(', ')}`;
  for (const chunk of chunks(inKeyOrder(rows))) {
    await tx.query(
      `INSERT INTO consolidated_tracking (${COLUMNS.join(', ')}) VALUES ${rowPlaceholders(chunk.length, COLUMNS.length)} ${overwrite}`,
      chunk.flatMap((row) => [
        siteId,
        row.registrationId,
        row.lovId,
        nullable(row.firstAccessDate, instantToSql),
        nullable(row.firstCompletionDate, instantToSql),
        nullable(row.lastAccessDate, instantToSql),
        row.progression,
        row.score,
        row.scoreMax,
        row.timeSpentSeconds,
        row.status,
        instantToSql(row.updatedAt),
        row.importId,
      ]),
    );
  }
}

export async function deleteTracking(tx: Tx, siteId: number, keys: readonly TrackingKey[]): Promise<void> {
  for (const chunk of chunks(inKeyOrder(keys))) {
    const tuples = chunk.map((key) => [siteId, key.registrationId, key.lovId]);
    if (tx.kind === 'sqlite') {
      const isOne = tupleIn(tx.kind, KEY_COLUMNS, chunk.length);
      await tx.query(`DELETE FROM consolidated_tracking WHERE ${isOne}`, tuples.flat());
    } else {
      const isSame = KEY_COLUMNS.map((name) => `t.${name} = k.${name}`).join(' AND ');
      await tx.query(
        `DELETE t FROM ${keysTable(KEY_COLUMNS)} k STRAIGHT_JOIN consolidated_tracking t FORCE INDEX (PRIMARY)
           ON ${isSame}`,
        [JSON.stringify(tuples)],
      );
    }
  }
}

function inKeyOrder<Key extends TrackingKey>(keys: readonly Key[]): Key[] {
  return [...keys].sort((a, b) => a.registrationId - b.registrationId || a.lovId - b.lovId);
}

function nullable<From, To>(value: From | null, convert: (value: From) => To): To | null {
  return value === null ? null : convert(value);
}

/** All given conditions must hold. Texts that are compared loosely come folded. */
export interface TrackingConditions {
  readonly loginFolded?: string;
  readonly emailFolded?: string;
  readonly refNumber?: string;
  readonly sessionGuid?: string;
  readonly sessionId?: number;
  readonly trainingId?: number;
  readonly trainingPathCode?: string;
  readonly lovCode?: string;
  readonly lovGuid?: string;
  readonly statuses?: readonly TrackingStatus[];
  /** Instant in milliseconds, inclusive. */
  readonly changedSince?: number;
  readonly importId?: string;
}

/** Where a page starts: after the row with this key. */
export interface TrackingPosition extends TrackingKey {
  readonly updatedAt: number;
}

/** A stored row together with what it is about. */
export interface TrackingDetails extends StoredTracking {
  readonly learnerId: number;
  readonly sessionId: number;
  readonly trainingId: number;
  readonly lovCode: string;
  readonly lovGuid: string;
}

const JOINED = `consolidated_tracking t
  JOIN registration r ON r.site_id = t.site_id AND r.id = t.registration_id
  JOIN session s ON s.site_id = r.site_id AND s.id = r.session_id
  JOIN learning_object_version l ON l.site_id = t.site_id AND l.id = t.lov_id`;

/** Newest change first. */
export async function findTrackingPage(
  tx: Tx,
  siteId: number,
  conditions: TrackingConditions,
  limit: number,
  after: TrackingPosition | null,
): Promise<TrackingDetails[]> {
  const where = whereOf(siteId, conditions);
  if (after !== null) where.add(...startAfter(after));
  type Row = TrackingRecord &
    Pick<TrackingDetails, 'learnerId' | 'sessionId' | 'trainingId' | 'lovCode' | 'lovGuid'>;
  const columns = COLUMNS.map((name) => `t.${name}`).join(', ');
  const rows = await tx.query<Row>(
    `SELECT ${columns}, r.learner_id AS learnerId, s.id AS sessionId, s.training_id AS trainingId,
       l.code AS lovCode, l.guid AS lovGuid
     FROM ${JOINED} WHERE ${where.text()}
     ORDER BY t.updated_at DESC, t.registration_id DESC, t.lov_id DESC LIMIT ?`,
    [...where.values, limit],
  );
  return rows.map(({ learnerId, sessionId, trainingId, lovCode, lovGuid, ...record }) => ({
    ...trackingFromRecord(record),
    learnerId,
    sessionId,
    trainingId,
    lovCode,
    lovGuid,
  }));
}

export async function countTracking(tx: Tx, siteId: number, conditions: TrackingConditions): Promise<number> {
  const where = whereOf(siteId, conditions);
  const [row] = await tx.query<{ readonly total: number | string }>(
    `SELECT COUNT(*) AS total FROM ${JOINED} WHERE ${where.text()}`,
    where.values,
  );
  return Number(row?.total ?? 0);
}

class Where {
  readonly values: (string | number)[] = [];
  readonly #conditions: string[] = [];

  add(condition: string, values: readonly (string | number)[]): void {
    this.#conditions.push(condition);
    this.values.push(...values);
  }

  text(): string {
    return this.#conditions.join(' AND ');
  }
}

function whereOf(siteId: number, conditions: TrackingConditions): Where {
  const where = new Where();
  where.add('t.site_id = ?', [siteId]);
  const equals = (column: string, value: string | number | undefined) => {
    if (value === undefined) return;
    if (isUnmatchable(value)) where.add('1 = 0', []);
    else where.add(`${column} = ?`, [value]);
  };
  const within = (id: string, table: string, column: string, value: string | undefined) => {
    if (value === undefined) return;
    if (isUnmatchable(value)) where.add('1 = 0', []);
    else where.add(`${id} IN (SELECT id FROM ${table} WHERE site_id = ? AND ${column} = ?)`, [siteId, value]);
  };
  within('r.learner_id', 'learner', 'login_folded', conditions.loginFolded);
  within('r.learner_id', 'learner', 'email_folded', conditions.emailFolded);
  within('r.learner_id', 'learner', 'ref_number', conditions.refNumber);
  equals('s.guid', conditions.sessionGuid);
  equals('s.id', conditions.sessionId);
  equals('s.training_id', conditions.trainingId);
  within('s.training_id', 'training', 'path_code', conditions.trainingPathCode);
  equals('l.code', conditions.lovCode);
  equals('l.guid', conditions.lovGuid);
  equals('t.import_id', conditions.importId);
  if (conditions.statuses !== undefined) {
    // No status at all finds nothing; databases do not take an empty list.
    if (conditions.statuses.length === 0) where.add('1 = 0', []);
    else where.add(`t.status IN ${placeholders(conditions.statuses.length)}`, conditions.statuses);
  }
  if (conditions.changedSince !== undefined) {
    where.add('t.updated_at >= ?', [instantToSql(conditions.changedSince)]);
  }
  return where;
}

function startAfter({ updatedAt, registrationId, lovId }: TrackingPosition): [string, (string | number)[]] {
  const instant = instantToSql(updatedAt);
  return [
    `t.updated_at <= ? AND (t.updated_at < ? OR t.registration_id < ? OR (t.registration_id = ? AND t.lov_id < ?))`,
    [instant, instant, registrationId, registrationId, lovId],
  ];
}
