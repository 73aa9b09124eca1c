import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';

type Path = GraphQLResolveInfo['path'];

/** What is asked for of an id, and by which field of the root. */
interface Asked {
  readonly id: number;
  readonly root: string | number;
}

/**
 * What a root field of a document needs is read once, however many parts of its answer ask for it, and when. Another
 * root field reads it anew: it may be a mutation that has changed it.
 */
export class ReadOnce<Value> {
  readonly #values: DataLoader<Asked, Value | null, string>;

  constructor(read: (ids: readonly number[]) => Promise<ReadonlyMap<number, Value>>) {
    this.#values = new DataLoader(
      async (asked) => {
        const found = await read([...new Set(asked.map(({ id }) => id))]);
        return asked.map(({ id }) => found.get(id) ?? null);
      },
      { cacheKeyFn: ({ id, root }) => `${root}/${id}` },
    );
  }

  /** Null where nothing was found. */
  load(id: number, { path }: Pick<GraphQLResolveInfo, 'path'>): Promise<Value | null> {
    return this.#values.load({ id, root: rootOf(path) });
  }

  /** What the root field has read already. */
  prime(id: number, { path }: Pick<GraphQLResolveInfo, 'path'>, value: Value): void {
    this.#values.prime({ id, root: rootOf(path) }, value);
  }
}

function rootOf({ prev, key }: Path): string | number {
  return prev === undefined ? key : rootOf(prev);
}
