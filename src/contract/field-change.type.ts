import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'One field that changed. Instants in ISO-8601, numbers in their shortest decimal form, booleans true/false, enums by name, lists as JSON, null as null.',
})
export class FieldChange {
  @Field(() => String, { description: 'Name of the field in the answer.' })
  field: string;

  @Field(() => String, { nullable: true, description: 'The stored value before the request.' })
  before: string | null;

  @Field(() => String, { nullable: true, description: 'The stored value after it.' })
  after: string | null;
}
