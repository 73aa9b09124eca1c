import type {
  RegisteredTracking,
  StoredTracking,
  TrackingValues,
} from '../../data/consolidated-tracking.repository';
import type { KeptChange } from '../../data/import-run-detail.repository';
import type { LovRecord, SessionRecord } from '../../data/reference.repository';
import { NO_PROBLEMS, problem } from '../../kernel/problem';
import { isSame, type RowDecision } from '../decide';
import { placeOf } from '../place-of';
import type { NumberedRow } from '../report';
import type { RowSubject } from '../resolved-row';
import { type RowMatch, sessionOf } from '../row-match';

/** A change of a run, and what is there now of what it was about; null where that is gone. */
export interface UndoneRow extends NumberedRow {
  readonly change: KeptChange;
  readonly tracking: RegisteredTracking | null;
  readonly session: SessionRecord | null;
  readonly lov: LovRecord | null;
}

type UndoDecision = RowDecision<UndoneRow>;

/** Decides what becomes of a change that is taken back; reads and writes nothing. */
export function decideUndo(
  row: UndoneRow,
  { importId, now }: { readonly importId: string; readonly now: number },
): UndoDecision {
  const { change, tracking } = row;
  const { registrationId, lovId } = change;
  if (tracking === null) return rejected(row, 'REGISTRATION_GONE');
  const { stored } = tracking;
  const current = stored?.values ?? null;
  const subject = subjectOf(row, tracking);
  if (isSameState(current, change.before)) {
    return { row, outcome: 'UNCHANGED', subject, before: stored, after: stored, problems: NO_PROBLEMS };
  }
  if (!isSameState(current, change.after)) return rejected(row, 'CHANGED_SINCE');
  if (subject === null) return rejected(row, 'LOV_GONE');
  if (change.before === null) {
    return { row, outcome: 'DELETED', subject, before: stored, after: null, problems: NO_PROBLEMS };
  }
  const after: StoredTracking = { registrationId, lovId, values: change.before, updatedAt: now, importId };
  const outcome = stored === null ? 'CREATED' : 'REPLACED';
  return { row, outcome, subject, before: stored, after, problems: NO_PROBLEMS };
}

function rejected(row: UndoneRow, code: 'REGISTRATION_GONE' | 'CHANGED_SINCE' | 'LOV_GONE'): UndoDecision {
  const problems = [problem(code, {}, placeOf(row.index))];
  return { row, outcome: 'REJECTED', subject: null, before: null, after: null, problems };
}

/** Null where the LOV is gone, and nothing is stored of it. */
function subjectOf({ session, lov }: UndoneRow, tracking: RegisteredTracking): RowSubject | null {
  return session === null || lov === null ? null : { session, lov, tracking };
}

function isSameState(a: TrackingValues | null, b: TrackingValues | null): boolean {
  return a === null || b === null ? a === b : isSame(a, b);
}

/** Of what a change was about, as far as it is still there; the caller named the learner by nothing. */
export function matchOfUndone({ change, session, lov }: UndoneRow): RowMatch {
  return {
    learner: { id: change.learnerId, namedBy: [] },
    session: session === null ? null : sessionOf(session),
    lov: lov === null ? null : { id: lov.id, code: lov.code, guid: lov.guid },
    learnersFound: 1,
    sessionsFound: session === null ? 0 : 1,
    lovsFound: lov === null ? 0 : 1,
  };
}
