import type { Rig } from '../rig';
import type { Contestant } from '../rounds';

/** What is compared, and what is to come out. */
export interface Comparison {
  /** Parts separated by slashes; `--only` takes the first ones. */
  readonly name: string;
  readonly product: Contestant;
  readonly peer: Contestant;
  /** What is counted. */
  readonly unit: 'row' | 'update' | 'request';
  /** How many times the speed of the peer. */
  readonly target?: { readonly atLeast: number; readonly aim?: number };
}

export type Job = (rig: Rig) => readonly Comparison[];
