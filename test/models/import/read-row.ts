import {
  type Cell,
  isGiven,
  readBoundedText,
  readEmail,
  readProgression,
  readScore,
  readScoreMax,
  readWholeNumber,
} from './cells';
import { CODES, rowProblem } from './codes';
import { readDate } from './dates';
import type { Settings } from './settings';
import { readStatus } from './status-words';
import { readTimeSpent } from './time-spent';
import {
  CELL_NAMES,
  type CellName,
  type ImportRow,
  type ModelProblem,
  type TrackingStatus,
  type TrackingValues,
} from './types';

/** The cells that say whom and what the row is about. */
export interface References {
  readonly candidateEmail: Cell<string>;
  readonly candidateLogin: Cell<string>;
  readonly candidateRefNumber: Cell<string>;
  readonly lovCode: Cell<string>;
  readonly lovGuid: Cell<string>;
  readonly sessionGuid: Cell<string>;
  readonly sessionId: Cell<number>;
  readonly sessionTitle: Cell<string>;
  readonly trainingGuid: Cell<string>;
  readonly trainingId: Cell<number>;
  readonly trainingPathCode: Cell<string>;
}

/** The cells that are stored. */
export interface Values {
  readonly firstAccessDate: Cell<number>;
  readonly firstCompletionDate: Cell<number>;
  readonly lastAccessDate: Cell<number>;
  readonly progression: Cell<number>;
  readonly score: Cell<number>;
  readonly scoreMax: Cell<number>;
  readonly timeSpent: Cell<number>;
  readonly trackingStatus: Cell<TrackingStatus>;
}

export interface ReadRow {
  readonly references: References;
  readonly values: Values;
  /** It says "not attempted": the stored row is wiped. */
  readonly wipes: boolean;
  readonly problems: readonly ModelProblem[];
}

export const VALUE_CELLS = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpent',
  'trackingStatus',
] as const satisfies readonly (keyof Values)[];

/** Under which name each is stored. */
export const FIELD_OF = {
  firstAccessDate: 'firstAccessDate',
  firstCompletionDate: 'firstCompletionDate',
  lastAccessDate: 'lastAccessDate',
  progression: 'progression',
  score: 'score',
  scoreMax: 'scoreMax',
  timeSpent: 'timeSpentSeconds',
  trackingStatus: 'status',
} as const satisfies Readonly<Record<keyof Values, keyof TrackingValues>>;

/** Checks 1–4, which need nothing but the row and the settings. */
export function readRow(row: ImportRow, index: number, settings: Settings): ReadRow {
  const references: References = {
    candidateEmail: readEmail(row.candidateEmail),
    candidateLogin: readBoundedText(row.candidateLogin, 255),
    candidateRefNumber: readBoundedText(row.candidateRefNumber, 255),
    lovCode: readBoundedText(row.lovCode, 255),
    lovGuid: readBoundedText(row.lovGuid, 40),
    sessionGuid: readBoundedText(row.sessionGuid, 40),
    sessionId: readWholeNumber(row.sessionId),
    sessionTitle: readBoundedText(row.sessionTitle, 255),
    trainingGuid: readBoundedText(row.trainingGuid, 40),
    trainingId: readWholeNumber(row.trainingId),
    trainingPathCode: readBoundedText(row.trainingPathCode, 255),
  };
  const values: Values = {
    firstAccessDate: readDate(row.firstAccessDate, settings.dates),
    firstCompletionDate: readDate(row.firstCompletionDate, settings.dates),
    lastAccessDate: readDate(row.lastAccessDate, settings.dates),
    progression: readProgression(row.progression),
    score: readScore(row.score),
    scoreMax: readScoreMax(row.scoreMax),
    timeSpent: readTimeSpent(row.timeSpent, settings.timeSpentFormat),
    trackingStatus: readStatus(row.trackingStatus, settings.words),
  };
  const status = values.trackingStatus;
  const wipes = status.kind === 'value' && status.value === 'NOT_ATTEMPTED';
  const problems: ModelProblem[] = [];

  // ---------- checks 1–3 ----------
  if (!hasLovReference(references)) problems.push(rowProblem(index, 1, CODES.lovReferenceMissing));
  if (!hasLearnerReference(references)) problems.push(rowProblem(index, 2, CODES.learnerReferenceMissing));
  if (!hasContext(references)) problems.push(rowProblem(index, 3, CODES.contextMissing));

  // ---------- check 4 ----------
  // Of a row that wipes, the references alone are read.
  const cells: { readonly [name in CellName]?: Cell<unknown> } = wipes
    ? references
    : { ...references, ...values };
  for (const name of CELL_NAMES) {
    const cell = cells[name];
    if (cell?.kind === 'failed') problems.push(...cell.codes.map((code) => rowProblem(index, 4, code, name)));
    if (cell?.kind === 'value' && cell.warning) problems.push(rowProblem(index, 4, cell.warning, name));
  }

  return { references, values, wipes, problems };
}

export function hasLovReference({ lovCode, lovGuid }: References): boolean {
  return isGiven(lovCode) || isGiven(lovGuid);
}

export function hasLearnerReference(references: References): boolean {
  const { candidateEmail, candidateLogin, candidateRefNumber } = references;
  return isGiven(candidateLogin) || isGiven(candidateRefNumber) || isGiven(candidateEmail);
}

/** A session's title is not enough without its training. */
export function hasContext(references: References): boolean {
  const { sessionGuid, sessionId, sessionTitle, trainingGuid, trainingId, trainingPathCode } = references;
  const hasTraining = [trainingPathCode, trainingId, trainingGuid].some(isGiven);
  return isGiven(sessionGuid) || isGiven(sessionId) || (isGiven(sessionTitle) && hasTraining);
}
