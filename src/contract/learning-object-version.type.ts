import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A learning object version (LOV): the content that a history is about.' })
export class LearningObjectVersion {
  @Field(() => ID, { description: 'Number of the learning object version within the site.' })
  lovId: number;

  @Field(() => String, { description: 'Reference number; several learning object versions may share it.' })
  code: string;

  @Field(() => String, { description: 'GUID of the learning object version.' })
  guid: string;
}
