import type { Problem } from '../../kernel/problem';

/**
 * What a rule makes of a field: the value that holds after the request, or would if nothing were refused, and what
 * there is to say about it. With an error among all the problems nothing is stored.
 */
export interface Judged<Value> {
  readonly value: Value;
  readonly problems: readonly Problem[];
}

/** A value about which there is nothing to say. */
export function fine<Value>(value: Value): Judged<Value> {
  return { value, problems: [] };
}
