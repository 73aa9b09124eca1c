/** Numbers that look random and come again with the same seed (mulberry32). */
export class Random {
  #state: number;

  /** Other `words`, other numbers: every scenario has its own, whichever ran before it. */
  constructor(seed: number, ...words: string[]) {
    this.#state = seed >>> 0;
    for (const character of words.join('/')) {
      this.#state = (Math.imul(this.#state ^ character.charCodeAt(0), 0x01000193) + 0x9e3779b9) >>> 0;
    }
  }

  /** From 0 up to 1, without it. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both bounds included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('There is nothing to pick from');
    return item;
  }
}
