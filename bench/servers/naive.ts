import 'reflect-metadata';
import { IsNumber, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { DateTime } from 'luxon';
import {
  Arg,
  buildSchema,
  Field,
  Float,
  GraphQLISODateTime,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import type { DataSource, EntityManager } from 'typeorm';
import { openDataSource } from '../../src/data/data-source';
import { parseDatabaseUrl } from '../../src/data/database-url';
import { ConsolidatedTrackingEntity } from '../../src/data/entities/consolidated-tracking.entity';
import { LearnerEntity } from '../../src/data/entities/learner.entity';
import { LearningObjectVersionEntity } from '../../src/data/entities/learning-object-version.entity';
import { RegistrationEntity } from '../../src/data/entities/registration.entity';
import { SessionEntity } from '../../src/data/entities/session.entity';
import { TrainingLovEntity } from '../../src/data/entities/training-lov.entity';
import { knownTarget } from '../../src/data/server-facts';
import type { TrackingStatus } from '../../src/kernel/tracking-status';
import { serveApollo } from './apollo';

/**
 * The naive peer: the import as it is written first. Each row finds what it refers to with one `findOne` per reference
 * and is stored with `save`; all rows of a request share one transaction.
 */
const SITE_ID = 1;
const BODY_LIMIT = 16 * 1_024 * 1_024;

@InputType()
class RowInput {
  @Field(() => String)
  @MaxLength(255)
  candidateLogin: string;

  @Field(() => String)
  @MaxLength(40)
  sessionGuid: string;

  @Field(() => String)
  @MaxLength(255)
  lovCode: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(255)
  firstAccessDate?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(255)
  firstCompletionDate?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(255)
  lastAccessDate?: string | null;

  @Field(() => Float, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(100)
  progression?: number | null;

  @Field(() => Float, { nullable: true })
  @IsOptional()
  @Min(0)
  score?: number | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(0)
  scoreMax?: number | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsNumber()
  timeSpent?: number | null;

  @Field(() => String)
  @MaxLength(20)
  trackingStatus: string;
}

@InputType()
class ParametersInput {
  @Field(() => String)
  timeZone: string;
}

@InputType()
class ImportInput {
  @Field(() => String)
  writeMode: string;

  @Field(() => ParametersInput)
  parameters: ParametersInput;

  @Field(() => [RowInput])
  rows: RowInput[];
}

@ObjectType()
class Tracking {
  @Field(() => Int)
  registrationId: number;

  @Field(() => Int)
  lovId: number;

  @Field(() => GraphQLISODateTime, { nullable: true })
  firstAccessDate: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true })
  firstCompletionDate: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true })
  lastAccessDate: Date | null;

  @Field(() => Float, { nullable: true })
  progression: number | null;

  @Field(() => Float, { nullable: true })
  score: number | null;

  @Field(() => Int, { nullable: true })
  scoreMax: number | null;

  @Field(() => Int, { nullable: true })
  timeSpentSeconds: number | null;

  @Field(() => String)
  status: string;
}

@ObjectType()
class RowResult {
  @Field(() => Int)
  row: number;

  @Field(() => String)
  outcome: 'CREATED' | 'REPLACED';

  @Field(() => Tracking)
  tracking: Tracking;
}

@ObjectType()
class Summary {
  @Field(() => Int)
  created: number;

  @Field(() => Int)
  replaced: number;
}

@ObjectType()
class ImportConsolidatedTrackingSuccess {
  @Field(() => Summary)
  summary: Summary;

  @Field(() => [RowResult])
  rows: RowResult[];
}

let dataSource: DataSource;

@Resolver()
class ImportResolver {
  @Query(() => Boolean)
  ready(): boolean {
    return true;
  }

  @Mutation(() => ImportConsolidatedTrackingSuccess)
  importConsolidatedTracking(
    @Arg('input', () => ImportInput) input: ImportInput,
  ): Promise<ImportConsolidatedTrackingSuccess> {
    return dataSource.transaction(async (manager) => {
      const results: RowResult[] = [];
      for (const [index, row] of input.rows.entries()) {
        results.push({ row: index + 1, ...(await storeRow(manager, row, input.parameters.timeZone)) });
      }
      const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
      return { summary: { created: count('CREATED'), replaced: count('REPLACED') }, rows: results };
    });
  }
}

async function storeRow(
  manager: EntityManager,
  row: RowInput,
  zone: string,
): Promise<Omit<RowResult, 'row'>> {
  const learner = await manager.findOneByOrFail(LearnerEntity, {
    siteId: SITE_ID,
    loginFolded: row.candidateLogin.toLowerCase(),
  });
  const session = await manager.findOneByOrFail(SessionEntity, { siteId: SITE_ID, guid: row.sessionGuid });
  const registration = await manager.findOneByOrFail(RegistrationEntity, {
    siteId: SITE_ID,
    learnerId: learner.id,
    sessionId: session.id,
  });
  const lov = await manager.findOneByOrFail(LearningObjectVersionEntity, {
    siteId: SITE_ID,
    code: row.lovCode,
  });
  await manager.findOneByOrFail(TrainingLovEntity, {
    siteId: SITE_ID,
    trainingId: session.trainingId,
    lovId: lov.id,
  });
  const key = { siteId: SITE_ID, registrationId: registration.id, lovId: lov.id };
  const stored = await manager.findOneBy(ConsolidatedTrackingEntity, key);
  const tracking = stored ?? manager.create(ConsolidatedTrackingEntity, key);
  tracking.firstAccessDate = readDate(row.firstAccessDate, zone);
  tracking.firstCompletionDate = readDate(row.firstCompletionDate, zone);
  tracking.lastAccessDate = readDate(row.lastAccessDate, zone);
  tracking.progression = row.progression ?? null;
  tracking.score = row.score ?? null;
  tracking.scoreMax = row.scoreMax ?? null;
  tracking.timeSpentSeconds = row.timeSpent ?? null;
  tracking.status = row.trackingStatus.toUpperCase() as TrackingStatus;
  tracking.updatedAt = new Date();
  tracking.importId = 'naive';
  await manager.save(tracking);
  return { outcome: stored === null ? 'CREATED' : 'REPLACED', tracking };
}

function readDate(text: string | null | undefined, zone: string): Date | null {
  if (text === null || text === undefined) return null;
  const date = DateTime.fromFormat(text, 'yyyy-MM-dd HH:mm:ss', { zone });
  if (!date.isValid) throw new Error(`${text} is no date`);
  return date.toJSDate();
}

async function main(): Promise<void> {
  const target = await knownTarget(parseDatabaseUrl(process.env.DATABASE_URL ?? ''));
  dataSource = await openDataSource(target);
  await serveApollo(await buildSchema({ resolvers: [ImportResolver], validate: true }), BODY_LIMIT);
}

void main();
