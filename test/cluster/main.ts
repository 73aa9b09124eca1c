import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { StartupError } from '../../src/startup-error';
import { Cluster } from './cluster';
import { type Options, readOptions } from './options';
import { Random } from './random';
import { Rig } from './rig';
import type { Outcome, Scenario } from './scenario';
import { appliers } from './scenarios/appliers';
import { gradeOrScale, grownCluster, outcomeOrObjectives } from './scenarios/assessments';
import { cost } from './scenarios/cost';
import { faults } from './scenarios/faults';
import { freshReferences } from './scenarios/fresh-references';
import { merge } from './scenarios/merge';
import { migrations } from './scenarios/migrations';
import { notifications } from './scenarios/notifications';
import { oneKey } from './scenarios/one-key';
import { organisations } from './scenarios/organisations';
import { referenceData } from './scenarios/reference-data';
import { syncKey } from './scenarios/sync-key';
import { wipeOrMerge } from './scenarios/wipe-or-merge';

const SCENARIOS: readonly Scenario[] = [
  merge,
  wipeOrMerge,
  gradeOrScale,
  outcomeOrObjectives,
  oneKey,
  referenceData,
  organisations,
  freshReferences,
  syncKey,
  notifications,
  migrations,
  grownCluster,
  appliers,
  ...faults,
  cost,
];

/** Of each scenario as many lines of faults are shown. */
const FAULTS_SHOWN = 5;

/** `npm run test:cluster`: writes through several nodes of a real cluster, and what befalls it. See docs/operating.md. */
async function main(): Promise<void> {
  const options = readOptions(SCENARIOS.map(({ name }) => name));
  const folder = mkdtempSync(join(tmpdir(), 'coursetrack-cluster-'));
  // The nodes run as another user where root runs this.
  chmodSync(folder, 0o755);
  const stop = stopOnSignals();
  let isRight = false;
  try {
    const cluster = new Cluster(options.make, join(folder, 'nodes'), options.port);
    stop.atEnd(() => cluster.down());
    const version = await cluster.up();
    const environment: Record<string, string> = options.isUnlocked ? { DATABASE_MULTI_WRITER: 'false' } : {};
    const rig = await Rig.start(cluster, folder, environment);
    stop.atEnd(() => rig.stop());
    print(`${version}, three nodes; seed ${options.seed}, ${options.rounds} rounds`);
    isRight = await runAll(rig, options);
  } finally {
    await stop.now();
    if (isRight) rmSync(folder, { recursive: true, force: true });
    else print(`The logs are kept in ${folder}.`);
  }
  process.exit(isRight ? 0 : 1);
}

async function runAll(rig: Rig, { make, rounds, seed, only }: Options): Promise<boolean> {
  let isRight = true;
  for (const scenario of SCENARIOS) {
    if (only.length > 0 && !only.includes(scenario.name)) continue;
    if (scenario.make !== undefined && scenario.make !== make.name) continue;
    const startedAt = performance.now();
    const outcome = await scenario.run(rig, { rounds, random: Random.for(seed, scenario.name) });
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    report(scenario, outcome, seconds);
    isRight &&= outcome.faults.length === 0;
  }
  print(isRight ? 'Everything holds.' : 'NOT everything holds.');
  return isRight;
}

function report({ name, promise }: Scenario, { counts, faults }: Outcome, seconds: number): void {
  const table = new Table({ style: { head: [], border: [], compact: true } });
  const verdict = faults.length === 0 ? 'holds' : `BROKEN, ${faults.length} times`;
  print(`\n${name} (${promise}): ${verdict}, ${seconds} s`);
  for (const [what, count] of Object.entries(counts)) table.push([what, count]);
  print(table.toString());
  for (const fault of faults.slice(0, FAULTS_SHOWN)) print(`  ${fault}`);
}

/** Nothing may be left running, whoever ends this. */
function stopOnSignals() {
  const undo: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const now = () => {
    stopping ??= (async () => {
      for (const each of undo.reverse()) await each();
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void now().finally(() => process.exit(1)));
  }
  return { atEnd: (each: () => Promise<void>) => void undo.push(each), now };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  const isKnown = error instanceof StartupError;
  process.stderr.write(`${isKnown ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});
