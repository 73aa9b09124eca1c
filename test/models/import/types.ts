/** What the model of importConsolidatedTracking reads and answers: plain data. */

// ---------- the reference data of a site ----------

export interface World {
  readonly learners: readonly Learner[];
  readonly trainings: readonly Training[];
  readonly sessions: readonly Session[];
  readonly lovs: readonly Lov[];
  readonly registrations: readonly { readonly learnerId: number; readonly sessionId: number }[];
}

export interface Learner {
  /** Ids are given in order of age: the smallest is the oldest account. */
  readonly id: number;
  readonly login: string;
  readonly email: string | null;
  readonly refNumber: string | null;
}

export interface Training {
  readonly id: number;
  readonly guid: string;
  readonly code: string;
}

export interface Session {
  readonly id: number;
  readonly guid: string;
  readonly title: string;
  readonly trainingId: number;
}

export interface Lov {
  readonly id: number;
  readonly guid: string;
  readonly code: string;
  readonly guards: readonly ('PROVIDED_BY_CROSSKNOWLEDGE' | 'EASYQUIZZ')[];
  readonly trainingIds: readonly number[];
}

// ---------- what is stored ----------

export type TrackingStatus = 'NOT_ATTEMPTED' | 'INCOMPLETE' | 'COMPLETED' | 'PASSED' | 'FAILED' | 'BROWSED';

/** Instants are epoch milliseconds. */
export interface TrackingValues {
  readonly firstAccessDate: number | null;
  readonly firstCompletionDate: number | null;
  readonly lastAccessDate: number | null;
  readonly progression: number | null;
  readonly score: number | null;
  readonly scoreMax: number | null;
  readonly timeSpentSeconds: number | null;
  readonly status: TrackingStatus;
}

export interface Tracking extends TrackingValues {
  readonly learnerId: number;
  readonly sessionId: number;
  readonly lovId: number;
  readonly updatedAt: number;
}

/** By `keyOf`. */
export type Stored = ReadonlyMap<string, Tracking>;

export function keyOf(learnerId: number, sessionId: number, lovId: number): string {
  return `${learnerId}/${sessionId}/${lovId}`;
}

// ---------- the input, as a caller sends it ----------

/** JSON as a caller writes it: cells are lenient. A member that is not there is absent. */
export interface ImportInput {
  readonly rows: readonly ImportRow[];
  readonly options?: {
    readonly defaultScoreMax?: number | null;
    readonly olderRows?: 'OVERWRITE' | 'SKIP' | null;
  } | null;
  readonly parameters?: ImportParameters | null;
  readonly writeMode?: 'REPLACE' | 'MERGE' | null;
  readonly errorPolicy?: 'REJECT_FAILED_ROWS' | 'REJECT_EVERYTHING' | null;
  readonly dryRun?: boolean | null;
  readonly idempotencyKey?: string | null;
}

export interface ImportParameters {
  readonly dateTimeFormat?: string | null;
  readonly timeZone?: string | null;
  readonly defaultTime?: string | null;
  readonly timeSpentFormat?: TimeSpentFormat | null;
  readonly trackingStatus?: readonly StatusAlias[] | null;
}

export interface StatusAlias {
  readonly status: TrackingStatus;
  readonly alias: string;
}

export type TimeSpentFormat = 'RAW_SECONDS' | 'RAW_MINUTES' | 'ISO_8601' | 'PADDED' | 'PADDED_HH';

export type ImportRow = Readonly<Partial<Record<CellName, unknown>>>;

/** In the order of the vendor's page, which is that of the alphabet. */
export const CELL_NAMES = [
  'candidateEmail',
  'candidateLogin',
  'candidateRefNumber',
  'firstAccessDate',
  'firstCompletionDate',
  'ignoredColumn',
  'lastAccessDate',
  'lovCode',
  'lovGuid',
  'progression',
  'score',
  'scoreMax',
  'sessionGuid',
  'sessionId',
  'sessionTitle',
  'timeSpent',
  'trackingStatus',
  'trainingGuid',
  'trainingId',
  'trainingPathCode',
] as const;

export type CellName = (typeof CELL_NAMES)[number];

// ---------- the answer ----------

export interface ModelAnswer {
  readonly type: 'Success' | 'Warning' | 'Error';
  /** The request was refused as a whole. */
  readonly refused: boolean;
  /** The import is recorded and has an importId. */
  readonly recorded: boolean;
  readonly dryRun: boolean;
  /** It is the first answer under the idempotency key, given again. */
  readonly replayed: boolean;
  readonly summary: Summary;
  readonly rows: readonly RowAnswer[];
  /** Of the request, then of its rows in their order. */
  readonly problems: readonly ModelProblem[];
}

export interface Summary {
  readonly received: number;
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly superseded: number;
  readonly rejected: number;
  readonly withWarnings: number;
  /** On how many rows each code stands, the most frequent first. */
  readonly problemCounts: readonly { readonly code: string; readonly rows: number }[];
}

export type RowOutcome = 'CREATED' | 'REPLACED' | 'UNCHANGED' | 'DELETED' | 'SUPERSEDED' | 'REJECTED';

export interface RowAnswer {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly tracking: Tracking | null;
  readonly match: Match;
  readonly changes: readonly Change[];
  readonly problems: readonly ModelProblem[];
}

export interface Match {
  readonly learnerId: number | null;
  readonly sessionId: number | null;
  readonly lovId: number | null;
  readonly learnersFound: number;
  readonly sessionsFound: number;
  readonly lovsFound: number;
}

export interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ModelProblem {
  readonly code: string;
  readonly severity: 'WARNING' | 'ERROR';
  readonly path: readonly string[];
  readonly row: number | null;
  /** The check that found it; `AFTER_THE_CHECKS` where none did; 0 for the request as a whole. */
  readonly check: number;
  /**
   * What its text or hint names, where the rules say that it names something: cells, the number of a row, the id of a
   * session, `case`, `assumed`.
   */
  readonly names?: readonly string[];
}
