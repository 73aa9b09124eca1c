import type { TrackingValues } from '../data/consolidated-tracking.repository';
import { formatInstant } from '../kernel/dates/instants';
import { allProblems, NO_PROBLEMS, type Problem, problem } from '../kernel/problem';
import { isComplete, type TrackingStatus } from '../kernel/tracking-status';
import { holdsNoValue, kept, mergedValues, type SentValues, TRACKING_FIELDS } from './fields';
import { placeOf } from './place-of';
import type { ReadRow } from './read-row';
import type { ImportSettings } from './settings';

/** What a row comes to, given what is stored. */
export interface Judgement {
  readonly values: TrackingValues;
  /** The end of check 4: the score against the maximum that holds. */
  readonly scoreProblems: readonly Problem[];
  /** Check 8, where it refuses the row. */
  readonly errors: readonly Problem[];
  /** Checks 8 to 10 and the write mode, where they only tell; they count when the row is accepted. */
  readonly warnings: readonly Problem[];
}

const ASSUMED_SCORE_MAX = 100;
const SCORE_TOLERANCE = 1e-9;

/** Builds the full row from the sent cells and the stored row, and applies the score check and checks 8 to 11. */
export function judgeRow(
  row: ReadRow,
  stored: TrackingValues | null,
  settings: ImportSettings,
  now: number,
): Judgement {
  const merged = settings.writeMode === 'MERGE' ? stored : null;
  const cells = row.values;
  const status = statusOf(cells, merged);
  const progression = progressionOf(cells, merged, status);
  const scoreMax = scoreMaxOf(cells, merged, settings);
  const completion = completionOf(cells, merged, stored, status, now);
  const score = scoreOf(kept(cells.score, merged?.score), scoreMax.value);
  const values = mergedValues(cells, merged, completion.date, progression, score, scoreMax.value, status);
  const isMerged = settings.writeMode === 'MERGE';
  return {
    values,
    scoreProblems: scoreProblems(row, values, scoreMax.isAssumed),
    errors: completion.from === 'incomplete row' ? refuseCompletionDate(row, merged) : NO_PROBLEMS,
    warnings: allProblems(
      completion.from === 'clock' ? defaultedDate(row, now) : NO_PROBLEMS,
      // In MERGE only a date that was sent as null is taken from what is stored.
      isMerged && completion.from === 'stored' ? ignoredDate(row) : NO_PROBLEMS,
      oddDates(row, merged === null ? null : datesToJudge(values, completion), now),
      contradiction(row, values),
      scoreMax.isAssumed ? assumedScoreMax(row) : NO_PROBLEMS,
      !isMerged && stored !== null ? resetValues(row, stored, values) : NO_PROBLEMS,
      completion.from === 'cleared' ? valueReset(row, ['firstCompletionDate']) : NO_PROBLEMS,
      holdsNoValue(cells) ? nothingSent(row) : NO_PROBLEMS,
      isOlder(cells, stored) ? olderRow(row) : NO_PROBLEMS,
    ),
  };
}

/** A date that nobody sent is in no order with the others. */
function datesToJudge(values: TrackingValues, { from }: Completion): TrackingValues {
  return from === 'clock' ? { ...values, firstCompletionDate: null } : values;
}

function defaultedDate(row: ReadRow, now: number): Problem[] {
  const place = placeOf(row.index, 'firstCompletionDate');
  return [problem('COMPLETION_DATE_DEFAULTED', { instant: formatInstant(now) }, place)];
}

/** These say more than a progression can, so that a progression alone does not overwrite them. */
function isBeyondProgression(status: TrackingStatus): boolean {
  return status === 'PASSED' || status === 'FAILED' || status === 'BROWSED';
}

/** Check 10: no status means what the progression says. */
function statusOf(cells: SentValues, merged: TrackingValues | null): TrackingStatus {
  if (cells.trackingStatus !== undefined && cells.trackingStatus !== null) return cells.trackingStatus;
  if (cells.trackingStatus === undefined && merged !== null) {
    if (cells.progression === undefined || isBeyondProgression(merged.status)) return merged.status;
  }
  return kept(cells.progression, merged?.progression) === 100 ? 'COMPLETED' : 'INCOMPLETE';
}

/** Check 10: COMPLETED and PASSED without a progression store 100; sent alone, they set it. */
function progressionOf(
  cells: SentValues,
  merged: TrackingValues | null,
  status: TrackingStatus,
): number | null {
  const sentComplete =
    cells.trackingStatus !== undefined && cells.trackingStatus !== null && isComplete(cells.trackingStatus);
  const progression = sentComplete
    ? (cells.progression ?? null)
    : kept(cells.progression, merged?.progression);
  return progression === null && isComplete(status) ? 100 : progression;
}

/** Check 11. A stored row keeps its maximum, known or not, unless a score is sent that needs one; null takes the default. */
function scoreMaxOf(
  cells: SentValues,
  merged: TrackingValues | null,
  settings: ImportSettings,
): { readonly value: number | null; readonly isAssumed: boolean } {
  const isScoreSent = cells.score !== undefined && cells.score !== null;
  if (isSent(cells.scoreMax)) return { value: cells.scoreMax, isAssumed: false };
  if (cells.scoreMax === null) return { value: settings.defaultScoreMax, isAssumed: false };
  if (merged !== null && (merged.scoreMax !== null || !isScoreSent)) {
    return { value: merged.scoreMax, isAssumed: false };
  }
  if (settings.defaultScoreMax !== null) return { value: settings.defaultScoreMax, isAssumed: false };
  return { value: isScoreSent ? ASSUMED_SCORE_MAX : null, isAssumed: isScoreSent };
}

/** A score that misses its maximum by rounding is the maximum. */
function scoreOf(score: number | null, scoreMax: number | null): number | null {
  if (score === null || scoreMax === null || score <= scoreMax) return score;
  return score - scoreMax <= SCORE_TOLERANCE * scoreMax ? scoreMax : score;
}

interface Completion {
  readonly date: number | null;
  /**
   * `stored`: the date of a row that was complete before; `cleared`: it is gone with the completion; `incomplete row`: a
   * date that the row may not have.
   */
  readonly from: 'row' | 'stored' | 'clock' | 'cleared' | 'incomplete row';
}

/** Check 8: where the date of the first completion comes from. */
function completionOf(
  cells: SentValues,
  merged: TrackingValues | null,
  stored: TrackingValues | null,
  status: TrackingStatus,
  now: number,
): Completion {
  const sent = cells.firstCompletionDate;
  const isStatusSent = cells.trackingStatus !== undefined && cells.trackingStatus !== null;
  const date = kept(sent, merged?.firstCompletionDate);
  if (!isComplete(status)) {
    if (date === null) return { date: null, from: 'row' };
    if (isStatusSent && sent === undefined) return { date: null, from: 'cleared' };
    return { date, from: 'incomplete row' };
  }
  if (date !== null) return { date, from: 'row' };
  if (stored !== null && isComplete(stored.status) && stored.firstCompletionDate !== null) {
    return { date: stored.firstCompletionDate, from: 'stored' };
  }
  return { date: now, from: 'clock' };
}

function refuseCompletionDate(row: ReadRow, merged: TrackingValues | null): readonly Problem[] {
  const { unreadable } = row;
  if (unreadable.has('firstCompletionDate') || unreadable.has('trackingStatus')) return NO_PROBLEMS;
  if (unreadable.has('progression') && !isStatusDecisive(row.values, merged)) return NO_PROBLEMS;
  const place = placeOf(row.index, 'firstCompletionDate');
  return [problem('COMPLETION_DATE_WITHOUT_COMPLETION', {}, place)];
}

/** Whether the status is known without the progression. */
function isStatusDecisive({ trackingStatus }: SentValues, merged: TrackingValues | null): boolean {
  if (isSent(trackingStatus)) return true;
  return trackingStatus === undefined && merged !== null && isBeyondProgression(merged.status);
}

/** A null that would have removed a date that a complete row keeps. */
function ignoredDate(row: ReadRow): readonly Problem[] {
  const place = placeOf(row.index, 'firstCompletionDate');
  return [problem('VALUES_IGNORED', { fields: 'firstCompletionDate' }, place)];
}

function assumedScoreMax(row: ReadRow): Problem[] {
  return [problem('SCORE_MAX_ASSUMED', { scoreMax: ASSUMED_SCORE_MAX }, placeOf(row.index, 'scoreMax'))];
}

function nothingSent(row: ReadRow): Problem[] {
  return [problem('NOTHING_SENT', {}, placeOf(row.index))];
}

function olderRow(row: ReadRow): Problem[] {
  return [problem('ROW_OLDER_THAN_STORED', {}, placeOf(row.index, 'lastAccessDate'))];
}

/** By the last access that it sends, if it does. */
export function isOlder({ lastAccessDate }: SentValues, stored: TrackingValues | null): boolean {
  const last = stored?.lastAccessDate ?? null;
  return isSent(lastAccessDate) && last !== null && lastAccessDate < last;
}

function scoreProblems(row: ReadRow, values: TrackingValues, isAssumed: boolean): readonly Problem[] {
  const { score, scoreMax } = values;
  if (row.unreadable.has('score') || row.unreadable.has('scoreMax')) return NO_PROBLEMS;
  if (score === null || scoreMax === null || score <= scoreMax) return NO_PROBLEMS;
  const place = placeOf(row.index, 'score');
  const hint = `No maximum score was given, so ${ASSUMED_SCORE_MAX} was assumed: send scoreMax, or options.defaultScoreMax.`;
  return [problem('SCORE_EXCEEDS_MAX', { score, scoreMax }, isAssumed ? { ...place, hint } : place)];
}

type DateCell = 'firstAccessDate' | 'firstCompletionDate' | 'lastAccessDate';

const DATE_CELLS: readonly DateCell[] = ['firstAccessDate', 'firstCompletionDate', 'lastAccessDate'];

const DATE_ORDER: readonly (readonly [earlier: DateCell, later: DateCell])[] = [
  ['firstAccessDate', 'firstCompletionDate'],
  ['firstAccessDate', 'lastAccessDate'],
  ['firstCompletionDate', 'lastAccessDate'],
];

/** Check 9, on what the caller sent; in MERGE a sent date is also compared with the stored ones. */
function oddDates(row: ReadRow, mergedDates: TrackingValues | null, now: number): Problem[] {
  const problems: Problem[] = [];
  for (const [earlier, later] of DATE_ORDER) {
    if (!isSent(row.values[earlier]) && !isSent(row.values[later])) continue;
    const { [earlier]: first, [later]: last } = mergedDates ?? row.values;
    if (isSent(first) && isSent(last) && first > last) {
      problems.push(problem('DATES_OUT_OF_ORDER', { earlier, later }, placeOf(row.index, earlier)));
    }
  }
  for (const cell of DATE_CELLS) {
    const date = row.values[cell];
    if (isSent(date) && date > now) {
      problems.push(problem('DATE_IN_FUTURE', { field: cell }, placeOf(row.index, cell)));
    }
  }
  return problems;
}

/** Check 10, the warning. */
function contradiction(row: ReadRow, { status, progression }: TrackingValues): readonly Problem[] {
  if (progression === null) return NO_PROBLEMS;
  const isOdd =
    (status === 'COMPLETED' && progression < 100) ||
    ((status === 'INCOMPLETE' || status === 'BROWSED') && progression === 100);
  if (!isOdd) return NO_PROBLEMS;
  const place = placeOf(row.index, 'trackingStatus');
  return [problem('STATUS_CONTRADICTS_PROGRESSION', { status, progression }, place)];
}

/**
 * REPLACE: which stored values are lost because the row does not send their cells. A value that the row implies by
 * another cell (COMPLETED implies 100, a progression implies INCOMPLETE or COMPLETED) is not lost.
 */
function resetValues(row: ReadRow, stored: TrackingValues, values: TrackingValues): readonly Problem[] {
  const cells = row.values;
  const isStatusImplied = isSent(cells.progression) && !isBeyondProgression(stored.status);
  const isProgressionImplied = isSent(cells.trackingStatus) && isComplete(cells.trackingStatus);
  const reset = TRACKING_FIELDS.filter(
    ({ cell, field }) =>
      cells[cell] === undefined &&
      stored[field] !== null &&
      stored[field] !== values[field] &&
      !(field === 'status' && isStatusImplied) &&
      !(field === 'progression' && isProgressionImplied),
  );
  return reset.length === 0
    ? NO_PROBLEMS
    : valueReset(
        row,
        reset.map(({ cell }) => cell),
      );
}

function valueReset(row: ReadRow, cells: readonly string[]): Problem[] {
  return [problem('VALUE_RESET', { fields: cells.join(', ') }, placeOf(row.index))];
}

function isSent<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}
