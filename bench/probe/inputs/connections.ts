import { setTimeout as pause } from 'node:timers/promises';
import type { OpenConnection, Outcome, Target } from '../target';
import { type BadInput, MIB } from './input';

const HOLD_MS = 2_000;
const TRICKLE_MS = 100;
/** The head of a request, complete but for the empty line that ends it. */
const head = ({ headerLines }: Target, bodyBytes = 1_000) =>
  `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n${headerLines}content-type: application/json\r\ncontent-length: ${bodyBytes}\r\n`;
const LARGE_QUERY = JSON.stringify({
  query: `{ ${Array.from({ length: 10 }, (_, i) => `a${i}: messageCatalogue { text explanation hint }`).join(' ')} }`,
});

/** Opens connections, keeps them for a while and drops them. */
function held(name: string, count: number, bytes: (target: Target) => string, trickle?: string): BadInput {
  return {
    name,
    send: async (target: Target): Promise<Outcome> => {
      const connections = Array.from({ length: count }, () => target.open(bytes(target)));
      for (let passed = 0; passed < HOLD_MS; passed += TRICKLE_MS) {
        await pause(TRICKLE_MS);
        if (trickle !== undefined) for (const { socket } of connections) socket.write(trickle);
      }
      return drop(connections);
    },
  };
}

function drop(connections: readonly OpenConnection[]): Outcome {
  const open = connections.filter(({ socket }) => !socket.destroyed).length;
  for (const { socket } of connections) socket.destroy();
  return `still open: ${open} of ${connections.length}`;
}

function raw(name: string, count: number, bytes: string): BadInput {
  return {
    name,
    send: (target) => Promise.all(Array.from({ length: count }, () => target.open(bytes).closed())),
  };
}

/** What can be wrong with a connection before, or instead of, a request on it. */
export const CONNECTIONS: readonly BadInput[] = [
  held('1,000 silent connections', 1_000, () => ''),
  held('1,000 half-open requests', 1_000, head),
  held('500 requests whose headers trickle in', 500, head, 'x: y\r\n'),
  held('500 requests without their body', 500, (target) => `${head(target)}\r\n{"query":`),
  held('500 requests whose body trickles in', 500, (target) => `${head(target)}\r\n{"query":`, ' '),
  {
    name: '100 clients that never read their answers',
    send: async (target) => {
      const connections = Array.from({ length: 100 }, () => {
        const connection = target.open(`${head(target, LARGE_QUERY.length)}\r\n${LARGE_QUERY}`);
        connection.socket.pause();
        return connection;
      });
      await pause(HOLD_MS);
      return drop(connections);
    },
  },
  {
    name: '3,000 connections, opened and dropped',
    send: async (target) => {
      for (let round = 0; round < 6; round++) {
        const connections = Array.from({ length: 500 }, () => target.open('POST /graphql'));
        await pause(TRICKLE_MS);
        drop(connections);
      }
      return 'dropped';
    },
  },
  {
    name: '300 requests that are broken off',
    send: async (target) => {
      const connections = Array.from({ length: 300 }, () => target.open(`${head(target)}\r\n`));
      for (const { socket } of connections) socket.write(Buffer.alloc(900, 0x20));
      await pause(TRICKLE_MS);
      return drop(connections);
    },
  },
  raw('500 times bytes that are no HTTP', 500, '\x16\x03\x01\x02\x00\x01\r\n\r\n'),
  raw(
    '200 times headers that are too large',
    200,
    `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
  ),
  raw(
    '2,000 requests in one go on one connection',
    1,
    `${'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(1_999)}GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
  ),
  raw(
    'chunks of one byte',
    20,
    `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${'1\r\n \r\n'.repeat(100_000)}0\r\n\r\n`,
  ),
  {
    name: 'an address of 10,000 parameters',
    send: (target) => target.get(`/graphql?${'a=1&'.repeat(2_500)}`),
  },
  {
    name: '500 addresses that lead nowhere',
    send: (target) =>
      Promise.all(Array.from({ length: 500 }, (_, i) => target.get(`/${'../'.repeat(i % 100)}${i}%2e`))),
  },
  {
    name: 'four bodies of 16 MiB at once',
    send: (target) =>
      Promise.all(
        Array.from({ length: 4 }, () =>
          target.post(`{"query":"{__typename}","x":"${'a'.repeat(15 * MIB)}"}`),
        ),
      ),
  },
];
