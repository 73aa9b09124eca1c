import { createUnionType, InterfaceType, ObjectType } from 'type-graphql';
import type { ActivityReport } from '../editing/activity-report';
import { FlaggedActivity } from './flagged-activity.type';

@InterfaceType({ description: 'Implemented by all three members: one fragment serves every client.' })
export abstract class DeleteCustomActivityOutcome extends FlaggedActivity {}

@ObjectType({
  implements: DeleteCustomActivityOutcome,
  description: 'The activity is deleted. What participants achieved in it is kept.',
})
export class DeleteCustomActivitySuccess extends DeleteCustomActivityOutcome {}

@ObjectType({
  implements: DeleteCustomActivityOutcome,
  description: 'The activity is deleted, and there is something to know about it.',
})
export class DeleteCustomActivityWarning extends DeleteCustomActivityOutcome {}

@ObjectType({
  implements: DeleteCustomActivityOutcome,
  description: 'Nothing is deleted. All errors found are told together.',
})
export class DeleteCustomActivityError extends DeleteCustomActivityOutcome {}

export const DeleteCustomActivityResult = createUnionType({
  name: 'DeleteCustomActivityResult',
  description: 'The answer to a deletion: success, warning or error.',
  types: () => [DeleteCustomActivitySuccess, DeleteCustomActivityWarning, DeleteCustomActivityError] as const,
});

export function toDeleteCustomActivityResult(report: ActivityReport): DeleteCustomActivityOutcome {
  switch (report.kind) {
    case 'success':
      return new DeleteCustomActivitySuccess(report);
    case 'warning':
      return new DeleteCustomActivityWarning(report);
    case 'error':
      return new DeleteCustomActivityError(report);
  }
}
