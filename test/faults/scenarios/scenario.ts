import type { EngineName } from '../engines/engine';
import type { Random } from '../random';
import type { World } from '../world';

/** How often a fault is made. */
export interface Sizes {
  /** kill -9 of the server, per engine. */
  readonly kills: number;
  /** Of each other kind of fault, about as many. */
  readonly rounds: number;
  /** How long a network stands still. */
  readonly stallMs: number;
  /** Only what differs most of what is much alike. */
  readonly isShort: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly engines: readonly EngineName[];
  readonly needsRoot?: boolean;
  /** Leaves the engine as it found it, and answers how many faults it made; what must not be is in the world's findings. */
  run(world: World, sizes: Sizes, random: Random): Promise<number>;
}

export const SERVER_ENGINES: readonly EngineName[] = ['mariadb', 'mysql'];
