import { upsert, upsertRows } from '../limits/sqlite-upsert';
import type { Selection } from '../operations';
import type { Rig } from '../rig';
import type { Contestant } from '../rounds';
import { SqliteStore } from '../sqlite-store';
import { assertSame, importThrough } from './import';
import type { Comparison } from './job';

const SIZES = [
  { rows: 1_000, calls: 10 },
  { rows: 10_000, calls: 2 },
] as const;
const SELECTIONS: readonly Selection[] = ['all', 'summary'];

/** importConsolidatedTracking on the embedded database, against a prepared statement of its driver. */
export function sqliteJob(rig: Rig): Comparison[] {
  return SIZES.flatMap(({ rows, calls }) => {
    const peer = preparedUpsert(rig, rows, calls);
    return SELECTIONS.map((selection) => ({
      name: `sqlite/${rows}/replace/${selection}`,
      product: productImport(rig, rows, calls, selection),
      peer,
      unit: 'row' as const,
    }));
  });
}

function storeOf(rig: Rig): Promise<SqliteStore> {
  return rig.once('sqlite store', async () => {
    const store = await SqliteStore.seed(rig.folder);
    rig.atEnd(() => store.close());
    return store;
  });
}

function preparedUpsert(rig: Rig, rows: number, calls: number): Contestant {
  const name = `prepared upsert ${rows}`;
  return {
    name,
    measure: async () => {
      const store = await storeOf(rig);
      const expected = await expectedChecksum(rig, store, rows * calls);
      const batches = Array.from({ length: calls }, (_, call) => upsertRows(call * rows, rows));
      await store.reset(rows * calls);
      const milliseconds = batches.reduce((sum, batch) => sum + upsert(store, batch), 0);
      await assertSame(store, expected, name);
      return { microseconds: (milliseconds * 1_000) / (rows * calls) };
    },
  };
}

function productImport(rig: Rig, rows: number, calls: number, selection: Selection): Contestant {
  const name = `product on SQLite ${rows} ${selection}`;
  return {
    name,
    measure: async () => {
      const store = await storeOf(rig);
      const expected = await expectedChecksum(rig, store, rows * calls);
      const server = await rig.productOn('sqlite', store.url);
      const sample = await importThrough(rig, server, store, { rows, calls, mode: 'REPLACE', selection });
      await assertSame(store, expected, name);
      return sample;
    },
  };
}

function expectedChecksum(rig: Rig, store: SqliteStore, places: number): Promise<string> {
  return rig.once(`sqlite checksum ${places}`, async () => {
    await store.reset(places);
    upsert(store, upsertRows(0, places));
    return store.checksum();
  });
}
