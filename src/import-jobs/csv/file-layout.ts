import type { CellName, FileFormat } from '../file-format';
import type { FilePlace } from './row-texts';

/** How one file is written, and what stands where in its rows. */
export interface FileLayout extends FileFormat {
  readonly columns: readonly FileColumn[];
  /** The header line as it stands in the file; null where there is none. */
  readonly header: readonly string[] | null;
  /** Where the rows begin, behind the header line. */
  readonly start: FilePlace;
  readonly lineEnd: string;
  readonly hasByteOrderMark: boolean;
}

export interface FileColumn {
  /** Null where the column is not read. */
  readonly name: CellName | null;
  readonly mandatory: boolean;
}

/** What the file of rejected rows has behind the columns of the partner. It can be sent as it is. */
export const APPENDED_COLUMNS = ['line', 'code', 'message'] as const;
