/**
 * Texts in which everything has its place. What runs for every cell of an import looks at digits where they must stand:
 * regular expressions take several times as long.
 */

const ZERO = '0'.charCodeAt(0);

/** The character that must stand at a place: one of two, for T stands for t as well. */
export interface Separator {
  readonly place: number;
  readonly code: number;
  readonly otherCode: number;
}

/** A cell that stops after the date has none of the separators behind it. */
export function hasSeparators(text: string, separators: readonly Separator[]): boolean {
  for (const { place, code, otherCode } of separators) {
    if (place >= text.length) return true;
    const found = text.charCodeAt(place);
    if (found !== code && found !== otherCode) return false;
  }
  return true;
}

/** The number that two digits make; negative where they are none. */
export function twoDigits(text: string, place: number): number {
  const tens = text.charCodeAt(place) - ZERO;
  const units = text.charCodeAt(place + 1) - ZERO;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1;
}

export function fourDigits(text: string, place: number): number {
  const hundreds = twoDigits(text, place);
  const rest = twoDigits(text, place + 2);
  return hundreds < 0 || rest < 0 ? -1 : hundreds * 100 + rest;
}

/** The number that one digit makes; negative where it is none. */
export function oneDigit(text: string, place: number): number {
  const digit = text.charCodeAt(place) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
