/** Examples for the model that the server is compared with. Source: docs/rules/import.md, "Undo". */
import { CLOCK, outcomes, ROW, WORLD } from '../../models/import/example';
import { type History, importRun, NO_HISTORY, undoRun } from '../../models/import/model-undo';
import type { ImportRow } from '../../models/import/types';

const WIPE = { trackingStatus: 'notAttempted' };

/** The history of imports, a run for each list of rows. */
function imported(...runs: readonly (readonly ImportRow[])[]): History {
  return runs.reduce<History>(
    (history, rows) => importRun(WORLD, history, { rows }, CLOCK).history,
    NO_HISTORY,
  );
}

const undo = (history: History, place: number, isDry = false) => undoRun(history, place, isDry, CLOCK + 1);
const scores = ({ stored }: History) => [...stored.values()].map(({ score }) => score);

describe('the model of undoImport', () => {
  it('removes what was created, puts back what was replaced or wiped', () => {
    const created = imported([{ ...ROW, score: 1 }]);
    const replaced = imported([{ ...ROW, score: 1 }], [{ ...ROW, score: 2 }]);
    const wiped = imported([{ ...ROW, score: 1 }], [{ ...ROW, ...WIPE }]);
    const undone = [undo(created, 0), undo(replaced, 1), undo(wiped, 1)];
    expect(undone.map(({ answer }) => outcomes(answer))).toEqual([['DELETED'], ['REPLACED'], ['CREATED']]);
    expect(undone.map(({ history }) => scores(history))).toEqual([[], [1], [1]]);
  });

  it('rejects what was changed since, and does not count then; after A, B, undo(B), A can be undone', () => {
    const history = imported([{ ...ROW, score: 1 }], [{ ...ROW, score: 2 }]);
    const failed = undo(history, 0);
    expect(failed.answer.type).toBe('Error');
    expect(failed.answer.problems).toMatchObject([{ code: 'CHANGED_SINCE', path: ['rows', '0'], row: 1 }]);
    const later = undo(failed.history, 1);
    expect(outcomes(undo(later.history, 0).answer)).toEqual(['DELETED']);
  });

  it('leaves what is already as before', () => {
    const history = imported([{ ...ROW, score: 1 }], [{ ...ROW, ...WIPE }]);
    expect(outcomes(undo(history, 0).answer)).toEqual(['UNCHANGED']);
  });

  it('takes a run back once, and an undo as any run', () => {
    const first = undo(imported([{ ...ROW, score: 1 }]), 0);
    expect(undo(first.history, 0).answer.problems).toMatchObject([{ code: 'IMPORT_ALREADY_UNDONE' }]);
    const second = undo(first.history, 1);
    expect(scores(second.history)).toEqual([1]);
    expect(second.history.runs.map(({ undoOf, undoneBy }) => [undoOf, undoneBy])).toEqual([
      [null, 1],
      [0, 2],
      [1, null],
    ]);
    expect(undo(second.history, 7).answer.problems).toMatchObject([{ code: 'IMPORT_NOT_FOUND' }]);
  });

  it('has a row for each key that was changed, in the order of the rows that decided them', () => {
    const other = { ...ROW, candidateLogin: 'zoe' };
    const history = imported([
      { ...ROW, score: 1 },
      { ...other, score: 2 },
      { ...ROW, score: 3 },
      { ...ROW, score: -1 },
    ]);
    expect(undo(history, 0).answer.rows.map(({ row, outcome }) => [row, outcome])).toEqual([
      [2, 'DELETED'],
      [3, 'DELETED'],
    ]);
  });

  it('writes nothing in a dry run', () => {
    const history = imported([{ ...ROW, score: 1 }]);
    expect(undo(history, 0, true).history).toBe(history);
  });
});
