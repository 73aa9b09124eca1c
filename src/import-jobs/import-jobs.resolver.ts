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
import {
  countJobs,
  findJobPage,
  type ImportJobPosition,
  type ImportJobRecord,
  type JobState,
} from '../data/import-job.repository';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { detailsGone, PROBLEM_CURSOR, runDetailsOf } from '../tracking-import/runs/run-details';
import { ImportJob, JobStateEnum, toImportJob } from './import-job.type';
import { findJobFor, seesAllJobs } from './job-access';

@InputType({ description: 'All given conditions must hold; none may be null.' })
class ImportJobFilter {
  @Field(() => String, { nullable: true, description: 'Ordered by this caller, as jobs have it.' })
  caller?: string | null;

  @Field(() => JobStateEnum, { nullable: true, description: 'In this state.' })
  state?: JobState | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Ordered at this instant or later.' })
  since?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Ordered at this instant or earlier.' })
  until?: Date | null;
}

@ArgsType()
class ImportJobsArgs extends PageArgs {
  @Field(() => ImportJobFilter, { nullable: true, description: 'Which jobs; without it, all.' })
  filter?: ImportJobFilter | null;
}

const ImportJobConnection = connectionType(
  ImportJob,
  'A page of import jobs, as Relay has it, newest first.',
);

const CURSOR: CursorFormat<ImportJobRecord, ImportJobPosition> = {
  write: ({ createdAt, id }) => `${createdAt}:${id}`,
  pattern: /^(\d{1,15}):([\w-]{1,36})$/,
  read: (createdAt, id) => ({ createdAt: nearestStorableInstant(Number(createdAt)), id }),
};

const ProblemConnection = connectionType(
  ProblemType,
  'A page of the problems of the rows of a job, as Relay has it, in the order of the file.',
  'ImportJobProblem',
);

@Resolver(() => ImportJob)
export class ImportJobsResolver {
  @Query(() => ImportJob, {
    nullable: true,
    description:
      'One import job; null where there is none that the caller may see: its own, and with the scope `jobs:read` all of the site.',
  })
  @NeedsScope('tracking:import', 'jobs:read')
  async importJob(
    @Arg('jobId', () => ID, { description: 'The id in the answer to the upload.' }) jobId: string,
    @Ctx() context: RequestContext,
  ): Promise<ImportJob | null> {
    const job = await context.database.read((tx) => findJobFor(tx, context.caller, jobId));
    return job === undefined ? null : toImportJob(job, context.clock().getTime());
  }

  @Query(() => ImportJobConnection, {
    description:
      'Import jobs, as a Relay connection, newest first: those of the caller, and with the scope `jobs:read` all of the site.',
  })
  @NeedsScope('tracking:import', 'jobs:read')
  importJobs(
    @Args(() => ImportJobsArgs) { filter, ...page }: ImportJobsArgs,
    @Ctx() { database, siteId, caller, clock }: RequestContext,
  ) {
    const { caller: sent, state, ...period } = filter ?? {};
    const own = seesAllJobs(caller) ? undefined : caller.id;
    const conditions = { caller: sent ?? own, state: state ?? undefined, ...periodOf(period) };
    const isHidden = own !== undefined && conditions.caller !== own;
    return ImportJobConnection.read(page, {
      find: async (limit, after) =>
        isHidden ? [] : database.read((tx) => findJobPage(tx, siteId, conditions, limit, after)),
      count: async () => (isHidden ? 0 : database.read((tx) => countJobs(tx, siteId, conditions))),
      toNode: (job) => toImportJob(job, clock().getTime()),
      cursor: CURSOR,
    });
  }

  @FieldResolver(() => ProblemConnection, {
    description:
      'The problems of its rows, in the order of the file; `row` is the line. Kept for 30 days, afterwards: the error RUN_DETAILS_GONE.',
  })
  problems(
    @Root() { jobId, resultsKept }: ImportJob,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (!resultsKept) throw detailsGone();
    const { pages, totals } = runDetailsOf(context, info).problems;
    return ProblemConnection.read(page, {
      find: (limit, after) => pages.load({ importId: jobId, limit, after: after ?? 0 }),
      count: () => totals.load(jobId),
      toNode: ({ problem }) => problem,
      cursor: PROBLEM_CURSOR,
    });
  }
}
