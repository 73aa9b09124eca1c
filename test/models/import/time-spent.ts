import { ABSENT, type Cell, failed, NULL, trim, value } from './cells';
import { CODES } from './codes';
import type { TimeSpentFormat } from './types';

const LONGEST = 2_147_483_647n;

/** A number that is not rounded before its time. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A cell timeSpent in whole seconds. */
export function readTimeSpent(raw: unknown, format: TimeSpentFormat): Cell<number> {
  if (raw === undefined) return ABSENT;
  if (raw === null) return NULL;
  if (typeof raw === 'number') {
    if (!Number.isFinite(raw)) return failed(CODES.timeSpentInvalid);
    return whole(decimal(String(raw + 0)), format === 'RAW_MINUTES' ? 60n : 1n);
  }
  // Lists and objects, too, which are GraphQL errors elsewhere.
  if (typeof raw !== 'string') return failed(CODES.timeSpentInvalid);
  const text = trim(raw);
  if (text === '') return NULL;
  if ([...text].length > 255) return failed(CODES.timeSpentInvalid);
  switch (format) {
    case 'RAW_SECONDS':
      return whole(plain(text), 1n);
    case 'RAW_MINUTES':
      return whole(plain(text), 60n);
    case 'ISO_8601':
      return whole(isoSeconds(text), 1n);
    // Open: how many digits the hours have.
    case 'PADDED':
    case 'PADDED_HH':
      return whole(hoursAndMinutes(/^(\d+):(\d\d)$/.exec(text)), 1n);
  }
}

/** Rounded half up to whole seconds. */
function whole(count: Fraction | null, unit: bigint): Cell<number> {
  if (count === null) return failed(CODES.timeSpentInvalid);
  const { numerator, denominator } = count;
  const seconds = (2n * numerator * unit + denominator) / (2n * denominator);
  return seconds <= LONGEST ? value(Number(seconds)) : failed(CODES.timeSpentInvalid);
}

/** Text of RAW_SECONDS and RAW_MINUTES. */
function plain(text: string): Fraction | null {
  // It may be a thousand. Open: an exponent, which is not among the formats.
  if (/^\d{1,3},\d{3}$/.test(text) || /e/i.test(text)) return null;
  return decimal(text);
}

/** Digits, a fraction after a point or comma, an exponent as JavaScript writes it; no sign. */
function decimal(text: string): Fraction | null {
  const match = /^(\d+)(?:[.,](\d+))?(?:e([+-]\d+))?$/.exec(text);
  if (match === null) return null;
  const [, digits = '', decimals = '', exponent = '0'] = match;
  const shift = decimals.length - Number(exponent);
  const numerator = BigInt(digits + decimals);
  return shift >= 0
    ? { numerator, denominator: 10n ** BigInt(shift) }
    : { numerator: numerator * 10n ** BigInt(-shift), denominator: 1n };
}

const AMOUNT = '(\\d+(?:[.,]\\d+)?)';
const ISO = new RegExp(
  `^P(?:${AMOUNT}W)?(?:${AMOUNT}D)?(T(?:${AMOUNT}H)?(?:${AMOUNT}M)?(?:${AMOUNT}S)?)?$`,
  'i',
);
const UNITS = [604_800n, 86_400n, 3600n, 60n, 1n];

function isoSeconds(text: string): Fraction | null {
  const [, weeks, days, time, hours, minutes, seconds] = ISO.exec(text) ?? [];
  const amounts = [weeks, days, hours, minutes, seconds];
  const given = amounts.filter((amount) => amount !== undefined);
  if (given.length === 0 || time?.length === 1) return null;
  // Only the last may have a fraction.
  if (given.slice(0, -1).some((amount) => /[.,]/.test(amount))) return null;
  let sum: Fraction = { numerator: 0n, denominator: 1n };
  for (const [index, amount] of amounts.entries()) {
    const next = decimal(amount ?? '0');
    if (next === null) return null;
    const { numerator, denominator } = next;
    sum = {
      numerator: sum.numerator * denominator + numerator * (UNITS[index] ?? 0n) * sum.denominator,
      denominator: sum.denominator * denominator,
    };
  }
  return sum;
}

function hoursAndMinutes(match: RegExpExecArray | null): Fraction | null {
  const [, hours = '', minutes = ''] = match ?? [];
  if (hours === '' || Number(minutes) > 59) return null;
  return { numerator: BigInt(hours) * 3600n + BigInt(minutes) * 60n, denominator: 1n };
}
