import { createUnionType, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { BulkList } from '../bulk/marks';
import { ProblemType } from '../contract/problem.type';
import { isError, type Problem } from '../kernel/problem';
import { REPORTED_KINDS, type ReferenceReport, type ReportedKind } from './reference-rows';

@ObjectType({
  description: 'How many records of one kind were created, updated, removed, or found as they are.',
})
class ReferenceCounts {
  @Field(() => String, {
    description: `One of ${REPORTED_KINDS.join(', ')}; memberships are those of LOVs in trainings.`,
  })
  kind: ReportedKind;

  @Field(() => Int, { description: 'Records that were created.' })
  created: number;

  @Field(() => Int, { description: 'Records that were changed.' })
  updated: number;

  @Field(() => Int, { description: 'Records that were as sent already.' })
  unchanged: number;

  @Field(() => Int, {
    description: 'Records that were removed; of trainings, users and elements: flagged as deleted.',
  })
  removed: number;
}

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class LoadReferenceDataOutcome {
  constructor({ counts, problems }: ReferenceReport, dryRun: boolean) {
    this.dryRun = dryRun;
    this.counts = REPORTED_KINDS.map((kind) => ({ kind, ...counts[kind] }));
    this.problems = problems;
  }

  @Field(() => Boolean, { description: 'True for a dry run: nothing was written.' })
  dryRun: boolean;

  @Field(() => [ReferenceCounts], { description: 'Counts by kind; all 0 on Error.' })
  counts: readonly ReferenceCounts[];

  @BulkList()
  @Field(() => [ProblemType], {
    description: 'What is wrong or to be known, in the order of kinds and rows.',
  })
  problems: readonly Problem[];
}

@ObjectType({ implements: LoadReferenceDataOutcome, description: 'Everything asked is stored.' })
class LoadReferenceDataSuccess extends LoadReferenceDataOutcome {}

@ObjectType({
  implements: LoadReferenceDataOutcome,
  description: 'Everything asked is stored; problems tell what to know about it.',
})
class LoadReferenceDataWarning extends LoadReferenceDataOutcome {}

@ObjectType({
  implements: LoadReferenceDataOutcome,
  description: 'Nothing is stored. All problems are told together.',
})
class LoadReferenceDataError extends LoadReferenceDataOutcome {}

export const LoadReferenceDataResult = createUnionType({
  name: 'LoadReferenceDataResult',
  description: 'The answer to a load of reference data: success, warning or error.',
  types: () => [LoadReferenceDataSuccess, LoadReferenceDataWarning, LoadReferenceDataError] as const,
});

const MEMBERS = {
  success: LoadReferenceDataSuccess,
  warning: LoadReferenceDataWarning,
  error: LoadReferenceDataError,
};

/** What a load came to. */
export function outcomeOf({ problems }: ReferenceReport): keyof typeof MEMBERS {
  if (problems.some(isError)) return 'error';
  return problems.length > 0 ? 'warning' : 'success';
}

export function toLoadReferenceDataResult(
  report: ReferenceReport,
  dryRun: boolean,
): LoadReferenceDataOutcome {
  return new MEMBERS[outcomeOf(report)](report, dryRun);
}
