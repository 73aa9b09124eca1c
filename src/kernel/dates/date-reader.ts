import { trimmed } from '../text';
import { asUtc, END_OF_INSTANTS, FIRST_INSTANT, HOUR_MS, MINUTE_MS, reasonAgainst } from './calendar';
import { type DateFormat, type Refusal, refusedFor } from './date-format';
import { fourDigits, hasSeparators, twoDigits } from './digits';
import { isKnownTimeZone, localTimeReader } from './time-zones';

/** Dates as callers write them, read as epoch milliseconds. Source: docs/rules/import.md, "Dates". */

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
  const { layout, loose } = format;
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
    return instantAt(year, month, day, hour, minute, second);
  }

  /** Undefined, likewise: parts may have one digit. */
  function readLoosely(text: string): DateReading | undefined {
    const parts = loose.exec(text)?.groups;
    if (parts === undefined) return undefined;
    const { YYYY, MM, DD, hh, ii = 0, ss = 0 } = parts;
    const { hour, minute, second } =
      hh === undefined ? defaultTime : { hour: Number(hh), minute: Number(ii), second: Number(ss) };
    return instantAt(Number(YYYY), Number(MM), Number(DD), hour, minute, second);
  }

  function instantAt(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  ): DateReading {
    const reason = reasonAgainst(year, month, day, hour, minute, second);
    if (reason !== undefined) return refusedFor(reason);
    const local = readLocalTime(asUtc(year, month, day, hour, minute, second));
    if (local === undefined) return refusedFor(`there is no such day in ${timeZone}`);
    return inRange(local.instant, local.adjusted);
  }

  return {
    read(cell) {
      const text = trimmed(cell);
      const canFollow = text.length === layout.length || text.length === layout.dateLength;
      return (canFollow ? readLocal(text) : undefined) ?? readLoosely(text) ?? readIsoWithOffset(text);
    },
  };
}

/** Reads an instant in ISO-8601: date and time with Z or an offset; surrounding blanks do not count. Never throws. */
export function readInstant(text: string): DateReading {
  return readIsoWithOffset(trimmed(text));
}

const ISO_WITH_OFFSET =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i;
const MAX_OFFSET_MS = 14 * HOUR_MS;

function readIsoWithOffset(text: string): DateReading {
  const match = ISO_WITH_OFFSET.exec(text);
  if (match === null) return refusedFor('the text does not have that shape');
  const [, years, months, days, hours, minutes, seconds = 0, fraction = '', sign, offsetHour, offsetMinute] =
    match;
  const [year, month, day] = [Number(years), Number(months), Number(days)];
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  const reason = reasonAgainst(year, month, day, hour, minute, second);
  if (reason !== undefined) return refusedFor(reason);

  const offset = Number(offsetHour ?? 0) * HOUR_MS + Number(offsetMinute ?? 0) * MINUTE_MS;
  if (Number(offsetMinute ?? 0) > 59 || offset > MAX_OFFSET_MS) {
    return refusedFor('the offset must be at most 14:00, with minutes from 00 to 59');
  }
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = asUtc(year, month, day, hour, minute, second) + millisecond;
  return inRange(sign === '-' ? local + offset : local - offset);
}

function inRange(instant: number, adjusted?: 'SKIPPED' | 'AMBIGUOUS'): DateReading {
  if (instant < FIRST_INSTANT || instant >= END_OF_INSTANTS) {
    return refusedFor('the instant must lie in the years 1000 to 9999 (UTC)');
  }
  return adjusted === undefined ? { ok: true, instant } : { ok: true, instant, adjusted };
}
