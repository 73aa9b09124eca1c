import {
  Arg,
  createUnionType,
  Field,
  ID,
  Int,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { BulkList } from '../bulk/marks';
import { FieldChange } from '../contract/field-change.type';
import { ProblemType } from '../contract/problem.type';
import type { ProblemCount } from '../data/import-run.repository';
import type { Problem } from '../kernel/problem';
import { ConsolidatedTracking, toConsolidatedTracking } from './consolidated-tracking.type';
import type { RowOutcome } from './decide';
import type { LearnersTold } from './learners-told';
import type { ImportReport, RowReport } from './report';
import { RowMatch, toRowMatch } from './row-match.type';

export const RowOutcomeEnum = {
  CREATED: 'CREATED',
  REPLACED: 'REPLACED',
  UNCHANGED: 'UNCHANGED',
  DELETED: 'DELETED',
  SUPERSEDED: 'SUPERSEDED',
  REJECTED: 'REJECTED',
} as const;

registerEnumType(RowOutcomeEnum, {
  name: 'RowOutcome',
  description: 'What happened to a row.',
  valuesConfig: {
    CREATED: { description: 'Stored; nothing was stored under its key before.' },
    REPLACED: { description: 'Stored over another state of the same key.' },
    UNCHANGED: { description: 'Equal to what is stored: nothing was written.' },
    DELETED: { description: 'The stored row was wiped (NOT_ATTEMPTED).' },
    SUPERSEDED: { description: 'Accepted, but a later row of the request has the same key.' },
    REJECTED: { description: 'Not stored; its problems say why.' },
  },
});

@ObjectType('ProblemCount', { description: 'In how many rows of an import a problem occurred.' })
class ProblemCountType {
  @Field(() => String, { description: 'Code of the problem.' })
  code: string;

  @Field(() => Int, { description: 'Rows with this problem.' })
  rows: number;
}

@ObjectType({ description: 'Counts of an import; all but received and withWarnings add up to received.' })
export class ImportSummary {
  @Field(() => Int, {
    description: 'Rows in the request; of an undo, keys to take back; 0 when it was refused as a whole.',
  })
  received: number;

  @Field(() => Int, { description: 'Rows that were stored as new.' })
  created: number;

  @Field(() => Int, { description: 'Rows that were stored over another state.' })
  replaced: number;

  @Field(() => Int, { description: 'Rows that were equal to what is stored.' })
  unchanged: number;

  @Field(() => Int, { description: 'Rows that wiped the stored row.' })
  deleted: number;

  @Field(() => Int, { description: 'Rows that a later row of the request superseded.' })
  superseded: number;

  @Field(() => Int, { description: 'Rows that were not stored.' })
  rejected: number;

  @Field(() => Int, { description: 'Rows that were accepted with at least one warning.' })
  withWarnings: number;

  @Field(() => [ProblemCountType], {
    description:
      'Which problems the rows had, the most frequent first; empty for imports of versions before this count.',
  })
  problemCounts: readonly ProblemCount[];
}

@ObjectType({ description: 'What happened to one row of the request.' })
export class TrackingRowResult {
  @Field(() => Int, {
    description: 'Position in the request, from 1; of an undo, that in the request of the import.',
  })
  row: number;

  @Field(() => RowOutcomeEnum, { description: 'What happened to the row.' })
  outcome: RowOutcome;

  @Field(() => ConsolidatedTracking, {
    nullable: true,
    description: 'As stored after this row; null when rejected, deleted or superseded.',
  })
  tracking: ConsolidatedTracking | null;

  @Field(() => RowMatch, {
    description: 'Whom and what the row was about; on rejected rows too, as far as it is known.',
  })
  match: RowMatch;

  @Field(() => [FieldChange], {
    description: 'Field by field, what this row changed, values reset by an absent cell included.',
  })
  changes: readonly FieldChange[];

  @Field(() => [ProblemType], {
    description: 'What there is to know about the row, in the order of the checks.',
  })
  problems: readonly Problem[];
}

/** Makes of a report what is selected of it. */
class AnsweredRow implements TrackingRowResult {
  readonly #report: RowReport;
  readonly #learners: LearnersTold;

  constructor(report: RowReport, learners: LearnersTold) {
    this.#report = report;
    this.#learners = learners;
  }

  get row() {
    return this.#report.row;
  }

  get outcome() {
    return this.#report.outcome;
  }

  get tracking() {
    const { tracking } = this.#report;
    return tracking === null ? null : toConsolidatedTracking(tracking);
  }

  get match() {
    return toRowMatch(this.#report.match, this.#learners);
  }

  get changes() {
    return this.#report.changes;
  }

  get problems() {
    return this.#report.problems;
  }
}

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class ImportConsolidatedTrackingOutcome {
  readonly #report: ImportReport;
  readonly #learners: LearnersTold;

  constructor(report: ImportReport, learners: LearnersTold) {
    this.#report = report;
    this.#learners = learners;
    this.importId = report.importId;
    this.dryRun = report.dryRun;
    this.replayed = report.replayed;
    this.summary = report.summary;
  }

  @Field(() => ID, {
    nullable: true,
    description: 'Null on a dry run and when the request was refused as a whole.',
  })
  importId: string | null;

  @Field(() => Boolean, { description: 'True for a dry run: nothing was written.' })
  dryRun: boolean;

  @Field(() => Boolean, {
    description: 'True when this is the first answer under the idempotency key, given again.',
  })
  replayed: boolean;

  @Field(() => ImportSummary, { description: 'Counts by outcome.' })
  summary: ImportSummary;

  @BulkList({ entriesOf: ['input', 'rows'] })
  @Field(() => [TrackingRowResult], {
    description:
      'One entry per input row, in input order; of an undo, one per key that it takes back. The filter keeps only the named outcomes.',
  })
  rows(
    @Arg('outcomes', () => [RowOutcomeEnum], {
      nullable: true,
      description: 'Only rows with one of these outcomes.',
    })
    outcomes?: RowOutcome[] | null,
  ): TrackingRowResult[] {
    const { rows } = this.#report;
    // A caller may name one as often as a list may be long.
    const wanted = new Set(outcomes);
    const kept = (outcomes ?? null) === null ? rows : rows.filter((row) => wanted.has(row.outcome));
    return kept.map((row) => new AnsweredRow(row, this.#learners));
  }

  @BulkList()
  @Field(() => [ProblemType], { description: 'Every problem of the request, in row order.' })
  get problems(): Problem[] {
    return [...this.#report.problems, ...this.#report.rows.flatMap((row) => row.problems)];
  }
}

@ObjectType({
  implements: ImportConsolidatedTrackingOutcome,
  description: 'Every row was accepted, and there is no problem at all.',
})
export class ImportConsolidatedTrackingSuccess extends ImportConsolidatedTrackingOutcome {}

@ObjectType({
  implements: ImportConsolidatedTrackingOutcome,
  description: 'At least one row was accepted, and there is at least one problem.',
})
export class ImportConsolidatedTrackingWarning extends ImportConsolidatedTrackingOutcome {}

@ObjectType({
  implements: ImportConsolidatedTrackingOutcome,
  description: 'No row was accepted, or the request was refused as a whole. Nothing was written.',
})
export class ImportConsolidatedTrackingError extends ImportConsolidatedTrackingOutcome {}

export const ImportConsolidatedTrackingResult = createUnionType({
  name: 'ImportConsolidatedTrackingResult',
  description: 'The answer to an import: success, warning or error.',
  types: () =>
    [
      ImportConsolidatedTrackingSuccess,
      ImportConsolidatedTrackingWarning,
      ImportConsolidatedTrackingError,
    ] as const,
});

export function toImportConsolidatedTrackingResult(
  report: ImportReport,
  learners: LearnersTold,
): ImportConsolidatedTrackingOutcome {
  switch (report.kind) {
    case 'success':
      return new ImportConsolidatedTrackingSuccess(report, learners);
    case 'warning':
      return new ImportConsolidatedTrackingWarning(report, learners);
    case 'error':
      return new ImportConsolidatedTrackingError(report, learners);
  }
}
