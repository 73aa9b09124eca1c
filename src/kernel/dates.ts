import { IANAZone } from 'luxon';

/**
 * Dates as callers write them, zones, and instants as they are answered and stored. The only module that knows
 * Luxon. Instants are epoch milliseconds. Source: consolidated-tracking.md, "Formats".
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

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
  /** Matches a whole cell; named groups YYYY, MM, DD and, where the format and the cell have them, hh, ii, ss. */
  readonly pattern: RegExp;
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

  return { ok: true, format: { text, pattern: cellPattern(tokens, separators) } };
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

function cellPattern(tokens: readonly string[], separators: readonly string[]): RegExp {
  const pieces = tokens.map((token, place) => {
    const separator = separators[place - 1] ?? '';
    return `${separator === '' ? '' : `[${separator}]`}(?<${token}>\\d{${token.length}})`;
  });
  const time = pieces.slice(3).join('');
  return new RegExp(`^${pieces.slice(0, 3).join('')}${time === '' ? '' : `(?:${time})?`}$`, 'i');
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
  return IANAZone.isValidZone(name);
}

/** A local time read in a zone: its instant, and whether the clock change rules had to choose it. */
interface LocalTime {
  readonly instant: number;
  readonly adjusted?: 'SKIPPED' | 'AMBIGUOUS';
}

/** Takes a local time as if it were UTC; undefined: the zone skipped that calendar day as a whole. */
type LocalTimeReader = (localMs: number) => LocalTime | undefined;

/** The offsets of a local day. Without a clock change there is one offset, and `from` and `until` are infinite. */
interface DayOffsets {
  readonly before: number;
  readonly after: number;
  /** The local times that the clock change skips or repeats, as if they were UTC; `until` is not one of them. */
  readonly from: number;
  readonly until: number;
}

/**
 * Reads local times of a zone by the stated rule: a time that exists twice is the earlier instant, one in a gap moves
 * forward by the gap. Both mean that the offset before the clock change counts, until the change is over.
 *
 * Luxon is asked for offsets only. Its `DateTime` starts from today's offset of the zone: it resolves repeated times
 * by the season of the import, and even `getPossibleOffsets` is an hour off where the zone was far from its present
 * offset (Apia 2010-09-26 01:30). An offset costs microseconds; so days are remembered.
 */
function localTimeReader(zone: IANAZone): LocalTimeReader {
  const days = new Map<number, DayOffsets>();

  function offsetsOf(day: number): DayOffsets {
    const known = days.get(day);
    if (known !== undefined) return known;
    const offsets = dayOffsets(zone, day);
    days.set(day, offsets);
    return offsets;
  }

  return (localMs) => {
    const day = Math.floor(localMs / DAY_MS) * DAY_MS;
    const { before, after, from, until } = offsetsOf(day);
    if (localMs >= until) return { instant: localMs - after };
    const instant = localMs - before;
    if (localMs < from) return { instant };
    if (after < before) return { instant, adjusted: 'AMBIGUOUS' };
    const isSkippedDay = from <= day && day + DAY_MS <= until;
    return isSkippedDay ? undefined : { instant, adjusted: 'SKIPPED' };
  };
}

/**
 * Offsets have always been less than 16 hours, so the instants of a local day lie between the midnights (UTC) a day
 * before and two days after its start. No zone has ever changed its clocks twice within three days (the least is
 * Freetown in 1939, with four): equal offsets at both ends mean that there was no change between them.
 */
function dayOffsets(zone: IANAZone, day: number): DayOffsets {
  const [start, end] = [day - DAY_MS, day + 2 * DAY_MS];
  const [before, after] = [offsetMs(zone, start), offsetMs(zone, end)];
  if (before === after) return { before, after, from: Infinity, until: Infinity };
  const change = clockChange(zone, start, end);
  return {
    before,
    after,
    from: change + Math.min(before, after),
    until: change + Math.max(before, after),
  };
}

/** The first instant between two with the offset of the second, by bisection. */
function clockChange(zone: IANAZone, start: number, end: number): number {
  const offset = offsetMs(zone, end);
  let [before, after] = [start, end];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMs(zone, middle) === offset) after = middle;
    else before = middle;
  }
  return after;
}

/** Luxon counts in minutes; historical offsets have seconds, which are fractions there: hence the rounding. */
function offsetMs(zone: IANAZone, instant: number): number {
  return Math.round(zone.offset(instant) * MINUTE_MS);
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

/** What is written in a cell, not checked yet. */
interface Written extends TimeOfDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * Makes the reader of a request's date cells. A cell follows the format, or stops after its date, and is local time
 * in the zone; else it must be ISO-8601 with an offset or Z, whatever the format. A date that does not exist is
 * refused, never shifted. Keep a reader for one request: it remembers the days it met.
 * @throws RangeError when the zone is not known: check it first.
 */
export function compileDateReader({ format, timeZone, defaultTime }: DateReaderSettings): DateReader {
  if (!isKnownTimeZone(timeZone)) throw new RangeError('compileDateReader needs a known time zone');
  const readLocalTime = localTimeReader(IANAZone.create(timeZone));

  function readLocal(groups: Readonly<Record<string, string | undefined>>): DateReading {
    const time =
      groups.hh === undefined
        ? defaultTime
        : { hour: Number(groups.hh), minute: Number(groups.ii ?? 0), second: Number(groups.ss ?? 0) };
    const written = { year: Number(groups.YYYY), month: Number(groups.MM), day: Number(groups.DD), ...time };
    const reason = reasonAgainst(written);
    if (reason !== undefined) return refuse(reason);
    const local = readLocalTime(asUtc(written));
    return local === undefined ? refuse(`there is no such day in ${timeZone}`) : inRange(local);
  }

  return {
    read(cell) {
      const text = cell.trim();
      const groups = format.pattern.exec(text)?.groups;
      return groups === undefined ? readIsoWithOffset(text) : readLocal(groups);
    },
  };
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
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign, offsetHour, offsetMinute] =
    match;
  const written = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  };
  const reason = reasonAgainst(written);
  if (reason !== undefined) return refuse(reason);

  const offset = Number(offsetHour ?? 0) * HOUR_MS + Number(offsetMinute ?? 0) * MINUTE_MS;
  if (Number(offsetMinute ?? 0) > 59 || offset > MAX_OFFSET_MS) {
    return refuse('the offset must be at most 14:00, with minutes from 00 to 59');
  }
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = asUtc(written) + millisecond;
  return inRange({ instant: sign === '-' ? local + offset : local - offset });
}

function reasonAgainst({ year, month, day, hour, minute, second }: Written): string | undefined {
  if (year < 1000) return 'the year must be from 1000 to 9999';
  if (month < 1 || month > 12) return 'the month must be from 01 to 12';
  if (day < 1 || day > daysIn(year, month)) return `the day must be from 01 to ${daysIn(year, month)}`;
  if (hour > 23) return 'the hour must be from 00 to 23';
  if (minute > 59) return 'the minute must be from 00 to 59';
  if (second > 59) return 'the second must be from 00 to 59';
  return undefined;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function asUtc({ year, month, day, hour, minute, second }: Written): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function inRange(time: LocalTime): DateReading {
  return time.instant >= FIRST_INSTANT && time.instant < END_OF_INSTANTS
    ? { ok: true, ...time }
    : refuse('the instant must lie in the years 1000 to 9999 (UTC)');
}

// ---------- instants ----------

/** An instant as it is answered: `2024-11-03T05:30:00.000Z`. @param ms epoch milliseconds, years 0 to 9999. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The storable instant next to this one: an offset carries 9999-12-31 into the year 10000, which is no text. */
export function nearestStorableInstant(ms: number): number {
  return Math.min(Math.max(ms, FIRST_INSTANT), END_OF_INSTANTS - 1);
}

/** An instant as text for both databases: `2024-11-03 05:30:00.000`, in UTC. Sorts as the instants do. */
export function instantToSql(ms: number): string {
  return formatInstant(ms).slice(0, 23).replace('T', ' ');
}

/**
 * Reads an instant that a database answered: text as `instantToSql` writes it (the fraction may be missing), taken
 * as UTC whatever the zone of the host, or a `Date` that a driver made. Answers epoch milliseconds.
 * @throws RangeError for anything else, which is never the caller's fault.
 */
export function instantFromSql(value: string | Date): number {
  const isText = typeof value === 'string';
  const isInstant = !isText || /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{3})?$/.test(value);
  const ms = isText ? Date.parse(`${value.replace(' ', 'T')}Z`) : value.getTime();
  if (!isInstant || Number.isNaN(ms)) throw new RangeError('The database answered a date that is none');
  return ms;
}
