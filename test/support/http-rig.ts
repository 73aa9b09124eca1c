import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import pino from 'pino';
import { createMetrics } from '../../src/metrics/metrics';
import { createServer, type HttpServer, type ServerDeps } from '../../src/server';
import { testCaller, wideLimits } from './caller';
import { type StubContext, stubSchema } from './stub-schema';

export const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

export interface LogLine {
  readonly msg: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

/** A listening server on the stub schema, with everything it logged. */
export interface Rig {
  readonly server: HttpServer;
  readonly url: string;
  readonly port: number;
  readonly logText: () => string;
  readonly log: () => LogLine[];
}

const running: HttpServer[] = [];

export async function rig(deps: Partial<ServerDeps> & { gate?: Promise<void> } = {}): Promise<Rig> {
  const { gate, ...overrides } = deps;
  const lines: string[] = [];
  const server = await createServer({
    schema: stubSchema,
    logger: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    ping: async () => {},
    signIn: async () => ({ kind: 'caller', caller: testCaller() }),
    limits: wideLimits(),
    createContext: (_caller, requestId): StubContext => ({
      requestId,
      ...(gate === undefined ? {} : { gate }),
    }),
    metrics: createMetrics('0.0.0'),
    operations: [],
    ...overrides,
  });
  running.push(server);
  const url = await server.listen('127.0.0.1', 0);
  return {
    server,
    url,
    port: (server.app.server.address() as AddressInfo).port,
    logText: () => lines.join(''),
    log: () => lines.map((line) => JSON.parse(line) as LogLine),
  };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

export function post(
  url: string,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** What the server writes to a connection on which exactly this text was sent. */
export async function answerToBytes(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

/** The log line of a request is written once the answer is out, hence after the client has it. */
export async function logged(rigged: Rig, requestId: string): Promise<LogLine> {
  for (;;) {
    const line = rigged.log().find((entry) => entry.msg === 'request' && entry.requestId === requestId);
    if (line !== undefined) return line;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
