import { LRUCache } from 'lru-cache';
import { IANAZone } from 'luxon';
import { type LocalTimeReader, localTimeReaders, type OffsetAt } from './local-time';

/**
 * Dates as callers write them, zones, and instants as they are answered and stored. The only module that knows
 * Luxon and Intl. Instants are epoch milliseconds. Source: consolidated-tracking.md, "Formats".
 *
 * What runs for every cell of an import reads digits where they must stand and writes them likewise: regular
 * expressions and `Date` take several times as long.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const ZERO = '0'.charCodeAt(0);

const FIRST_INSTANT = Date.UTC(1000, 0, 1);
const END_OF_INSTANTS = Date.UTC(10_000, 0, 1);

interface Refusal {
  readonly ok: false;
  /** A short English phrase that completes "… is not valid: {reason}." */
  readonly reason: string;
}

function refuse(reason: string): Refusal {
  return { ok: false, reason };
}

// ---------- the format of a request ----------

/** A checked `dateTimeFormat`; made by `compileDateFormat` only. */
export interface DateFormat {
  /** The format as given, without surrounding blanks. */
  readonly text: string;
  readonly layout: Layout;
}

/** Where what is written stands in a cell. Every token has a fixed width, so each has one place. */
interface Layout {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** The length of a cell that stops after the date, and of a whole one; the same where the format has no time. */
  readonly dateLength: number;
  readonly length: number;
  /** How many of hour, minute and second a whole cell holds, and where each of them starts. */
  readonly time: readonly number[];
  readonly separators: readonly Separator[];
}

/** The character that must stand at a place: one of two, for T stands for t as well. */
interface Separator {
  readonly place: number;
  readonly code: number;
  readonly otherCode: number;
}

const MAX_FORMAT_LENGTH = 50;
const DATE_TOKENS = ['YYYY', 'MM', 'DD'];
const TIME_TOKENS = ['hh', 'ii', 'ss'];
const TOKEN_SPLIT = /(YYYY|MM|DD|hh|ii|ss)/i;
const SEPARATOR = /^[ /_.:;,-]?$/;
const FORMAT_CHARACTERS =
  'it may hold only YYYY, MM, DD, hh, ii, ss and the separators space / _ . : ; , - and T';

/**
 * Compiles a `dateTimeFormat`: YYYY, MM and DD exactly once each in any order, then hh, ii, ss in that order as far
 * as wanted, in any letter case; between two of them nothing or one of space / _ . : ; , - and, as an extension, T
 * between date and time. Anything else is refused with a reason. Surrounding blanks do not count.
 */
export function compileDateFormat(
  format: string,
): { readonly ok: true; readonly format: DateFormat } | Refusal {
  const text = format.trim();
  if (text === '') return refuse('it is blank');
  if (text.length > MAX_FORMAT_LENGTH) return refuse(`it is longer than ${MAX_FORMAT_LENGTH} characters`);

  // Splitting at the tokens leaves what stands around them at the even places: '', token, separator, token, …, ''.
  const parts = text.split(TOKEN_SPLIT);
  const tokens = parts.filter((_, place) => place % 2 === 1).map(canonicalToken);
  const around = parts.filter((_, place) => place % 2 === 0);
  const separators = around.slice(1, -1);

  const reason =
    reasonAgainstCharacters(around) ??
    reasonAgainstTokens(tokens) ??
    reasonAgainstSeparators(around[0] !== '' || around.at(-1) !== '', separators);
  if (reason !== undefined) return refuse(reason);

  return { ok: true, format: { text, layout: layOut(tokens, separators) } };
}

function canonicalToken(token: string): string {
  const upper = token.toUpperCase();
  return DATE_TOKENS.includes(upper) ? upper : token.toLowerCase();
}

function reasonAgainstCharacters(around: readonly string[]): string | undefined {
  return around.every((piece) => /^[ /_.:;,\-T]*$/i.test(piece)) ? undefined : FORMAT_CHARACTERS;
}

function reasonAgainstTokens(tokens: readonly string[]): string | undefined {
  const missing = DATE_TOKENS.find((token) => !tokens.includes(token));
  if (missing !== undefined) return `${missing} is missing`;
  const repeated = tokens.find((token, place) => tokens.indexOf(token) !== place);
  if (repeated !== undefined) return `${repeated} occurs more than once`;
  if (tokens.slice(0, 3).some((token) => TIME_TOKENS.includes(token))) {
    return 'the date must come before the time';
  }
  const time = tokens.slice(3);
  if (time.some((token, place) => token !== TIME_TOKENS[place])) {
    return 'the time must be hh, hh and ii, or hh, ii and ss, in that order';
  }
  return undefined;
}

function reasonAgainstSeparators(hasOuter: boolean, separators: readonly string[]): string | undefined {
  if (hasOuter) return 'it must not begin or end with a separator';
  if (separators.some((separator) => separator.length > 1)) return 'at most one separator may stand in a row';
  const misplacedT = separators.some((separator, place) => place !== 2 && !SEPARATOR.test(separator));
  return misplacedT ? 'T may stand only between the date and the time' : undefined;
}

function layOut(tokens: readonly string[], separators: readonly string[]): Layout {
  const places: Record<string, number> = {};
  const found: Separator[] = [];
  let [length, dateLength] = [0, 0];
  tokens.forEach((token, index) => {
    const separator = separators[index - 1] ?? '';
    if (separator !== '') {
      const [code, otherCode] = [
        separator.toUpperCase().charCodeAt(0),
        separator.toLowerCase().charCodeAt(0),
      ];
      found.push({ place: length, code, otherCode });
    }
    places[token] = length + separator.length;
    length += separator.length + token.length;
    if (index === 2) dateLength = length;
  });
  const { YYYY: year = 0, MM: month = 0, DD: day = 0 } = places;
  const time = TIME_TOKENS.flatMap((token) => places[token] ?? []);
  return { year, month, day, dateLength, length, time, separators: found };
}

/** A time of day on a 24 hour clock, 00:00:00 to 23:59:59. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Reads a `defaultTime`: exactly `hh:ii:ss`, two digits each, 00:00:00 to 23:59:59; undefined for all else. */
export function parseTimeOfDay(text: string): TimeOfDay | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text);
  return match === null
    ? undefined
    : { hour: Number(match[1]), minute: Number(match[2]), second: Number(match[3]) };
}

// ---------- zones ----------

const MAX_ZONE_LENGTH = 50;
/** The names of three letters that the IANA database has. */
const SHORT_ZONE_NAMES = /^(CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/i;

/**
 * True for a name of the IANA time zone database (at most 50 characters, any letter case) that this Node knows.
 * Offsets (`+03:00`, `UTC+3`), blanks, `local` and `system` are no names. Neither are the abbreviations that Intl
 * knows besides the database: it reads BST as Bangladesh and IST as India, which a British or Israeli caller
 * would never notice.
 */
export function isKnownTimeZone(name: string): boolean {
  if (name.length > MAX_ZONE_LENGTH || !/^[a-z]/i.test(name)) return false;
  if (/^[a-z]{3}$/i.test(name) && !SHORT_ZONE_NAMES.test(name)) return false;
  // Intl takes a third of a millisecond to find out.
  return zoneReaders.has(name.toLowerCase()) || IANAZone.isValidZone(name);
}

/** Tables of known zones outlive requests. There are some 600 names. */
const zoneReaders = new LRUCache<string, () => LocalTimeReader>({ max: 1_000 });

function localTimeReader(timeZone: string): LocalTimeReader {
  const key = timeZone.toLowerCase();
  let newReader = zoneReaders.get(key);
  if (newReader === undefined) {
    newReader = localTimeReaders(offsetsOf(timeZone));
    zoneReaders.set(key, newReader);
  }
  return newReader();
}

/**
 * The offsets of a zone, out of what Intl writes (`11/3/2024, GMT-04:00`), historical seconds included: five times
 * as fast as Luxon, which reads a whole date. Its `DateTime` is of no use here: it starts from today's offset of the
 * zone, resolves repeated times by the season of the import, and even its `getPossibleOffsets` is an hour off where
 * the zone was far from its present offset (Apia 2010-09-26 01:30).
 */
function offsetsOf(timeZone: string): OffsetAt {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<string, number>();
  return (instant) => {
    const written = clock.format(instant);
    const offset = written.slice(written.indexOf('GMT'));
    let ms = known.get(offset);
    if (ms === undefined) {
      ms = offsetMs(offset);
      known.set(offset, ms);
    }
    return ms;
  };
}

function offsetMs(written: string): number {
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(written);
  if (match === null) throw new Error(`Intl writes an offset as ${written}`);
  const [, sign, hours, minutes, seconds] = match;
  const ms = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -ms : ms;
}

// ---------- the cells of a request ----------

export type DateReading =
  | {
      readonly ok: true;
      /** Epoch milliseconds, in the years 1000 to 9999 (UTC). */
      readonly instant: number;
      /** Set when the local time does not exist (moved forward by the gap) or exists twice (the earlier one). */
      readonly adjusted?: 'SKIPPED' | 'AMBIGUOUS';
    }
  | Refusal;

export interface DateReader {
  /** Reads one cell; surrounding blanks do not count. Never throws. */
  read(cell: string): DateReading;
}

export interface DateReaderSettings {
  readonly format: DateFormat;
  /** A name that `isKnownTimeZone` accepts. */
  readonly timeZone: string;
  /** Completes a cell that stops after the date. */
  readonly defaultTime: TimeOfDay;
}

/**
 * Makes the reader of a request's date cells. A cell follows the format, or stops after its date, and is local time
 * in the zone; else it must be ISO-8601 with an offset or Z, whatever the format. A date that does not exist is
 * refused, never shifted. Keep a reader for one request: it remembers the days it met.
 * @throws RangeError when the zone is not known: check it first.
 */
export function compileDateReader({ format, timeZone, defaultTime }: DateReaderSettings): DateReader {
  if (!isKnownTimeZone(timeZone)) throw new RangeError('compileDateReader needs a known time zone');
  const readLocalTime = localTimeReader(timeZone);
  const { layout } = format;
  const [hourAt = 0, minuteAt, secondAt] = layout.time;

  /** Undefined: the cell does not follow the format. */
  function readLocal(text: string): DateReading | undefined {
    if (!hasSeparators(text, layout.separators)) return undefined;
    const year = fourDigits(text, layout.year);
    const month = twoDigits(text, layout.month);
    const day = twoDigits(text, layout.day);
    let { hour, minute, second } = defaultTime;
    if (text.length !== layout.dateLength) {
      hour = twoDigits(text, hourAt);
      minute = minuteAt === undefined ? 0 : twoDigits(text, minuteAt);
      second = secondAt === undefined ? 0 : twoDigits(text, secondAt);
    }
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return undefined;

    const reason = reasonAgainst(year, month, day, hour, minute, second);
    if (reason !== undefined) return refuse(reason);
    const local = readLocalTime(asUtc(year, month, day, hour, minute, second));
    if (local === undefined) return refuse(`there is no such day in ${timeZone}`);
    return inRange(local.instant, local.adjusted);
  }

  return {
    read(cell) {
      const text = cell.trim();
      const canFollow = text.length === layout.length || text.length === layout.dateLength;
      return (canFollow ? readLocal(text) : undefined) ?? readIsoWithOffset(text);
    },
  };
}

/** A cell that stops after the date has none of the separators behind it. */
function hasSeparators(text: string, separators: readonly Separator[]): boolean {
  for (const { place, code, otherCode } of separators) {
    if (place >= text.length) return true;
    const found = text.charCodeAt(place);
    if (found !== code && found !== otherCode) return false;
  }
  return true;
}

/** The number that two digits make; negative where they are none. */
function twoDigits(text: string, place: number): number {
  const tens = text.charCodeAt(place) - ZERO;
  const units = text.charCodeAt(place + 1) - ZERO;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : -1;
}

function fourDigits(text: string, place: number): number {
  const hundreds = twoDigits(text, place);
  const rest = twoDigits(text, place + 2);
  return hundreds < 0 || rest < 0 ? -1 : hundreds * 100 + rest;
}

/** Reads an instant in ISO-8601: date and time with Z or an offset; surrounding blanks do not count. Never throws. */
export function readInstant(text: string): DateReading {
  return readIsoWithOffset(text.trim());
}

const ISO_WITH_OFFSET =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i;
const MAX_OFFSET_MS = 14 * HOUR_MS;

function readIsoWithOffset(text: string): DateReading {
  const match = ISO_WITH_OFFSET.exec(text);
  if (match === null) return refuse('the text does not have that shape');
  const [, years, months, days, hours, minutes, seconds = 0, fraction = '', sign, offsetHour, offsetMinute] =
    match;
  const [year, month, day] = [Number(years), Number(months), Number(days)];
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  const reason = reasonAgainst(year, month, day, hour, minute, second);
  if (reason !== undefined) return refuse(reason);

  const offset = Number(offsetHour ?? 0) * HOUR_MS + Number(offsetMinute ?? 0) * MINUTE_MS;
  if (Number(offsetMinute ?? 0) > 59 || offset > MAX_OFFSET_MS) {
    return refuse('the offset must be at most 14:00, with minutes from 00 to 59');
  }
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = asUtc(year, month, day, hour, minute, second) + millisecond;
  return inRange(sign === '-' ? local + offset : local - offset);
}

function reasonAgainst(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): string | undefined {
  if (year < 1000) return 'the year must be from 1000 to 9999';
  if (month < 1 || month > 12) return 'the month must be from 01 to 12';
  if (day < 1 || day > daysIn(year, month)) return `the day must be from 01 to ${daysIn(year, month)}`;
  if (hour > 23) return 'the hour must be from 00 to 23';
  if (minute > 59) return 'the minute must be from 00 to 59';
  if (second > 59) return 'the second must be from 00 to 59';
  return undefined;
}

function inRange(instant: number, adjusted?: 'SKIPPED' | 'AMBIGUOUS'): DateReading {
  if (instant < FIRST_INSTANT || instant >= END_OF_INSTANTS) {
    return refuse('the instant must lie in the years 1000 to 9999 (UTC)');
  }
  return adjusted === undefined ? { ok: true, instant } : { ok: true, instant, adjusted };
}

// ---------- the calendar ----------

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** @param month from 1 to 12 */
function daysIn(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_LENGTHS[month - 1] ?? 0);
}

/** The days from 1970-01-01 to a date that exists, in the years from 1 on. */
function daysSince1970(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return before * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leapDay + day - 719_163;
}

/** What `Date.UTC` answers for a date that exists, in the years from 1 on. */
function asUtc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  return daysSince1970(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
}

// ---------- instants ----------

const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));
/** `05:30:` for every minute of a day. */
const MINUTES = Array.from({ length: 24 * 60 }, (_, minute) =>
  new Date(minute * MINUTE_MS).toISOString().slice(11, 17),
);

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

/** `2024-11-03`, @param day counted from 1970-01-01. Remembered: the dates of an import are of few days. */
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
  const minute = Math.floor(ms / MINUTE_MS);
  const second = Math.floor(ms / 1000);
  return `${MINUTES[minute]}${TWO_DIGITS[second - minute * 60]}.${THREE_DIGITS[ms - second * 1000]}`;
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

/** Undefined for what is not plainly an instant: whoever is slower decides. */
function readSqlInstant(text: string): number | undefined {
  const year = fourDigits(text, 0);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const tenths = text.charCodeAt(20) - ZERO;
  const rest = twoDigits(text, 21);
  const isPlain =
    month > 0 && hour >= 0 && minute >= 0 && second >= 0 && tenths >= 0 && tenths <= 9 && rest >= 0;
  if (!isPlain || reasonAgainst(year, month, day, hour, minute, second) !== undefined) return undefined;
  return asUtc(year, month, day, hour, minute, second) + tenths * 100 + rest;
}
