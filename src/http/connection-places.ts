import type { Socket } from 'node:net';
import { networkOf } from '../access/rate-limits';

export interface PlaceSettings {
  readonly inAll: number;
  readonly ofAddress: number;
  /** Proxies bring the connections of many. */
  readonly isProxy: (address: string) => boolean;
  /** Told of a connection that found no place. */
  readonly onRefused: () => void;
}

interface Place {
  readonly network: string;
  readonly isBounded: boolean;
}

/** Connections in the order in which they became idle. */
type Idle = Set<Socket>;

/**
 * Who may stay connected: so many in all, and of each address (IPv6: of each /64). Where there are too many, the one
 * that has been idle for the longest time is closed; where none is, the new one.
 */
export class ConnectionPlaces {
  readonly #settings: PlaceSettings;
  readonly #places = new Map<Socket, Place>();
  readonly #idle: Idle = new Set();
  readonly #ofNetwork = new Map<string, { all: number; readonly idle: Idle }>();

  constructor(settings: PlaceSettings) {
    this.#settings = settings;
  }

  arrived(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const network = networkOf(address);
    const place = { network, isBounded: !this.#settings.isProxy(address) };
    this.#places.set(socket, place);
    this.#of(network).all += 1;
    socket.once('close', () => this.#gone(socket));
    this.isIdle(socket);
    const { all, idle } = this.#of(network);
    if (place.isBounded && all > this.#settings.ofAddress) this.#close(idle, socket);
    else if (this.#places.size > this.#settings.inAll) this.#close(this.#idle, socket);
  }

  isBusy(socket: Socket): void {
    this.#idle.delete(socket);
    this.#idleOf(socket)?.delete(socket);
  }

  isIdle(socket: Socket): void {
    if (!this.#places.has(socket)) return;
    this.#idle.add(socket);
    this.#idleOf(socket)?.add(socket);
  }

  /** The one that is idle the longest; the new one where it is the only one. */
  #close(idle: Idle, arrived: Socket): void {
    const [longest = arrived] = idle;
    if (longest === arrived) this.#settings.onRefused();
    // Its place is free at once: the next one may arrive before it is told that it is closed.
    this.#gone(longest);
    longest.destroy();
  }

  #gone(socket: Socket): void {
    const place = this.#places.get(socket);
    if (place === undefined) return;
    this.isBusy(socket);
    this.#places.delete(socket);
    const network = this.#of(place.network);
    network.all -= 1;
    if (network.all === 0) this.#ofNetwork.delete(place.network);
  }

  #idleOf(socket: Socket): Idle | undefined {
    const place = this.#places.get(socket);
    return place === undefined ? undefined : this.#of(place.network).idle;
  }

  #of(network: string) {
    const known = this.#ofNetwork.get(network) ?? { all: 0, idle: new Set() };
    this.#ofNetwork.set(network, known);
    return known;
  }
}
