import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { ConnectionPlaces } from '../../../src/http/connection-places';

class Stub extends EventEmitter {
  destroyed = false;
  constructor(readonly remoteAddress: string) {
    super();
  }
  destroy(): void {
    this.destroyed = true;
  }
}

function placesFor(inAll: number, ofAddress: number) {
  let refused = 0;
  const places = new ConnectionPlaces({
    inAll,
    ofAddress,
    isProxy: (address) => address === '10.0.0.1',
    onRefused: () => {
      refused += 1;
    },
  });
  const arrive = (address: string) => {
    const stub = new Stub(address);
    places.arrived(stub as unknown as Socket);
    return { stub, socket: stub as unknown as Socket };
  };
  return { places, arrive, refused: () => refused };
}

describe('places of connections', () => {
  it('go to new ones in the place of those that have been idle the longest', () => {
    const { places, arrive, refused } = placesFor(3, 9);
    const [a, b, c] = [arrive('a'), arrive('b'), arrive('c')];
    places.isBusy(a.socket);
    places.isBusy(b.socket);
    places.isIdle(a.socket);
    const d = arrive('d');
    expect([a, b, c, d].map(({ stub }) => stub.destroyed)).toEqual([false, false, true, false]);
    const e = arrive('e');
    expect([a, b, d, e].map(({ stub }) => stub.destroyed)).toEqual([true, false, false, false]);
    expect(refused()).toBe(0);
  });

  it('are refused where all others are busy, and are free again when one goes', () => {
    const { places, arrive, refused } = placesFor(1, 9);
    const busy = arrive('a');
    places.isBusy(busy.socket);
    expect(arrive('b').stub.destroyed).toBe(true);
    expect([refused(), busy.stub.destroyed]).toEqual([1, false]);
    busy.stub.emit('close');
    expect(arrive('c').stub.destroyed).toBe(false);
  });

  it('are bounded for each address, IPv6 by its first half, and not for proxies', () => {
    const { places, arrive, refused } = placesFor(99, 1);
    const one = arrive('2001:db8::1');
    places.isBusy(one.socket);
    expect(arrive('2001:db8::2').stub.destroyed).toBe(true);
    expect(arrive('2001:db8:0:1::1').stub.destroyed).toBe(false);
    expect(refused()).toBe(1);
    const [first, second] = [arrive('10.0.0.1'), arrive('10.0.0.1')];
    expect([first.stub.destroyed, second.stub.destroyed]).toEqual([false, false]);
    const mine = arrive('192.0.2.1');
    arrive('192.0.2.1');
    expect([mine.stub.destroyed, one.stub.destroyed]).toEqual([true, false]);
  });
});
