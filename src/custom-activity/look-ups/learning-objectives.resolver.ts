import { Args, ArgsType, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../../contract/connection';
import { GivenArguments } from '../../contract/given-arguments';
import {
  countObjectives,
  findObjectivePage,
  type ObjectiveConditions,
  type ObjectivePosition,
  type RepositoryNode,
} from '../../data/learning-objective.repository';
import { fold } from '../../kernel/fold';
import { isBlank } from '../../kernel/text';

@ObjectType({
  description: "A published node of the site's repository of learning objectives, which is a tree.",
})
class RepositoryObjective {
  @Field(() => String, { description: 'Its unique id in the repository, the learningObjectiveId of inputs.' })
  learningObjectiveId: string;

  @Field(() => String, { description: 'Its title.' })
  title: string;

  @Field(() => Boolean, {
    description: 'True when no objective is below it. Only these can be assigned to elements.',
  })
  leaf: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The learningObjectiveId of the node above it; null at the top, and where that one is not published.',
  })
  parentId: string | null;
}

@ArgsType()
class LearningObjectivesArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Only those with this text in their title or id, without regard to case. Blanks around it do not count.',
  })
  search?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only those that can be assigned to elements; false: only those that have others below.',
  })
  leaf?: boolean | null;
}

const RepositoryObjectiveConnection = connectionType(
  RepositoryObjective,
  'A page of the repository of learning objectives, as Relay has it, in the order of titles.',
);

const CURSOR: CursorFormat<ObjectivePosition, ObjectivePosition> = {
  write: ({ id, titleFolded }) => `${id}:${titleFolded}`,
  pattern: /^(\d{1,10}):(.{0,1024})$/s,
  read: (id, titleFolded) => ({ id: Number(id), titleFolded: String(titleFolded) }),
};

@Resolver()
export class LearningObjectivesResolver {
  @Query(() => RepositoryObjectiveConnection, {
    description:
      'The published learning objectives of the repository, as a Relay connection, in the order of titles.',
  })
  @NeedsScope('activity:read')
  @GivenArguments('search', 'leaf')
  learningObjectives(
    @Args(() => LearningObjectivesArgs) { search, leaf, ...page }: LearningObjectivesArgs,
    @Ctx() { database, siteId }: RequestContext,
  ) {
    const conditions = conditionsOf(search, leaf);
    return RepositoryObjectiveConnection.read(page, {
      find: (limit, after) => database.read((tx) => findObjectivePage(tx, siteId, conditions, limit, after)),
      count: () => database.read((tx) => countObjectives(tx, siteId, conditions)),
      toNode: ({ learningObjectiveId, title, isLeaf, parentId }: RepositoryNode) => ({
        learningObjectiveId,
        title,
        leaf: isLeaf,
        parentId,
      }),
      cursor: CURSOR,
    });
  }
}

function conditionsOf(
  search: string | null | undefined,
  leaf: boolean | null | undefined,
): ObjectiveConditions {
  const isSearched = search !== undefined && search !== null && !isBlank(search);
  return { search: isSearched ? fold(search.trim()) : undefined, isLeaf: leaf ?? undefined };
}
