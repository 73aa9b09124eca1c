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

/** What an import can do without, for the sake of a comparison. */
interface Part {
  readonly name: string;
  /** Of bench/: takes the part out of the server that it is loaded into. */
  readonly script: string;
  /** Of the server's processor alone, or until the answer is there: the database works for the part as well. */
  readonly time: 'processor' | 'wall';
}

const PARTS = {
  'without-bulk': { name: 'src/bulk', script: 'plain-executor', time: 'processor' },
  'without-details': { name: 'what is kept of a run', script: 'no-details', time: 'wall' },
  'without-marks': { name: 'marks', script: 'no-marks', time: 'wall' },
} as const satisfies Readonly<Record<string, Part>>;

/** `npm run bench -- without-…`: what a row of an import costs with and without a part of the product. */
export const WITHOUT = Object.fromEntries(
  Object.entries(PARTS).map(([mode, part]) => [
    mode,
    (rig: Rig, options: Options) => without(part, rig, options),
  ]),
) as Readonly<Record<keyof typeof PARTS, (rig: Rig, options: Options) => Promise<void>>>;

async function without(part: Part, rig: Rig, { rounds, only }: Options): Promise<void> {
  const pairs = SIZES.filter(({ rows }) => isWanted(`import/${rows}`, only)).map(({ rows, calls }) => ({
    rows,
    product: imports(rig, part, 'product', rows, calls, () => rig.product()),
    other: imports(rig, part, `without ${part.name}`, rows, calls, () => rig.productWith(part.script)),
  }));
  const samples = await measureInRounds(
    pairs.flatMap(({ product, other }) => [product, other]),
    rounds,
  );
  printRun(await describeRun(rig.databases, rounds));
  const table = newTable('import', 'product', `without ${part.name}`, 'ratio');
  for (const { rows, product, other } of pairs) {
    const timesOf = ({ name }: Contestant) =>
      (samples.get(name) ?? []).map(({ microseconds }) => microseconds);
    const [times, others] = [timesOf(product), timesOf(other)];
    const ratios = times.map((time, round) => (others[round] ?? Number.NaN) / time);
    table.push([
      `import/${rows}/replace/all`,
      `${shown(spreadOf(times))} µs/row`,
      `${shown(spreadOf(others))} µs/row`,
      shown(spreadOf(ratios)),
    ]);
  }
  const time = part.time === 'wall' ? 'Time until the answer is there' : 'Time of the processor';
  print(`${table.toString()}\n${time}; median (lowest to highest of ${rounds} rounds).`);
}

function imports(
  rig: Rig,
  { time }: Part,
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
      const milliseconds = await sendImports(server, requests, work);
      const processor = (await server.ask({ ask: 'processor time' })) - before;
      await assertSame(store, expected, name);
      return { microseconds: (time === 'wall' ? milliseconds * 1_000 : processor) / (rows * calls) };
    },
  };
}
