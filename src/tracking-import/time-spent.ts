import { hasAtMost } from '../kernel/text';

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
const FRACTION = 'only whole seconds are accepted';

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
 * Fractions of seconds are refused, except from RAW_MINUTES, which rounds half up in exact decimal arithmetic.
 * Source: consolidated-tracking.md, "Formats". Never throws.
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
  if (!hasAtMost(MAX_TEXT_LENGTH, value)) return `it is longer than ${MAX_TEXT_LENGTH} characters`;
  const text = value.trim();
  return text.startsWith('-') ? MINUS_SIGN : READERS[format](text);
}

function secondsFromNumber(value: number, format: TimeSpentFormat): Seconds {
  if (!Number.isFinite(value)) return 'it is not a finite number';
  if (value < 0) return NEGATIVE;
  if (format === 'RAW_MINUTES') return secondsFromMinutes(decimalOf(value));
  return Number.isInteger(value) ? BigInt(value) : FRACTION;
}

const READERS: Readonly<Record<TimeSpentFormat, (text: string) => Seconds>> = {
  RAW_SECONDS: readRawSeconds,
  RAW_MINUTES: readRawMinutes,
  ISO_8601: readIsoDuration,
  PADDED: readHoursAndMinutes,
  PADDED_HH: readHoursAndMinutes,
};

function readRawSeconds(text: string): Seconds {
  if (/^\d+$/.test(text)) return BigInt(text);
  return /^\d*[.,]\d+$/.test(text) ? FRACTION : WRONG_SHAPE;
}

function readRawMinutes(text: string): Seconds {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  return match === null ? WRONG_SHAPE : secondsFromMinutes(decimal(match[1], match[2]));
}

function readIsoDuration(text: string): Seconds {
  const match = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(text);
  const parts = match?.slice(1);
  if (parts?.some((part) => part !== undefined)) {
    const [days, hours, minutes, seconds] = parts.map((part) => BigInt(part ?? 0));
    return (((days ?? 0n) * 24n + (hours ?? 0n)) * 60n + (minutes ?? 0n)) * 60n + (seconds ?? 0n);
  }
  if (/^P[^T]*\d[YMW]/i.test(text)) return 'only days, hours, minutes and seconds are accepted';
  return /^P.*\d[.,]\d+[DHMS]$/i.test(text) ? FRACTION : WRONG_SHAPE;
}

function readHoursAndMinutes(text: string): Seconds {
  const match = /^(\d+):(\d{2})$/.exec(text);
  if (match === null) return WRONG_SHAPE;
  const minutes = BigInt(match[2] ?? 0);
  return minutes > 59n ? 'the minutes must be from 00 to 59' : (BigInt(match[1] ?? 0) * 60n + minutes) * 60n;
}

function secondsFromMinutes({ digits, scale }: Decimal): bigint {
  const unit = 10n ** BigInt(scale);
  // floor(minutes * 60 + 1/2)
  return (digits * 120n + unit) / (2n * unit);
}

/** The decimal that JSON would write for the number; 85.005 is 85.005, not the binary fraction next to it. */
function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole, fraction] = mantissa.split('.');
  const { digits, scale } = decimal(whole, fraction);
  const shift = scale - Number(exponent);
  return shift >= 0 ? { digits, scale: shift } : { digits: digits * 10n ** BigInt(-shift), scale: 0 };
}

function decimal(whole = '', fraction = ''): Decimal {
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}
