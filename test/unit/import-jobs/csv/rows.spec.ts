import fc from 'fast-check';
import { encode } from '../../../../src/import-jobs/csv/encodings';
import type { FileColumn, FileLayout } from '../../../../src/import-jobs/csv/file-layout';
import { readCsv } from '../../../../src/import-jobs/csv/read-csv';
import { readRow } from '../../../../src/import-jobs/csv/read-row';
import { startOfCsv, writeCsvRow } from '../../../../src/import-jobs/csv/write-csv';
import { DELIMITERS, ENCODINGS } from '../../../../src/import-jobs/file-format';
import { chunksOf, rowsOf, runs } from './files';

const column = (name: FileColumn['name'], mandatory = false): FileColumn => ({ name, mandatory });

const LAYOUT: FileLayout = {
  encoding: 'UTF-8',
  delimiter: ';',
  columns: [column('lovCode', true), column(null), column('score')],
  header: ['lovCode', 'ignoredColumn', 'score'],
  start: { byte: 0, line: 1 },
  lineEnd: '\n',
  hasByteOrderMark: false,
};
const END = { byte: 0, line: 8 };

const readCells = (cells: readonly string[], layout = LAYOUT) =>
  readRow({ line: 7, cells, end: END }, layout);

describe('a row of the import', () => {
  it('has text, null for an empty cell, and nothing where a column is not read', () => {
    const { row, problems } = readCells(['LO-1', 'secret', '']);
    expect(problems).toEqual([]);
    expect(row).toStrictEqual({ lovCode: 'LO-1', score: null });
    expect(Object.keys(row ?? {})).not.toContain('progression');
  });

  it('has every cell as it was written: the rules judge', () => {
    expect(readCells([' 1,000 ', '', '=5']).row).toStrictEqual({ lovCode: ' 1,000 ', score: '=5' });
  });

  it.each([
    ['too few', ['LO-1', 'x']],
    ['too many', ['LO-1', 'x', '5', '6']],
    [
      'those of a rejected row, though the header line has none',
      ['LO-1', 'x', '5', '3', 'LOV_NOT_FOUND', 'text'],
    ],
  ])('with %s cells is a problem of it', (_, cells) => {
    const { row, problems } = readCells(cells);
    expect(row).toBeNull();
    expect(problems).toMatchObject([
      {
        code: 'COLUMNS_MISMATCH',
        row: 7,
        path: [],
        message: expect.stringContaining(`${cells.length} cells`),
      },
    ]);
  });

  it('of a file without a header line may have been rejected before', () => {
    const headerless = { ...LAYOUT, header: null };
    const read = (behind: readonly string[]) => readCells(['LO-1', 'x', '5', ...behind], headerless).row;
    expect(read(['12', 'LOV_NOT_FOUND', 'No learning object…'])).toStrictEqual({
      lovCode: 'LO-1',
      score: '5',
    });
    for (const behind of [
      ['x', 'LOV_NOT_FOUND', ''],
      ['12', 'unknown', ''],
      ['12', 'LOV_NOT_FOUND'],
      ['', '', ''],
    ]) {
      expect(read(behind)).toBeNull();
    }
  });

  it.each(['', ' ', '\t\u00a0'])('with a mandatory cell that holds %j is a problem of it', (cell) => {
    const { row, problems } = readCells([cell, '', '']);
    expect(row).not.toBeNull();
    expect(problems).toMatchObject([
      {
        code: 'FIELD_EMPTY',
        severity: 'ERROR',
        row: 7,
        path: ['lovCode'],
        message: 'Field [lovCode] is empty.',
      },
    ]);
  });

  it('tells every mandatory cell that is empty', () => {
    const layout = { ...LAYOUT, columns: LAYOUT.columns.map(({ name }) => column(name, true)) };
    expect(readCells(['', '', ''], layout).problems.map(({ path }) => path)).toEqual([
      ['lovCode'],
      ['score'],
    ]);
  });
});

describe('a row of a result file', () => {
  const written = (cells: readonly string[], format = LAYOUT) => writeCsvRow(cells, format).toString();

  it('has the delimiter, the line end and the encoding of the file', () => {
    expect(written(['a', 'é'])).toBe('a;é\n');
    const other = { ...LAYOUT, delimiter: '\t', lineEnd: '\r\n', encoding: 'WINDOWS-1252' } as const;
    expect(writeCsvRow(['€', 'é'], other)).toEqual(Buffer.from([0x80, 9, 0xe9, 13, 10]));
    const wide = { ...LAYOUT, encoding: 'UTF-16LE' } as const;
    expect(writeCsvRow(['€'], wide)).toEqual(Buffer.from('€\n', 'utf16le'));
  });

  it('begins a file with its byte order mark', () => {
    expect(startOfCsv(LAYOUT)).toEqual(Buffer.alloc(0));
    expect(startOfCsv({ ...LAYOUT, hasByteOrderMark: true })).toEqual(Buffer.from('\ufeff'));
    const wide = { ...LAYOUT, hasByteOrderMark: true, encoding: 'UTF-16LE' } as const;
    expect(startOfCsv(wide)).toEqual(Buffer.from('\ufeff', 'utf16le'));
  });

  it('has a question mark for what the encoding lacks', () => {
    expect(writeCsvRow(['漢€\x80'], { ...LAYOUT, encoding: 'WINDOWS-1252' })).toEqual(
      Buffer.from([0x3f, 0x80, 0x3f, 10]),
    );
    expect(writeCsvRow(['😀€é'], { ...LAYOUT, encoding: 'ISO-8859-1' })).toEqual(
      Buffer.from([0x3f, 0x3f, 0xe9, 10]),
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['@sum(1)', "'@sum(1)"],
    ['+1+cmd|x', `"'+1+cmd|x"`],
    ['-1+1', "'-1+1"],
    ['-', "'-"],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['-5', '-5'],
    ['+33612345678', '+33612345678'],
    ['-12.5', '-12.5'],
    ['-12,5', '"-12,5"'],
    ['-1e5', '-1e5'],
    ['a=b', 'a=b'],
    ["'=1", "'=1"],
    ['a"b', '"a""b"'],
    ['', ''],
  ])('%j is written %j', (cell, expected) => {
    expect(written(['x', cell])).toBe(`x;${expected}\n`);
  });

  it('alone and empty is a row still', async () => {
    expect(written([''])).toBe('""\n');
    expect(await rowsOf(readCsv(chunksOf(writeCsvRow([''], LAYOUT), 9), LAYOUT))).toHaveLength(1);
  });

  it('comes back as it was', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ';', ',', '|', '\t', '\r', '\n', '-', '5'),
      maxLength: 6,
    });
    const cell = text.filter((each) => !/^[=+\-@\t\r]/.test(each));
    const format = fc.record({
      encoding: fc.constantFrom(...ENCODINGS),
      delimiter: fc.constantFrom(...Object.values(DELIMITERS)),
      lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
      hasByteOrderMark: fc.constant(false),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 4 })),
        format,
        async (table, how) => {
          const file = Buffer.concat(table.map((cells) => writeCsvRow(cells, how)));
          expect((await rowsOf(readCsv(chunksOf(file, 11), how))).map(({ cells }) => cells)).toEqual(table);
        },
      ),
      { numRuns: runs(500) },
    );
  });
});

it('windows-1252 is what the standard says, but for five bytes that are no character', async () => {
  const format = { encoding: 'WINDOWS-1252', delimiter: ';' } as const;
  const characters = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
  const bytes = encode(characters, 'WINDOWS-1252');
  expect([...bytes]).toEqual(
    Array.from({ length: 32 }, (_, index) => 0x80 + index).filter(
      (byte) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte),
    ),
  );
  const [row] = await rowsOf(readCsv(chunksOf(bytes, 5), format));
  expect(row?.cells).toEqual([characters]);
});
