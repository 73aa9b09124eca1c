import type { RegisteredTracking } from '../data/consolidated-tracking.repository';
import type { LovRecord, SessionRecord } from '../data/reference.repository';
import type { Problem } from '../kernel/problem';
import type { Candidates, Resolution } from './lookup/candidates';
import type { ReadRow } from './read-row';

/** What a row is about, once every reference is resolved. */
export interface RowSubject {
  readonly session: SessionRecord;
  readonly lov: LovRecord;
  /** The same object for all rows about the same. */
  readonly tracking: RegisteredTracking;
}

/** A row after checks 5 to 7. */
export interface ResolvedRow extends ReadRow {
  /** Null where anything is unresolved; then `referenceProblems`, or `problems`, say why. */
  readonly subject: RowSubject | null;
  readonly referenceProblems: readonly Problem[];
  /** What its references found, resolved or not. */
  readonly candidates: Candidates;
  readonly resolution: Resolution;
}
