import { closest, distance } from 'fastest-levenshtein';
import type { ConsolidatedTrackingRowInput } from '../tracking-import/import-consolidated-tracking.input';

/** What a file of tracking can hold, and how it can be written: the words of the vendor. */

/** A column by its name, as a row of the import has it. */
export type ColumnName = keyof ConsolidatedTrackingRowInput;

/** A cell of the import that has no column here does not compile. */
const COLUMNS: Readonly<Record<ColumnName, true>> = {
  candidateEmail: true,
  candidateLogin: true,
  candidateRefNumber: true,
  firstAccessDate: true,
  firstCompletionDate: true,
  ignoredColumn: true,
  lastAccessDate: true,
  lovCode: true,
  lovGuid: true,
  progression: true,
  score: true,
  scoreMax: true,
  sessionGuid: true,
  sessionId: true,
  sessionTitle: true,
  timeSpent: true,
  trackingStatus: true,
  trainingGuid: true,
  trainingId: true,
  trainingPathCode: true,
};

export const COLUMN_NAMES = Object.keys(COLUMNS) as readonly ColumnName[];

/** The one that holds the place of a column that nobody reads. It may repeat. */
export const IGNORED_COLUMN = 'ignoredColumn' satisfies ColumnName;

/** A column that is read. */
export type CellName = Exclude<ColumnName, typeof IGNORED_COLUMN>;

export function isColumnName(name: string): name is ColumnName {
  return Object.hasOwn(COLUMNS, name);
}

export const MAX_COLUMNS = 200;

export const ENCODINGS = ['UTF-8', 'ISO-8859-1', 'WINDOWS-1252', 'UTF-16LE'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const DELIMITERS = { semicolon: ';', comma: ',', pipe: '|', tabulation: '\t' } as const;
export type DelimiterName = keyof typeof DELIMITERS;
export type Delimiter = (typeof DELIMITERS)[DelimiterName];

/** How a file is written. */
export interface FileFormat {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
}

/** Names of more letters than any that is known: comparing them would take long, and find nothing. */
const MAX_NAME_LENGTH = 60;

/** The known name that was probably meant, where one is near. Case does not count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > MAX_NAME_LENGTH) return undefined;
  const lowered = new Map(known.map((each) => [each.toLowerCase(), each]));
  const wanted = name.trim().toLowerCase();
  const nearest = closest(wanted, [...lowered.keys()]);
  const farthest = Math.max(1, Math.floor(wanted.length / 3));
  return distance(wanted, nearest) <= farthest ? lowered.get(nearest) : undefined;
}

/** What a problem repeats of a text that somebody else wrote. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59).toWellFormed()}…`;
}
