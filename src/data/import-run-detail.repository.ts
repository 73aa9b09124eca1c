import { nextTurn } from '../event-loop/turns';
import { chunksOf } from '../kernel/chunks';
import type { Problem } from '../kernel/problem';
import { cellsOf, cellWriter, columnNames, selected, text, wholeNumber } from './cells';
import { inKeyOrder, type TrackingKey, type TrackingValues } from './consolidated-tracking.repository';
import type { Tx } from './database';
import { VALUE_TYPES } from './entities/consolidated-tracking.entity';
import { ImportRunDetailEntity, type RunDetailKind } from './entities/import-run-detail.entity';
import { pack, unpack } from './packed';
import { Pipeline } from './pipeline';
import { CHUNK_ROWS, rowPlaceholders } from './sql';
import { columnsOf, type Row, tableOf } from './table';

/** What a run did to one key of tracking: to no row that it left as it was. */
export interface KeptChange extends TrackingKey {
  /** The row of the request that decided it, from 1. */
  readonly row: number;
  readonly learnerId: number;
  readonly sessionId: number;
  /** Null where nothing was stored. */
  readonly before: TrackingValues | null;
  /** What the run left; null where it removed the row. */
  readonly after: TrackingValues | null;
}

/** A problem that a run told of one of its rows. */
export interface KeptProblem {
  /** Its place among those of the run, from 1. */
  readonly number: number;
  /** The learner of its row, as far as that is known. */
  readonly learnerId: number | null;
  readonly problem: Problem;
}

export interface RunDetails {
  readonly changes: readonly KeptChange[];
  /** In row order. */
  readonly problems: readonly KeptProblem[];
}

const { name: TABLE, columns: NAMES } = tableOf(ImportRunDetailEntity);
const PLACE = columnsOf(ImportRunDetailEntity, 'importId', 'kind', 'part');
const HELD = columnsOf(ImportRunDetailEntity, 'entries', 'firstId', 'lastId', 'ids');
const WRITTEN = { ...PLACE, ...HELD, ...columnsOf(ImportRunDetailEntity, 'content') };

type Place = Row<ImportRunDetailEntity, 'importId' | 'kind' | 'part'>;
type Held = Row<ImportRunDetailEntity, 'entries' | 'firstId' | 'lastId' | 'ids'>;

const CONTENT = `CAST(${NAMES.content} AS CHAR) AS content`;
const AT_PLACE = `${NAMES.siteId} = ? AND ${NAMES.importId} = ? AND ${NAMES.kind} = ? AND ${NAMES.part} = ?`;

// ---------- how details are packed ----------

/** How the entries of a kind are packed, and whom they are about. */
interface Packing<Entry> {
  readonly kind: RunDetailKind;
  idOf(entry: Entry): number | null;
  /** Plain, as short as may be. */
  fold(entries: readonly Entry[]): unknown;
  unfold(folded: never): Entry[];
}

type Values = readonly (string | number | null)[];

interface FoldedChanges {
  /** Which values are kept, in their order: another version may keep others. */
  readonly names: readonly (keyof TrackingValues)[];
  readonly changes: readonly (readonly [
    row: number,
    registrationId: number,
    lovId: number,
    learnerId: number,
    sessionId: number,
    before: Values | null,
    after: Values | null,
  ])[];
}

const VALUE_NAMES = Object.keys(VALUE_TYPES) as (keyof TrackingValues)[];

const CHANGES: Packing<KeptChange> = {
  kind: 'CHANGES',
  idOf: ({ registrationId }) => registrationId,
  fold: (entries): FoldedChanges => ({
    names: VALUE_NAMES,
    changes: entries.map(({ row, registrationId, lovId, learnerId, sessionId, before, after }) => [
      row,
      registrationId,
      lovId,
      learnerId,
      sessionId,
      listed(before),
      listed(after),
    ]),
  }),
  unfold: ({ names, changes }: FoldedChanges) =>
    changes.map(([row, registrationId, lovId, learnerId, sessionId, before, after]) => ({
      row,
      registrationId,
      lovId,
      learnerId,
      sessionId,
      before: named(names, before),
      after: named(names, after),
    })),
};

function listed(values: TrackingValues | null): Values | null {
  return values === null ? null : VALUE_NAMES.map((name) => values[name]);
}

function named(names: FoldedChanges['names'], values: Values | null): TrackingValues | null {
  if (values === null) return null;
  const none = VALUE_NAMES.map((name) => [name, null] as const);
  const kept = names.map((name, place) => [name, values[place] ?? null] as const);
  return Object.fromEntries([...none, ...kept]) as unknown as TrackingValues;
}

interface FoldedProblems {
  /** Each once: thousands of problems say the same. */
  readonly texts: readonly string[];
  readonly problems: readonly (readonly [
    number: number,
    learnerId: number | null,
    row: number | null,
    path: readonly string[],
    code: number,
    severity: number,
    message: number,
    hint: number | null,
  ])[];
}

const PROBLEMS: Packing<KeptProblem> = {
  kind: 'PROBLEMS',
  idOf: ({ learnerId }) => learnerId,
  fold: (entries): FoldedProblems => {
    const places = new Map<string, number>();
    const placeOf = (words: string) => {
      const place = places.get(words) ?? places.size;
      places.set(words, place);
      return place;
    };
    const problems = entries.map(({ number, learnerId, problem }) => {
      const { row, path, code, severity, message, hint } = problem;
      const said = [placeOf(code), placeOf(severity), placeOf(message)] as const;
      return [number, learnerId, row, path, ...said, hint === null ? null : placeOf(hint)] as const;
    });
    return { texts: [...places.keys()], problems };
  },
  unfold: ({ texts, problems }: FoldedProblems) =>
    problems.map(([number, learnerId, row, path, code, severity, message, hint]) => {
      const said = { code: texts[code], severity: texts[severity], message: texts[message] };
      const problem = { ...said, path, row, hint: hint === null ? null : texts[hint] } as Problem;
      return { number, learnerId, problem };
    }),
};

function heldBy<Entry>({ idOf }: Packing<Entry>, entries: readonly Entry[]): Held {
  const found = new Set<number>();
  for (const entry of entries) {
    const id = idOf(entry);
    if (id !== null) found.add(id);
  }
  const ids = [...found].sort((a, b) => a - b);
  return { entries: entries.length, firstId: ids.at(0) ?? null, lastId: ids.at(-1) ?? null, ids };
}

// ---------- writing: part of every import ----------

/** In one statement, as a rule: parts are some ten kilobytes each. */
const PARTS_A_STATEMENT = 50;
const COLUMNS = [NAMES.siteId, ...columnNames(WRITTEN)];
const cellsWritten = cellWriter(WRITTEN);

/** Keeps what a run did to tracking, and what it told of its rows. */
export async function keepRunDetails(
  tx: Tx,
  siteId: number,
  importId: string,
  { changes, problems }: RunDetails,
): Promise<void> {
  // Sorted, a part holds few of the registrations of the site.
  const sorted = inKeyOrder(changes);
  const parts = [
    ...(await packed(importId, CHANGES, sorted)),
    ...(await packed(importId, PROBLEMS, problems)),
  ];
  const kept = new Pipeline<unknown>();
  for (const some of chunksOf(parts, PARTS_A_STATEMENT)) {
    const values = rowPlaceholders(some.length, COLUMNS.length);
    const sql = `INSERT INTO ${TABLE} (${COLUMNS.join(', ')}) VALUES ${values}`;
    kept.add(
      tx.query(
        sql,
        (await Promise.all(some)).flatMap((cells) => [siteId, ...cells]),
      ),
    );
  }
  await kept.answers();
}

type Cells = ReturnType<typeof cellsWritten>;

/** Each of them on its way. */
async function packed<Entry>(
  importId: string,
  packing: Packing<Entry>,
  entries: readonly Entry[],
): Promise<Promise<Cells>[]> {
  const parts: Promise<Cells>[] = [];
  for (const some of chunksOf(entries, CHUNK_ROWS)) {
    const place = { importId, kind: packing.kind, part: parts.length };
    const content = pack(packing.fold(some), { fast: true });
    // Whoever writes it is told of a failure; until then it is nobody's.
    content.catch(() => {});
    const held = heldBy(packing, some);
    parts.push(content.then((text) => cellsWritten({ ...place, ...held, content: text })));
    // It takes a millisecond to make one.
    await nextTurn();
  }
  return parts;
}

// ---------- reading ----------

/** All that a run did to tracking, in the order of its rows. */
export async function findRunChanges(tx: Tx, siteId: number, importId: string): Promise<KeptChange[]> {
  const rows = await tx.query(
    `SELECT ${CONTENT} FROM ${TABLE}
     WHERE ${NAMES.siteId} = ? AND ${NAMES.importId} = ? AND ${NAMES.kind} = ? ORDER BY ${NAMES.part}`,
    [siteId, importId, CHANGES.kind],
    { content: text },
  );
  const changes: KeptChange[] = [];
  for (const { content } of rows) {
    for (const change of CHANGES.unfold((await unpack(content)) as never)) changes.push(change);
    await nextTurn();
  }
  return changes.sort((a, b) => a.row - b.row);
}

/** The problems of a run behind one of them, in row order. */
export async function findRunProblemPage(
  tx: Tx,
  siteId: number,
  importId: string,
  limit: number,
  after: number,
): Promise<KeptProblem[]> {
  const page: KeptProblem[] = [];
  let part = Math.floor(after / CHUNK_ROWS);
  while (page.length < limit) {
    const [found] = await tx.query(
      `SELECT ${NAMES.part} AS part, ${CONTENT} FROM ${TABLE}
       WHERE ${NAMES.siteId} = ? AND ${NAMES.importId} = ? AND ${NAMES.kind} = ? AND ${NAMES.part} >= ?
       ORDER BY ${NAMES.part} LIMIT 1`,
      [siteId, importId, PROBLEMS.kind, part],
      { part: wholeNumber, content: text },
    );
    if (found === undefined) break;
    const problems = PROBLEMS.unfold((await unpack(found.content)) as never);
    page.push(...problems.filter(({ number }) => number > after).slice(0, limit - page.length));
    part = found.part + 1;
  }
  return page;
}

export async function countRunProblems(tx: Tx, siteId: number, importId: string): Promise<number> {
  const parts = await tx.query(
    `SELECT ${NAMES.entries} AS entries FROM ${TABLE}
     WHERE ${NAMES.siteId} = ? AND ${NAMES.importId} = ? AND ${NAMES.kind} = ?`,
    [siteId, importId, PROBLEMS.kind],
    { entries: wholeNumber },
  );
  return parts.reduce((sum, { entries }) => sum + entries, 0);
}

/** The registrations whose tracking a run changed, in ascending order, those that are gone included. */
export async function findRunRegistrations(tx: Tx, siteId: number, importId: string): Promise<number[]> {
  const parts = await tx.query(
    `SELECT ${selected({ ids: HELD.ids })} FROM ${TABLE}
     WHERE ${NAMES.siteId} = ? AND ${NAMES.importId} = ? AND ${NAMES.kind} = ? ORDER BY ${NAMES.part}`,
    [siteId, importId, CHANGES.kind],
    cellsOf({ ids: HELD.ids }),
  );
  return [...new Set(parts.flatMap(({ ids }) => ids))].sort((a, b) => a - b);
}

// ---------- erasing ----------

/** How much was removed. */
export interface ErasedDetails {
  readonly changes: number;
  readonly problems: number;
}

/**
 * Removes a learner from what is kept of all runs of the site. Whoever calls it holds the locks of the registrations:
 * no import changes them meanwhile.
 */
export async function eraseFromRunDetails(
  tx: Tx,
  siteId: number,
  learnerId: number,
  registrationIds: readonly number[],
): Promise<ErasedDetails> {
  return {
    changes: await erase(tx, siteId, CHANGES, registrationIds),
    problems: await erase(tx, siteId, PROBLEMS, [learnerId]),
  };
}

async function erase<Entry>(
  tx: Tx,
  siteId: number,
  packing: Packing<Entry>,
  ids: readonly number[],
): Promise<number> {
  const erased = new Set(ids);
  const isKept = (entry: Entry) => {
    const id = packing.idOf(entry);
    return id === null || !erased.has(id);
  };
  let count = 0;
  for await (const place of placesOf(tx, siteId, packing.kind, erased)) {
    const at = [siteId, place.importId, place.kind, place.part];
    const [found] = await tx.query(
      `SELECT ${CONTENT} FROM ${TABLE} d WHERE ${AT_PLACE} ${tx.dialect.forUpdate('d')}`,
      at,
      { content: text },
    );
    if (found === undefined) continue;
    const all = packing.unfold((await unpack(found.content)) as never);
    const kept = all.filter(isKept);
    count += all.length - kept.length;
    await (kept.length === 0 ? remove(tx, at) : rewrite(tx, at, packing, kept));
    await nextTurn();
  }
  return count;
}

async function remove({ query }: Tx, at: readonly unknown[]): Promise<void> {
  await query(`DELETE FROM ${TABLE} WHERE ${AT_PLACE}`, at);
}

const REWRITTEN = { ...HELD, ...columnsOf(ImportRunDetailEntity, 'content') };
const cellsRewritten = cellWriter(REWRITTEN);

async function rewrite<Entry>(
  { query }: Tx,
  at: readonly unknown[],
  packing: Packing<Entry>,
  kept: readonly Entry[],
): Promise<void> {
  const content = await pack(packing.fold(kept), { fast: true });
  const assignments = columnNames(REWRITTEN).map((name) => `${name} = ?`);
  const cells = cellsRewritten({ ...heldBy(packing, kept), content });
  await query(`UPDATE ${TABLE} SET ${assignments.join(', ')} WHERE ${AT_PLACE}`, [...cells, ...at]);
}

const PLACES_A_STATEMENT = 200;

/** Where something is kept of what has one of these ids, some hundred places looked at at a time. */
async function* placesOf(
  tx: Tx,
  siteId: number,
  kind: RunDetailKind,
  ids: ReadonlySet<number>,
): AsyncGenerator<Place> {
  if (ids.size === 0) return;
  const columns = { ...PLACE, ...HELD };
  let [lastId, importId, part] = [Math.min(...ids), '', -1];
  const highest = Math.max(...ids);
  while (true) {
    const found = await tx.query(
      `SELECT ${selected(columns)} FROM ${TABLE}
       WHERE ${NAMES.siteId} = ? AND ${NAMES.kind} = ? AND ${NAMES.lastId} >= ? AND ${NAMES.firstId} <= ?
         AND (${NAMES.lastId} > ? OR ${NAMES.importId} > ? OR (${NAMES.importId} = ? AND ${NAMES.part} > ?))
       ORDER BY ${NAMES.lastId}, ${NAMES.importId}, ${NAMES.part} LIMIT ${PLACES_A_STATEMENT}`,
      [siteId, kind, lastId, highest, lastId, importId, importId, part],
      cellsOf(columns),
    );
    const holding = found.filter((place) => place.ids.some((id) => ids.has(id)));
    yield* holding;
    const last = found.at(-1);
    if (found.length < PLACES_A_STATEMENT || last === undefined || last.lastId === null) return;
    [lastId, importId, part] = [last.lastId, last.importId, last.part];
    await nextTurn();
  }
}
