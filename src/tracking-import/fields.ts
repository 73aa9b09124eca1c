import type { StoredTracking, TrackingValues } from '../data/consolidated-tracking.repository';
import type { TrackingDetails } from '../data/tracking-query.repository';
import type { TrackingStatus } from '../kernel/tracking-status';
import type { CellReader, CellValue } from './cell-reader';
import type { Cell, ConsolidatedTrackingRowInput } from './import-consolidated-tracking.input';
import type { ImportSettings } from './settings';

/**
 * The values that an import reads, stores and answers. Whatever goes through all of them follows from `VALUE_FIELDS`.
 * Where that is done for every row, the functions below name them one by one: a loop takes twice as long. What one of
 * them leaves out does not compile.
 */

interface ValueField {
  /** The cell that holds the value in a row of the request. */
  readonly cell: Cell;
  /** How a change of the value is told. */
  readonly told: 'instant' | 'plain';
}

/** In the order in which changes are told. */
const VALUE_FIELDS = {
  firstAccessDate: { cell: 'firstAccessDate', told: 'instant' },
  firstCompletionDate: { cell: 'firstCompletionDate', told: 'instant' },
  lastAccessDate: { cell: 'lastAccessDate', told: 'instant' },
  progression: { cell: 'progression', told: 'plain' },
  score: { cell: 'score', told: 'plain' },
  scoreMax: { cell: 'scoreMax', told: 'plain' },
  timeSpentSeconds: { cell: 'timeSpent', told: 'plain' },
  status: { cell: 'trackingStatus', told: 'plain' },
} as const satisfies Readonly<Record<keyof TrackingValues, ValueField>>;

type Fields = typeof VALUE_FIELDS;

/** The values that the cells of a row hold; instants in milliseconds since 1970. */
export type SentValues = {
  readonly [Field in keyof Fields as Fields[Field]['cell']]: CellValue<TrackingValues[Field]>;
};

interface TrackingField {
  readonly field: keyof TrackingValues;
  readonly cell: keyof SentValues;
  readonly told: ValueField['told'];
}

export const TRACKING_FIELDS: readonly TrackingField[] = Object.entries(VALUE_FIELDS).map(
  ([field, { cell, told }]) => ({ field: field as keyof TrackingValues, cell, told }),
);

/** The cells that do not count in a row whose status wipes what is stored. */
export const WIPED_CELLS: readonly (keyof SentValues)[] = TRACKING_FIELDS.flatMap(({ cell }) =>
  cell === 'trackingStatus' ? [] : [cell],
);

export const NOTHING_SENT: SentValues = {
  firstAccessDate: undefined,
  firstCompletionDate: undefined,
  lastAccessDate: undefined,
  progression: undefined,
  score: undefined,
  scoreMax: undefined,
  timeSpent: undefined,
  trackingStatus: undefined,
};

/** Reads the cells that hold values (check 4); the status has been read before them. */
export function sentValues(
  cells: CellReader,
  row: ConsolidatedTrackingRowInput,
  trackingStatus: CellValue<TrackingStatus>,
  settings: ImportSettings,
): SentValues {
  return {
    firstAccessDate: cells.date('firstAccessDate', row.firstAccessDate, settings),
    firstCompletionDate: cells.date('firstCompletionDate', row.firstCompletionDate, settings),
    lastAccessDate: cells.date('lastAccessDate', row.lastAccessDate, settings),
    progression: cells.progression('progression', row.progression),
    score: cells.score('score', row.score),
    scoreMax: cells.scoreMax('scoreMax', row.scoreMax),
    timeSpent: cells.timeSpent('timeSpent', row.timeSpent, settings),
    trackingStatus,
  };
}

/** Every cell that holds a value is absent or null. */
export function holdsNoValue(sent: SentValues): boolean {
  return (
    (sent.trackingStatus ?? null) === null &&
    (sent.progression ?? null) === null &&
    (sent.score ?? null) === null &&
    (sent.scoreMax ?? null) === null &&
    (sent.timeSpent ?? null) === null &&
    (sent.firstAccessDate ?? null) === null &&
    (sent.firstCompletionDate ?? null) === null &&
    (sent.lastAccessDate ?? null) === null
  );
}

/** The sent value, else the one that is merged with, else null. */
export function kept<Value>(sent: CellValue<Value>, merged: Value | null | undefined): Value | null {
  return sent === undefined ? (merged ?? null) : sent;
}

/** The full row: what was sent, over what it is merged with. The values that take a rule are given as decided. */
export function mergedValues(
  sent: SentValues,
  merged: TrackingValues | null,
  firstCompletionDate: number | null,
  progression: number | null,
  score: number | null,
  scoreMax: number | null,
  status: TrackingStatus,
): TrackingValues {
  return {
    firstAccessDate: kept(sent.firstAccessDate, merged?.firstAccessDate),
    firstCompletionDate,
    lastAccessDate: kept(sent.lastAccessDate, merged?.lastAccessDate),
    progression,
    score,
    scoreMax,
    timeSpentSeconds: kept(sent.timeSpent, merged?.timeSpentSeconds),
    status,
  };
}

/** A stored row together with what it is about, as it is answered; which import wrote it is told by the import. */
export interface TrackingView extends TrackingValues {
  readonly registrationId: number;
  readonly learnerId: number;
  readonly sessionId: number;
  readonly trainingId: number;
  readonly lovId: number;
  readonly lovCode: string;
  readonly lovGuid: string;
  readonly updatedAt: number;
}

export function trackingView(
  { registrationId, lovId, values, updatedAt }: StoredTracking,
  learnerId: number,
  session: TrackingDetails['session'],
  lov: TrackingDetails['lov'],
): TrackingView {
  return {
    registrationId,
    learnerId,
    sessionId: session.id,
    trainingId: session.trainingId,
    lovId,
    lovCode: lov.code,
    lovGuid: lov.guid,
    firstAccessDate: values.firstAccessDate,
    firstCompletionDate: values.firstCompletionDate,
    lastAccessDate: values.lastAccessDate,
    progression: values.progression,
    score: values.score,
    scoreMax: values.scoreMax,
    timeSpentSeconds: values.timeSpentSeconds,
    status: values.status,
    updatedAt,
  };
}
