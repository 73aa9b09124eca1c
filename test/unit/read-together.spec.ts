import { readTogether } from '../../src/contract/read-together';

describe('what is read together', () => {
  const batches: (readonly string[])[] = [];
  const read = async (keys: readonly string[]) => {
    batches.push(keys);
    return keys.map((key) => `${key}, read ${batches.length}`);
  };
  beforeEach(() => batches.splice(0));

  it('is read once where it is asked for at once, and anew where it is asked for later', async () => {
    const loader = readTogether(read);
    const asked = () => Promise.all(['a', 'b', 'a'].map((key) => loader.load(key)));
    expect(await asked()).toEqual(['a, read 1', 'b, read 1', 'a, read 1']);
    expect(await asked()).toEqual(['a, read 2', 'b, read 2', 'a, read 2']);
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('is read anew while it is being read for who asked before', async () => {
    const loader = readTogether(read);
    const first = loader.load('a');
    await new Promise(setImmediate);
    expect(await Promise.all([first, loader.load('a')])).toEqual(['a, read 1', 'a, read 2']);
  });

  it('has keys told apart by their names', async () => {
    const loader = readTogether(
      async (keys: readonly { readonly id: number }[]) => keys.map(({ id }) => [id, keys.length]),
      { cacheKeyFn: ({ id }) => id },
    );
    expect(await Promise.all([{ id: 1 }, { id: 2 }, { id: 1 }].map((key) => loader.load(key)))).toEqual([
      [1, 2],
      [2, 2],
      [1, 2],
    ]);
  });
});
