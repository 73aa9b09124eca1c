import { createUnionType, Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { FieldChange } from '../../contract/field-change.type';
import { ProblemType } from '../../contract/problem.type';
import type { Problem } from '../../kernel/problem';
import { ParticipantMarks } from '../editing/participant-marks.type';
import type { AssessmentReport } from './assessment-report';

@ObjectType({ description: 'What a participant has of an activity after an assessment.' })
class ParticipantResult extends ParticipantMarks {
  @Field(() => ID, { description: 'The learner.' })
  learnerId: number;

  @Field(() => String, { description: 'Login of the learner.' })
  learnerLogin: string;

  @Field(() => [FieldChange], { description: 'Field by field, what the assessment changed.' })
  changes: readonly FieldChange[];
}

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class AssessCustomActivityOutcome {
  constructor({ dryRun, elementId, syncKey, results, problems }: AssessmentReport) {
    this.dryRun = dryRun;
    this.elementId = elementId;
    this.syncKey = syncKey;
    this.results = results;
    this.problems = problems;
  }

  @Field(() => Boolean, { description: 'True for a dry run: nothing was written.' })
  dryRun: boolean;

  @Field(() => Int, { nullable: true, description: 'Id of the element; null on Error.' })
  elementId: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sync key of the element; null on Error, and when the element has none.',
  })
  syncKey: string | null;

  @Field(() => [ParticipantResult], {
    description: 'As stored after the assessment, in the order of the input; empty on Error.',
  })
  results: readonly ParticipantResult[];

  @Field(() => [ProblemType], {
    description: 'What there is to know: of the references first, then in the order of the results.',
  })
  problems: readonly Problem[];
}

@ObjectType({
  implements: AssessCustomActivityOutcome,
  description: 'Everything asked is stored.',
})
export class AssessCustomActivitySuccess extends AssessCustomActivityOutcome {}

@ObjectType({
  implements: AssessCustomActivityOutcome,
  description: 'Everything asked is stored, and there is something to know about it.',
})
export class AssessCustomActivityWarning extends AssessCustomActivityOutcome {}

@ObjectType({
  implements: AssessCustomActivityOutcome,
  description: 'Nothing is stored. All errors and warnings found are told together.',
})
export class AssessCustomActivityError extends AssessCustomActivityOutcome {}

export const AssessCustomActivityResult = createUnionType({
  name: 'AssessCustomActivityResult',
  description: 'The answer to an assessment: success, warning or error.',
  types: () => [AssessCustomActivitySuccess, AssessCustomActivityWarning, AssessCustomActivityError] as const,
});

export function toAssessCustomActivityResult(report: AssessmentReport): AssessCustomActivityOutcome {
  switch (report.kind) {
    case 'success':
      return new AssessCustomActivitySuccess(report);
    case 'warning':
      return new AssessCustomActivityWarning(report);
    case 'error':
      return new AssessCustomActivityError(report);
  }
}
