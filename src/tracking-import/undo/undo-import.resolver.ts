import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { tellImport, writeAhead } from '../../bulk/marks';
import {
  type ImportConsolidatedTrackingOutcome,
  ImportConsolidatedTrackingResult,
  toImportConsolidatedTrackingResult,
} from '../import-consolidated-tracking.outcome';
import { LearnersTold } from '../learners-told';
import type { ImportReport } from '../report';
import { undoImport } from './undo-import';
import { UndoImportInput } from './undo-import.input';

/** An undo names nobody, and so tells of learners their ids alone. */
const NAMELESS = new LearnersTold(false);

@Resolver()
export class UndoImportResolver {
  @Mutation(() => ImportConsolidatedTrackingResult, {
    description:
      'Takes one import back, row by row, where nobody has changed the row since. Answers as an import does.',
  })
  @NeedsScope('tracking:import')
  async undoImport(
    @Arg('input', () => UndoImportInput, { description: 'Which import.' }) input: UndoImportInput,
    @Ctx() context: RequestContext,
  ): Promise<ImportConsolidatedTrackingOutcome> {
    const answers = new Map<ImportReport, ImportConsolidatedTrackingOutcome>();
    const report = await undoImport(context, input, (decided) => {
      const answer = toImportConsolidatedTrackingResult(decided, NAMELESS);
      answers.set(decided, answer);
      writeAhead(context, answer);
    });
    if (report.importId !== null) tellImport(context, report.importId);
    context.observer.answered('undoImport', report.kind);
    return answers.get(report) ?? toImportConsolidatedTrackingResult(report, NAMELESS);
  }
}
