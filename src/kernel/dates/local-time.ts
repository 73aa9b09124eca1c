/**
 * Local times of a zone as instants, by one rule: a time that exists twice is the earlier instant, one in a gap moves
 * forward by the gap, and a day that was skipped as a whole does not exist. The first two mean that the offset before
 * a clock change counts until the change is over.
 *
 * Instants are epoch milliseconds; local times, too, as if they were UTC. Source: docs/rules/import.md, "Time zones".
 */

const DAY_MS = 24 * 60 * 60_000;

/** How far the clocks of a zone are ahead of UTC at an instant: whole seconds, in milliseconds. */
export type OffsetAt = (instant: number) => number;

/** A local time read in a zone: its instant, and whether the clock change rules had to choose it. */
export interface LocalTime {
  readonly instant: number;
  readonly adjusted?: 'SKIPPED' | 'AMBIGUOUS';
}

/** Undefined: the zone skipped that calendar day as a whole. */
export type LocalTimeReader = (localMs: number) => LocalTime | undefined;

interface ClockChange {
  /** The offset until the change. */
  readonly before: number;
  /** The local times that the change skips or repeats; `until` is not one of them. */
  readonly from: number;
  readonly until: number;
  readonly skips: boolean;
}

/** What the local times of some days can meet. */
interface Offsets {
  /** In order. */
  readonly changes: readonly ClockChange[];
  /** The offset after the last change. */
  readonly last: number;
}

/**
 * No zone has ever changed its clocks twice within three days (the least is Freetown in 1939, with four): equal
 * offsets at both ends of such a span mean that there was no change between them.
 */
const SPAN_MS = 3 * DAY_MS;

/** The offsets between two instants that are whole spans apart. */
function offsetsBetween(offsetAt: OffsetAt, start: number, end: number): Offsets {
  const changes: ClockChange[] = [];
  let before = offsetAt(start);
  for (let at = start; at < end; at += SPAN_MS) {
    const after = offsetAt(at + SPAN_MS);
    if (after !== before) changes.push(clockChange(offsetAt, at, before, after));
    before = after;
  }
  return { changes, last: before };
}

/** The change within the span: its first instant with the later offset is found by bisection, to the second. */
function clockChange(offsetAt: OffsetAt, start: number, before: number, after: number): ClockChange {
  let [earlier, change] = [start, start + SPAN_MS];
  while (change - earlier > 1000) {
    const middle = earlier + Math.floor((change - earlier) / 2000) * 1000;
    if (offsetAt(middle) === after) change = middle;
    else earlier = middle;
  }
  return {
    before,
    from: change + Math.min(before, after),
    until: change + Math.max(before, after),
    skips: after > before,
  };
}

function readAmong({ changes, last }: Offsets, localMs: number): LocalTime | undefined {
  for (const change of changes) {
    if (localMs < change.until) return readBeforeEndOf(change, localMs);
  }
  return { instant: localMs - last };
}

function readBeforeEndOf(
  { before, from, until, skips }: ClockChange,
  localMs: number,
): LocalTime | undefined {
  const instant = localMs - before;
  if (localMs < from) return { instant };
  if (!skips) return { instant, adjusted: 'AMBIGUOUS' };
  const day = startOfDay(localMs);
  const isSkippedDay = from <= day && day + DAY_MS <= until;
  return isSkippedDay ? undefined : { instant, adjusted: 'SKIPPED' };
}

function startOfDay(localMs: number): number {
  return Math.floor(localMs / DAY_MS) * DAY_MS;
}

/** The years of nearly all dates have a table of clock changes. */
const TABLE_START = Date.UTC(1970, 0, 1);
const TABLE_END = Date.UTC(2038, 0, 1);
/** The table is filled in blocks, as they are needed: a block takes some dozens of offsets, all of it thousands. */
const BLOCK_MS = 32 * SPAN_MS;

/**
 * Makes readers of the local times of a zone. They share a table of its clock changes from 1970 to 2037, which is
 * kept with what is returned and stays small. A reader remembers the days it met in other years: keep it for one
 * request.
 */
export function localTimeReaders(offsetAt: OffsetAt): () => LocalTimeReader {
  const blocks = new Array<Offsets | undefined>(Math.ceil((TABLE_END - TABLE_START) / BLOCK_MS)).fill(
    undefined,
  );

  // Offsets have always been less than 16 hours: what a local time can meet is less than a day away from it.
  function block(index: number): Offsets {
    const start = TABLE_START + index * BLOCK_MS;
    const found = offsetsBetween(offsetAt, start - SPAN_MS, start + BLOCK_MS + SPAN_MS);
    blocks[index] = found;
    return found;
  }

  function readerWithDays(): LocalTimeReader {
    const days = new Map<number, Offsets>();

    function offsetsOfDay(localMs: number): Offsets {
      const day = startOfDay(localMs);
      const known = days.get(day);
      if (known !== undefined) return known;
      const found = offsetsBetween(offsetAt, day - DAY_MS, day - DAY_MS + SPAN_MS);
      days.set(day, found);
      return found;
    }

    return (localMs) => {
      if (localMs < TABLE_START || localMs >= TABLE_END) return readAmong(offsetsOfDay(localMs), localMs);
      const index = Math.floor((localMs - TABLE_START) / BLOCK_MS);
      return readAmong(blocks[index] ?? block(index), localMs);
    };
  }

  return readerWithDays;
}
