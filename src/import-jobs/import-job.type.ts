import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { ProblemType } from '../contract/problem.type';
import { JOB_STATES } from '../data/entities/import-job.entity';
import type { ImportJobRecord, JobState } from '../data/import-job.repository';
import type { Problem } from '../kernel/problem';
import { ImportSummary } from '../tracking-import/import-consolidated-tracking.outcome';
import { orderedOf } from './ordered';

export const JobStateEnum = Object.fromEntries(JOB_STATES.map((state) => [state, state])) as {
  [State in JobState]: State;
};

registerEnumType(JobStateEnum, {
  name: 'ImportJobState',
  description: 'How far a job is.',
  valuesConfig: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'Its rows are read; what they come to so far is in its summary.' },
    FINISHED: { description: 'All rows are stored, or judged, and there is nothing to say about them.' },
    FINISHED_WITH_PROBLEMS: {
      description: 'All rows were read; some were rejected, or there is something to know about them.',
    },
    FAILED: {
      description:
        'Nothing, or not all, could be read or stored; `failure` says why. What was committed stays.',
    },
    CANCELLED: { description: 'Somebody ended it. What was committed stays.' },
  },
});

@ObjectType({ description: 'What the rows of a file came to, as far as they are committed.' })
export class ImportJobSummary extends ImportSummary {
  @Field(() => Int, { description: 'Stored values that are reset because the cell of the file is empty.' })
  resetByEmpty: number;

  @Field(() => Int, {
    description: 'Rows that delete what is stored, or reset its progress, completion or score.',
  })
  losses: number;
}

@ObjectType({ description: 'The import of a file, or the undo of such an import.' })
export class ImportJob {
  @Field(() => ID, { description: 'Of the job; also the importId of the run that it makes.' })
  jobId: string;

  @Field(() => JobStateEnum, { description: 'How far it is.' })
  state: JobState;

  @Field(() => Boolean, { description: 'It only judges its rows, and writes none.' })
  dryRun: boolean;

  @Field(() => String, { description: 'Who ordered it.' })
  caller: string;

  @Field(() => String, { nullable: true, description: 'What the caller calls the file.' })
  fileName: string | null;

  @Field(() => Int, { description: 'Size of the file, unpacked, in bytes; 0 of an undo.' })
  fileBytes: number;

  @Field(() => Int, { description: 'How much of it is read and committed.' })
  bytesRead: number;

  @Field(() => DateTimeScalar, { description: 'When the file had arrived.' })
  createdAt: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Start of its first committed window: the clock that the rows are judged by. Null before there is one.',
  })
  startedAt: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; null before.' })
  finishedAt: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Rows a second, on average, since its first window; null before there are any.',
  })
  rowsPerSecond: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the rest takes at this rate; null where nobody can tell, and when it has ended.',
  })
  secondsLeft: number | null;

  @Field(() => ImportJobSummary, { description: 'Counts by outcome, as far as rows are committed.' })
  summary: ImportJobSummary;

  @Field(() => ProblemType, { nullable: true, description: 'Why it failed; null where it did not.' })
  failure: Problem | null;

  @Field(() => ID, { nullable: true, description: 'Of an undo: the job that it takes back.' })
  undoOf: string | null;

  @Field(() => Boolean, { description: 'Whether rejected.csv and problems.csv can still be read.' })
  resultsKept: boolean;

  @Field(() => Boolean, {
    description: 'Whether the uploaded file is still kept, so that the job can be retried.',
  })
  fileKept: boolean;
}

export function toImportJob(job: ImportJobRecord, now: number): ImportJob {
  const { progress } = job;
  const { rowsPerSecond, secondsLeft } = paceOf(job, now);
  return {
    jobId: job.id,
    state: job.state as JobState,
    dryRun: orderedOf(job).dryRun,
    caller: job.caller,
    fileName: job.fileName,
    fileBytes: job.fileBytes,
    bytesRead: progress.byte,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    finishedAt: job.finishedAt,
    rowsPerSecond,
    secondsLeft,
    summary: {
      ...progress.counts,
      problemCounts: progress.problemCounts,
      resetByEmpty: progress.resetByEmpty,
      losses: progress.losses,
    },
    failure: job.failure,
    undoOf: job.undoOf,
    resultsKept: job.areResultsKept,
    fileKept: job.isFileKept,
  };
}

type Pace = Pick<ImportJob, 'rowsPerSecond' | 'secondsLeft'>;

/** Of an undo nobody tells how much there is, nor of what begins anew. */
function paceOf({ startedAt, finishedAt, fileBytes, progress }: ImportJobRecord, now: number): Pace {
  const seconds = startedAt === null ? 0 : ((finishedAt ?? now) - startedAt) / 1_000;
  if (seconds <= 0 || progress.counts.received === 0) return { rowsPerSecond: null, secondsLeft: null };
  const rowsPerSecond = progress.counts.received / seconds;
  const isOpen = finishedAt !== null || progress.byte === 0;
  const secondsLeft = isOpen ? null : Math.ceil((seconds * (fileBytes - progress.byte)) / progress.byte);
  return { rowsPerSecond, secondsLeft };
}
