import type { TrackingStatus } from '../../kernel/tracking-status';
import type { CellName, ColumnName, FileFormat } from '../file-format';

/** What the configuration of a partner says, in the words of this server. */
export interface ImportConfiguration {
  /** Null where it is about the action only: the file tells the rest by its header line. */
  readonly provider: ProviderSettings | null;
  /** The columns that are used; null: all that the file has. */
  readonly fields: readonly ConfiguredField[] | null;
  /** As the mutation takes them, and judged by its rules. */
  readonly options: ConfiguredOptions;
  readonly parameters: ConfiguredParameters;
}

export interface ProviderSettings extends FileFormat {
  /** What stands at each place of a line; null: the header line tells. */
  readonly columnsMapping: readonly ColumnName[] | null;
  readonly skipFirstLine: boolean;
}

export interface ConfiguredField {
  readonly name: CellName;
  readonly mandatory: boolean;
}

/** `options` of importConsolidatedTracking; what is not there was not configured. */
export interface ConfiguredOptions {
  defaultScoreMax?: number;
  olderRows?: 'OVERWRITE' | 'SKIP';
}

/** `parameters` of importConsolidatedTracking; what is not there was not configured. */
export interface ConfiguredParameters {
  dateTimeFormat?: string;
  timeZone?: string;
  defaultTime?: string;
  timeSpentFormat?: 'RAW_SECONDS' | 'RAW_MINUTES' | 'ISO_8601' | 'PADDED' | 'PADDED_HH';
  trackingStatus?: { status: TrackingStatus; alias: string }[];
}
