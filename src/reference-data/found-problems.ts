import type { ProblemCode } from '../kernel/messages';
import { isError, type Problem, type ProblemParams, problem } from '../kernel/problem';
import { REPORTED_KINDS, type ReportedKind } from './reference-rows';

/** `[kind, index, field]`, for a list `[kind, index, field, index]`; of the site `['site', field]`. */
export type CellPath = readonly [ReportedKind, ...(string | number)[]];

/** What the checks have found so far; a check whose inputs have failed already is skipped. */
export interface FoundProblems {
  add<Code extends ProblemCode>(code: Code, params: ProblemParams<Code>, path: CellPath, hint?: string): void;
  hasFailed(path: CellPath): boolean;
  hasErrors(): boolean;
  /** In the order of the kinds and rows, and for each row in the order of the checks. */
  inOrder(): Problem[];
}

export function noProblemsYet(): FoundProblems {
  const problems: Problem[] = [];
  const failed = new Set<string>();
  return {
    add: (code, params, path, hint) => {
      failed.add(path.join('/'));
      problems.push(
        problem(code, params, { path: path.map(String), ...(hint === undefined ? {} : { hint }) }),
      );
    },
    // Asked for every cell of every row, and mostly nothing has failed.
    hasFailed: (path) => failed.size > 0 && failed.has(path.join('/')),
    hasErrors: () => problems.some(isError),
    inOrder: () => problems.toSorted((a, b) => kindOf(a) - kindOf(b) || rowOf(a) - rowOf(b)),
  };
}

function kindOf({ path: [kind] }: Problem): number {
  return REPORTED_KINDS.indexOf(kind as ReportedKind);
}

function rowOf({ path: [, index] }: Problem): number {
  return Number(index);
}
