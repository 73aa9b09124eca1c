import { type Problem, problem } from '../../kernel/problem';
import type { ImportConfiguration } from '../configuration/import-configuration';
import { missingColumns } from '../configuration/missing-columns';
import { type ColumnName, type Encoding, IGNORED_COLUMN } from '../file-format';
import { BYTE_ORDER_MARK_BYTES, byteOrderMark } from './encodings';
import type { FileColumn, FileLayout } from './file-layout';
import { FileUnreadable } from './file-unreadable';
import { appendedTo, columnNamed, columnsOf, delimiterOf, headerCells } from './header';
import { placeOf, type RowText, readRowTexts, START_OF_FILE } from './row-texts';

type LayoutOrProblems = { readonly layout: FileLayout } | { readonly problems: readonly Problem[] };

/**
 * Tells how a file is written and what its columns are, from its first row and, where the partner has one, the
 * configuration. `bytes` begin where the file does. Throws FileUnreadable where not even that row can be read. Source:
 * docs/rules/files.md, "The file".
 */
export async function readLayout(
  bytes: AsyncIterable<Buffer>,
  configuration: ImportConfiguration | null,
): Promise<LayoutOrProblems> {
  const source = await peeked(bytes);
  const mark = byteOrderMark(source.start)?.[0];
  // What nobody configured, the mark tells.
  const encoding = configuration?.provider?.encoding ?? (mark === 'UTF-16LE' ? mark : 'UTF-8');
  const first = await firstRow(source.bytes, encoding);
  if (first === undefined) return { problems: [problem('CSV_EMPTY', {}, { path: [] })] };

  const told = columnsToldBy(first, configuration);
  if ('problems' in told) return told;
  const columns = usedColumns(told.columns, configuration);
  const problems = missingMandatory(columns, configuration);
  if (problems.length > 0) return { problems };
  const { delimiter, header } = told;
  const start = header === null ? START_OF_FILE : first.end;
  // A file of one line without an end has none to tell.
  const lineEnd = first.lineEnd === '' ? '\r\n' : first.lineEnd;
  return {
    layout: { encoding, delimiter, columns, header, start, lineEnd, hasByteOrderMark: mark !== undefined },
  };
}

/** The bytes once more, and the first of them. */
async function peeked(
  bytes: AsyncIterable<Buffer>,
): Promise<{ readonly start: Buffer; readonly bytes: AsyncIterable<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < BYTE_ORDER_MARK_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  async function* all() {
    try {
      yield start;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { start, bytes: all() };
}

async function firstRow(bytes: AsyncIterable<Buffer>, encoding: Encoding): Promise<RowText | undefined> {
  for await (const { rows, failure } of readRowTexts(bytes, encoding, START_OF_FILE)) {
    if (rows[0] !== undefined) return rows[0];
    if (failure !== undefined) throw new FileUnreadable(failure);
  }
  return undefined;
}

type ColumnsOrProblems =
  | (Pick<FileLayout, 'delimiter' | 'header'> & { readonly columns: readonly ColumnName[] })
  | { readonly problems: readonly Problem[] };

function columnsToldBy(first: RowText, configuration: ImportConfiguration | null): ColumnsOrProblems {
  const provider = configuration?.provider ?? null;
  const delimiter = provider?.delimiter ?? delimiterOf(first);
  const cells = headerCells(first, delimiter);
  const mapping = provider?.columnsMapping ?? null;
  if (provider !== null && mapping !== null) {
    if (!provider.skipFirstLine) return { delimiter, header: null, columns: mapping };
    // Positions count, whatever the header line says; a file of rejected rows has more of them.
    const appended = new Array<ColumnName>(appendedTo(cells, mapping.length)).fill(IGNORED_COLUMN);
    return { delimiter, header: cells, columns: [...mapping, ...appended] };
  }
  if (configuration !== null) {
    const isHeader = cells.some((cell) => columnNamed(cell) !== undefined);
    const missing = missingColumns(configuration, isHeader);
    if (missing !== undefined) return { problems: [missing] };
  }
  const told = columnsOf(cells, first.line);
  return 'problems' in told ? told : { delimiter, header: cells, columns: told.columns };
}

function usedColumns(
  names: readonly ColumnName[],
  configuration: ImportConfiguration | null,
): readonly FileColumn[] {
  const fields = configuration?.fields ?? null;
  return names.map((name) => {
    if (name === IGNORED_COLUMN) return UNREAD;
    if (fields === null) return { name, mandatory: false };
    return fields.find((field) => field.name === name) ?? UNREAD;
  });
}

const UNREAD: FileColumn = { name: null, mandatory: false };

function missingMandatory(
  columns: readonly FileColumn[],
  configuration: ImportConfiguration | null,
): readonly Problem[] {
  return (configuration?.fields ?? [])
    .filter(({ name, mandatory }) => mandatory && !columns.some((column) => column.name === name))
    .map(({ name }) => problem('CSV_COLUMN_MISSING', { name }, placeOf(START_OF_FILE.line)));
}
