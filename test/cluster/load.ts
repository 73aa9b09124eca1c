import { setTimeout as pause } from 'node:timers/promises';
import { send, wordOf } from './api';
import { NODES, type Node } from './cluster';
import type { Random } from './random';
import type { Rig, Site } from './rig';
import type { Tally } from './scenario';
import { type Acknowledged, type Answer, type Caller, callersOf, operationOf } from './traffic';

/** Whoever is not answered, or told that it went wrong, sends the same again after so long. */
const RETRY_MS = 200;
const GIVE_UP_MS = 90_000;

/**
 * Callers that send one request after the other to the servers, as partners do: under a key, and again under the same
 * key until there is an answer.
 */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly #rig: Rig;
  readonly #site: Site;
  readonly #random: Random;
  readonly #tally: Tally;
  /** What callers may be told while it lasts. */
  readonly #allowed: readonly string[];
  readonly #longestGaps = new Map<Node, number>();
  #longestShared = 0;
  #running: Promise<unknown> | undefined;
  #isEnding = false;

  constructor(rig: Rig, site: Site, random: Random, tally: Tally, allowed: readonly string[]) {
    this.#rig = rig;
    this.#site = site;
    this.#random = random;
    this.#tally = tally;
    this.#allowed = allowed;
  }

  start(): void {
    this.#running = Promise.all(callersOf(this.#random).map((caller) => this.#call(caller)));
  }

  /** Ends when everything that was sent is answered. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
    this.#tally.count('requests', this.acknowledged.length);
    this.#tally.count('longest time to an answer where rows are shared, ms', Math.round(this.#longestShared));
  }

  /** The longest time that a server took from one answer to the next, in milliseconds. */
  longestGap(node: Node): number {
    return this.#longestGaps.get(node) ?? 0;
  }

  async #call(caller: Caller): Promise<void> {
    let answeredAt = performance.now();
    for (let number = 1; !this.#isEnding; number++) {
      const sent = caller.next();
      const key = `${caller.name} ${number}`;
      const operation = operationOf(sent, key);
      const answer = await this.#untilAnswered(caller, key, operation);
      if (answer === undefined) return;
      this.acknowledged.push({ caller: caller.name, key, sent, answer });
      const now = performance.now();
      if (caller.node !== undefined) {
        this.#longestGaps.set(caller.node, Math.max(this.longestGap(caller.node), now - answeredAt));
      } else {
        this.#longestShared = Math.max(this.#longestShared, now - answeredAt);
      }
      answeredAt = now;
      await pause(this.#random.whole(0, 30));
    }
  }

  async #untilAnswered(caller: Caller, key: string, operation: ReturnType<typeof operationOf>) {
    for (
      const startedAt = performance.now();
      performance.now() - startedAt < GIVE_UP_MS;
      await pause(RETRY_MS)
    ) {
      const node = caller.node ?? this.#random.one(NODES);
      const reply = await send<Answer>(this.#rig.servers[node], this.#site.key, operation);
      const word = wordOf(reply);
      if (reply.kind === 'data') {
        if (word !== 'Success') this.#tally.fault(`answers ${word}`, key);
        return reply.data;
      }
      if (this.#allowed.includes(word)) this.#tally.count(`told ${word}`);
      else this.#tally.fault(`told ${word}`, `${key} by server ${node}`);
    }
    this.#tally.fault('requests without an answer', key);
    return undefined;
  }
}
