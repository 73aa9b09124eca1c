import { createUnionType, InterfaceType, ObjectType } from 'type-graphql';
import type { ActivityReport } from '../editing/activity-report';
import { FlaggedActivity } from './flagged-activity.type';

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class RestoreCustomActivityOutcome extends FlaggedActivity {}

@ObjectType({
  implements: RestoreCustomActivityOutcome,
  description: 'The activity is there, with everything that it had.',
})
export class RestoreCustomActivitySuccess extends RestoreCustomActivityOutcome {}

@ObjectType({
  implements: RestoreCustomActivityOutcome,
  description: 'The activity is there, and there is something to know about it.',
})
export class RestoreCustomActivityWarning extends RestoreCustomActivityOutcome {}

@ObjectType({
  implements: RestoreCustomActivityOutcome,
  description: 'Nothing is restored. All errors found are told together.',
})
export class RestoreCustomActivityError extends RestoreCustomActivityOutcome {}

export const RestoreCustomActivityResult = createUnionType({
  name: 'RestoreCustomActivityResult',
  description: 'The answer to a restoration: success, warning or error.',
  types: () =>
    [RestoreCustomActivitySuccess, RestoreCustomActivityWarning, RestoreCustomActivityError] as const,
});

export function toRestoreCustomActivityResult(report: ActivityReport): RestoreCustomActivityOutcome {
  switch (report.kind) {
    case 'success':
      return new RestoreCustomActivitySuccess(report);
    case 'warning':
      return new RestoreCustomActivityWarning(report);
    case 'error':
      return new RestoreCustomActivityError(report);
  }
}
