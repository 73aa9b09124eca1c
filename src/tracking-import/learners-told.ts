import type { Tx } from '../data/database';
import { findLearnerNames, type LearnerNames } from '../data/reference.repository';
import type { ImportReport } from './report';

/**
 * How the learners whom rows matched are named, for answers that tell it. Rows are matched without reading it: few
 * callers ask, and it takes a tenth of an import.
 */
export class LearnersTold {
  readonly #isAskedFor: boolean;
  readonly #names = new Map<number, LearnerNames>();

  constructor(isAskedFor: boolean) {
    this.#isAskedFor = isAskedFor;
  }

  /** Loads those of a report that are not there yet. */
  async load(tx: Tx, siteId: number, { rows }: ImportReport): Promise<void> {
    if (!this.#isAskedFor) return;
    const ids = new Set<number>();
    for (const { match } of rows) {
      const id = match.learner?.id;
      if (id !== undefined && !this.#names.has(id)) ids.add(id);
    }
    for (const names of await findLearnerNames(tx, siteId, [...ids])) this.#names.set(names.id, names);
  }

  /** Undefined where nobody asked, or the learner is no longer there. */
  namesOf(learnerId: number): LearnerNames | undefined {
    return this.#names.get(learnerId);
  }
}
