import type { Make } from './cluster';
import type { Random } from './random';
import type { Rig } from './rig';

/** What a scenario came to. */
export interface Outcome {
  /** What happened how often, in the order in which it is told. */
  readonly counts: Readonly<Record<string, number>>;
  /** One line for everything that must not be. */
  readonly faults: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** What must hold, for whoever reads the table. */
  readonly promise: string;
  /** Where it is about one make of clusters only. */
  readonly make?: Make['name'];
  run(rig: Rig, settings: ScenarioSettings): Promise<Outcome>;
}

export interface ScenarioSettings {
  readonly rounds: number;
  readonly random: Random;
}

/** Counts by names, and lines for what must not be. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #faults: string[] = [];

  count(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  /** Counts the fault as well, however many lines are kept of it. */
  fault(name: string, text = ''): void {
    this.count(name);
    this.#faults.push(text === '' ? name : `${name}: ${text}`);
  }

  countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  outcome(): Outcome {
    return { counts: Object.fromEntries(this.#counts), faults: this.#faults };
  }
}

export const rounds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
