import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

/** What came of one request, in a few words: `200`, `413 LIST_TOO_LONG`, `closed`. */
export type Outcome = string;

/** The server under test, as a hostile client sees it. */
export interface Target {
  /** Posts to /graphql; objects are sent as JSON. */
  post(body: string | Buffer | object, headers?: Readonly<Record<string, string>>): Promise<Outcome>;
  query(document: string, variables?: object): Promise<Outcome>;
  get(path: string): Promise<Outcome>;
  /**
   * Connects, if need be from an address of this machine, and sends these bytes; what comes back stays unread until
   * `closed` is awaited.
   */
  open(bytes?: string, from?: string): OpenConnection;
  /** The headers that let a request in, as lines. */
  readonly headerLines: string;
}

export interface OpenConnection {
  readonly socket: Socket;
  /** Status of the first answer, once the server has closed the connection. */
  closed(): Promise<Outcome>;
}

export interface TargetOptions {
  readonly port: number;
  /** Sent with every request that is complete enough to have headers. */
  readonly headers: Readonly<Record<string, string>>;
}

export const HOST = '127.0.0.1';

export function targetAt({ port, headers: given }: TargetOptions): Target {
  // A connection each: nothing here waits for another request of the same input.
  const agent = new Agent({ keepAlive: false });

  function send(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      const request = httpRequest({
        host: HOST,
        port,
        method,
        path,
        agent,
        headers: { ...given, ...headers },
      });
      request.on('response', (response) => void readOutcome(response).then(resolve));
      request.on('error', () => resolve('closed'));
      request.end(body);
    });
  }

  const post: Target['post'] = (body, headers) => {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return send('POST', '/graphql', bytes, { 'content-type': 'application/json', ...headers });
  };
  return {
    post,
    query: (query, variables) => post({ query, ...(variables === undefined ? {} : { variables }) }),
    get: (path) => send('GET', path),
    headerLines: Object.entries(given)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
    open: (bytes = '', from = HOST) => {
      const socket = connect({ port, host: HOST, localAddress: from });
      // A connection that the server resets is one of the outcomes.
      socket.on('error', () => {});
      if (bytes !== '') socket.write(bytes);
      return {
        socket,
        closed: async () => {
          let answer = '';
          socket.on('data', (chunk: Buffer) => {
            answer = (answer + chunk.toString('latin1')).slice(0, 100);
          });
          if (!socket.closed) await once(socket, 'close');
          return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';
        },
      };
    },
  };
}

const HEAD_BYTES = 2_000;

/** Of a long answer the head is enough: errors stand first. */
async function readOutcome(response: IncomingMessage): Promise<Outcome> {
  let head = '';
  try {
    for await (const chunk of response) {
      if (head.length < HEAD_BYTES) head += (chunk as Buffer).toString('latin1', 0, HEAD_BYTES);
    }
  } catch {
    return 'closed';
  }
  const code = head.startsWith('{"errors"') ? /"code":"([A-Z_]+)"/.exec(head)?.[1] : undefined;
  return code === undefined ? `${response.statusCode}` : `${response.statusCode} ${code}`;
}
