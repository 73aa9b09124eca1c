import { FileUnreadable } from '../../../../src/import-jobs/csv/file-unreadable';
import { type CsvRow, readCsv } from '../../../../src/import-jobs/csv/read-csv';
import { type FilePlace, readRowTexts, START_OF_FILE } from '../../../../src/import-jobs/csv/row-texts';
import type { Encoding, FileFormat } from '../../../../src/import-jobs/file-format';
import type { Problem } from '../../../../src/kernel/problem';
import { present } from '../../../support/present';
import { chunksOf, rowsOf } from './files';

const SEMICOLONS: FileFormat = { encoding: 'UTF-8', delimiter: ';' };
const MEBIBYTE = 1_048_576;
/** Small enough to divide what the tests read, and the size of the server. */
const BLOCKS = [7, 65_536];

const rows = (file: string | Buffer, format = SEMICOLONS, from?: FilePlace) =>
  rowsOf(readCsv(chunksOf(Buffer.from(file as string), 10), format, from, 5));

const told = async (file: string | Buffer, format?: FileFormat) =>
  (await rows(file, format)).map(({ line, cells }) => [line, ...cells]);

/** What was read before the file could not be read on, and the one problem. */
async function unreadable(
  file: Buffer,
  format = SEMICOLONS,
  blockBytes?: number,
): Promise<{ readonly lines: readonly number[]; readonly problem: Problem }> {
  const lines: number[] = [];
  try {
    for await (const piece of readCsv(chunksOf(file, MEBIBYTE), format, undefined, blockBytes)) {
      lines.push(...piece.map(({ line }) => line));
    }
  } catch (error) {
    if (error instanceof FileUnreadable) return { lines, problem: error.problem };
    throw error;
  }
  throw new Error('It was read.');
}

describe('line ends', () => {
  it.each([
    ['LF', 'a;b\nc;d\n'],
    ['CR LF', 'a;b\r\nc;d\r\n'],
    ['CR', 'a;b\rc;d\r'],
    ['no last one', 'a;b\nc;d'],
    ['LF, then CR LF', 'a;b\nc;d\r\n'],
  ])('%s', async (_, file) => {
    expect(await told(file)).toEqual([
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ]);
  });
});

describe('lines', () => {
  it('are counted as the file has them, empty ones too', async () => {
    expect(await told('\n\na\n\r\n\r\nb\n\n')).toEqual([
      [3, 'a'],
      [6, 'b'],
    ]);
  });

  it.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('are counted within quotes: %s', async (_, end) => {
    const file = ['"a', 'b', '"";c"', 'd'].join(end);
    expect(await told(file)).toEqual([
      [1, `a${end}b${end}";c`],
      [4, 'd'],
    ]);
  });

  it('of blanks or delimiters are rows', async () => {
    expect(await told(' \n;;\n""\n')).toEqual([
      [1, ' '],
      [2, '', '', ''],
      [3, ''],
    ]);
  });
});

describe('a row', () => {
  it('may have any number of cells, up to 200', async () => {
    const widths = [1, 2, 200].map((width) => new Array(width).fill('x').join(';'));
    expect((await rows(widths.join('\n'))).map(({ cells }) => cells.length)).toEqual([1, 2, 200]);
  });

  it('keeps blanks, and every other delimiter', async () => {
    expect(await told(' a , b |c\t;"d"')).toEqual([[1, ' a , b |c\t', 'd']]);
  });

  it('ends at a place that reading goes on from', async () => {
    const file = Buffer.from('é;1\r\n\r\n"b\nb";2\nc;3');
    const all = await rows(file);
    expect(all.map(({ end }) => end)).toEqual([
      { byte: 6, line: 2 },
      { byte: 16, line: 5 },
      { byte: 19, line: 5 },
    ]);
    const [first] = all;
    const { end } = present(first);
    expect(await rows(file.subarray(end.byte), SEMICOLONS, end)).toEqual(all.slice(1));
  });
});

describe('a byte order mark', () => {
  it.each([
    ['UTF-8', 'utf8'],
    ['UTF-16LE', 'utf16le'],
  ] as const)('of %s is no part of the first cell', async (encoding, name) => {
    const file = Buffer.from('\ufeffa;b\n\ufeffc;d\n', name);
    expect(await told(file, { encoding, delimiter: ';' })).toEqual([
      [1, 'a', 'b'],
      [2, '\ufeffc', 'd'],
    ]);
    const [first] = await rows(file, { encoding, delimiter: ';' });
    expect(present(first).end.byte).toBe(Buffer.byteLength('\ufeffa;b\n', name));
  });

  it('alone is an empty file', async () => {
    expect(await told('\ufeff')).toEqual([]);
    expect(await told('')).toEqual([]);
  });

  it.each([
    ['UTF-8', Buffer.from('\ufeffa', 'utf16le')],
    ['UTF-8', Buffer.from([0xfe, 0xff, 0, 0x61])],
    ['UTF-16LE', Buffer.from('\ufeffa')],
    ['ISO-8859-1', Buffer.from('\ufeffa')],
    ['WINDOWS-1252', Buffer.from('\ufeffa')],
  ] as const)('of another encoding than %s is told', async (encoding, file) => {
    const { problem, lines } = await unreadable(file, { encoding, delimiter: ';' });
    expect([problem.code, problem.row, lines]).toEqual(['CSV_ENCODING_INVALID', 1, []]);
  });
});

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from('é€😀;x')],
    ['UTF-16LE', Buffer.from('é€😀;x', 'utf16le')],
  ] as const)('%s', async (encoding, file) => {
    expect(await told(file, { encoding, delimiter: ';' })).toEqual([[1, 'é€😀', 'x']]);
  });

  it('WINDOWS-1252 has characters where ISO-8859-1 has controls', async () => {
    const file = Buffer.from([0x80, 0x9f, 0xe9, 0x3b, 0xff]);
    expect(await told(file, { encoding: 'WINDOWS-1252', delimiter: ';' })).toEqual([[1, '€Ÿé', 'ÿ']]);
    expect(await told(file, { encoding: 'ISO-8859-1', delimiter: ';' })).toEqual([[1, '\x80\x9fé', 'ÿ']]);
  });
});

describe.each(BLOCKS)('bytes that are no text, in blocks of %d', (blockBytes) => {
  it.each([
    ['UTF-8', 'a byte of ISO-8859-1', Buffer.from([0xe9])],
    ['UTF-8', 'a character cut off', Buffer.from([0xe2, 0x82])],
    ['UTF-8', 'a slash in two bytes', Buffer.from([0xc0, 0xaf])],
    ['UTF-8', 'half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['UTF-8', 'NUL', Buffer.from([0])],
    ['ISO-8859-1', 'NUL', Buffer.from([0])],
    ['WINDOWS-1252', 'NUL', Buffer.from([0])],
    ...[0x81, 0x8d, 0x8f, 0x90, 0x9d].map(
      (byte) => ['WINDOWS-1252', `0x${byte.toString(16)}`, Buffer.from([byte])] as const,
    ),
    ['UTF-16LE', 'NUL', Buffer.from([0, 0])],
    ['UTF-16LE', 'half of a surrogate pair', Buffer.from([0x00, 0xd8])],
    ['UTF-16LE', 'the other half', Buffer.from([0x00, 0xdc])],
  ] as readonly (readonly [Encoding, string, Buffer])[])('%s: %s', async (encoding, _, bad) => {
    const written = (text: string) => Buffer.from(text, encoding === 'UTF-16LE' ? 'utf16le' : 'latin1');
    const file = Buffer.concat([written('a;"b\nb"\n\nc;'), bad, written(';d\ne\n')]);
    const { problem, lines } = await unreadable(file, { encoding, delimiter: ';' }, blockBytes);
    expect([problem.code, problem.row, lines]).toEqual(['CSV_ENCODING_INVALID', 4, [1]]);
    expect(problem.message).toContain('line 4');
  });

  it('UTF-16LE: half of a character at the end', async () => {
    const file = Buffer.concat([Buffer.from('a\nb\nc', 'utf16le'), Buffer.from('d')]);
    const { problem } = await unreadable(file, { encoding: 'UTF-16LE', delimiter: ';' }, blockBytes);
    expect([problem.code, problem.row]).toEqual(['CSV_ENCODING_INVALID', 3]);
  });
});

describe.each(BLOCKS)('quotes that do not match, in blocks of %d', (blockBytes) => {
  it.each([
    ['never closed', 'a;"b\nc;d\n'],
    ['never closed, at the end', 'a;"'],
    ['a doubled one at the end', 'a;"b""'],
    ['one inside of a cell', 'a;b"c;d\ne;f\n'],
    ['two inside of a cell', 'a;5" x 7";d\n'],
    ['behind a blank', 'a; "b"\n'],
    ['something behind the closing one', '"a"b;c\n'],
    ['a blank behind the closing one', '"a" ;c\n'],
    ['one cell opens what another closes', 'a;"b\nc;"d"\n'],
  ])('%s', async (_, bad) => {
    const { problem, lines } = await unreadable(Buffer.from(`x;y\n"1\n2"\n${bad}`), SEMICOLONS, blockBytes);
    expect([problem.code, problem.row, lines]).toEqual(['CSV_QUOTE_OPEN', 4, [1, 2]]);
    expect(problem.message).toContain('line 4');
  });
});

describe('limits', () => {
  const line = (bytes: number) => `${'x'.repeat(bytes / 2)};${'y'.repeat(bytes / 2 - 1)}`;

  it.each(['\n', '\r\n', '\r', ''])('a line of 1 MiB is read, whatever ends it: %j', async (end) => {
    const file = Buffer.from(`a;b\n${line(MEBIBYTE)}${end}`);
    // The last one ends a block at the CR whose LF may follow.
    for (const blockBytes of [1_000_000, 65_536, file.length]) {
      const read = await rowsOf(readCsv(chunksOf(file, 2 * MEBIBYTE), SEMICOLONS, undefined, blockBytes));
      expect(read.map(({ cells }) => cells.join(';').length)).toEqual([3, MEBIBYTE]);
    }
  });

  it.each([4 * MEBIBYTE, 65_536])('a longer line is told, in blocks of %d', async (blockBytes) => {
    for (const end of ['\n', '\r\n', '', '\nmore\n']) {
      const { problem, lines } = await unreadable(
        Buffer.from(`a;b\n${line(MEBIBYTE)}z${end}`),
        SEMICOLONS,
        blockBytes,
      );
      expect([problem.code, problem.row, lines]).toEqual(['CSV_LINE_TOO_LONG', 2, [1]]);
    }
  });

  it.each([4 * MEBIBYTE, 65_536])(
    'a quote that nobody closes within 1 MiB is told, in blocks of %d',
    async (blockBytes) => {
      for (const end of ['', '"\n']) {
        const { problem } = await unreadable(
          Buffer.from(`a\n"${'x\n'.repeat(MEBIBYTE)}${end}`),
          SEMICOLONS,
          blockBytes,
        );
        expect([problem.code, problem.row]).toEqual(['CSV_QUOTE_OPEN', 2]);
      }
    },
  );

  it('bytes are counted, not characters', async () => {
    const wide = { encoding: 'UTF-16LE', delimiter: ';' } as const;
    const file = (units: number) => Buffer.from('x'.repeat(units), 'utf16le');
    expect(await rowsOf(readCsv(chunksOf(file(MEBIBYTE / 2), MEBIBYTE), wide))).toHaveLength(1);
    expect((await unreadable(file(MEBIBYTE / 2 + 1), wide)).problem.code).toBe('CSV_LINE_TOO_LONG');
  });

  it.each([
    ['plain', ';'.repeat(200)],
    ['quoted', new Array(201).fill('"x"').join(';')],
  ])('201 cells are told: %s', async (_, wide) => {
    const { problem, lines } = await unreadable(Buffer.from(`a\n\n${wide}\n"`));
    expect([problem.code, problem.row, lines]).toEqual(['CSV_COLUMNS_TOO_MANY', 3, [1]]);
  });

  it('the first of several problems is told', async () => {
    const quoteFirst = Buffer.from(`a\n"b"c\n${';'.repeat(300)}\n\0\n`);
    expect((await unreadable(quoteFirst)).problem).toMatchObject({ code: 'CSV_QUOTE_OPEN', row: 2 });
    const nulFirst = Buffer.from(`a\n\0\n"b"c\n`);
    expect((await unreadable(nulFirst)).problem).toMatchObject({ code: 'CSV_ENCODING_INVALID', row: 2 });
  });
});

it('nothing is read behind what cannot be', async () => {
  const pieces = [];
  const bytes = Buffer.from('a\n\0\nb\nc\n');
  for await (const piece of readRowTexts(chunksOf(bytes, 2), 'UTF-8', START_OF_FILE, 2)) pieces.push(piece);
  expect(pieces.map(({ rows: read, failure }) => [read.map(({ text }) => text), failure?.code])).toEqual([
    [['a'], 'CSV_ENCODING_INVALID'],
  ]);
});

describe('a large file', () => {
  const LINE = Buffer.from('ada@example.org;LO-1;Séance 4;2026-05-04 09:05:00;75\n');
  const COPIES = 20_000;

  async function* copies(times: number): AsyncGenerator<Buffer> {
    const many = Buffer.concat(new Array(COPIES).fill(LINE));
    for (let time = 0; time < times; time++) yield many;
  }

  it('comes in pieces, and others have their turn', async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    let [read, pieces, largest] = [0, 0, 0];
    let last: CsvRow | undefined;
    for await (const piece of readCsv(copies(20), SEMICOLONS)) {
      read += piece.length;
      pieces += 1;
      largest = Math.max(largest, piece.length);
      last = piece.at(-1);
    }
    isDone = true;
    expect(read).toBe(20 * COPIES);
    expect(present(last).end).toEqual({ byte: read * LINE.length, line: read + 1 });
    expect(pieces).toBeLessThan(read / 500);
    expect(largest).toBeLessThan(5_000);
    expect(turns).toBeGreaterThan(3);
  });

  it('is left where its reader leaves it', async () => {
    let isClosed = false;
    async function* source() {
      try {
        yield* copies(1_000);
      } finally {
        isClosed = true;
      }
    }
    for await (const piece of readCsv(source(), SEMICOLONS)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(isClosed).toBe(true);
  });

  it('hands on what its source throws', async () => {
    async function* source() {
      yield LINE;
      throw new Error('the store is away');
    }
    await expect(rowsOf(readCsv(source(), SEMICOLONS))).rejects.toThrow('the store is away');
  });
});
