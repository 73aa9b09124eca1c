import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../contract/connection';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { periodOf } from '../contract/period';
import { ProblemType } from '../contract/problem.type';
import { TOLD } from '../contract/reference-records';
import { Registration } from '../contract/registration.type';
import {
  countImportRuns,
  findImportRun,
  findImportRunPage,
  type ImportRunPosition,
  type ImportRunRecord,
} from '../data/import-run.repository';
import type { RegistrationRecord } from '../data/record-kinds';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { ErrorPolicy, TimeSpentFormatEnum, WriteMode } from './import-consolidated-tracking.input';
import { ImportSummary } from './import-consolidated-tracking.outcome';
import { detailsGone, PROBLEM_CURSOR, runDetailsOf } from './runs/run-details';

@ObjectType({
  description: 'The record of one import: when, by whom, options, summary. Dry runs leave none.',
})
export class ImportRun {
  @Field(() => ID, { description: 'The importId of the answer.' })
  importId: string;

  @Field(() => String, { description: 'Who sent it.' })
  caller: string;

  @Field(() => DateTimeScalar, { description: 'When the request was taken up.' })
  startedAt: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its last row was written. Null while it runs.',
  })
  finishedAt: number | null;

  @Field(() => WriteMode, { description: 'As sent, or the default.' })
  writeMode: string;

  @Field(() => ErrorPolicy, { description: 'As sent, or the default.' })
  errorPolicy: string;

  @Field(() => String, { description: 'As sent, or the default.' })
  dateTimeFormat: string;

  @Field(() => String, { description: 'As sent, or the default.' })
  timeZone: string;

  @Field(() => String, { description: 'As sent, or the default.' })
  defaultTime: string;

  @Field(() => TimeSpentFormatEnum, { description: 'As sent, or the default.' })
  timeSpentFormat: string;

  @Field(() => Int, { nullable: true, description: 'As sent.' })
  defaultScoreMax: number | null;

  @Field(() => ImportSummary, { description: 'Counts by outcome.' })
  summary: ImportSummary;

  @Field(() => ID, {
    nullable: true,
    description: 'Of an undo: the import that it took back. Null for an import.',
  })
  undoOf: string | null;

  @Field(() => ID, { nullable: true, description: 'The undo that took it back, or null.' })
  undoneBy: string | null;

  /** Whether what there is to know of its rows is still kept. */
  areDetailsKept: boolean;

  /** How many windows a job has written; null of a request. */
  windows: number | null;
}

@InputType({ description: 'All given conditions must hold; none may be null.' })
class ImportRunFilter {
  @Field(() => String, { nullable: true, description: 'Sent by this caller, as runs have it.' })
  caller?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Taken up at this instant or later.' })
  since?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Taken up at this instant or earlier.' })
  until?: Date | null;
}

@ArgsType()
class ImportRunsArgs extends PageArgs {
  @Field(() => ImportRunFilter, { nullable: true, description: 'Which runs; without it, all.' })
  filter?: ImportRunFilter | null;
}

const ImportRunConnection = connectionType(
  ImportRun,
  'A page of import runs, as Relay has it, newest first.',
);

const CURSOR: CursorFormat<ImportRunRecord, ImportRunPosition> = {
  write: ({ startedAt, id }) => `${startedAt}:${id}`,
  pattern: /^(\d{1,15}):([\w-]{1,36})$/,
  read: (startedAt, id) => ({ startedAt: nearestStorableInstant(Number(startedAt)), id }),
};

const ProblemConnection = connectionType(
  ProblemType,
  'A page of the problems of a run, as Relay has it, in row order.',
  'Problem',
);

const RunRegistrationConnection = connectionType(
  Registration,
  'A page of the registrations whose tracking a run changed, as Relay has it, in the order of their ids.',
  'ImportRunRegistration',
);

const REGISTRATION_CURSOR: CursorFormat<RegistrationRecord, number> = {
  write: ({ id }) => String(id),
  pattern: /^(\d{1,10})$/,
  read: Number,
};

@Resolver(() => ImportRun)
export class ImportRunResolver {
  @FieldResolver(() => ProblemConnection, {
    description:
      'The problems of its rows, in row order, kept for 30 days. Afterwards: the error RUN_DETAILS_GONE.',
  })
  problems(
    @Root() { importId, areDetailsKept }: ImportRun,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!areDetailsKept) throw detailsGone();
    const { pages, totals } = runDetailsOf(context, info).problems;
    return ProblemConnection.read(page, {
      find: (limit, after) => pages.load({ importId, limit, after: after ?? 0 }),
      count: () => totals.load(importId),
      toNode: ({ problem }) => problem,
      cursor: PROBLEM_CURSOR,
    });
  }

  @FieldResolver(() => RunRegistrationConnection, {
    nullable: true,
    description:
      'The registrations whose tracking it created, replaced or wiped, each once, in the order of their ids, without those that are gone; kept for 30 days. Afterwards null, with the error RUN_DETAILS_GONE.',
  })
  registrations(
    @Root() { importId, areDetailsKept, windows }: ImportRun,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!areDetailsKept) throw detailsGone();
    const { pages, totals } = runDetailsOf(context, info).registrations;
    const hasWindows = windows !== null;
    return RunRegistrationConnection.read(page, {
      find: (limit, after) => pages.load({ importId, limit, after: after ?? 0, hasWindows }),
      count: () => totals.load(importId),
      toNode: TOLD.registrations,
      cursor: REGISTRATION_CURSOR,
    });
  }

  @Query(() => ImportRun, {
    nullable: true,
    description: 'The record of one import: when, by whom, options, summary. Null when there is none.',
  })
  @NeedsScope('tracking:read')
  async importRun(
    @Arg('importId', () => ID, { description: 'The importId of its answer.' }) importId: string,
    @Ctx() { database, siteId }: RequestContext,
  ): Promise<ImportRun | null> {
    const run = await database.read((tx) => findImportRun(tx, siteId, importId));
    return run === undefined ? null : toImportRun(run);
  }

  @Query(() => ImportRunConnection, {
    description:
      'The records of imports, as a Relay connection, newest first. Dry runs leave none, and of an import that was sent again under its idempotency key there is one.',
  })
  @NeedsScope('tracking:read')
  importRuns(
    @Args(() => ImportRunsArgs) { filter, ...page }: ImportRunsArgs,
    @Ctx() { database, siteId }: RequestContext,
  ) {
    const { caller, ...period } = filter ?? {};
    const conditions = { caller: caller ?? undefined, ...periodOf(period) };
    return ImportRunConnection.read(page, {
      find: (limit, after) => database.read((tx) => findImportRunPage(tx, siteId, conditions, limit, after)),
      count: () => database.read((tx) => countImportRuns(tx, siteId, conditions)),
      toNode: toImportRun,
      cursor: CURSOR,
    });
  }
}

function toImportRun(run: ImportRunRecord): ImportRun {
  const finishedAt = run.isRunning ? null : run.finishedAt;
  return {
    ...run,
    finishedAt,
    importId: run.id,
    summary: { ...run, problemCounts: run.problemCounts ?? [] },
  };
}
