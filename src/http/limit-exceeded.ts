import { GraphQLError } from 'graphql';
import { ERRORS } from '../kernel/errors';

export type ExcessCode =
  | 'JSON_TOO_DEEP'
  | 'JSON_VALUES_TOO_MANY'
  | 'JSON_NAMES_TOO_MANY'
  | 'LIST_TOO_LONG'
  | 'QUERY_TEXT_TOO_LONG'
  | 'QUERY_TOKENS_TOO_MANY'
  | 'QUERY_TOO_DEEP'
  | 'QUERY_FIELDS_TOO_MANY'
  | 'QUERY_ALIASES_TOO_MANY'
  | 'QUERY_DIRECTIVES_TOO_MANY'
  | 'QUERY_COST_TOO_HIGH'
  | 'MUTATIONS_TOO_MANY'
  | 'BULK_LISTS_TOO_MANY';

/** A request that goes over a limit: it is told what to do, and where known how much it was. */
export class LimitExceeded extends GraphQLError {
  constructor(code: ExcessCode, limit: number, actual?: number) {
    // Fragments that double each other reach infinity, for which JSON has no number.
    const known = Number.isFinite(actual) ? { actual } : {};
    super(ERRORS[code].text, { extensions: { code, limit, ...known } });
  }
}
