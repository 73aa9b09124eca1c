import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a program and its database server, and counts what the program sends. */
export interface CommandProxy {
  /** The given URL by way of the proxy. */
  readonly url: string;
  /** How many commands (and parts of handshakes) have come from the program. */
  count(): number;
  close(): Promise<void>;
}

/**
 * `onCommand` is called with the number of each command before it goes on to the server; a program that waits for every
 * answer sends one at a time. What it answers decides whether the command goes on.
 */
export async function startCommandProxy(
  serverUrl: string,
  onCommand: (number: number) => boolean = () => true,
): Promise<CommandProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let commands = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // A connection that breaks is what is tested.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const proxy = createServer((program) => {
    const server = connect(Number(port || 3306), hostname);
    keep(program);
    keep(server);
    program.on('data', (bytes) => {
      commands += 1;
      if (onCommand(commands)) server.write(bytes);
    });
    server.on('data', (bytes) => program.write(bytes));
    program.on('close', () => server.end());
    server.on('close', () => program.end());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url: url.href,
    count: () => commands,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
