import { compileDateFormat } from '../kernel/dates/date-format';
import { compileDateReader, type DateReader, parseTimeOfDay } from '../kernel/dates/date-reader';
import { isKnownTimeZone } from '../kernel/dates/time-zones';
import { isUsableKey } from '../kernel/idempotency-key';
import { type Problem, problem } from '../kernel/problem';
import { characterCount, isWellFormedText } from '../kernel/text';
import {
  DEFAULT_PARAMETERS,
  type ErrorPolicy,
  type ImportConsolidatedTrackingInput,
  MAX_ROWS,
  MAX_TEXT_CHARACTERS,
  type OlderRows,
  type TrackingStatusAliasInput,
  type WriteMode,
} from './import-consolidated-tracking.input';
import { compileStatusWords, type StatusWords } from './status-words';
import type { TimeSpentFormat } from './time-spent';

/** What holds for every row of a request, ready to use. */
export interface ImportSettings {
  readonly writeMode: WriteMode;
  readonly errorPolicy: ErrorPolicy;
  readonly defaultScoreMax: number | null;
  readonly olderRows: OlderRows;
  readonly dateTimeFormat: string;
  readonly timeZone: string;
  readonly defaultTime: string;
  readonly timeSpentFormat: TimeSpentFormat;
  readonly dates: DateReader;
  readonly statusWords: StatusWords;
}

/** Reads a request's settings; any problem refuses the request as a whole, and all are told, in the order of the rules. */
export function readSettings(
  input: ImportConsolidatedTrackingInput,
): { readonly settings: ImportSettings } | { readonly problems: readonly Problem[] } {
  const sent = input.parameters;
  // Null is the default.
  const parameters = {
    dateTimeFormat: sent?.dateTimeFormat ?? DEFAULT_PARAMETERS.dateTimeFormat,
    timeZone: sent?.timeZone ?? DEFAULT_PARAMETERS.timeZone,
    defaultTime: sent?.defaultTime ?? DEFAULT_PARAMETERS.defaultTime,
    timeSpentFormat: sent?.timeSpentFormat ?? DEFAULT_PARAMETERS.timeSpentFormat,
    trackingStatus: sent?.trackingStatus ?? [],
  };
  const defaultScoreMax = input.options?.defaultScoreMax ?? null;
  const problems: Problem[] = [];

  if (input.rows.length === 0) problems.push(problem('ROWS_MISSING', {}, { path: ['rows'] }));
  if (input.rows.length > MAX_ROWS) {
    problems.push(problem('ROWS_TOO_MANY', { count: input.rows.length, max: MAX_ROWS }, { path: ['rows'] }));
  }
  if (!isKnownTimeZone(parameters.timeZone)) {
    problems.push(problem('TIME_ZONE_UNKNOWN', {}, { path: ['parameters', 'timeZone'] }));
  }
  const format = compileDateFormat(parameters.dateTimeFormat);
  if (!format.ok) {
    const path = ['parameters', 'dateTimeFormat'];
    problems.push(problem('DATE_FORMAT_INVALID', { reason: format.reason }, { path }));
  }
  const defaultTime = parseTimeOfDay(parameters.defaultTime);
  if (defaultTime === undefined) {
    problems.push(problem('DEFAULT_TIME_INVALID', {}, { path: ['parameters', 'defaultTime'] }));
  }
  const words = readStatusWords(parameters.trackingStatus);
  if ('problems' in words) problems.push(...words.problems);
  if (defaultScoreMax !== null && defaultScoreMax < 0) {
    problems.push(problem('DEFAULT_SCORE_MAX_NEGATIVE', {}, { path: ['options', 'defaultScoreMax'] }));
  }
  const { idempotencyKey } = input;
  if (idempotencyKey !== undefined && idempotencyKey !== null && !isUsableKey(idempotencyKey)) {
    problems.push(problem('IDEMPOTENCY_KEY_INVALID', {}, { path: ['idempotencyKey'] }));
  }

  if (problems.length > 0 || !format.ok || defaultTime === undefined || 'problems' in words) {
    return { problems };
  }
  return {
    settings: {
      writeMode: input.writeMode ?? 'REPLACE',
      errorPolicy: input.errorPolicy ?? 'REJECT_FAILED_ROWS',
      defaultScoreMax,
      olderRows: input.options?.olderRows ?? 'OVERWRITE',
      // Without surrounding blanks: every message about a date repeats it.
      dateTimeFormat: format.format.text,
      timeZone: parameters.timeZone,
      defaultTime: parameters.defaultTime,
      timeSpentFormat: parameters.timeSpentFormat,
      dates: compileDateReader({ format: format.format, timeZone: parameters.timeZone, defaultTime }),
      statusWords: words.words,
    },
  };
}

/** A problem of an unknown word lists the known ones, so their number bounds the answer. */
const MAX_ALIASES = 100;

function readStatusWords(
  aliases: readonly TrackingStatusAliasInput[],
): { readonly words: StatusWords } | { readonly problems: readonly Problem[] } {
  if (aliases.length > MAX_ALIASES) {
    const path = ['parameters', 'trackingStatus'];
    return { problems: [problem('STATUS_ALIASES_TOO_MANY', { max: MAX_ALIASES }, { path })] };
  }
  const pathOf = (index: number) => ['parameters', 'trackingStatus', String(index), 'alias'];
  const unusable = aliases.flatMap(({ alias }, index) =>
    isWellFormedText(alias) && characterCount(alias) <= MAX_TEXT_CHARACTERS
      ? []
      : [problem('STATUS_ALIAS_INVALID', { max: MAX_TEXT_CHARACTERS }, { path: pathOf(index) })],
  );
  if (unusable.length > 0) return { problems: unusable };
  const compiled = compileStatusWords(aliases);
  if (compiled.ok) return { words: compiled.words };
  return {
    problems: compiled.conflicts.map(({ index, word, first, second }) =>
      problem('STATUS_ALIAS_AMBIGUOUS', { word, first, second }, { path: pathOf(index) }),
    ),
  };
}

/**
 * What an idempotency key belongs to. Outside the rows absent, null and a default written out are alike; rows count as
 * they were sent, but for the column that nobody reads.
 */
export function countedInput(input: ImportConsolidatedTrackingInput, settings: ImportSettings): object {
  const {
    writeMode,
    errorPolicy,
    defaultScoreMax,
    olderRows,
    dateTimeFormat,
    timeZone,
    defaultTime,
    timeSpentFormat,
  } = settings;
  const aliases = (input.parameters?.trackingStatus ?? []).map(({ status, alias }) => [status, alias]);
  const given = { writeMode, errorPolicy, defaultScoreMax, olderRows, dateTimeFormat, timeZone, defaultTime };
  return { ...given, timeSpentFormat, aliases, rows: input.rows.map(({ ignoredColumn: _, ...row }) => row) };
}

/** The same as versions before `olderRows` counted it: the input as it was sent. */
export function formerlyCounted({
  dryRun: _,
  idempotencyKey: __,
  ...input
}: ImportConsolidatedTrackingInput): object {
  if ((input.options ?? null) === null) return input;
  const { olderRows: ___, ...options } = input.options ?? {};
  return { ...input, options };
}
