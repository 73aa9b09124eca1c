import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page of a connection stands, as Relay has it.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'True when there is more after this page.' })
  hasNextPage: boolean;

  @Field(() => Boolean, {
    description: 'True on every page but the first.',
  })
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last edge, to be sent as `after` for the next page; null on an empty page.',
  })
  endCursor: string | null;
}
