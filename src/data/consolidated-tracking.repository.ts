import { nextTurn } from '../event-loop/turns';
import { instantToSql } from '../kernel/dates/instants';
import { instant, text, UNREAD, wholeNumber } from './cells';
import type { Tx } from './database';
import type { JsonType } from './dialect';
import {
  ConsolidatedTrackingEntity,
  readValues,
  type TrackingValues,
  VALUE_TYPES,
  writtenCells,
} from './entities/consolidated-tracking.entity';
import { Pipeline } from './pipeline';
import { chunks } from './sql';
import { tableOf } from './table';
import { writtenLock } from './written-lock';

export type { TrackingValues };

export interface TrackingKey {
  readonly registrationId: number;
  readonly lovId: number;
}

export interface StoredTracking extends TrackingKey {
  readonly values: TrackingValues;
  readonly updatedAt: number;
  readonly importId: string;
}

const { name: TABLE, columns: NAMES } = tableOf(ConsolidatedTrackingEntity);

const KEY_COLUMNS = [NAMES.siteId, NAMES.registrationId, NAMES.lovId];

/** What is stored under the key. */
const STORED = Object.keys({ ...VALUE_TYPES, updatedAt: true, importId: true }) as (keyof typeof NAMES)[];
const STORED_COLUMNS = STORED.map((property) => NAMES[property]);

/** These of a row of `t`, each under the name of its property. */
export const SELECTED = STORED.map((property) => `t.${NAMES[property]} AS ${property}`).join(', ');

/** Asks for the registration alone. */
export const NO_LOV = 0;

/** What tracking is about. */
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
 * both creating it, and what is read under the lock is what the other has committed. For this each row is looked up
 * by its key when its registration is locked: a small table MySQL would rather read first, whole, for a hash join. The
 * embedded database has one writer at a time and needs no lock. `onFound` is given a part while the database looks for
 * the next.
 */
export async function findTracking(
  tx: Tx,
  siteId: number,
  subjects: readonly TrackingSubject[],
  { lock }: { readonly lock: boolean },
  onFound: (part: readonly RegisteredTracking[]) => Promise<void> = async () => {},
): Promise<RegisteredTracking[]> {
  const columns = { learner_id: 'integer', session_id: 'integer', lov_id: 'integer' } as const;
  const { dialect } = tx;
  const sql = `SELECT r.learner_id AS learnerId, r.session_id AS sessionId, k.lov_id AS lovId, r.id AS registrationId,
      ${SELECTED}
    ${dialect.fromKeys(columns)} registration r ${dialect.forceIndex('uq_registration_learner_session')}
      ON r.site_id = ? AND r.learner_id = k.learner_id AND r.session_id = k.session_id
    LEFT JOIN ${TABLE} t ${dialect.forceIndex('PRIMARY')} ON t.site_id = r.site_id AND t.registration_id = r.id AND t.lov_id = k.lov_id
    ${lock ? dialect.forUpdate('r', 't') : ''}`;
  const found = new Pipeline<RegisteredTracking[]>();
  const written = new Pipeline<unknown>();
  for (const chunk of chunks([...subjects].sort(bySubject))) {
    const keys = chunk.map(({ learnerId, sessionId, lovId }) => [learnerId, sessionId, lovId]);
    const rows = tx.prepared(sql, [JSON.stringify(keys), siteId], UNREAD);
    found.add(rows.then((each) => each.map(registeredFromRow)));
  }
  const all: RegisteredTracking[] = [];
  for await (const part of found.inOrder()) {
    for (const each of part) all.push(each);
    if (lock && tx.writesLocks) written.add(writeLocks(tx, part));
    await onFound(part);
  }
  await written.answers();
  return all;
}

/**
 * Where several nodes write, two that make the same row through two nodes see each other by its registration alone. Two
 * that change or delete a stored row both write it, and who decides to leave it as it is needs not be seen.
 */
async function writeLocks({ dialect, prepared }: Tx, part: readonly RegisteredTracking[]): Promise<void> {
  const ofNewRows = part.filter(({ stored, lovId }) => stored === null && lovId !== NO_LOV);
  const ids = new Set(ofNewRows.map(({ registrationId }) => registrationId));
  if (ids.size === 0) return;
  const write = `${dialect.updateFromKeys({ id: 'integer' })} registration r ${dialect.forceIndex('PRIMARY')}
      ON r.id = k.id SET ${writtenLock('r')}`;
  await prepared(write, [JSON.stringify([...ids].map((id) => [id]))]);
}

export type UnreadRow = Readonly<Record<string, unknown>>;

/** Cell by cell: to read thousands of wide rows in their place takes ten times as long as to make new ones. */
function registeredFromRow(row: UnreadRow): RegisteredTracking {
  const registrationId = wholeNumber(row.registrationId);
  const lovId = wholeNumber(row.lovId);
  return {
    learnerId: wholeNumber(row.learnerId),
    sessionId: wholeNumber(row.sessionId),
    lovId,
    registrationId,
    stored: row.status === null ? null : storedFromRow(row, registrationId, lovId),
  };
}

export function storedFromRow(row: UnreadRow, registrationId: number, lovId: number): StoredTracking {
  return {
    registrationId,
    lovId,
    values: readValues(row),
    updatedAt: instant(row.updatedAt),
    importId: text(row.importId),
  };
}

function bySubject(a: TrackingSubject, b: TrackingSubject): number {
  return a.learnerId - b.learnerId || a.sessionId - b.sessionId || a.lovId - b.lovId;
}

/** What all rows of an import are written with. */
export type WrittenBy = Pick<StoredTracking, 'updatedAt' | 'importId'>;

/** The columns that differ from row to row, as `writtenCells` has them. */
const WRITTEN: Readonly<Record<string, JsonType>> = {
  [NAMES.registrationId]: 'integer',
  [NAMES.lovId]: 'integer',
  ...Object.fromEntries(
    Object.entries(VALUE_TYPES).map(([property, type]) => [NAMES[property as keyof TrackingValues], type]),
  ),
};

/** Writes complete rows of one import, new or not; what a row does not hold is null afterwards. */
export async function writeTracking(
  tx: Tx,
  siteId: number,
  rows: readonly StoredTracking[],
  by: WrittenBy,
): Promise<void> {
  const shared = {
    [NAMES.siteId]: siteId,
    [NAMES.updatedAt]: instantToSql(by.updatedAt),
    [NAMES.importId]: by.importId,
  };
  const overwrite = tx.dialect.overwriting(KEY_COLUMNS, STORED_COLUMNS);
  const written = new Pipeline<unknown>();
  for (const chunk of chunks(inKeyOrder(rows))) {
    const cells = { table: TABLE, shared, columns: WRITTEN, rows: chunk.map(writtenCells) };
    const { sql, values } = tx.dialect.insertRows(cells, overwrite);
    written.add(tx.prepared(sql, values));
    // It takes milliseconds to make a statement.
    await nextTurn();
  }
  await written.answers();
}

/** The order in which tracking is written. */
export function inKeyOrder<Key extends TrackingKey>(keys: readonly Key[]): Key[] {
  return [...keys].sort((a, b) => a.registrationId - b.registrationId || a.lovId - b.lovId);
}
