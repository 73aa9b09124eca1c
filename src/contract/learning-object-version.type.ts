import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { LovKind, LovProvider } from '../data/entities/learning-object-version.entity';
import { PartOf } from './record-fields';

export const LovProviderEnum: { readonly [Name in LovProvider]: Name } = {
  PARTNER: 'PARTNER',
  CROSSKNOWLEDGE: 'CROSSKNOWLEDGE',
};

registerEnumType(LovProviderEnum, {
  name: 'LovProvider',
  description: 'Who provides a learning object version.',
  valuesConfig: {
    PARTNER: { description: 'A partner.' },
    CROSSKNOWLEDGE: { description: 'CrossKnowledge: its reports are closed to imports.' },
  },
});

export const LovKindEnum: { readonly [Name in LovKind]: Name } = {
  CONTENT: 'CONTENT',
  EASYQUIZZ: 'EASYQUIZZ',
};

registerEnumType(LovKindEnum, {
  name: 'LovKind',
  description: 'What a learning object version is.',
  valuesConfig: {
    CONTENT: { description: 'Content of any kind.' },
    EASYQUIZZ: { description: 'An EasyQuizz: its reports are closed to imports.' },
  },
});

@ObjectType({ description: 'A learning object version (LOV): the content that a history is about.' })
export class LearningObjectVersion {
  @Field(() => ID, { description: 'Number of the learning object version within the site.' })
  lovId: number;

  @Field(() => String, { description: 'Reference number; several learning object versions may share it.' })
  code: string;

  @Field(() => String, { description: 'GUID of the learning object version.' })
  guid: string;

  @Field(() => String, { description: 'Title of the learning object version.' })
  @PartOf('learningObjectVersions', 'lovId')
  title?: string;

  @Field(() => LovProviderEnum, { description: 'Who provides it.' })
  @PartOf('learningObjectVersions', 'lovId')
  provider?: LovProvider;

  @Field(() => LovKindEnum, { description: 'What it is.' })
  @PartOf('learningObjectVersions', 'lovId')
  kind?: LovKind;
}
