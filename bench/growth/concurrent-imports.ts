import { Client } from '../client';
import type { Growth } from '../growth';
import { assertSame, checkImport, expectedChecksum, importCalls } from '../jobs/import';
import type { Rig } from '../rig';
import type { Contestant } from '../rounds';
import { GROWTH_PLACES } from './places';

const CONCURRENT = [1, 4, 16] as const;
const WORK = { rows: 1_000, calls: 32, mode: 'REPLACE', selection: 'all' } as const;

/** The cost of a row while other imports run. */
export function concurrentImports(rig: Rig): Growth[] {
  const contestants = CONCURRENT.map((connections) => importsAtOnce(rig, connections));
  return contestants.flatMap((grown, index): Growth[] => {
    const [base] = contestants;
    if (base === undefined) return [];
    return [{ name: `concurrent/${WORK.rows}/${CONCURRENT[index]}`, unit: 'row', grown, base }];
  });
}

function importsAtOnce(rig: Rig, connections: number): Contestant {
  const name = `${connections} imports at once`;
  const places = WORK.rows * WORK.calls;
  return {
    name,
    measure: async () => {
      const store = await rig.store('none', { places: GROWTH_PLACES });
      const expected = await expectedChecksum(rig, store, places, WORK.mode);
      const server = await rig.productOn('none', store.url);
      const calls = await importCalls(rig, WORK);
      await store.reset(places);
      const client = new Client(server, connections);
      const texts: string[] = [];
      const milliseconds = await client.sendAll(calls, ({ text }) => void texts.push(text));
      client.close();
      for (const text of texts) checkImport({ text, milliseconds: 0 }, WORK.rows, WORK.selection);
      await assertSame(store, expected, name);
      return { microseconds: (milliseconds * 1_000) / places };
    },
  };
}
