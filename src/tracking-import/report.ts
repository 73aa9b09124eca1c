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
  const rows = decisions.map(reportRow);
  const summary = count(decisions);
  const isClean = rows.every((row) => row.problems.length === 0);
  const isAnyAccepted = summary.rejected < summary.received;
  return {
    kind: !isAnyAccepted ? 'error' : isClean ? 'success' : 'warning',
    importId: dryRun ? null : importId,
    dryRun,
    summary,
    rows,
    problems: [],
  };
}

/** The answer to a request that was refused as a whole. */
export function reportRefusal(problems: readonly Problem[], dryRun: boolean): ImportReport {
  return { kind: 'error', importId: null, dryRun, summary: count([]), rows: [], problems };
}

function reportRow(decision: RowDecision, index: number): RowReport {
  const { outcome, subject, before, after, problems } = decision;
  return {
    row: index + 1,
    outcome,
    tracking: subject === null || after === null ? null : view(after, subject),
    changes: changes(before, after),
    problems,
  };
}

function view(stored: StoredTracking, { registration, session, lov }: RowSubject): TrackingView {
  const { importId: _, ...values } = stored;
  return {
    ...values,
    learnerId: registration.learnerId,
    sessionId: session.id,
    trainingId: session.trainingId,
    lovCode: lov.code,
    lovGuid: lov.guid,
  };
}

function changes(before: TrackingValues | null, after: TrackingValues | null): Change[] {
  if (before === after) return [];
  return TRACKING_FIELDS.flatMap((field) => {
    const from = before?.[field] ?? null;
    const to = after?.[field] ?? null;
    return from === to ? [] : [{ field, before: asText(field, from), after: asText(field, to) }];
  });
}

function asText(field: keyof TrackingValues, value: string | number | null): string | null {
  if (value === null) return null;
  return typeof value === 'number' && field.endsWith('Date') ? formatInstant(value) : String(value);
}

function count(decisions: readonly RowDecision[]): ImportCounts {
  const of = (outcome: RowOutcome) =>
    decisions.reduce((sum, decision) => sum + Number(decision.outcome === outcome), 0);
  return {
    received: decisions.length,
    created: of('CREATED'),
    replaced: of('REPLACED'),
    unchanged: of('UNCHANGED'),
    deleted: of('DELETED'),
    superseded: of('SUPERSEDED'),
    rejected: of('REJECTED'),
    withWarnings: decisions.reduce(
      (sum, { outcome, problems }) => sum + Number(outcome !== 'REJECTED' && problems.length > 0),
      0,
    ),
  };
}
