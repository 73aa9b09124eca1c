/**
 * Dates and times of the calendar as epoch milliseconds. What runs for every cell of an import computes them: `Date.UTC`
 * takes several times as long (docs/performance.md).
 */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const FIRST_INSTANT = Date.UTC(1000, 0, 1);
export const END_OF_INSTANTS = Date.UTC(10_000, 0, 1);

/** What is wrong with a date or time that has the right shape; undefined where it exists. */
export function reasonAgainst(
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
export function asUtc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  return daysSince1970(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
}
