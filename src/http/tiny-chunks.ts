import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** So many chunks may be as short as they like: who writes line by line has sent a small body by then. */
export const SHORT_CHUNKS = 500;
/** From then on a chunk has to hold more, on average. One that is read in two parts counts as two. */
export const CHUNK_BYTES = 16;

/**
 * Ends a request whose body comes in chunks of a few bytes. Node's parser stops for each of them, and for all that it
 * has read from all connections in one go: twenty connections of such bodies keep the others waiting for half a second,
 * whoever sends them. Until a body is asked for, which is when its caller is known, nothing but `push` sees its chunks.
 */
export function refuseTinyChunks(server: Server, refuse: (error: Error, socket: Socket) => void): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['transfer-encoding'] === undefined) return;
    let chunks = 0;
    let bytes = 0;
    request.push = (chunk: Buffer | null, encoding) => {
      if (chunk !== null) {
        chunks += 1;
        bytes += chunk.length;
      }
      if (chunks <= SHORT_CHUNKS || bytes >= chunks * CHUNK_BYTES) {
        return IncomingMessage.prototype.push.call(request, chunk, encoding);
      }
      const { socket } = request;
      if (response.headersSent) socket.destroy();
      else if (!socket.destroyed) refuse(new Error('The chunks of the body are too short.'), socket);
      return false;
    };
  });
}
