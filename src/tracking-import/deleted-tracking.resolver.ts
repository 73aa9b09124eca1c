import { GraphQLError } from 'graphql';
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  registerEnumType,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { type CursorFormat, PageArgs, syncedConnectionType } from '../contract/connection';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { GivenArguments } from '../contract/given-arguments';
import {
  countDeleted,
  type Deletion,
  type DeletionPosition,
  type DeletionReason,
  findDeletedPage,
  hasForgotten,
} from '../data/deletion-query.repository';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { ERRORS } from '../kernel/errors';
import { trackingId } from './consolidated-tracking.type';

const DeletionReasonEnum: { readonly [Name in DeletionReason]: Name } = {
  WIPED: 'WIPED',
  UNDONE: 'UNDONE',
  ERASED: 'ERASED',
  REMOVED: 'REMOVED',
};

registerEnumType(DeletionReasonEnum, {
  name: 'DeletionReason',
  description: 'Why tracking is gone.',
  valuesConfig: {
    WIPED: { description: 'A row with the status NOT_ATTEMPTED wiped it.' },
    UNDONE: { description: 'The import that created it was undone.' },
    ERASED: { description: 'Its learner was erased.' },
    REMOVED: { description: 'Its registration was removed.' },
  },
});

@ObjectType({ description: 'The key of tracking that is gone. Its learner and session may be gone, too.' })
class DeletedTracking {
  @Field(() => ID, { description: 'The id that the tracking had.' })
  id: string;

  @Field(() => ID, { description: 'The registration.' })
  registrationId: number;

  @Field(() => ID, { description: 'The learner.' })
  learnerId: number;

  @Field(() => Int, { description: 'The session.' })
  sessionId: number;

  @Field(() => ID, { description: 'The learning object version.' })
  lovId: number;

  @Field(() => DateTimeScalar, { description: 'When it was deleted.' })
  deletedAt: number;

  @Field(() => DeletionReasonEnum, { description: 'Why it is gone.' })
  reason: DeletionReason;

  @Field(() => ID, {
    nullable: true,
    description: 'The import or undo that deleted it; null where it was none.',
  })
  importId: string | null;
}

@ArgsType()
class DeletedTrackingArgs extends PageArgs {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Deleted at this instant or later; without it, all deletions that are kept. An instant before these is refused: SYNC_TOO_OLD.',
  })
  deletedSince?: Date | null;
}

const DeletedTrackingConnection = syncedConnectionType(
  DeletedTracking,
  'A page of deleted tracking, as Relay has it, oldest deletion first.',
);

const CURSOR: CursorFormat<Deletion, DeletionPosition> = {
  write: ({ deletedAt, registrationId, lovId }) => `deleted:${deletedAt}:${registrationId}:${lovId}`,
  pattern: /^deleted:(\d{1,15}):(\d{1,10}):(\d{1,10})$/,
  read: (deletedAt, registrationId, lovId) => ({
    deletedAt: nearestStorableInstant(Number(deletedAt)),
    registrationId: Number(registrationId),
    lovId: Number(lovId),
  }),
};

@Resolver()
export class DeletedTrackingResolver {
  @Query(() => DeletedTrackingConnection, {
    description:
      'Tracking that was wiped, undone, erased or removed, as a Relay connection, oldest deletion first. A key is listed while nothing is stored under it.',
  })
  @NeedsScope('tracking:read')
  @GivenArguments('deletedSince')
  deletedTracking(
    @Args(() => DeletedTrackingArgs) { deletedSince, ...page }: DeletedTrackingArgs,
    @Ctx() { database, siteId, deletionKeepDays }: RequestContext,
  ) {
    const since = deletedSince ? nearestStorableInstant(deletedSince.getTime()) : undefined;
    return database.read(async (tx) => {
      // Asked for in any case: what is read after it is not older than what the caller was told before.
      const syncedThrough = await tx.syncedThrough();
      if (since !== undefined && (await hasForgotten(tx, since, deletionKeepDays))) throw syncTooOld();
      const connection = await DeletedTrackingConnection.read(page, {
        find: (limit, after) => findDeletedPage(tx, siteId, since, limit, after),
        count: () => database.read((each) => countDeleted(each, siteId, since)),
        toNode: (deletion) => ({ ...deletion, id: trackingId(deletion) }),
        cursor: CURSOR,
      });
      return Object.assign(connection, { syncedThrough });
    });
  }
}

function syncTooOld(): GraphQLError {
  return new GraphQLError(ERRORS.SYNC_TOO_OLD.text, { extensions: { code: 'SYNC_TOO_OLD' } });
}
