import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { ReadApart } from '../../bulk/marks';
import { type CursorFormat, connectionType, PageArgs } from '../../contract/connection';
import { perAnswer } from '../../contract/per-request';
import { recordsOf } from '../../contract/reference-records';
import { Training } from '../../contract/training.type';
import {
  countRootElements,
  type ElementPosition,
  findRootElementPages,
  type RootElement,
  type RootElementPage,
} from '../../data/course-element.repository';
import { CourseElement, courseElementOf } from './course-element.type';

const TrainingElementConnection = connectionType(
  CourseElement,
  'A page of the elements at the root of a course, as Relay has it, in their order.',
  'TrainingElement',
);

const CURSOR: CursorFormat<RootElement, ElementPosition> = {
  write: ({ position, id }) => `${position}:${id}`,
  pattern: /^(-?\d{1,10}):(\d{1,10})$/,
  read: (position, id) => ({ position: Number(position), id: Number(id) }),
};

/** Of one answer: what the pages of many courses need is read together. */
interface RootElements {
  readonly pages: DataLoader<RootElementPage, readonly RootElement[], string>;
  readonly totals: DataLoader<number, number>;
}

const rootElementsOf = perAnswer(loadersOf);

function loadersOf({ database, siteId }: RequestContext): RootElements {
  return {
    pages: new DataLoader((asked) => database.read((tx) => findRootElementPages(tx, siteId, asked)), {
      cacheKeyFn: ({ courseId, limit, after }) => `${courseId}/${limit}/${after?.position}:${after?.id}`,
    }),
    totals: new DataLoader((courseIds) => database.read((tx) => countRootElements(tx, siteId, courseIds))),
  };
}

@Resolver(() => Training)
export class TrainingElementsResolver {
  @FieldResolver(() => TrainingElementConnection, {
    nullable: true,
    description:
      'The elements at the root of the training as a course, in their order, deleted ones left out; `children` go down from there. Null where the training is deleted; null, with the error FORBIDDEN, without the scope `activity:read`.',
  })
  @NeedsScope('activity:read')
  @ReadApart()
  async elements(
    @Root() { trainingId }: Training,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const training = await recordsOf(context, info).trainings.load(trainingId);
    if (training?.isDeleted !== false) return null;
    const { pages, totals } = rootElementsOf(context, info);
    return TrainingElementConnection.read(page, {
      find: (limit, after) => pages.load({ courseId: trainingId, limit, after }),
      count: () => totals.load(trainingId),
      toNode: courseElementOf(context, info),
      cursor: CURSOR,
    });
  }
}
