import type { ImportJobRecord } from '../data/import-job.repository';
import type { ImportConsolidatedTrackingInput } from '../tracking-import/import-consolidated-tracking.input';
import { type ImportSettings, readSettings } from '../tracking-import/settings';
import type { ImportConfiguration } from './configuration/import-configuration';
import type { FileLayout } from './csv/file-layout';

/** What a caller ordered besides the file, in the shape of the mutation's input: the same rules judge it. */
export interface OrderedImport
  extends Pick<ImportConsolidatedTrackingInput, 'writeMode' | 'errorPolicy' | 'options' | 'parameters'> {
  readonly kind: 'IMPORT';
  readonly configuration: ImportConfiguration | null;
  /** How the file is written: null until its beginning is read. */
  readonly layout: FileLayout | null;
  /** Judges all rows, and writes none. */
  readonly dryRun: boolean;
  /**
   * In percent: where more of the rows would delete or reset stored progress, completion or score, nothing is written.
   * Null where as many may as there are.
   */
  readonly changeThreshold: number | null;
}

/** The undo of another job. */
export interface OrderedUndo {
  readonly kind: 'UNDO';
  readonly dryRun: boolean;
  /** How many windows that job has. */
  readonly windows: number;
}

export type Ordered = OrderedImport | OrderedUndo;

export function orderedOf({ ordered }: Pick<ImportJobRecord, 'ordered'>): Ordered {
  return ordered as Ordered;
}

/** What every row is read and judged by. */
export function settingsOf({
  kind: _,
  configuration: __,
  layout: ___,
  ...sent
}: OrderedImport): ImportSettings {
  const read = readSettings({ ...sent, rows: [{}] });
  if ('problems' in read) throw new Error('Settings are read before a job is made');
  return read.settings;
}

/** Whether all rows are judged before the first is written. */
export function isCheckedFirst({ dryRun, changeThreshold, errorPolicy }: OrderedImport): boolean {
  return dryRun || changeThreshold !== null || errorPolicy === 'REJECT_EVERYTHING';
}
