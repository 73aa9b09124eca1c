import { nextTurn } from '../event-loop/turns';
import { chunksOf } from '../kernel/chunks';
import { text, wholeNumber } from './cells';
import type { Tx } from './database';
import { ImportRunDetailEntity } from './entities/import-run-detail.entity';
import { CONTENT, type KeptProblem, PROBLEMS } from './import-run-detail.repository';
import { BROTLI, unpack } from './packed';
import { CHUNK_ROWS, placeholders } from './sql';
import { tableOf } from './table';

/** A page of the problems of a run. */
export interface RunProblemPage {
  readonly importId: string;
  readonly limit: number;
  /** Begins behind this one; 0 for the first page. */
  readonly after: number;
}

const { name: TABLE, columns: NAMES } = tableOf(ImportRunDetailEntity);
const OF_PROBLEMS = `${NAMES.siteId} = ? AND ${NAMES.kind} = 'PROBLEMS'`;

/** Pages whose parts one statement reads: its text grows with them. */
const PAGES_AT_ONCE = 100;
/** Of which an answer holds the content: a part is some ten kilobytes. */
const RUNS_AT_ONCE = 100;

interface Asked extends RunProblemPage {
  readonly found: KeptProblem[];
  part: number;
  isWhole: boolean;
}

/**
 * Each page in row order. A page begins in one part and ends in the next at the latest, unless learners were erased
 * from them: then it takes more statements than others.
 */
export async function findRunProblemPages(
  tx: Tx,
  siteId: number,
  pages: readonly RunProblemPage[],
): Promise<KeptProblem[][]> {
  const asked = pages.map(
    (page): Asked => ({ ...page, found: [], part: Math.floor(page.after / CHUNK_ROWS), isWhole: false }),
  );
  for (let waiting = asked; waiting.length > 0; waiting = waiting.filter(({ isWhole }) => !isWhole)) {
    for (const some of chunksOf(waiting, PAGES_AT_ONCE)) await readNextParts(tx, siteId, some);
  }
  return asked.map(({ found }) => found);
}

/** Of each page one part. */
async function readNextParts(tx: Tx, siteId: number, pages: readonly Asked[]): Promise<void> {
  const ofPage = (_: Asked, place: number) =>
    `SELECT * FROM (SELECT ${place} AS page, ${NAMES.part} AS part, ${CONTENT} FROM ${TABLE}
     WHERE ${OF_PROBLEMS} AND ${NAMES.importId} = ? AND ${NAMES.part} >= ?
     ORDER BY ${NAMES.part} LIMIT 1) one${place}`;
  const parts = await tx.query(
    pages.map(ofPage).join(' UNION ALL '),
    pages.flatMap(({ importId, part }) => [siteId, importId, part]),
    { page: wholeNumber, part: wholeNumber, content: text },
  );
  const partOf = new Map(parts.map((part) => [part.page, part]));
  for (const [place, page] of pages.entries()) {
    const next = partOf.get(place);
    if (next !== undefined) {
      const problems = PROBLEMS.unfold((await unpack(next.content, BROTLI)) as never);
      const behind = problems.filter(({ number }) => number > page.after);
      page.found.push(...behind.slice(0, page.limit - page.found.length));
      page.part = next.part + 1;
      await nextTurn();
    }
    page.isWhole = next === undefined || page.found.length === page.limit;
  }
}

/** How many problems each run told. */
export async function countRunProblems(
  tx: Tx,
  siteId: number,
  importIds: readonly string[],
): Promise<number[]> {
  const totals = new Map<string, number>();
  for (const some of chunksOf(importIds, RUNS_AT_ONCE)) {
    const sums = await tx.query(
      `SELECT ${NAMES.importId} AS importId, CAST(SUM(${NAMES.entries}) AS SIGNED) AS total FROM ${TABLE}
       WHERE ${OF_PROBLEMS} AND ${NAMES.importId} IN ${placeholders(some.length)} GROUP BY ${NAMES.importId}`,
      [siteId, ...some],
      { importId: text, total: wholeNumber },
    );
    for (const { importId, total } of sums) totals.set(importId, total);
  }
  return importIds.map((id) => totals.get(id) ?? 0);
}
