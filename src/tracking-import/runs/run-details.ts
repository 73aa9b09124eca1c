import DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../../access/request-context';
import type { CursorFormat } from '../../contract/connection';
import { perAnswer } from '../../contract/per-request';
import type { Tx } from '../../data/database';
import type { KeptProblem } from '../../data/import-run-detail.repository';
import { countRunProblems, findRunProblemPages } from '../../data/run-problem.repository';
import { countRunRegistrations, findRunRegistrationPages } from '../../data/run-registration.repository';
import { ERRORS } from '../../kernel/errors';

/** Of one answer: what the pages of many runs need is read together. */
export const runDetailsOf = perAnswer((context: RequestContext) => ({
  problems: pagesOfRuns(context, findRunProblemPages, countRunProblems),
  registrations: pagesOfRuns(context, findRunRegistrationPages, countRunRegistrations),
}));

interface RunPage {
  readonly importId: string;
  readonly limit: number;
  /** Begins behind this one; 0 for the first page. */
  readonly after: number;
  readonly hasWindows?: boolean;
}

type Find<Row> = (tx: Tx, siteId: number, pages: readonly RunPage[]) => Promise<Row[][]>;
type Count = (tx: Tx, siteId: number, importIds: readonly string[]) => Promise<number[]>;

function pagesOfRuns<Row>({ database, siteId }: RequestContext, find: Find<Row>, count: Count) {
  return {
    pages: new DataLoader<RunPage, readonly Row[], string>(
      (asked) => database.read((tx) => find(tx, siteId, asked)),
      { cacheKeyFn: ({ importId, limit, after }) => `${importId}/${limit}/${after}` },
    ),
    totals: new DataLoader<string, number>((ids) => database.read((tx) => count(tx, siteId, ids))),
  };
}

/** Problems of a run are told by their numbers. */
export const PROBLEM_CURSOR: CursorFormat<KeptProblem, number> = {
  write: ({ number }) => String(number),
  pattern: /^(\d{1,10})$/,
  read: Number,
};

export function detailsGone(): GraphQLError {
  return new GraphQLError(ERRORS.RUN_DETAILS_GONE.text, { extensions: { code: 'RUN_DETAILS_GONE' } });
}
