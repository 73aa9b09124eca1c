import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createMetrics } from '../../src/metrics/metrics';
import { createServer, type HttpServer, type ServerDeps } from '../../src/server';
import { testCaller, wideLimits } from './caller';
import { keepMaskedAnswers, testLogger } from './logs';
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

interface RigOptions extends Partial<ServerDeps> {
  /** Holds a request that asks for `slow`. */
  readonly gate?: Promise<void>;
  readonly host?: string;
}

export async function rig({
  gate,
  host = '127.0.0.1',
  settings,
  ...overrides
}: RigOptions = {}): Promise<Rig> {
  const lines: string[] = [];
  const server = await createServer({
    schema: stubSchema,
    logger: testLogger(lines),
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
    // The agent of fetch keeps connections: a second for each test would be a long time for all of them.
    settings: { idleGraceMs: 0, ...settings },
  });
  running.push(server);
  const url = await server.listen(host, 0);
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

export async function post(
  url: string,
  body: string | object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  keepMaskedAnswers(await response.clone().text());
  return response;
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
