import { chunksOf } from '../kernel/chunks';

/** Items that go to the database together. */
const SLICE = 1_000;
/** How long one request works before others get their turn. */
const TURN_MS = 2;
/** Looking at the clock takes as long as many a piece of work: after short ones it is looked at less often. */
const SHORT_MS = 0.02;
const MAX_UNSEEN = 16;

const waiting: (() => void)[] = [];

/**
 * Resolves once other requests had their turn. However many wait for it, one goes on at a time, and what has arrived
 * meanwhile is looked at in between: five imports at once keep a small query waiting no longer than one does.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()?.();
  // An immediate that is made in one runs in the next round of the event loop.
  if (waiting.length > 0) setImmediate(goOn);
}

/** Works on so many items after the other; `start` is the index of a slice's first item. */
export async function inSlices<Item>(
  items: readonly Item[],
  work: (slice: readonly Item[], start: number) => Promise<void>,
): Promise<void> {
  let start = 0;
  for (const slice of chunksOf(items, SLICE)) {
    if (start > 0) await nextTurn();
    await work(slice, start);
    start += slice.length;
  }
}

/** Works on items one by one without keeping other requests waiting, however much work each of them is. */
export async function inTurns<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let seenAt = performance.now();
  let end = seenAt + TURN_MS;
  let [atOnce, done] = [1, 0];
  for (const item of items) {
    if (done === atOnce) {
      const now = performance.now();
      atOnce = now - seenAt < SHORT_MS ? Math.min(2 * atOnce, MAX_UNSEEN) : 1;
      [seenAt, done] = [now, 0];
      if (now >= end) {
        await nextTurn();
        seenAt = performance.now();
        end = seenAt + TURN_MS;
      }
    }
    work(item);
    done += 1;
  }
}

export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  await inTurns(items, (item) => results.push(map(item)));
  return results;
}
