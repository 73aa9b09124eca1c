import { hasAtMost, trimmed } from '../kernel/text';

export const TIME_SPENT_FORMATS = ['RAW_SECONDS', 'RAW_MINUTES', 'ISO_8601', 'PADDED', 'PADDED_HH'] as const;

export type TimeSpentFormat = (typeof TIME_SPENT_FORMATS)[number];

export type TimeSpentReading =
  | { readonly ok: true; readonly seconds: number }
  | {
      readonly ok: false;
      /** A short English phrase that completes "… is not a time span in the format …: {reason}." */
      readonly reason: string;
    };

const MAX_SECONDS = 2_147_483_647n;
const MAX_TEXT_LENGTH = 255;

const WRONG_SHAPE = 'the text does not have that shape';
const NEGATIVE = 'it must not be negative';
const MINUS_SIGN = 'it must not start with a minus sign';
const THOUSAND = 'it may be a thousand';

/** A number written out in full: `digits` without point or sign, the last `scale` of them behind the point. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Seconds, or the reason why there are none. */
type Seconds = bigint | string;

/**
 * Reads a `timeSpent` cell as whole seconds from 0 to 2147483647. `value` is whatever JSON holds. A number is
 * seconds, under RAW_MINUTES minutes, in every format; text follows the format, surrounding blanks do not count.
 * Fractions of seconds are rounded half up, in exact decimal arithmetic.
 * Source: docs/rules/import.md, "Time spent". Never throws.
 */
export function readTimeSpent(value: unknown, format: TimeSpentFormat): TimeSpentReading {
  const plain = plainSeconds(value, format);
  if (plain !== undefined) return { ok: true, seconds: plain };
  const seconds = readSeconds(value, format);
  if (typeof seconds === 'string') return { ok: false, reason: seconds };
  if (seconds > MAX_SECONDS) return { ok: false, reason: `it must be at most ${MAX_SECONDS} seconds` };
  return { ok: true, seconds: Number(seconds) };
}

/** Whole seconds or minutes that are surely not too many, as nearly all rows have them: no exact arithmetic needed. */
function plainSeconds(value: unknown, format: TimeSpentFormat): number | undefined {
  if (typeof value === 'string' && format !== 'RAW_SECONDS' && format !== 'RAW_MINUTES') return undefined;
  const isText = typeof value === 'string' && PLAIN_NUMBER.test(value);
  const number = isText ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > MAX_PLAIN) {
    return undefined;
  }
  // The sum turns -0 into 0.
  return (format === 'RAW_MINUTES' ? number * 60 : number) + 0;
}

const PLAIN_NUMBER = /^\d{1,7}$/;
const MAX_PLAIN = 10_000_000;

function readSeconds(value: unknown, format: TimeSpentFormat): Seconds {
  if (typeof value === 'number') return secondsFromNumber(value, format);
  if (typeof value !== 'string') return 'it is neither a number nor a text';
  const text = trimmed(value);
  if (!hasAtMost(MAX_TEXT_LENGTH, text)) return `it is longer than ${MAX_TEXT_LENGTH} characters`;
  return text.startsWith('-') ? MINUS_SIGN : READERS[format](text);
}

function secondsFromNumber(value: number, format: TimeSpentFormat): Seconds {
  if (!Number.isFinite(value)) return 'it is not a finite number';
  if (value < 0) return NEGATIVE;
  return rounded(decimalOf(value), format === 'RAW_MINUTES' ? 60n : 1n);
}

const READERS: Readonly<Record<TimeSpentFormat, (text: string) => Seconds>> = {
  RAW_SECONDS: (text) => readRaw(text, 1n),
  RAW_MINUTES: (text) => readRaw(text, 60n),
  ISO_8601: readIsoDuration,
  PADDED: readHoursAndMinutes,
  PADDED_HH: readHoursAndMinutes,
};

function readRaw(text: string, unit: bigint): Seconds {
  if (/^\d{1,3},\d{3}$/.test(text)) return THOUSAND;
  return /^\d+(?:[.,]\d+)?$/.test(text) ? rounded(decimal(text), unit) : WRONG_SHAPE;
}

/** Weeks, days, hours, minutes, seconds. */
const ISO_UNITS = [604_800n, 86_400n, 3_600n, 60n, 1n];
const AMOUNT = String.raw`(\d+(?:[.,]\d+)?)`;
const ISO_DURATION = new RegExp(
  `^P(?:${AMOUNT}W)?(?:${AMOUNT}D)?(?:T(?=\\d)(?:${AMOUNT}H)?(?:${AMOUNT}M)?(?:${AMOUNT}S)?)?$`,
  'i',
);

function readIsoDuration(text: string): Seconds {
  const amounts = ISO_DURATION.exec(text)?.slice(1);
  const given = amounts?.filter((amount) => amount !== undefined) ?? [];
  if (amounts === undefined || given.length === 0) {
    return /^P[^T]*\d[YM]/i.test(text) ? 'years and months are of no fixed length' : WRONG_SHAPE;
  }
  if (given.slice(0, -1).some((amount) => /[.,]/.test(amount)))
    return 'only the last part may have a fraction';
  return amounts.reduce(
    (sum, amount, place) => sum + rounded(decimal(amount ?? '0'), ISO_UNITS[place] ?? 0n),
    0n,
  );
}

function readHoursAndMinutes(text: string): Seconds {
  const match = /^(\d+):(\d{2})$/.exec(text);
  if (match === null) return WRONG_SHAPE;
  const minutes = BigInt(match[2] ?? 0);
  return minutes > 59n ? 'the minutes must be from 00 to 59' : (BigInt(match[1] ?? 0) * 60n + minutes) * 60n;
}

/** In whole seconds, half up: floor(decimal * unit + 1/2). */
function rounded({ digits, scale }: Decimal, unit: bigint): bigint {
  const one = 10n ** BigInt(scale);
  return (2n * digits * unit + one) / (2n * one);
}

/** The decimal that JSON would write for the number; 85.005 is 85.005, not the binary fraction next to it. */
function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const { digits, scale } = decimal(mantissa);
  const shift = scale - Number(exponent);
  return shift >= 0 ? { digits, scale: shift } : { digits: digits * 10n ** BigInt(-shift), scale: 0 };
}

function decimal(text: string): Decimal {
  const [whole = '', fraction = ''] = text.split(/[.,]/);
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}
