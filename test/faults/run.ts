import type { EngineName } from './engines/engine';
import { Random } from './random';
import { SCENARIOS } from './scenarios/all';
import type { Scenario, Sizes } from './scenarios/scenario';
import { type Counts, World } from './world';

export interface Run {
  readonly seed: number;
  readonly engine: EngineName;
  /** Names of scenarios; none stands for all that the engine has. */
  readonly only: readonly string[];
  readonly sizes: Sizes;
}

/** What a scenario came to. */
export interface Outcome {
  /** The engine with its version. */
  readonly label: string;
  readonly scenario: string;
  readonly faults: number;
  readonly seconds: number;
  readonly counts: Counts;
}

export function scenariosOf(engine: EngineName, only: readonly string[] = []): readonly Scenario[] {
  return SCENARIOS.filter(
    ({ name, engines }) => engines.includes(engine) && (only.length === 0 || only.includes(name)),
  );
}

/** Why it cannot run here; undefined where it can. */
export function whyNotHere({ needsRoot }: Scenario): string | undefined {
  return needsRoot && process.getuid?.() !== 0 ? 'needs root' : undefined;
}

/** What goes wrong with the scenario itself is a finding, too. */
export async function runScenario(
  world: World,
  scenario: Scenario,
  sizes: Sizes,
  seed: number,
): Promise<Outcome> {
  const startedAt = performance.now();
  const random = new Random(seed, world.engine.name, scenario.name);
  const faults = await scenario.run(world, sizes, random).catch((error: unknown) => {
    world.find(`could not be run to its end: ${(error as Error).stack}`);
    world.spoil();
    return 0;
  });
  return {
    label: world.engine.label,
    scenario: scenario.name,
    faults,
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    counts: world.takeCounts(),
  };
}

/** Runs scenarios on one engine, one after the other. Whatever happens, nothing that it started is left running. */
export async function runScenarios(
  { seed, engine, only, sizes }: Run,
  onOutcome: (outcome: Outcome) => void,
  onSkipped: (what: string) => void,
): Promise<void> {
  const wanted = scenariosOf(engine, only);
  if (wanted.length === 0) return;
  const world = await World.open(engine);
  const stop = () => void world.close().then(() => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for (const scenario of wanted) {
      const reason = whyNotHere(scenario);
      if (reason === undefined) onOutcome(await runScenario(world, scenario, sizes, seed));
      else onSkipped(`${world.engine.label}: ${scenario.name}, which ${reason}`);
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await world.close();
  }
}
