import { createUnionType, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { FieldChange } from '../../contract/field-change.type';
import { ProblemType } from '../../contract/problem.type';
import type { Problem } from '../../kernel/problem';
import { CustomActivity, toCustomActivity } from '../editing/custom-activity.type';
import type { CreationReport } from './creation-report';

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class CreateCustomActivityOutcome {
  constructor({ dryRun, element, syncKey, changes, problems }: CreationReport) {
    this.dryRun = dryRun;
    this.elementId = element?.elementId ?? null;
    this.syncKey = syncKey;
    this.element = element === null ? null : toCustomActivity(element);
    this.changes = changes;
    this.problems = problems;
  }

  @Field(() => Boolean, { description: 'True for a dry run: nothing was written.' })
  dryRun: boolean;

  @Field(() => Int, { nullable: true, description: 'Id of the new element; null on Error and on a dry run.' })
  elementId: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the new element; null on Error, and on a dry run that was not sent one.',
  })
  syncKey: string | null;

  @Field(() => CustomActivity, {
    nullable: true,
    description: 'As stored; null on Error and on a dry run, whose changes tell what would be stored.',
  })
  element: CustomActivity | null;

  @Field(() => [FieldChange], {
    description:
      'What the new element has, field by field, `before` being null; courseLearningObjectives are those of the course, where some were added to it.',
  })
  changes: readonly FieldChange[];

  @Field(() => [ProblemType], { description: 'What there is to know, in the order of the checks.' })
  problems: readonly Problem[];
}

@ObjectType({
  implements: CreateCustomActivityOutcome,
  description: 'Created with everything asked.',
})
export class CreateCustomActivitySuccess extends CreateCustomActivityOutcome {}

@ObjectType({
  implements: CreateCustomActivityOutcome,
  description: 'Created; the fields named in the problems were skipped, or changed as the problem says.',
})
export class CreateCustomActivityWarning extends CreateCustomActivityOutcome {}

@ObjectType({
  implements: CreateCustomActivityOutcome,
  description: 'Nothing is created. All errors and warnings found are told together.',
})
export class CreateCustomActivityError extends CreateCustomActivityOutcome {}

export const CreateCustomActivityResult = createUnionType({
  name: 'CreateCustomActivityResult',
  description: 'The answer to a creation: success, warning or error.',
  types: () => [CreateCustomActivitySuccess, CreateCustomActivityWarning, CreateCustomActivityError] as const,
});

export function toCreateCustomActivityResult(report: CreationReport): CreateCustomActivityOutcome {
  switch (report.kind) {
    case 'success':
      return new CreateCustomActivitySuccess(report);
    case 'warning':
      return new CreateCustomActivityWarning(report);
    case 'error':
      return new CreateCustomActivityError(report);
  }
}
