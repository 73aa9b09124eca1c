import DataLoader from 'dataloader';

/** How a loader tells keys that are objects apart. */
interface Told<Key, Name> {
  readonly cacheKeyFn?: (key: Key) => Name;
}

/**
 * What is asked for at once is read together, each key once. What is asked for later is read anew: a mutation of the
 * same document may have changed it.
 */
export function readTogether<Key, Value, Name = Key>(
  read: (keys: readonly Key[]) => Promise<readonly Value[]>,
  told: Told<Key, Name> = {},
): DataLoader<Key, Value, Name> {
  const loader = new DataLoader<Key, Value, Name>((keys) => {
    loader.clearAll();
    return read(keys);
  }, told);
  return loader;
}
