import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { bulkInput } from '../bulk/marks';
import { LoadReferenceDataInput } from './input/load-reference-data.input';
import { loadOnBehalf } from './load-on-behalf';
import {
  type LoadReferenceDataOutcome,
  LoadReferenceDataResult,
  outcomeOf,
  toLoadReferenceDataResult,
} from './load-reference-data.outcome';

@Resolver()
export class LoadReferenceDataResolver {
  @NeedsScope('reference:write')
  @Mutation(() => LoadReferenceDataResult, {
    description:
      'Creates, updates or removes what the other operations refer to, on the site of the caller. At most 10000 rows in all; with any error nothing is written. The same input again changes nothing.',
  })
  async loadReferenceData(
    @Arg('input', () => bulkInput(LoadReferenceDataInput), { description: 'The rows, by kind.' })
    { dryRun, ...rows }: LoadReferenceDataInput,
    @Ctx() context: RequestContext,
  ): Promise<LoadReferenceDataOutcome> {
    const report = await loadOnBehalf(context, withoutNull(rows), dryRun);
    context.observer.answered('loadReferenceData', outcomeOf(report));
    return toLoadReferenceDataResult(report, dryRun);
  }
}

/** A list that is null is one that is not given. */
function withoutNull<Rows extends object>(rows: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).filter(([, list]) => list !== null && list !== undefined),
  ) as Rows;
}
