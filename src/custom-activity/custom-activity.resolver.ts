import { Args, ArgsType, Ctx, Field, Int, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { findElementsBy } from '../data/course-reference.repository';
import { findActivities, type StoredActivity } from '../data/custom-activity.repository';
import type { Tx } from '../data/database';
import { exactlyOne, findCourse, findNamed } from './course-query';
import { CustomActivity, toCustomActivity } from './custom-activity.type';
import type { Reference } from './rules/reference';

@ArgsType()
class CustomActivityArgs {
  @Field(() => Int, { nullable: true, description: 'Id of the element.' })
  elementId?: number | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the element, compared exactly.' })
  elementSyncKey?: string | null;
}

@Resolver()
export class CustomActivityResolver {
  @Query(() => CustomActivity, {
    nullable: true,
    description:
      'A custom activity by exactly one of its references (none or both: BAD_USER_INPUT); null when there is none the caller may see. Deleted elements, and those of deleted courses, are not seen.',
  })
  @NeedsScope('activity:read')
  async customActivity(
    @Args(() => CustomActivityArgs) { elementId, elementSyncKey }: CustomActivityArgs,
    @Ctx() { database, siteId }: RequestContext,
  ): Promise<CustomActivity | null> {
    const reference = exactlyOne({ elementId, elementSyncKey });
    const activity = await database.read((tx) => findActivity(tx, siteId, reference));
    return activity === undefined ? null : toCustomActivity(activity);
  }
}

async function findActivity(
  tx: Tx,
  siteId: number,
  reference: Reference,
): Promise<StoredActivity | undefined> {
  const element = await findNamed(findElementsBy, tx, siteId, reference);
  if (element === undefined || element.isDeleted || element.kind !== 'CUSTOM_ACTIVITY') return undefined;
  const course = await findCourse(tx, siteId, { field: 'courseId', value: element.courseId });
  if (course === undefined) return undefined;
  const [activity] = await findActivities(tx, siteId, [element.id]);
  return activity;
}
