import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, readAnswer } from './answers';
import type { Entry } from './journal';
import { bodyOf, type SentRequest } from './requests';

/** Longer than the server gives itself for any request. */
export const ANSWER_LIMIT_MS = 45_000;
const RETRY_PAUSE_MS = 100;

/** Where requests go: one process, or several with one database. */
export interface Servers {
  readonly ports: readonly number[];
  readonly apiKey: string;
}

/** How often each kind of answer was given. */
export type Told = Map<string, number>;

/** Sends requests as the programs of partners do, and notes what they are told. */
export class Caller {
  readonly told: Told = new Map();
  /** What no caller may be told. */
  readonly findings: string[] = [];
  readonly #servers: Servers;
  #sendings = 0;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  /** Once, to one of the servers. */
  async send(request: SentRequest, limitMs = ANSWER_LIMIT_MS): Promise<Answer> {
    const reply = await this.#post(this.#nextPort(), bodyOf(request), limitMs);
    const answer =
      reply.kind === 'answered' ? readAnswer(request, reply.status, reply.headers, reply.text) : reply;
    const label = labelOf(answer);
    this.told.set(label, (this.told.get(label) ?? 0) + 1);
    if (answer.kind === 'wrong') this.findings.push(`${request.kind}: answered ${answer.text}`);
    if (answer.kind === 'silent' && limitMs === ANSWER_LIMIT_MS) {
      this.findings.push(`${request.kind}: not answered in ${limitMs / 1_000} s`);
    }
    if (answer.kind === 'refused') this.findings.push(...answer.faults);
    return answer;
  }

  /**
   * Until the caller knows what it came to, or cannot ask, or `isOver` says that nobody waits any longer. What was
   * refused with nothing written is sent again, with or without a key; what may have been written only with one.
   */
  async settle(entry: Entry, isOver: () => boolean): Promise<void> {
    for (;;) {
      await this.sendOnce(entry);
      if (entry.state !== 'waiting' || isOver()) return;
      await pause(RETRY_PAUSE_MS);
    }
  }

  /** Notes what the caller knows after it; answers the code of a refusal, else the kind of the answer. */
  async sendOnce(entry: Entry): Promise<string> {
    const answer = await this.send(entry.request);
    entry.state = stateAfter(answer, entry.request);
    if (answer.kind === 'lost') entry.wasCut = true;
    if (answer.kind === 'done') {
      entry.importId = answer.importId;
      entry.counts = answer.counts;
    }
    return labelOf(answer);
  }

  /** Whether a query that reads tracking is answered in time, and without an error. */
  async reads(limitMs: number): Promise<boolean> {
    const reply = await this.#post(this.#nextPort(), READ, limitMs);
    return reply.kind === 'answered' && reply.status === 200 && !reply.text.includes('"errors"');
  }

  #nextPort(): number {
    const { ports } = this.#servers;
    return ports[this.#sendings++ % ports.length] ?? 0;
  }

  #post(port: number, text: string, limitMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      let isConnected = false;
      const body = Buffer.from(text);
      const sent = httpRequest({
        agent: false,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/graphql',
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          authorization: `Bearer ${this.#servers.apiKey}`,
        },
      });
      const limit = setTimeout(() => {
        resolve({ kind: 'silent' });
        sent.destroy();
      }, limitMs);
      const settle = (reply: Reply) => {
        clearTimeout(limit);
        resolve(reply);
      };
      const lost = () => settle(isConnected ? { kind: 'lost' } : { kind: 'unsent' });
      sent.on('socket', (socket) =>
        socket.once('connect', () => {
          isConnected = true;
        }),
      );
      sent.on('error', lost);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('error', lost);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          settle({ kind: 'answered', status: statusCode, headers, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.end(body);
    });
  }
}

const READ = JSON.stringify({ query: '{ consolidatedTracking(first: 1) { totalCount } }' });

/** What came back over HTTP, if anything did. */
type Reply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
    }
  | Extract<Answer, { readonly kind: 'lost' | 'silent' | 'unsent' }>;

function labelOf(answer: Answer): string {
  return answer.kind === 'refused' ? answer.code : answer.kind;
}

/** What the caller knows after an answer; `waiting`: it may send the request again. */
function stateAfter(answer: Answer, { key }: SentRequest): Entry['state'] {
  switch (answer.kind) {
    case 'done':
      return 'acknowledged';
    case 'unsent':
      return 'waiting';
    case 'refused':
      // Of the others nothing may have been written, and that is believed here.
      return answer.code === 'OUTCOME_UNKNOWN' && key === null ? 'open' : 'waiting';
    case 'lost':
    case 'silent':
    case 'wrong':
      return key === null ? 'open' : 'waiting';
  }
}
