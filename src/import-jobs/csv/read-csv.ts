import type { FileFormat } from '../file-format';
import { cellsOf } from './cells';
import { FileUnreadable } from './file-unreadable';
import { type FilePlace, readRowTexts, START_OF_FILE } from './row-texts';

/** A row of a file, with as many cells as it has. */
export interface CsvRow {
  /** The line that it begins in; the first of the file is 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The place behind it. Reading on from there gives the rows that follow. */
  readonly end: FilePlace;
}

/**
 * Reads the rows of a CSV file, some hundred at a time. `bytes` begin at `from`, a place that a row ended at, or the
 * beginning of the file. Throws FileUnreadable, once the rows before were given, where the file cannot be read on.
 * Other requests have their turn meanwhile, and little is kept, whatever the file holds.
 */
export async function* readCsv(
  bytes: AsyncIterable<Buffer>,
  { encoding, delimiter }: FileFormat,
  from: FilePlace = START_OF_FILE,
  blockBytes?: number,
): AsyncGenerator<readonly CsvRow[]> {
  for await (const { rows: texts, failure } of readRowTexts(bytes, encoding, from, blockBytes)) {
    const read = cellsOf(texts, delimiter);
    const rows: CsvRow[] = [];
    for (const [index, cells] of read.cells.entries()) {
      const text = texts[index];
      if (text !== undefined) rows.push({ line: text.line, cells, end: text.end });
    }
    if (rows.length > 0) yield rows;
    const worst = read.failure ?? failure;
    if (worst !== undefined) throw new FileUnreadable(worst);
  }
}
