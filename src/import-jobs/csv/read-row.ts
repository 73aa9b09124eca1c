import { NO_PROBLEMS, type Problem, problem } from '../../kernel/problem';
import { isBlank } from '../../kernel/text';
import type { CellName } from '../file-format';
import type { FileLayout } from './file-layout';
import { ownCells } from './own-cells';
import type { CsvRow } from './read-csv';

/**
 * A row as the import takes it: what the file or `fields` lacks is absent, an empty cell is null, and all others are
 * text, for the rules to judge.
 */
export type ImportRow = { [Name in CellName]?: string | null };

export interface ReadRow {
  /** Null where cells and columns do not fit together. */
  readonly row: ImportRow | null;
  /** What rejects the row; `path` names the cell, and `row` the line. */
  readonly problems: readonly Problem[];
}

/** Reads the cells of a row by the columns of its file. */
export function readRow({ line, cells: all }: CsvRow, layout: FileLayout): ReadRow {
  const { columns, header } = layout;
  // Where there is a header line, it names the columns that were ours.
  const cells = header === null ? ownCells(all, layout) : all;
  if (cells.length !== columns.length) {
    const params = { count: cells.length, expected: columns.length };
    return { row: null, problems: [problem('COLUMNS_MISMATCH', params, { path: [], row: line })] };
  }
  const row: ImportRow = {};
  let empty: Problem[] | undefined;
  for (let place = 0; place < columns.length; place++) {
    const column = columns[place];
    const cell = cells[place];
    if (column === undefined || cell === undefined || column.name === null) continue;
    row[column.name] = cell === '' ? null : cell;
    if (column.mandatory && isBlank(cell)) {
      empty ??= [];
      empty.push(problem('FIELD_EMPTY', { field: column.name }, { path: [column.name], row: line }));
    }
  }
  return { row, problems: empty ?? NO_PROBLEMS };
}
