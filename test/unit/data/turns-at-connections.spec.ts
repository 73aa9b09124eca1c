import fc from 'fast-check';
import { DeadlinePassed } from '../../../src/data/database-errors';
import { deadlineIn } from '../../../src/data/deadline';
import { type GiveBack, type Owner, TurnsAtConnections } from '../../../src/data/turns-at-connections';
import { present } from '../../support/present';

const MINUTE = 60_000;

/** Someone who asks for a connection: a letter for the site, a digit for the caller; `-` is the server itself. */
function ownerOf(name: string): Owner | undefined {
  return name === '-' ? undefined : { siteId: name.charCodeAt(0), id: name };
}

/** Connections under watch: who holds one, and who got one in which order. */
class Watched {
  readonly turns: TurnsAtConnections;
  readonly got: string[] = [];
  readonly #held: { readonly name: string; readonly giveBack: GiveBack }[] = [];

  constructor(size: number) {
    this.turns = new TurnsAtConnections(size);
  }

  get holders(): string[] {
    return this.#held.map(({ name }) => name);
  }

  async ask(...names: string[]): Promise<void> {
    for (const name of names) {
      void this.turns.take(Number.POSITIVE_INFINITY, ownerOf(name)).then((giveBack) => {
        this.got.push(name);
        this.#held.push({ name, giveBack });
      });
    }
    await settled();
  }

  /** The longest holder, or that of the name, gives its connection back. */
  async give(name?: string): Promise<void> {
    const place = name === undefined ? 0 : this.holders.indexOf(name);
    const [turn] = this.#held.splice(place, 1);
    present(turn).giveBack();
    await settled();
  }

  async giveAll(): Promise<void> {
    while (this.#held.length > 0) await this.give();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function times(count: number, name: string): string[] {
  return Array<string>(count).fill(name);
}

describe('turns at connections', () => {
  it('have no cap while nobody waits', async () => {
    const watched = new Watched(10);
    await watched.ask(...times(10, 'a1'));
    expect(watched.holders).toHaveLength(10);
    await watched.giveAll();
    expect(watched.turns.inUse).toBe(0);
  });

  it('go to another site before a caller that has its share', async () => {
    const watched = new Watched(10);
    await watched.ask(...times(60, 'a1'), 'b1', 'b1');
    await watched.give();
    await watched.give();
    expect(watched.got.slice(10)).toEqual(['b1', 'b1']);
  });

  it('leave a caller three of ten, and a site six', async () => {
    const watched = new Watched(10);
    const all = ['a1', 'a2', 'a3', 'b1', 'b2'];
    await watched.ask(...all.flatMap((name) => times(60, name)));
    for (let round = 0; round < 40; round++) await watched.give();
    const held = (of: string) => watched.holders.filter((name) => name.startsWith(of)).length;
    expect(all.map(held).every((count) => count <= 3)).toBe(true);
    expect(held('a')).toBeLessThanOrEqual(6);
    expect(held('b')).toBeLessThanOrEqual(6);
    expect(held('a') + held('b')).toBe(10);
  });

  it('leave no connection idle where all that wait have their share', async () => {
    const watched = new Watched(10);
    await watched.ask(...times(60, 'a1'));
    await watched.give();
    expect(watched.holders).toHaveLength(10);
  });

  it('go to the work of the server first', async () => {
    const watched = new Watched(2);
    await watched.ask('a1', 'a1', 'b1', '-', '-');
    await watched.giveAll();
    expect(watched.got).toEqual(['a1', 'a1', '-', '-', 'b1']);
  });

  it('at one connection go round the sites, and the callers of each', async () => {
    const watched = new Watched(1);
    await watched.ask('c1', ...times(4, 'a1'), ...times(2, 'a2'), ...times(3, 'b1'));
    await watched.giveAll();
    expect(watched.got).toEqual(['c1', 'a1', 'b1', 'a2', 'b1', 'a1', 'b1', 'a2', 'a1', 'a1']);
  });

  it('end where none comes in time, and count for nobody any more', async () => {
    const turns = new TurnsAtConnections(1);
    const giveBack = await turns.take(deadlineIn(MINUTE), ownerOf('a1'));
    await expect(turns.take(deadlineIn(1), ownerOf('b1'))).rejects.toThrow(DeadlinePassed);
    await expect(turns.take(deadlineIn(1))).rejects.toThrow(DeadlinePassed);
    expect(turns.waiting).toBe(0);
    giveBack();
    expect(turns.inUse).toBe(0);
  });

  it('are waited for without end where there is no deadline', async () => {
    const turns = new TurnsAtConnections(1);
    const giveBack = await turns.take(deadlineIn(MINUTE));
    const endless = turns.take(Number.POSITIVE_INFINITY);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(turns.waiting).toBe(1);
    giveBack();
    (await endless)();
  });
});

/** The same, as plainly as it can be said: everybody in a list, and a look at all of it for each turn. */
class Model {
  readonly got: string[] = [];
  readonly holders: string[] = [];
  waiting: string[] = [];
  /** Since when a site, or a caller, stands in the line: when it came, or had its last turn. */
  readonly #since = new Map<string, number>();
  #clock = 0;

  constructor(readonly size: number) {}

  ask(name: string): void {
    if (this.holders.length < this.size) this.#give(name);
    else {
      this.#come(name);
      this.waiting.push(name);
    }
  }

  give(place: number): void {
    const [name = ''] = this.holders.splice(place, 1);
    this.#go(name);
    const next = this.#next();
    if (next === undefined) return;
    this.waiting.splice(this.waiting.indexOf(next), 1);
    this.#give(next);
  }

  #next(): string | undefined {
    if (this.waiting.includes('-')) return '-';
    const inLine = [...this.waiting].sort(
      (a, b) => this.#sinceOf(siteOf(a)) - this.#sinceOf(siteOf(b)) || this.#sinceOf(a) - this.#sinceOf(b),
    );
    return inLine.find((name) => !this.hasItsShare(name)) ?? inLine[0];
  }

  hasItsShare(name: string): boolean {
    const held = (of: string) => this.holders.filter((each) => each === of || siteOf(each) === of).length;
    const share = (part: number) => Math.max(1, Math.floor(this.size * part));
    return name !== '-' && (held(name) >= share(0.3) || held(siteOf(name)) >= share(0.6));
  }

  #give(name: string): void {
    this.holders.push(name);
    this.got.push(name);
    this.#clock += 1;
    for (const each of [name, siteOf(name)]) this.#since.set(each, this.#clock);
  }

  #come(name: string): void {
    this.#clock += 1;
    for (const each of [name, siteOf(name)]) {
      if (!this.#since.has(each)) this.#since.set(each, this.#clock);
    }
  }

  #go(name: string): void {
    const present = [...this.holders, ...this.waiting];
    if (!present.includes(name)) this.#since.delete(name);
    if (!present.some((each) => siteOf(each) === siteOf(name))) this.#since.delete(siteOf(name));
  }

  #sinceOf(name: string): number {
    return present(this.#since.get(name));
  }
}

function siteOf(name: string): string {
  return name.slice(0, 1);
}

describe('turns at connections, compared with a plain model', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a1', 'a2', 'a3', 'b1', 'b2', 'c1', '-') },
    { weight: 2, arbitrary: fc.nat(30) },
  );

  it('are given in the same order, whatever is asked for and given back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 4, 10),
        fc.array(step, { maxLength: 120 }),
        async (size, steps) => {
          const watched = new Watched(size);
          const model = new Model(size);
          for (const each of steps) {
            if (typeof each === 'string') {
              await watched.ask(each);
              model.ask(each);
            } else if (model.holders.length > 0) {
              const place = each % model.holders.length;
              const name = present(model.holders[place]);
              await watched.give(name);
              model.give(model.holders.indexOf(name));
            }
            expect(watched.got).toEqual(model.got);
            expect(watched.turns.waiting).toBe(model.waiting.length);
            if (model.waiting.length > 0) expect(watched.turns.inUse).toBe(size);
          }
          await watched.giveAll();
          expect(watched.turns.waiting).toBe(0);
          expect(watched.turns.inUse).toBe(0);
          expect(watched.got).toHaveLength(steps.filter((each) => typeof each === 'string').length);
        },
      ),
    );
  });
});
