import type { KeptJobFile } from '../data/remove-job-files';
import type { Problem } from '../kernel/problem';

/** How many records of each kind were removed with a learner. */
export interface RemovedRecords {
  readonly registrations: number;
  readonly tracking: number;
  readonly activityAssessments: number;
  readonly objectiveAssessments: number;
  readonly notifications: number;
  /** Answers under idempotency keys that named the learner. */
  readonly keptAnswers: number;
  /** Changes that imports made, kept so that they can be undone. */
  readonly importChanges: number;
  /** Problems of the learner's rows, kept with the imports. */
  readonly importProblems: number;
}

export interface ErasureReport {
  readonly kind: 'success' | 'error';
  readonly dryRun: boolean;
  /** Null on error. */
  readonly learnerId: number | null;
  readonly removed: RemovedRecords;
  /** In which the learner may still stand. */
  readonly files: readonly KeptJobFile[];
  readonly problems: readonly Problem[];
}

const NOTHING: RemovedRecords = {
  registrations: 0,
  tracking: 0,
  activityAssessments: 0,
  objectiveAssessments: 0,
  notifications: 0,
  keptAnswers: 0,
  importChanges: 0,
  importProblems: 0,
};

/** Nobody is erased. */
export function reportRefusedErasure(found: Problem, dryRun: boolean): ErasureReport {
  return { kind: 'error', dryRun, learnerId: null, removed: NOTHING, files: [], problems: [found] };
}

export function reportErasure(learnerId: number, removed: RemovedRecords, dryRun: boolean): ErasureReport {
  return { kind: 'success', dryRun, learnerId, removed, files: [], problems: [] };
}
