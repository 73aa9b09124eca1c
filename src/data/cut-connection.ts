import type { Socket } from 'node:net';
import type { Connection } from 'mysql2';

/**
 * Ends a connection at once, and tells all that wait for an answer on it. The driver's own `destroy` takes it out of
 * its pool, and then waits for the other side to say goodbye.
 */
export function cutConnection(connection: Connection, reason: Error): void {
  const { stream } = connection as unknown as { readonly stream: Socket };
  // Where nobody waits the driver has nobody to tell, which would end the process.
  connection.on('error', () => {});
  connection.destroy();
  stream.destroy(reason);
}
