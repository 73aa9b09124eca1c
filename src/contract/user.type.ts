import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A user: whoever edits courses. Learners have accounts of their own.' })
export class User {
  @Field(() => Int, { description: 'Number of the user within the site.' })
  userId: number;

  @Field(() => String, { nullable: true, description: 'Sync key of the user.' })
  syncKey: string | null;

  @Field(() => Boolean, { description: 'True: comes from another platform, and may not edit here.' })
  isExternal: boolean;

  @Field(() => Boolean, { description: 'True: flagged as deleted.' })
  isDeleted: boolean;
}
