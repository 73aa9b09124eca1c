import { IANAZone } from 'luxon';
import type { DateReading, TimeOfDay } from '../../src/kernel/dates/date-reader';

/**
 * The oracle of the date cells: regular expressions, `Date`, and Luxon's offsets day by day. It is the reader that the
 * product had before it became fast, kept for comparison.
 */
export interface DayWiseSettings {
  /** A format that `compileDateFormat` accepts. */
  readonly format: string;
  readonly timeZone: string;
  readonly defaultTime: TimeOfDay;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FIRST_INSTANT = Date.UTC(1000, 0, 1);
const END_OF_INSTANTS = Date.UTC(10_000, 0, 1);

interface LocalTime {
  readonly instant: number;
  readonly adjusted?: 'SKIPPED' | 'AMBIGUOUS';
}

interface Written extends TimeOfDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function dayWiseReader({ format, timeZone, defaultTime }: DayWiseSettings) {
  const pattern = cellPattern(format.trim());
  const zone = IANAZone.create(timeZone);
  return (cell: string): DateReading => {
    const text = cell.trim();
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) return readIsoWithOffset(text);
    const time =
      groups.hh === undefined
        ? defaultTime
        : { hour: Number(groups.hh), minute: Number(groups.ii ?? 0), second: Number(groups.ss ?? 0) };
    const written = { year: Number(groups.YYYY), month: Number(groups.MM), day: Number(groups.DD), ...time };
    const reason = reasonAgainst(written);
    if (reason !== undefined) return { ok: false, reason };
    const local = readLocalTime(zone, asUtc(written));
    return local === undefined
      ? { ok: false, reason: `there is no such day in ${timeZone}` }
      : inRange(local);
  };
}

function cellPattern(format: string): RegExp {
  const parts = format.split(/(YYYY|MM|DD|hh|ii|ss)/i);
  const pieces: string[] = [];
  for (let place = 1; place < parts.length; place += 2) {
    const token = parts[place] ?? '';
    const name = /^[ymd]/i.test(token) ? token.toUpperCase() : token.toLowerCase();
    const separator = place === 1 ? '' : (parts[place - 1] ?? '');
    // One digit is enough where nothing touches it.
    const touches = (place > 1 && separator === '') || (place < parts.length - 2 && parts[place + 1] === '');
    const digits = token.length === 4 ? '{4}' : touches ? '{2}' : '{1,2}';
    const before = [...separator].map((one) => `[${one}]`).join('');
    pieces.push(`${before}(?<${name}>\\d${digits})`);
  }
  const time = pieces.slice(3).join('');
  return new RegExp(`^${pieces.slice(0, 3).join('')}${time === '' ? '' : `(?:${time})?`}$`, 'i');
}

function readLocalTime(zone: IANAZone, localMs: number): LocalTime | undefined {
  const day = Math.floor(localMs / DAY_MS) * DAY_MS;
  const [start, end] = [day - DAY_MS, day + 2 * DAY_MS];
  const [before, after] = [offsetMs(zone, start), offsetMs(zone, end)];
  if (before === after) return { instant: localMs - before };
  const change = clockChange(zone, start, end);
  const [from, until] = [change + Math.min(before, after), change + Math.max(before, after)];
  if (localMs >= until) return { instant: localMs - after };
  const instant = localMs - before;
  if (localMs < from) return { instant };
  if (after < before) return { instant, adjusted: 'AMBIGUOUS' };
  return from <= day && day + DAY_MS <= until ? undefined : { instant, adjusted: 'SKIPPED' };
}

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

function offsetMs(zone: IANAZone, instant: number): number {
  return Math.round(zone.offset(instant) * MINUTE_MS);
}

const ISO_WITH_OFFSET =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)$/i;
const MAX_OFFSET_MS = 14 * HOUR_MS;

function readIsoWithOffset(text: string): DateReading {
  const match = ISO_WITH_OFFSET.exec(text);
  if (match === null) return { ok: false, reason: 'the text does not have that shape' };
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
  if (reason !== undefined) return { ok: false, reason };

  const offset = Number(offsetHour ?? 0) * HOUR_MS + Number(offsetMinute ?? 0) * MINUTE_MS;
  if (Number(offsetMinute ?? 0) > 59 || offset > MAX_OFFSET_MS) {
    return { ok: false, reason: 'the offset must be at most 14:00, with minutes from 00 to 59' };
  }
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = asUtc(written) + millisecond;
  return inRange({ instant: sign === '-' ? local + offset : local - offset });
}

function reasonAgainst({ year, month, day, hour, minute, second }: Written): string | undefined {
  if (year < 1000) return 'the year must be from 1000 to 9999';
  if (month < 1 || month > 12) return 'the month must be from 01 to 12';
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day < 1 || day > last) return `the day must be from 01 to ${last}`;
  if (hour > 23) return 'the hour must be from 00 to 23';
  if (minute > 59) return 'the minute must be from 00 to 59';
  if (second > 59) return 'the second must be from 00 to 59';
  return undefined;
}

function asUtc({ year, month, day, hour, minute, second }: Written): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function inRange(time: LocalTime): DateReading {
  return time.instant >= FIRST_INSTANT && time.instant < END_OF_INSTANTS
    ? { ok: true, ...time }
    : { ok: false, reason: 'the instant must lie in the years 1000 to 9999 (UTC)' };
}
