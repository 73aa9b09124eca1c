import type { Cell } from './cells';
import type { Values } from './read-row';
import type { Settings } from './settings';
import type { Tracking, TrackingStatus } from './types';

/** Undefined: not known, for the cell could not be read, or it is not known what is stored. */
export type Maybe<T> = T | null | undefined;

/** What is stored under the key of the row; undefined while the key is not known. */
export type Before = Tracking | null | undefined;

/** The row as the mode makes it out of what is sent and stored, before the checks judge it. */
export interface BuiltRow {
  readonly firstAccessDate: Maybe<number>;
  readonly firstCompletionDate: Maybe<number>;
  readonly lastAccessDate: Maybe<number>;
  readonly progression: Maybe<number>;
  readonly score: Maybe<number>;
  readonly scoreMax: Maybe<number>;
  readonly timeSpentSeconds: Maybe<number>;
  /** Never null: where there is none, rule 10 derives it. */
  readonly status: TrackingStatus | undefined;
  /** The maximum score is 100 because nobody said another. */
  readonly assumesScoreMax: boolean;
  /** In MERGE: the stored completion date goes because the status sent is not complete. */
  readonly clearsCompletionDate: boolean;
}

export function isComplete(status: TrackingStatus): boolean {
  return status === 'COMPLETED' || status === 'PASSED';
}

export function buildRow(values: Values, before: Before, settings: Settings): BuiltRow {
  const field = (cell: Cell<number>, stored: keyof Tracking): Maybe<number> => {
    if (cell.kind === 'absent' && settings.merges) return storedOf(before, stored);
    return cell.kind === 'failed' ? undefined : cell.kind === 'value' ? cell.value : null;
  };
  const progression = field(values.progression, 'progression');
  const status = statusOf(values, before, progression, settings);
  const { scoreMax, isAssumed } = scoreMaxOf(values, before, settings);
  const completionDate = field(values.firstCompletionDate, 'firstCompletionDate');
  const clearsCompletionDate =
    settings.merges &&
    values.firstCompletionDate.kind === 'absent' &&
    values.trackingStatus.kind === 'value' &&
    !isComplete(values.trackingStatus.value) &&
    typeof completionDate === 'number';
  return {
    firstAccessDate: field(values.firstAccessDate, 'firstAccessDate'),
    firstCompletionDate: clearsCompletionDate ? null : completionDate,
    lastAccessDate: field(values.lastAccessDate, 'lastAccessDate'),
    progression: fullProgression(values, progression, status),
    score: field(values.score, 'score'),
    scoreMax,
    timeSpentSeconds: field(values.timeSpent, 'timeSpentSeconds'),
    status,
    assumesScoreMax: isAssumed,
    clearsCompletionDate,
  };
}

function storedOf(before: Before, field: keyof Tracking): Maybe<number> {
  if (before === undefined) return undefined;
  return before === null ? null : (before[field] as number | null);
}

/** Rule 10, first half, and what MERGE says of the status. */
function statusOf(
  values: Values,
  before: Before,
  progression: Maybe<number>,
  settings: Settings,
): TrackingStatus | undefined {
  const cell = values.trackingStatus;
  if (cell.kind === 'value') return cell.value;
  if (cell.kind === 'failed') return undefined;
  const derived = progression === undefined ? undefined : progression === 100 ? 'COMPLETED' : 'INCOMPLETE';
  if (!settings.merges || cell.kind === 'null') return derived;
  if (before === undefined) return undefined;
  if (before === null) return derived;
  // Null was sent, too.
  const isProgressionSent = values.progression.kind !== 'absent';
  const isLasting = before.status === 'PASSED' || before.status === 'FAILED' || before.status === 'BROWSED';
  return isProgressionSent && !isLasting ? derived : before.status;
}

/** Rule 10, second half: COMPLETED and PASSED without a progression store 100. */
function fullProgression(
  values: Values,
  progression: Maybe<number>,
  status: TrackingStatus | undefined,
): Maybe<number> {
  const sent = values.trackingStatus;
  const isCompleteSent = sent.kind === 'value' && isComplete(sent.value);
  if (isCompleteSent && (values.progression.kind === 'absent' || values.progression.kind === 'null')) {
    return 100;
  }
  if (progression !== null) return progression;
  if (status === undefined) return undefined;
  return isComplete(status) ? 100 : null;
}

/** Rule 11. */
function scoreMaxOf(
  values: Values,
  before: Before,
  settings: Settings,
): { scoreMax: Maybe<number>; isAssumed: boolean } {
  const is = (scoreMax: Maybe<number>) => ({ scoreMax, isAssumed: false });
  const cell = values.scoreMax;
  if (cell.kind === 'failed') return is(undefined);
  if (cell.kind === 'value') return is(cell.value);
  if (cell.kind === 'null') return is(settings.defaultScoreMax);
  if (settings.merges) {
    const stored = storedOf(before, 'scoreMax');
    if (stored !== null || (before !== null && values.score.kind !== 'value')) return is(stored);
  }
  if (settings.defaultScoreMax !== null) return is(settings.defaultScoreMax);
  if (values.score.kind === 'failed') return is(undefined);
  return values.score.kind === 'value' ? { scoreMax: 100, isAssumed: true } : is(null);
}
