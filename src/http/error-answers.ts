import { GraphQLError, type GraphQLFormattedError, isValueNode } from 'graphql';
import type { Limit } from '../access/limits';
import { OperationFailed } from '../contract/operation-failed';
import {
  DATABASE_ERROR_CODES,
  type DatabaseError,
  type DatabaseErrorCode,
  databaseErrorOf,
} from '../data/database-errors';
import { ERRORS, type ErrorCode } from '../kernel/errors';
import type { ExcessCode } from './limit-exceeded';

/** The shape of every refusal outside a GraphQL result, so that clients read one kind of error only. */
export interface ErrorBody {
  readonly errors: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly requestId?: string };
  }[];
}

export const INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR';
export const BAD_USER_INPUT = 'BAD_USER_INPUT';
const TOO_MANY_BAD_VALUES = 'Too many errors processing variables';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
  431: 'HEADERS_TOO_LARGE',
  503: 'SIGN_IN_UNAVAILABLE',
};

const LIMIT_OF_EXCESS: Readonly<Record<ExcessCode, Limit>> = {
  JSON_TOO_DEEP: 'json_depth',
  JSON_VALUES_TOO_MANY: 'json_values',
  JSON_NAMES_TOO_MANY: 'json_names',
  LIST_TOO_LONG: 'list_items',
  QUERY_TEXT_TOO_LONG: 'query_characters',
  QUERY_TOKENS_TOO_MANY: 'query_tokens',
  QUERY_TOO_DEEP: 'query_depth',
  QUERY_FIELDS_TOO_MANY: 'query_fields',
  QUERY_ALIASES_TOO_MANY: 'query_aliases',
  QUERY_DIRECTIVES_TOO_MANY: 'query_directives',
  QUERY_COST_TOO_HIGH: 'query_cost',
  MUTATIONS_TOO_MANY: 'mutations',
  BULK_LISTS_TOO_MANY: 'bulk_lists',
};

/** The codes that name the limit a request went over. */
export const LIMIT_OF_CODE: ReadonlyMap<string, Limit> = new Map([
  ['PAYLOAD_TOO_LARGE', 'body_bytes'],
  ['ANSWER_TOO_LARGE', 'answer_bytes'],
  ...(Object.entries(LIMIT_OF_EXCESS) as [ExcessCode, Limit][]),
]);

/** What is said of a refusal where its status does not say it. */
export interface Refusal {
  readonly code?: ErrorCode;
  readonly reason?: string;
}

/** What is answered where nothing of this server failed; unlisted statuses are bad requests. */
export function httpRefusal(
  status: number,
  { code: given, reason }: Refusal = {},
): { code: string; body: ErrorBody } {
  const known = given ?? CODE_OF_STATUS[status];
  const code = known ?? 'BAD_REQUEST';
  const message = reason ?? (known === undefined ? 'The request is refused.' : ERRORS[known].text);
  return { code, body: { errors: [{ message, extensions: { code } }] } };
}

/** What callers are told when the database did not do what was asked, by whatever they had asked for. */
export function databaseAnswer({ code, retryable, retryAfterSeconds }: DatabaseError, requestId?: string) {
  const { text, hint } = ERRORS[code];
  return {
    message: `${text} ${hint.replace('{retryAfterSeconds}', String(retryAfterSeconds))}`,
    extensions: {
      code,
      retryable,
      retryAfterSeconds,
      ...(requestId === undefined ? {} : { requestId }),
    },
  };
}

/**
 * The seconds of Retry-After for an answer that holds nothing but this trouble. Undefined where a request that is
 * blindly sent again may be carried out twice.
 */
export function retryAfter(troubles: readonly DatabaseError[]): number | undefined {
  if (!troubles.every(({ retryable }) => retryable)) return undefined;
  return Math.max(1, ...troubles.map(({ retryAfterSeconds }) => Math.ceil(retryAfterSeconds)));
}

/** The trouble with the database behind an error of GraphQL or of a request, if there is any. */
export function databaseTrouble(error: unknown): DatabaseError | undefined {
  return databaseErrorOf(thrownBy(error));
}

export function isDatabaseCode(code: string): code is DatabaseErrorCode {
  return (DATABASE_ERROR_CODES as readonly string[]).includes(code);
}

export function internalErrorBody(requestId: string): ErrorBody {
  const { text: message } = ERRORS[INTERNAL_SERVER_ERROR];
  return { errors: [{ message, extensions: { code: INTERNAL_SERVER_ERROR, requestId } }] };
}

/**
 * The stand-in for an error the caller must not see: the operation's own words where it has any. Path and locations
 * quote nothing but the document.
 */
export function maskedError(
  formatted: GraphQLFormattedError,
  requestId: string | undefined,
  error: unknown,
): GraphQLFormattedError {
  const thrown = thrownBy(error);
  const { message, code } =
    thrown instanceof OperationFailed
      ? { message: thrown.message, code: thrown.extensions.code }
      : { message: ERRORS[INTERNAL_SERVER_ERROR].text, code: INTERNAL_SERVER_ERROR };
  return {
    ...formatted,
    message,
    extensions: { code, ...(requestId === undefined ? {} : { requestId }) },
  };
}

/**
 * The part of a GraphQL error the caller may see, or undefined when it is our fault and must be masked.
 *
 * Meant for the caller are errors with a code of their own: those we throw, and those of Apollo (syntax,
 * validation, variables). graphql-js gives no code when an argument turns out bad during execution (a null
 * variable where null is not allowed), nor when it gives up on variables with too many errors; the former points
 * at the argument's value in the document. Its errors about what a resolver answered point at a field or nowhere,
 * and quote stored data: they are masked like any other exception. Trouble with the database is nobody's fault: the
 * caller is told what became of the request, and whether to send it again.
 */
export function errorForCaller(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId?: string,
): GraphQLFormattedError | undefined {
  const thrown = thrownBy(error);
  const trouble = databaseErrorOf(thrown);
  if (trouble !== undefined) return { ...formatted, ...databaseAnswer(trouble, requestId) };
  if (!(thrown instanceof GraphQLError)) return undefined;
  const code = formatted.extensions?.code;
  if (code !== undefined && code !== INTERNAL_SERVER_ERROR) return formatted;
  const isAboutInput = thrown.nodes?.every(isValueNode) || thrown.message.startsWith(TOO_MANY_BAD_VALUES);
  if (thrown.extensions.code === undefined && isAboutInput) {
    return { ...formatted, extensions: { code: BAD_USER_INPUT } };
  }
  return undefined;
}

/** What a resolver threw, taken out of the error graphql-js wrapped it in; other errors as they are. */
function thrownBy(error: unknown): unknown {
  const fromResolver = error instanceof GraphQLError && error.path !== undefined;
  return fromResolver && error.originalError !== undefined ? error.originalError : error;
}

/** An error as it may be logged. Structured, so that no part of it can be a sentence. */
export interface LoggableError {
  readonly type: string;
  readonly code?: string;
  readonly errno?: number;
  readonly frames: readonly string[];
  readonly cause?: LoggableError;
}

/**
 * Type, code and stack frames of an error, without its message: driver errors carry SQL, parameters and
 * duplicate keys, hence learner data, both in the message and in the first lines of the stack.
 */
export function loggableError(error: unknown, causesToFollow = 3): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error, frames: [] };
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' && /^\w{1,64}$/.test(code) ? { code } : {}),
    ...(typeof errno === 'number' ? { errno } : {}),
    frames: stackFrames(error),
    ...(error.cause instanceof Error && causesToFollow > 0
      ? { cause: loggableError(error.cause, causesToFollow - 1) }
      : {}),
  };
}

function stackFrames(error: Error): string[] {
  const stack = error.stack ?? '';
  const messageAt = stack.indexOf(error.message);
  const afterMessage = messageAt < 0 ? stack : stack.slice(messageAt + error.message.length);
  // Only lines of a frame's exact shape: the message may have been changed after the stack was taken.
  return afterMessage
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at (?:[\w.$#<>[\] ]+ \()?(?:node:|file:\/\/|\/)[^()]*:\d+:\d+\)?$/.test(line));
}
