import { formatInstant } from '../../kernel/dates/instants';
import { type Problem, problem } from '../../kernel/problem';

/** A caller may say which state it has read. What would change nothing is fine with any, so that a retry succeeds. */
export function judgeGuard(
  expected: Date | null | undefined,
  updatedAt: number,
  changesSomething: boolean,
): Problem[] {
  if (expected === undefined || expected === null || !changesSomething) return [];
  if (expected.getTime() === updatedAt) return [];
  const place = { path: ['expectedUpdatedAt'] };
  return [problem('ELEMENT_CHANGED', { updatedAt: formatInstant(updatedAt) }, place)];
}
