import { createUnionType, Field, ID, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { ProblemType } from '../contract/problem.type';
import type { KeptJobFile } from '../data/remove-job-files';
import type { Problem } from '../kernel/problem';
import type { ErasureReport, RemovedRecords } from './erasure-report';

@ObjectType({
  description: 'How many records are removed with a learner (on a dry run: would be); 0 on Error.',
})
class ErasedRecords implements RemovedRecords {
  @Field(() => Int, { description: 'Registrations in sessions.' })
  registrations: number;

  @Field(() => Int, { description: 'Tracking of these registrations; deletedTracking lists it as ERASED.' })
  tracking: number;

  @Field(() => Int, { description: 'Status, grade or score on activities.' })
  activityAssessments: number;

  @Field(() => Int, { description: 'Outcomes on learning objectives of activities.' })
  objectiveAssessments: number;

  @Field(() => Int, { description: 'Notifications, delivered or not.' })
  notifications: number;

  @Field(() => Int, {
    description:
      'Answers that were kept under idempotency keys and named the learner. Their keys now answer ANSWER_ERASED.',
  })
  keptAnswers: number;

  @Field(() => Int, {
    description: 'Changes that imports made to the tracking, kept for undoImport, which leaves them out now.',
  })
  importChanges: number;

  @Field(() => Int, { description: 'Problems that imports told of rows of the learner.' })
  importProblems: number;
}

const JobFileKindEnum = { UPLOAD: 'UPLOAD', REJECTED: 'REJECTED' } as const;

registerEnumType(JobFileKindEnum, {
  name: 'ImportJobFileKind',
  description: 'A file that is kept of an import job.',
  valuesConfig: {
    UPLOAD: { description: 'The file that was uploaded.' },
    REJECTED: { description: 'Its rejected rows, which rejected.csv is made of.' },
  },
});

@ObjectType({
  description: 'A file of an import job, which nobody has looked through: the learner may stand in it.',
})
class KeptImportJobFile implements KeptJobFile {
  @Field(() => ID, { description: 'Of the job.' })
  jobId: string;

  @Field(() => JobFileKindEnum, { description: 'Which of its files.' })
  kind: KeptJobFile['kind'];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it will be removed; null while the job has not ended.',
  })
  removedAt: number | null;
}

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class EraseLearnerOutcome {
  constructor({ dryRun, learnerId, removed, files, problems }: ErasureReport) {
    this.dryRun = dryRun;
    this.learnerId = learnerId;
    this.removed = removed;
    this.files = files;
    this.problems = problems;
  }

  @Field(() => Boolean, { description: 'True for a dry run: nothing was written.' })
  dryRun: boolean;

  @Field(() => ID, { nullable: true, description: 'Id that the learner had; null on Error.' })
  learnerId: number | null;

  @Field(() => ErasedRecords, { description: 'How much is removed.' })
  removed: RemovedRecords;

  @Field(() => [KeptImportJobFile], {
    description: 'Files of import jobs in which the learner may still stand, with the date of their removal.',
  })
  files: readonly KeptJobFile[];

  @Field(() => [ProblemType], { description: 'Why nobody is erased; empty on Success.' })
  problems: readonly Problem[];
}

@ObjectType({ implements: EraseLearnerOutcome, description: 'The learner is erased.' })
class EraseLearnerSuccess extends EraseLearnerOutcome {}

@ObjectType({ implements: EraseLearnerOutcome, description: 'Nobody is erased.' })
class EraseLearnerError extends EraseLearnerOutcome {}

export const EraseLearnerResult = createUnionType({
  name: 'EraseLearnerResult',
  description: 'The answer to an erasure: success or error.',
  types: () => [EraseLearnerSuccess, EraseLearnerError] as const,
});

export function toEraseLearnerResult(report: ErasureReport): EraseLearnerOutcome {
  return report.kind === 'success' ? new EraseLearnerSuccess(report) : new EraseLearnerError(report);
}
