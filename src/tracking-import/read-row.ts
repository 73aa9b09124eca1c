import { formatInstant } from '../kernel/dates';
import { NO_PROBLEMS, type Problem, type ProblemPlace, problem, problemOf } from '../kernel/problem';
import { isBlank } from '../kernel/text';
import type { TrackingStatus } from '../kernel/tracking-status';
import { violations } from '../kernel/validation';
import { type Cell, ConsolidatedTrackingRowInput } from './import-consolidated-tracking.input';
import type { ImportSettings } from './settings';
import { readTimeSpent } from './time-spent';

/** A cell as read: `undefined` is absent (or unreadable, see `unreadable`), `null` is null or blank. */
type Read<Value> = Value | null | undefined;

/** References as sent; null where not given. */
export interface LovReference {
  readonly lovCode: string | null;
  readonly lovGuid: string | null;
}

export interface LearnerReference {
  readonly candidateEmail: string | null;
  readonly candidateLogin: string | null;
  readonly candidateRefNumber: string | null;
}

export interface ContextReference {
  readonly sessionGuid: string | null;
  readonly sessionId: number | null;
  readonly sessionTitle: string | null;
  readonly trainingGuid: string | null;
  readonly trainingId: number | null;
  readonly trainingPathCode: string | null;
}

/** The cells that hold values; instants in milliseconds since 1970. */
export interface ValueCells {
  readonly firstAccessDate: Read<number>;
  readonly firstCompletionDate: Read<number>;
  readonly lastAccessDate: Read<number>;
  readonly progression: Read<number>;
  readonly score: Read<number>;
  readonly scoreMax: Read<number>;
  readonly timeSpent: Read<number>;
  readonly trackingStatus: Read<TrackingStatus>;
}

/** A row after checks 1 to 4: what can be known of it without the database. */
export interface ReadRow {
  /** Position in the request, from 0. */
  readonly index: number;
  /** Null where missing or unreadable: what depends on it is not checked. */
  readonly lov: LovReference | null;
  readonly learner: LearnerReference | null;
  readonly context: ContextReference | null;
  readonly values: ValueCells;
  /** Cells that were sent and could not be read. */
  readonly unreadable: ReadonlySet<string>;
  /** NOT_ATTEMPTED: the row wipes what is stored. */
  readonly wipes: boolean;
  /** The cells with values that a wiping row sends in vain. */
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

const LOV_CELLS = ['lovCode', 'lovGuid'] as const satisfies readonly Cell[];
const LEARNER_CELLS = [
  'candidateEmail',
  'candidateLogin',
  'candidateRefNumber',
] as const satisfies readonly Cell[];
const CONTEXT_CELLS = [
  'sessionGuid',
  'sessionId',
  'sessionTitle',
  'trainingGuid',
  'trainingId',
  'trainingPathCode',
] as const satisfies readonly Cell[];
const WIPED_CELLS = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpent',
] as const satisfies readonly Cell[];

/** Problems of cells are told in the order of the columns. */
const COLUMN_ORDER: readonly string[] = [
  'candidateEmail',
  'candidateLogin',
  'candidateRefNumber',
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'lovCode',
  'lovGuid',
  'progression',
  'score',
  'scoreMax',
  'sessionGuid',
  'sessionId',
  'sessionTitle',
  'timeSpent',
  'trackingStatus',
  'trainingGuid',
  'trainingId',
  'trainingPathCode',
];

/** Where a problem of a row, or of one of its cells, is. */
export function placeOf(index: number, cell?: string): ProblemPlace {
  const path = ['rows', String(index)];
  return { path: cell === undefined ? path : [...path, cell], row: index + 1 };
}

/** What a row refers to, as far as it can be read. */
export type RowReferences = Pick<ReadRow, 'lov' | 'learner' | 'context'>;

/** A row whose references are read, and whose values are not. */
export interface BegunRow extends RowReferences {
  readonly row: ConsolidatedTrackingRowInput;
  readonly index: number;
  readonly cells: CellReader;
}

/** Checks 1 to 3 of a row: what must be given. What it refers to can then be looked up, while the rest is read. */
export function beginRow(row: ConsolidatedTrackingRowInput, index: number): BegunRow {
  const cells = new CellReader(row, index);
  const lov = lovOf(row);
  const learner = learnerOf(row);
  const context = contextOf(row);
  if (lov === null) cells.lack('LOV_REFERENCE_MISSING');
  if (learner === null) cells.lack('LEARNER_REFERENCE_MISSING');
  if (context === null) cells.lack('CONTEXT_MISSING');
  return {
    row,
    index,
    cells,
    lov: cells.canRead(LOV_CELLS) ? lov : null,
    learner: cells.canRead(LEARNER_CELLS) ? learner : null,
    context: cells.canRead(CONTEXT_CELLS) ? context : null,
  };
}

/** Check 4 of a row: whether every cell can be read. */
export function readRow(
  { row, index, cells, lov, learner, context }: BegunRow,
  settings: ImportSettings,
): ReadRow {
  const trackingStatus = cells.status(settings);
  const wipes = trackingStatus === 'NOT_ATTEMPTED';
  if (wipes) cells.forget(WIPED_CELLS);
  const values: ValueCells = wipes
    ? NO_VALUES
    : {
        firstAccessDate: cells.date('firstAccessDate', row.firstAccessDate, settings),
        firstCompletionDate: cells.date('firstCompletionDate', row.firstCompletionDate, settings),
        lastAccessDate: cells.date('lastAccessDate', row.lastAccessDate, settings),
        progression: cells.number('progression', row.progression),
        score: cells.number('score', row.score),
        scoreMax: cells.number('scoreMax', row.scoreMax),
        timeSpent: cells.timeSpent(settings),
        trackingStatus,
      };
  return {
    index,
    lov,
    learner,
    context,
    values,
    unreadable: cells.unreadable,
    wipes,
    ignored: wipes ? WIPED_CELLS.filter((cell) => isGiven(row[cell])) : NO_CELLS,
    problems: cells.problems(),
  };
}

/** Null: no cell of it is given. */
function lovOf(row: ConsolidatedTrackingRowInput): LovReference | null {
  const lovCode = reference(row.lovCode);
  const lovGuid = reference(row.lovGuid);
  return lovCode === null && lovGuid === null ? null : { lovCode, lovGuid };
}

/** Null: no cell of it is given. */
function learnerOf(row: ConsolidatedTrackingRowInput): LearnerReference | null {
  const candidateEmail = reference(row.candidateEmail);
  const candidateLogin = reference(row.candidateLogin);
  const candidateRefNumber = reference(row.candidateRefNumber);
  return candidateEmail === null && candidateLogin === null && candidateRefNumber === null
    ? null
    : { candidateEmail, candidateLogin, candidateRefNumber };
}

/** Null: what is given names no session. */
function contextOf(row: ConsolidatedTrackingRowInput): ContextReference | null {
  const sessionGuid = reference(row.sessionGuid);
  const sessionId = row.sessionId ?? null;
  const sessionTitle = reference(row.sessionTitle);
  const trainingGuid = reference(row.trainingGuid);
  const trainingId = row.trainingId ?? null;
  const trainingPathCode = reference(row.trainingPathCode);
  const hasTraining = trainingGuid !== null || trainingId !== null || trainingPathCode !== null;
  return sessionGuid !== null || sessionId !== null || (sessionTitle !== null && hasTraining)
    ? { sessionGuid, sessionId, sessionTitle, trainingGuid, trainingId, trainingPathCode }
    : null;
}

// Nearly every row is fine: what says so is made once.
const NO_CELLS: readonly string[] = Object.freeze([]);
const NOTHING_UNREADABLE: ReadonlySet<string> = new Set();
const NO_VALUES: ValueCells = {
  firstAccessDate: undefined,
  firstCompletionDate: undefined,
  lastAccessDate: undefined,
  progression: undefined,
  score: undefined,
  scoreMax: undefined,
  timeSpent: undefined,
  trackingStatus: undefined,
};

/** Reads the cells of one row and gathers what is wrong with them. */
class CellReader {
  readonly #row: ConsolidatedTrackingRowInput;
  readonly #index: number;
  #unreadable: Set<string> | undefined;
  #found: { readonly cell: string; readonly problem: Problem }[] | undefined;
  #missing: Problem[] | undefined;

  /** Starts with what the decorators of the input class say. */
  constructor(row: ConsolidatedTrackingRowInput, index: number) {
    this.#row = row;
    this.#index = index;
    for (const violation of violations(row, ConsolidatedTrackingRowInput)) {
      this.#refuse(violation.field, problemOf(violation, placeOf(index, violation.field)));
    }
  }

  get unreadable(): ReadonlySet<string> {
    return this.#unreadable ?? NOTHING_UNREADABLE;
  }

  canRead(cells: readonly string[]): boolean {
    const unreadable = this.#unreadable;
    return unreadable === undefined || !cells.some((cell) => unreadable.has(cell));
  }

  /** Nobody looks at these cells: whatever is wrong with them does not matter. */
  forget(cells: readonly string[]): void {
    this.#found = this.#found?.filter(({ cell }) => !cells.includes(cell));
  }

  /** What is missing is told before what is wrong with cells, in the order of the calls. */
  lack(code: 'LOV_REFERENCE_MISSING' | 'LEARNER_REFERENCE_MISSING' | 'CONTEXT_MISSING'): void {
    this.#missing ??= [];
    this.#missing.push(problem(code, {}, placeOf(this.#index)));
  }

  number(cell: 'progression' | 'score' | 'scoreMax', value: number | null | undefined): Read<number> {
    if (value === undefined || value === null) return value;
    // The sum turns -0 into 0: databases do not keep the difference.
    return this.unreadable.has(cell) ? undefined : value + 0;
  }

  date(
    cell: 'firstAccessDate' | 'firstCompletionDate' | 'lastAccessDate',
    value: string | null | undefined,
    settings: ImportSettings,
  ): Read<number> {
    if (value === undefined) return undefined;
    if (value === null || isBlank(value)) return null;
    if (this.unreadable.has(cell)) return undefined;
    const reading = settings.dates.read(value);
    if (!reading.ok) {
      const params = { field: cell, format: settings.dateTimeFormat, reason: reading.reason };
      this.#refuse(cell, problem('DATE_INVALID', params, placeOf(this.#index, cell)));
      return undefined;
    }
    if (reading.adjusted !== undefined) {
      const params = { field: cell, timeZone: settings.timeZone, instant: formatInstant(reading.instant) };
      const code = reading.adjusted === 'SKIPPED' ? 'TIME_SKIPPED' : 'TIME_AMBIGUOUS';
      this.#tell(cell, problem(code, params, placeOf(this.#index, cell)));
    }
    return reading.instant;
  }

  timeSpent({ timeSpentFormat }: ImportSettings): Read<number> {
    const value = this.#row.timeSpent;
    if (value === undefined) return undefined;
    if (!isGiven(value)) return null;
    const reading = readTimeSpent(value, timeSpentFormat);
    if (reading.ok) return reading.seconds;
    const params = { field: 'timeSpent', format: timeSpentFormat, reason: reading.reason };
    this.#refuse('timeSpent', problem('TIME_SPENT_INVALID', params, placeOf(this.#index, 'timeSpent')));
    return undefined;
  }

  status({ statusWords }: ImportSettings): Read<TrackingStatus> {
    const value = this.#row.trackingStatus;
    if (value === undefined) return undefined;
    if (value === null || isBlank(value)) return null;
    if (this.unreadable.has('trackingStatus')) return undefined;
    const status = statusWords.read(value);
    if (status !== undefined) return status;
    const accepted = shortened(statusWords.accepted.join(', '));
    const params = { field: 'trackingStatus', accepted };
    const place = placeOf(this.#index, 'trackingStatus');
    this.#refuse('trackingStatus', problem('TRACKING_STATUS_UNKNOWN', params, place));
    return undefined;
  }

  problems(): readonly Problem[] {
    if (this.#found === undefined) return this.#missing ?? NO_PROBLEMS;
    const position = ({ cell }: { readonly cell: string }) => COLUMN_ORDER.indexOf(cell);
    const found = this.#found.sort((a, b) => position(a) - position(b)).map((each) => each.problem);
    return this.#missing === undefined ? found : [...this.#missing, ...found];
  }

  #refuse(cell: string, found: Problem): void {
    this.#unreadable ??= new Set();
    this.#unreadable.add(cell);
    this.#tell(cell, found);
  }

  #tell(cell: string, found: Problem): void {
    this.#found ??= [];
    this.#found.push({ cell, problem: found });
  }
}

/** Aliases may be long, and every row may hold an unknown word. */
function shortened(list: string): string {
  const limit = 500;
  // A pair of surrogates is not cut in half.
  return list.length <= limit ? list : `${list.slice(0, limit).replace(/\p{Surrogate}$/u, '')} …`;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && isBlank(value));
}

function reference(text: string | null | undefined): string | null {
  return text === undefined || text === null || isBlank(text) ? null : text;
}
