/**
 * How long requests may take, in milliseconds. The configuration reads this before tracing has started, so it must load
 * no driver: a driver that is loaded before is not traced.
 */
export interface Limits {
  readonly readMs: number;
  readonly writeMs: number;
}

export const DEFAULT_LIMITS: Limits = { readMs: 20_000, writeMs: 30_000 };
