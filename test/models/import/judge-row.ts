import { type Before, type BuiltRow, buildRow, isComplete, type Maybe } from './build-row';
import { isGiven } from './cells';
import { AFTER_THE_CHECKS, CODES, rowProblem } from './codes';
import { FIELD_OF, type ReadRow, VALUE_CELLS, type Values } from './read-row';
import type { Settings } from './settings';
import type { ModelProblem, TrackingValues } from './types';

export interface Judged {
  /** The row as it is to be stored; null where it cannot be known, for a row with errors. */
  readonly after: TrackingValues | null;
  readonly problems: readonly ModelProblem[];
}

/** Score and scoreMax of check 4, and checks 8–11: the row as a whole, as far as its parts are known. */
export function judgeRow(
  { values }: ReadRow,
  index: number,
  before: Before,
  settings: Settings,
  clock: number,
): Judged {
  // A merged row is not known without what it merges with.
  if (settings.merges && before === undefined) return { after: null, problems: [] };
  const row = buildRow(values, before, settings);
  const score = judgeScore(row, index);
  const completion = judgeCompletion(row, values, index, before, settings, clock);
  const isMerged = settings.merges && before !== null;
  const dates = { ...row, firstCompletionDate: completion.isClock ? null : completion.date };
  const problems = [
    ...score.problems,
    ...completion.problems,
    ...judgeDates(dates, values, index, isMerged, clock),
    ...judgeStatus(row, index),
    ...(row.assumesScoreMax ? [rowProblem(index, 11, CODES.scoreMaxAssumed, 'scoreMax')] : []),
  ];
  const { firstAccessDate, lastAccessDate, progression, scoreMax, timeSpentSeconds, status } = row;
  const fields = { firstAccessDate, lastAccessDate, progression, scoreMax, timeSpentSeconds, status };
  const full = { ...fields, score: score.score, firstCompletionDate: completion.date };
  const isKnown = Object.values(full).every((field) => field !== undefined);
  const after = isKnown ? (full as TrackingValues) : null;
  if (after !== null) problems.push(...judgeResets(row, values, index, before, settings, after));
  if (isNothingSent(values)) problems.push(rowProblem(index, AFTER_THE_CHECKS, CODES.nothingSent));
  return { after, problems };
}

interface JudgedScore {
  readonly score: Maybe<number>;
  readonly problems: readonly ModelProblem[];
}

/** A score is at most the maximum that holds for the row; a hair above it is the maximum. */
function judgeScore({ score, scoreMax, assumesScoreMax }: BuiltRow, index: number): JudgedScore {
  if (typeof score !== 'number' || typeof scoreMax !== 'number' || score <= scoreMax) {
    return { score, problems: [] };
  }
  if (score - scoreMax <= 1e-9 * scoreMax) return { score: scoreMax, problems: [] };
  const names = assumesScoreMax ? ['assumed'] : [];
  return { score, problems: [{ ...rowProblem(index, 4, CODES.scoreExceedsMax, 'score'), names }] };
}

interface JudgedCompletion {
  readonly date: Maybe<number>;
  /** Nobody sent it. */
  readonly isClock?: boolean;
  readonly problems: readonly ModelProblem[];
}

/** Check 8. */
function judgeCompletion(
  { firstCompletionDate: date, status }: BuiltRow,
  values: Values,
  index: number,
  before: Before,
  settings: Settings,
  clock: number,
): JudgedCompletion {
  const cell = 'firstCompletionDate';
  // Where the status alone decides, it is known, whatever is wrong with the progression.
  if (status === undefined || date === undefined) return { date: undefined, problems: [] };
  if (!isComplete(status)) {
    const problem = rowProblem(index, 8, CODES.completionDateWithoutCompletion, cell);
    return { date, problems: date === null ? [] : [problem] };
  }
  if (date !== null) return { date, problems: [] };
  if (before === undefined) return { date: undefined, problems: [] };
  if (before !== null && isComplete(before.status)) {
    const kept = before.firstCompletionDate;
    const isIgnored = settings.merges && values.firstCompletionDate.kind === 'null' && kept !== null;
    return {
      date: kept,
      problems: isIgnored ? [{ ...rowProblem(index, 8, CODES.valuesIgnored, cell), names: [cell] }] : [],
    };
  }
  return {
    date: clock,
    isClock: true,
    problems: [rowProblem(index, 8, CODES.completionDateDefaulted, cell)],
  };
}

/** Each is odd where the first is after the second. */
const ORDERS = [
  ['firstAccessDate', 'firstCompletionDate'],
  ['firstAccessDate', 'lastAccessDate'],
  ['firstCompletionDate', 'lastAccessDate'],
] as const;

type DateField = (typeof ORDERS)[number][number];

/** Check 9, on dates that were sent; merged, they are also compared with stored ones. */
function judgeDates(
  dates: Pick<BuiltRow, DateField>,
  values: Values,
  index: number,
  isMerged: boolean,
  clock: number,
): ModelProblem[] {
  const isSent = (field: DateField) => values[field].kind === 'value';
  const problems: ModelProblem[] = [];
  for (const [first, second] of ORDERS) {
    const isJudged = isMerged ? isSent(first) || isSent(second) : isSent(first) && isSent(second);
    const [earlier, later] = [dates[first], dates[second]];
    if (isJudged && typeof earlier === 'number' && typeof later === 'number' && earlier > later) {
      problems.push(rowProblem(index, 9, CODES.datesOutOfOrder, first));
    }
  }
  for (const field of ['firstAccessDate', 'firstCompletionDate', 'lastAccessDate'] as const) {
    const cell = values[field];
    if (cell.kind === 'value' && cell.value > clock) {
      problems.push(rowProblem(index, 9, CODES.dateInFuture, field));
    }
  }
  return problems;
}

/** Check 10: a status and a progression that do not go together. A status that was derived goes with its own. */
function judgeStatus({ status, progression }: BuiltRow, index: number): ModelProblem[] {
  if (typeof progression !== 'number') return [];
  const contradicts =
    (status === 'COMPLETED' && progression < 100) ||
    ((status === 'INCOMPLETE' || status === 'BROWSED') && progression === 100);
  return contradicts ? [rowProblem(index, 10, CODES.statusContradictsProgression, 'trackingStatus')] : [];
}

/** Stored values that are gone because the row does not send them. */
function judgeResets(
  row: BuiltRow,
  values: Values,
  index: number,
  before: Before,
  settings: Settings,
  after: TrackingValues,
): ModelProblem[] {
  const reset = (...names: string[]) => [{ ...rowProblem(index, AFTER_THE_CHECKS, CODES.valueReset), names }];
  if (settings.merges) return row.clearsCompletionDate ? reset('firstCompletionDate') : [];
  if (before === null || before === undefined) return [];
  const names = VALUE_CELLS.filter((name) => {
    if (values[name].kind !== 'absent') return false;
    if (isImplied(name, values, before)) return false;
    const field = FIELD_OF[name];
    return before[field] !== null && before[field] !== after[field];
  });
  return names.length > 0 ? reset(...names) : [];
}

/** A value that another cell implies is not lost. */
function isImplied(name: keyof Values, values: Values, before: TrackingValues): boolean {
  if (name === 'progression') {
    return values.trackingStatus.kind === 'value' && isComplete(values.trackingStatus.value);
  }
  if (name !== 'trackingStatus') return false;
  // A progression does not speak for these.
  const saysMore = before.status === 'PASSED' || before.status === 'FAILED' || before.status === 'BROWSED';
  return values.progression.kind === 'value' && !saysMore;
}

function isNothingSent(values: Values): boolean {
  return VALUE_CELLS.every((name) => !isGiven(values[name]));
}

/** What a row that wipes ignores. */
export function judgeWipe({ values }: ReadRow, index: number): ModelProblem[] {
  const names = VALUE_CELLS.filter((name) => name !== 'trackingStatus' && isGiven(values[name]));
  return names.length > 0 ? [{ ...rowProblem(index, AFTER_THE_CHECKS, CODES.valuesIgnored), names }] : [];
}
