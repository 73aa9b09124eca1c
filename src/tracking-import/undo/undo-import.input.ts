import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'Which import is taken back.' })
export class UndoImportInput {
  @Field(() => ID, { description: 'The importId of its answer.' })
  importId: string;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Answer exactly what would happen, and write nothing.',
  })
  dryRun?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      '1 to 255 characters. The same key with the same input answers the first result again, for 24 hours; with another input it is refused. Only Success and Warning use a key up.',
  })
  idempotencyKey?: string | null;
}
