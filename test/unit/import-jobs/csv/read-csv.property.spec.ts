import { CsvError, parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { encode } from '../../../../src/import-jobs/csv/encodings';
import { FileUnreadable } from '../../../../src/import-jobs/csv/file-unreadable';
import { type CsvRow, readCsv } from '../../../../src/import-jobs/csv/read-csv';
import {
  DELIMITERS,
  ENCODINGS,
  type Encoding,
  type FileFormat,
} from '../../../../src/import-jobs/file-format';
import { chunksOf, rowsOf, runs } from './files';

/** Letters of every kind that an encoding has, and those that mean something in a CSV file. */
const LETTERS: Readonly<Record<Encoding, string>> = {
  'UTF-8': 'aé€漢😀',
  'ISO-8859-1': 'aéÿ\x80\xa0',
  'WINDOWS-1252': 'aéÿ€œŸ',
  'UTF-16LE': 'aé€漢😀\u0a0d\u0d0a\u2c22',
};
const MEANT = [',', ';', '|', '\t', '"', '\n', '\r', '\r\n', ' ', ''];

interface Table {
  readonly format: FileFormat;
  readonly bytes: Buffer;
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

const LINE_END = fc.constantFrom('\n', '\r\n', '\r');

/** A file, and what it holds: written here by the rules of RFC 4180, whatever its writer was fond of. */
const TABLE: fc.Arbitrary<Table> = fc
  .record({
    encoding: fc.constantFrom(...ENCODINGS),
    delimiter: fc.constantFrom(...Object.values(DELIMITERS)),
    lineEnd: LINE_END,
    hasMark: fc.boolean(),
    endsOpen: fc.boolean(),
  })
  .chain(({ encoding, delimiter, lineEnd, hasMark, endsOpen }) => {
    const letter = fc.constantFrom(...MEANT, ...[...LETTERS[encoding]]);
    const cell = fc.record({
      text: fc.array(letter, { maxLength: 6 }).map((letters) => letters.join('')),
      isQuoted: fc.boolean(),
    });
    const row = fc.record({
      cells: fc.array(cell, { minLength: 1, maxLength: 5 }),
      emptyLinesBefore: fc.nat({ max: 2 }),
    });
    return fc.array(row, { maxLength: 12 }).map((rows) => {
      let text = '';
      let line = 1;
      const expected: { line: number; cells: string[] }[] = [];
      rows.forEach(({ cells, emptyLinesBefore }, index) => {
        text += lineEnd.repeat(emptyLinesBefore);
        line += emptyLinesBefore;
        const isAlone = cells.length === 1 && cells[0]?.text === '';
        const written = cells.map((one) =>
          one.isQuoted || isAlone || /["\r\n]/.test(one.text) || one.text.includes(delimiter)
            ? `"${one.text.replaceAll('"', '""')}"`
            : one.text,
        );
        expected.push({ line, cells: cells.map((one) => one.text) });
        const whole = written.join(delimiter);
        line += whole.split(/\r\n|\r|\n/).length;
        text += whole + (endsOpen && index === rows.length - 1 ? '' : lineEnd);
      });
      const mark = hasMark && (encoding === 'UTF-8' || encoding === 'UTF-16LE') ? '\ufeff' : '';
      return { format: { encoding, delimiter }, bytes: encode(mark + text, encoding), rows: expected };
    });
  });

const SIZE = fc.integer({ min: 1, max: 40 });

const told = (rows: readonly CsvRow[]) => rows.map(({ line, cells }) => ({ line, cells }));

describe('every table', () => {
  it('comes back as it was written, in whatever pieces the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(TABLE, SIZE, SIZE, async ({ bytes, format, rows }, chunk, block) => {
        expect(told(await rowsOf(readCsv(chunksOf(bytes, chunk), format, undefined, block)))).toEqual(rows);
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('goes on behind every row as if it had been read from the beginning', async () => {
    await fc.assert(
      fc.asyncProperty(TABLE, SIZE, SIZE, async ({ bytes, format }, chunk, block) => {
        const all = await rowsOf(readCsv(chunksOf(bytes, 1_000), format));
        for (const [index, { end }] of all.entries()) {
          const rest = readCsv(chunksOf(bytes.subarray(end.byte), chunk), format, end, block);
          expect(await rowsOf(rest)).toEqual(all.slice(index + 1));
        }
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('any bytes at all', () => {
  const LUMPS = fc.array(
    fc
      .constantFrom('"', '""', ';', '\n', '\r', '\r\n', 'a', 'é', '\0', '\ufeff', 'a"b', '"a"b')
      .map((text) => Buffer.from(text)),
    { maxLength: 20 },
  );
  const BYTES = fc.oneof(fc.uint8Array({ maxLength: 60 }).map(Buffer.from), LUMPS.map(Buffer.concat));

  it('come to the same rows and the same problem, in whatever pieces they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        BYTES,
        fc.constantFrom(...ENCODINGS),
        SIZE,
        SIZE,
        async (bytes, encoding, chunk, block) => {
          const format = { encoding, delimiter: ';' } as const;
          const read = async (pieces: number, blockBytes?: number) => {
            const rows: CsvRow[] = [];
            try {
              for await (const some of readCsv(chunksOf(bytes, pieces), format, undefined, blockBytes))
                rows.push(...some);
            } catch (error) {
              return { rows, problem: (error as { problem?: unknown }).problem ?? error };
            }
            return { rows, problem: null };
          };
          expect(await read(chunk, block)).toEqual(await read(1_000));
        },
      ),
      { numRuns: runs(2_000) },
    );
  });
});

describe('any text at all', () => {
  const TEXT = fc
    .array(fc.constantFrom('"', '""', ';', '\n', '\r', '\r\n', 'a', 'é', ' '), { maxLength: 16 })
    .map((parts) => parts.join(''));

  /** What the parser of the csv project makes of it: the rows before the first that it refuses. */
  function parsed(text: string) {
    const rows: string[][] = [];
    const options = { delimiter: ';', record_delimiter: ['\r\n', '\n', '\r'] };
    try {
      parse(text, {
        ...options,
        relax_column_count: true,
        skip_empty_lines: true,
        on_record: (cells: string[]) => {
          rows.push(cells);
        },
      });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      return { rows, isRefused: true };
    }
    return { rows, isRefused: false };
  }

  it('has the cells that csv-parse finds, and is refused where that refuses it', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(TEXT, async (text) => {
        const rows: (readonly string[])[] = [];
        let isRefused = false;
        try {
          const format = { encoding: 'UTF-8', delimiter: ';' } as const;
          for await (const some of readCsv(chunksOf(Buffer.from(text), 1_000), format)) {
            rows.push(...some.map(({ cells }) => cells));
          }
        } catch (error) {
          if (!(error instanceof FileUnreadable)) throw error;
          isRefused = true;
          refused += 1;
        }
        expect({ rows, isRefused }).toEqual(parsed(text));
      }),
      { numRuns: runs(5_000) },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
