import { GraphQLError } from 'graphql';
import type { RequestContext } from '../../access/request-context';
import { OperationFailed } from '../../contract/operation-failed';
import { databaseErrorOf } from '../../data/database-errors';
import { ERRORS } from '../../kernel/errors';

export type CommandFailure =
  | 'UPDATE_FAILED'
  | 'CREATE_FAILED'
  | 'ASSESS_FAILED'
  | 'DELETE_FAILED'
  | 'RESTORE_FAILED';

/**
 * What is thrown for whatever goes wrong besides the checks: one text, which is the vendor's where the vendor has one.
 * Trouble with the database, and a limit that is used up, are told as they are, by every operation alike.
 */
export function failed(code: CommandFailure, { requestId }: RequestContext, cause: unknown): Error {
  if (cause instanceof GraphQLError) return cause;
  return databaseErrorOf(cause) ?? new OperationFailed(code, ERRORS[code].text, requestId, cause);
}
