import { asUtc, DAY_MS, END_OF_INSTANTS, FIRST_INSTANT, reasonAgainst } from './calendar';
import { fourDigits, hasSeparators, oneDigit, type Separator, twoDigits } from './digits';

/** Instants, which are epoch milliseconds, as they are answered and stored. */

/** An instant as it is answered: `2024-11-03T05:30:00.000Z`. @param ms epoch milliseconds, years 0 to 9999. */
export function formatInstant(ms: number): string {
  if (!isStorableInstant(ms)) return new Date(ms).toISOString();
  const day = Math.floor(ms / DAY_MS);
  return `${dateText(day)}T${timeText(ms - day * DAY_MS)}Z`;
}

function isStorableInstant(ms: number): boolean {
  return Number.isInteger(ms) && ms >= FIRST_INSTANT && ms < END_OF_INSTANTS;
}

const MAX_DATE_TEXTS = 10_000;
const dateTexts = new Map<number, string>();

/**
 * `2024-11-03`, @param day counted from 1970-01-01. Remembered: the dates of an import are of few days, and to make a
 * `Date` of each takes four times as long (docs/performance.md).
 */
function dateText(day: number): string {
  let text = dateTexts.get(day);
  if (text === undefined) {
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    if (dateTexts.size >= MAX_DATE_TEXTS) dateTexts.clear();
    dateTexts.set(day, text);
  }
  return text;
}

/** `05:30:00.000`. @param ms since midnight, whole. */
function timeText(ms: number): string {
  const second = Math.floor(ms / 1000);
  const minute = Math.floor(second / 60);
  const hour = Math.floor(minute / 60);
  return `${padded(hour)}:${padded(minute % 60)}:${padded(second % 60)}.${paddedThousandth(ms % 1000)}`;
}

function padded(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

function paddedThousandth(number: number): string {
  return number < 100 ? `0${padded(number)}` : `${number}`;
}

/** The storable instant next to this one: an offset carries 9999-12-31 into the year 10000, which is no text. */
export function nearestStorableInstant(ms: number): number {
  return Math.min(Math.max(ms, FIRST_INSTANT), END_OF_INSTANTS - 1);
}

/** An instant as text for both databases: `2024-11-03 05:30:00.000`, in UTC. Sorts as the instants do. */
export function instantToSql(ms: number): string {
  if (!isStorableInstant(ms)) return formatInstant(ms).slice(0, 23).replace('T', ' ');
  const day = Math.floor(ms / DAY_MS);
  return `${dateText(day)} ${timeText(ms - day * DAY_MS)}`;
}

/**
 * Reads an instant that a database answered: text as `instantToSql` writes it (the fraction may be missing), taken
 * as UTC whatever the zone of the host, or a `Date` that a driver made. Answers epoch milliseconds.
 * @throws RangeError for anything else, which is never the caller's fault.
 */
export function instantFromSql(value: string | Date): number {
  const isText = typeof value === 'string';
  if (isText && value.length === SQL_INSTANT.length && hasSeparators(value, SQL_SEPARATORS)) {
    const ms = readSqlInstant(value);
    if (ms !== undefined) return ms;
  }
  const isInstant = !isText || /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{3})?$/.test(value);
  const ms = isText ? Date.parse(`${value.replace(' ', 'T')}Z`) : value.getTime();
  if (!isInstant || Number.isNaN(ms)) throw new RangeError('The database answered a date that is none');
  return ms;
}

const SQL_INSTANT = 'YYYY-MM-DD hh:ii:ss.mmm';
const SQL_SEPARATORS: readonly Separator[] = [...SQL_INSTANT.matchAll(/[^a-z]/gi)].map(
  ({ 0: text, index }) => ({
    place: index,
    code: text.charCodeAt(0),
    otherCode: text.charCodeAt(0),
  }),
);

/** Undefined for what is not plainly an instant: whoever is slower decides. An import reads thousands of them. */
function readSqlInstant(text: string): number | undefined {
  const year = fourDigits(text, 0);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const tenths = oneDigit(text, 20);
  const rest = twoDigits(text, 21);
  const isPlain = month > 0 && hour >= 0 && minute >= 0 && second >= 0 && tenths >= 0 && rest >= 0;
  if (!isPlain || reasonAgainst(year, month, day, hour, minute, second) !== undefined) return undefined;
  return asUtc(year, month, day, hour, minute, second) + tenths * 100 + rest;
}
