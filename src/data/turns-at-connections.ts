import { DeadlinePassed } from './database-errors';
import type { Deadline } from './deadline';

/** For whom a connection is used. The server's own work has no owner. */
export interface Owner {
  readonly siteId: number;
  /** Tells the callers of a site apart. */
  readonly id: string;
}

export type GiveBack = () => void;

interface Waiting {
  readonly owner: Owner | undefined;
  readonly begin: (giveBack: GiveBack) => void;
}

interface CallerTurns {
  held: number;
  readonly waiting: Set<Waiting>;
}

interface SiteTurns {
  held: number;
  /** Those that hold or wait for a connection; whoever had the last turn stands at the end. */
  readonly callers: Map<string, CallerTurns>;
}

/** Of all connections, while others wait. */
const CALLER_SHARE = 0.3;
const SITE_SHARE = 0.6;

/**
 * Hands out a number of connections. One that becomes free goes to the server's own work, which is short and which
 * everybody waits for; then to whoever holds less than its share: sites take turns, and so do the callers of a site.
 * Where all that wait have their share, it goes to the first of them: none is idle while somebody waits.
 */
export class TurnsAtConnections {
  readonly #callerShare: number;
  readonly #siteShare: number;
  #free: number;
  #waitingOwned = 0;
  readonly #unowned = new Set<Waiting>();
  /** Those that hold or wait for a connection; whichever had the last turn stands at the end. */
  readonly #sites = new Map<number, SiteTurns>();

  constructor(readonly size: number) {
    this.#free = size;
    this.#callerShare = shareOf(size, CALLER_SHARE);
    this.#siteShare = shareOf(size, SITE_SHARE);
  }

  get inUse(): number {
    return this.size - this.#free;
  }

  get waiting(): number {
    return this.#unowned.size + this.#waitingOwned;
  }

  /**
   * Resolves when it is the owner's turn, to what ends the turn.
   * @throws DeadlinePassed
   */
  take(deadline: Deadline, owner?: Owner): Promise<GiveBack> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve(this.#begin(owner));
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#leave(waiting);
        reject(new DeadlinePassed('no connection became free in time'));
      };
      // A timer cannot be set to the end of time.
      const late = deadline === Infinity ? undefined : setTimeout(giveUp, deadline - performance.now());
      const waiting: Waiting = {
        owner,
        begin: (giveBack) => {
          clearTimeout(late);
          resolve(giveBack);
        },
      };
      this.#join(waiting);
    });
  }

  #begin(owner: Owner | undefined): GiveBack {
    if (owner !== undefined) this.#count(owner);
    return () => {
      if (owner !== undefined) this.#discount(owner);
      const next = this.#next();
      if (next === undefined) {
        this.#free += 1;
        return;
      }
      const giveBack = this.#begin(next.owner);
      this.#leave(next);
      next.begin(giveBack);
    };
  }

  #next(): Waiting | undefined {
    const [own] = this.#unowned;
    if (own !== undefined) return own;
    let first: Waiting | undefined;
    for (const site of this.#sites.values()) {
      for (const caller of site.callers.values()) {
        const [next] = caller.waiting;
        if (next === undefined) continue;
        if (site.held < this.#siteShare && caller.held < this.#callerShare) return next;
        first ??= next;
      }
    }
    return first;
  }

  #join(waiting: Waiting): void {
    if (waiting.owner === undefined) {
      this.#unowned.add(waiting);
      return;
    }
    this.#waitingOwned += 1;
    this.#turnsOf(waiting.owner).caller.waiting.add(waiting);
  }

  #leave(waiting: Waiting): void {
    const { owner } = waiting;
    if (owner === undefined) {
      this.#unowned.delete(waiting);
      return;
    }
    this.#waitingOwned -= 1;
    this.#turnsOf(owner).caller.waiting.delete(waiting);
    this.#forgetIdle(owner);
  }

  #count(owner: Owner): void {
    const { site, caller } = this.#turnsOf(owner);
    site.held += 1;
    caller.held += 1;
    moveToEnd(this.#sites, owner.siteId, site);
    moveToEnd(site.callers, owner.id, caller);
  }

  #discount(owner: Owner): void {
    const { site, caller } = this.#turnsOf(owner);
    site.held -= 1;
    caller.held -= 1;
    this.#forgetIdle(owner);
  }

  #turnsOf({ siteId, id }: Owner): { readonly site: SiteTurns; readonly caller: CallerTurns } {
    const site = this.#sites.get(siteId) ?? { held: 0, callers: new Map() };
    const caller = site.callers.get(id) ?? { held: 0, waiting: new Set() };
    this.#sites.set(siteId, site);
    site.callers.set(id, caller);
    return { site, caller };
  }

  #forgetIdle(owner: Owner): void {
    const { site, caller } = this.#turnsOf(owner);
    if (caller.held === 0 && caller.waiting.size === 0) site.callers.delete(owner.id);
    if (site.callers.size === 0) this.#sites.delete(owner.siteId);
  }
}

function shareOf(size: number, share: number): number {
  return Math.max(1, Math.floor(size * share));
}

function moveToEnd<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
}
