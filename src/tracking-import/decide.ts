import type {
  RegisteredTracking,
  StoredTracking,
  TrackingValues,
} from '../data/consolidated-tracking.repository';
import { mapInTurns } from '../event-loop/turns';
import { allProblems, isError, NO_PROBLEMS, type Problem, problem } from '../kernel/problem';
import { TRACKING_FIELDS } from './fields';
import { isOlder, judgeRow } from './judge-row';
import { placeOf } from './place-of';
import type { ResolvedRow, RowSubject } from './resolved-row';
import type { ImportSettings } from './settings';

export type RowOutcome = 'CREATED' | 'REPLACED' | 'UNCHANGED' | 'DELETED' | 'SUPERSEDED' | 'REJECTED';

/** What happens to a row. */
export interface RowDecision<Row = ResolvedRow> {
  readonly row: Row;
  readonly outcome: RowOutcome;
  /** Null where the row is rejected. */
  readonly subject: RowSubject | null;
  /** The stored row before the request; null where there was none, or where this row is not the last of its key. */
  readonly before: StoredTracking | null;
  /** The stored row after the request, likewise. */
  readonly after: StoredTracking | null;
  readonly problems: readonly Problem[];
}

export interface DecisionInput {
  readonly rows: readonly ResolvedRow[];
  readonly settings: ImportSettings;
  readonly rejectEverything: boolean;
  readonly importId: string;
  /** The import's clock, in milliseconds since 1970: what rows are judged by. */
  readonly now: number;
  /** The instant of what is written. */
  readonly writtenAt: number;
}

/** Decides every row, in order, as if they were sent one by one; reads and writes nothing. */
export async function decide(input: DecisionInput): Promise<RowDecision[]> {
  const running: RunningState = new Map();
  const verdicts = await mapInTurns(input.rows, (row) => judgeInTurn(row, running, input));

  const isRefused = input.rejectEverything && verdicts.some(({ fate }) => fate === 'rejected');
  if (isRefused) return verdicts.map((verdict) => rejected(verdict, true));

  const last = new Map<RegisteredTracking, ResolvedRow>();
  for (const { row, fate } of verdicts) {
    if (fate === 'applied' && row.subject !== null) last.set(row.subject.tracking, row);
  }
  return mapInTurns(verdicts, (verdict) => {
    const { row, fate, problems } = verdict;
    if (fate === 'rejected' || row.subject === null) return rejected(verdict, false);
    if (fate === 'skipped') return skipped(row, row.subject, problems, stateOf(row.subject, running), input);
    const by = last.get(row.subject.tracking) ?? row;
    if (by !== row) return superseded(row, row.subject, problems, by);
    return effective(row, row.subject, problems, stateOf(row.subject, running), input);
  });
}

/** What the rows so far left of what is stored; what none of them touched is not in it. */
type RunningState = Map<RegisteredTracking, TrackingValues | null>;

function stateOf({ tracking }: RowSubject, running: RunningState): TrackingValues | null {
  const state = running.get(tracking);
  return state === undefined ? (tracking.stored?.values ?? null) : state;
}

interface Verdict {
  readonly row: ResolvedRow;
  /** `skipped`: it is older than what it would overwrite, and the caller wants such rows to act on nothing. */
  readonly fate: 'rejected' | 'skipped' | 'applied';
  /** What there is to know of the row and its references, applied or not. */
  readonly found: readonly Problem[];
  /** And, where it is accepted, of what it did. */
  readonly problems: readonly Problem[];
}

/** Judges a row against the state that the rows before it left, and moves that state on when it is accepted. */
function judgeInTurn(row: ResolvedRow, running: RunningState, { settings, now }: DecisionInput): Verdict {
  if (row.wipes) {
    const problems = allProblems(row.problems, row.referenceProblems);
    if (row.subject === null || problems.some(isError)) {
      return { row, fate: 'rejected', found: problems, problems };
    }
    running.set(row.subject.tracking, null);
    const told = allProblems(problems, ignoredValues(row));
    return { row, fate: 'applied', found: problems, problems: told };
  }
  const stored = row.subject === null ? null : stateOf(row.subject, running);
  // A merged row cannot be judged without knowing what it merges with.
  const canJudge = row.subject !== null || settings.writeMode === 'REPLACE';
  const judgement = canJudge ? judgeRow(row, stored, settings, now) : null;
  const problems = allProblems(
    row.problems,
    judgement?.scoreProblems ?? NO_PROBLEMS,
    row.referenceProblems,
    judgement?.errors ?? NO_PROBLEMS,
  );
  if (row.subject === null || judgement === null || problems.some(isError)) {
    return { row, fate: 'rejected', found: problems, problems };
  }
  if (settings.olderRows === 'SKIP' && isOlder(row.values, stored)) {
    const older = judgement.warnings.filter(({ code }) => code === 'ROW_OLDER_THAN_STORED');
    const told = allProblems(row.referenceProblems, older);
    return { row, fate: 'skipped', found: problems, problems: told };
  }
  running.set(row.subject.tracking, judgement.values);
  const told = allProblems(problems, judgement.warnings);
  return { row, fate: 'applied', found: problems, problems: told };
}

function ignoredValues(row: ResolvedRow): readonly Problem[] {
  if (row.ignored.length === 0) return NO_PROBLEMS;
  return [problem('VALUES_IGNORED', { fields: row.ignored.join(', ') }, placeOf(row.index))];
}

function rejected({ row, fate, found }: Verdict, isRefused: boolean): RowDecision {
  const notApplied = isRefused && fate !== 'rejected' ? [problem('NOT_APPLIED', {}, placeOf(row.index))] : [];
  return {
    row,
    outcome: 'REJECTED',
    subject: null,
    before: null,
    after: null,
    problems: [...found, ...notApplied],
  };
}

function superseded(
  row: ResolvedRow,
  subject: RowSubject,
  problems: readonly Problem[],
  by: ResolvedRow,
): RowDecision {
  const note = problem('ROW_SUPERSEDED', { by: by.index + 1 }, placeOf(row.index));
  return { row, outcome: 'SUPERSEDED', subject, before: null, after: null, problems: [...problems, note] };
}

/** Acts on nothing: the stored row is told as it stands after the request, whatever other rows make of it. */
function skipped(
  row: ResolvedRow,
  subject: RowSubject,
  problems: readonly Problem[],
  values: TrackingValues | null,
  input: DecisionInput,
): RowDecision {
  const { after } = effective(row, subject, problems, values, input);
  return { row, outcome: 'UNCHANGED', subject, before: after, after, problems };
}

/** The last accepted row of its key: compares the state before the request with the one after it. */
function effective(
  row: ResolvedRow,
  subject: RowSubject,
  problems: readonly Problem[],
  values: TrackingValues | null,
  { importId, writtenAt }: DecisionInput,
): RowDecision {
  const { registrationId, lovId, stored: before } = subject.tracking;
  if (values === null) {
    const outcome = before === null ? 'UNCHANGED' : 'DELETED';
    return { row, outcome, subject, before, after: null, problems };
  }
  if (before !== null && isSame(before.values, values)) {
    return { row, outcome: 'UNCHANGED', subject, before, after: before, problems };
  }
  const after: StoredTracking = { registrationId, lovId, values, updatedAt: writtenAt, importId };
  return { row, outcome: before === null ? 'CREATED' : 'REPLACED', subject, before, after, problems };
}

export function isSame(a: TrackingValues, b: TrackingValues): boolean {
  return TRACKING_FIELDS.every(({ field }) => a[field] === b[field]);
}
