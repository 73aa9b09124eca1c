import type { ProblemPlace } from '../kernel/problem';

/** Where a problem of a row, or of one of its cells, is. */
export function placeOf(index: number, cell?: string): ProblemPlace {
  const path = ['rows', String(index)];
  return { path: cell === undefined ? path : [...path, cell], row: index + 1 };
}
