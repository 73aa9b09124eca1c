import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding } from '../file-format';

/**
 * How the bytes of a file are looked at. Rows are found in `units`, a text with one character for each byte (for each
 * two of UTF-16), so that every place in it is a place in the file; what stands in a row is decoded afterwards.
 */
export interface Decoder {
  readonly unitBytes: 1 | 2;
  units(bytes: Buffer): string;
  /** The text of the row between these units, or why it is none. */
  decode(bytes: Buffer, units: string, start: number, end: number): string | NoText;
  /** True where all units can be taken as they are: most files, or parts of them, hold ASCII only. */
  isPlain(bytes: Buffer, units: string): boolean;
}

export interface NoText {
  /** Completes "The row that begins in line 3 is not UTF-8: …". */
  readonly reason: string;
}

const NUL: NoText = { reason: 'it holds NUL, as files in UTF-16 do' };

const NOT_ASCII = /[\x80-\xff]/;

const utf8: Decoder = {
  unitBytes: 1,
  units: (bytes) => bytes.toString('latin1'),
  isPlain: (bytes, units) => isAscii(bytes) && !units.includes('\0'),
  decode(bytes, units, start, end) {
    const row = units.slice(start, end);
    if (row.includes('\0')) return NUL;
    if (!NOT_ASCII.test(row)) return row;
    return isUtf8(bytes.subarray(start, end))
      ? bytes.toString('utf8', start, end)
      : { reason: 'some of its bytes are no character' };
  },
};

const latin1: Decoder = {
  unitBytes: 1,
  units: utf8.units,
  isPlain: (_, units) => !units.includes('\0'),
  decode: (_, units, start, end) => {
    const row = units.slice(start, end);
    return row.includes('\0') ? NUL : row;
  },
};

/**
 * The characters of the bytes 0x80 to 0x9f; a blank where there is none. The standard of the web reads these five as
 * control characters: a file that holds one is in another encoding, most likely UTF-8.
 */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const FIRST_OF_1252 = 0x80;
const DIFFERENT_IN_1252 = /[\x80-\x9f]/;
const UNDEFINED_IN_1252 = /[\x81\x8d\x8f\x90\x9d]/;

const windows1252: Decoder = {
  unitBytes: 1,
  units: utf8.units,
  isPlain: utf8.isPlain,
  decode(_, units, start, end) {
    const row = units.slice(start, end);
    if (row.includes('\0')) return NUL;
    if (!DIFFERENT_IN_1252.test(row)) return row;
    if (UNDEFINED_IN_1252.test(row)) return { reason: 'some of its bytes are no character' };
    return row.replace(/[\x80-\x9f]/g, (unit) => WINDOWS_1252.charAt(unit.charCodeAt(0) - FIRST_OF_1252));
  },
};

const utf16: Decoder = {
  unitBytes: 2,
  units: (bytes) => bytes.toString('utf16le'),
  isPlain: (_, units) => !units.includes('\0') && units.isWellFormed(),
  decode(_, units, start, end) {
    const row = units.slice(start, end);
    if (row.includes('\0')) return { reason: 'it holds NUL' };
    return row.isWellFormed() ? row : { reason: 'it holds half of a surrogate pair' };
  },
};

export const DECODERS: Readonly<Record<Encoding, Decoder>> = {
  'UTF-8': utf8,
  'ISO-8859-1': latin1,
  'WINDOWS-1252': windows1252,
  'UTF-16LE': utf16,
};

/** The marks that tell an encoding at the beginning of a file. UTF-16 with the other byte first is read by nobody. */
export const BYTE_ORDER_MARKS: readonly (readonly [Encoding | 'UTF-16BE', Buffer])[] = [
  ['UTF-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['UTF-16LE', Buffer.from([0xff, 0xfe])],
  ['UTF-16BE', Buffer.from([0xfe, 0xff])],
];

/** The longest. */
export const BYTE_ORDER_MARK_BYTES = 3;

/** The mark at the beginning of these bytes. */
export function byteOrderMark(start: Buffer): readonly [Encoding | 'UTF-16BE', Buffer] | undefined {
  return BYTE_ORDER_MARKS.find(([, mark]) => start.subarray(0, mark.length).equals(mark));
}

/** The characters that a byte of 1252 is for, each as the character of Latin 1 that has this byte. */
const TO_1252 = new Map(
  [...WINDOWS_1252].flatMap((character, place) =>
    character === ' ' ? [] : [[character, String.fromCharCode(FIRST_OF_1252 + place)] as const],
  ),
);

/** A text in the encoding of a file. What the encoding has no character for becomes a question mark. */
export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'UTF-8':
      return Buffer.from(text, 'utf8');
    case 'UTF-16LE':
      return Buffer.from(text, 'utf16le');
    case 'ISO-8859-1':
      return Buffer.from(text.replace(/[^\0-\xff]/gu, '?'), 'latin1');
    case 'WINDOWS-1252':
      return Buffer.from(
        text.replace(/[^\0-\x7f\xa0-\xff]/gu, (character) => TO_1252.get(character) ?? '?'),
        'latin1',
      );
  }
}
