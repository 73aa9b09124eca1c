import { createUnionType, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { FieldChange } from '../../contract/field-change.type';
import { ProblemType } from '../../contract/problem.type';
import type { Problem } from '../../kernel/problem';
import type { ActivityReport } from '../editing/activity-report';
import { CustomActivity, toCustomActivity } from '../editing/custom-activity.type';

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class UpdateCustomActivityOutcome {
  constructor({ dryRun, replayed, notifiedParticipants, element, changes, problems }: ActivityReport) {
    this.dryRun = dryRun;
    this.replayed = replayed ?? false;
    this.notifiedParticipants = notifiedParticipants ?? 0;
    this.elementId = element?.elementId ?? null;
    this.syncKey = element?.syncKey ?? null;
    this.element = element === null ? null : toCustomActivity(element);
    this.changes = changes;
    this.problems = problems;
  }

  @Field(() => Boolean, { description: 'True for a dry run: nothing was written.' })
  dryRun: boolean;

  @Field(() => Boolean, {
    description: 'True when this is the first answer under the idempotency key, given again.',
  })
  replayed: boolean;

  @Field(() => Int, {
    description:
      'How many participants are (on a dry run: would be) told of the update; 0 on Error and where nobody is.',
  })
  notifiedParticipants: number;

  @Field(() => Int, { nullable: true, description: 'Id of the element; null on Error.' })
  elementId: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the element; null on Error, and when the element has none.',
  })
  syncKey: string | null;

  @Field(() => CustomActivity, { nullable: true, description: 'As stored after the update; null on Error.' })
  element: CustomActivity | null;

  @Field(() => [FieldChange], {
    description:
      'Field by field, what the update changed; courseLearningObjectives are those of the course, where some were added to it.',
  })
  changes: readonly FieldChange[];

  @Field(() => [ProblemType], { description: 'What there is to know, in the order of the checks.' })
  problems: readonly Problem[];
}

@ObjectType({
  implements: UpdateCustomActivityOutcome,
  description: 'Everything asked is stored.',
})
export class UpdateCustomActivitySuccess extends UpdateCustomActivityOutcome {}

@ObjectType({
  implements: UpdateCustomActivityOutcome,
  description: 'Stored; the fields named in the problems were skipped, or changed as the problem says.',
})
export class UpdateCustomActivityWarning extends UpdateCustomActivityOutcome {}

@ObjectType({
  implements: UpdateCustomActivityOutcome,
  description: 'Nothing is stored. All errors and warnings found are told together.',
})
export class UpdateCustomActivityError extends UpdateCustomActivityOutcome {}

export const UpdateCustomActivityResult = createUnionType({
  name: 'UpdateCustomActivityResult',
  description: 'The answer to an update: success, warning or error.',
  types: () => [UpdateCustomActivitySuccess, UpdateCustomActivityWarning, UpdateCustomActivityError] as const,
});

export function toUpdateCustomActivityResult(report: ActivityReport): UpdateCustomActivityOutcome {
  switch (report.kind) {
    case 'success':
      return new UpdateCustomActivitySuccess(report);
    case 'warning':
      return new UpdateCustomActivityWarning(report);
    case 'error':
      return new UpdateCustomActivityError(report);
  }
}
