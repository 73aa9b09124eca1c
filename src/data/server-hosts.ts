import type { DatabaseLoad, DatabaseNotice, DatabaseSettings } from './database';
import { ConnectFailure } from './database-errors';
import type { ServerTarget } from './database-url';
import { hostOf, targetsOf } from './database-url';
import { openHost, type ServerHost } from './server-host';

/** The hosts of a database, of which one is used at a time: the first that serves, and the next when it fails. */
export class ServerHosts {
  readonly #targets: readonly ServerTarget[];
  readonly #settings: DatabaseSettings;
  readonly #opening = new Map<number, Promise<ServerHost>>();
  readonly #open = new Set<ServerHost>();
  #place = 0;

  constructor(target: ServerTarget, settings: DatabaseSettings) {
    this.#targets = targetsOf(target);
    this.#settings = settings;
  }

  get hasOthers(): boolean {
    return this.#targets.length > 1;
  }

  /** Throws what the driver throws for the first host, where none serves. */
  async begin(): Promise<ServerHost> {
    const failures: unknown[] = [];
    for (const place of this.#targets.keys()) {
      try {
        const host = await this.#hostAt(place);
        this.#place = place;
        return host;
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures[0];
  }

  /** @throws ConnectFailure */
  async current(): Promise<{ readonly place: number; readonly host: ServerHost }> {
    const place = this.#place;
    try {
      return { place, host: await this.#hostAt(place) };
    } catch (error) {
      this.leave(place);
      throw error instanceof ConnectFailure ? error : new ConnectFailure(error);
    }
  }

  /** From now on the next host is used, if there is another one and nobody has left this one already. */
  leave(place: number): void {
    if (!this.hasOthers || place !== this.#place) return;
    this.#place = (place + 1) % this.#targets.length;
    this.#tell('host-left', place);
    this.#tell('host-taken', this.#place);
  }

  load(): DatabaseLoad {
    const all = [...this.#open].map((host) => host.load);
    const sum = (of: keyof DatabaseLoad) => all.reduce((total, each) => total + each[of], 0);
    return {
      connectionsInUse: sum('connectionsInUse'),
      connectionsIdle: sum('connectionsIdle'),
      waiting: sum('waiting'),
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#open].map((host) => host.close()));
  }

  #hostAt(place: number): Promise<ServerHost> {
    const before = this.#opening.get(place);
    if (before !== undefined) return before;
    const target = this.#targets[place];
    if (target === undefined) throw new Error(`There is no host ${place}`);
    const opening = openHost(target, this.#settings, () => {
      if (!this.hasOthers) return false;
      this.leave(place);
      return true;
    }).then(
      (host) => {
        this.#open.add(host);
        return host;
      },
      (error: unknown) => {
        // Tried anew by whoever needs it next.
        this.#opening.delete(place);
        throw error;
      },
    );
    this.#opening.set(place, opening);
    return opening;
  }

  #tell(kind: DatabaseNotice['kind'], place: number): void {
    const target = this.#targets[place];
    if (target !== undefined) this.#settings.onNotice?.({ kind, host: hostOf(target) });
  }
}
