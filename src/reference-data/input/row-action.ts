import { Field, InputType, registerEnumType } from 'type-graphql';

/** What a row asks for. */
export const ROW_ACTIONS = ['CREATE_OR_UPDATE', 'REMOVE'] as const;

export type RowAction = (typeof ROW_ACTIONS)[number];

export const RowActionEnum: { readonly [Name in RowAction]: Name } = {
  CREATE_OR_UPDATE: 'CREATE_OR_UPDATE',
  REMOVE: 'REMOVE',
};

registerEnumType(RowActionEnum, {
  name: 'RowAction',
  description: 'What a row asks for.',
  valuesConfig: {
    CREATE_OR_UPDATE: { description: 'The record is created, or changed as the row says.' },
    REMOVE: {
      description:
        'The record is removed. Of the row only what names the record is read. No record: no change.',
    },
  },
});

/** Every row of a list has it. */
@InputType()
export abstract class RowInput {
  @Field(() => RowActionEnum, {
    nullable: true,
    description: 'What the row asks for. By default CREATE_OR_UPDATE.',
  })
  action?: RowAction | null;
}
