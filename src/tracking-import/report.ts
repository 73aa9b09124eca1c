import type {
  StoredTracking,
  TrackingDetails,
  TrackingValues,
} from '../data/consolidated-tracking.repository';
import type { ImportCounts } from '../data/import-run.repository';
import { formatInstant } from '../kernel/dates';
import type { Problem } from '../kernel/problem';
import { type RowDecision, type RowOutcome, TRACKING_FIELDS } from './decide';
import type { RowSubject } from './resolve-row';

/** Everything an import answers, as plain data: it is also what is kept for a retry. */
export interface ImportReport {
  readonly kind: 'success' | 'warning' | 'error';
  readonly importId: string | null;
  readonly dryRun: boolean;
  readonly summary: ImportCounts;
  readonly rows: readonly RowReport[];
  /** Problems of the request as a whole; those of the rows are with the rows. */
  readonly problems: readonly Problem[];
}

export interface RowReport {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly tracking: TrackingView | null;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** A stored row together with what it is about; which import wrote it is told by the import. */
export type TrackingView = Omit<TrackingDetails, 'importId'>;

interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The answer to decided rows, in input order; the counts come from the decisions. */
export function reportDecisions(
  decisions: readonly RowDecision[],
  importId: string,
  dryRun: boolean,
): ImportReport {
  const summary = count(decisions);
  const isClean = decisions.every(({ problems }) => problems.length === 0);
  const isAnyAccepted = summary.rejected < summary.received;
  return {
    kind: !isAnyAccepted ? 'error' : isClean ? 'success' : 'warning',
    importId: dryRun ? null : importId,
    dryRun,
    summary,
    rows: decisions.map((decision, index) => new DecidedRow(decision, index + 1)),
    problems: [],
  };
}

/** The answer to a request that was refused as a whole. */
export function reportRefusal(problems: readonly Problem[], dryRun: boolean): ImportReport {
  return { kind: 'error', importId: null, dryRun, summary: count([]), rows: [], problems };
}

/** What is told of a row is made when it is asked for: many callers ask for the counts alone. */
class DecidedRow implements RowReport {
  readonly #decision: RowDecision;

  constructor(
    decision: RowDecision,
    readonly row: number,
  ) {
    this.#decision = decision;
  }

  get outcome(): RowOutcome {
    return this.#decision.outcome;
  }

  get tracking(): TrackingView | null {
    const { subject, after } = this.#decision;
    return subject === null || after === null ? null : view(after, subject);
  }

  get changes(): readonly Change[] {
    return changes(this.#decision.before, this.#decision.after);
  }

  get problems(): readonly Problem[] {
    return this.#decision.problems;
  }

  /** For a retry. */
  toJSON(): RowReport {
    const { row, outcome, tracking, changes, problems } = this;
    return { row, outcome, tracking, changes, problems };
  }
}

function view(stored: StoredTracking, { tracking, session, lov }: RowSubject): TrackingView {
  return {
    registrationId: stored.registrationId,
    learnerId: tracking.learnerId,
    sessionId: session.id,
    trainingId: session.trainingId,
    lovId: stored.lovId,
    lovCode: lov.code,
    lovGuid: lov.guid,
    firstAccessDate: stored.firstAccessDate,
    firstCompletionDate: stored.firstCompletionDate,
    lastAccessDate: stored.lastAccessDate,
    progression: stored.progression,
    score: stored.score,
    scoreMax: stored.scoreMax,
    timeSpentSeconds: stored.timeSpentSeconds,
    status: stored.status,
    updatedAt: stored.updatedAt,
  };
}

function changes(before: TrackingValues | null, after: TrackingValues | null): Change[] {
  const found: Change[] = [];
  if (before === after) return found;
  for (const field of TRACKING_FIELDS) {
    const from = before?.[field] ?? null;
    const to = after?.[field] ?? null;
    if (from !== to) found.push({ field, before: asText(field, from), after: asText(field, to) });
  }
  return found;
}

function asText(field: keyof TrackingValues, value: string | number | null): string | null {
  if (value === null) return null;
  return typeof value === 'number' && field.endsWith('Date') ? formatInstant(value) : String(value);
}

function count(decisions: readonly RowDecision[]): ImportCounts {
  const all: { -readonly [Name in keyof ImportCounts]: number } = {
    received: decisions.length,
    created: 0,
    replaced: 0,
    unchanged: 0,
    deleted: 0,
    superseded: 0,
    rejected: 0,
    withWarnings: 0,
  };
  for (const { outcome, problems } of decisions) {
    all[COUNTED_AS[outcome]] += 1;
    if (outcome !== 'REJECTED' && problems.length > 0) all.withWarnings += 1;
  }
  return all;
}

const COUNTED_AS = {
  CREATED: 'created',
  REPLACED: 'replaced',
  UNCHANGED: 'unchanged',
  DELETED: 'deleted',
  SUPERSEDED: 'superseded',
  REJECTED: 'rejected',
} as const satisfies Record<RowOutcome, keyof ImportCounts>;
