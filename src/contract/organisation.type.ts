import { Field, ID, ObjectType } from 'type-graphql';
import { RecordOf } from './record-fields';

@ObjectType({ description: "A unit of the customer's tree of organisations." })
export class Organisation {
  @Field(() => ID, { description: 'Number of the organisation within the site.' })
  organisationId: number;

  @Field(() => String, { description: 'Sync key of the organisation.' })
  syncKey: string;

  @Field(() => String, { description: 'Name of the organisation.' })
  name: string;

  @Field(() => ID, { nullable: true, description: 'The organisation above it; null at the top.' })
  parentId: number | null;

  @Field(() => Organisation, { nullable: true, description: 'The organisation above it; null at the top.' })
  @RecordOf('organisations', 'parentId')
  parent?: Organisation | null;
}
