/**
 * How much one request may ask for: the variable that raises it, and what holds without one. The configuration reads
 * this before tracing has started, so it must not load graphql.
 */
export const LIMITS = {
  bodyBytes: { variable: 'MAX_BODY_BYTES', byDefault: 16 * 1024 * 1024 },
  bodyBytesOfCaller: { variable: 'MAX_BODY_BYTES_OF_CALLER', byDefault: 24 * 1024 * 1024 },
  bodyBytesInFlight: { variable: 'MAX_BODY_BYTES_IN_FLIGHT', byDefault: 48 * 1024 * 1024 },
  jsonDepth: { variable: 'MAX_JSON_DEPTH', byDefault: 64 },
  jsonValues: { variable: 'MAX_JSON_VALUES', byDefault: 400_000 },
  jsonNames: { variable: 'MAX_JSON_NAMES', byDefault: 20_000 },
  listItems: { variable: 'MAX_LIST_ITEMS', byDefault: 20_000 },
  listItemsTotal: { variable: 'MAX_LIST_ITEMS_TOTAL', byDefault: 100_000 },
  queryCharacters: { variable: 'MAX_QUERY_CHARACTERS', byDefault: 1_000_000 },
  queryTokens: { variable: 'MAX_QUERY_TOKENS', byDefault: 15_000 },
  queryDepth: { variable: 'MAX_QUERY_DEPTH', byDefault: 30 },
  queryFields: { variable: 'MAX_QUERY_FIELDS', byDefault: 500 },
  queryAliases: { variable: 'MAX_QUERY_ALIASES', byDefault: 60 },
  queryDirectives: { variable: 'MAX_QUERY_DIRECTIVES', byDefault: 100 },
  queryCost: { variable: 'MAX_QUERY_COST', byDefault: 15_000 },
  mutations: { variable: 'MAX_MUTATIONS', byDefault: 60 },
  bulkLists: { variable: 'MAX_BULK_LISTS', byDefault: 4 },
  answerBytes: { variable: 'MAX_ANSWER_BYTES', byDefault: 64 * 1024 * 1024 },
  connections: { variable: 'MAX_CONNECTIONS', byDefault: 5_000 },
  connectionsOfAddress: { variable: 'MAX_CONNECTIONS_OF_ADDRESS', byDefault: 1_000 },
} as const;

export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

export const DEFAULT_LIMITS = Object.freeze(
  Object.fromEntries(Object.entries(LIMITS).map(([name, { byDefault }]) => [name, byDefault])),
) as Limits;
