import { assertSame, expectedChecksum, importCalls, sendImports } from './jobs/import';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import { newTable, print, printRun, shown } from './report';
import type { Rig } from './rig';
import { type Contestant, measureInRounds, spreadOf } from './rounds';
import type { ServerProcess } from './server-process';

const SIZES = [
  { rows: 1_000, calls: 10 },
  { rows: 10_000, calls: 2 },
] as const;

/** `npm run bench -- without-bulk`: what a row of an import costs the server's processor, with and without `src/bulk`. */
export async function withoutBulk(rig: Rig, { rounds, only }: Options): Promise<void> {
  const pairs = SIZES.filter(({ rows }) => isWanted(`import/${rows}`, only)).map(({ rows, calls }) => ({
    rows,
    product: processorTime(rig, 'product', rows, calls, () => rig.product()),
    without: processorTime(rig, 'without src/bulk', rows, calls, () => rig.productWithoutBulk()),
  }));
  const samples = await measureInRounds(
    pairs.flatMap(({ product, without }) => [product, without]),
    rounds,
  );
  printRun(await describeRun(rig.databases, rounds));
  const table = newTable('import', 'product', 'without src/bulk', 'ratio');
  for (const { rows, product, without } of pairs) {
    const [times, others] = [product, without].map(({ name }) =>
      (samples.get(name) ?? []).map(({ microseconds }) => microseconds),
    );
    const ratios = times?.map((time, round) => (others?.[round] ?? Number.NaN) / time);
    table.push([
      `import/${rows}/replace/all`,
      `${shown(spreadOf(times ?? []))} µs/row`,
      `${shown(spreadOf(others ?? []))} µs/row`,
      shown(spreadOf(ratios ?? [])),
    ]);
  }
  print(`${table.toString()}\nTime of the processor; median (lowest to highest of ${rounds} rounds).`);
}

function processorTime(
  rig: Rig,
  who: string,
  rows: number,
  calls: number,
  start: () => Promise<ServerProcess>,
): Contestant {
  const work = { rows, calls, mode: 'REPLACE', selection: 'all' } as const;
  const name = `${who} ${rows}`;
  return {
    name,
    measure: async () => {
      const store = await rig.store();
      const expected = await expectedChecksum(rig, store, rows * calls, work.mode);
      const [server, requests] = [await start(), await importCalls(rig, work)];
      await store.reset(rows * calls);
      const before = await server.ask({ ask: 'processor time' });
      await sendImports(server, requests, work);
      const microseconds = ((await server.ask({ ask: 'processor time' })) - before) / (rows * calls);
      await assertSame(store, expected, name);
      return { microseconds };
    },
  };
}
