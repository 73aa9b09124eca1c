import { chunksOf } from './chunks';

/** Items that go to the database together. */
const SLICE = 1_000;
/** How long one request works before others get their turn. */
const TURN_MS = 5;

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
  let end = performance.now() + TURN_MS;
  for (const item of items) {
    if (performance.now() >= end) {
      await nextTurn();
      end = performance.now() + TURN_MS;
    }
    work(item);
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
