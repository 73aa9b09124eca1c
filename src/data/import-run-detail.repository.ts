import { nextTurn } from '../event-loop/turns';
import { chunksOf } from '../kernel/chunks';
import type { Problem } from '../kernel/problem';
import { cellsOf, cellWriter, columnNames, selected, text } from './cells';
import { inKeyOrder, type TrackingKey, type TrackingValues } from './consolidated-tracking.repository';
import type { Tx } from './database';
import { VALUE_TYPES } from './entities/consolidated-tracking.entity';
import { ImportRunDetailEntity, type RunDetailKind } from './entities/import-run-detail.entity';
import { BROTLI, pack, unpack } from './packed';
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
const HELD_AND_CONTENT = { ...HELD, ...columnsOf(ImportRunDetailEntity, 'content') };
const WRITTEN = { ...PLACE, ...HELD_AND_CONTENT };

type Place = Row<ImportRunDetailEntity, 'importId' | 'kind' | 'part'>;
type Held = Row<ImportRunDetailEntity, 'entries' | 'firstId' | 'lastId' | 'ids'>;

export const CONTENT = `CAST(${NAMES.content} AS CHAR) AS content`;

// ---------- how details are packed ----------

/** How the entries of a kind are packed, and whom they are about. */
interface Packing<Entry> {
  readonly kind: RunDetailKind;
  idOf(entry: Entry): number | null;
  /** Plain, as short as may be. */
  fold(entries: readonly Entry[]): unknown;
  unfold(folded: never): Entry[];
}

/** Column by column, which compresses far better than row by row. */
interface FoldedChanges extends Readonly<Record<(typeof KEY_NAMES)[number], readonly number[]>> {
  readonly before: FoldedStates;
  readonly after: FoldedStates;
}

interface FoldedStates {
  /** Of each change, whether anything was stored. */
  readonly isStored: readonly (0 | 1)[];
  /** Of those where it was. Another version may keep others. */
  readonly values: { readonly [Name in keyof TrackingValues]?: readonly TrackingValues[Name][] };
}

const KEY_NAMES = ['row', 'registrationId', 'lovId', 'learnerId', 'sessionId'] as const;
const VALUE_NAMES = Object.keys(VALUE_TYPES) as (keyof TrackingValues)[];

const CHANGES: Packing<KeptChange> = {
  kind: 'CHANGES',
  idOf: ({ registrationId }) => registrationId,
  fold: (entries): FoldedChanges => ({
    row: entries.map(({ row }) => row),
    registrationId: entries.map(({ registrationId }) => registrationId),
    lovId: entries.map(({ lovId }) => lovId),
    learnerId: entries.map(({ learnerId }) => learnerId),
    sessionId: entries.map(({ sessionId }) => sessionId),
    before: foldStates(entries.map(({ before }) => before)),
    after: foldStates(entries.map(({ after }) => after)),
  }),
  unfold: (folded: FoldedChanges) => {
    const [before, after] = [unfoldStates(folded.before), unfoldStates(folded.after)];
    return folded.row.map((_, place) => {
      const key = Object.fromEntries(KEY_NAMES.map((name) => [name, folded[name][place]]));
      return { ...key, before: before[place], after: after[place] } as KeptChange;
    });
  },
};

function foldStates(states: readonly (TrackingValues | null)[]): FoldedStates {
  const stored = states.filter((state) => state !== null);
  const columns = VALUE_NAMES.map((name) => [name, stored.map((values) => values[name])]);
  return { isStored: states.map((state) => (state === null ? 0 : 1)), values: Object.fromEntries(columns) };
}

function unfoldStates({ isStored, values }: FoldedStates): (TrackingValues | null)[] {
  let next = 0;
  return isStored.map((flag) => {
    if (flag === 0) return null;
    const place = next++;
    const cells = VALUE_NAMES.map((name) => [name, values[name]?.[place] ?? null]);
    return Object.fromEntries(cells) as TrackingValues;
  });
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

export const PROBLEMS: Packing<KeptProblem> = {
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

/**
 * A run of a file is written window by window. Each has a range of parts to itself, and problems have numbers by their
 * parts, so that a page of problems begins in the part that its first number tells.
 */
const PARTS_A_WINDOW = 200;

/** The number of the first problem of a window. */
export function firstProblemOf(window: number): number {
  return window * PARTS_A_WINDOW * CHUNK_ROWS + 1;
}

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
  window = 0,
): Promise<void> {
  // Sorted, a part holds few of the registrations of the site.
  const sorted = inKeyOrder(changes);
  const parts = [
    ...(await packed(importId, CHANGES, sorted, window)),
    ...(await packed(importId, PROBLEMS, problems, window)),
  ];
  const kept = new Pipeline<unknown>();
  for (const some of chunksOf(parts, PARTS_A_STATEMENT)) kept.add(write(tx, siteId, await Promise.all(some)));
  await kept.answers();
}

type Cells = ReturnType<typeof cellsWritten>;

async function write({ query }: Tx, siteId: number, parts: readonly Cells[], end = ''): Promise<void> {
  const values = rowPlaceholders(parts.length, COLUMNS.length);
  const cells = parts.flatMap((part) => [siteId, ...part]);
  await query(`INSERT INTO ${TABLE} (${COLUMNS.join(', ')}) VALUES ${values} ${end}`, cells);
}

/** Each of them on its way. */
async function packed<Entry>(
  importId: string,
  packing: Packing<Entry>,
  entries: readonly Entry[],
  window: number,
): Promise<Promise<Cells>[]> {
  const parts: Promise<Cells>[] = [];
  if (entries.length > PARTS_A_WINDOW * CHUNK_ROWS)
    throw new Error('A window has more details than it can keep');
  for (const some of chunksOf(entries, CHUNK_ROWS)) {
    const place = { importId, kind: packing.kind, part: window * PARTS_A_WINDOW + parts.length };
    const cells = packedPart(place, packing, some);
    // Whoever writes it is told of a failure; until then it is nobody's.
    cells.catch(() => {});
    parts.push(cells);
    // It takes a millisecond to make one.
    await nextTurn();
  }
  return parts;
}

async function packedPart<Entry>(
  place: Place,
  packing: Packing<Entry>,
  entries: readonly Entry[],
): Promise<Cells> {
  const content = await pack(packing.fold(entries), BROTLI);
  return cellsWritten({ ...place, ...heldBy(packing, entries), content });
}

// ---------- reading ----------

/** All that a window of a run did to tracking, in the order of its rows; a request has but one. */
export async function findRunChanges(
  tx: Tx,
  siteId: number,
  importId: string,
  window = 0,
): Promise<KeptChange[]> {
  const rows = await tx.query(
    `SELECT ${CONTENT} FROM ${TABLE}
     WHERE ${NAMES.siteId} = ? AND ${NAMES.importId} = ? AND ${NAMES.kind} = ?
       AND ${NAMES.part} >= ? AND ${NAMES.part} < ? ORDER BY ${NAMES.part}`,
    [siteId, importId, CHANGES.kind, window * PARTS_A_WINDOW, (window + 1) * PARTS_A_WINDOW],
    { content: text },
  );
  const changes: KeptChange[] = [];
  for (const { content } of rows) {
    for (const change of CHANGES.unfold((await unpack(content, BROTLI)) as never)) changes.push(change);
    await nextTurn();
  }
  return changes.sort((a, b) => a.row - b.row);
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
  /** Counts, and removes nothing. */
  dryRun = false,
): Promise<ErasedDetails> {
  return {
    changes: await erase(tx, siteId, CHANGES, registrationIds, dryRun),
    problems: await erase(tx, siteId, PROBLEMS, [learnerId], dryRun),
  };
}

async function erase<Entry>(
  tx: Tx,
  siteId: number,
  packing: Packing<Entry>,
  ids: readonly number[],
  dryRun: boolean,
): Promise<number> {
  const { dialect, query } = tx;
  const lock = dryRun ? '' : dialect.forUpdate('d');
  const erased = new Set(ids);
  const isKept = (entry: Entry) => {
    const id = packing.idOf(entry);
    return id === null || !erased.has(id);
  };
  const overwrite = dialect.overwriting(Object.keys(KEY), columnNames(HELD_AND_CONTENT));
  let count = 0;
  for await (const places of placesOf(tx, siteId, packing.kind, erased)) {
    for (const some of chunksOf(places, PARTS_ERASED_AT_ONCE)) {
      const found = await query(
        `SELECT ${selected(PLACE, 'd')}, ${CONTENT} ${dialect.fromKeys(KEY)} ${TABLE} d
           ${dialect.forceIndex('PRIMARY')} ON ${IS_ONE} ${lock}`,
        [JSON.stringify(some.map((place) => keyOf(siteId, place)))],
        { ...cellsOf(PLACE), content: text },
      );
      const emptied: Place[] = [];
      const rewritten: Cells[] = [];
      for (const { content, ...place } of found) {
        const all = packing.unfold((await unpack(content, BROTLI)) as never);
        const kept = all.filter(isKept);
        count += all.length - kept.length;
        if (kept.length === 0) emptied.push(place);
        else if (kept.length < all.length) rewritten.push(await packedPart(place, packing, kept));
        await nextTurn();
      }
      if (dryRun) continue;
      const keys = emptied.map((place) => keyOf(siteId, place));
      const { sql, values } = dialect.deleteByKeys({ table: TABLE, key: KEY, keys });
      if (keys.length > 0) await query(sql, values);
      if (rewritten.length > 0) await write(tx, siteId, rewritten, overwrite);
    }
  }
  return count;
}

/** Each is unpacked, and locked until the end. */
const PARTS_ERASED_AT_ONCE = 20;
const KEY = {
  [NAMES.siteId]: 'integer',
  [NAMES.importId]: 'text',
  [NAMES.kind]: 'text',
  [NAMES.part]: 'integer',
} as const;
const IS_ONE = Object.keys(KEY)
  .map((name) => `d.${name} = k.${name}`)
  .join(' AND ');

function keyOf(siteId: number, { importId, kind, part }: Place): (string | number)[] {
  return [siteId, importId, kind, part];
}

const PLACES_A_STATEMENT = 200;
const PLACE_BY_ID = [NAMES.lastId, NAMES.importId, NAMES.part];

/** Where something is kept of what has one of these ids, some hundred places looked at at a time. */
async function* placesOf(
  tx: Tx,
  siteId: number,
  kind: RunDetailKind,
  ids: ReadonlySet<number>,
): AsyncGenerator<readonly Place[]> {
  if (ids.size === 0) return;
  const columns = { ...PLACE, ...HELD };
  let [lastId, importId, part] = [Math.min(...ids), '', -1];
  const highest = Math.max(...ids);
  while (true) {
    const behind = tx.dialect.beside(PLACE_BY_ID, '>', [lastId, importId, part]);
    const found = await tx.query(
      `SELECT ${selected(columns)} FROM ${TABLE}
       WHERE ${NAMES.siteId} = ? AND ${NAMES.kind} = ? AND ${NAMES.firstId} <= ? AND ${behind.sql}
       ORDER BY ${PLACE_BY_ID.join(', ')} LIMIT ${PLACES_A_STATEMENT}`,
      [siteId, kind, highest, ...behind.values],
      cellsOf(columns),
    );
    yield found.filter((place) => place.ids.some((id) => ids.has(id)));
    const last = found.at(-1);
    if (found.length < PLACES_A_STATEMENT || last === undefined || last.lastId === null) return;
    [lastId, importId, part] = [last.lastId, last.importId, last.part];
    await nextTurn();
  }
}
