import type {
  RegisteredTracking,
  StoredTracking,
  TrackingValues,
} from '../data/consolidated-tracking.repository';
import { allProblems, isError, NO_PROBLEMS, type Problem, problem } from '../kernel/problem';
import { mapInTurns } from '../kernel/turns';
import { judgeRow } from './judge-row';
import { placeOf } from './read-row';
import type { ResolvedRow, RowSubject } from './resolve-row';
import type { ImportSettings } from './settings';

export type RowOutcome = 'CREATED' | 'REPLACED' | 'UNCHANGED' | 'DELETED' | 'SUPERSEDED' | 'REJECTED';

/** What happens to a row. */
export interface RowDecision {
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
  /** The import's clock, in milliseconds since 1970. */
  readonly now: number;
}

/** Decides every row, in order, as if they were sent one by one; reads and writes nothing. */
export async function decide(input: DecisionInput): Promise<RowDecision[]> {
  const running: RunningState = new Map();
  const verdicts = await mapInTurns(input.rows, (row) => judgeInTurn(row, running, input));

  const isRefused = input.rejectEverything && verdicts.some((verdict) => !verdict.isAccepted);
  if (isRefused) return verdicts.map((verdict) => rejected(verdict, true));

  const last = new Map<RegisteredTracking, ResolvedRow>();
  for (const { row, isAccepted } of verdicts) {
    if (isAccepted && row.subject !== null) last.set(row.subject.tracking, row);
  }
  return mapInTurns(verdicts, (verdict) => {
    const { row, isAccepted, problems } = verdict;
    if (!isAccepted || row.subject === null) return rejected(verdict, false);
    const by = last.get(row.subject.tracking) ?? row;
    if (by !== row) return superseded(row, row.subject, problems, by);
    return settled(row.subject, problems, stateOf(row.subject, running), input);
  });
}

/** What the rows so far left of what is stored; what none of them touched is not in it. */
type RunningState = Map<RegisteredTracking, TrackingValues | null>;

function stateOf({ tracking }: RowSubject, running: RunningState): TrackingValues | null {
  const state = running.get(tracking);
  return state === undefined ? tracking.stored : state;
}

interface Verdict {
  readonly row: ResolvedRow;
  readonly isAccepted: boolean;
  readonly problems: readonly Problem[];
}

/** Judges a row against the state that the rows before it left, and moves that state on when it is accepted. */
function judgeInTurn(row: ResolvedRow, running: RunningState, { settings, now }: DecisionInput): Verdict {
  if (row.wipes) {
    const problems = allProblems(row.problems, row.referenceProblems);
    if (row.subject === null || problems.some(isError)) return { row, isAccepted: false, problems };
    running.set(row.subject.tracking, null);
    return { row, isAccepted: true, problems: allProblems(problems, ignoredValues(row)) };
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
    return { row, isAccepted: false, problems };
  }
  running.set(row.subject.tracking, judgement.values);
  return { row, isAccepted: true, problems: allProblems(problems, judgement.warnings) };
}

function ignoredValues(row: ResolvedRow): readonly Problem[] {
  if (row.ignored.length === 0) return NO_PROBLEMS;
  return [problem('VALUES_IGNORED', { fields: row.ignored.join(', ') }, placeOf(row.index))];
}

function rejected({ row, isAccepted, problems }: Verdict, isRefused: boolean): RowDecision {
  const notApplied = isRefused && isAccepted ? [problem('NOT_APPLIED', {}, placeOf(row.index))] : [];
  return {
    outcome: 'REJECTED',
    subject: null,
    before: null,
    after: null,
    problems: [...problems, ...notApplied],
  };
}

function superseded(
  row: ResolvedRow,
  subject: RowSubject,
  problems: readonly Problem[],
  by: ResolvedRow,
): RowDecision {
  const note = problem('ROW_SUPERSEDED', { by: by.index + 1 }, placeOf(row.index));
  return { outcome: 'SUPERSEDED', subject, before: null, after: null, problems: [...problems, note] };
}

/** The last accepted row of its key: compares the state before the request with the one after it. */
function settled(
  subject: RowSubject,
  problems: readonly Problem[],
  values: TrackingValues | null,
  { importId, now }: DecisionInput,
): RowDecision {
  const { registrationId, lovId, stored: before } = subject.tracking;
  if (values === null) {
    return { outcome: before === null ? 'UNCHANGED' : 'DELETED', subject, before, after: null, problems };
  }
  if (before !== null && isSame(before, values)) {
    return { outcome: 'UNCHANGED', subject, before, after: before, problems };
  }
  const after: StoredTracking = {
    registrationId,
    lovId,
    firstAccessDate: values.firstAccessDate,
    firstCompletionDate: values.firstCompletionDate,
    lastAccessDate: values.lastAccessDate,
    progression: values.progression,
    score: values.score,
    scoreMax: values.scoreMax,
    timeSpentSeconds: values.timeSpentSeconds,
    status: values.status,
    updatedAt: now,
    importId,
  };
  return { outcome: before === null ? 'CREATED' : 'REPLACED', subject, before, after, problems };
}

/** The stored values, in the order in which changes are told. */
export const TRACKING_FIELDS = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpentSeconds',
  'status',
] as const satisfies readonly (keyof TrackingValues)[];

function isSame(a: TrackingValues, b: TrackingValues): boolean {
  return TRACKING_FIELDS.every((field) => a[field] === b[field]);
}
