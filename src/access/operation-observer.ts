import type { ImportCounts } from '../data/import-run.repository';
import type { Limit } from './limits';

/** How an operation judged one input: the member of its union. */
export type Outcome = 'success' | 'warning' | 'error';

/** Told what operations come to. Nothing that a caller or a learner chose reaches it. */
export interface OperationObserver {
  /** One input was answered; a list of inputs is told one by one, a dry run like any other answer. */
  answered(operation: string, outcome: Outcome): void;
  /** An import is committed. A dry run and the repeated answer to a retry import nothing. */
  imported(counts: ImportCounts): void;
  rejectedByLimit(limit: Limit): void;
}

/** Where nobody watches. */
export const NO_OBSERVER: OperationObserver = {
  answered: () => {},
  imported: () => {},
  rejectedByLimit: () => {},
};
