import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { bulkInput, writeAhead } from '../contract/bulk';
import { importConsolidatedTracking } from './import-consolidated-tracking';
import { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import {
  type ImportConsolidatedTrackingOutcome,
  ImportConsolidatedTrackingResult,
  toImportConsolidatedTrackingResult,
} from './import-consolidated-tracking.outcome';
import type { ImportReport } from './report';

@Resolver()
export class ImportConsolidatedTrackingResolver {
  @Mutation(() => ImportConsolidatedTrackingResult, {
    description:
      "Imports learners' history on learning objects: one row per learner, session and learning object version, each judged on its own. Registration totals and daily logs are not written.",
  })
  @NeedsScope('tracking:import')
  async importConsolidatedTracking(
    @Arg('input', () => bulkInput(ImportConsolidatedTrackingInput), {
      description: 'The rows, and how to read them.',
    })
    input: ImportConsolidatedTrackingInput,
    @Ctx() context: RequestContext,
  ): Promise<ImportConsolidatedTrackingOutcome> {
    const answers = new Map<ImportReport, ImportConsolidatedTrackingOutcome>();
    const report = await importConsolidatedTracking(context, input, (decided) => {
      const answer = toImportConsolidatedTrackingResult(decided);
      answers.set(decided, answer);
      writeAhead(context, answer);
    });
    context.observer.answered('importConsolidatedTracking', report.kind);
    return answers.get(report) ?? toImportConsolidatedTrackingResult(report);
  }
}
