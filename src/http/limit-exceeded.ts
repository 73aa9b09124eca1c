import { GraphQLError } from 'graphql';

/** What a request is told that goes over a limit: what to do, and where known how much it was. */
const EXCESSES = {
  JSON_TOO_DEEP: 'The body nests deeper than this server reads. Send flatter variables.',
  JSON_VALUES_TOO_MANY: 'The body holds more values than this server reads. Split it into several requests.',
  LIST_TOO_LONG:
    'The lists of the body hold more items than this server takes. Split them into several requests.',
  QUERY_TEXT_TOO_LONG: 'The document is too long. Send rows, texts and other data as variables.',
  QUERY_TOKENS_TOO_MANY:
    'The document has too many tokens. Send rows and other data as variables, or split it into several requests.',
  QUERY_TOO_DEEP: 'The document nests too deep. Ask for the inner part in an operation of its own.',
  QUERY_ALIASES_TOO_MANY: 'The operation has too many aliases. Split it into several requests.',
  QUERY_DIRECTIVES_TOO_MANY:
    'The operation has too many directives. Leave out what is not needed, or split it into several requests.',
  QUERY_COST_TOO_HIGH:
    'The operation selects too much. Ask for fewer fields or smaller pages, or split it into several requests.',
} as const;

export type ExcessCode = keyof typeof EXCESSES;

/** A request that goes over a limit. */
export class LimitExceeded extends GraphQLError {
  constructor(code: ExcessCode, limit: number, actual?: number) {
    // Fragments that double each other reach infinity, for which JSON has no number.
    const known = Number.isFinite(actual) ? { actual } : {};
    super(EXCESSES[code], { extensions: { code, limit, ...known } });
  }
}
