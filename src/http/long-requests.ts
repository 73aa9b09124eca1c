import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How long a file may take to arrive; without a byte, no connection is kept for so long. */
const LONGEST_MS = 60 * 60 * 1_000;

const sockets = new WeakSet<Socket>();

/** A hook for requests whose body may take longer to arrive than that of others. */
export function mayTakeLong(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { socket } = request.raw;
  sockets.add(socket);
  const late = setTimeout(() => socket.destroy(), LONGEST_MS).unref();
  reply.raw.once('close', () => {
    clearTimeout(late);
    sockets.delete(socket);
  });
  done();
}

/** Whether the time that Node gives to a request is none that counts here. Node tells of it once. */
export function isExpectedToTakeLong(error: NodeJS.ErrnoException, socket: Socket): boolean {
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && sockets.has(socket);
}
