import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { HOST, type TargetOptions } from './target';

/**
 * Another caller, in a thread of its own: sends trivial queries one after the other, over a connection it keeps. Asked
 * for the worst wait, it answers with the one since it was asked before, once the query under way is answered.
 */
export interface PollerData extends TargetOptions {
  readonly query: string;
}

export interface Waited {
  readonly worstMs: number;
  /** Of every query, in the order of their sending. */
  readonly waitsMs: readonly number[];
  /** Answers other than the expected one. */
  readonly faults: readonly string[];
}

/** A server that is still silent then has hung. */
const GIVE_UP_MS = 60_000;
const PAUSE_MS = 5;

const { port, headers, query } = workerData as PollerData;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let isAsked = false;
parentPort?.on('message', () => {
  isAsked = true;
});

async function poll(): Promise<void> {
  let waitsMs: number[] = [];
  let faults: string[] = [];
  for (;;) {
    const isLast = isAsked;
    const startedAt = performance.now();
    const fault = await ask();
    waitsMs.push(performance.now() - startedAt);
    if (fault !== undefined) faults.push(fault);
    if (isLast) {
      isAsked = false;
      parentPort?.postMessage({ worstMs: Math.max(...waitsMs), waitsMs, faults } satisfies Waited);
      [waitsMs, faults] = [[], []];
    }
    await pause(PAUSE_MS);
  }
}

function ask(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = httpRequest({
      host: HOST,
      port,
      method: 'POST',
      path: '/graphql',
      agent,
      headers: { ...headers, 'content-type': 'application/json' },
      timeout: GIVE_UP_MS,
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'no answer'));
    request.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('error', () => resolve('cut off'));
      response.on('end', () => {
        const isFine = response.statusCode === 200 && text.startsWith('{"data"');
        resolve(isFine ? undefined : `${response.statusCode} ${text.slice(0, 100)}`);
      });
    });
    request.end(JSON.stringify({ query }));
  });
}

void poll();
