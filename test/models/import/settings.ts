import { trim } from './cells';
import { CODES, requestProblem } from './codes';
import { type DateSettings, parseDefaultTime, parseFormat } from './dates';
import { type StatusWords, statusWords } from './status-words';
import {
  CELL_NAMES,
  type ImportInput,
  type ImportParameters,
  type ModelProblem,
  type TimeSpentFormat,
} from './types';
import { isZone } from './zones';

export interface Settings {
  readonly merges: boolean;
  readonly rejectsEverything: boolean;
  readonly skipsOlderRows: boolean;
  readonly defaultScoreMax: number | null;
  readonly dates: DateSettings;
  readonly timeSpentFormat: TimeSpentFormat;
  readonly words: StatusWords['words'];
}

const MAX_ROWS = 10_000;
const MAX_ALIASES = 100;

/** The settings of a request, or every reason why it is refused as a whole. */
export function readSettings(input: ImportInput): Settings | readonly ModelProblem[] {
  const { rows, idempotencyKey } = input;
  // Null is the default, everywhere outside the rows.
  const parameters = input.parameters ?? {};
  const timeZone = parameters.timeZone ?? 'UTC';
  const format = parseFormat(parameters.dateTimeFormat ?? 'YYYY-MM-DD hh:ii:ss');
  const defaultTime = parseDefaultTime(parameters.defaultTime ?? '00:00:00');
  const { words } = statusWords(parameters.trackingStatus);
  const defaultScoreMax = input.options?.defaultScoreMax ?? null;

  const problems: ModelProblem[] = [];
  if (rows.length === 0) problems.push(requestProblem(CODES.rowsMissing, 'rows'));
  if (rows.length > MAX_ROWS) problems.push(requestProblem(CODES.rowsTooMany, 'rows'));
  if (!isZone(timeZone)) problems.push(requestProblem(CODES.timeZoneUnknown, 'parameters', 'timeZone'));
  if (format === null) {
    problems.push(requestProblem(CODES.dateFormatInvalid, 'parameters', 'dateTimeFormat'));
  }
  if (defaultTime === null) {
    problems.push(requestProblem(CODES.defaultTimeInvalid, 'parameters', 'defaultTime'));
  }
  problems.push(...aliasProblems(parameters.trackingStatus ?? []));
  if (defaultScoreMax !== null && defaultScoreMax < 0) {
    problems.push(requestProblem(CODES.defaultScoreMaxNegative, 'options', 'defaultScoreMax'));
  }
  if (typeof idempotencyKey === 'string' && !isUsableKey(idempotencyKey)) {
    problems.push(requestProblem(CODES.idempotencyKeyInvalid, 'idempotencyKey'));
  }
  if (format === null || defaultTime === null || problems.length > 0) return problems;

  return {
    merges: input.writeMode === 'MERGE',
    rejectsEverything: input.errorPolicy === 'REJECT_EVERYTHING',
    skipsOlderRows: input.options?.olderRows === 'SKIP',
    defaultScoreMax,
    dates: { format, timeZone, defaultTime },
    timeSpentFormat: parameters.timeSpentFormat ?? 'RAW_SECONDS',
    words,
  };
}

/** A table is looked through as far as it can be read. */
function aliasProblems(table: NonNullable<ImportParameters['trackingStatus']>): ModelProblem[] {
  const path = ['parameters', 'trackingStatus'];
  if (table.length > MAX_ALIASES) return [requestProblem(CODES.statusAliasesTooMany, ...path)];
  const { ambiguous, invalid } = statusWords(table);
  const at = (index: number) => [...path, String(index), 'alias'];
  if (invalid.length > 0) {
    return invalid.map((index) => requestProblem(CODES.statusAliasInvalid, ...at(index)));
  }
  return ambiguous.map((index) => requestProblem(CODES.statusAliasAmbiguous, ...at(index)));
}

function isUsableKey(key: string): boolean {
  return trim(key) !== '' && [...key].length <= 255 && !/\p{Cc}/u.test(key) && key.isWellFormed();
}

/**
 * Paths of cells that hold an object or a list: these stay GraphQL errors, and nothing is read. Only inputs without
 * any are for the model.
 */
export function wrongTypes(input: ImportInput): string[][] {
  return input.rows.flatMap((row, index) =>
    CELL_NAMES.filter((cell) => cell !== 'ignoredColumn' && cell !== 'timeSpent')
      .filter((cell) => typeof row[cell] === 'object' && row[cell] !== null)
      .map((cell) => ['rows', String(index), cell]),
  );
}
