import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items that go to the database together. */
const SLICE = 1_000;
/** How long one request works before others get their turn. */
const TURN_MS = 5;

/** Works on thousands of items, so many at once; `start` is the index of a slice's first item. */
export async function inSlices<Item>(
  items: readonly Item[],
  work: (slice: readonly Item[], start: number) => void,
): Promise<void> {
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await nextTurn();
    work(items.slice(start, start + SLICE), start);
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
