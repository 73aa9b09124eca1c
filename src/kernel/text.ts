/** True for a text without any visible character: empty, or blanks only. A blank cell counts as null. */
export function isBlank(text: string): boolean {
  return !startsVisibly(text) && text.trim() === '';
}

/** Nearly every text starts with a letter, a digit or the like: a look at it saves the trimming. */
function startsVisibly(text: string): boolean {
  const first = text.charCodeAt(0);
  return first > SPACE && first < DELETE;
}

const SPACE = 0x20;
const DELETE = 0x7f;

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
