import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { RegistrationStatus, RegistrationTotals } from '../kernel/registration-totals';
import { DateTimeScalar } from './date-time.scalar';

const RegistrationStatusEnum: { readonly [Status in RegistrationStatus]: Status } = {
  NOT_STARTED: 'NOT_STARTED',
  IN_PROGRESS: 'IN_PROGRESS',
  COMPLETED: 'COMPLETED',
};

registerEnumType(RegistrationStatusEnum, {
  name: 'RegistrationStatus',
  description: 'How far a learner is with the training of a session.',
  valuesConfig: {
    NOT_STARTED: { description: 'No learning object version of the training is started.' },
    IN_PROGRESS: { description: 'One is started, and what has to be complete is not.' },
    COMPLETED: { description: 'Every mandatory one is complete; all are, where none is mandatory.' },
  },
});

@ObjectType('RegistrationTotals', {
  description:
    'What the tracking of a registration comes to, over the learning object versions (LOVs) that the training has now. Computed when it is read.',
})
export class RegistrationTotalsType implements RegistrationTotals {
  @Field(() => RegistrationStatusEnum, { description: 'How far the learner is.' })
  status: RegistrationStatus;

  @Field(() => Float, {
    nullable: true,
    description:
      'Percent: the mean of the progressions of all LOVs, where one without tracking counts 0. Where LOVs carry points: points earned of all points. Null without LOVs, and where the points come to 0.',
  })
  progression: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The same of the mandatory LOVs only; null where there is none.',
  })
  progressionMandatory: number | null;

  @Field(() => Float, {
    description:
      'The time spent, in whole seconds, on LOVs that are not part of the training any more as well. A Float, as a sum may be too large for an Int.',
  })
  timeSpentSeconds: number;

  @Field(() => Int, { description: 'How many LOVs the training has.' })
  lovs: number;

  @Field(() => Int, { description: 'Of how many of them tracking is stored.' })
  lovsStarted: number;

  @Field(() => Int, { description: 'How many of them are COMPLETED or PASSED.' })
  lovsFinished: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The earliest first access that is stored.' })
  firstAccessDate: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The latest last access that is stored.' })
  lastAccessDate: number | null;
}
