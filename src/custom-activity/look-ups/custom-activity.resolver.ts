import { Args, ArgsType, Ctx, Field, Int, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { GivenArguments } from '../../contract/given-arguments';
import { exactlyOne } from '../../contract/one-reference';
import { deletedWithFolders } from '../../data/course-element.repository';
import { findElementsBy } from '../../data/course-reference.repository';
import { findActivities, type StoredActivity } from '../../data/custom-activity.repository';
import type { Tx } from '../../data/database';
import { CustomActivity, toCustomActivity } from '../editing/custom-activity.type';
import type { SentReference } from '../rules/sent-reference';
import { findCourse, findNamed } from './course-query';

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
      'A custom activity by exactly one of its references (none, both or null: BAD_USER_INPUT); null when there is none the caller may see. Deleted elements, and those of deleted folders and courses, are not seen.',
  })
  @NeedsScope('activity:read')
  @GivenArguments()
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
  reference: SentReference,
): Promise<StoredActivity | undefined> {
  const named = await findNamed(findElementsBy, tx, siteId, reference);
  if (named?.kind !== 'CUSTOM_ACTIVITY') return undefined;
  const [element] = await deletedWithFolders(tx, siteId, [named]);
  if (element === undefined || element.isDeleted) return undefined;
  const course = await findCourse(tx, siteId, { field: 'courseId', value: element.courseId });
  if (course === undefined) return undefined;
  const [activity] = await findActivities(tx, siteId, [element.id]);
  return activity;
}
