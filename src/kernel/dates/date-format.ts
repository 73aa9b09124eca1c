import { trimmed } from '../text';
import type { Separator } from './digits';

export interface Refusal {
  readonly ok: false;
  /** A short English phrase that completes "… is not valid: {reason}." */
  readonly reason: string;
}

export function refusedFor(reason: string): Refusal {
  return { ok: false, reason };
}

/** A checked `dateTimeFormat`; made by `compileDateFormat` only. */
export interface DateFormat {
  /** The format as given, without surrounding blanks. */
  readonly text: string;
  readonly layout: Layout;
  /** What a cell looks like whose day, month, hour, minute or second is written with one digit. */
  readonly loose: RegExp;
}

/** Where what is written stands in a cell. Every token has a fixed width, so each has one place. */
export interface Layout {
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

const MAX_FORMAT_LENGTH = 50;
const DATE_TOKENS = ['YYYY', 'MM', 'DD'];
const TIME_TOKENS = ['hh', 'ii', 'ss'];
const TOKEN_SPLIT = /(YYYY|MM|DD|hh|ii|ss)/i;
const SEPARATORS = /^[ /_.:;,-]{0,2}$/;
const FORMAT_CHARACTERS =
  'it may hold only YYYY, MM, DD, hh, ii, ss and the separators space / _ . : ; , - and T';

/**
 * Compiles a `dateTimeFormat`: YYYY, MM and DD exactly once each in any order, then hh, ii, ss in that order as far
 * as wanted, in any letter case; between two of them nothing, or one or two of space / _ . : ; , - or, as an
 * extension, T between date and time. Anything else is refused with a reason. Surrounding blanks do not count.
 */
export function compileDateFormat(
  format: string,
): { readonly ok: true; readonly format: DateFormat } | Refusal {
  const text = trimmed(format);
  if (text === '') return refusedFor('it is blank');
  if (text.length > MAX_FORMAT_LENGTH) return refusedFor(`it is longer than ${MAX_FORMAT_LENGTH} characters`);

  // Splitting at the tokens leaves what stands around them at the even places: '', token, separator, token, …, ''.
  const parts = text.split(TOKEN_SPLIT);
  const tokens = parts.filter((_, place) => place % 2 === 1).map(canonicalToken);
  const around = parts.filter((_, place) => place % 2 === 0);
  const separators = around.slice(1, -1);

  const reason =
    reasonAgainstCharacters(around) ??
    reasonAgainstTokens(tokens) ??
    reasonAgainstSeparators(around[0] !== '' || around.at(-1) !== '', separators);
  if (reason !== undefined) return refusedFor(reason);

  return {
    ok: true,
    format: { text, layout: layOut(tokens, separators), loose: loosely(tokens, separators) },
  };
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
  if (separators.some((separator) => separator.length > 2))
    return 'at most two separators may stand in a row';
  const misplacedT = separators.some(
    (separator, place) => !SEPARATORS.test(separator) && !(place === 2 && /^T$/i.test(separator)),
  );
  return misplacedT ? 'T may stand only between the date and the time, alone' : undefined;
}

function layOut(tokens: readonly string[], separators: readonly string[]): Layout {
  const places: Record<string, number> = {};
  const found: Separator[] = [];
  let [length, dateLength] = [0, 0];
  tokens.forEach((token, index) => {
    const separator = separators[index - 1] ?? '';
    for (let at = 0; at < separator.length; at++) {
      const code = separator.toUpperCase().charCodeAt(at);
      found.push({ place: length + at, code, otherCode: separator.toLowerCase().charCodeAt(at) });
    }
    places[token] = length + separator.length;
    length += separator.length + token.length;
    if (index === 2) dateLength = length;
  });
  const { YYYY: year = 0, MM: month = 0, DD: day = 0 } = places;
  const time = TIME_TOKENS.flatMap((token) => places[token] ?? []);
  return { year, month, day, dateLength, length, time, separators: found };
}

/** The same text as a pattern; one digit is enough where separators, or the ends, stand around it. */
function loosely(tokens: readonly string[], separators: readonly string[]): RegExp {
  const pieces = tokens.map((token, index) => {
    const [before, after] = [separators[index - 1], separators[index]];
    const digits =
      token === 'YYYY'
        ? String.raw`\d{4}`
        : before === '' || after === ''
          ? String.raw`\d\d`
          : String.raw`\d\d?`;
    const separator = (before ?? '').replace(/[.\-/]/g, String.raw`\$&`);
    return `${separator}(?<${token}>${digits})`;
  });
  const time = pieces.slice(3).join('');
  return new RegExp(`^${pieces.slice(0, 3).join('')}${time === '' ? '' : `(?:${time})?`}$`, 'i');
}
