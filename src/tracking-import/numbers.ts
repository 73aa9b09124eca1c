import { trimmed } from '../kernel/text';

/** A number, null for a blank text, or why there is none: `INFINITE`, or a phrase that completes "… : {reason}." */
export type NumberReading = number | null | 'INFINITE' | (string & {});

const NO_NUMBER = 'it is not a number';
const NO_WHOLE_NUMBER = 'it is not a whole number';
const THOUSAND = 'it may be a thousand';

const NUMBER = /^-?\d+([.,]\d+)?([eE][+-]?\d+)?$/;
const WHOLE_NUMBER = /^-?\d+([.,]0+)?$/;
const MAYBE_A_THOUSAND = /^-?\d{1,3},\d{3}$/;

/** Reads a number, or its text with a decimal point or comma. Source: docs/rules/import.md, "Number cells". */
export function readNumber(sent: number | string): NumberReading {
  if (typeof sent === 'number') return finite(sent);
  const text = trimmed(sent);
  if (text === '') return null;
  if (MAYBE_A_THOUSAND.test(text)) return THOUSAND;
  return NUMBER.test(text) ? finite(Number(text.replace(',', '.'))) : NO_NUMBER;
}

/** As `readNumber`, without a fraction other than zeros, and without an exponent. */
export function readWholeNumber(sent: number | string): NumberReading {
  const number = readNumber(sent);
  if (number === null || typeof number === 'string') return number;
  const isWhole = typeof sent === 'number' ? Number.isInteger(sent) : WHOLE_NUMBER.test(trimmed(sent));
  return isWhole ? number : NO_WHOLE_NUMBER;
}

/** The sum turns -0 into 0: databases do not keep the difference. */
function finite(number: number): NumberReading {
  return Number.isFinite(number) ? number + 0 : 'INFINITE';
}
