import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, Server as NetServer, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { ConnectionPlaces, type PlaceSettings } from './connection-places';

/** The connections of an HTTP server, which it lets go one by one when it stops. */
export interface Connections {
  /** Whether an answer is to be the last one on its connection. */
  isClosing(): boolean;
  /** Listens on all addresses of `localhost`, whose first one `listen` is told; on one address otherwise. */
  listen(host: string, listen: (address: string) => Promise<string>): Promise<string>;
  /** Takes no new connection, and resolves when none is left. To be called once. */
  drain(settings: DrainSettings): Promise<void>;
}

export interface DrainSettings {
  /** How long new connections are still taken. */
  readonly delayMs: number;
  /** How long after that a connection is kept on which nothing comes, for a request that may be on its way. */
  readonly graceMs: number;
  /** How long after that a request that has begun to arrive may take until it is answered. */
  readonly limitMs: number;
}

/** What is known of an open connection. */
interface Known {
  /** Requests that have begun, each counted until both the request has arrived and its answer is out. */
  open: number;
  idleSince: number;
  /** Bytes read when it became idle: more of them are a request that has begun to arrive. */
  bytesRead: number;
}

const LOOK_EVERY_MS = 20;
const SHORT_TURN_MS = 0.1;
const QUIET_MS = 50;
/** As long as a large import may work at once. */
const MAX_WAIT_MS = 5_000;

/** To be called before the server listens. */
export function watchConnections(server: Server, settings: PlaceSettings): Connections {
  const places = new ConnectionPlaces(settings);
  const connections = new Map<Socket, Known>();
  const listening: NetServer[] = [server];
  let accepted = 0;
  let isClosing = false;

  server.on('connection', (socket: Socket) => {
    accepted += 1;
    places.arrived(socket);
    connections.set(socket, { open: 0, idleSince: performance.now(), bytesRead: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const known = connections.get(socket);
    if (known === undefined) return;
    // An early refusal is out before the rest of its request has arrived.
    known.open += 2;
    places.isBusy(socket);
    const close = () => {
      known.open -= 1;
      if (known.open > 0) return;
      known.idleSince = performance.now();
      known.bytesRead = socket.bytesRead;
      places.isIdle(socket);
    };
    request.once('close', close);
    response.once('close', close);
  });

  /**
   * Connections that wait to be accepted are reset with the listening socket. So it is closed when a turn of the event
   * loop has just found none, and was too short for others to come. For such a turn to come there must be little to
   * do: nothing more is read until then, so that whoever makes a connection for each request waits as well.
   */
  async function stopListening(quietMs: number): Promise<void> {
    // What is left of this turn is none: a signal may be told of before the connections that came with it.
    await turnOfTheLoop();
    const begun = performance.now();
    let lastAt = begun;
    for (let now = begun; now - begun < MAX_WAIT_MS; ) {
      // Again each time: whoever answers a request makes its connection read on.
      for (const socket of connections.keys()) socket.pause();
      const before = { accepted, now };
      await turnOfTheLoop();
      now = performance.now();
      if (accepted > before.accepted) lastAt = now;
      const isQuiet = now - lastAt >= quietMs || now - begun >= MAX_WAIT_MS / 5;
      if (isQuiet && accepted === before.accepted && now - before.now < SHORT_TURN_MS) break;
    }
    // The method of HTTP servers closes idle connections as well, whether a request is on its way on them or not.
    for (const each of listening) NetServer.prototype.close.call(each);
    for (const socket of connections.keys()) socket.resume();
  }

  return {
    isClosing: () => isClosing,
    listen: async (host, listen) => {
      const [first = host, ...others] = host === 'localhost' ? await addressesOf(host) : [];
      const url = await listen(first);
      const port = Number(new URL(url).port);
      for (const address of others) {
        // As an HTTP server makes them.
        const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
          server.emit('connection', socket),
        );
        if (await canListen(door, port, address)) listening.push(door);
      }
      return url;
    },
    drain: async ({ delayMs, graceMs, limitMs }) => {
      isClosing = true;
      if (delayMs > 0) await delay(delayMs);
      // Whoever gets a last answer comes back by a new connection: not while it would be the one to be reset.
      isClosing = false;
      await stopListening(Math.min(graceMs, QUIET_MS));
      isClosing = true;
      const begun = performance.now();
      while (connections.size > 0 && performance.now() - begun < limitMs) {
        await delay(LOOK_EVERY_MS);
        // Now whatever the system had received has been read.
        await turnOfTheLoop();
        const now = performance.now();
        for (const [socket, { open, idleSince, bytesRead }] of connections) {
          const isIdle = open === 0 && socket.bytesRead === bytesRead;
          if (isIdle && now - Math.max(idleSince, begun) >= graceMs) socket.destroySoon();
        }
      }
      for (const socket of connections.keys()) socket.destroy();
    },
  };
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** A machine may have no IPv6, or another program on the other address. */
async function canListen(door: NetServer, port: number, address: string): Promise<boolean> {
  const isListening = once(door.listen(port, address), 'listening').then(
    () => true,
    () => false,
  );
  return isListening;
}
