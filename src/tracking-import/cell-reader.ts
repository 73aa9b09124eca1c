import { formatInstant } from '../kernel/dates/instants';
import { isEmailAddress } from '../kernel/email';
import { NO_PROBLEMS, type Problem, problem } from '../kernel/problem';
import { hasAtMost, isBlank, isWellFormedText, NO_STORABLE_TEXT, trimmed } from '../kernel/text';
import type { TrackingStatus } from '../kernel/tracking-status';
import type { SentCell } from './cell.scalars';
import { type Cell, MAX_GUID_CHARACTERS, MAX_TEXT_CHARACTERS } from './import-consolidated-tracking.input';
import { type NumberReading, readNumber, readWholeNumber } from './numbers';
import { placeOf } from './place-of';
import type { ImportSettings } from './settings';
import { readTimeSpent } from './time-spent';

/** What a cell holds: `undefined` where it is absent or cannot be read, null where it is null or blank. */
export type CellValue<Value> = Value | null | undefined;

interface FoundInCell {
  readonly cell: string;
  readonly problem: Problem;
}

function byCell({ cell: a }: FoundInCell, { cell: b }: FoundInCell): number {
  return a < b ? -1 : Number(a > b);
}

// Nearly every row is fine: what says so is made once.
const NOTHING_UNREADABLE: ReadonlySet<string> = new Set();

/** Reads the cells of one row and gathers what is wrong with them. */
export class CellReader {
  readonly #index: number;
  #unreadable: Set<string> | undefined;
  #found: FoundInCell[] | undefined;
  #missing: Problem[] | undefined;

  constructor(index: number) {
    this.#index = index;
  }

  get unreadable(): ReadonlySet<string> {
    return this.#unreadable ?? NOTHING_UNREADABLE;
  }

  canRead(cells: readonly string[]): boolean {
    const unreadable = this.#unreadable;
    return unreadable === undefined || !cells.some((cell) => unreadable.has(cell));
  }

  /** Whether a reference was given: what cannot be read was, nevertheless. */
  isGiven(cell: Cell, read: string | number | null): boolean {
    return read !== null || this.unreadable.has(cell);
  }

  /** What is missing is told before what is wrong with cells, in the order of the calls. */
  lack(code: 'LOV_REFERENCE_MISSING' | 'LEARNER_REFERENCE_MISSING' | 'CONTEXT_MISSING'): null {
    this.#missing ??= [];
    this.#missing.push(problem(code, {}, placeOf(this.#index)));
    return null;
  }

  /** From 0 to 100; sums of shares miss these bounds by rounding. */
  progression(cell: Cell, value: SentCell): CellValue<number> {
    const number = this.#number(cell, value, readNumber);
    if (number === undefined || number === null) return number;
    if (Math.abs(number - 100) <= BOUND_TOLERANCE) return 100;
    if (Math.abs(number) <= BOUND_TOLERANCE) return 0;
    if (number > 0 && number < 100) return number;
    return this.#refuse(
      cell,
      problem('PROGRESSION_OUT_OF_RANGE', { field: cell }, placeOf(this.#index, cell)),
    );
  }

  score(cell: Cell, value: SentCell): CellValue<number> {
    return this.#notNegative(cell, this.#number(cell, value, readNumber));
  }

  scoreMax(cell: Cell, value: SentCell): CellValue<number> {
    const number = this.#number(cell, value, readWholeNumber);
    if (number === undefined || number === null || isInt(number)) {
      return this.#notNegative(cell, number);
    }
    return this.#refuseNumber(cell, value, 'it is beyond 32 bits');
  }

  /** An id beyond 32 bits is none: ids begin at 1. */
  id(cell: Cell, value: SentCell): CellValue<number> {
    const number = this.#number(cell, value, readWholeNumber);
    return number !== undefined && number !== null && !isInt(number) ? NO_ID : number;
  }

  /** Without the white space around it. */
  text(cell: Cell, value: SentCell, max = MAX_TEXT_CHARACTERS): CellValue<string> {
    if (value === undefined || value === null) return value;
    if (typeof value !== 'string') return this.#textOf(cell, value);
    const text = trimmed(value);
    if (text === '') return null;
    const isSound = isWellFormedText(text);
    const isShort = hasAtMost(max, text);
    if (isSound && isShort) return text;
    const place = placeOf(this.#index, cell);
    if (!isSound)
      this.#refuse(cell, problem('TEXT_INVALID', { field: cell, reason: NO_STORABLE_TEXT }, place));
    if (!isShort) this.#refuse(cell, problem('TEXT_TOO_LONG', { field: cell, max }, place));
    return undefined;
  }

  guid(cell: Cell, value: SentCell): CellValue<string> {
    return this.text(cell, value, MAX_GUID_CHARACTERS);
  }

  email(cell: Cell, value: SentCell): CellValue<string> {
    const text = this.text(cell, value);
    if (text === undefined || text === null || isEmailAddress(text)) return text;
    return this.#refuse(cell, problem('EMAIL_INVALID', { field: cell }, placeOf(this.#index, cell)));
  }

  date(cell: Cell, value: SentCell, settings: ImportSettings): CellValue<number> {
    const text = this.text(cell, value);
    if (text === undefined || text === null) return text;
    const reading = settings.dates.read(text);
    if (!reading.ok) {
      const params = { field: cell, format: settings.dateTimeFormat, reason: reading.reason };
      return this.#refuse(cell, problem('DATE_INVALID', params, placeOf(this.#index, cell)));
    }
    if (reading.adjusted !== undefined) {
      const params = { field: cell, timeZone: settings.timeZone, instant: formatInstant(reading.instant) };
      const code = reading.adjusted === 'SKIPPED' ? 'TIME_SKIPPED' : 'TIME_AMBIGUOUS';
      this.#tell(cell, problem(code, params, placeOf(this.#index, cell)));
    }
    return reading.instant;
  }

  timeSpent(cell: Cell, value: unknown, { timeSpentFormat }: ImportSettings): CellValue<number> {
    if (value === undefined) return undefined;
    if (!isCellGiven(value)) return null;
    const reading = readTimeSpent(value, timeSpentFormat);
    if (reading.ok) return reading.seconds;
    const params = { field: cell, format: timeSpentFormat, reason: reading.reason };
    return this.#refuse(cell, problem('TIME_SPENT_INVALID', params, placeOf(this.#index, cell)));
  }

  status(cell: Cell, value: SentCell, { statusWords }: ImportSettings): CellValue<TrackingStatus> {
    const text = this.text(cell, value);
    if (text === undefined || text === null) return text;
    const status = statusWords.read(text);
    if (status !== undefined) return status;
    const params = { field: cell, accepted: shortened(statusWords.accepted.join(', ')) };
    return this.#refuse(cell, problem('TRACKING_STATUS_UNKNOWN', params, placeOf(this.#index, cell)));
  }

  /** In the alphabetical order of the columns. */
  problems(): readonly Problem[] {
    if (this.#found === undefined) return this.#missing ?? NO_PROBLEMS;
    const found = this.#found.sort(byCell).map((each) => each.problem);
    return this.#missing === undefined ? found : [...this.#missing, ...found];
  }

  #number(cell: Cell, value: SentCell, read: (sent: number | string) => NumberReading): CellValue<number> {
    if (value === undefined || value === null) return value;
    if (typeof value === 'boolean') return this.#refuseNumber(cell, value, 'it is not a number');
    const reading = read(value);
    if (typeof reading !== 'string') return reading;
    if (reading !== 'INFINITE') return this.#refuseNumber(cell, value, reading);
    return this.#refuse(cell, problem('NUMBER_NOT_FINITE', { field: cell }, placeOf(this.#index, cell)));
  }

  #notNegative(cell: Cell, number: CellValue<number>): CellValue<number> {
    if (number === undefined || number === null || number >= 0) return number;
    return this.#refuse(cell, problem('SCORE_NEGATIVE', { field: cell }, placeOf(this.#index, cell)));
  }

  #refuseNumber(cell: Cell, value: SentCell, reason: string): undefined {
    const params = { field: cell, value: JSON.stringify(shortened(String(value), 40)), reason };
    return this.#refuse(cell, problem('NUMBER_INVALID', params, placeOf(this.#index, cell)));
  }

  /** Digits that a number has lost on its way cannot be told from those it has. */
  #textOf(cell: Cell, value: number | boolean): string | undefined {
    if (Number.isSafeInteger(value)) return String(value);
    const reason = typeof value === 'boolean' ? `it is ${value}` : whyNoText(value);
    return this.#refuse(cell, problem('TEXT_INVALID', { field: cell, reason }, placeOf(this.#index, cell)));
  }

  #refuse(cell: string, found: Problem): undefined {
    this.#unreadable ??= new Set();
    this.#unreadable.add(cell);
    this.#tell(cell, found);
  }

  #tell(cell: string, found: Problem): void {
    this.#found ??= [];
    this.#found.push({ cell, problem: found });
  }
}

const NO_ID = 0;
const BOUND_TOLERANCE = 1e-9;

function isInt(number: number): boolean {
  return number >= -(2 ** 31) && number < 2 ** 31;
}

function whyNoText(value: number): string {
  if (!Number.isFinite(value)) return 'it is a number that is not finite';
  return Number.isInteger(value)
    ? 'it is a number beyond 2^53, which has lost digits'
    : 'it is a number with a fraction';
}

/** Aliases may be long, and every row may hold an unknown word. */
function shortened(text: string, limit = 500): string {
  // A pair of surrogates is not cut in half.
  return text.length <= limit ? text : `${text.slice(0, limit).replace(/\p{Surrogate}$/u, '')} …`;
}

/** Whether a cell holds anything. */
export function isCellGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && isBlank(value));
}
