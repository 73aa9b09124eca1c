import { APPENDED_COLUMNS, type FileLayout } from './file-layout';

/** How many columns of a header line are the partner's: of a file of rejected rows, all but those that were ours. */
export function countOwnColumns(header: readonly string[]): number {
  const names = header.slice(-APPENDED_COLUMNS.length).map((name) => name.trim().toLowerCase());
  const isOurs = APPENDED_COLUMNS.every((name, place) => names[place] === name);
  return header.length - (isOurs ? APPENDED_COLUMNS.length : 0);
}

/** The cells of a row that are the partner's: of a row that was rejected before, without the three that were ours. */
export function ownCells(
  cells: readonly string[],
  { header, columns }: Pick<FileLayout, 'header' | 'columns'>,
): readonly string[] {
  const mayBeOurs =
    header === null
      ? // A row that lacked three cells has as many as there are columns, now that ours stand behind it.
        cells.length !== columns.length || cells.at(-2) === 'COLUMNS_MISMATCH'
      : countOwnColumns(header) < header.length;
  return mayBeOurs && wasRejected(cells) ? cells.slice(0, -APPENDED_COLUMNS.length) : cells;
}

function wasRejected(cells: readonly string[]): boolean {
  const [line = '', codes = ''] = cells.slice(-APPENDED_COLUMNS.length);
  return /^\d+$/.test(line) && /^[A-Z]+(?:_[A-Z]+)+/.test(codes);
}
