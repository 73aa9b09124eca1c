/** Values under two keys. */
export class Pairs<Second, Value> {
  readonly #values = new Map<number, Map<Second, Value>>();

  set(first: number, second: Second, value: Value): void {
    this.#of(first).set(second, value);
  }

  get(first: number, second: Second): Value | undefined {
    return this.#values.get(first)?.get(second);
  }

  getOrSet(first: number, second: Second, make: () => Value): Value {
    const values = this.#of(first);
    const known = values.get(second);
    if (known !== undefined) return known;
    const made = make();
    values.set(second, made);
    return made;
  }

  keys(): (readonly [number, Second])[] {
    const keys: (readonly [number, Second])[] = [];
    for (const [first, values] of this.#values) {
      for (const second of values.keys()) keys.push([first, second]);
    }
    return keys;
  }

  #of(first: number): Map<Second, Value> {
    const known = this.#values.get(first);
    if (known !== undefined) return known;
    const made = new Map<Second, Value>();
    this.#values.set(first, made);
    return made;
  }
}
