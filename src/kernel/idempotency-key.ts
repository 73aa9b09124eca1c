import { characterCount, isBlank, isWellFormedText } from './text';

const MAX_KEY_CHARACTERS = 255;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** 1 to 255 characters that can be stored, none of them a control character. */
export function isUsableKey(key: string): boolean {
  return (
    !isBlank(key) &&
    isWellFormedText(key) &&
    !CONTROL_CHARACTER.test(key) &&
    characterCount(key) <= MAX_KEY_CHARACTERS
  );
}
