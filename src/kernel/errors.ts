/**
 * The codes of errors: what is told in the errors of GraphQL, and instead of an answer of it. Problems, which stand in
 * the data, are those of `messages.ts`. docs/errors.md, the query `messageCatalogue`, the texts and the tests all come
 * from here. A code is never renamed after release; texts may be improved.
 */

/** What sending the same request again comes to. */
export type Retry =
  /** The same as before: something has to be corrected first. */
  | 'NO'
  /** It can succeed, and does no harm. */
  | 'LATER'
  /** It does no harm where the request has an idempotency key. */
  | 'WITH_KEY';

export interface ErrorSpec {
  /** The HTTP statuses that it comes with. */
  readonly statuses: readonly number[];
  readonly retry: Retry;
  /** What callers are told, placeholders in braces; an answer may be more exact. */
  readonly text: string;
  /** The sentence of the vendor's page, letter for letter. */
  readonly vendorText?: string;
  /** When it is told, and what it means for the stored data. */
  readonly explanation: string;
  /** What to do about it, in one sentence. */
  readonly hint: string;
  /** The operations that can answer with it; by default all of them. */
  readonly operations?: 'mutations' | readonly string[];
}

/** Of what the endpoint executes: 200 beside data, as GraphQL has it. */
const EXECUTED = [200];
/** Of a document or variables that are refused: by the media type that the caller accepts. */
const NOT_EXECUTED = [200, 400];
/** Of the database: 503 where nothing else is in the answer. */
const NOT_SERVED = [200, 503];

export const ERRORS = {
  // ---------- the database ----------
  SERVICE_BUSY: {
    statuses: NOT_SERVED,
    retry: 'LATER',
    text: 'The database is busy. Nothing was written.',
    explanation:
      'Others held what the request needed until its time was over, however often it was tried. Nothing of it is stored.',
    hint: 'Send the same again after {retryAfterSeconds} s.',
  },
  OUTCOME_UNKNOWN: {
    statuses: NOT_SERVED,
    retry: 'WITH_KEY',
    text: 'The database did not say whether what was asked is stored.',
    explanation:
      'The connection broke, or the time was over, after everything had been sent: it is stored as a whole, or not at all.',
    hint: 'With an idempotency key, send the same with the same key and learn; without one, look first at what is stored.',
    operations: 'mutations',
  },
  DATABASE_UNAVAILABLE: {
    statuses: NOT_SERVED,
    retry: 'LATER',
    text: 'The database cannot do this at the moment. Nothing was written.',
    explanation:
      'It is down, read-only or full, or takes no more connections. Nothing of the request is stored. Callers may meet it before they are known.',
    hint: 'Send the same again after {retryAfterSeconds} s; if that goes on, tell whoever runs the server.',
  },

  // ---------- faults of the server ----------
  INTERNAL_SERVER_ERROR: {
    statuses: [200, 500],
    retry: 'NO',
    text: 'Internal server error',
    explanation: 'A fault of this server. What the operation had begun to write is rolled back.',
    hint: 'Report it with extensions.requestId.',
  },
  UPDATE_FAILED: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'Could not create/update element Custom Activity.',
    vendorText: 'Could not create/update element Custom Activity.',
    explanation:
      'A fault of this server in updateCustomActivity or updateCustomActivities. Nothing of this update is stored; in a list the others go on.',
    hint: 'Report it with extensions.requestId.',
    operations: ['updateCustomActivity', 'updateCustomActivities'],
  },
  CREATE_FAILED: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'Could not create/update element Custom Activity.',
    explanation: 'A fault of this server in createCustomActivity. Nothing is stored.',
    hint: 'Report it with extensions.requestId.',
    operations: ['createCustomActivity'],
  },
  ASSESS_FAILED: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'Could not assess element Custom Activity.',
    explanation: 'A fault of this server in assessCustomActivity. Nothing is stored.',
    hint: 'Report it with extensions.requestId.',
    operations: ['assessCustomActivity'],
  },
  DELETE_FAILED: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'Could not delete element Custom Activity.',
    explanation: 'A fault of this server in deleteCustomActivity. Nothing is stored.',
    hint: 'Report it with extensions.requestId.',
    operations: ['deleteCustomActivity'],
  },
  RESTORE_FAILED: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'Could not restore element Custom Activity.',
    explanation: 'A fault of this server in restoreCustomActivity. Nothing is stored.',
    hint: 'Report it with extensions.requestId.',
    operations: ['restoreCustomActivity'],
  },

  // ---------- who calls, and how often ----------
  UNAUTHENTICATED: {
    statuses: [401],
    retry: 'NO',
    text: 'Send a valid key or access token as Authorization: Bearer.',
    explanation: 'There is no credential, or none that is good now: unknown, expired or revoked.',
    hint: 'Send a live key, or a fresh access token.',
  },
  SIGN_IN_UNAVAILABLE: {
    statuses: [503],
    retry: 'LATER',
    text: 'The access token cannot be checked at the moment.',
    explanation:
      'The keys of the token issuer cannot be had, so that nobody knows whether the token is good. Nothing was executed. API keys go on working.',
    hint: 'Send the same again after the seconds of Retry-After.',
  },
  FORBIDDEN: {
    statuses: [...EXECUTED, 403],
    retry: 'NO',
    text: '{field} needs the scope {scope}, which this caller does not have.',
    explanation:
      'The credential is good, and does not open this query or mutation. Others of the request are answered.',
    hint: 'Use a credential with the scope of extensions.scope.',
  },
  RATE_LIMITED: {
    statuses: [200, 429],
    retry: 'LATER',
    text: 'The limit of requests a minute is used up; see Retry-After.',
    explanation:
      'The caller, its site or, with bad credentials, its address has used up what a minute allows: requests (429) or rows (200). Nothing of this request was written. Rows are not counted for what was written before under the same idempotency key: such a request is answered, and where extensions.writtenBefore is there, it tells how many inputs of the request were written before.',
    hint: 'Send the same again, under the same idempotency key, after the seconds of Retry-After, or of extensions.retryAfterSeconds.',
  },

  // ---------- GraphQL ----------
  GRAPHQL_PARSE_FAILED: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'Syntax Error: …',
    explanation: 'The document is not GraphQL. Nothing was executed.',
    hint: 'Correct the document where locations point to.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'Cannot query field …',
    explanation: 'The document does not fit the schema. Nothing was executed.',
    hint: 'Correct the document where locations point to.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'Unknown operation named …',
    explanation: 'The document has no operation, or several and none of the name. Nothing was executed.',
    hint: 'Send one operation, or name it in operationName.',
  },
  BAD_USER_INPUT: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'Variable "$input" got invalid value …',
    explanation:
      'A variable does not fit its type (nothing was executed), or an argument is one that no answer can be given to.',
    hint: 'Correct the variable or argument that the message names.',
  },
  SYNC_TOO_OLD: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'Deletions since that instant are no longer kept. Read everything anew.',
    explanation:
      'deletedSince is before the oldest deletions that are kept (90 days, where the server is not set otherwise), so that some may be missing.',
    hint: 'Read all of consolidatedTracking, drop from the copy what is not in it, and go on from the new syncedThrough.',
    operations: ['deletedTracking'],
  },
  RUN_DETAILS_GONE: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'What was kept of the rows of this import is no longer there.',
    explanation:
      'The problems of the rows of an import, the registrations it touched and what undo needs are kept for 30 days, or as long as the server is set to; of imports of versions before, they never were. The record of the import is kept longer.',
    hint: 'Ask for the summary of the import alone.',
    operations: ['importRun', 'importRuns', 'importJob', 'importJobs'],
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    statuses: EXECUTED,
    retry: 'NO',
    text: 'PersistedQueryNotSupported',
    explanation: 'The request names its document by a digest; this server keeps no documents.',
    hint: 'Send the document itself.',
  },

  // ---------- limits ----------
  PAYLOAD_TOO_LARGE: {
    statuses: [413],
    retry: 'NO',
    text: 'The body is larger than this server accepts.',
    explanation: 'It has more bytes than the limit. Nothing of it was read.',
    hint: 'Split it into several requests.',
  },
  JSON_TOO_DEEP: {
    statuses: [413],
    retry: 'NO',
    text: 'The body nests deeper than this server reads. Send flatter variables.',
    explanation: 'Its objects and lists go deeper than extensions.limit. Nothing was executed.',
    hint: 'Send flatter variables.',
  },
  JSON_VALUES_TOO_MANY: {
    statuses: [413],
    retry: 'NO',
    text: 'The body holds more values than this server reads. Split it into several requests.',
    explanation: 'It holds extensions.actual values; extensions.limit are read. Nothing was executed.',
    hint: 'Split it into several requests.',
  },
  JSON_NAMES_TOO_MANY: {
    statuses: [413],
    retry: 'NO',
    text: 'The body holds more different names than this server reads. Send fields of the schema only.',
    explanation: 'Its objects have more than extensions.limit different names. Nothing was executed.',
    hint: 'Send fields of the schema only.',
  },
  LIST_TOO_LONG: {
    statuses: [413],
    retry: 'NO',
    text: 'The lists of the body hold more items than this server takes. Split them into several requests.',
    explanation: 'They hold extensions.actual items; extensions.limit are taken. Nothing was executed.',
    hint: 'Split it into several requests.',
  },
  QUERY_TEXT_TOO_LONG: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The document is too long. Send rows, texts and other data as variables.',
    explanation: 'It has more characters than extensions.limit. Nothing was executed.',
    hint: 'Send data as variables.',
  },
  QUERY_TOKENS_TOO_MANY: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The document has too many tokens. Send rows and other data as variables, or split it into several requests.',
    explanation: 'It has more tokens, or comments, than extensions.limit. Nothing was executed.',
    hint: 'Send data as variables, or split it into several requests.',
  },
  QUERY_TOO_DEEP: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The document nests too deep. Ask for the inner part in an operation of its own.',
    explanation: 'Its selections go deeper than extensions.limit. Nothing was executed.',
    hint: 'Ask for the inner part in an operation of its own.',
  },
  QUERY_FIELDS_TOO_MANY: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The document selects too much in one place. Name each field once.',
    explanation:
      'One selection has extensions.actual fields and fragments; extensions.limit are allowed. Nothing was executed.',
    hint: 'Name each field once.',
  },
  QUERY_ALIASES_TOO_MANY: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The operation has too many aliases. Split it into several requests.',
    explanation: 'It has extensions.actual; extensions.limit are allowed. Nothing was executed.',
    hint: 'Split it into several requests.',
  },
  QUERY_DIRECTIVES_TOO_MANY: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The operation has too many directives. Leave out what is not needed, or split it into several requests.',
    explanation: 'It has extensions.actual; extensions.limit are allowed. Nothing was executed.',
    hint: 'Leave out what is not needed, or split it into several requests.',
  },
  QUERY_COST_TOO_HIGH: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The operation selects too much. Ask for fewer fields or smaller pages, or split it into several requests.',
    explanation: 'Its cost is extensions.actual; extensions.limit is allowed. Nothing was executed.',
    hint: 'Ask for fewer fields or smaller pages, or split it into several requests.',
  },
  MUTATIONS_TOO_MANY: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The operation holds too many mutations. Send a list, or split it into several requests.',
    explanation: 'It has extensions.actual of them; extensions.limit are allowed. Nothing was executed.',
    hint: 'Send a list, such as updateCustomActivities takes, or split it into several requests.',
  },
  BULK_LISTS_TOO_MANY: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The operation selects a list of rows or problems too often. Select it once, or split it into several requests.',
    explanation:
      'Under different names it selects the same list of an answer extensions.actual times; extensions.limit are allowed. Nothing was executed.',
    hint: 'Select it once, or split it into several requests.',
  },
  ANSWER_TOO_LARGE: {
    statuses: NOT_EXECUTED,
    retry: 'NO',
    text: 'The answer is larger than this server sends. Nothing was written. Select fewer fields, or send fewer rows.',
    explanation:
      'It has more bytes than extensions.limit. Nothing was written where extensions.committed is false. Where it is true, what was asked has been carried out, and only its answer is missing; extensions.importId names the last import of the request. Mutations that follow in the request are not begun.',
    hint: 'Where it is committed, read the rest by consolidatedTracking(filter: { importId }) and importRun, or send the same under the same idempotency key with fewer fields; else select fewer fields, or send fewer rows.',
  },

  // ---------- HTTP ----------
  BAD_REQUEST: {
    statuses: [400],
    retry: 'NO',
    text: 'The request is not well-formed HTTP with a JSON body.',
    explanation:
      'It is no HTTP, its Host is missing, its body is no JSON, or the JSON is no GraphQL request.',
    hint: 'Send POST with a JSON object that has query and, where needed, variables.',
  },
  NOT_FOUND: {
    statuses: [404],
    retry: 'NO',
    text: 'There is nothing at this address.',
    explanation: 'The path is none of this server.',
    hint: 'Send operations to /graphql.',
  },
  METHOD_NOT_ALLOWED: {
    statuses: [405],
    retry: 'NO',
    text: 'This address does not take this HTTP method.',
    explanation: 'The path is one of this server, the method is not.',
    hint: 'Use a method of the Allow header.',
  },
  NOT_ACCEPTABLE: {
    statuses: [406],
    retry: 'NO',
    text: 'Answers come as application/json or application/graphql-response+json; accept one of them.',
    explanation: 'The Accept header leaves no type that this server answers in. Nothing was executed.',
    hint: 'Accept one of the two types, or leave the header out.',
  },
  REQUEST_TIMEOUT: {
    statuses: [408],
    retry: 'LATER',
    text: 'The request did not arrive in time.',
    explanation: 'Headers have 20 seconds to arrive, a whole request 60. Nothing was executed.',
    hint: 'Send it again, in smaller requests where the connection is slow.',
  },
  SERVER_BUSY: {
    statuses: [503],
    retry: 'LATER',
    text: 'The server reads as many bodies as it can at the moment.',
    explanation:
      'Bodies of other requests, of this caller or of others, took all the room there is for 20 seconds. Nothing was executed.',
    hint: 'Send the same again after the seconds of Retry-After, in fewer requests at once.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    statuses: [415],
    retry: 'NO',
    text: 'The body must be sent as application/json.',
    explanation:
      'The Content-Type is another one, or the Content-Encoding is neither gzip nor none. Nothing was executed.',
    hint: 'Send JSON, with the header Content-Type: application/json, as it is or compressed by gzip.',
  },
  HEADERS_TOO_LARGE: {
    statuses: [431],
    retry: 'NO',
    text: 'The headers are larger than this server accepts.',
    explanation: 'All headers together may have 16 KiB. Nothing was executed.',
    hint: 'Send fewer or shorter headers.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** Every code that an error of this server can carry. */
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];
