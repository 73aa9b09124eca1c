import { progress } from './progress';

/** One side of a comparison: the product, or a peer that does the same. */
export interface Contestant {
  readonly name: string;
  /** Prepares without the clock, works under it, and checks what came out. */
  measure(): Promise<Sample>;
}

export interface Sample {
  /** Of one row, update or request. */
  readonly microseconds: number;
  readonly peakMiB?: number | null;
  readonly longestDelayMs?: number;
}

/** By contestant, one sample for each round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

const WARM_UP_ROUNDS = 3;

/**
 * Measures all contestants in every round, so that what changes on the machine meanwhile hits all of them. Every round
 * begins with another one, and every second round runs backwards. The first rounds only warm up: a server that runs for
 * days has compiled what it runs all the time.
 */
export async function measureInRounds(
  given: readonly Contestant[],
  rounds: number,
  warmUpRounds = WARM_UP_ROUNDS,
): Promise<Samples> {
  // One that takes part in several comparisons is measured once in a round.
  const contestants = [...new Map(given.map((contestant) => [contestant.name, contestant])).values()];
  const bar = progress(contestants.length * (rounds + warmUpRounds));
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 1 - warmUpRounds; round <= rounds; round++) {
    for (const contestant of inTurn(contestants, round)) {
      const sample = await contestant.measure();
      if (round > 0) samples.get(contestant.name)?.push(sample);
      bar.step(`round ${round}: ${contestant.name}`);
    }
  }
  bar.stop();
  return samples;
}

function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  const from = (Math.abs(round) * 3) % Math.max(1, items.length);
  const turned = [...items.slice(from), ...items.slice(0, from)];
  return round % 2 === 0 ? turned : turned.reverse();
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  return { median: (lower + upper) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}
