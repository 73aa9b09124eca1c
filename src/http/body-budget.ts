import type { FastifyReply, FastifyRequest } from 'fastify';
import { isIdentity } from './json-body';
import type { Limits } from './limits';
import { refuse } from './refusals';

/** A smaller body is read whatever else is being read. */
const SMALL_BYTES = 64 * 1_024;
const RETRY_AFTER_SECONDS = 2;

interface Waiting {
  readonly caller: string;
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * How many bytes of bodies are held at a time, by each caller and in all: from before a body is read until its answer
 * is out. Who finds no room waits, and what they send waits in the network.
 */
export class BodyBudget {
  readonly #ofCaller: number;
  readonly #inAll: number;
  readonly #held = new Map<string, number>();
  #total = 0;
  readonly #waiting = new Set<Waiting>();

  constructor({ bodyBytes, bodyBytesInFlight, bodyBytesOfCaller }: Limits) {
    // The largest body must fit.
    this.#ofCaller = Math.max(bodyBytes, bodyBytesOfCaller);
    this.#inAll = Math.max(bodyBytes, bodyBytesInFlight);
  }

  /** Resolves when there is room, or with false where there is none in time; what was taken is to be given back. */
  take(caller: string, bytes: number, maxWaitMs: number): Promise<boolean> {
    if (this.#fits(caller, bytes) && !this.#isSomebodyNext()) {
      this.#hold(caller, bytes);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(false);
      }, maxWaitMs);
      const waiting: Waiting = {
        caller,
        bytes,
        admit: () => {
          clearTimeout(late);
          resolve(true);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  give(caller: string, bytes: number): void {
    this.#hold(caller, -bytes);
    for (const waiting of this.#waiting) {
      if (!this.#fitsCaller(waiting)) continue;
      // Whoever came later does not take the room that this one waits for.
      if (!this.#fits(waiting.caller, waiting.bytes)) return;
      this.#waiting.delete(waiting);
      this.#hold(waiting.caller, waiting.bytes);
      waiting.admit();
    }
  }

  /** Whether one waits for nothing but room for all. */
  #isSomebodyNext(): boolean {
    for (const waiting of this.#waiting) if (this.#fitsCaller(waiting)) return true;
    return false;
  }

  #fits(caller: string, bytes: number): boolean {
    return this.#total + bytes <= this.#inAll && this.#fitsCaller({ caller, bytes });
  }

  #fitsCaller({ caller, bytes }: Pick<Waiting, 'caller' | 'bytes'>): boolean {
    return (this.#held.get(caller) ?? 0) + bytes <= this.#ofCaller;
  }

  #hold(caller: string, bytes: number): void {
    this.#total += bytes;
    const held = (this.#held.get(caller) ?? 0) + bytes;
    if (held === 0) this.#held.delete(caller);
    else this.#held.set(caller, held);
  }
}

/** A hook behind `requireCaller` that has bodies wait for room. */
export function waitForRoom(budget: BodyBudget, limits: Limits, maxWaitMs: number) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const bytes = bytesOf(request, limits);
    // What is too large is refused without being read.
    if (bytes < SMALL_BYTES || bytes > limits.bodyBytes || request.caller === null) return undefined;
    const caller = `${request.caller.siteId} ${request.caller.id}`;
    if (!(await budget.take(caller, bytes, maxWaitMs))) {
      void reply.header('retry-after', RETRY_AFTER_SECONDS);
      return refuse(request, reply, 503, { code: 'SERVER_BUSY' });
    }
    let isHeld = true;
    const give = () => {
      if (isHeld) budget.give(caller, bytes);
      isHeld = false;
    };
    reply.raw.once('close', give);
    // The caller may have gone while it waited.
    if (reply.raw.closed || request.raw.destroyed) give();
    return undefined;
  };
}

/** Of a body of no stated size as many as it may have. */
function bytesOf({ headers }: FastifyRequest, { bodyBytes }: Limits): number {
  const stated = Number(headers['content-length'] ?? Number.NaN);
  const isStated = Number.isInteger(stated) && isIdentity(headers['content-encoding']);
  return isStated ? stated : bodyBytes;
}
