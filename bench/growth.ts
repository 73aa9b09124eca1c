import { concurrentImports } from './growth/concurrent-imports';
import { memoryOverRequests } from './growth/memory';
import { storedRows } from './growth/stored-rows';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import { newTable, print, printRun, saveResults, shown } from './report';
import type { Rig } from './rig';
import type { Contestant, Spread } from './rounds';
import { measureInRounds, type Samples, spreadOf } from './rounds';

/** The same work with more of something around it. */
export interface Growth {
  readonly name: string;
  readonly unit: 'row';
  readonly grown: Contestant;
  /** With the least of it. */
  readonly base: Contestant;
}

interface GrowthResult {
  readonly name: string;
  readonly microseconds: Spread;
  readonly unitsPerSecond: Spread;
  /** Its time over that of the base: median of the ratios of the rounds. */
  readonly costRatio: Spread;
}

const PARTS = [storedRows, concurrentImports];

/** `npm run bench -- growth`: what becomes of the cost with stored rows, concurrent imports, and many requests. */
export async function growth(rig: Rig, { rounds, only }: Options): Promise<void> {
  const growths = PARTS.flatMap((part) => part(rig)).filter(({ name }) => isWanted(name, only));
  const samples = await measureInRounds(
    growths.flatMap(({ base, grown }) => [base, grown]),
    rounds,
  );
  const results = growths.map((each) => resultOf(each, samples));
  const memory = isWanted('memory', only) ? await memoryOverRequests(rig) : [];

  const run = await describeRun(rig.databases, rounds);
  printRun(run);
  const table = newTable('import', 'µs/row', 'rows/s', 'cost beside the first');
  for (const { name, microseconds, unitsPerSecond, costRatio } of results) {
    table.push([name, shown(microseconds), shown(unitsPerSecond), shown(costRatio)]);
  }
  for (const { requests, residentMiB } of memory) {
    table.push([
      { content: `resident memory after ${requests} requests, MiB`, colSpan: 3 },
      residentMiB ?? 'unknown',
    ]);
  }
  print(
    `${table.toString()}\nMedian (lowest to highest of ${rounds} rounds); a ratio is taken within its round.`,
  );
  saveResults('growth', { ...run, growths: results, memory });
}

function resultOf({ name, grown, base }: Growth, samples: Samples): GrowthResult {
  const microsecondsOf = (contestant: Contestant) =>
    (samples.get(contestant.name) ?? []).map((sample) => sample.microseconds);
  const [times, baseTimes] = [microsecondsOf(grown), microsecondsOf(base)];
  return {
    name,
    microseconds: spreadOf(times),
    unitsPerSecond: spreadOf(times.map((time) => 1e6 / time)),
    costRatio: spreadOf(times.map((time, round) => time / (baseTimes[round] ?? Number.NaN))),
  };
}
