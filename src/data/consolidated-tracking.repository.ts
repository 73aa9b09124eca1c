import { instantFromSql, instantToSql } from '../kernel/dates';
import type { TrackingStatus } from '../kernel/tracking-status';
import { nextTurn } from '../kernel/turns';
import type { Tx } from './database';
import { ConsolidatedTrackingEntity } from './entities/consolidated-tracking.entity';
import { Pipeline } from './pipeline';
import {
  chunks,
  fromKeys,
  isUnmatchable,
  type JsonType,
  jsonTable,
  overwriting,
  placeholders,
  rowPlaceholders,
  tupleIn,
} from './sql';
import { tableOf } from './table';

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

const { name: TABLE, columns: NAMES } = tableOf(ConsolidatedTrackingEntity);

const KEY = ['siteId', 'registrationId', 'lovId'] as const;
const VALUES = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpentSeconds',
  'status',
  'updatedAt',
  'importId',
] as const;

const KEY_COLUMNS = KEY.map((property) => NAMES[property]);
const VALUE_COLUMNS = VALUES.map((property) => NAMES[property]);

/** The columns of a row of `t`, under the names that `StoredTracking` has for them. */
const SELECTED_VALUES = VALUES.map((property) => `t.${NAMES[property]} AS ${property}`).join(', ');

type Instants = 'firstAccessDate' | 'firstCompletionDate' | 'lastAccessDate' | 'updatedAt';

/** A row as the driver answers it. */
type TrackingRecord = Omit<StoredTracking, Instants> & {
  readonly [Instant in Instants]: string | Date | (Instant extends 'updatedAt' ? never : null);
};

function trackingFromRecord(record: TrackingRecord): StoredTracking {
  return {
    registrationId: record.registrationId,
    lovId: record.lovId,
    firstAccessDate: nullable(record.firstAccessDate, instantFromSql),
    firstCompletionDate: nullable(record.firstCompletionDate, instantFromSql),
    lastAccessDate: nullable(record.lastAccessDate, instantFromSql),
    progression: record.progression,
    score: record.score,
    scoreMax: record.scoreMax,
    timeSpentSeconds: record.timeSpentSeconds,
    status: record.status,
    updatedAt: instantFromSql(record.updatedAt),
    importId: record.importId,
  };
}

/** What tracking is about. An LOV of 0 asks for the registration alone. */
export interface TrackingSubject {
  readonly learnerId: number;
  readonly sessionId: number;
  readonly lovId: number;
}

/** A registration, and what is stored of it and an LOV. */
export interface RegisteredTracking extends TrackingSubject {
  readonly registrationId: number;
  readonly stored: StoredTracking | null;
}

/**
 * The registrations of the learners in the sessions, and what is stored under them; where there is no registration,
 * nothing. To lock them is the first thing that every writer of tracking does, in the order of learners and sessions:
 * registrations exist before their tracking does, so that two imports of one new row wait for each other instead of
 * both creating it, and what is read under the lock is what the other has committed. The embedded database has one
 * writer at a time and needs no lock. `onFound` is given a part while the database looks for the next.
 */
export async function findTracking(
  tx: Tx,
  siteId: number,
  subjects: readonly TrackingSubject[],
  { lock }: { readonly lock: boolean },
  onFound: (part: readonly RegisteredTracking[]) => Promise<void> = async () => {},
): Promise<RegisteredTracking[]> {
  const columns = { learner_id: 'integer', session_id: 'integer', lov_id: 'integer' } as const;
  const index = tx.kind === 'sqlite' ? '' : 'FORCE INDEX (uq_registration_learner_session)';
  const sql = `SELECT r.learner_id AS learnerId, r.session_id AS sessionId, k.lov_id AS lovId, r.id AS registrationId,
      ${SELECTED_VALUES}
    ${fromKeys(tx.kind, columns)} registration r ${index}
      ON r.site_id = ? AND r.learner_id = k.learner_id AND r.session_id = k.session_id
    LEFT JOIN ${TABLE} t ON t.site_id = r.site_id AND t.registration_id = r.id AND t.lov_id = k.lov_id
    ${lock && tx.kind !== 'sqlite' ? 'FOR UPDATE' : ''}`;
  const found = new Pipeline<RegisteredTracking[]>();
  for (const chunk of chunks([...subjects].sort(bySubject))) {
    const keys = chunk.map(({ learnerId, sessionId, lovId }) => [learnerId, sessionId, lovId]);
    const rows = tx.prepared<RegisteredRow>(sql, [JSON.stringify(keys), siteId]);
    found.add(rows.then((each) => each.map(registeredFromRow)));
  }
  const all: RegisteredTracking[] = [];
  for await (const part of found.inOrder()) {
    for (const each of part) all.push(each);
    await onFound(part);
  }
  return all;
}

type RegisteredRow = TrackingSubject &
  (TrackingRecord | { readonly registrationId: number; readonly status: null });

function registeredFromRow(row: RegisteredRow): RegisteredTracking {
  return {
    learnerId: row.learnerId,
    sessionId: row.sessionId,
    lovId: row.lovId,
    registrationId: row.registrationId,
    stored: row.status === null ? null : trackingFromRecord(row),
  };
}

function bySubject(a: TrackingSubject, b: TrackingSubject): number {
  return a.learnerId - b.learnerId || a.sessionId - b.sessionId || a.lovId - b.lovId;
}

/** What all rows of an import are written with. */
export type WrittenBy = Pick<StoredTracking, 'updatedAt' | 'importId'>;

/** The columns that differ from row to row, in the order of `cellsOf`. */
const CELLS = {
  registrationId: 'integer',
  lovId: 'integer',
  firstAccessDate: 'instant',
  firstCompletionDate: 'instant',
  lastAccessDate: 'instant',
  progression: 'double',
  score: 'double',
  scoreMax: 'integer',
  timeSpentSeconds: 'integer',
  status: 'word',
} as const satisfies Partial<Record<keyof StoredTracking, JsonType>>;

const CELL_COLUMNS = Object.fromEntries(
  Object.entries(CELLS).map(([property, type]) => [NAMES[property as keyof typeof CELLS], type]),
);

type Cells = readonly (string | number | null)[];

function cellsOf(row: StoredTracking): Cells {
  return [
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
  ];
}

/**
 * Writes complete rows of one import, new or not; what a row does not hold is null afterwards. A server gets them as
 * JSON, which takes it and this process less time than a list of values.
 */
export async function writeTracking(
  tx: Tx,
  siteId: number,
  rows: readonly StoredTracking[],
  by: WrittenBy,
): Promise<void> {
  const all = [siteId, instantToSql(by.updatedAt), by.importId];
  const columns = [NAMES.siteId, NAMES.updatedAt, NAMES.importId, ...Object.keys(CELL_COLUMNS)];
  const into = `INSERT INTO ${TABLE} (${columns.join(', ')})`;
  const overwrite = overwriting(tx.kind, KEY_COLUMNS, VALUE_COLUMNS);
  const write = (cells: readonly Cells[]) =>
    tx.kind === 'sqlite'
      ? tx.query(
          `${into} VALUES ${rowPlaceholders(cells.length, columns.length)} ${overwrite}`,
          cells.flatMap((each) => [...all, ...each]),
        )
      : tx.prepared(`${into} SELECT ?, ?, ?, k.* FROM ${jsonTable(CELL_COLUMNS, 'ERROR')} k ${overwrite}`, [
          ...all,
          JSON.stringify(cells),
        ]);
  const written = new Pipeline<unknown>();
  for (const chunk of chunks(inKeyOrder(rows))) {
    written.add(write(chunk.map(cellsOf)));
    // It takes milliseconds to make a statement.
    await nextTurn();
  }
  await written.answers();
}

export async function deleteTracking(tx: Tx, siteId: number, keys: readonly TrackingKey[]): Promise<void> {
  for (const chunk of chunks(inKeyOrder(keys))) {
    const tuples = chunk.map((key) => [siteId, key.registrationId, key.lovId]);
    if (tx.kind === 'sqlite') {
      const isOne = tupleIn(tx.kind, KEY_COLUMNS, chunk.length);
      await tx.query(`DELETE FROM ${TABLE} WHERE ${isOne}`, tuples.flat());
    } else {
      const isSame = KEY_COLUMNS.map((name) => `t.${name} = k.${name}`).join(' AND ');
      const columns = Object.fromEntries(KEY_COLUMNS.map((name) => [name, 'integer' as const]));
      await tx.query(`DELETE t ${fromKeys(tx.kind, columns)} ${TABLE} t FORCE INDEX (PRIMARY) ON ${isSame}`, [
        JSON.stringify(tuples),
      ]);
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
  const rows = await tx.query<Row>(
    `SELECT t.registration_id AS registrationId, t.lov_id AS lovId, ${SELECTED_VALUES}, r.learner_id AS learnerId, s.id AS sessionId, s.training_id AS trainingId,
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
