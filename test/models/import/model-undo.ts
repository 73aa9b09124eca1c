import { requestProblem, rowProblem, UNDO_CODES } from './codes';
import { isSame } from './decide';
import { answerOf, changesOf, modelImport, outcomeOf, refusal } from './model-import';
import {
  type ImportInput,
  keyOf,
  type ModelAnswer,
  type RowAnswer,
  type RowOutcome,
  type Stored,
  type Tracking,
  type World,
} from './types';

/** What a site keeps of the runs of a caller, in their order: imports and undos alike. */
export interface History {
  readonly stored: Stored;
  readonly runs: readonly Run[];
}

export interface Run {
  readonly changes: readonly RunChange[];
  /** The places of runs among all. */
  readonly undoOf: number | null;
  readonly undoneBy: number | null;
}

/** What became of a key, and the number of the row that decided it. */
interface RunChange {
  readonly row: number;
  readonly key: string;
  readonly before: Tracking | null;
  readonly after: Tracking | null;
}

interface Step {
  readonly answer: ModelAnswer;
  readonly history: History;
}

export const NO_HISTORY: History = { stored: new Map(), runs: [] };

/** An import as a run that can be undone. */
export function importRun(world: World, history: History, input: ImportInput, clock: number): Step {
  const { answer, stored } = modelImport(world, history.stored, input, clock);
  if (!answer.recorded) return { answer, history };
  return {
    answer,
    history: { stored, runs: [...history.runs, runOf(answer, history.stored, stored, null)] },
  };
}

/** Takes back the run at this place. Source: docs/rules/import.md, "Undo". */
export function undoRun(history: History, place: number, isDry: boolean, clock: number): Step {
  const refused = (code: (typeof UNDO_CODES)[keyof typeof UNDO_CODES]): Step => ({
    answer: refusal([requestProblem(code, 'importId')], isDry),
    history,
  });
  const run = history.runs[place];
  if (run === undefined) return refused(UNDO_CODES.importNotFound);
  if (run.undoneBy !== null) return refused(UNDO_CODES.importAlreadyUndone);

  const stored = new Map(history.stored);
  const rows = run.changes.map((change): RowAnswer => {
    const current = stored.get(change.key) ?? null;
    if (isSame(current, change.before)) return rowOf(change, 'UNCHANGED', current, current);
    if (!isSame(current, change.after)) return rejected(change);
    if (change.before === null) {
      stored.delete(change.key);
      return rowOf(change, 'DELETED', current, null);
    }
    const putBack = { ...change.before, updatedAt: clock };
    stored.set(change.key, putBack);
    return rowOf(change, outcomeOf(current, putBack), current, putBack);
  });
  const answer = answerOf(rows, isDry);
  if (isDry) return { answer, history };

  const undo = runOf(answer, history.stored, stored, place);
  const taken = { ...run, undoneBy: history.runs.length };
  // What took nothing back does not count.
  const runs = answer.type === 'Error' ? history.runs : history.runs.with(place, taken);
  return { answer, history: { stored, runs: [...runs, undo] } };
}

function runOf(answer: ModelAnswer, before: Stored, after: Stored, undoOf: number | null): Run {
  const changed: readonly RowOutcome[] = ['CREATED', 'REPLACED', 'DELETED'];
  const changes = answer.rows
    .filter(({ outcome }) => changed.includes(outcome))
    .map(({ row, match }) => {
      const key = keyOf(match.learnerId ?? 0, match.sessionId ?? 0, match.lovId ?? 0);
      return { row, key, before: before.get(key) ?? null, after: after.get(key) ?? null };
    });
  return { changes, undoOf, undoneBy: null };
}

function rowOf(
  change: RunChange,
  outcome: RowOutcome,
  before: Tracking | null,
  after: Tracking | null,
): RowAnswer {
  const match = matchOf(change);
  return {
    row: change.row,
    outcome,
    tracking: after,
    match,
    changes: changesOf(before, after),
    problems: [],
  };
}

function rejected(change: RunChange): RowAnswer {
  const problems = [rowProblem(change.row - 1, 0, UNDO_CODES.changedSince)];
  return {
    row: change.row,
    outcome: 'REJECTED',
    tracking: null,
    match: matchOf(change),
    changes: [],
    problems,
  };
}

function matchOf({ before, after }: RunChange): RowAnswer['match'] {
  const { learnerId, sessionId, lovId } = before ?? after ?? { learnerId: 0, sessionId: 0, lovId: 0 };
  return { learnerId, sessionId, lovId, learnersFound: 1, sessionsFound: 1, lovsFound: 1 };
}
