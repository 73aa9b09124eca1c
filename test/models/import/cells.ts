import { CODES } from './codes';

/** A cell that was read: not sent, empty, a value, or something that the cell cannot take. */
export type Cell<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'null' }
  | { readonly kind: 'value'; readonly value: T; readonly warning?: Code }
  | { readonly kind: 'failed'; readonly codes: readonly Code[] };

type Code = (typeof CODES)[keyof typeof CODES];

export const ABSENT = { kind: 'absent' } as const;
export const NULL = { kind: 'null' } as const;

export function value<T>(read: T, warning?: Code): Cell<T> {
  return warning === undefined ? { kind: 'value', value: read } : { kind: 'value', value: read, warning };
}

export function failed(...codes: readonly Code[]): {
  readonly kind: 'failed';
  readonly codes: readonly Code[];
} {
  return { kind: 'failed', codes };
}

/** Null where the cell holds no value that could be read. */
export function held<T>(cell: Cell<T>): T | null {
  return cell.kind === 'value' ? cell.value : null;
}

/** A reference counts as given when something other than blanks was sent, readable or not. */
export function isGiven(cell: Cell<unknown>): boolean {
  return cell.kind === 'value' || cell.kind === 'failed';
}

/** Unicode White_Space, to which CR and LF belong, and the byte order mark. */
export function trim(text: string): string {
  return text.replace(/^[\p{White_Space}\uFEFF]+/u, '').replace(/[\p{White_Space}\uFEFF]+$/u, '');
}

/**
 * What is compared without regard to case: lower case as Unicode has it, however accents are encoded. The Kelvin sign is
 * k and ẞ is ß, but ß is not ss; a sigma is the same at the end of a word.
 */
export function loosely(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC').replaceAll('ς', 'σ');
}

/** The text of a cell that takes text or a whole number. */
export function readText(raw: unknown): Cell<string> {
  if (raw === undefined) return ABSENT;
  if (raw === null) return NULL;
  // 2^53 itself, which 2^53 + 1 becomes on its way, is refused, too.
  if (typeof raw === 'number') {
    return Number.isSafeInteger(raw) ? value(String(raw)) : failed(CODES.textInvalid);
  }
  // True and false, in dates and status words as well.
  if (typeof raw !== 'string') return failed(CODES.textInvalid);
  const text = trim(raw);
  return text === '' ? NULL : value(text);
}

/** Text with a greatest length, counted in code points. */
export function readBoundedText(raw: unknown, longest: number): Cell<string> {
  const cell = readText(raw);
  if (cell.kind !== 'value') return cell;
  const isStorable = !cell.value.includes('\0') && cell.value.isWellFormed();
  const isShort = [...cell.value].length <= longest;
  if (isStorable && isShort) return cell;
  return failed(...(isStorable ? [] : [CODES.textInvalid]), ...(isShort ? [] : [CODES.textTooLong]));
}

export function readEmail(raw: unknown): Cell<string> {
  const cell = readBoundedText(raw, 255);
  if (cell.kind !== 'value') return cell;
  // Open: the exact shape. Something before one @, and a domain, which needs no dot.
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(cell.value) ? cell : failed(CODES.emailInvalid);
}

const NUMBER = /^-?\d+([.,]\d+)?([eE][+-]?\d+)?$/;
/** May be a thousand, may be one with three decimals. */
// Open: a sign before it makes it no clearer; an exponent behind it does, for nobody writes 1,000e3 for a million.
const MAYBE_A_THOUSAND = /^-?\d{1,3},\d{3}$/;

export function readNumber(raw: unknown): Cell<number> {
  if (typeof raw === 'number') return finite(raw);
  if (typeof raw === 'boolean') return failed(CODES.numberInvalid);
  const cell = readText(raw);
  if (cell.kind === 'failed') return failed(CODES.numberInvalid);
  if (cell.kind !== 'value') return cell;
  if (!NUMBER.test(cell.value) || MAYBE_A_THOUSAND.test(cell.value)) return failed(CODES.numberInvalid);
  return finite(Number(cell.value.replace(',', '.')));
}

/** A whole number: digits and, if any, a fraction of zeros only. */
export function readWholeNumber(raw: unknown): Cell<number> {
  const cell = readNumber(raw);
  if (cell.kind !== 'value') return cell;
  // Open: text may have a sign, as other numbers have, but no exponent.
  const isWhole = typeof raw === 'string' ? /^-?\d+([.,]0+)?$/.test(trim(raw)) : Number.isInteger(cell.value);
  return isWhole ? cell : failed(CODES.numberInvalid);
}

function finite(number: number): Cell<number> {
  // Adding 0 makes 0 of -0.
  return Number.isFinite(number) ? value(number + 0) : failed(CODES.numberNotFinite);
}

/** What lies within 1e-9 of 0 or 100 is that bound: sums of shares miss it by rounding. */
export function readProgression(raw: unknown): Cell<number> {
  const cell = readNumber(raw);
  if (cell.kind !== 'value') return cell;
  for (const bound of [0, 100]) if (Math.abs(cell.value - bound) <= 1e-9) return value(bound);
  return cell.value > 0 && cell.value < 100 ? cell : failed(CODES.progressionOutOfRange);
}

export function readScore(raw: unknown): Cell<number> {
  const cell = readNumber(raw);
  return cell.kind === 'value' && cell.value < 0 ? failed(CODES.scoreNegative) : cell;
}

export function readScoreMax(raw: unknown): Cell<number> {
  const cell = readWholeNumber(raw);
  if (cell.kind !== 'value') return cell;
  if (cell.value > 2 ** 31 - 1 || cell.value < -(2 ** 31)) return failed(CODES.numberInvalid);
  return cell.value < 0 ? failed(CODES.scoreNegative) : cell;
}
