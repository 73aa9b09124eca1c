/** The rows title and deadline of the table, as far as they can be judged without the database. */

const LONGEST_TITLE = 255;

/** Open: what "trimmed" takes off besides blanks; here it is all that JavaScript trims. */
export function trimmed(title: string): string {
  return title.trim();
}

/**
 * Open: a character is a code point; "bidirectional overrides" are U+202D and U+202E, without embeddings and isolates;
 * a letter after `<` is any letter of Unicode.
 */
export function isTitle(text: string): boolean {
  const title = trimmed(text);
  const length = [...title].length;
  return (
    length >= 1 &&
    length <= LONGEST_TITLE &&
    /[^\s\p{Z}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u.test(title) &&
    !/[\p{Cc}\u2028\u2029\u202d\u202e\p{Noncharacter_Code_Point}]/u.test(title) &&
    !/<[\p{L}/!?]/u.test(title)
  );
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,3})?(?:Z|([+-])(\d\d):(\d\d))$/;
const LOCAL_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;
const DIGIT = /\d/;

/**
 * Epoch milliseconds, or null for what is no deadline.
 *
 * Open: what ISO-8601 has beside the forms of the vendor's sample: times without seconds, 24:00, leap seconds, basic
 * and week dates, fractions of milliseconds, offsets without a colon. About these it does not decide.
 */
export function deadlineOf(text: string): number | null {
  const parts = INSTANT.exec(text);
  if (parts === null) {
    if (LOCAL_TIME.test(text) || !DIGIT.test(text)) return null;
    throw new Error(`The model does not decide whether ${text} is a deadline`);
  }
  const number = (index: number) => Number(parts[index] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hour, minute, second] = [number(4), number(5), number(6)];
  if (hour === 24 || second === 60)
    throw new Error(`The model does not decide whether ${text} is a deadline`);
  const offsetMinutes = (number(9) * 60 + number(10)) * (parts[8] === '-' ? -1 : 1);
  const isReal =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  const isOffset = number(9) <= 14 && number(10) < 60;
  if (!isReal || !isOffset) return null;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, Math.round(number(7) * 1000));
  return local - offsetMinutes * 60_000;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
