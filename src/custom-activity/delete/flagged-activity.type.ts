import { Field, Int, InterfaceType } from 'type-graphql';
import { FieldChange } from '../../contract/field-change.type';
import { ProblemType } from '../../contract/problem.type';
import type { Problem } from '../../kernel/problem';
import type { ActivityReport } from '../editing/activity-report';
import { CustomActivity, toCustomActivity } from '../editing/custom-activity.type';

/** What a deletion and a restoration answer alike; not a type of the schema by itself. */
@InterfaceType()
export abstract class FlaggedActivity {
  constructor({ dryRun, replayed, element, changes, problems }: ActivityReport) {
    this.dryRun = dryRun;
    this.replayed = replayed ?? false;
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

  @Field(() => Int, { nullable: true, description: 'Id of the element; null on Error.' })
  elementId: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the element; null on Error, and when the element has none.',
  })
  syncKey: string | null;

  @Field(() => CustomActivity, { nullable: true, description: 'The activity; null on Error.' })
  element: CustomActivity | null;

  @Field(() => [FieldChange], {
    description: 'The change of isDeleted; empty on Error, and where nothing changed.',
  })
  changes: readonly FieldChange[];

  @Field(() => [ProblemType], { description: 'What there is to know, in the order of the checks.' })
  problems: readonly Problem[];
}
