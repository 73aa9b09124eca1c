import type { Growth } from '../growth';
import { assertSame, expectedChecksum, importThrough } from '../jobs/import';
import type { Rig } from '../rig';
import type { Contestant } from '../rounds';
import { GROWTH_PLACES } from './places';

/** Rows of other learning object versions that are stored already: none, 1 and 5 million. */
const LEVELS = [
  { name: 'none', othersPerRegistration: 0 },
  { name: '1m', othersPerRegistration: 5 },
  { name: '5m', othersPerRegistration: 25 },
] as const;

const SIZES = [
  { rows: 1_000, calls: 10 },
  { rows: 10_000, calls: 2 },
] as const;

/** The cost of a row beside what is stored already. All levels have a database and a server of their own. */
export function storedRows(rig: Rig): Growth[] {
  return SIZES.flatMap(({ rows, calls }) => {
    const contestants = LEVELS.map((level) => importAt(rig, level, rows, calls));
    return contestants.flatMap((grown, index): Growth[] => {
      const [base] = contestants;
      if (base === undefined) return [];
      return [{ name: `stored/${rows}/${LEVELS[index]?.name}`, unit: 'row', grown, base }];
    });
  });
}

function importAt(
  rig: Rig,
  { name, othersPerRegistration }: (typeof LEVELS)[number],
  rows: number,
  calls: number,
): Contestant {
  return {
    name: `product import ${rows} beside ${name}`,
    measure: async () => {
      const store = await rig.store(name, { places: GROWTH_PLACES, othersPerRegistration });
      const expected = await expectedChecksum(rig, store, rows * calls, 'REPLACE');
      const server = await rig.productOn(name, store.url);
      const work = { rows, calls, mode: 'REPLACE', selection: 'all' } as const;
      const sample = await importThrough(rig, server, store, work);
      await assertSame(store, expected, `import beside ${name}`);
      return sample;
    },
  };
}
