import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { GivenInput } from '../contract/given-arguments';
import { eraseLearner } from './erase-learner';
import { EraseLearnerInput } from './erase-learner.input';
import { type EraseLearnerOutcome, EraseLearnerResult, toEraseLearnerResult } from './erase-learner.outcome';

@Resolver()
export class EraseLearnerResolver {
  @NeedsScope('learners:erase')
  @GivenInput({ mayBeNull: ['dryRun', 'removeFiles'] })
  @Mutation(() => EraseLearnerResult, {
    description:
      'Removes a learner of the site with registrations, tracking, assessments and notifications, and from what is kept of earlier requests, in one transaction. It cannot be undone. Only ids stay, in auditLog and deletedTracking. A notification that is being posted at this moment may still arrive.',
  })
  async eraseLearner(
    @Arg('input', () => EraseLearnerInput, { description: 'Who is erased.' }) input: EraseLearnerInput,
    @Ctx() context: RequestContext,
  ): Promise<EraseLearnerOutcome> {
    const report = await eraseLearner(context, input);
    context.observer.answered('eraseLearner', report.kind);
    return toEraseLearnerResult(report);
  }
}
