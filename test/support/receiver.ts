import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How the next requests are answered, one after the other; after the last, and without any, with 204. */
  answers: Answer[];
  /** Resolves as soon as this many requests have come in. */
  hasReceived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A status, or what is done to the response; `HANG` never answers. */
export type Answer = number | ((response: ServerResponse) => void);

export const HANG: Answer = () => {};

/** A webhook receiver on this machine. */
export async function startReceiver(port = 0, address = '127.0.0.1'): Promise<Receiver> {
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      receiver.received.push({ headers: request.headers, body });
      for (const { count, resolve } of waiting) if (receiver.received.length >= count) resolve();
      const answer = receiver.answers.shift() ?? 204;
      if (typeof answer === 'function') answer(response);
      else response.writeHead(answer).end();
    });
  });
  server.listen(port, address);
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://${address}:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answers: [],
    hasReceived: (count) =>
      receiver.received.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return receiver;
}
