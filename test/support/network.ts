import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a server of this program and its database, which can fail. */
export interface Network {
  readonly port: number;
  /** What the database answers gets lost from now on, and what is connected stays connected. */
  swallowAnswers(): void;
  /** Everything that is sent from now on gets lost, in both directions; who connects waits. */
  stall(): void;
  /** What was lost stays lost; what is sent from now on arrives. */
  recover(): void;
  /** Over how many connections something got lost that the database answered. */
  unanswered(): number;
  /** Nobody can connect, and all connections are reset. */
  cut(): Promise<void>;
}

export async function networkTo(url: string): Promise<Network> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const unanswered = new Set<Socket>();
  let losesAnswers = false;
  let losesQuestions = false;
  const server = createServer((client) => {
    const database = connect(Number(port || 3306), hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (!losesQuestions) database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (losesAnswers) unanswered.add(database);
      else client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    swallowAnswers: () => {
      losesAnswers = true;
    },
    stall: () => {
      losesAnswers = true;
      losesQuestions = true;
    },
    recover: () => {
      losesAnswers = false;
      losesQuestions = false;
    },
    unanswered: () => unanswered.size,
    cut: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The same database, by way of the network. */
export function through(network: Network, url: string): string {
  const by = new URL(url);
  by.hostname = '127.0.0.1';
  by.port = String(network.port);
  return by.href;
}
