import type { ModelProblem } from './types';

/** The codes that the rules name, under their names; for the others the names of docs/messages.md. */
export const CODES = {
  // Named by the rules.
  lovReferenceMissing: 'LOV_REFERENCE_MISSING',
  learnerReferenceMissing: 'LEARNER_REFERENCE_MISSING',
  contextMissing: 'CONTEXT_MISSING',
  numberInvalid: 'NUMBER_INVALID',
  numberNotFinite: 'NUMBER_NOT_FINITE',
  textInvalid: 'TEXT_INVALID',
  lovNotFound: 'LOV_NOT_FOUND',
  lovAmbiguous: 'LOV_AMBIGUOUS',
  lovNotInTraining: 'LOV_NOT_IN_TRAINING',
  lovProvidedByCrossKnowledge: 'LOV_PROVIDED_BY_CROSSKNOWLEDGE',
  lovIsEasyQuizz: 'LOV_IS_EASYQUIZZ',
  registrationNotFound: 'REGISTRATION_NOT_FOUND',
  learnerAmbiguous: 'LEARNER_AMBIGUOUS',
  sessionAmbiguous: 'SESSION_AMBIGUOUS',
  completionDateWithoutCompletion: 'COMPLETION_DATE_WITHOUT_COMPLETION',
  completionDateDefaulted: 'COMPLETION_DATE_DEFAULTED',
  statusContradictsProgression: 'STATUS_CONTRADICTS_PROGRESSION',
  scoreMaxAssumed: 'SCORE_MAX_ASSUMED',
  valueReset: 'VALUE_RESET',
  valuesIgnored: 'VALUES_IGNORED',
  rowOlderThanStored: 'ROW_OLDER_THAN_STORED',
  nothingSent: 'NOTHING_SENT',
  rowSuperseded: 'ROW_SUPERSEDED',
  notApplied: 'NOT_APPLIED',
  dateFormatInvalid: 'DATE_FORMAT_INVALID',
  idempotencyKeyReused: 'IDEMPOTENCY_KEY_REUSED',
  // Not named by the rules.
  textTooLong: 'TEXT_TOO_LONG',
  emailInvalid: 'EMAIL_INVALID',
  dateInvalid: 'DATE_INVALID',
  timeSkipped: 'TIME_SKIPPED',
  timeAmbiguous: 'TIME_AMBIGUOUS',
  progressionOutOfRange: 'PROGRESSION_OUT_OF_RANGE',
  scoreNegative: 'SCORE_NEGATIVE',
  scoreExceedsMax: 'SCORE_EXCEEDS_MAX',
  timeSpentInvalid: 'TIME_SPENT_INVALID',
  trackingStatusUnknown: 'TRACKING_STATUS_UNKNOWN',
  datesOutOfOrder: 'DATES_OUT_OF_ORDER',
  dateInFuture: 'DATE_IN_FUTURE',
  rowsMissing: 'ROWS_MISSING',
  rowsTooMany: 'ROWS_TOO_MANY',
  timeZoneUnknown: 'TIME_ZONE_UNKNOWN',
  defaultTimeInvalid: 'DEFAULT_TIME_INVALID',
  statusAliasesTooMany: 'STATUS_ALIASES_TOO_MANY',
  statusAliasInvalid: 'STATUS_ALIAS_INVALID',
  statusAliasAmbiguous: 'STATUS_ALIAS_AMBIGUOUS',
  defaultScoreMaxNegative: 'DEFAULT_SCORE_MAX_NEGATIVE',
  idempotencyKeyInvalid: 'IDEMPOTENCY_KEY_INVALID',
} as const;

/** Those of an undo, which no import comes to. */
export const UNDO_CODES = {
  importNotFound: 'IMPORT_NOT_FOUND',
  importAlreadyUndone: 'IMPORT_ALREADY_UNDONE',
  changedSince: 'CHANGED_SINCE',
} as const;

type Code = (typeof CODES)[keyof typeof CODES] | (typeof UNDO_CODES)[keyof typeof UNDO_CODES];

const WARNINGS: ReadonlySet<Code> = new Set([
  CODES.timeSkipped,
  CODES.timeAmbiguous,
  CODES.learnerAmbiguous,
  CODES.completionDateDefaulted,
  CODES.statusContradictsProgression,
  CODES.scoreMaxAssumed,
  CODES.valueReset,
  CODES.valuesIgnored,
  CODES.rowOlderThanStored,
  CODES.nothingSent,
  CODES.rowSuperseded,
  CODES.datesOutOfOrder,
  CODES.dateInFuture,
]);

/** These would speak of something that did not happen: a rejected row keeps the warnings about its cells and its learner. */
export const OF_ACCEPTED_ROWS: ReadonlySet<string> = new Set<Code>([
  CODES.completionDateDefaulted,
  CODES.datesOutOfOrder,
  CODES.dateInFuture,
  CODES.statusContradictsProgression,
  CODES.scoreMaxAssumed,
  CODES.valueReset,
  CODES.valuesIgnored,
  CODES.rowOlderThanStored,
  CODES.nothingSent,
  CODES.rowSuperseded,
]);

/** Problems that belong to no check stand behind those that do. */
export const AFTER_THE_CHECKS = 12;

export function requestProblem(code: Code, ...path: string[]): ModelProblem {
  return { code, severity: 'ERROR', path, row: null, check: 0 };
}

/** A problem of the row with this index, about one of its cells or, without a cell, about the whole row. */
export function rowProblem(index: number, check: number, code: Code, cell?: string): ModelProblem {
  const path = ['rows', String(index), ...(cell === undefined ? [] : [cell])];
  return { code, severity: WARNINGS.has(code) ? 'WARNING' : 'ERROR', path, row: index + 1, check };
}

export function isError(problem: ModelProblem): boolean {
  return problem.severity === 'ERROR';
}
