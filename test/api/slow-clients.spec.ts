import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import { CHUNK_BYTES, SHORT_CHUNKS } from '../../src/http/tiny-chunks';
import { post, type Rig, rig } from '../support/http-rig';

const HEAD = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

interface Client {
  readonly socket: Socket;
  /** Everything the server sent, once it has closed the connection. */
  readonly closed: Promise<string>;
}

const clients: Socket[] = [];

/** Connects and sends the text; `trickle` then goes out again and again, for as long as it can. */
function open({ port }: Rig, text = '', trickle?: string): Client {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  // The server may close while something is on its way to it.
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(answer)));
  socket.write(text);
  const send = () => {
    if (!socket.destroyed && trickle !== undefined) socket.write(trickle, () => setTimeout(send, 20));
  };
  send();
  return { socket, closed };
}

afterEach(() => {
  for (const socket of clients.splice(0)) socket.destroy();
});

/** Far more than the sockets in between take. */
const TEXT = 'x'.repeat(30_000_000);
const TEXT_FITS = { limits: { ...DEFAULT_LIMITS, answerBytes: TEXT.length + 1_000 } };

function answering(text: string): GraphQLSchema {
  const fields = { text: { type: GraphQLString, resolve: () => text } };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
}

/** The real limits are tens of seconds long. */
async function impatient(limits: Partial<Rig['server']['app']['server']>): Promise<Rig> {
  // Long answers cost much.
  const rigged = await rig({ settings: { limits: { ...DEFAULT_LIMITS, queryCost: 2 ** 31 } } });
  Object.assign(rigged.server.app.server, limits);
  return rigged;
}

describe('the server closes', () => {
  it.each([
    ['a connection that says nothing', '', undefined],
    ['headers without an end', HEAD, undefined],
    ['headers that trickle in', HEAD, 'x: y\r\n'],
    ['an address that trickles in', 'GET /', 'a'],
  ])('%s', async (_name, text, trickle) => {
    const rigged = await impatient({ headersTimeout: 1 });
    expect(await open(rigged, text, trickle).closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each([
    ['a body that does not come', '', undefined],
    ['a body without an end', '{"query":', undefined],
    ['a body that trickles in', '{"query":', ' '],
  ])('%s, without an operation', async (_name, body, trickle) => {
    const rigged = await impatient({ headersTimeout: 1, requestTimeout: 2 });
    const text = `${HEAD}content-length: 1000\r\n\r\n${body}`;
    expect(await open(rigged, text, trickle).closed).toMatch(/^HTTP\/1\.1 408 /);
    expect(rigged.log().filter(({ operationName }) => operationName != null)).toEqual([]);
  });

  it('chunks that trickle in', async () => {
    const rigged = await impatient({ headersTimeout: 1, requestTimeout: 2 });
    const text = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
    expect(await open(rigged, text, '1\r\n \r\n').closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('a body in chunks of a few bytes, and none in longer ones', async () => {
    const rigged = await rig();
    const bodyOf = (piece: string, times: number) =>
      `${`${piece.length.toString(16)}\r\n${piece}\r\n`.repeat(times)}0\r\n\r\n`;
    const answerTo = (piece: string, times: number) => {
      const json = '12\r\n{"query":"{ hi }"}\r\n';
      const head = `${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n`;
      return open(rigged, `${head}${json}${bodyOf(piece, times)}`).closed;
    };
    expect(await answerTo(' ', SHORT_CHUNKS - 1)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo(' '.repeat(CHUNK_BYTES + 1), 20 * SHORT_CHUNKS)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo(' ', SHORT_CHUNKS + 1)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await answerTo(' '.repeat(CHUNK_BYTES - 1), 20 * SHORT_CHUNKS)).toMatch(/^HTTP\/1\.1 400 /);
    expect(rigged.log().filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
  });

  it('a connection that is kept for no further request', async () => {
    const rigged = await impatient({ keepAliveTimeout: 1 });
    const answer = await open(rigged, 'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n').closed;
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('a connection whose answer is not read, and of which a few pieces wait in the socket', async () => {
    const rigged = await rig({ schema: answering(TEXT), settings: TEXT_FITS });
    rigged.server.app.server.timeout = 3_000;
    const body = '{"query":"{ text }"}';
    const { socket } = open(rigged);
    socket.pause();
    socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
    const [accepted] = (await once(rigged.server.app.server, 'connection')) as [Socket];
    let most = 0;
    while (!accepted.destroyed) {
      most = Math.max(most, accepted.writableLength);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(accepted.bytesWritten).toBeGreaterThan(0);
    expect(most).toBeLessThan(256 * 1_024);
  });

  it('those that have read nothing for the longest, where unread answers take the room of others', async () => {
    const rigged = await rig({ schema: answering(TEXT), settings: TEXT_FITS });
    const body = '{"query":"{ text }"}';
    const unread: Socket[] = [];
    for (let count = 0; count < 6; count++) {
      const { socket } = open(rigged, `${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
      socket.pause();
      const [accepted] = (await once(rigged.server.app.server, 'connection')) as [Socket];
      unread.push(accepted);
      await untilStuck(accepted);
    }
    const answer = await (await post(rigged.url, { query: '{ text }' })).json();
    expect(answer).toEqual({ data: { text: TEXT } });
    const isOpen = unread.map(({ destroyed }) => !destroyed);
    expect(isOpen.slice(0, 2)).toEqual([false, false]);
    expect(isOpen.slice(-2)).toEqual([true, true]);
    expect(isOpen).toEqual([...isOpen].sort());
    expect(rigged.log().filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
    // A server that stops waits for them.
    for (const socket of clients) socket.destroy();
  });

  it('a connection whose answer does not come', async () => {
    const rigged = await rig({ gate: new Promise(() => {}) });
    rigged.server.app.server.timeout = 100;
    const body = '{"query":"{ slow }"}';
    expect(await open(rigged, `${HEAD}content-length: ${body.length}\r\n\r\n${body}`).closed).toBe('');
  });
});

/** Until a connection takes no more, as its client reads nothing. */
async function untilStuck(socket: Socket): Promise<void> {
  let before = -1;
  for (let same = 0; same < 20; same = socket.bytesWritten === before ? same + 1 : 0) {
    before = socket.bytesWritten;
    await pause(10);
    if (before === 0) before = -1;
  }
}

describe('the server goes on answering', () => {
  it('while hundreds of requests stay half-open', async () => {
    const rigged = await rig();
    const half = Array.from({ length: 300 }, (_, index) =>
      open(rigged, index % 2 === 0 ? HEAD : `${HEAD}content-length: 1000\r\n\r\n{"query":`),
    );
    await Promise.all(half.map(({ socket }) => once(socket, 'connect')));
    expect(await (await post(rigged.url, { query: '{ hello }' })).json()).toEqual({
      data: { hello: 'world' },
    });
    expect(half.filter(({ socket }) => socket.destroyed)).toEqual([]);
    for (const { socket } of half) socket.destroy();
  });

  it('on the connections it has, when there are as many as it takes', async () => {
    const rigged = await rig({ settings: { limits: { ...DEFAULT_LIMITS, connections: 2 } } });
    const request = 'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n';
    const answer = ({ socket }: ReturnType<typeof open>) =>
      once(socket, 'data').then(([chunk]) => String(chunk).slice(0, 'HTTP/1.1 200 '.length));
    const [first, second] = [open(rigged, request), open(rigged, request)];
    await Promise.all([first, second].map(answer));
    // The one that has been idle the longest makes room.
    first.socket.write(request);
    await answer(first);
    expect(await answer(open(rigged, request))).toBe('HTTP/1.1 200 ');
    await second.closed;
    expect(first.socket.destroyed).toBe(false);

    // With all of them busy, there is no room for one more.
    const busy = `${HEAD}content-length: 1000\r\n\r\n{`;
    const openBusy = async () => {
      const client = open(rigged, busy);
      await once(rigged.server.app.server, 'request');
      return client;
    };
    const [third, fourth] = [await openBusy(), await openBusy()];
    await first.closed;
    const oneMore = async () => {
      const next = open(rigged, request);
      const served = await Promise.race([next.closed, answer(next)]);
      next.socket.destroy();
      return served;
    };
    while ((await oneMore()) !== '') await pause(20);
    third.socket.destroy();
    while ((await oneMore()) !== 'HTTP/1.1 200 ') await pause(20);
    fourth.socket.destroy();
  });
});
