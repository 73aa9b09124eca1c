import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, isValueNode } from 'graphql';
import type { Limit } from '../access/limits';
import { OperationFailed } from '../contract/operation-failed';
import { BusyError } from '../data/database';
import { PROBLEM_CODES } from '../kernel/messages';
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
const SERVICE_BUSY = 'SERVICE_BUSY';

const HTTP_REFUSALS: Readonly<Record<number, { code: string; message: string }>> = {
  400: { code: 'BAD_REQUEST', message: 'The request is not well-formed HTTP with a JSON body.' },
  401: { code: 'UNAUTHENTICATED', message: 'Send a valid key or access token as Authorization: Bearer.' },
  404: { code: 'NOT_FOUND', message: 'There is nothing at this address.' },
  405: { code: 'METHOD_NOT_ALLOWED', message: 'This address does not take this HTTP method.' },
  406: {
    code: 'NOT_ACCEPTABLE',
    message: 'Answers come as application/json or application/graphql-response+json; accept one of them.',
  },
  408: { code: 'REQUEST_TIMEOUT', message: 'The request did not arrive in time.' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The body is larger than this server accepts.' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The body must be sent as application/json.' },
  429: { code: 'RATE_LIMITED', message: 'The limit of requests a minute is used up; see Retry-After.' },
  431: { code: 'HEADERS_TOO_LARGE', message: 'The headers are larger than this server accepts.' },
};

const LIMIT_OF_EXCESS: Readonly<Record<ExcessCode, Limit>> = {
  JSON_TOO_DEEP: 'json_depth',
  JSON_VALUES_TOO_MANY: 'json_values',
  LIST_TOO_LONG: 'list_items',
  QUERY_TEXT_TOO_LONG: 'query_characters',
  QUERY_TOKENS_TOO_MANY: 'query_tokens',
  QUERY_TOO_DEEP: 'query_depth',
  QUERY_ALIASES_TOO_MANY: 'query_aliases',
  QUERY_DIRECTIVES_TOO_MANY: 'query_directives',
  QUERY_COST_TOO_HIGH: 'query_cost',
};

/** The codes that name the limit a request went over. */
export const LIMIT_OF_CODE: ReadonlyMap<string, Limit> = new Map([
  ['PAYLOAD_TOO_LARGE', 'body_bytes'],
  ...(Object.entries(LIMIT_OF_EXCESS) as [ExcessCode, Limit][]),
]);

/** Every code that an error of this server can carry. */
export const ERROR_CODES: ReadonlySet<string> = new Set([
  INTERNAL_SERVER_ERROR,
  BAD_USER_INPUT,
  SERVICE_BUSY,
  'FORBIDDEN',
  ...Object.values(HTTP_REFUSALS).map(({ code }) => code),
  ...LIMIT_OF_CODE.keys(),
  ...Object.values(ApolloServerErrorCode),
  // Unexpected failures that an operation tells in its own words carry codes of the catalogue.
  ...PROBLEM_CODES,
]);

/** What is answered with an HTTP status below 500; unlisted ones are bad requests. */
export function httpRefusal(status: number, reason?: string): { code: string; body: ErrorBody } {
  const { code, message } = HTTP_REFUSALS[status] ?? {
    code: 'BAD_REQUEST',
    message: 'The request is refused.',
  };
  return { code, body: { errors: [{ message: reason ?? message, extensions: { code } }] } };
}

export function internalErrorBody(requestId: string): ErrorBody {
  return {
    errors: [{ message: 'Internal server error', extensions: { code: INTERNAL_SERVER_ERROR, requestId } }],
  };
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
      : { message: 'Internal server error', code: INTERNAL_SERVER_ERROR };
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
 * and quote stored data: they are masked like any other exception. A database that stayed busy is nobody's fault:
 * the caller may try again.
 */
export function errorForCaller(
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError | undefined {
  const thrown = thrownBy(error);
  if (thrown instanceof BusyError) {
    return {
      ...formatted,
      message: 'The database is busy. Nothing was written; the same can be sent again.',
      extensions: { code: SERVICE_BUSY, retryable: true },
    };
  }
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
