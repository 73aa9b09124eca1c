import { AFTER_THE_CHECKS, CODES, rowProblem } from './codes';
import { type Decision, decideRows, FIELDS, inOrder, isSame } from './decide';
import { readSettings } from './settings';
import type {
  Change,
  ImportInput,
  ModelAnswer,
  ModelProblem,
  RowAnswer,
  RowOutcome,
  Stored,
  Summary,
  Tracking,
  World,
} from './types';

/**
 * What importConsolidatedTracking must answer and store: its rules a second time, for worlds small enough to be
 * searched by hand. It shares no code with the server. Texts and ids of imports are not modelled, of what
 * is told only what it names; what an idempotency key promises is in `modelRequest`. Where the rules leave something open, a comment says
 * `Open:` and what was chosen.
 */
export function modelImport(
  world: World,
  stored: Stored,
  input: ImportInput,
  clock: number,
): { readonly answer: ModelAnswer; readonly stored: Stored } {
  const dryRun = input.dryRun ?? false;
  const settings = readSettings(input);
  if (!('words' in settings)) return { answer: refusal(settings, dryRun), stored };

  const decided = decideRows(world, stored, input, settings, clock);
  const isStopped = settings.rejectsEverything && decided.decisions.some(isRejected);
  const after = isStopped ? stored : unlessSame(stored, decided.stored);
  const rows = decided.decisions.map((decision) =>
    isStopped ? stopped(decision) : answerRow(decision, decided.decisions, stored, after),
  );
  return { answer: answerOf(rows, dryRun), stored: dryRun ? stored : after };
}

/** Of a request that is refused as a whole. */
export function refusal(problems: readonly ModelProblem[], dryRun: boolean): ModelAnswer {
  const empty = { replayed: false, summary: summaryOf([]), rows: [] };
  return { type: 'Error', refused: true, recorded: false, dryRun, ...empty, problems };
}

/** A key that the request brought back to where it was is not written. */
function unlessSame(before: Stored, after: Stored): Stored {
  return new Map(
    [...after].map(([key, tracking]) => {
      const old = before.get(key);
      return [key, old !== undefined && isSame(old, tracking) ? old : tracking];
    }),
  );
}

function isRejected({ fate }: Decision): boolean {
  return fate === 'rejected';
}

/** With REJECT_EVERYTHING one rejected row stops every other. */
function stopped(decision: Decision): RowAnswer {
  const notApplied = rowProblem(decision.index, AFTER_THE_CHECKS, CODES.notApplied);
  const problems = isRejected(decision) ? decision.found : [...decision.found, notApplied];
  return rowAnswer(decision, 'REJECTED', problems);
}

function answerRow(
  decision: Decision,
  decisions: readonly Decision[],
  before: Stored,
  after: Stored,
): RowAnswer {
  const { index, key, fate, problems } = decision;
  const [old, current] = [before.get(key) ?? null, after.get(key) ?? null];
  if (fate === 'rejected') return rowAnswer(decision, 'REJECTED', problems);
  if (fate === 'skipped') return rowAnswer(decision, 'UNCHANGED', problems, current);
  const deciding = decisions.findLast((each) => each.fate === 'applied' && each.key === key);
  if (deciding !== undefined && deciding.index > index) {
    const names = [String(deciding.index + 1)];
    const superseded = { ...rowProblem(index, AFTER_THE_CHECKS, CODES.rowSuperseded), names };
    return rowAnswer(decision, 'SUPERSEDED', [...problems, superseded]);
  }
  // The last accepted row of its key compares with the state before the request.
  return rowAnswer(decision, outcomeOf(old, current), problems, current, changesOf(old, current));
}

export function outcomeOf(before: Tracking | null, after: Tracking | null): RowOutcome {
  if (isSame(before, after)) return 'UNCHANGED';
  if (before === null) return 'CREATED';
  return after === null ? 'DELETED' : 'REPLACED';
}

function rowAnswer(
  { index, resolved }: Decision,
  outcome: RowOutcome,
  problems: readonly ModelProblem[],
  tracking: Tracking | null = null,
  changes: readonly Change[] = [],
): RowAnswer {
  return { row: index + 1, outcome, tracking, match: resolved.match, changes, problems: inOrder(problems) };
}

/** Of a new row every value, of a wiped one likewise. */
// Open: fields go by their names in ConsolidatedTracking, in its order.
export function changesOf(before: Tracking | null, after: Tracking | null): Change[] {
  return FIELDS.map((field) => ({
    field,
    before: textOf(field, before?.[field] ?? null),
    after: textOf(field, after?.[field] ?? null),
  })).filter((change) => change.before !== change.after);
}

function textOf(field: (typeof FIELDS)[number], value: number | string | null): string | null {
  if (value === null) return null;
  return field.endsWith('Date') ? new Date(value).toISOString() : String(value);
}

export function answerOf(rows: readonly RowAnswer[], dryRun: boolean): ModelAnswer {
  const problems = rows.flatMap((row) => row.problems);
  // Only an undo can be without rows.
  const isAnyAccepted = rows.length === 0 || rows.some(({ outcome }) => outcome !== 'REJECTED');
  const type = !isAnyAccepted ? 'Error' : problems.length > 0 ? 'Warning' : 'Success';
  const said = { dryRun, replayed: false, summary: summaryOf(rows) };
  return { type, refused: false, recorded: !dryRun, ...said, rows, problems };
}

function summaryOf(rows: readonly RowAnswer[]): Summary {
  const count = (outcome: RowOutcome) => rows.filter((row) => row.outcome === outcome).length;
  // An accepted row has no problems but warnings.
  const withWarnings = rows.filter((row) => row.outcome !== 'REJECTED' && row.problems.length > 0).length;
  const codes = new Set(rows.flatMap((row) => row.problems.map(({ code }) => code)));
  const rowsWith = (code: string) => rows.filter((row) => row.problems.some((each) => each.code === code));
  return {
    received: rows.length,
    created: count('CREATED'),
    replaced: count('REPLACED'),
    unchanged: count('UNCHANGED'),
    deleted: count('DELETED'),
    superseded: count('SUPERSEDED'),
    rejected: count('REJECTED'),
    withWarnings,
    problemCounts: [...codes]
      .sort()
      .map((code) => ({ code, rows: rowsWith(code).length }))
      .sort((a, b) => b.rows - a.rows),
  };
}
