import { type Problem, problem } from '../../kernel/problem';
import { trimmed } from '../../kernel/text';
import {
  COLUMN_NAMES,
  type ColumnName,
  DELIMITERS,
  type Delimiter,
  IGNORED_COLUMN,
  nearestName,
  shortened,
} from '../file-format';
import { cellsOf } from './cells';
import { APPENDED_COLUMNS } from './file-layout';
import { FileUnreadable } from './file-unreadable';
import { placeOf, type RowText } from './row-texts';

/** Those that a header line can tell; where several could be meant, the first. */
const TOLD_BY_HEADER = [DELIMITERS.semicolon, DELIMITERS.comma, DELIMITERS.tabulation];

/** How the vendor writes each name, whatever case the file has it in. */
const NAMES: ReadonlyMap<string, ColumnName> = new Map([
  ...COLUMN_NAMES.map((name) => [name.toLowerCase(), name] as const),
  ...APPENDED_COLUMNS.map((name) => [name, IGNORED_COLUMN] as const),
]);

/** The column that a cell of a header line names. */
export function columnNamed(cell: string): ColumnName | undefined {
  return NAMES.get(trimmed(cell).toLowerCase());
}

/** The cells of a header line. */
export function headerCells(row: RowText, delimiter: Delimiter): readonly string[] {
  const { cells, failure } = cellsOf([row], delimiter);
  if (failure !== undefined) throw new FileUnreadable(failure);
  return cells[0] ?? [];
}

/** The delimiter by which the header line names most columns. */
export function delimiterOf(row: RowText): Delimiter {
  const readings = TOLD_BY_HEADER.map((delimiter) => {
    const { cells, failure } = cellsOf([row], delimiter);
    const names = cells[0] ?? [];
    const known = names.filter((cell) => columnNamed(cell) !== undefined).length;
    return { delimiter, known, count: failure?.code === 'CSV_COLUMNS_TOO_MANY' ? Infinity : names.length };
  });
  const [best] = readings.toSorted((one, other) => other.known - one.known || other.count - one.count);
  return best?.delimiter ?? DELIMITERS.semicolon;
}

/** More would not be read. */
const MAX_PROBLEMS = 20;

/** The columns that a header line names, or what is wrong with the names. */
export function columnsOf(
  cells: readonly string[],
  line: number,
): { readonly columns: readonly ColumnName[] } | { readonly problems: readonly Problem[] } {
  const columns: ColumnName[] = [];
  const problems: Problem[] = [];
  for (const cell of cells) {
    const name = columnNamed(cell);
    if (name === undefined) problems.push(unknownColumn(cell, line));
    else if (name !== IGNORED_COLUMN && columns.includes(name)) {
      problems.push(problem('CSV_COLUMN_REPEATED', { name }, placeOf(line)));
    } else columns.push(name);
  }
  return problems.length > 0 ? { problems: problems.slice(0, MAX_PROBLEMS) } : { columns };
}

function unknownColumn(cell: string, line: number): Problem {
  const written = trimmed(cell);
  const name = written === '' ? 'it has no name' : shortened(written);
  const known = COLUMN_NAMES.join(', ');
  const nearest = nearestName(written, COLUMN_NAMES);
  const hint = nearest === undefined ? {} : { hint: `Did you mean ${nearest}? Known columns: ${known}.` };
  return problem('CSV_COLUMN_UNKNOWN', { name, known }, { ...placeOf(line), ...hint });
}

/** How many columns of our own stand behind those of the partner: three, or none. */
export function appendedTo(header: readonly string[], columns: number): number {
  const behind = header.slice(columns).map((cell) => trimmed(cell).toLowerCase());
  const isOurs =
    behind.length === APPENDED_COLUMNS.length &&
    APPENDED_COLUMNS.every((name, place) => behind[place] === name);
  return isOurs ? APPENDED_COLUMNS.length : 0;
}
