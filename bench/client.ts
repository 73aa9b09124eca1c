import { Agent, request as httpRequest } from 'node:http';
import { StartupError } from '../src/startup-error';
import type { ServerProcess } from './server-process';

/** What the bench sends; made before the clock starts. */
export interface Call {
  readonly path: string;
  readonly body: Buffer;
}

export interface Answer {
  readonly text: string;
  /** From the first byte sent to the last one received. */
  readonly milliseconds: number;
}

export function graphqlCall(query: string, variables: object = {}): Call {
  return { path: '/graphql', body: Buffer.from(JSON.stringify({ query, variables })) };
}

/** A number of connections that are kept open, each with one request at a time. */
export class Client {
  readonly #agent: Agent;
  readonly #server: ServerProcess;
  readonly #host: string;
  readonly #port: string;
  readonly #connections: number;

  constructor(server: ServerProcess, connections = 1) {
    const { hostname, port } = new URL(server.url);
    this.#server = server;
    this.#host = hostname;
    this.#port = port;
    this.#connections = connections;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send({ path, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const request = httpRequest({
        agent: this.#agent,
        host: this.#host,
        port: this.#port,
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          ...this.#server.headers,
        },
      });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const milliseconds = performance.now() - startedAt;
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve({ text, milliseconds });
          else reject(new WrongAnswer(`${this.#server.name} answered ${response.statusCode}: ${text}`));
        });
      });
      request.end(body);
    });
  }

  /** One request after the other on every connection; answers the milliseconds until all are answered. */
  async sendAll(calls: readonly Call[], check: (answer: Answer) => void): Promise<number> {
    let next = 0;
    const sendNext = async () => {
      for (let call = calls[next++]; call !== undefined; call = calls[next++]) check(await this.send(call));
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: this.#connections }, sendNext));
    return performance.now() - startedAt;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What was measured is not what was asked for: the figures would be worthless. */
export class WrongAnswer extends StartupError {
  constructor(message: string) {
    super(message.slice(0, 500));
  }
}
