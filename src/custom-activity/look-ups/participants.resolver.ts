import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Field, FieldResolver, ID, Info, ObjectType, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../../contract/connection';
import { Learner } from '../../contract/learner.type';
import { RecordOf } from '../../contract/record-fields';
import { nextTurn } from '../../event-loop/turns';
import { CustomActivity } from '../editing/custom-activity.type';
import { ParticipantMarks } from '../editing/participant-marks.type';
import { type ParticipantRow, participantCountsOf, participantPagesOf } from './participant-pages';

@ObjectType({
  description:
    'A learner who is registered in a session of the course, and what the learner has of the activity.',
})
class Participant extends ParticipantMarks {
  @Field(() => ID, { description: 'The learner.' })
  learnerId: number;

  @Field(() => Learner, {
    description: 'The learner; with the id only where the caller does not have the scope `reference:read`.',
  })
  @RecordOf('learners', 'learnerId')
  learner?: Learner;
}

const ParticipantConnection = connectionType(
  Participant,
  'A page of the participants of an activity, as Relay has it, in the order of learner ids.',
);

const CURSOR: CursorFormat<ParticipantRow, number> = {
  write: ({ learnerId }) => String(learnerId),
  pattern: /^(\d{1,10})$/,
  read: Number,
};

@Resolver(() => CustomActivity)
export class ParticipantsResolver {
  @FieldResolver(() => ParticipantConnection, {
    nullable: true,
    description:
      'The learners registered in sessions of the course, those that have ended included, and what each of them has of the activity: a Relay connection in the order of learner ids. At most 10000 in all pages of an answer together. Null, with the error FORBIDDEN, without the scope `activity:read`.',
  })
  @NeedsScope('activity:read')
  participants(
    @Root() activity: CustomActivity,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const pages = participantPagesOf(context);
    return ParticipantConnection.read(page, {
      find: async (limit, after) => {
        const rows = await pages.read({ activity, limit, after: after ?? 0 });
        // Of activities in a list, one page after the other is put into the answer.
        await nextTurn();
        return rows;
      },
      count: () => participantCountsOf(context, info).load(activity.courseId),
      toNode: ({ learnerId, marks }) => ({ ...marks, learnerId }),
      cursor: CURSOR,
    });
  }
}
