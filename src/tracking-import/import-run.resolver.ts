import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { findImportRun } from '../data/import-run.repository';
import { ErrorPolicy, TimeSpentFormatEnum, WriteMode } from './import-consolidated-tracking.input';
import { ImportSummary } from './import-consolidated-tracking.outcome';

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

  @Field(() => DateTimeScalar, { description: 'When its last row was written.' })
  finishedAt: number;

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
}

@Resolver()
export class ImportRunResolver {
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
    return run === undefined
      ? null
      : { ...run, importId: run.id, summary: { ...run, problemCounts: run.problemCounts ?? [] } };
  }
}
