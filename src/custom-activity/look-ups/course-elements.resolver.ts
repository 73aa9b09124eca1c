import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, Info, Int, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { GivenArguments } from '../../contract/given-arguments';
import { exactlyOne } from '../../contract/one-reference';
import { findRootElements } from '../../data/course-element.repository';
import { CourseElement, courseElementOf } from './course-element.type';
import { findCourse } from './course-query';

@ArgsType()
class CourseElementsArgs {
  @Field(() => Int, { nullable: true, description: 'Id of the course.' })
  courseId?: number | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the course, compared exactly.' })
  courseSyncKey?: string | null;
}

@Resolver()
export class CourseElementsResolver {
  @Query(() => [CourseElement], {
    nullable: true,
    description:
      'The elements at the root of a course, in their order, deleted ones left out; `children` go down from there. The course is named by exactly one of its references (none, both or null: BAD_USER_INPUT); null when there is none the caller may see.',
  })
  @NeedsScope('activity:read')
  @GivenArguments()
  async courseElements(
    @Args(() => CourseElementsArgs) { courseId, courseSyncKey }: CourseElementsArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CourseElement[] | null> {
    const { database, siteId } = context;
    const reference = exactlyOne({ courseId, courseSyncKey });
    const elements = await database.read(async (tx) => {
      const course = await findCourse(tx, siteId, reference);
      return course === undefined ? null : findRootElements(tx, siteId, course.id);
    });
    return elements === null ? null : elements.map(courseElementOf(context, info));
  }
}
