import { Args, ArgsType, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../access/request-context';
import { badUserInput } from '../contract/bad-user-input';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { PageInfo } from '../contract/page-info.type';
import {
  countTracking,
  findTrackingPage,
  type TrackingConditions,
  type TrackingPosition,
} from '../data/consolidated-tracking.repository';
import { nearestStorableInstant } from '../kernel/dates';
import { fold } from '../kernel/fold';
import type { TrackingStatus } from '../kernel/tracking-status';
import { ConsolidatedTracking, toConsolidatedTracking } from './consolidated-tracking.type';
import { TrackingStatusEnum } from './import-consolidated-tracking.input';

const MAX_PAGE_ROWS = 200;

@InputType({
  description: 'All given conditions must hold; null is not given. An unknown reference finds nothing.',
})
class ConsolidatedTrackingFilter {
  @Field(() => String, { nullable: true, description: "The learner's login, without regard to case." })
  candidateLogin?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The learner's e-mail address, without regard to case.",
  })
  candidateEmail?: string | null;

  @Field(() => String, { nullable: true, description: "The learner's reference number." })
  candidateRefNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'GUID of the session.' })
  sessionGuid?: string | null;

  @Field(() => Int, { nullable: true, description: 'Id of the session.' })
  sessionId?: number | null;

  @Field(() => Int, { nullable: true, description: 'Id of the training.' })
  trainingId?: number | null;

  @Field(() => String, { nullable: true, description: 'Reference number (path code) of the training.' })
  trainingPathCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Reference number of the learning object version.' })
  lovCode?: string | null;

  @Field(() => String, { nullable: true, description: 'GUID of the learning object version.' })
  lovGuid?: string | null;

  @Field(() => [TrackingStatusEnum], { nullable: true, description: 'One of these statuses.' })
  status?: TrackingStatus[] | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Changed at this instant or later: updatedAt is not before it.',
  })
  changedSince?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Rows this import created or replaced, and that no later one has replaced.',
  })
  importId?: string | null;
}

@ArgsType()
class ConsolidatedTrackingArgs {
  @Field(() => ConsolidatedTrackingFilter, { nullable: true, description: 'Which rows; without it, all.' })
  filter?: ConsolidatedTrackingFilter | null;

  @Field(() => Int, {
    defaultValue: 50,
    description: 'How many rows at most, 1 to 200; anything else is refused (BAD_USER_INPUT).',
  })
  first: number;

  @Field(() => String, { nullable: true, description: 'The endCursor of the page before.' })
  after?: string | null;
}

@ObjectType({ description: 'A row and its place in the connection.' })
class ConsolidatedTrackingEdge {
  @Field(() => String, { description: 'Opaque; to be sent as `after`.' })
  cursor: string;

  @Field(() => ConsolidatedTracking, { description: 'The row.' })
  node: ConsolidatedTracking;
}

@ObjectType({ description: 'A page of stored tracking, as Relay has it, newest change first.' })
class ConsolidatedTrackingConnection {
  readonly #count: () => Promise<number>;

  constructor(edges: ConsolidatedTrackingEdge[], pageInfo: PageInfo, count: () => Promise<number>) {
    this.edges = edges;
    this.pageInfo = pageInfo;
    this.#count = count;
  }

  @Field(() => [ConsolidatedTrackingEdge], { description: 'The rows of the page with their cursors.' })
  edges: ConsolidatedTrackingEdge[];

  @Field(() => [ConsolidatedTracking], { description: 'The rows of the page.' })
  get nodes(): ConsolidatedTracking[] {
    return this.edges.map((edge) => edge.node);
  }

  @Field(() => PageInfo, { description: 'Where the page stands.' })
  pageInfo: PageInfo;

  @Field(() => Int, {
    description: 'How many rows the filter finds in all; counted only when it is asked for.',
  })
  totalCount(): Promise<number> {
    return this.#count();
  }
}

@Resolver()
export class ConsolidatedTrackingResolver {
  @Query(() => ConsolidatedTrackingConnection, {
    description: 'Stored tracking, as a Relay connection, newest change first.',
  })
  async consolidatedTracking(
    @Args(() => ConsolidatedTrackingArgs) { filter, first, after }: ConsolidatedTrackingArgs,
    @Ctx() { database, siteId }: RequestContext,
  ): Promise<ConsolidatedTrackingConnection> {
    if (first < 1 || first > MAX_PAGE_ROWS) {
      throw badUserInput(`first must be from 1 to ${MAX_PAGE_ROWS}.`);
    }
    const position = after === undefined || after === null ? null : readCursor(after);
    const conditions = conditionsOf(filter ?? {});
    const found = await database.read((tx) =>
      // One row more than asked for tells whether there is a next page.
      findTrackingPage(tx, siteId, conditions, first + 1, position),
    );
    const edges = found
      .slice(0, first)
      .map((row) => ({ cursor: cursorOf(row), node: toConsolidatedTracking(row) }));
    const pageInfo: PageInfo = {
      hasNextPage: found.length > first,
      hasPreviousPage: position !== null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    };
    const count = () => database.read((tx) => countTracking(tx, siteId, conditions));
    return new ConsolidatedTrackingConnection(edges, pageInfo, count);
  }
}

function conditionsOf(filter: ConsolidatedTrackingFilter): TrackingConditions {
  const text = (value: string | null | undefined) => (value === null ? undefined : value);
  const folded = (value: string | null | undefined) =>
    value === undefined || value === null ? undefined : fold(value);
  return {
    loginFolded: folded(filter.candidateLogin),
    emailFolded: folded(filter.candidateEmail),
    refNumber: text(filter.candidateRefNumber),
    sessionGuid: text(filter.sessionGuid),
    sessionId: filter.sessionId ?? undefined,
    trainingId: filter.trainingId ?? undefined,
    trainingPathCode: text(filter.trainingPathCode),
    lovCode: text(filter.lovCode),
    lovGuid: text(filter.lovGuid),
    statuses: filter.status ?? undefined,
    changedSince: filter.changedSince ? nearestStorableInstant(filter.changedSince.getTime()) : undefined,
    importId: text(filter.importId),
  };
}

function cursorOf({ updatedAt, registrationId, lovId }: TrackingPosition): string {
  return Buffer.from(`${updatedAt}:${registrationId}:${lovId}`).toString('base64url');
}

const CURSOR = /^(\d{1,15}):(\d{1,10}):(\d{1,10})$/;

function readCursor(cursor: string): TrackingPosition {
  const [, updatedAt, registrationId, lovId] =
    CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (updatedAt === undefined) throw badUserInput('after is not a cursor of this connection.');
  return { updatedAt: Number(updatedAt), registrationId: Number(registrationId), lovId: Number(lovId) };
}
