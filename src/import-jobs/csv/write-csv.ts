import { BYTE_ORDER_MARKS, encode } from './encodings';
import type { FileLayout } from './file-layout';

/** What a result file needs to know of the file that it answers. */
export type WrittenFormat = Pick<FileLayout, 'encoding' | 'delimiter' | 'lineEnd' | 'hasByteOrderMark'>;

/** The bytes that a file of this format begins with. */
export function startOfCsv({ encoding, hasByteOrderMark }: WrittenFormat): Buffer {
  const mark = BYTE_ORDER_MARKS.find(([name]) => name === encoding)?.[1];
  return hasByteOrderMark && mark !== undefined ? mark : Buffer.alloc(0);
}

/**
 * A row of a result file, in the encoding, with the delimiter and the line end of the file it answers. A cell that a
 * spreadsheet would take for a formula is escaped by an apostrophe.
 */
export function writeCsvRow(cells: readonly string[], format: WrittenFormat): Buffer {
  const line = cells.map((cell) => quoted(withoutFormula(cell))).join(format.delimiter);
  // A line without anything on it would be no row.
  return encode(`${line === '' ? '""' : line}${format.lineEnd}`, format.encoding);
}

/**
 * Signs begin numbers and telephone numbers as well, which no spreadsheet executes. They stay: -5 would come back as
 * text, and a file of rejected rows is sent again as it is. Only what starts like a formula and is no number is
 * escaped; such a cell has to be mended by hand before it means the same again.
 */
function withoutFormula(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/.test(cell)
    ? `'${cell}`
    : cell;
}

/** Every delimiter counts: what opens the file may take another one for it. */
function quoted(cell: string): string {
  return /[",;|\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
