import type { Database } from '../../data/database';
import type { ImportJobRecord, JobProgress } from '../../data/import-job.repository';
import type { Problem } from '../../kernel/problem';
import type { ConsolidatedTrackingRowInput } from '../../tracking-import/import-consolidated-tracking.input';
import type { FoundInFile } from '../../tracking-import/lookup/resolve-all';
import type { FileLayout } from '../csv/file-layout';
import { FileUnreadable } from '../csv/file-unreadable';
import { type CsvRow, readCsv } from '../csv/read-csv';
import { readRow } from '../csv/read-row';
import { bytesOfJob } from './job-bytes';

/** A row of the file, as it stands there and as the import takes it. */
export interface FileRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly row: ConsolidatedTrackingRowInput;
}

/** Rows of a file that are imported together. */
export interface FileWindow {
  /** From 0. */
  readonly number: number;
  readonly rows: readonly FileRow[];
  /** What is wrong with them as rows of a file, by the numbers of the rows from 0. */
  readonly found: ReadonlyMap<number, FoundInFile>;
  /** The place behind them. */
  readonly end: Pick<JobProgress, 'byte' | 'line'>;
  readonly isLast: boolean;
  /** Why the file cannot be read on behind them; they are the last then. */
  readonly failure: Problem | undefined;
}

/** A window of longer rows has fewer of them: all of its rows are in memory at once. */
const WINDOW_BYTES = 4 * 1_024 * 1_024;

/** The windows of a file, from a place on. */
export class FileWindows {
  readonly #layout: FileLayout;
  readonly #size: number;
  readonly #source: AsyncGenerator<readonly CsvRow[]>;
  #number: number;
  #end: Pick<JobProgress, 'byte' | 'line'>;
  #read: readonly CsvRow[] = [];
  #ahead: Promise<FileWindow> | undefined;
  #isLast = false;
  #failure: Problem | undefined;

  constructor(
    database: Database,
    job: ImportJobRecord,
    layout: FileLayout,
    { windows, byte, line }: JobProgress,
    size: number,
  ) {
    const from = windows === 0 ? layout.start : { byte, line };
    this.#layout = layout;
    this.#size = size;
    this.#number = windows;
    this.#end = from;
    this.#source = readCsv(bytesOfJob(database, job, from.byte), layout, from);
  }

  /** The one behind it is read while this one is imported. */
  async next(): Promise<FileWindow> {
    const window = await (this.#ahead ?? this.#window());
    this.#ahead = window.isLast ? undefined : this.#window();
    // Whoever asks for it is told of a failure; until then it is nobody's.
    this.#ahead?.catch(() => {});
    return window;
  }

  async #window(): Promise<FileWindow> {
    const rows: FileRow[] = [];
    const found = new Map<number, FoundInFile>();
    // One more than the window holds tells whether it is the last.
    while (this.#countRead() === this.#read.length && !this.#isLast) await this.#readOn();
    const count = this.#countRead();
    const [some, rest] = [this.#read.slice(0, count), this.#read.slice(count)];
    this.#read = rest;
    for (const each of some) {
      const { row, problems } = readRow(each, this.#layout);
      rows.push({ line: each.line, cells: each.cells, row: (row ?? {}) as ConsolidatedTrackingRowInput });
      if (problems.length > 0) found.set(each.line - 1, { problems, isUnreadable: row === null });
    }
    this.#end = some.at(-1)?.end ?? this.#end;
    const isLast = this.#isLast && rest.length === 0;
    const failure = isLast ? this.#failure : undefined;
    const window = { number: this.#number, rows, found, end: this.#end, isLast, failure };
    this.#number += 1;
    return window;
  }

  /** How many of the rows that are read the window holds. */
  #countRead(): number {
    const rows = this.#read;
    const last = Math.min(this.#size, rows.length) - 1;
    const endByte = this.#end.byte + WINDOW_BYTES;
    if ((rows[last]?.end.byte ?? 0) <= endByte) return last + 1;
    return Math.max(
      1,
      rows.findIndex(({ end }) => end.byte > endByte),
    );
  }

  async #readOn(): Promise<void> {
    try {
      const { done, value } = await this.#source.next();
      if (done === true) this.#isLast = true;
      else this.#read = [...this.#read, ...value];
    } catch (error) {
      if (!(error instanceof FileUnreadable)) throw error;
      this.#failure = error.problem;
      this.#isLast = true;
    }
  }

  async close(): Promise<void> {
    await this.#ahead?.catch(() => {});
    await this.#source.return(undefined);
  }
}
