import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics';
import { httpRefusal } from './error-answers';
import type { LimitExceeded } from './limit-exceeded';
import { NO_ROUTE } from './measure-request';

/** Answers with a status below 500 and the body that belongs to it. */
export function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  reason?: string,
): FastifyReply {
  const { code, body } = httpRefusal(status, reason);
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

/** Behind this hook the Host header can be put into URLs. */
export async function refuseBadHost(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const plain = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(request.host);
  if (plain && URL.canParse(`http://${request.host}/`)) return undefined;
  return refuse(request, reply, 400, 'The Host header is missing or names no host.');
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
