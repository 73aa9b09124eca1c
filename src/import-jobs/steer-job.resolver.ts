import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InterfaceType,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ProblemType } from '../contract/problem.type';
import type { Problem } from '../kernel/problem';
import { ImportJob, toImportJob } from './import-job.type';
import { cancelJob, retryJob, type Steered, undoJob } from './steer-job';

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class ImportJobOutcome {
  constructor(steered: Steered, now: number) {
    this.job = steered.kind === 'success' ? toImportJob(steered.job, now) : null;
    this.problems = steered.kind === 'success' ? [] : steered.problems;
  }

  @Field(() => ImportJob, { nullable: true, description: 'The job; null on Error.' })
  job: ImportJob | null;

  @Field(() => [ProblemType], { description: 'Why it was not done.' })
  problems: readonly Problem[];
}

@ObjectType({ implements: ImportJobOutcome, description: 'Done, or begun: the job tells how far it is.' })
class ImportJobSuccess extends ImportJobOutcome {}

@ObjectType({ implements: ImportJobOutcome, description: 'Nothing was changed.' })
class ImportJobError extends ImportJobOutcome {}

const ImportJobResult = createUnionType({
  name: 'ImportJobResult',
  description: 'The answer to what is to become of a job: success or error.',
  types: () => [ImportJobSuccess, ImportJobError] as const,
});

const JOB_ID = { description: 'A job that this caller ordered.' };

@Resolver()
export class SteerJobResolver {
  @Mutation(() => ImportJobResult, {
    description:
      'Ends an import job of the caller behind the rows that are being written. What was committed stays; undoImportJob takes it back, retryImportJob goes on.',
  })
  @NeedsScope('tracking:import')
  async cancelImportJob(
    @Arg('jobId', () => ID, JOB_ID) jobId: string,
    @Ctx() context: RequestContext,
  ): Promise<ImportJobOutcome> {
    return answer(context, 'cancelImportJob', await cancelJob(context, jobId));
  }

  @Mutation(() => ImportJobResult, {
    description:
      'Has an import job of the caller that failed or was cancelled go on behind its last committed rows.',
  })
  @NeedsScope('tracking:import')
  async retryImportJob(
    @Arg('jobId', () => ID, JOB_ID) jobId: string,
    @Ctx() context: RequestContext,
  ): Promise<ImportJobOutcome> {
    return answer(context, 'retryImportJob', await retryJob(context, jobId));
  }

  @Mutation(() => ImportJobResult, {
    description:
      'Orders a job that takes back what another one wrote, row by row, where nobody has changed the row since.',
  })
  @NeedsScope('tracking:import')
  async undoImportJob(
    @Arg('jobId', () => ID, JOB_ID) jobId: string,
    @Arg('dryRun', () => Boolean, {
      defaultValue: false,
      description: 'Only tell what would happen, and write nothing.',
    })
    dryRun: boolean,
    @Ctx() context: RequestContext,
  ): Promise<ImportJobOutcome> {
    return answer(context, 'undoImportJob', await undoJob(context, jobId, dryRun));
  }
}

function answer(context: RequestContext, operation: string, steered: Steered): ImportJobOutcome {
  context.observer.answered(operation, steered.kind);
  const now = context.clock().getTime();
  return steered.kind === 'success' ? new ImportJobSuccess(steered, now) : new ImportJobError(steered, now);
}
