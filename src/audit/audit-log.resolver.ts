import {
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  registerEnumType,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../contract/connection';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { periodOf } from '../contract/period';
import {
  type AuditConditions,
  type AuditOutcome,
  type AuditPosition,
  type AuditRecord,
  type AuditTargetType,
  countAuditEntries,
  findAuditPage,
} from '../data/audit.repository';
import { nearestStorableInstant } from '../kernel/dates/instants';

const AuditTargetTypeEnum: { readonly [Type in AuditTargetType]: Type } = {
  IMPORT_RUN: 'IMPORT_RUN',
  COURSE_ELEMENT: 'COURSE_ELEMENT',
  API_KEY: 'API_KEY',
  SITE: 'SITE',
  LEARNER: 'LEARNER',
  WEBHOOK: 'WEBHOOK',
};

registerEnumType(AuditTargetTypeEnum, {
  name: 'AuditTargetType',
  description: 'What an operation was about.',
  valuesConfig: {
    IMPORT_RUN: {
      description: 'An import; its rows carry its id (consolidatedTracking with the filter importId).',
    },
    COURSE_ELEMENT: { description: 'An element of a course.' },
    API_KEY: { description: 'An API key.' },
    SITE: {
      description:
        'The reference data of the site; the changed fields are kinds of records. Of createSite, the new site; the changed fields are its name and first key.',
    },
    LEARNER: { description: 'A learner who was erased.' },
    WEBHOOK: { description: 'Where the notifications of the site are posted.' },
  },
});

const AuditOutcomeEnum: { readonly [Outcome in AuditOutcome]: Outcome } = {
  SUCCESS: 'SUCCESS',
  WARNING: 'WARNING',
  ERROR: 'ERROR',
};

registerEnumType(AuditOutcomeEnum, {
  name: 'AuditOutcome',
  description: 'How an operation ended.',
  valuesConfig: {
    SUCCESS: { description: 'As the Success member of its answer says.' },
    WARNING: { description: 'As the Warning member of its answer says.' },
    ERROR: { description: 'Nothing was stored but this entry.' },
  },
});

@ObjectType({
  description:
    'One thing that a caller did. Ids only: no names, addresses or texts of people, but for the reason that a caller gave.',
})
class AuditEntry {
  @Field(() => ID, { description: 'Grows with time.' })
  id: number;

  @Field(() => DateTimeScalar, { description: 'When.' })
  at: number;

  @Field(() => String, {
    description:
      'Who: `key:` and the name of an API key, `user:` and an id, `token:` and a digest, or `operator`.',
  })
  caller: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Which of the keys of that name, as apiKeys has it; null where it was none.',
  })
  keyId: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'In the name of which user; null where the operation names nobody, or nobody that it may.',
  })
  userId: number | null;

  @Field(() => String, { description: 'The mutation.' })
  operation: string;

  @Field(() => AuditTargetTypeEnum, { description: 'What it was about.' })
  targetType: AuditTargetType;

  @Field(() => ID, {
    nullable: true,
    description: 'The id of that; null where what the caller named is not there.',
  })
  targetId: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Whose results were changed; null for all but assessments.',
  })
  learnerIds: readonly number[] | null;

  @Field(() => [String], {
    description: 'The fields that changed, of an import those of any row; never their values.',
  })
  changedFields: readonly string[];

  @Field(() => AuditOutcomeEnum, { description: 'How it ended.' })
  outcome: AuditOutcome;

  @Field(() => String, { description: 'The x-request-id of the answer.' })
  requestId: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why, as the caller said it; null where the operation takes no reason.',
  })
  reason: string | null;
}

@InputType({ description: 'All given conditions must hold; none may be null.' })
class AuditFilter {
  @Field(() => String, { nullable: true, description: 'By this caller, as entries have it.' })
  caller?: string | null;

  @Field(() => Int, { nullable: true, description: 'In the name of this user.' })
  userId?: number | null;

  @Field(() => String, { nullable: true, description: 'This mutation.' })
  operation?: string | null;

  @Field(() => AuditTargetTypeEnum, { nullable: true, description: 'About something of this kind.' })
  targetType?: AuditTargetType | null;

  @Field(() => ID, { nullable: true, description: 'About what has this id.' })
  targetId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this instant or later.' })
  since?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At this instant or earlier.' })
  until?: Date | null;
}

@ArgsType()
class AuditLogArgs extends PageArgs {
  @Field(() => AuditFilter, { nullable: true, description: 'Which entries; without it, all.' })
  filter?: AuditFilter | null;
}

const AuditEntryConnection = connectionType(
  AuditEntry,
  'A page of the audit log, as Relay has it, newest first.',
);

const CURSOR: CursorFormat<AuditRecord, AuditPosition> = {
  write: ({ at, id }) => `${at}:${id}`,
  pattern: /^(\d{1,15}):(\d{1,10})$/,
  read: (at, id) => ({ at: nearestStorableInstant(Number(at)), id: Number(id) }),
};

@Resolver()
export class AuditLogResolver {
  @NeedsScope('audit:read')
  @Query(() => AuditEntryConnection, {
    description:
      'Who did what on the site, as a Relay connection, newest first: every mutation that was no dry run, no replay, and came as far as the database.',
  })
  auditLog(
    @Args(() => AuditLogArgs) { filter, ...page }: AuditLogArgs,
    @Ctx() { database, siteId }: RequestContext,
  ) {
    const conditions = conditionsOf(filter ?? {});
    return AuditEntryConnection.read(page, {
      find: (limit, after) => database.read((tx) => findAuditPage(tx, siteId, conditions, limit, after)),
      count: () => database.read((tx) => countAuditEntries(tx, siteId, conditions)),
      toNode: (record) => record,
      cursor: CURSOR,
    });
  }
}

function conditionsOf({ since, until, ...exact }: AuditFilter): AuditConditions {
  return {
    caller: exact.caller ?? undefined,
    userId: exact.userId ?? undefined,
    operation: exact.operation ?? undefined,
    targetType: exact.targetType ?? undefined,
    targetId: exact.targetId ?? undefined,
    ...periodOf({ since, until }),
  };
}
