import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { RequestContext } from '../../access/request-context';
import { perAnswer } from '../../contract/per-request';
import { findChildElements, type TreeElement } from '../../data/course-element.repository';
import { findActivities, type StoredActivity } from '../../data/custom-activity.repository';
import type { ElementKind } from '../../data/entities/course-element.entity';
import { groupBy } from '../../kernel/group-by';
import { CustomActivity, toCustomActivity } from '../editing/custom-activity.type';

const CourseElementKind: { readonly [Kind in ElementKind]: Kind } = {
  FOLDER: 'FOLDER',
  CUSTOM_ACTIVITY: 'CUSTOM_ACTIVITY',
  OTHER: 'OTHER',
};

registerEnumType(CourseElementKind, {
  name: 'CourseElementKind',
  description: 'What an element of a course is.',
  valuesConfig: {
    FOLDER: { description: 'Holds other elements.' },
    CUSTOM_ACTIVITY: { description: 'An activity that this API edits.' },
    OTHER: { description: 'Anything that this API does not edit, such as a page or a file.' },
  },
});

/** Of one answer: what many elements need is read with one statement for all of them. */
interface Loaders {
  readonly children: DataLoader<number, readonly TreeElement[]>;
  readonly activities: DataLoader<number, StoredActivity | null>;
}

@ObjectType({ description: 'A folder, activity or other content of a course.' })
export class CourseElement {
  readonly #loaders: Loaders;

  constructor(element: TreeElement, loaders: Loaders) {
    this.elementId = element.id;
    this.syncKey = element.syncKey;
    this.kind = element.kind;
    this.title = element.title;
    this.active = element.active;
    this.parentId = element.parentId;
    this.parentSyncKey = element.parentSyncKey;
    this.#loaders = loaders;
  }

  @Field(() => Int, { description: 'Id of the element.' })
  elementId: number;

  @Field(() => String, { nullable: true, description: 'Sync key of the element.' })
  syncKey: string | null;

  @Field(() => CourseElementKind, { description: 'What it is.' })
  kind: ElementKind;

  @Field(() => String, { description: 'Title, as plain text.' })
  title: string;

  @Field(() => Boolean, { description: 'True when participants can see it.' })
  active: boolean;

  @Field(() => Int, { nullable: true, description: "The folder it is in; null means the course's root." })
  parentId: number | null;

  @Field(() => String, { nullable: true, description: 'Sync key of the folder it is in.' })
  parentSyncKey: string | null;

  @Field(() => CustomActivity, {
    nullable: true,
    description: 'All about it where it is a custom activity; else null.',
  })
  async customActivity(): Promise<CustomActivity | null> {
    if (this.kind !== 'CUSTOM_ACTIVITY') return null;
    const activity = await this.#loaders.activities.load(this.elementId);
    return activity === null ? null : toCustomActivity(activity);
  }

  @Field(() => [CourseElement], {
    description: 'What a folder holds, in its order, deleted elements left out; empty for anything else.',
  })
  async children(): Promise<CourseElement[]> {
    if (this.kind !== 'FOLDER') return [];
    const children = await this.#loaders.children.load(this.elementId);
    return children.map((child) => new CourseElement(child, this.#loaders));
  }
}

/** How elements that an answer begins with are told, of one course or of many. */
export function courseElementOf(
  context: RequestContext,
  info: GraphQLResolveInfo,
): (element: TreeElement) => CourseElement {
  const loaders = loadedOf(context, info);
  return (element) => new CourseElement(element, loaders);
}

const loadedOf = perAnswer(loadersOf);

function loadersOf({ database, siteId }: RequestContext): Loaders {
  return {
    children: new DataLoader(async (folderIds) => {
      const found = await database.read((tx) => findChildElements(tx, siteId, folderIds));
      const byFolder = groupBy(found, ({ parentId }) => parentId);
      return folderIds.map((id) => byFolder.get(id) ?? []);
    }),
    activities: new DataLoader(async (elementIds) => {
      const found = await database.read((tx) => findActivities(tx, siteId, elementIds));
      const byElement = new Map(found.map((activity) => [activity.elementId, activity]));
      return elementIds.map((id) => byElement.get(id) ?? null);
    }),
  };
}
