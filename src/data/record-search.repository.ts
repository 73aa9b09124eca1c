import { fold } from '../kernel/fold';
import { cellsOf, selected, text, wholeNumber } from './cells';
import type { Tx } from './database';
import type { Condition, Dialect } from './dialect';
import type { Identified, RecordKind, Searched } from './record-kinds';

/** Where a page starts: after this record. */
export interface RecordPosition {
  readonly id: number;
  /** Of a search, which of the texts was found, and the text. */
  readonly found?: { readonly place: number; readonly text: string } | undefined;
}

/** A record and its place among those of a page. */
export interface PlacedRecord<Row> {
  readonly record: Row;
  readonly position: RecordPosition;
}

/** What is asked of the records besides, the site first, and how one of their texts begins. */
interface Search {
  readonly referred: readonly Condition[];
  readonly search: string;
}

/** Of the rows of an index, by one statement of the embedded database. */
const SLICE = 2_000;

/** Behind everything that begins with the text before it. */
const LAST_CHARACTER = '\u{10ffff}';

export function allOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

export async function countWhere(
  tx: Tx,
  { table }: { readonly table: string },
  conditions: readonly Condition[],
): Promise<number> {
  const { sql, values } = allOf(conditions);
  const [row] = await tx.query(`SELECT COUNT(*) AS total FROM ${table} t WHERE ${sql}`, [...values], {
    total: wholeNumber,
  });
  return row?.total ?? 0;
}

export async function countFound<Row extends Identified>(
  tx: Tx,
  kind: RecordKind<Row>,
  { referred, search }: Search,
): Promise<number> {
  let total = 0;
  for (const place of kind.searched.keys()) {
    total += await countWhere(tx, kind, [
      ...referred,
      begins(kind, search, place),
      ...notBefore(kind, search, place),
    ]);
    await tx.giveWay?.();
  }
  return total;
}

/**
 * The records one of whose texts begins so: those whose first text does, in its order, then those whose second does
 * and whose first does not, and so on. Each is read in the order of an index, and left when the page is full.
 */
export async function findFoundPage<Row extends Identified>(
  tx: Tx,
  kind: RecordKind<Row>,
  search: Search,
  limit: number,
  after: RecordPosition | null,
): Promise<PlacedRecord<Row>[]> {
  const found: PlacedRecord<Row>[] = [];
  const first = after?.found?.place ?? 0;
  for (let place = first; place < kind.searched.length && found.length < limit; place++) {
    const start = place === first ? after : null;
    found.push(...(await pageOfText(tx, kind, search, place, limit - found.length, start)));
    await tx.giveWay?.();
  }
  return found;
}

async function pageOfText<Row extends Identified>(
  tx: Tx,
  kind: RecordKind<Row>,
  { referred, search }: Search,
  place: number,
  limit: number,
  after: RecordPosition | null,
): Promise<PlacedRecord<Row>[]> {
  const searched = textAt(kind, place);
  const beginning = begins(kind, search, place);
  const others = [...referred, ...notBefore(kind, search, place)];
  // All that it begins may have been found by a text before.
  const isSliced = tx.giveWay !== undefined && place > 0;
  const found: PlacedRecord<Row>[] = [];
  for (let start = after; ; ) {
    const slice = [beginning, ...behind(tx.dialect, searched, start)];
    const end = isSliced
      ? await endOfSlice(tx, kind, searched, [...referred.slice(0, 1), ...slice])
      : undefined;
    const part = [...others, ...slice, ...upTo(tx.dialect, searched, end)];
    found.push(...(await select(tx, kind, place, part, referred.length === 1, limit - found.length)));
    if (end === undefined || found.length === limit) return found;
    start = end;
    await tx.giveWay?.();
  }
}

async function select<Row extends Identified>(
  tx: Tx,
  kind: RecordKind<Row>,
  place: number,
  conditions: readonly Condition[],
  isAll: boolean,
  limit: number,
): Promise<PlacedRecord<Row>[]> {
  const searched = textAt(kind, place);
  const { sql, values } = allOf(conditions);
  const index = isAll ? tx.dialect.forceIndex(searched.index) : '';
  const rows = await tx.query(
    `SELECT ${selected(kind.columns, 't')}, t.${searched.column} AS foundText
     FROM ${kind.table} t ${index} WHERE ${sql} ORDER BY ${orderOf(searched)} LIMIT ?`,
    [...values, limit],
    { ...cellsOf(kind.columns), foundText: text },
  );
  return rows.map(({ foundText, ...record }) => ({
    record: record as unknown as Row,
    position: { id: (record as unknown as Row).id, found: { place, text: foundText } },
  }));
}

/** The last record of the slice that begins there; undefined where there is no more. */
async function endOfSlice<Row extends Identified>(
  tx: Tx,
  { table }: RecordKind<Row>,
  searched: Searched,
  conditions: readonly Condition[],
): Promise<RecordPosition | undefined> {
  const { sql, values } = allOf(conditions);
  const [end] = await tx.query(
    `SELECT t.id AS id, t.${searched.column} AS foundText FROM ${table} t
     WHERE ${sql} ORDER BY ${orderOf(searched)} LIMIT 1 OFFSET ?`,
    [...values, SLICE],
    { id: wholeNumber, foundText: text },
  );
  return end && { id: end.id, found: { place: 0, text: end.foundText } };
}

function textAt<Row extends Identified>({ table, searched }: RecordKind<Row>, place: number): Searched {
  const found = searched[place];
  if (found === undefined) throw new Error(`${table} has no text ${place} that searches find`);
  return found;
}

function begins<Row extends Identified>(kind: RecordKind<Row>, search: string, place: number): Condition {
  const { column, isFolded } = textAt(kind, place);
  const beginning = isFolded ? fold(search) : search;
  return {
    sql: `t.${column} >= ? AND t.${column} <= ?`,
    values: [beginning, `${beginning}${LAST_CHARACTER}`],
  };
}

function notBefore<Row extends Identified>(
  kind: RecordKind<Row>,
  search: string,
  place: number,
): Condition[] {
  return kind.searched.slice(0, place).map(({ column }, earlier) => {
    const { sql, values } = begins(kind, search, earlier);
    return { sql: `(t.${column} IS NULL OR NOT (${sql}))`, values };
  });
}

function behind(dialect: Dialect, { column, isUnique }: Searched, start: RecordPosition | null): Condition[] {
  if (start?.found === undefined) return [];
  const { text } = start.found;
  if (isUnique) return [{ sql: `t.${column} > ?`, values: [text] }];
  return [dialect.beside([`t.${column}`, 't.id'], '>', [text, start.id])];
}

function upTo(
  dialect: Dialect,
  { column, isUnique }: Searched,
  end: RecordPosition | undefined,
): Condition[] {
  if (end?.found === undefined) return [];
  const { text } = end.found;
  if (isUnique) return [{ sql: `t.${column} <= ?`, values: [text] }];
  return [dialect.beside([`t.${column}`, 't.id'], '<', [text, end.id], true)];
}

/** A text that is unique tells the order by itself, and indexes of servers do not go on with ids behind it. */
function orderOf({ column, isUnique }: Searched): string {
  return isUnique ? `t.${column}` : `t.${column}, t.id`;
}
