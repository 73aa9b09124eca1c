import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { makeKey } from '../../../src/access/api-key';
import type { OpenConnection, Outcome, Target } from '../target';
import { type BadInput, MIB } from './input';

const QUERY = JSON.stringify({ query: '{ __typename }' });
const HOLD_MS = 2_000;
const SLOWLY_EVERY_MS = 100;
const SLOWLY_BYTES = 512;

const request = (headers: string, body = QUERY) =>
  `POST /graphql HTTP/1.1\r\nhost: a\r\n${headers}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;

/** Addresses of this machine alone; every one of 127.0.0.0/8 is one. */
const address = (index: number) => `127.0.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`;

/** Many callers who sign in with what is none of ours, each from an address of its own or all from one. */
function signIns(
  name: string,
  count: number,
  addresses: number,
  credential: (index: number) => string,
): BadInput {
  return {
    name,
    send: (target) =>
      Promise.all(
        Array.from({ length: count }, (_, index) =>
          target
            .open(request(`authorization: ${credential(index)}\r\n`), address(index % addresses))
            .closed(),
        ),
      ),
  };
}

const unknownKey = () => `Bearer ${makeKey().text}`;
const token = (claims: object, header: object = { alg: 'RS256', kid: 'none' }) =>
  `Bearer ${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${randomBytes(256).toString('base64url')}`;

/** Reads a few bytes at a time of answers that are large. */
function slowReaders(name: string, count: number, query: string): BadInput {
  return {
    name,
    send: async (target: Target): Promise<Outcome> => {
      const bytes = request(target.headerLines, JSON.stringify({ query }));
      const connections = Array.from({ length: count }, () => target.open(bytes));
      for (const { socket } of connections) socket.pause();
      for (let passed = 0; passed < HOLD_MS; passed += SLOWLY_EVERY_MS) {
        await pause(SLOWLY_EVERY_MS);
        for (const { socket } of connections) socket.read(SLOWLY_BYTES);
      }
      return drop(connections);
    },
  };
}

function drop(connections: readonly OpenConnection[]): Outcome {
  for (const { socket } of connections) socket.destroy();
  return `${connections.length} dropped`;
}

function compressed(name: string, body: () => Buffer, count = 1): BadInput {
  return {
    name,
    send: (target) => {
      const bytes = body();
      return Promise.all(
        Array.from({ length: count }, () => target.post(bytes, { 'content-encoding': 'gzip' })),
      );
    },
  };
}

/** What those can do who have no key, or who read slowly. */
export const STRANGERS: readonly BadInput[] = [
  signIns('500 unknown keys from one address', 500, 1, unknownKey),
  signIns('500 unknown keys from 500 addresses', 500, 500, unknownKey),
  signIns('500 times the same unknown key', 500, 50, () => `Bearer ${'ct_'.padEnd(60, 'a')}`),
  signIns('500 tokens of nobody from one address', 500, 1, (index) => token({ sub: String(index) })),
  signIns('500 tokens of nobody from 500 addresses', 500, 500, (index) => token({ sub: String(index) })),
  signIns('500 tokens with long claims', 500, 10, () => token({ sub: 'x'.repeat(8_000) })),
  signIns('500 tokens that say they are not signed', 500, 10, () => token({ sub: 'a' }, { alg: 'none' })),
  signIns('500 credentials of no kind', 500, 100, (index) => `Basic ${'x'.repeat(index)}`),
  {
    name: '2,000 connections of 200 addresses',
    send: async (target) => {
      const connections = Array.from({ length: 2_000 }, (_, index) =>
        target.open('POST /graphql HTTP/1.1\r\n', address(index % 200)),
      );
      await pause(HOLD_MS);
      return drop(connections);
    },
  },
  {
    name: '100 bodies of 15 MiB that strangers from 100 addresses begin to send',
    send: async (target) => {
      const head = `POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: ${unknownKey()}\r\ncontent-type: application/json\r\ncontent-length: ${15 * MIB}\r\n\r\n`;
      const connections = Array.from({ length: 100 }, (_, index) => target.open(head, address(index)));
      for (const { socket } of connections) socket.write(Buffer.alloc(MIB, 0x20));
      await pause(HOLD_MS);
      return drop(connections);
    },
  },
  slowReaders(
    '100 slow readers of the message catalogue',
    100,
    '{ messageCatalogue { code text explanation hint } }',
  ),
  slowReaders(
    '50 slow readers of large pages of tracking',
    50,
    '{ consolidatedTracking(first: 200) { nodes { id learnerId lovCode updatedAt status progression score } } }',
  ),
  slowReaders(
    '50 slow readers of introspections',
    50,
    '{ __schema { types { name description fields { name description args { name description } } } } }',
  ),
  slowReaders('300 slow readers of one word', 300, '{ __typename }'),
  compressed('a body that unpacks to 1 GiB', () => gzipSync(Buffer.alloc(1_024 * MIB))),
  compressed('ten bodies that unpack to 256 MiB', () => gzipSync(Buffer.alloc(256 * MIB, 0x20)), 10),
  compressed('100 small bodies, compressed', () => gzipSync(QUERY), 100),
  compressed('a compressed body that ends early', () => gzipSync(Buffer.alloc(MIB, 0x20)).subarray(0, 500)),
];
