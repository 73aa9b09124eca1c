import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { NO_OPERATION } from './operation-label';

/** What is logged about a request besides its status; nothing in it comes from a body or an error text. */
export interface RequestFacts {
  /** Fastify keeps the time only for servers with its own log or `onResponse`. */
  readonly startedAt: number;
  /** Null until the caller is known. */
  caller: string | null;
  /** What the request asked for, in words of this server; see `operationLabel`. */
  operation: string;
  readonly errorCodes: Set<string>;
  maskedErrors: number;
  /** Apollo has taken it up, and has not failed with it: what it answers, `formatError` has seen with the request. */
  isTakenByApollo: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
}

export function noFacts(): RequestFacts {
  return {
    startedAt: performance.now(),
    caller: null,
    operation: NO_OPERATION,
    errorCodes: new Set(),
    maskedErrors: 0,
    isTakenByApollo: false,
  };
}

/** One line per request. Health checks and files of the playground are routine. */
export function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { caller, operation, errorCodes } = request.facts;
  const route = request.routeOptions.url ?? null;
  const routine = route !== null && route !== '/graphql' && reply.statusCode < 400;
  logger[routine ? 'debug' : 'info'](
    {
      requestId: request.id,
      method: request.method,
      // The route, not the address: an address can hold anything.
      route,
      caller,
      operation,
      status: reply.statusCode,
      durationMs: Math.round(performance.now() - request.facts.startedAt),
      errorCodes: [...errorCodes],
      // The caller went away before the answer was out.
      ...(reply.raw.writableFinished ? {} : { aborted: true }),
    },
    'request',
  );
}
