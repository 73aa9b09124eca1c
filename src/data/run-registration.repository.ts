import { chunksOf } from '../kernel/chunks';
import { cellsOf, selected, text, wholeNumber } from './cells';
import type { Tx } from './database';
import { ImportRunDetailEntity } from './entities/import-run-detail.entity';
import { REGISTRATION, type RegistrationRecord } from './record-kinds';
import { findRecordsById } from './record-page.repository';
import { chunks, placeholders } from './sql';
import { columnsOf, tableOf } from './table';

/** A page of the registrations whose tracking a run changed. */
export interface RunRegistrationPage {
  readonly importId: string;
  readonly limit: number;
  /** Begins behind this one; 0 for the first page. */
  readonly after: number;
  /** It was written window by window: its parts are sorted within each window only. */
  readonly hasWindows?: boolean;
}

const { name: TABLE, columns: NAMES } = tableOf(ImportRunDetailEntity);
const IDS = columnsOf(ImportRunDetailEntity, 'ids');
const OF_CHANGES = `${NAMES.siteId} = ? AND ${NAMES.kind} = 'CHANGES'`;

/** Pages whose parts one statement reads: its text grows with them. */
const PAGES_AT_ONCE = 100;
/** Where rows of a run have a registration each, a page begins in one part and ends in the next at the latest. */
const PARTS_A_PAGE = 2;
/** Of registrations that are gone, so many at least are passed over at a time, however short the page is. */
const LOOKED_UP = 200;

/**
 * Each page in the order of ids, without the registrations that are gone. The parts of a run are sorted by
 * registration. A page of a run with many rows for each registration, or after many that are gone, takes more statements
 * than others; how many is bounded by what one import may change.
 */
export async function findRunRegistrationPages(
  tx: Tx,
  siteId: number,
  pages: readonly RunRegistrationPage[],
): Promise<RegistrationRecord[][]> {
  const asked = pages.map((page) => ({ ...page, found: [] as RegistrationRecord[] }));
  for (const page of asked) {
    if (page.hasWindows === true) page.found.push(...(await findAmongWindows(tx, siteId, page)));
  }
  for (let waiting = asked.filter(({ hasWindows }) => hasWindows !== true); waiting.length > 0; ) {
    const behind = await idsBehind(tx, siteId, waiting);
    const looked = waiting.map(({ limit, found }, place) => {
      const { ids = [], isLast = true } = behind[place] ?? {};
      const some = ids.slice(0, Math.max(limit - found.length, LOOKED_UP));
      return { some, isLast: isLast && some.length === ids.length };
    });
    const ids = new Set(looked.flatMap(({ some }) => some));
    const records = await findRecordsById(tx, siteId, REGISTRATION, [...ids]);
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const [place, page] of waiting.entries()) {
      const { some = [] } = looked[place] ?? {};
      const stored = some.map((id) => byId.get(id)).filter((record) => record !== undefined);
      page.found.push(...stored.slice(0, page.limit - page.found.length));
      page.after = some.at(-1) ?? page.after;
    }
    waiting = waiting.filter(({ limit, found }, place) => found.length < limit && !looked[place]?.isLast);
    await tx.giveWay?.();
  }
  return asked.map(({ found }) => found);
}

/** Of a run of many windows the database looks through the ids of all of them: seconds, for a million rows. */
async function findAmongWindows(
  tx: Tx,
  siteId: number,
  { importId, limit, after }: RunRegistrationPage,
): Promise<RegistrationRecord[]> {
  const found: RegistrationRecord[] = [];
  for (let last = after; found.length < limit; ) {
    const looked = Math.max(limit - found.length, LOOKED_UP);
    const rows = await tx.query(
      `SELECT DISTINCT i.value AS id FROM ${TABLE} t ${tx.dialect.joinNumbers(`t.${NAMES.ids}`, 'i')}
       WHERE t.${NAMES.siteId} = ? AND t.${NAMES.kind} = 'CHANGES' AND t.${NAMES.importId} = ?
         AND t.${NAMES.lastId} > ? AND i.value > ? ORDER BY i.value LIMIT ${looked}`,
      [siteId, importId, last, last],
      { id: wholeNumber },
    );
    const ids = rows.map(({ id }) => id);
    const records = await findRecordsById(tx, siteId, REGISTRATION, ids);
    const byId = new Map(records.map((record) => [record.id, record]));
    const stored = ids.map((id) => byId.get(id)).filter((record) => record !== undefined);
    found.push(...stored.slice(0, limit - found.length));
    if (ids.length < looked) break;
    last = ids.at(-1) ?? last;
  }
  return found;
}

/** Of each page the ids in the parts that it may need next, in their order, each once. */
async function idsBehind(tx: Tx, siteId: number, pages: readonly RunRegistrationPage[]) {
  const behind = pages.map(({ after }) => ({ ids: [] as number[], last: after, parts: 0, isLast: true }));
  let first = 0;
  for (const chunk of chunksOf(pages, PAGES_AT_ONCE)) {
    const part = (_: RunRegistrationPage, place: number) =>
      `SELECT * FROM (SELECT ${first + place} AS page, ${selected(IDS, 't')} FROM ${TABLE} t
       WHERE ${OF_CHANGES} AND ${NAMES.importId} = ? AND ${NAMES.lastId} > ?
       ORDER BY ${NAMES.part} LIMIT ${PARTS_A_PAGE}) few${place}`;
    const values = chunk.flatMap(({ importId, after }) => [siteId, importId, after]);
    const rows = await tx.query(chunk.map(part).join(' UNION ALL '), values, {
      ...cellsOf(IDS),
      page: wholeNumber,
    });
    for (const { page, ids } of rows) {
      const of = behind[page];
      if (of === undefined) throw new Error(`Nobody asked for page ${page}`);
      for (const id of ids) {
        if (id <= of.last) continue;
        of.ids.push(id);
        of.last = id;
      }
      of.parts += 1;
      of.isLast = of.parts < PARTS_A_PAGE;
    }
    first += chunk.length;
  }
  return behind;
}

/** Runs whose ids are held at a time: each has up to ten thousand. */
const RUNS_AT_ONCE = 20;

/** How many registrations there still are of those whose tracking each run changed. */
export async function countRunRegistrations(
  tx: Tx,
  siteId: number,
  importIds: readonly string[],
): Promise<number[]> {
  const totals = new Map<string, number>();
  for (const some of chunksOf(importIds, RUNS_AT_ONCE)) {
    const parts = await tx.query(
      `SELECT ${NAMES.importId} AS importId, ${selected(IDS)} FROM ${TABLE}
       WHERE ${OF_CHANGES} AND ${NAMES.importId} IN ${placeholders(some.length)}`,
      [siteId, ...some],
      { ...cellsOf(IDS), importId: text },
    );
    const idsOf = new Map(some.map((importId) => [importId, new Set<number>()]));
    for (const { importId, ids } of parts) for (const id of ids) idsOf.get(importId)?.add(id);
    const keys = some.flatMap((importId, run) => [...(idsOf.get(importId) ?? [])].map((id) => [run, id]));
    for (const chunk of chunks(keys)) {
      const counts = await tx.query(
        `SELECT k.run AS run, COUNT(*) AS total ${tx.dialect.fromKeys({ run: 'integer', id: 'integer' })}
         ${REGISTRATION.table} t ON t.site_id = ? AND t.id = k.id GROUP BY k.run`,
        [JSON.stringify(chunk), siteId],
        { run: wholeNumber, total: wholeNumber },
      );
      for (const { run, total } of counts) {
        const importId = some[run];
        if (importId !== undefined) totals.set(importId, (totals.get(importId) ?? 0) + total);
      }
      await tx.giveWay?.();
    }
  }
  return importIds.map((id) => totals.get(id) ?? 0);
}
