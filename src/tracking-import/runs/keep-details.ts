import type { Tx } from '../../data/database';
import {
  firstProblemOf,
  type KeptChange,
  type KeptProblem,
  keepRunDetails,
} from '../../data/import-run-detail.repository';
import { inTurns } from '../../event-loop/turns';
import type { RowDecision } from '../decide';
import type { NumberedRow } from '../report';
import type { RowMatch } from '../row-match';

/** Keeps what a run changed, so that it can be undone, and what it told of its rows. */
export async function keepDetails<Row extends NumberedRow>(
  tx: Tx,
  siteId: number,
  importId: string,
  decisions: readonly RowDecision<Row>[],
  matchOf: (row: Row) => RowMatch,
  /** Of a run that has several, from 0. */
  window = 0,
): Promise<void> {
  const changes: KeptChange[] = [];
  const problems: KeptProblem[] = [];
  await inTurns(decisions, (decision) => {
    const change = changeOf(decision);
    if (change !== null) changes.push(change);
    if (decision.problems.length === 0) return;
    const learnerId = matchOf(decision.row).learner?.id ?? null;
    for (const problem of decision.problems) {
      problems.push({ number: firstProblemOf(window) + problems.length, learnerId, problem });
    }
  });
  await keepRunDetails(tx, siteId, importId, { changes, problems }, window);
}

/** Null where the row changed nothing. */
function changeOf({ row, outcome, subject, before, after }: RowDecision<NumberedRow>): KeptChange | null {
  if (subject === null || (outcome !== 'CREATED' && outcome !== 'REPLACED' && outcome !== 'DELETED'))
    return null;
  const { registrationId, lovId, learnerId, sessionId } = subject.tracking;
  return {
    row: row.index + 1,
    registrationId,
    lovId,
    learnerId,
    sessionId,
    before: before?.values ?? null,
    after: after?.values ?? null,
  };
}
