import type { FieldChange } from '../contract/field-change.type';
import type { StoredTracking } from '../data/consolidated-tracking.repository';
import { type ImportCounts, NO_COUNTS, type ProblemCount } from '../data/import-run.repository';
import { formatInstant } from '../kernel/dates/instants';
import type { Problem } from '../kernel/problem';
import type { RowDecision, RowOutcome } from './decide';
import { TRACKING_FIELDS, type TrackingView, trackingView } from './fields';
import { matchOf, NO_MATCH, type RowMatch } from './row-match';

/** Everything an import answers, as plain data: it is also what is kept for a retry. */
export interface ImportReport {
  readonly kind: 'success' | 'warning' | 'error';
  readonly importId: string | null;
  readonly dryRun: boolean;
  /** It is the first answer under the idempotency key, given again. */
  readonly replayed: boolean;
  readonly summary: ImportSummary;
  readonly rows: readonly RowReport[];
  /** Problems of the request as a whole; those of the rows are with the rows. */
  readonly problems: readonly Problem[];
}

export interface ImportSummary extends ImportCounts {
  /** Most frequent first. */
  readonly problemCounts: readonly ProblemCount[];
}

export interface RowReport {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly tracking: TrackingView | null;
  readonly match: RowMatch;
  readonly changes: readonly FieldChange[];
  readonly problems: readonly Problem[];
}

/** A row as far as the answer needs to know it. */
export interface NumberedRow {
  /** From 0. */
  readonly index: number;
}

/** The answer to the rows of an import, in input order. */
export function reportImport(
  decisions: readonly RowDecision[],
  importId: string,
  dryRun: boolean,
): ImportReport {
  return reportRows(decisions, matchOf, importId, dryRun);
}

/** The answer to decided rows, in their order; the counts come from the decisions. */
export function reportRows<Row extends NumberedRow>(
  decisions: readonly RowDecision<Row>[],
  matchOf: (row: Row) => RowMatch,
  importId: string,
  dryRun: boolean,
): ImportReport {
  const summary = summaryOf(decisions);
  const isClean = decisions.every(({ problems }) => problems.length === 0);
  // An undo of what changed nothing has no rows, and nothing to reject.
  const isAnyAccepted = summary.rejected < summary.received || summary.received === 0;
  return {
    kind: !isAnyAccepted ? 'error' : isClean ? 'success' : 'warning',
    importId: dryRun ? null : importId,
    dryRun,
    replayed: false,
    summary,
    rows: decisions.map((decision) => new DecidedRow(decision, matchOf)),
    problems: [],
  };
}

/** What decided rows come to. */
export function summaryOf(decisions: readonly Pick<RowDecision, 'outcome' | 'problems'>[]): ImportSummary {
  return { ...count(decisions), problemCounts: countProblems(decisions) };
}

/** The answer to a request that was refused as a whole. */
export function reportRefusedImport(problems: readonly Problem[], dryRun: boolean): ImportReport {
  const summary = { ...count([]), problemCounts: [] };
  return { kind: 'error', importId: null, dryRun, replayed: false, summary, rows: [], problems };
}

/** A first answer that was kept by an earlier version, with what that did not tell yet. */
export function completed(kept: ImportReport): ImportReport {
  const { rows, summary } = kept as Omit<ImportReport, 'rows' | 'summary'> & KeptBefore;
  if (summary.problemCounts !== undefined) return kept;
  return {
    ...kept,
    summary: { ...summary, problemCounts: countProblems(rows) },
    rows: rows.map((row) => ({ ...row, match: NO_MATCH })),
  };
}

interface KeptBefore {
  readonly summary: ImportCounts & Partial<ImportSummary>;
  readonly rows: readonly Omit<RowReport, 'match'>[];
}

/** What is told of a row is made when it is asked for: many callers ask for the counts alone. */
class DecidedRow<Row extends NumberedRow> implements RowReport {
  readonly #decision: RowDecision<Row>;
  readonly #matchOf: (row: Row) => RowMatch;

  constructor(decision: RowDecision<Row>, matchOf: (row: Row) => RowMatch) {
    this.#decision = decision;
    this.#matchOf = matchOf;
  }

  get row(): number {
    return this.#decision.row.index + 1;
  }

  get outcome(): RowOutcome {
    return this.#decision.outcome;
  }

  get tracking(): TrackingView | null {
    const { subject, after } = this.#decision;
    if (subject === null || after === null) return null;
    return trackingView(after, subject.tracking.learnerId, subject.session, subject.lov);
  }

  get match(): RowMatch {
    return this.#matchOf(this.#decision.row);
  }

  get changes(): readonly FieldChange[] {
    return changes(this.#decision.before, this.#decision.after);
  }

  get problems(): readonly Problem[] {
    return this.#decision.problems;
  }

  /** For a retry. */
  toJSON(): RowReport {
    const { row, outcome, tracking, match, changes, problems } = this;
    return { row, outcome, tracking, match, changes, problems };
  }
}

function changes(before: StoredTracking | null, after: StoredTracking | null): FieldChange[] {
  const found: FieldChange[] = [];
  if (before === after) return found;
  for (const { field, told } of TRACKING_FIELDS) {
    const from = before?.values[field] ?? null;
    const to = after?.values[field] ?? null;
    if (from !== to) found.push({ field, before: asText(told, from), after: asText(told, to) });
  }
  return found;
}

function asText(told: 'instant' | 'plain', value: string | number | null): string | null {
  if (value === null) return null;
  return told === 'instant' && typeof value === 'number' ? formatInstant(value) : String(value);
}

function count(decisions: readonly Pick<RowDecision, 'outcome' | 'problems'>[]): ImportCounts {
  const all: { -readonly [Name in keyof ImportCounts]: number } = {
    ...NO_COUNTS,
    received: decisions.length,
  };
  for (const { outcome, problems } of decisions) {
    all[COUNTED_AS[outcome]] += 1;
    if (outcome !== 'REJECTED' && problems.length > 0) all.withWarnings += 1;
  }
  return all;
}

/** In how many rows each code occurs. */
function countProblems(rows: readonly Pick<RowReport, 'problems'>[]): ProblemCount[] {
  const rowsByCode = new Map<string, number>();
  for (const { problems } of rows) {
    for (const code of new Set(problems.map((each) => each.code))) {
      rowsByCode.set(code, (rowsByCode.get(code) ?? 0) + 1);
    }
  }
  const counts = [...rowsByCode].map(([code, count]) => ({ code, rows: count }));
  return counts.sort((a, b) => b.rows - a.rows || (a.code < b.code ? -1 : 1));
}

const COUNTED_AS = {
  CREATED: 'created',
  REPLACED: 'replaced',
  UNCHANGED: 'unchanged',
  DELETED: 'deleted',
  SUPERSEDED: 'superseded',
  REJECTED: 'rejected',
} as const satisfies Record<RowOutcome, keyof ImportCounts>;
