import { importJob } from './jobs/import';
import type { Comparison } from './jobs/job';
import { sqliteJob } from './jobs/sqlite';
import { trivialJob } from './jobs/trivial';
import { updateJob } from './jobs/update';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import { type ComparisonResult, type LimitResult, printComparisons, saveResults } from './report';
import type { Rig } from './rig';
import { type Contestant, measureInRounds, type Sample, type Samples, spreadOf } from './rounds';

const JOBS = [importJob, updateJob, trivialJob, sqliteJob];

/** What 10,000 rows in one request may do to the server. */
const PEAK_LIMIT_MIB = 350;
const DELAY_LIMIT_MS = 50;
const LARGEST_IMPORT = /^product import 10000 /;

/** The product beside its peers, all in the same rounds. */
export async function compare(rig: Rig, { rounds, only }: Options): Promise<void> {
  const comparisons = JOBS.flatMap((job) => job(rig)).filter(({ name }) => isWanted(name, only));
  const samples = await measureInRounds(
    comparisons.flatMap(({ peer, product }) => [peer, product]),
    rounds,
  );
  const results = comparisons.map((comparison) => resultOf(comparison, samples));
  const limits = limitsOf(samples);
  const run = await describeRun(rig.databases, rounds);
  printComparisons(run, results, limits);
  saveResults('compare', { ...run, comparisons: results, limits });
}

function resultOf({ name, product, peer, unit, target }: Comparison, samples: Samples): ComparisonResult {
  const [ours, theirs] = [samplesOf(samples, product), samplesOf(samples, peer)];
  const ratio = spreadOf(
    ours.map((sample, round) => (theirs[round]?.microseconds ?? Number.NaN) / sample.microseconds),
  );
  return {
    name,
    unit,
    peer: peer.name,
    productMicroseconds: spreadOf(ours.map((sample) => sample.microseconds)),
    peerMicroseconds: spreadOf(theirs.map((sample) => sample.microseconds)),
    ratio,
    target: target ?? null,
    isReached: target === undefined ? null : ratio.median >= target.atLeast,
  };
}

function samplesOf(samples: Samples, contestant: Contestant): readonly Sample[] {
  return samples.get(contestant.name) ?? [];
}

function limitsOf(samples: Samples): LimitResult[] {
  const largest = [...samples].flatMap(([name, each]) => (LARGEST_IMPORT.test(name) ? each : []));
  const peaks = largest.flatMap(({ peakMiB }) => peakMiB ?? []);
  const delays = largest.flatMap(({ longestDelayMs }) => longestDelayMs ?? []);
  return [
    { name: 'peak memory at 10,000 rows, MiB', values: peaks, most: PEAK_LIMIT_MIB },
    { name: 'longest delay of the event loop at 10,000 rows, ms', values: delays, most: DELAY_LIMIT_MS },
  ].flatMap(({ name, values, most }) => {
    if (values.length === 0) return [];
    const spread = spreadOf(values);
    return [{ name, spread, most, isReached: spread.max <= most }];
  });
}
