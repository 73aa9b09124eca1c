import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, Float, Info, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ReadApart } from '../bulk/marks';
import { childPageOf, childPages } from '../contract/child-pages';
import { connectionType, PageArgs } from '../contract/connection';
import { LearningObjectVersion } from '../contract/learning-object-version.type';
import { Organisation } from '../contract/organisation.type';
import { RecordOf } from '../contract/record-fields';
import { TOLD } from '../contract/reference-records';
import { Session } from '../contract/session.type';
import { Training } from '../contract/training.type';
import { User } from '../contract/user.type';
import { OrganisationGrantEntity } from '../data/entities/organisation-grant.entity';
import { TrainingLovEntity } from '../data/entities/training-lov.entity';
import { REGISTRATION, SESSION } from '../data/record-kinds';
import { columnsOf, tableOf } from '../data/table';
import { registrations, sessions } from './records';

const registrationsOfSessions = childPages({ ...REGISTRATION, parent: 'session_id', order: 'id' });
const sessionsOfTrainings = childPages({ ...SESSION, parent: 'training_id', order: 'id' });

const membershipsOfTrainings = childPages({
  table: tableOf(TrainingLovEntity).name,
  columns: columnsOf(TrainingLovEntity, 'lovId', 'mandatory', 'position', 'points'),
  parent: 'training_id',
  order: 'lov_id',
});

const grantsOfUsers = childPages({
  table: tableOf(OrganisationGrantEntity).name,
  columns: columnsOf(OrganisationGrantEntity, 'organisationId'),
  parent: 'user_id',
  order: 'organisation_id',
});

@ObjectType({ description: 'A membership: a learning object version (LOV) is part of a training.' })
class TrainingLov {
  @Field(() => LearningObjectVersion, { description: 'The learning object version.' })
  @RecordOf('learningObjectVersions', 'lovId')
  lov?: LearningObjectVersion;

  readonly lovId: number;

  @Field(() => Boolean, { description: 'True: the training is complete only with it.' })
  mandatory: boolean;

  @Field(() => Int, { nullable: true, description: 'Order within the training.' })
  position: number | null;

  @Field(() => Float, { nullable: true, description: "What it weighs in the training's progression." })
  points: number | null;
}

const TrainingLovConnection = connectionType(
  TrainingLov,
  'A page of the learning object versions of a training, as Relay has it.',
);

@ObjectType({ description: 'A user may edit the courses of an organisation, and of all below it.' })
class UserOrganisation {
  @Field(() => Organisation, { description: 'The organisation.' })
  @RecordOf('organisations', 'organisationId')
  organisation?: Organisation;

  readonly organisationId: number;
}

const UserOrganisationConnection = connectionType(
  UserOrganisation,
  'A page of the organisations whose courses a user may edit, as Relay has it.',
);

const FORBIDDEN = 'Null, with the error FORBIDDEN, without the scope `reference:read`.';

@Resolver(() => Session)
export class SessionPagesResolver {
  @FieldResolver(() => registrations.Connection, {
    nullable: true,
    description: `The registrations of the session, in the order of their ids. ${FORBIDDEN}`,
  })
  @NeedsScope('reference:read')
  @ReadApart()
  registrations(
    @Root() { sessionId }: Session,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ofSession = childPageOf(registrationsOfSessions(context, info), sessionId, ({ id }) => id);
    return registrations.Connection.read(page, { ...ofSession, toNode: TOLD.registrations });
  }
}

@Resolver(() => Training)
export class TrainingPagesResolver {
  @FieldResolver(() => sessions.Connection, {
    nullable: true,
    description: `The sessions of the training, in the order of their ids. ${FORBIDDEN}`,
  })
  @NeedsScope('reference:read')
  @ReadApart()
  sessions(
    @Root() { trainingId }: Training,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ofTraining = childPageOf(sessionsOfTrainings(context, info), trainingId, ({ id }) => id);
    return sessions.Connection.read(page, { ...ofTraining, toNode: TOLD.sessions });
  }

  @FieldResolver(() => TrainingLovConnection, {
    nullable: true,
    description: `The learning object versions that are part of the training, in the order of their ids. ${FORBIDDEN}`,
  })
  @NeedsScope('reference:read')
  @ReadApart()
  lovs(
    @Root() { trainingId }: Training,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ofTraining = childPageOf(membershipsOfTrainings(context, info), trainingId, ({ lovId }) => lovId);
    return TrainingLovConnection.read(page, { ...ofTraining, toNode: (membership) => membership });
  }
}

@Resolver(() => User)
export class UserPagesResolver {
  @FieldResolver(() => UserOrganisationConnection, {
    nullable: true,
    description: `The organisations whose courses the user may edit, in the order of their ids. ${FORBIDDEN}`,
  })
  @NeedsScope('reference:read')
  @ReadApart()
  organisations(
    @Root() { userId }: User,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ofUser = childPageOf(grantsOfUsers(context, info), userId, ({ organisationId }) => organisationId);
    return UserOrganisationConnection.read(page, { ...ofUser, toNode: (grant) => grant });
  }
}
