import { fold } from '../kernel/fold';
import { hasAtMost } from '../kernel/text';
import { cellsOf, selected } from './cells';
import type { Tx } from './database';
import type { Condition } from './dialect';
import { MAX_FOLDED_TEXT } from './entities/columns';
import { findByKeys } from './find-by';
import type { Identified, RecordKind, Reference } from './record-kinds';
import {
  allOf,
  countFound,
  countWhere,
  findFoundPage,
  type PlacedRecord,
  type RecordPosition,
} from './record-search.repository';
import { isUnmatchable } from './sql';

export type { PlacedRecord, RecordPosition };

/** All given conditions must hold. */
export interface RecordConditions {
  /** By the names of the references of the kind. */
  readonly references: Readonly<Record<string, string | number>>;
  /** Logins and e-mail addresses of the record as they are stored; otherwise without regard to case. */
  readonly isExact?: boolean | undefined;
  /** How one of the texts begins that searches find. */
  readonly search?: string | undefined;
}

/** The records with these ids, in no order. */
export function findRecordsById<Row extends Identified>(
  tx: Tx,
  siteId: number,
  { table, columns }: RecordKind<Row>,
  ids: readonly number[],
): Promise<Row[]> {
  const keys = ids.map((id) => [id]);
  return findByKeys(tx, table, columns, siteId, { id: 'integer' }, keys);
}

/** In the order of ids; of a search, text by text of those that it finds, and each in its order. */
export async function findRecordPage<Row extends Identified>(
  tx: Tx,
  siteId: number,
  kind: RecordKind<Row>,
  conditions: RecordConditions,
  limit: number,
  after: RecordPosition | null,
): Promise<PlacedRecord<Row>[]> {
  const referred = referredBy(siteId, kind, conditions);
  if (referred === undefined) return [];
  const { search } = conditions;
  if (search !== undefined) return findFoundPage(tx, kind, { referred, search }, limit, after);
  const where = allOf([...referred, { sql: 't.id > ?', values: [after?.id ?? 0] }]);
  const index = referred.length === 1 ? tx.dialect.forceIndex(kind.key) : '';
  const rows = await tx.query<Row>(
    `SELECT ${selected(kind.columns, 't')} FROM ${kind.table} t ${index} WHERE ${where.sql} ORDER BY t.id LIMIT ?`,
    [...where.values, limit],
    cellsOf(kind.columns),
  );
  return rows.map((record) => ({ record, position: { id: record.id } }));
}

export async function countRecords<Row extends Identified>(
  tx: Tx,
  siteId: number,
  kind: RecordKind<Row>,
  conditions: RecordConditions,
): Promise<number> {
  const referred = referredBy(siteId, kind, conditions);
  if (referred === undefined) return 0;
  const { search } = conditions;
  return search === undefined ? countWhere(tx, kind, referred) : countFound(tx, kind, { referred, search });
}

/** The site, and what is asked by references; undefined where nothing can hold. */
function referredBy<Row extends Identified>(
  siteId: number,
  { references }: RecordKind<Row>,
  { references: asked, isExact = false, search }: RecordConditions,
): Condition[] | undefined {
  // What is too long to be stored finds nothing, and is not to reach the database.
  if (Object.values(asked).some(isUnmatchable)) return undefined;
  if (search !== undefined && !hasAtMost(MAX_FOLDED_TEXT, search)) return undefined;
  const referred = Object.entries(asked).flatMap(([name, value]) => {
    const reference = references[name];
    if (reference === undefined) throw new Error(`Records are not named by ${name}`);
    return conditionsOf(siteId, reference, value, isExact);
  });
  return [{ sql: 't.site_id = ?', values: [siteId] }, ...referred];
}

function conditionsOf(
  siteId: number,
  { sql, takesSite, loose }: Reference,
  value: string | number,
  isExact: boolean,
): Condition[] {
  const compared = loose === null ? value : fold(String(value));
  const referred = { sql, values: takesSite ? [siteId, compared] : [compared] };
  const exact = isExact ? loose?.exact : null;
  return typeof exact === 'string' ? [referred, { sql: `t.${exact} = ?`, values: [value] }] : [referred];
}
