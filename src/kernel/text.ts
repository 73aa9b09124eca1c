/** True for a text without any visible character: empty, or blanks only. A blank cell counts as null. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Length in characters (Unicode code points), as MariaDB counts a varchar: an emoji of one code point is 1. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** False when the text holds what cannot be stored and read back equal: NUL, or half of a surrogate pair. */
export function isWellFormedText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
