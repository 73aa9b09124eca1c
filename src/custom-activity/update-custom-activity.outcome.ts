import { createUnionType, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { FieldChange } from '../contract/field-change.type';
import { ProblemType } from '../contract/problem.type';
import type { Problem } from '../kernel/problem';
import { CustomActivity, toCustomActivity } from './custom-activity.type';
import type { UpdateReport } from './report';

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class UpdateCustomActivityOutcome {
  constructor({ dryRun, element, changes, problems }: UpdateReport) {
    this.dryRun = dryRun;
    this.elementId = element?.elementId ?? null;
    this.syncKey = element?.syncKey ?? null;
    this.element = element === null ? null : toCustomActivity(element);
    this.changes = changes;
    this.problems = problems;
  }

  @Field(() => Boolean, { description: 'Was this a dry run? Then nothing was written.' })
  dryRun: boolean;

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

export function toUpdateCustomActivityResult(report: UpdateReport): UpdateCustomActivityOutcome {
  switch (report.kind) {
    case 'success':
      return new UpdateCustomActivitySuccess(report);
    case 'warning':
      return new UpdateCustomActivityWarning(report);
    case 'error':
      return new UpdateCustomActivityError(report);
  }
}
