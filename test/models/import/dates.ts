import { type Cell, failed, readBoundedText, trim, value } from './cells';
import { CODES } from './codes';
import { instantOf } from './zones';

/** One of Y M D h i s, or a separator. */
type Token = { readonly part: Part } | { readonly separator: string };
type Part = 'Y' | 'M' | 'D' | 'H' | 'I' | 'S';
export type DateFormat = readonly Token[];
type Parts = Readonly<Partial<Record<Part, number>>>;

export interface DateSettings {
  readonly format: DateFormat;
  readonly timeZone: string;
  readonly defaultTime: Parts;
}

/** The tokens of a dateTimeFormat, or null where it is none. */
export function parseFormat(given: string): DateFormat | null {
  const text = trim(given);
  if (text.length > 50) return null;
  const pieces = text.match(/YYYY|MM|DD|HH|II|SS|[\s\S]/gi) ?? [];
  const tokens: Token[] = [];
  for (const piece of pieces) {
    const upper = piece.toUpperCase();
    if (piece.length > 1) tokens.push({ part: upper[0] as Part });
    else if (/^[ /_.:;,T-]$/i.test(piece)) tokens.push({ separator: upper });
    else return null;
  }
  const parts = tokens.map((token) => ('part' in token ? token.part : '')).join('');
  const isOrdered = /^[YMD]{3}(H(IS?)?)?$/.test(parts) && new Set(parts).size === parts.length;
  const shape = tokens.map((token) => ('part' in token ? 'x' : '-')).join('');
  const isSeparated = /^x(-{0,2}x)*$/.test(shape);
  const isTRight = tokens.every((token, index) => !isT(token) || isBetweenDateAndTime(tokens, index));
  return isOrdered && isSeparated && isTRight ? tokens : null;
}

function isT(token: Token): boolean {
  return 'separator' in token && token.separator === 'T';
}

/** Alone, behind the third part. */
function isBetweenDateAndTime(tokens: DateFormat, index: number): boolean {
  const parts = tokens.slice(0, index).filter((token) => 'part' in token);
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  return (
    parts.length === 3 && before !== undefined && 'part' in before && after !== undefined && 'part' in after
  );
}

/** The time that completes a date, or null where it is none: hh:ii:ss, two digits each. */
export function parseDefaultTime(text: string): Parts | null {
  const [, H = NaN, I = NaN, S = NaN] = (/^(\d\d):(\d\d):(\d\d)$/.exec(text) ?? []).map(Number);
  return H <= 23 && I <= 59 && S <= 59 ? { H, I, S } : null;
}

export function readDate(raw: unknown, settings: DateSettings): Cell<number> {
  const cell = readBoundedText(raw, 255);
  if (cell.kind !== 'value') return cell;
  const read = readIso(cell.value) ?? readLocal(cell.value, settings);
  if (read === null || !hasYear(read.instant)) return failed(CODES.dateInvalid);
  if (read.oddity === 'skipped') return value(read.instant, CODES.timeSkipped);
  if (read.oddity === 'ambiguous') return value(read.instant, CODES.timeAmbiguous);
  return value(read.instant);
}

function hasYear(instant: number): boolean {
  const year = new Date(instant).getUTCFullYear();
  return year >= 1000 && year <= 9999;
}

/** ISO-8601 with Z or an offset, whatever the format of the request. */
// Open: the extended form with hours and minutes at least; neither the basic form nor weeks and days of the year. T may
// be a blank, and letters small.
const ISO =
  /^(?<Y>\d{4})-(?<M>\d\d)-(?<D>\d\d)[T ](?<H>\d\d):(?<I>\d\d)(:(?<S>\d\d)([.,](?<fraction>\d+))?)?(Z|(?<sign>[+-])(?<hours>\d\d)(:?(?<minutes>\d\d))?)$/i;

function readIso(text: string): ReturnType<typeof instantOf> | null {
  const groups = ISO.exec(text)?.groups;
  if (groups === undefined) return null;
  const { sign, hours = '0', minutes = '0', fraction = '' } = groups;
  const local = timeOf(numbers(groups));
  if (local === null || Number(hours) * 60 + Number(minutes) > 14 * 60 || Number(minutes) > 59) return null;
  // Fractions beyond milliseconds are cut.
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return { instant: local + milliseconds - offset, oddity: null };
}

function readLocal(text: string, settings: DateSettings): ReturnType<typeof instantOf> | null {
  const groups = patternOf(settings.format).exec(text)?.groups;
  if (groups === undefined) return null;
  const parts = numbers(groups);
  const local = timeOf(parts.H === undefined ? { ...parts, ...settings.defaultTime } : parts);
  return local === null ? null : instantOf(local, settings.timeZone);
}

function patternOf(format: DateFormat): RegExp {
  const patterns = format.map((token, index) => {
    if ('separator' in token) return `[${token.separator === '-' ? '\\-' : token.separator}]`;
    if (token.part === 'Y') return '(?<Y>\\d{4})';
    const touchesAnother = [format[index - 1], format[index + 1]].some(
      (next) => next !== undefined && 'part' in next,
    );
    return `(?<${token.part}>${touchesAnother ? '\\d\\d' : '\\d\\d?'})`;
  });
  // A cell may stop after the date.
  const isDate = (token: Token) => 'part' in token && 'YMD'.includes(token.part);
  const end = format.findLastIndex(isDate) + 1;
  const time = patterns.slice(end).join('');
  return new RegExp(`^${patterns.slice(0, end).join('')}${time === '' ? '' : `(${time})?`}$`, 'i');
}

function numbers(groups: Readonly<Record<string, string | undefined>>): Parts {
  const parts: Partial<Record<Part, number>> = {};
  for (const part of ['Y', 'M', 'D', 'H', 'I', 'S'] as const) {
    if (groups[part] !== undefined) parts[part] = Number(groups[part]);
  }
  return parts;
}

/** The time in UTC with these parts, or null where there is no such date or time of day. */
function timeOf({ Y = 0, M = 0, D = 0, H = 0, I = 0, S = 0 }: Parts): number | null {
  const time = Date.UTC(Y, M - 1, D, H, I, S);
  const date = new Date(time);
  const isReal = date.getUTCMonth() === M - 1 && date.getUTCDate() === D && Y >= 1000;
  return isReal && H <= 23 && I <= 59 && S <= 59 ? time : null;
}
