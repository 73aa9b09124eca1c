import type { LearnerRecord, LovRecord, SessionRecord } from '../../data/reference.repository';

/** What the references of a row name: everything that matches all that the row gives. */
export interface Candidates {
  readonly lovs: readonly LovRecord[];
  readonly learners: readonly LearnerRecord[];
  /** Learners who match without regard to case, beside some whose login or e-mail is written as it was sent. */
  readonly others: readonly LearnerRecord[];
  readonly sessions: readonly SessionRecord[];
}

export const NO_CANDIDATES: Candidates = { lovs: [], learners: [], others: [], sessions: [] };

export function isUnambiguous({ lovs, learners, others, sessions }: Candidates): boolean {
  return lovs.length <= 1 && learners.length <= 1 && sessions.length <= 1 && others.length === 0;
}

export interface Registered {
  readonly learner: LearnerRecord;
  readonly session: SessionRecord;
}

/** Which of the candidates belong together. */
export interface Resolution {
  /** The LOVs that are part of the training; all of them where no session tells which that is. */
  readonly lovs: readonly LovRecord[];
  /** The oldest registered account in its session; null where there is none, or several sessions. */
  readonly registered: Registered | null;
  readonly isAnyRegistered: boolean;
  /** Other accounts are registered as well. */
  readonly isLearnerAmbiguous: boolean;
  /** One of the accounts that are written otherwise is registered. */
  readonly isAnotherRegistered: boolean;
}
