import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items that are worked on before other requests get their turn: a few milliseconds. */
const SLICE = 1_000;

/** Works on thousands of items without keeping other requests waiting; `start` is the index of a slice's first item. */
export async function inSlices<Item>(
  items: readonly Item[],
  work: (slice: readonly Item[], start: number) => void,
): Promise<void> {
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await nextTurn();
    work(items.slice(start, start + SLICE), start);
  }
}

export async function mapInSlices<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  await inSlices(items, (slice) => {
    for (const item of slice) results.push(map(item, results.length));
  });
  return results;
}
