import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { bulkInput, selects, tellImport, writeAhead } from '../bulk/marks';
import type { Learner } from '../contract/learner.type';
import { importConsolidatedTracking } from './import-consolidated-tracking';
import { ImportConsolidatedTrackingInput } from './import-consolidated-tracking.input';
import {
  type ImportConsolidatedTrackingOutcome,
  ImportConsolidatedTrackingResult,
  toImportConsolidatedTrackingResult,
} from './import-consolidated-tracking.outcome';
import { LearnersTold } from './learners-told';
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
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImportConsolidatedTrackingOutcome> {
    const learners = new LearnersTold(
      LEARNER_NAMES.some((name) => selects(info, ['rows', 'match', 'learner', name])),
    );
    const answers = new Map<ImportReport, ImportConsolidatedTrackingOutcome>();
    const report = await importConsolidatedTracking(context, input, learners, (decided) => {
      const answer = toImportConsolidatedTrackingResult(decided, learners);
      answers.set(decided, answer);
      writeAhead(context, answer);
    });
    if (report.importId !== null) tellImport(context, report.importId);
    context.observer.answered('importConsolidatedTracking', report.kind);
    return answers.get(report) ?? toImportConsolidatedTrackingResult(report, learners);
  }
}

const LEARNER_NAMES = ['login', 'refNumber', 'email'] as const satisfies readonly (keyof Learner)[];
