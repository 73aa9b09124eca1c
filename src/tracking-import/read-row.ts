import type { Problem } from '../kernel/problem';
import { CellReader, isCellGiven } from './cell-reader';
import { NOTHING_SENT, type SentValues, sentValues, WIPED_CELLS } from './fields';
import type { Cell, ConsolidatedTrackingRowInput } from './import-consolidated-tracking.input';
import type { ImportSettings } from './settings';

/** References as sent; null where not given. */
export interface LovReference {
  readonly lovCode: string | null;
  readonly lovGuid: string | null;
}

export interface LearnerReference {
  readonly candidateEmail: string | null;
  readonly candidateLogin: string | null;
  readonly candidateRefNumber: string | null;
}

export interface ContextReference {
  readonly sessionGuid: string | null;
  readonly sessionId: number | null;
  readonly sessionTitle: string | null;
  readonly trainingGuid: string | null;
  readonly trainingId: number | null;
  readonly trainingPathCode: string | null;
}

/** A row after checks 1 to 4: what can be known of it without the database. */
export interface ReadRow {
  /** Position in the request, from 0. */
  readonly index: number;
  /** Null where missing or unreadable: what depends on it is not checked. */
  readonly lov: LovReference | null;
  readonly learner: LearnerReference | null;
  readonly context: ContextReference | null;
  readonly values: SentValues;
  /** Cells that were sent and could not be read. */
  readonly unreadable: ReadonlySet<string>;
  /** NOT_ATTEMPTED: the row wipes what is stored. */
  readonly wipes: boolean;
  /** The cells with values that a wiping row sends in vain. */
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

const LOV_CELLS = ['lovCode', 'lovGuid'] as const satisfies readonly Cell[];
const LEARNER_CELLS = [
  'candidateEmail',
  'candidateLogin',
  'candidateRefNumber',
] as const satisfies readonly Cell[];
const CONTEXT_CELLS = [
  'sessionGuid',
  'sessionId',
  'sessionTitle',
  'trainingGuid',
  'trainingId',
  'trainingPathCode',
] as const satisfies readonly Cell[];

/** What a row refers to, as far as it can be read. */
export type RowReferences = Pick<ReadRow, 'lov' | 'learner' | 'context'>;

/** A row whose references are read, and whose values are not. */
export interface BegunRow extends RowReferences {
  readonly row: ConsolidatedTrackingRowInput;
  readonly index: number;
  readonly cells: CellReader;
}

/** Checks 1 to 3 of a row: what must be given. What it refers to can then be looked up, while the rest is read. */
export function beginRow(row: ConsolidatedTrackingRowInput, index: number): BegunRow {
  const cells = new CellReader(index);
  return {
    row,
    index,
    cells,
    lov: lovOf(row, cells),
    learner: learnerOf(row, cells),
    context: contextOf(row, cells),
  };
}

/** Check 4 of a row: whether every cell can be read. */
export function readRow(
  { row, index, cells, lov, learner, context }: BegunRow,
  settings: ImportSettings,
): ReadRow {
  const trackingStatus = cells.status('trackingStatus', row.trackingStatus, settings);
  const wipes = trackingStatus === 'NOT_ATTEMPTED';
  const values = wipes ? NOTHING_SENT : sentValues(cells, row, trackingStatus, settings);
  return {
    index,
    lov,
    learner,
    context,
    values,
    unreadable: cells.unreadable,
    wipes,
    ignored: wipes ? WIPED_CELLS.filter((cell) => isCellGiven(row[cell])) : NO_CELLS,
    problems: cells.problems(),
  };
}

/** Null where it is missing or unreadable, as are the next two. */
function lovOf(row: ConsolidatedTrackingRowInput, cells: CellReader): LovReference | null {
  const lovCode = cells.text('lovCode', row.lovCode) ?? null;
  const lovGuid = cells.guid('lovGuid', row.lovGuid) ?? null;
  if (!cells.canRead(LOV_CELLS)) return null;
  if (lovCode === null && lovGuid === null) return cells.lack('LOV_REFERENCE_MISSING');
  return { lovCode, lovGuid };
}

function learnerOf(row: ConsolidatedTrackingRowInput, cells: CellReader): LearnerReference | null {
  const candidateEmail = cells.email('candidateEmail', row.candidateEmail) ?? null;
  const candidateLogin = cells.text('candidateLogin', row.candidateLogin) ?? null;
  const candidateRefNumber = cells.text('candidateRefNumber', row.candidateRefNumber) ?? null;
  if (!cells.canRead(LEARNER_CELLS)) return null;
  if (candidateEmail === null && candidateLogin === null && candidateRefNumber === null) {
    return cells.lack('LEARNER_REFERENCE_MISSING');
  }
  return { candidateEmail, candidateLogin, candidateRefNumber };
}

function contextOf(row: ConsolidatedTrackingRowInput, cells: CellReader): ContextReference | null {
  const sessionGuid = cells.guid('sessionGuid', row.sessionGuid) ?? null;
  const sessionId = cells.id('sessionId', row.sessionId) ?? null;
  const sessionTitle = cells.text('sessionTitle', row.sessionTitle) ?? null;
  const trainingGuid = cells.guid('trainingGuid', row.trainingGuid) ?? null;
  const trainingId = cells.id('trainingId', row.trainingId) ?? null;
  const trainingPathCode = cells.text('trainingPathCode', row.trainingPathCode) ?? null;
  const hasTraining =
    cells.isGiven('trainingGuid', trainingGuid) ||
    cells.isGiven('trainingId', trainingId) ||
    cells.isGiven('trainingPathCode', trainingPathCode);
  const isPrecise =
    cells.isGiven('sessionGuid', sessionGuid) ||
    cells.isGiven('sessionId', sessionId) ||
    (cells.isGiven('sessionTitle', sessionTitle) && hasTraining);
  if (!isPrecise) return cells.lack('CONTEXT_MISSING');
  return cells.canRead(CONTEXT_CELLS)
    ? { sessionGuid, sessionId, sessionTitle, trainingGuid, trainingId, trainingPathCode }
    : null;
}

// Nearly every row ignores nothing: the list that says so is made once.
const NO_CELLS: readonly string[] = Object.freeze([]);
