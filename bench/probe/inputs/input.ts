import type { Outcome, Target } from '../target';

/** One thing a hostile or careless client sends. */
export interface BadInput {
  readonly name: string;
  /** Whether it asks for more than fits into the time of a request: its own caller may be told so. */
  readonly mayRunOut?: boolean;
  send(target: Target): Promise<Outcome | readonly Outcome[]>;
}

export const MIB = 1024 * 1024;

/** `make(0) make(1) …`, with what stands between them. */
export function series(count: number, make: (index: number) => string, between = ' '): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}
