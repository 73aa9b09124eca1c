import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { DatabaseError } from '../data/database-errors';
import type { Metrics } from '../metrics/metrics';
import { databaseAnswer, httpRefusal, loggableError, type Refusal, retryAfter } from './error-answers';
import type { LimitExceeded } from './limit-exceeded';
import { NO_ROUTE } from './measure-request';

/** Answers with a status that is no fault of this server, and the body that belongs to it. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  said: Refusal = {},
): FastifyReply {
  const { code, body } = httpRefusal(status, said);
  request.facts.errorCodes.add(code);
  return reply.code(status).send(body);
}

/** Answers a body that goes over a limit. */
export function refuseExcess(
  request: FastifyRequest,
  reply: FastifyReply,
  excess: LimitExceeded,
): FastifyReply {
  request.facts.errorCodes.add(String(excess.extensions.code));
  return reply.code(413).send({ errors: [excess] });
}

/** Answers a request that could not be begun because of the database, such as one whose key cannot be looked up. */
export function refuseUnserved(
  request: FastifyRequest,
  reply: FastifyReply,
  trouble: DatabaseError,
  logger: Logger,
): FastifyReply {
  logTrouble(logger, request, trouble);
  request.facts.errorCodes.add(trouble.code);
  const seconds = retryAfter([trouble]);
  if (seconds !== undefined) void reply.header('retry-after', seconds);
  return reply.code(503).send({ errors: [databaseAnswer(trouble, request.id)] });
}

/** One line for each code of a request: a list or a page may meet the same trouble many times. */
export function logTrouble(
  logger: Logger,
  { id: requestId, facts: { operation, errorCodes } }: FastifyRequest,
  trouble: DatabaseError,
  place: { readonly path?: readonly (string | number)[] } = {},
): void {
  if (errorCodes.has(trouble.code)) return;
  // A lock that others hold is the way of the world; the others want somebody to look.
  const level = trouble.code === 'SERVICE_BUSY' ? 'warn' : 'error';
  logger[level](
    { requestId, operation, ...place, err: loggableError(trouble) },
    'the database did not do what was asked',
  );
}

/** The last good one: nearly every request names the same, and parsing it takes longer than reading the request. */
let knownHost: string | undefined;

/** Behind this hook the Host header can be put into URLs. */
export function refuseBadHost(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { host } = request;
  // Of two, a proxy may have looked at the other one.
  if (isSentOnce(request, 'host') && (host === knownHost || isHost(host))) {
    knownHost = host;
    done();
  } else {
    void refuse(request, reply, 400, {
      reason: 'The Host header is missing or names no host.',
    });
  }
}

function isHost(text: string): boolean {
  const isPlain = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text);
  return isPlain && URL.canParse(`http://${text}/`);
}

/** A header that is not sent counts as sent once. Node's `headersDistinct` would read all headers for it. */
export function isSentOnce({ raw: { rawHeaders } }: FastifyRequest, header: string): boolean {
  let times = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === header.length && name.toLowerCase() === header) times += 1;
  }
  return times <= 1;
}

/** For what never becomes a request: malformed HTTP, headers too large, headers or body not in time. */
export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  logger: Logger,
  metrics: Metrics,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }[error.code ?? ''] ?? 400;
  const requestId = randomUUID();
  const { code, body } = httpRefusal(status);
  const text = JSON.stringify(body);
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'connection: close',
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(text)}`,
        `x-request-id: ${requestId}`,
        '',
        text,
      ].join('\r\n'),
    );
  }
  socket.destroy(error);
  metrics.httpAnswered(NO_ROUTE, status);
  logger.info({ requestId, status, errorCodes: [code] }, 'request refused');
}
