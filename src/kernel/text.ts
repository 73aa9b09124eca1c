/**
 * A text without the white space around it: Unicode White_Space, to which CR and LF belong, and the byte order mark.
 * What is inside stays. Nearly every text has none, and is answered as it is.
 */
export function trimmed(text: string): string {
  const { length } = text;
  if (length === 0 || !(isBlankUnit(text.charCodeAt(0)) || isBlankUnit(text.charCodeAt(length - 1)))) {
    return text;
  }
  let [start, end] = [0, length];
  while (start < end && isBlankUnit(text.charCodeAt(start))) start += 1;
  while (end > start && isBlankUnit(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** `trim` of JavaScript takes all of these but U+0085. */
function isBlankUnit(unit: number): boolean {
  if (unit > 0x20 && unit < 0x85) return false;
  return unit === 0x85 || String.fromCharCode(unit).trim() === '';
}

/** True for a text that is empty, or white space only. A blank cell counts as null. */
export function isBlank(text: string): boolean {
  return trimmed(text) === '';
}

/**
 * True for a text in which something can be seen: a character that is no blank, has a shape of its own (unlike the
 * zero width space), and is none of the letters that are drawn as a blank.
 */
export function showsSomething(text: string): boolean {
  return /[^\s\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);
}

/** Length in characters (Unicode code points), as MariaDB counts a varchar: an emoji of one code point is 1. */
export function characterCount(text: string): number {
  const { length } = text;
  let count = length;
  for (let place = 1; place < length; place++) {
    if (isLowSurrogate(text.charCodeAt(place)) && isHighSurrogate(text.charCodeAt(place - 1))) count -= 1;
  }
  return count;
}

/** True for a text of at most so many characters. Most are short enough in UTF-16 already. */
export function hasAtMost(max: number, text: string): boolean {
  return text.length <= max || (text.length <= 2 * max && characterCount(text) <= max);
}

/** Why a text that is not well-formed is refused; completes "… is no text: {reason}." */
export const NO_STORABLE_TEXT = 'it holds NUL or half of a surrogate pair, which cannot be stored';

/** False when the text holds what cannot be stored and read back equal: NUL, or half of a surrogate pair. */
export function isWellFormedText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
